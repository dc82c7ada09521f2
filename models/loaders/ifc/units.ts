// The units of an IFC project, and how its measures become SI.
// Fed by    models/loaders/ifc/engine.ts: IfcUnitAssignment of the IfcProject
// Gives     factors to SI base units, by unit type and by defined type of a measure
// Source    IFC4 ADD2 TC1, IfcMeasureResource; IFC documentation of IfcConversionBasedUnit (names and factors)
// U1  a unit that is missing or cannot be read counts as SI without a prefix, and is a finding

import type { IfcModel } from "./engine.ts";
import { number, reference, references, text, value } from "./entity.ts";
import type { IfcFindings } from "./findings.ts";

export interface Units {
  /** Factor to SI of what `LENGTHUNIT`, `AREAUNIT` ... mean in this project. */
  factor(unitType: string): number;
  /** Factor to SI of a unit that a property or quantity names itself. */
  factorOf(unit: number): number;
  /** Factor to SI of a measure such as `IFCAREAMEASURE`; 1 for what is not converted. */
  measureFactor(type: string): number;
  /** Whether measures of this defined type are converted. */
  converts(type: string): boolean;
}

const PREFIXES: Record<string, number> = {
  EXA: 1e18,
  PETA: 1e15,
  TERA: 1e12,
  GIGA: 1e9,
  MEGA: 1e6,
  KILO: 1e3,
  HECTO: 1e2,
  DECA: 1e1,
  DECI: 1e-1,
  CENTI: 1e-2,
  MILLI: 1e-3,
  MICRO: 1e-6,
  NANO: 1e-9,
  PICO: 1e-12,
  FEMTO: 1e-15,
  ATTO: 1e-18,
};

/** The measures that are converted, and the unit type that each is given in. Angles and temperatures stay as they are. */
const MEASURE_UNITS: Record<string, string> = {
  IFCLENGTHMEASURE: "LENGTHUNIT",
  IFCPOSITIVELENGTHMEASURE: "LENGTHUNIT",
  IFCNONNEGATIVELENGTHMEASURE: "LENGTHUNIT",
  IFCAREAMEASURE: "AREAUNIT",
  IFCVOLUMEMEASURE: "VOLUMEUNIT",
  IFCMASSMEASURE: "MASSUNIT",
  IFCTIMEMEASURE: "TIMEUNIT",
  IFCPOWERMEASURE: "POWERUNIT",
  IFCENERGYMEASURE: "ENERGYUNIT",
  IFCELECTRICVOLTAGEMEASURE: "ELECTRICVOLTAGEUNIT",
  IFCELECTRICCURRENTMEASURE: "ELECTRICCURRENTUNIT",
  IFCPRESSUREMEASURE: "PRESSUREUNIT",
  IFCVOLUMETRICFLOWRATEMEASURE: "VOLUMETRICFLOWRATEUNIT",
  IFCTHERMALTRANSMITTANCEMEASURE: "THERMALTRANSMITTANCEUNIT",
  IFCTHERMALCONDUCTIVITYMEASURE: "THERMALCONDUCTANCEUNIT", // IFC's name for the unit of conductivity
  IFCTHERMALRESISTANCEMEASURE: "THERMALRESISTANCEUNIT",
  IFCTHERMALADMITTANCEMEASURE: "THERMALADMITTANCEUNIT",
  IFCHEATFLUXDENSITYMEASURE: "HEATFLUXDENSITYUNIT",
  IFCHEATINGVALUEMEASURE: "HEATINGVALUEUNIT",
  IFCSPECIFICHEATCAPACITYMEASURE: "SPECIFICHEATCAPACITYUNIT",
  IFCMASSDENSITYMEASURE: "MASSDENSITYUNIT",
  IFCMASSFLOWRATEMEASURE: "MASSFLOWRATEUNIT",
  IFCLINEARVELOCITYMEASURE: "LINEARVELOCITYUNIT",
  IFCFORCEMEASURE: "FORCEUNIT",
  IFCFREQUENCYMEASURE: "FREQUENCYUNIT",
  IFCELECTRICRESISTANCEMEASURE: "ELECTRICRESISTANCEUNIT",
  IFCELECTRICCAPACITANCEMEASURE: "ELECTRICCAPACITANCEUNIT",
  IFCELECTRICCHARGEMEASURE: "ELECTRICCHARGEUNIT",
  IFCILLUMINANCEMEASURE: "ILLUMINANCEUNIT",
  IFCLUMINOUSFLUXMEASURE: "LUMINOUSFLUXUNIT",
  IFCLUMINOUSINTENSITYMEASURE: "LUMINOUSINTENSITYUNIT",
};

/** Names of conversion-based units and what they are in SI, for telling a wrong factor. */
const KNOWN_FACTORS: Record<string, number> = {
  inch: 0.0254,
  foot: 0.3048,
  "us survey foot": 1200 / 3937,
  yard: 0.9144,
  mile: 1609.344,
  "square inch": 0.0254 ** 2,
  "square foot": 0.3048 ** 2,
  "square yard": 0.9144 ** 2,
  acre: 4046.8564224,
  "square mile": 1609.344 ** 2,
  "cubic inch": 0.0254 ** 3,
  "cubic foot": 0.3048 ** 3,
  "cubic yard": 0.9144 ** 3,
  litre: 1e-3,
  degree: Math.PI / 180,
  minute: 60,
  hour: 3600,
  day: 86_400,
};
const FACTOR_TOLERANCE = 1e-6;
/** Units defined by units defined by units ...: deeper than this is a circle. */
const MAX_UNIT_DEPTH = 10;

/** Reads the units of the project; `project` is undefined when the file has none. */
export function readUnits(model: IfcModel, project: number | undefined, findings: IfcFindings): Units {
  const reader = new UnitReader(model, findings);
  const context = project === undefined ? undefined : model.entity(project);
  const assignmentLabel = context && reference(context, "UnitsInContext");
  const assignment = assignmentLabel === undefined ? undefined : model.entity(assignmentLabel);
  const factors = new Map<string, number>();
  for (const label of assignment ? references(assignment, "Units") : []) {
    const unit = model.entity(label);
    const type = unit && text(unit, "UnitType");
    if (!unit) findings.add("IFC_REFERENCE_BROKEN", `#${assignmentLabel}`, `the unit #${label} is not in the file`);
    else if (type && !factors.has(type)) factors.set(type, reader.factor(label));
  }
  const missing = ["LENGTHUNIT", "AREAUNIT", "VOLUMEUNIT"].filter((type) => !factors.has(type));
  if (missing.includes("LENGTHUNIT")) {
    findings.add(
      "IFC_UNITS_MISSING",
      project === undefined ? "" : `#${project}`,
      `no unit is given for ${missing.join(", ")}`,
    );
  }
  const factor = (unitType: string): number => factors.get(unitType) ?? 1;
  return {
    factor,
    factorOf: (unit) => reader.factor(unit),
    measureFactor: (type) => factor(MEASURE_UNITS[type] ?? ""),
    converts: (type) => MEASURE_UNITS[type] !== undefined,
  };
}

class UnitReader {
  readonly #model: IfcModel;
  readonly #findings: IfcFindings;
  readonly #known = new Map<number, number>();

  constructor(model: IfcModel, findings: IfcFindings) {
    this.#model = model;
    this.#findings = findings;
  }

  factor(label: number, depth = 0): number {
    const known = this.#known.get(label);
    if (known !== undefined) return known;
    const read = depth > MAX_UNIT_DEPTH ? undefined : this.#read(label, depth);
    const usable = read !== undefined && Number.isFinite(read) && read > 0;
    if (!usable)
      this.#findings.add(
        "IFC_UNIT_UNKNOWN",
        `#${label}`,
        "this unit cannot be traced to SI; its values stay as they are",
      );
    this.#known.set(label, usable ? read : 1);
    return usable ? read : 1;
  }

  #read(label: number, depth: number): number | undefined {
    const unit = this.#model.entity(label);
    if (!unit) return undefined;
    switch (this.#model.classOf(label)) {
      case "IfcSIUnit":
        return siFactor(text(unit, "Name") ?? "", text(unit, "Prefix"));
      case "IfcConversionBasedUnit":
      case "IfcConversionBasedUnitWithOffset": {
        const factor = this.#measure(reference(unit, "ConversionFactor"), depth);
        this.#compare(label, text(unit, "Name") ?? "", factor);
        return factor;
      }
      case "IfcDerivedUnit":
        return references(unit, "Elements").reduce((product, element) => product * this.#power(element, depth), 1);
      case "IfcMonetaryUnit":
      case "IfcContextDependentUnit":
        return 1;
      default:
        return undefined;
    }
  }

  #measure(label: number | undefined, depth: number): number | undefined {
    const measure = label === undefined ? undefined : this.#model.entity(label);
    const unit = measure && reference(measure, "UnitComponent");
    const amount = measure && value(measure, "ValueComponent").value;
    if (unit === undefined || typeof amount !== "number") return undefined;
    return amount * this.factor(unit, depth + 1);
  }

  #power(label: number, depth: number): number {
    const element = this.#model.entity(label);
    const unit = element && reference(element, "Unit");
    return element && unit !== undefined
      ? this.factor(unit, depth + 1) ** (number(element, "Exponent") ?? 1)
      : Number.NaN;
  }

  #compare(label: number, name: string, factor: number | undefined): void {
    const known = name.trim().toLowerCase();
    const expected = Object.hasOwn(KNOWN_FACTORS, known) ? KNOWN_FACTORS[known] : undefined;
    if (expected === undefined || factor === undefined) return;
    if (Math.abs(factor / expected - 1) <= FACTOR_TOLERANCE) return;
    this.#findings.add(
      "IFC_UNIT_FACTOR",
      `#${label}`,
      `the unit ${name} is ${expected} in SI, but its factor says ${factor}`,
    );
  }
}

/** Prefix and name of an IfcSIUnit as a factor to the unprefixed SI unit; grams count as 0.001 kg. */
function siFactor(name: string, prefix: string | undefined): number | undefined {
  const scale = prefix === undefined ? 1 : PREFIXES[prefix];
  if (scale === undefined || name === "") return undefined;
  if (name === "GRAM") return scale * 1e-3;
  if (name === "SQUARE_METRE") return scale ** 2;
  if (name === "CUBIC_METRE") return scale ** 3;
  return scale;
}
