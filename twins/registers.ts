// Registers: what a meter counts up over its whole life - energy, reactive energy, volume.
// Fed by    readings of one register, in the order of their times
// Gives     the admission of each reading; of late and corrected ones, whether they can stand before the next one
// R1  a register never falls, except by a recorded exchange of the meter or by rolling over; `register + base` never falls at all
// R2  a register rises no faster than its connection can carry, and never above what it could have counted in MAX_AGE_YEARS
// R3  what breaks R1 or R2 is suspect and held: the register keeps its last good reading
// R4  a rollover is believed only from the last to the first tenth of the capacity, and only when R2 holds across it
//
// Beside each register stand two hidden points: its base, what earlier meters and turns have counted (same unit), and
// its rate, the smoothed slope of its last readings (unit per hour).

import type { PointModel, TwinModel } from "../models/district.ts";
import { convert, dimensionOf } from "../models/telemetry/units.ts";
import type { Admission, Contradiction, PointValue, Reading, View } from "./definition.ts";
import { connectionLimits, held, type Impossible, positiveColumn } from "./plausibility.ts";

const REGISTER_DIMENSIONS = ["energy", "apparentEnergy", "reactiveEnergy", "volume"] as const;
type RegisterDimension = (typeof REGISTER_DIMENSIONS)[number];

/** No meter stays longer before it is exchanged: the limit of a first reading. */
const MAX_AGE_YEARS = 20;
const HOURS_PER_YEAR = 8_766;
const MS_PER_HOUR = 3_600_000;

/** A rollover goes from above the one part of the capacity to below the other. */
const ROLLOVER_FROM = 0.9;
const ROLLOVER_TO = 0.1;
/** No register with fewer digits is made: a small register that falls to zero was reset, it did not roll over. */
const LEAST_CAPACITY: Record<RegisterDimension, readonly [number, string]> = {
  energy: [100_000, "kWh"],
  apparentEnergy: [100_000, "kVAh"],
  reactiveEnergy: [100_000, "kvarh"],
  volume: [10_000, "m3"],
};

/** Weight of the newest slope in the rate: about the last four readings count. */
const RATE_WEIGHT = 0.25;

export const isRegister = ({ unit }: PointModel): boolean =>
  REGISTER_DIMENSIONS.some((dimension) => dimension === dimensionOf(unit));

export const baseOf = (register: string): string => `#base:${register}`;
export const rateOf = (register: string): string => `#rate:${register}`;

/** What the register and those before it have counted, in its unit; NaN before the first reading. */
export const totalOf = (register: string, view: View, base = baseOf(register)): number =>
  view.value(register) + view.value(base);

/** One that the caller may change: it was made for this reading. */
export type RegisterAdmission = Admission & { also: readonly PointValue[] };

/** What no register shows, whatever it showed before. */
function impossibleRegister({ unit }: PointModel, meter: TwinModel): Impossible {
  const ownCapacity = positiveColumn(meter, "registerCapacity");
  return (value) => {
    if (!Number.isFinite(value)) return "the value is no number";
    if (value < 0) return `a register cannot be negative: ${value} ${unit}`;
    if (ownCapacity !== undefined && value > ownCapacity) return `${value} ${unit} is more than the register can show`;
    return undefined;
  };
}

/** The rule for readings of a register. An admission also sets its rate, and after a rollover its base. */
export function admitRegister(
  point: PointModel,
  meter: TwinModel,
): (reading: Reading, view: View) => RegisterAdmission {
  const { name, unit } = point;
  const impossible = impossibleRegister(point, meter);
  const dimension = dimensionOf(unit) as RegisterDimension;
  const [base, rate] = [baseOf(name), rateOf(name)];
  const perHour = countedPerHour(dimension, unit, meter);
  const leastCapacity = convert(...LEAST_CAPACITY[dimension], unit)!;
  const ownCapacity = positiveColumn(meter, "registerCapacity");

  return ({ value, timeMs }, view) => {
    const last = view.value(name);
    const isFirst = Number.isNaN(last);
    const hours = isFirst ? MAX_AGE_YEARS * HOURS_PER_YEAR : Math.max(0, timeMs - view.at(name)) / MS_PER_HOUR;
    // One unit more, as there are registers that count in whole ones.
    const mostRise = perHour * hours + 1;

    const reason = impossible(value);
    if (reason !== undefined) return heldBack(reason);
    if (isFirst) {
      if (value > mostRise) return heldBack(`${value} ${unit} is more than a meter counts in ${MAX_AGE_YEARS} years`);
      return { quality: "GOOD", hold: false, also: [] };
    }

    let rise = value - last;
    let capacity = 0;
    if (rise < 0) {
      capacity = ownCapacity ?? nextPowerOfTen(last, leastCapacity);
      const rolledOver = last >= ROLLOVER_FROM * capacity && value <= ROLLOVER_TO * capacity;
      rise = capacity - last + value;
      if (!rolledOver || rise > mostRise) return heldBack(`the register fell from ${last} to ${value} ${unit}`);
    }
    if (rise > mostRise) {
      return heldBack(`the register jumped from ${last} to ${value} ${unit} within ${hours.toFixed(2)} h`);
    }
    const also: PointValue[] = hours > 0 ? [[rate, smoothed(view.value(rate), rise / hours)]] : [];
    if (capacity === 0) return { quality: "GOOD", hold: false, also };
    also.push([base, view.value(base) + capacity]);
    return { quality: "GOOD", hold: false, also, reason: "rollover" };
  };
}

/** Sums of two decimals may differ in their last digit. */
const SAME = 1e-9;

export const isMore = (counted: number, then: number): boolean => counted - then > SAME * Math.abs(then);

/** Whether a register that shows a reading has to fall to its next one (R1). */
export function wouldFall({ name, unit }: PointModel): Contradiction {
  const base = baseOf(name);
  return ({ value }, { also }, before, next) => {
    const counted = value + (also?.find(([point]) => point === base)?.[1] ?? before.value(base));
    const then = totalOf(name, next, base);
    if (!isMore(counted, then)) return undefined;
    return `the register would fall from ${value} to ${next.value(name)} ${unit}`;
  };
}

const heldBack = (reason: string): RegisterAdmission => ({ ...held(reason), also: [] });

/** What a connection counts in an hour at the most, in the register's unit. */
function countedPerHour(dimension: RegisterDimension, unit: string, meter: TwinModel): number {
  const { powerW, flowM3PerHour } = connectionLimits(meter);
  if (dimension === "volume") return flowM3PerHour * convert(1, "m3", unit)!;
  return powerW * convert(1, { energy: "Wh", apparentEnergy: "VAh", reactiveEnergy: "varh" }[dimension], unit)!;
}

/** Where a register of unknown size turns to zero; infinity when none is made that small. */
function nextPowerOfTen(last: number, leastCapacity: number): number {
  const capacity = 10 ** Math.ceil(Math.log10(Math.max(last, 1)));
  return capacity >= leastCapacity ? capacity : Number.POSITIVE_INFINITY;
}

const smoothed = (rate: number, slope: number): number =>
  Number.isNaN(rate) ? slope : rate + RATE_WEIGHT * (slope - rate);
