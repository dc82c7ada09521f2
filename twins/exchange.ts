// Exchange: a meter is taken out and another put in its place; the total goes on.
// Fed by    the command `exchange`: the last reading of the old meter, the first of the new one
// X1  base after = base before + final reading - new reading, so `register + base` is the same before and after
// X2  one exchange is of one register; each register of a meter is recorded by itself

import { z } from "zod";
import type { PointModel } from "../models/district.ts";
import { sumOf, totalsOf } from "./consumption.ts";
import type { CommandDefinition, Refusal, TwinEvent, View } from "./definition.ts";
import { setPoint } from "./effects.ts";
import { positiveColumn } from "./plausibility.ts";
import { baseOf, isRegister, totalOf } from "./registers.ts";

const reading = z.number().min(0).describe("in the register's unit");

export const exchangeCommand: CommandDefinition = {
  description:
    "Records that the meter was exchanged: the total goes on, the register starts at the new meter's reading",
  args: z.strictObject({
    newReading: reading.describe("What the new meter shows at first, in the register's unit"),
    finalReading: reading.optional().describe("What the old meter showed at last; its last good reading when absent"),
    point: z.string().optional().describe("The register; that of `consumption` when absent"),
    serial: z.string().max(100).optional().describe("Serial number of the new meter"),
  }),
  refuse,
};

function refuse(view: View, args: Record<string, unknown>): Refusal | undefined {
  const register = exchangedRegister(view, args.point);
  if (!register) {
    const reason = args.point === undefined ? "the meter has no register" : `${args.point} is no register of the meter`;
    return { code: "METER_NO_REGISTER", reason };
  }
  const last = view.value(register.name);
  if (typeof args.finalReading === "number" && args.finalReading < last) {
    const reason = `the final reading ${args.finalReading} is below the last reading ${last} ${register.unit}`;
    return { code: "METER_FINAL_READING_TOO_LOW", reason };
  }
  const capacity = positiveColumn(view.model, "registerCapacity") ?? Number.POSITIVE_INFINITY;
  if (Number(args.newReading) > capacity) {
    return { code: "METER_NEW_READING_TOO_HIGH", reason: `the register can show ${capacity} ${register.unit} only` };
  }
  return undefined;
}

function exchangedRegister(view: View, point: unknown): PointModel | undefined {
  const points = view.model.points ?? [];
  const registers = points.filter(isRegister);
  if (point !== undefined) return registers.find(({ name }) => name === point);
  return totalsOf(points, view.model)[0]?.registers[0] ?? registers[0];
}

interface Exchange {
  register: PointModel;
  newReading: number;
  newBase: number;
}

function exchangeOf(view: View, { args }: TwinEvent): Exchange {
  const register = exchangedRegister(view, args.point)!;
  const newReading = Number(args.newReading);
  const last = view.value(register.name);
  const base = view.value(baseOf(register.name));
  const final = typeof args.finalReading === "number" ? args.finalReading : last;
  // A meter that was never read and has no final reading: the total starts with the new meter.
  return { register, newReading, newBase: Number.isNaN(final) ? base : base + final - newReading };
}

const setRegister = [
  setPoint(
    (view, event) => exchangeOf(view, event).register.name,
    (view, event) => exchangeOf(view, event).newReading,
  ),
  setPoint(
    (view, event) => baseOf(exchangeOf(view, event).register.name),
    (view, event) => exchangeOf(view, event).newBase,
  ),
];

const totalAfter = (point: string) => (view: View, event: TwinEvent) => {
  const { register, newReading, newBase } = exchangeOf(view, event);
  const total = totalsOf(view.model.points ?? [], view.model).find((each) => each.point === point);
  if (!total?.registers.some(({ name }) => name === register.name)) return Number.NaN;
  return sumOf(total, ({ name }) => (name === register.name ? newReading + newBase : totalOf(name, view)));
};

const changesTotal =
  (point: string) =>
  ({ event }: { event: TwinEvent }) =>
    !Number.isNaN(totalAfter(point)(event.view, event));

const isPossible = ({ event }: { event: TwinEvent }) => exchangedRegister(event.view, event.args.point) !== undefined;

/** The transition for the command in every state in which it is allowed. */
export const exchange = [
  { guard: changesTotal("consumption"), actions: [...setRegister, setPoint("consumption", totalAfter("consumption"))] },
  { guard: changesTotal("feedIn"), actions: [...setRegister, setPoint("feedIn", totalAfter("feedIn"))] },
  { guard: isPossible, actions: setRegister },
];
