// Plausibility: which values can physically be, so that a broken sensor is not taken for the world.
// Fed by    readings of meters, with the meter's model
// Gives     `impossibleQuantity`, the rule for everything but registers, and the limits of a connection
// P1  a value that is no finite number is never plausible
// P2  limits are far outside of normal operation: what is merely unusual is for the conditions of the twin that it is about
// P3  a meter's own limits (columns `maxPowerW`, `maxFlowM3PerHour` of meters.csv) go before the ones named here

import type { Carrier, TwinModel } from "../models/district.ts";
import { convert, type Dimension, dimensionOf } from "../models/telemetry/units.ts";
import type { Admission, Admit } from "./definition.ts";

/** Why a value cannot be, whatever came before it; undefined when it can. */
export type Impossible = (value: number) => string | undefined;

/** What can go through a connection, in either direction. */
export interface ConnectionLimits {
  powerW: number;
  flowM3PerHour: number;
}

/** Of one building or a part of it: the largest that have a single meter, with room to spare. */
const BUILDING_LIMITS: Record<Carrier, ConnectionLimits> = {
  electricity: { powerW: 2e6, flowM3PerHour: 100 },
  heat: { powerW: 5e6, flowM3PerHour: 500 },
  gas: { powerW: 5e6, flowM3PerHour: 1_000 },
  water: { powerW: 5e6, flowM3PerHour: 200 },
};

/** Of an element of a network, where a meter may count a whole city. */
const NETWORK_LIMITS: Record<Carrier, ConnectionLimits> = {
  electricity: { powerW: 1e9, flowM3PerHour: 20_000 },
  heat: { powerW: 1e9, flowM3PerHour: 20_000 },
  gas: { powerW: 1e9, flowM3PerHour: 500_000 },
  water: { powerW: 1e9, flowM3PerHour: 50_000 },
};

const BUILDING_KINDS: ReadonlySet<string> = new Set(["building", "storey", "space", "device"]);

/** Parts of a gas in air (CO2), unlike the other ratios, which may be tap positions or loadings. */
const CONCENTRATION_UNITS: ReadonlySet<string> = new Set(["ppm", "ppb", "ppt"]);
const CONCENTRATION = [0, 100_000, "ppm"] as const;

/** Ranges by dimension, each in a unit of its own. Dimensions that are not here only have to be finite. */
const RANGES: Partial<Record<Dimension, readonly [least: number, most: number, unit: string]>> = {
  temperature: [-60, 200, "Cel"],
  pressure: [-1.1, 200, "bar"],
  voltage: [0, 1_200, "kV"],
  current: [-100, 100, "kA"],
  frequency: [0, 100, "Hz"],
  relativeHumidity: [0, 100, "%RH"],
  batteryLevel: [0, 100, "%EL"],
  perUnit: [-5, 5, "pu"],
  ratio: [-1_000, 1_000, "%"],
  count: [0, 1e12, "count"],
  velocity: [-200, 200, "m/s"],
  length: [-12, 12, "km"],
  irradiance: [-50, 2_000, "W/m2"],
  illuminance: [0, 250_000, "lx"],
  acidity: [0, 14, "pH"],
};

const GOOD: Admission = { quality: "GOOD", hold: false };
export const held = (reason: string): Admission => ({ quality: "SUSPECT", hold: true, reason });

/** The rule for readings in that unit. Not for registers: see registers.ts. */
export function impossibleQuantity(unit: string, meter: TwinModel): Impossible {
  const [least, most] = limitsIn(unit, meter);
  return (value) => {
    if (!Number.isFinite(value)) return "the value is no number";
    if (value >= least && value <= most) return undefined;
    return `${value} ${unit} is outside of ${least} to ${most} ${unit}`;
  };
}

/** Holds back what cannot be, and nothing else. */
export const admitPossible =
  (impossible: Impossible): Admit =>
  ({ value }) => {
    const reason = impossible(value);
    return reason === undefined ? GOOD : held(reason);
  };

type Ends = readonly [least: number, most: number];

function limitsIn(unit: string, meter: TwinModel): Ends {
  const ends = (least: number, most: number, of: string): Ends => [convert(least, of, unit)!, convert(most, of, unit)!];
  const bothWays = (most: number, of: string): Ends => ends(-most, most, of);
  const { powerW, flowM3PerHour } = connectionLimits(meter);
  switch (dimensionOf(unit)) {
    case "power":
      return bothWays(powerW, "W");
    case "apparentPower":
      return bothWays(powerW, "VA");
    case "reactivePower":
      return bothWays(powerW, "var");
    case "volumeFlow":
      return bothWays(flowM3PerHour, "m3/h");
  }
  const range = CONCENTRATION_UNITS.has(unit) ? CONCENTRATION : RANGES[dimensionOf(unit)!];
  return range ? ends(...range) : [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
}

/** Columns of meters.csv that say what can be. */
export const LIMIT_COLUMNS = ["maxPowerW", "maxFlowM3PerHour", "registerCapacity"] as const;
type LimitColumn = (typeof LIMIT_COLUMNS)[number];

/** The limits of what a meter measures: its own columns, else by its carrier and the kind of what it measures. */
export function connectionLimits(meter: TwinModel): ConnectionLimits {
  const { carrier, measures } = meter.attributes;
  const kind = typeof measures === "string" ? measures.slice(0, measures.indexOf(":")) : "";
  const table = BUILDING_KINDS.has(kind) ? BUILDING_LIMITS : NETWORK_LIMITS;
  const usual = table[carrier as Carrier] ?? table.electricity;
  return {
    powerW: positiveColumn(meter, "maxPowerW") ?? usual.powerW,
    flowM3PerHour: positiveColumn(meter, "maxFlowM3PerHour") ?? usual.flowM3PerHour,
  };
}

/** A number above zero of a further column of meters.csv, which are kept as text. */
export function positiveColumn(meter: TwinModel, column: LimitColumn): number | undefined {
  const cell = meter.attributes[column];
  const value = typeof cell === "string" && cell !== "" ? Number(cell) : cell;
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : undefined;
}
