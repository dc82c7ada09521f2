// Units of telemetry: which there are, what they measure, and how one becomes another.
// Fed by    the `u` of SenML records, the points of meters.csv, the units that twins declare for their points
// Gives     `isUnit`, `dimensionOf`, `convert`
// Must not  guess: a unit that is not in the table is none, and two dimensions never convert
// U1  W, VA and var are three dimensions, and so are Wh, VAh and varh: their numbers must never be mixed
// U2  a conversion there and back gives the value again, to the last bits of a double
// U3  `%` is a percentage (100 % = 1 /), as every point of this project and nearly every device means it. RFC 8428 makes
//     it a second, discouraged name of the plain ratio `/`; a device that sends ratios says `/`. `%RH` and `%EL` are their own.
//
// Sources: IANA registry "SenML Units" (RFC 8428 section 12.1, RFC 8798, ISO 7027-1 for NTU) and its "Secondary Units"
// (RFC 8798, CoRE-1). Units marked "utilities" are in none of them, but on the meters and in the models of utilities.

export type Dimension = (typeof TABLE)[number][0];

/** One unit: `base = (value + shift) * factor`, in the base unit of its dimension. */
interface Unit {
  dimension: Dimension;
  factor: number;
  shift: number;
}

type Scale = Record<string, number | readonly [factor: number, shift: number]>;

// The base of a dimension is its smallest unit rather than the SI unit, so that factors are whole numbers and
// conversions by powers of ten are exact.
const TABLE = [
  // registry
  ["length", { mm: 1, cm: 10, m: 1e3, km: 1e6 }],
  ["mass", { g: 1, kg: 1e3 }],
  ["time", { ms: 1, s: 1e3, min: 60e3, h: 3_600e3 }],
  ["current", { mA: 1, A: 1e3 }],
  ["temperature", { Cel: 1, K: [1, -273.15] }],
  ["luminousIntensity", { cd: 1 }],
  ["amountOfSubstance", { mol: 1 }],
  ["frequency", { Hz: 1, MHz: 1e6 }],
  ["angle", { rad: 1, deg: Math.PI / 180 }],
  ["solidAngle", { sr: 1 }],
  ["force", { N: 1 }],
  ["pressure", { Pa: 1, hPa: 100 }],
  ["energy", { J: 1, Wh: 3_600, kWh: 3_600e3 }],
  ["power", { W: 1, kW: 1e3 }],
  ["apparentPower", { VA: 1, kVA: 1e3 }],
  ["apparentEnergy", { VAs: 1, VAh: 3_600, kVAh: 3_600e3 }],
  ["reactivePower", { var: 1, kvar: 1e3 }],
  ["reactiveEnergy", { vars: 1, varh: 3_600, kvarh: 3_600e3 }],
  ["charge", { C: 1, Ah: 3_600 }],
  ["voltage", { mV: 1, V: 1e3 }],
  ["capacitance", { F: 1 }],
  ["resistance", { Ohm: 1 }],
  ["conductance", { S: 1 }],
  ["conductivity", { "S/m": 1 }],
  ["magneticFlux", { Wb: 1 }],
  ["magneticFluxDensity", { T: 1 }],
  ["inductance", { H: 1 }],
  ["luminousFlux", { lm: 1 }],
  ["illuminance", { lx: 1 }],
  ["luminance", { "cd/m2": 1 }],
  ["radioactivity", { Bq: 1 }],
  ["absorbedDose", { Gy: 1 }],
  ["equivalentDose", { Sv: 1 }],
  ["catalyticActivity", { kat: 1 }],
  ["area", { m2: 1 }],
  ["volume", { l: 1, m3: 1e3 }],
  ["velocity", { "mm/h": 1, "m/h": 1e3, "km/h": 1e6, "m/s": 3_600e3 }],
  ["acceleration", { "m/s2": 1 }],
  ["volumeFlow", { "l/s": 3_600, "m3/s": 3_600e3 }],
  ["irradiance", { "W/m2": 1 }],
  ["energyPerDistance", { "J/m": 1, "Wh/km": 3.6 }],
  ["massConcentration", { "ug/m3": 1, "ug/l": 1e3, "mg/l": 1e6, "g/l": 1e9, "kg/m3": 1e9 }],
  ["information", { bit: 1, B: 8, KiB: 8_192, GB: 8e9 }],
  ["dataRate", { "bit/s": 1, "B/s": 8, "Mbit/s": 1e6, "MB/s": 8e6 }],
  ["latitude", { lat: 1 }],
  ["longitude", { lon: 1 }],
  ["acidity", { pH: 1 }],
  ["turbidity", { NTU: 1 }],
  ["level", { dB: 1 }],
  ["powerLevel", { dBW: 1, dBm: [1, -30] }],
  ["soundPressureLevel", { Bspl: 1 }],
  ["count", { count: 1 }],
  ["ratio", { ppt: 1, ppb: 1e3, ppm: 1e6, "/1000": 1e9, "/100": 1e10, "/": 1e12 }],
  ["relativeHumidity", { "%RH": 1 }],
  ["batteryLevel", { "%EL": 1 }],
  ["batteryTime", { EL: 1 }],
  ["eventRate", { "1/min": 1, "1/s": 60 }],
  ["heartRate", { "beat/min": 1 }],
  ["heartBeats", { beats: 1 }],
  // utilities
  ["length", { ft: 304.8 }],
  ["mass", { t: 1e6 }],
  ["time", { d: 86_400e3 }],
  ["current", { kA: 1e6 }],
  ["temperature", { degC: 1, degF: [5 / 9, -32] }],
  ["frequency", { kHz: 1e3 }],
  ["pressure", { mbar: 100, kPa: 1e3, bar: 1e5, MPa: 1e6, mH2O: 9_806.65, psi: 6_894.757293168 }],
  ["energy", { Ws: 1, kJ: 1e3, MJ: 1e6, GJ: 1e9, MWh: 3_600e6, GWh: 3_600e9 }],
  ["power", { mW: 1e-3, MW: 1e6, GW: 1e9 }],
  ["apparentPower", { MVA: 1e6 }],
  ["apparentEnergy", { MVAh: 3_600e6 }],
  ["reactivePower", { Mvar: 1e6 }],
  ["reactiveEnergy", { Mvarh: 3_600e6 }],
  ["voltage", { kV: 1e6 }],
  ["resistance", { mOhm: 1e-3, kOhm: 1e3, MOhm: 1e6 }],
  ["conductivity", { "uS/cm": 1e-4, "mS/cm": 0.1 }],
  ["area", { km2: 1e6, ha: 1e4 }],
  ["volumeFlow", { "l/h": 1, "l/min": 60, "m3/h": 1e3, "m3/d": 1e3 / 24, gpm: 3.785411784 * 60 }],
  ["massFlow", { "kg/h": 1, "t/h": 1e3, "kg/s": 3_600 }],
  ["ratio", { "%": 1e10 }],
  ["perUnit", { pu: 1 }],
  ["irradiance", { "kW/m2": 1e3 }],
  ["areaEnergy", { "Wh/m2": 1, "kWh/m2": 1e3 }],
  ["calorificValue", { "kWh/m3": 1 }],
] as const satisfies readonly (readonly [string, Scale])[];

const UNITS = new Map<string, Unit>();
for (const [dimension, scale] of TABLE as readonly (readonly [Dimension, Scale])[]) {
  for (const [unit, of] of Object.entries(scale)) {
    const [factor, shift] = typeof of === "number" ? [of, 0] : of;
    UNITS.set(unit, { dimension, factor, shift });
  }
}

/** Whether a unit is known. Units are case-sensitive: `MW` is not `mW`. */
export function isUnit(unit: string): boolean {
  return UNITS.has(unit);
}

/** What a unit measures, or undefined when it is not known. */
export function dimensionOf(unit: string): Dimension | undefined {
  return UNITS.get(unit)?.dimension;
}

/**
 * A value in another unit of the same dimension; temperatures as points on their scale, not as differences.
 * Undefined when a unit is unknown or the dimensions differ.
 */
export function convert(value: number, from: string, to: string): number | undefined {
  const source = UNITS.get(from);
  if (source === undefined) return undefined;
  if (from === to) return value;
  const target = UNITS.get(to);
  if (target === undefined || target.dimension !== source.dimension) return undefined;
  const shifted = value + source.shift;
  // Dividing by a whole number is exact where multiplying by its reciprocal is not: 310 W are 0.31 kW.
  const scaled =
    source.factor >= target.factor
      ? shifted * (source.factor / target.factor)
      : shifted / (target.factor / source.factor);
  return scaled - target.shift;
}
