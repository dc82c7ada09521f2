// Consumption: the one total of a meter that buildings and districts sum, whatever its registers are called.
// Fed by    the registers of one meter
// Gives     which registers count towards `consumption` and `feedIn`, their totals, and an estimate while nothing is heard
// C1  a total goes on over exchanges and rollovers: it is register + base, never the bare register
// C2  tariff registers are summed when there is no register for all tariffs; nothing is summed before all have reported
// C3  an estimate starts from the last reading every time, so estimates never pile up

import type { PointModel, TwinModel } from "../models/district.ts";
import { convert, dimensionOf } from "../models/telemetry/units.ts";
import type { View } from "./definition.ts";
import { isRegister, rateOf, totalOf } from "./registers.ts";

export interface Total {
  point: "consumption" | "feedIn";
  /** kWh or m3. */
  unit: string;
  registers: PointModel[];
}

/** OBIS 1.8.0 for electricity, 6.8.0 for heat, 13.2.0 and 8.1.0 for volumes; for all tariffs. */
const MAIN_REGISTERS = ["energyImport", "energy", "volume"];
const FEED_IN_REGISTER = "energyExport";
const MS_PER_HOUR = 3_600_000;

/** The totals of a meter with these points. A point that the meter itself calls so stays as it is. */
export function totalsOf(points: readonly PointModel[], meter: TwinModel): Total[] {
  const { carrier } = meter.attributes;
  const registers = points.filter((point) => isRegister(point) && countedUnit(point) !== undefined);
  const outgoing = registers.filter(({ name }) => /export|feedIn/i.test(name));
  const incoming = registers.filter((register) => !outgoing.includes(register));
  // Water and gas are billed by volume, even where the meter counts energy, too.
  const wanted = carrier === "water" || carrier === "gas" ? "m3" : "kWh";
  const inUnit = incoming.filter((register) => countedUnit(register) === wanted);
  const totals = [
    total("consumption", oneOrTariffs(inUnit.length > 0 ? inUnit : incoming, MAIN_REGISTERS, "energyImport")),
    total("feedIn", oneOrTariffs(outgoing, [FEED_IN_REGISTER], FEED_IN_REGISTER)),
  ];
  const taken = new Set(points.map(({ name }) => name));
  return totals.filter((each) => each !== undefined).filter(({ point }) => !taken.has(point));
}

function countedUnit({ unit }: PointModel): string | undefined {
  const dimension = dimensionOf(unit);
  return dimension === "energy" ? "kWh" : dimension === "volume" ? "m3" : undefined;
}

/** The register over all tariffs, else those of the tariffs, else the first. */
function oneOrTariffs(registers: PointModel[], main: string[], tariffs: string): PointModel[] {
  for (const name of main) {
    const one = registers.find((register) => register.name === name);
    if (one) return [one];
  }
  const several = registers.filter(({ name }) => name.startsWith(tariffs));
  return several.length > 0 ? several : registers.slice(0, 1);
}

function total(point: Total["point"], registers: PointModel[]): Total | undefined {
  const unit = registers[0] && countedUnit(registers[0]);
  return unit === undefined ? undefined : { point, unit, registers };
}

/** Value of a total in its unit, where `counted` says what a register and its forerunners have counted, in the register's unit. */
export function sumOf({ registers, unit }: Total, counted: (register: PointModel) => number): number {
  return registers.reduce((sum, register) => sum + convert(counted(register), register.unit, unit)!, 0);
}

/** The total at a time after the last reading, if its registers went on at their rates; NaN when that is not known. */
export function estimateOf(total: Total, view: View, atMs: number): number {
  return sumOf(total, ({ name }) => {
    const hours = Math.max(0, atMs - view.at(name)) / MS_PER_HOUR;
    return totalOf(name, view) + view.value(rateOf(name)) * hours;
  });
}
