// Points whose unit does not fit their name, or the carrier of their meter.
// Why       power in kWh passes every check of a reading, and every total made of it is wrong
// P1  a name is taken by its last word that is a quantity: `flowTemperature` is a temperature, `powerFactor` a ratio
// P2  a name that says nothing is not judged

import type { PointModel, TwinModel } from "../district.ts";
import { type Dimension, dimensionOf } from "../telemetry/units.ts";
import type { Subject } from "./subject.ts";

const ENERGY: readonly Dimension[] = ["energy", "apparentEnergy", "reactiveEnergy"];
const POWER: readonly Dimension[] = ["power", "apparentPower", "reactivePower"];
const FLOW: readonly Dimension[] = ["volumeFlow", "massFlow"];

/** Words of names, and what they measure; the first that is found in the last words of a name counts. */
const QUANTITIES: readonly (readonly [word: RegExp, dimensions: readonly Dimension[]])[] = [
  [/^(?:factor|ratio|efficiency|percent|percentage|share)$/, ["ratio"]],
  [/^(?:temperature|temp)$/, ["temperature"]],
  [/^energy$/, ENERGY],
  [/^power$/, POWER],
  [/^(?:volume)$/, ["volume"]],
  [/^(?:flow|flowrate)$/, [...FLOW, "velocity"]],
  [/^(?:voltage)$/, ["voltage", "perUnit"]],
  [/^(?:current|amperage)$/, ["current"]],
  [/^(?:frequency)$/, ["frequency"]],
  [/^(?:pressure)$/, ["pressure", "length"]],
  [/^(?:mass)$/, ["mass"]],
];

/** Words after a quantity that only say which of it. */
const WHICH =
  /^(?:import|export|imported|exported|in|out|total|max|min|mean|average|now|l\d|\d+|a|b|c|t\d|high|low|day|night|active|reactive|supply|return|difference|diff|delta|tariff)$/;

/** A meter in a room reports the climate there, too. */
const EVERYWHERE: readonly Dimension[] = [
  ...(["temperature", "pressure", "time", "count", "ratio", "level", "batteryLevel", "batteryTime"] as const),
  ...(["relativeHumidity", "illuminance"] as const),
];
/** What a meter of a carrier can measure. */
const BY_CARRIER: Record<string, ReadonlySet<Dimension>> = {
  electricity: new Set([
    ...[...ENERGY, ...POWER, ...EVERYWHERE],
    ...([
      "current",
      "voltage",
      "frequency",
      "angle",
      "charge",
      "resistance",
      "perUnit",
      "irradiance",
      "eventRate",
    ] as const),
  ]),
  water: new Set([
    ...[...FLOW, ...EVERYWHERE],
    ...([
      "volume",
      "mass",
      "length",
      "velocity",
      "conductivity",
      "turbidity",
      "acidity",
      "massConcentration",
      "eventRate",
    ] as const),
  ]),
  gas: new Set([
    ...[...FLOW, ...EVERYWHERE],
    ...(["volume", "mass", "energy", "power", "velocity", "calorificValue", "massConcentration", "eventRate"] as const),
  ]),
  heat: new Set([...FLOW, ...EVERYWHERE, ...(["energy", "power", "volume", "mass", "velocity", "eventRate"] as const)]),
};

export function checkPoints(subject: Subject): void {
  for (const twin of subject.twins.values()) {
    if (twin.kind === "meter") for (const point of twin.points ?? []) checkPoint(subject, twin, point);
  }
}

function checkPoint(subject: Subject, meter: TwinModel, { name, unit }: PointModel): void {
  const dimension = dimensionOf(unit);
  if (dimension === undefined) return;
  const expected = quantityOf(name);
  if (expected && !expected.includes(dimension)) {
    subject.add("METER_UNIT_ODD", meter, `its point ${name} is in ${unit}, which is a unit of ${spaced(dimension)}`);
    return;
  }
  const carrier = String(meter.attributes.carrier);
  if (BY_CARRIER[carrier] && !BY_CARRIER[carrier].has(dimension)) {
    subject.add(
      "METER_POINT_ODD",
      meter,
      `it is a meter of ${carrier}, and its point ${name} (${unit}) measures ${spaced(dimension)}`,
    );
  }
}

/** What a point measures by its name. */
function quantityOf(name: string): readonly Dimension[] | undefined {
  const words = name
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[\s\-:./_]+/);
  while (words.length > 1 && WHICH.test(words.at(-1)!)) words.pop();
  const last = words.at(-1)!;
  return QUANTITIES.find(([word]) => word.test(last))?.[1];
}

function spaced(dimension: Dimension): string {
  return dimension.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
