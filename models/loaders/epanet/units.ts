// Units of an .inp file, and how to get from them to the units that attributes have.
// Fed by    UNITS, PRESSURE, SPECIFIC GRAVITY and HEADLOSS of [OPTIONS]
// Gives     one conversion per kind of quantity
// U1  the flow unit decides between US and SI units for everything else (EPANET 2.2 manual, appendix A)
// U2  a pressure unit that is named holds in both systems, as in EPANET 2.3; EPANET 2.2 would take PSI and metres instead
// U3  the factors are the ones that EPANET calculates with, so that a solve of our model meets one of EPANET's
// U4  each conversion has a way back: what is converted back and read again is the same number

/** Litres per second of one unit of flow. EPANET keeps flows in ft3/s, of which one is 28.317 L/s. */
const LPS_PER_CFS = 28.317;
const PER_CFS: Record<string, number> = {
  CFS: 1,
  GPM: 448.831,
  MGD: 0.64632,
  IMGD: 0.5382,
  AFD: 1.9837,
  LPS: 28.317,
  LPM: 1699.0,
  MLD: 2.4466,
  CMH: 101.94,
  CMD: 2446.6,
  CMS: 0.028317,
};
const US_UNITS = ["CFS", "GPM", "MGD", "IMGD", "AFD"];

const METRES_PER_FOOT = 0.3048;
const KILOWATT_PER_HORSEPOWER = 0.7457;
const PSI_PER_FOOT = 0.4333;
const KPA_PER_PSI = 6.895;
const BAR_PER_PSI = 0.068948;

export const PRESSURE_UNITS = ["PSI", "KPA", "METERS", "BAR", "FEET"];
export const FLOW_UNITS = [...Object.keys(PER_CFS), "SI"];

export interface Units {
  flowUnits: string;
  pressureUnits: string;
  toLps(flow: number): number;
  /** Length, elevation, head, level, tank diameter. */
  toM(length: number): number;
  toM3(volume: number): number;
  /** Diameter of a pipe or valve. */
  toMm(diameter: number): number;
  toKw(power: number): number;
  /** A pressure as the height of a water column. */
  pressureToM(pressure: number): number;
  /** Darcy-Weisbach roughness to mm. The other formulas' roughness has no unit. */
  roughnessToMm(roughness: number): number;
  /** What each conversion multiplies by. */
  factors: Factors;
}

export type Factors = Record<"toLps" | "toM" | "toM3" | "toMm" | "toKw" | "pressureToM" | "roughnessToMm", number>;

/** `pressure` is empty when the file does not name its unit. */
export function unitsOf(flowUnits: string, pressure: string, specificGravity: number): Units {
  const flow = flowUnits === "SI" ? "LPS" : flowUnits;
  const isUs = US_UNITS.includes(flow);
  const length = isUs ? METRES_PER_FOOT : 1;
  const pressureUnits = pressure || (isUs ? "PSI" : "METERS");
  const flowFactor = flow === "LPS" ? 1 : LPS_PER_CFS / (PER_CFS[flow] ?? 1);
  const pressureFactor =
    metresOf(pressureUnits) / (["METERS", "FEET"].includes(pressureUnits) ? 1 : specificGravity || 1);
  const factors: Factors = {
    toLps: flowFactor,
    toM: length,
    toM3: length ** 3,
    toMm: isUs ? 25.4 : 1,
    toKw: isUs ? KILOWATT_PER_HORSEPOWER : 1,
    pressureToM: pressureFactor,
    roughnessToMm: isUs ? METRES_PER_FOOT : 1,
  };
  return {
    flowUnits: flow,
    pressureUnits,
    toLps: (value) => scaled(value, factors.toLps),
    toM: (value) => scaled(value, factors.toM),
    toM3: (value) => scaled(value, factors.toM3),
    toMm: (value) => scaled(value, factors.toMm),
    toKw: (value) => scaled(value, factors.toKw),
    pressureToM: (value) => scaled(value, factors.pressureToM),
    roughnessToMm: (value) => scaled(value, factors.roughnessToMm),
    factors,
  };
}

function metresOf(pressureUnits: string): number {
  const metresPerPsi = METRES_PER_FOOT / PSI_PER_FOOT;
  if (pressureUnits === "PSI") return metresPerPsi;
  if (pressureUnits === "KPA") return metresPerPsi / KPA_PER_PSI;
  if (pressureUnits === "BAR") return metresPerPsi / BAR_PER_PSI;
  return pressureUnits === "FEET" ? METRES_PER_FOOT : 1;
}

/** Twelve digits hide what binary fractions add: 12 inches are 304.8 mm. */
function scaled(value: number, factor: number): number {
  return factor === 1 ? value : Number((value * factor).toPrecision(12));
}

/** The number with the fewest digits near a quotient of which a conversion makes the given one: what stood in the file, most often. */
export function numberFor(given: number, quotient: number, convert: (value: number) => number): number {
  for (let digits = 6; digits <= 17; digits++) {
    const candidate = Number(quotient.toPrecision(digits));
    if (convert(candidate) === given) return candidate;
  }
  return quotient;
}
