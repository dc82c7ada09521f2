// Storage: a battery at one bus (pandapower `storage`).
// Fed by    `power` (W, positive when it charges, as pandapower counts it) and `stateOfCharge` (%); the supply of its bus
// Steered by charge, discharge, idle
// A1  its state is what it does by its measured power; without a measured power, what it was told
// A2  `empty` and `full` are entered when the state of charge comes to its end; charging ends at full, discharging at empty
// A3  a power above the rating is refused, and so is discharging when empty and charging when full
// A4  without its network it is `unsupplied` and does nothing for it

import { z } from "zod";
import { modelledOutOfService } from "./as-modelled.ts";
import { above, below } from "./conditions.ts";
import { defineTwin, measured, type Refusal, settable, type TwinEvent, type View } from "./definition.ts";
import { drive, setPoint, statechart } from "./effects.ts";

const EMPTY_PERCENT = 1;
const FULL_PERCENT = 99;
/** How far it must leave its end before it counts as neither empty nor full. */
const HYSTERESIS_PERCENT = 1;
/** Below this power it stands still: its own electronics take some watts. */
const MOVING_W = 50;
const STILL_W = 20;

const powerArgs = z.strictObject({ powerW: z.number().positive().describe("Power, in watts") });

/** Rating in watts by the first of pandapower's columns that is there; NaN when none is. */
function ratingW(view: View): number {
  const ratings = [view.attribute("maxPMw"), view.attribute("snMva")];
  return 1e6 * (ratings.find((rating) => rating > 0) ?? Number.NaN);
}

const refusePower =
  (end: "empty" | "full") =>
  (view: View, { powerW }: Record<string, unknown>): Refusal | undefined => {
    if (view.isRaised(end)) return { code: `STORAGE_${end.toUpperCase()}`, reason: `the storage is ${end}` };
    if (!(Number(powerW) > ratingW(view))) return undefined;
    return { code: "STORAGE_POWER_ABOVE_RATING", reason: `the storage is rated for ${ratingW(view)} W` };
  };

type Seen = { event: TwinEvent };
const isFull = ({ event }: Seen) => event.view.isRaised("full");
const isEmpty = ({ event }: Seen) => event.view.isRaised("empty");
const takes = ({ event }: Seen) => event.view.isRaised("takesPower");
const gives = ({ event }: Seen) => event.view.isRaised("givesPower");

const measuresPower = ({ event }: Seen) => !Number.isNaN(event.view.value("power"));

const wantedW = (_view: View, { args }: TwinEvent) => Number(args.powerW);
const want = (powerW: number | typeof wantedW) => [setPoint("wantedPower", powerW), drive("wantedPower", powerW)];
/** Told to do something: the measured power decides whether it does; without one, it is taken as done. */
const told = (target: string, actions: ReturnType<typeof want>) => [
  { guard: measuresPower, actions },
  { target, actions },
];
const charge = told("charging", want(wantedW));
const discharge = told(
  "discharging",
  want((view, event) => -wantedW(view, event)),
);
const idle = told("idle", want(0));

const asMeasured = [
  { guard: takes, target: "charging" },
  { guard: gives, target: "discharging" },
  { guard: isFull, target: "full" },
  { guard: isEmpty, target: "empty" },
  { target: "idle" },
];
const movesByItself = { "takesPower.raised": "charging", "givesPower.raised": "discharging" };
const networkGone = { "supply.lost": "unsupplied" };

export const storage = defineTwin({
  kind: "storage",
  points: {
    power: measured("W"),
    reactivePower: measured("var"),
    stateOfCharge: measured("%"),
    temperature: measured("Cel"),
    wantedPower: settable("W"),
  },
  conditions: {
    takesPower: above("power", MOVING_W, { clearAt: STILL_W }),
    givesPower: below("power", -MOVING_W, { clearAt: -STILL_W }),
    full: above("stateOfCharge", FULL_PERCENT, { clearAt: FULL_PERCENT - HYSTERESIS_PERCENT }),
    empty: below("stateOfCharge", EMPTY_PERCENT, { clearAt: EMPTY_PERCENT + HYSTERESIS_PERCENT }),
  },
  commands: {
    charge: { description: "Charges with a power", args: powerArgs, refuse: refusePower("full") },
    discharge: { description: "Discharges with a power", args: powerArgs, refuse: refusePower("empty") },
    idle: { description: "Stands still" },
  },
  machine: statechart.createMachine({
    initial: "idle",
    states: {
      idle: {
        on: {
          born: { guard: modelledOutOfService, target: "outOfService" },
          charge,
          discharge,
          ...movesByItself,
          "full.raised": "full",
          "empty.raised": "empty",
          ...networkGone,
        },
      },
      charging: {
        on: {
          charge,
          discharge,
          idle,
          "full.raised": { target: "full", actions: want(0) },
          "takesPower.cleared": asMeasured,
          "givesPower.raised": "discharging",
          ...networkGone,
        },
      },
      discharging: {
        on: {
          charge,
          discharge,
          idle,
          "empty.raised": { target: "empty", actions: want(0) },
          "givesPower.cleared": asMeasured,
          "takesPower.raised": "charging",
          ...networkGone,
        },
      },
      full: { on: { discharge, ...movesByItself, "full.cleared": asMeasured, ...networkGone } },
      empty: { on: { charge, ...movesByItself, "empty.cleared": asMeasured, ...networkGone } },
      unsupplied: { on: { "supply.restored": asMeasured } },
      outOfService: {},
    },
  }),
});
