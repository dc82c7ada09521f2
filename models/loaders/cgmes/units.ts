// Units: what a number in a CIM file counts, and what the house counts it in.
// Fed by    the headers of the files and the base voltages
// Gives     a dialect; name and value of an attribute for a property
// U1  CGMES counts in kV, MW, MVAr, MVA, MWh and km; CIM100 without a CGMES header (CIMHub) in V, W, var, VA, Wh and m
// U2  CGMES counts the power of machines as a load's (negative when it generates); CIMHub counts what they generate.
//     The house counts generation as positive, and of a storage what it takes in
// U3  a highest base voltage that no grid has in kV, or none has in V, overrules the header, with a finding
// Source: IEC 61970-301 and -452 (units of the domain types); ENTSO-E CGMES 2.4.15; CIMHub's IEEE 13 export

import type { Attributes, Json } from "../../district.ts";
import type { CgmesFindings } from "./findings.ts";
import { type CimModel, type CimObject, named } from "./model.ts";
import type { CimHeader } from "./rdf.ts";

export interface Dialect {
  /** What kV, MW, MVAr, MVA and MWh are divided by when the file counts in V, W ...; 1 when it counts as the house does. */
  perKilo: 1 | 1000;
  perMega: 1 | 1_000_000;
  /** -1 when machines are counted as loads. */
  generation: 1 | -1;
}

const CGMES: Dialect = { perKilo: 1, perMega: 1, generation: -1 };
const CIMHUB: Dialect = { perKilo: 1000, perMega: 1_000_000, generation: 1 };
/** No grid has more than 1,200 kV. */
const HIGHEST_KV = 1500;
/** No grid has less than 50 V throughout. */
const LOWEST_V = 50;
/** Namespaces before CIM100: CIM14, 15, 16 and 17. */
const OLDER = /CIM-schema-cim1[4-7]/i;

export function dialectOf(headers: readonly CimHeader[], model: CimModel, findings: CgmesFindings): Dialect {
  const isCgmes = headers.some((header) => header.isCgmes || OLDER.test(header.namespace ?? ""));
  const voltages = model.of("BaseVoltage").flatMap((object) => object.number("nominalVoltage") ?? []);
  const highest = voltages.reduce((most, voltage) => Math.max(most, voltage), 0);
  const base = isCgmes ? CGMES : CIMHUB;
  if (highest === 0) return base;
  if (isCgmes && highest > HIGHEST_KV) {
    findings.add(
      "CGMES_UNITS",
      "",
      `the highest base voltage is ${highest}: voltages, powers and lengths are read as V, W, m`,
    );
    return { ...CIMHUB, generation: base.generation };
  }
  if (!isCgmes && highest < LOWEST_V) {
    findings.add(
      "CGMES_UNITS",
      "",
      `the highest base voltage is ${highest}: voltages, powers and lengths are read as kV, MW, km`,
    );
    return { ...CGMES, generation: base.generation };
  }
  return base;
}

type Scale = "kilo" | "mega" | "thousandth" | "perKm" | "same" | "degrees";

/** How properties of one quantity are named and scaled: `p` -> `pMw`. */
const QUANTITIES: readonly (readonly [suffix: string, scale: Scale, properties: string])[] = [
  [
    "Kv",
    "kilo",
    "neutralU insulationU maxU minU voltageSetPoint highVoltageLimit lowVoltageLimit energisedEndVoltage v operatingVoltage",
  ],
  [
    "Mw",
    "mega",
    "p pfixed maxP minP maxOperatingP minOperatingP initialP nominalP ratedNetMaxP ratedGrossMaxP ratedGrossMinP pInjection",
  ],
  ["Mvar", "mega", "q qfixed maxQ minQ baseQ qInjection"],
  ["Mva", "mega", "shortTermS emergencyS basePower"],
  ["Km", "kilo", "length"],
  ["Ka", "thousandth", "ratedCurrent breakingCapacity"],
  [
    "Ohm",
    "same",
    "r x r0 x0 r2 x2 r21 x21 rground xground earthingStarPointR earthingStarPointX leakageImpedance leakageImpedanceZero " +
      "capacitiveRating inductiveRating xStepMin xStepMax xMin xMax rn xn internalResistance",
  ],
  ["Siemens", "same", "b g b0 g0 bch gch b0ch g0ch bPerSection gPerSection b0PerSection g0PerSection"],
  ["OhmPerKm", "perKm", "rDC20 rAC25 rAC50 rAC75"],
  ["M", "same", "radius gmr coreRadius insulationThickness diameterOverCore diameterOverInsulation diameterOverJacket"],
  [
    "M",
    "same",
    "diameterOverScreen diameterOverNeutral neutralStrandGmr neutralStrandRadius xCoord yCoord phaseWireSpacing",
  ],
  ["A", "same", "varistorRatedCurrent maxInitialSymShCCurrent minInitialSymShCCurrent"],
  ["Kw", "same", "loss lossZero"],
  ["S", "same", "initialDelay subsequentDelay acceptableDuration aVRDelay"],
  ["Deg", "same", "windingConnectionAngle angle"],
  ["Hz", "same", "frequency nominalFrequency"],
  ["DegC", "same", "temperature"],
];

/** Names that the house has for a property. */
const OWN_NAMES: Record<string, readonly [name: string, scale: Scale]> = {
  nominalVoltage: ["vnKv", "kilo"],
  ratedU: ["vnKv", "kilo"],
  nomU: ["vnKv", "kilo"],
  ratedS: ["snMva", "mega"],
  ratedE: ["maxEMwh", "mega"],
  storedE: ["storedEMwh", "mega"],
  sections: ["step", "same"],
  maximumSections: ["maxStep", "same"],
  lowStep: ["tapMin", "same"],
  highStep: ["tapMax", "same"],
  neutralStep: ["tapNeutral", "same"],
  stepVoltageIncrement: ["tapStepPercent", "same"],
  stepPhaseShiftIncrement: ["tapStepDegree", "same"],
  excitingCurrent: ["i0Percent", "same"],
  voltageMagnitude: ["vmKv", "kilo"],
  voltageAngle: ["vaDegree", "degrees"],
};

/** Percent of what the tap stands for, where elsewhere the same names are ohms. */
const TABLE_POINT = /TapChangerTablePoint$/;
const TABLE_POINT_NAMES: Record<string, string> = { r: "rPercent", x: "xPercent", b: "bPercent", g: "gPercent" };
/** Texts even when they look like numbers; `mRID` is the id again, and `name` stands beside it. */
const TEXTS: ReadonlySet<string> = new Set(["description", "shortName", "aliasName", "energyIdentCodeEic", "crsUrn"]);
const NOT_ATTRIBUTES: ReadonlySet<string> = new Set(["mRID", "name", "__proto__", "id", "cimClass"]);

const SCALED = new Map<string, readonly [name: string, scale: Scale]>([
  ...QUANTITIES.flatMap(([suffix, scale, properties]) =>
    properties.split(" ").map((property) => [property, [property + suffix, scale]] as const),
  ),
  ...Object.entries(OWN_NAMES),
]);

function scaled(value: number, scale: Scale, { perKilo, perMega }: Dialect): number {
  if (scale === "kilo") return value / perKilo;
  if (scale === "mega") return value / perMega;
  if (scale === "thousandth") return value / 1000;
  if (scale === "perKm") return tidy(value * 1000);
  return scale === "degrees" ? tidy((value * 180) / Math.PI) : value;
}

/** Without the last digits, which conversions fill with noise. */
export function tidy(value: number): number {
  return Number(value.toPrecision(12));
}

/** A property in the unit of the house: `quantity(line, "length")` is in km. */
export function quantity(object: CimObject | undefined, property: string, dialect: Dialect): number | undefined {
  const value = object?.number(property);
  return value === undefined ? undefined : scaled(value, SCALED.get(property)?.[1] ?? "same", dialect);
}

/** All that the file says of an object in plain values, under the names and in the units of the house. */
export function plainAttributes(object: CimObject, dialect: Dialect, findings: CgmesFindings): Attributes {
  const attributes: Attributes = {};
  const { values } = object;
  for (let at = 0; at < values.length; at += 2) {
    const [property, text] = [values[at]!, values[at + 1]!];
    if (NOT_ATTRIBUTES.has(property) || text === "") continue;
    const percent = TABLE_POINT.test(object.className) ? TABLE_POINT_NAMES[property] : undefined;
    const known = percent === undefined ? SCALED.get(property) : ([percent, "same"] as const);
    if (!known) attributes[attributeName(property)] = TEXTS.has(property) ? text : plain(text);
    else {
      const value = Number(text);
      if (Number.isFinite(value)) attributes[known[0]] = scaled(value, known[1], dialect);
      else if (!/^[+-]?(?:nan|inf(?:inity)?)$/i.test(text)) {
        findings.add("CGMES_VALUE", named(object), `${property} is ${text.slice(0, 80)}, not a number`);
      }
    }
  }
  return attributes;
}

function attributeName(property: string): string {
  return property.charAt(0).toLowerCase() + property.slice(1);
}

function plain(text: string): Json {
  if (text === "true") return true;
  if (text === "false") return false;
  const first = text.charCodeAt(0);
  // Numbers begin with a digit, a sign or a point; `0123` is a code.
  if ((first < 0x30 || first > 0x39) && first !== 0x2d && first !== 0x2b && first !== 0x2e) return text;
  if (/^[+-]?0\d/.test(text)) return text;
  const value = Number(text);
  return Number.isFinite(value) ? value : text;
}
