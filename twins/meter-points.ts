// Points of a meter: what meters.csv gives it, each with the rule that admits its readings, and what follows from them.
// Gives     the measured points under their own names; `consumption` and `feedIn`; hidden ones for registers and for the mode
// P1  hidden points follow in the same step: the base and rate of a register, how many points are suspect, whether any was heard

import type { PointModel, TwinModel } from "../models/district.ts";
import { convert } from "../models/telemetry/units.ts";
import { sumOf, type Total, totalsOf } from "./consumption.ts";
import {
  type Admit,
  judged,
  measured,
  type PointSpecs,
  type PointValue,
  type Quality,
  type ReadingRules,
  settable,
  type View,
} from "./definition.ts";
import { admitPossible, impossibleQuantity, LIMIT_COLUMNS } from "./plausibility.ts";
import { admitRegister, baseOf, isRegister, isMore, rateOf, totalOf, wouldFall } from "./registers.ts";

export const HEARD = "#heard";
export const SUSPECTS = "#suspects";

export function meterPoints(points: readonly PointModel[], meter: TwinModel): PointSpecs {
  const totals = totalsOf(points, meter);
  const specs: PointSpecs = {};
  for (const point of points) {
    specs[point.name] = measured(
      point.unit,
      isRegister(point) ? ofRegister(point, totals, meter) : ofQuantity(point, meter),
    );
  }
  for (const { point, unit } of totals) specs[point] = settable(unit);
  for (const { name, unit } of points.filter(isRegister)) {
    specs[baseOf(name)] = { ...settable(unit, () => 0), isKept: true };
    specs[rateOf(name)] = settable(unit);
  }
  const names = points.map(({ name }) => name);
  specs[HEARD] = judged("count", names, (view) => names.length - countOf(names, view, "NONE"));
  specs[SUSPECTS] = judged("count", names, (view) => countOf(names, view, "SUSPECT"));
  return specs;
}

function ofQuantity({ unit }: PointModel, meter: TwinModel): ReadingRules {
  return { admit: admitPossible(impossibleQuantity(unit, meter)) };
}

function ofRegister(point: PointModel, totals: readonly Total[], meter: TwinModel): ReadingRules {
  const total = totalWith(point, totals);
  return {
    admit: admitAndCount(point, total, meter),
    contradiction: wouldFall(point),
    sets: [baseOf(point.name), ...(total ? [total.point] : [])],
    ...(total && total.registers.length > 1 && { recount: { point: total.point, of: (view) => totalIn(total, view) } }),
    ...(total?.registers.length === 1 && { goesOn: goOnFrom(point, total) }),
  };
}

/** What of a meter's model decides on its points, besides their names and units. */
export function meterShape({ attributes }: TwinModel): string {
  const { carrier, measures } = attributes;
  const kind = typeof measures === "string" ? measures.slice(0, measures.indexOf(":")) : "";
  return [carrier, kind, ...LIMIT_COLUMNS.map((column) => attributes[column] ?? "")].join("|");
}

/** How many of those points have that quality. Asked at every change of it: nothing is made for the answer. */
function countOf(names: readonly string[], view: View, quality: Quality): number {
  let count = 0;
  for (const name of names) if (view.quality(name) === quality) count++;
  return count;
}

/** Names of the meter's points whose last reading was implausible. */
export const suspectPoints = (view: View): string[] =>
  (view.model.points ?? []).map(({ name }) => name).filter((name) => view.quality(name) === "SUSPECT");

const totalWith = (register: PointModel, totals: readonly Total[]) =>
  totals.find(({ registers }) => registers.includes(register));

const totalIn = (total: Total, view: View): number => sumOf(total, ({ name }) => totalOf(name, view));

/** The total when a register shows a value above a base. */
function totalWhen(total: Total, register: PointModel): (value: number, base: number, view: View) => number {
  if (total.registers.length === 1) return (value, base) => convert(value + base, register.unit, total.unit)!;
  const bases = new Map(total.registers.map((each) => [each, baseOf(each.name)]));
  return (value, base, view) =>
    sumOf(total, (each) => (each === register ? value + base : totalOf(each.name, view, bases.get(each))));
}

/** Admits a reading of a register and, once all registers of a total are known, brings the total up to date. */
function admitAndCount(register: PointModel, total: Total | undefined, meter: TwinModel): Admit {
  const admit = admitRegister(register, meter);
  if (!total) return (reading, _point, view) => admit(reading, view);
  const base = baseOf(register.name);
  const counted = totalWhen(total, register);
  return (reading, _point, view) => {
    const admission = admit(reading, view);
    if (admission.hold) return admission;
    // As a matter of speed, what is made of every reading is filled in rather than copied, and looked through only after a rollover;
    // and a list that is pushed to takes room for sixteen more.
    const { also, reason } = admission;
    const moved = reason === undefined ? undefined : also.find(([point]) => point === base);
    const sum = counted(reading.value, moved === undefined ? view.value(base) : moved[1], view);
    if (Number.isNaN(sum)) return admission;
    const [first] = also;
    const counts: PointValue = [total.point, sum];
    admission.also = first === undefined ? [counts] : moved === undefined ? [first, counts] : [...also, counts];
    return admission;
  };
}

/** Where the history has a total of the very time that is above the register, earlier meters counted the rest: the total goes on from it. */
function goOnFrom({ name, unit }: PointModel, total: Total): NonNullable<ReadingRules["goesOn"]> {
  return ({ value, timeMs }, then) => {
    if (then.at(total.point) !== timeMs || then.quality(total.point) !== "GOOD") return [];
    const sum = then.value(total.point);
    const counted = convert(sum, total.unit, unit)!;
    if (!isMore(counted, value)) return [];
    return [
      [baseOf(name), counted - value],
      [total.point, sum],
    ];
  };
}
