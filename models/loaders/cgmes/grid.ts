// The grid while it is made: the model, how to describe an object of it, and what has been made so far.
// Fed by    the complete model
// Gives     twins, links and branches; descriptions of objects as attributes
// G1  an object that stands in a description counts as kept, one that a twin was made of as read
// G2  an object is described once: who else refers to it gets the same description

import type { Attributes, Branch, Json, Kind, Link, TwinModel } from "../../district.ts";
import { newTwin } from "../../district.ts";
import type { CgmesFindings } from "./findings.ts";
import type { CimModel, CimObject } from "./model.ts";
import { Places } from "./places.ts";
import { type Dialect, plainAttributes } from "./units.ts";

/** What hangs at an object: a class, the property by which it names its owner, and the owner's attribute that lists it. */
const PARTS: readonly (readonly [classes: RegExp, property: string, attribute: string])[] = [
  [/^ACLineSegmentPhase$/, "ACLineSegment", "phaseDetails"],
  [/^SwitchPhase$/, "Switch", "phaseDetails"],
  [/^EnergyConsumerPhase$/, "EnergyConsumer", "phaseDetails"],
  [/^EnergySourcePhase$/, "EnergySource", "phaseDetails"],
  [/^PowerElectronicsConnectionPhase$/, "PowerElectronicsConnection", "phaseDetails"],
  [/ShuntCompensatorPhase$/, "ShuntCompensator", "phaseDetails"],
  [/^NonlinearShuntCompensatorPoint$/, "NonlinearShuntCompensator", "points"],
  [/^NonlinearShuntCompensatorPhasePoint$/, "NonlinearShuntCompensatorPhase", "points"],
  [/^CurveData$/, "Curve", "points"],
  [/^RatioTapChangerTablePoint$/, "RatioTapChangerTable", "points"],
  [/^PhaseTapChangerTablePoint$/, "PhaseTapChangerTable", "points"],
  [/^RegularTimePoint$/, "IntervalSchedule", "points"],
  [/TapChanger\w*$/, "TransformerEnd", "tapChangers"],
  [/^TransformerCoreAdmittance$/, "TransformerEnd", "coreAdmittances"],
  [/^TransformerStarImpedance$/, "TransformerEnd", "starImpedances"],
  [/^TransformerMeshImpedance$/, "FromTransformerEnd", "meshImpedances"],
  [/^TransformerEndInfo$/, "TransformerTankInfo", "ends"],
  [/^TransformerTankInfo$/, "PowerTransformerInfo", "tanks"],
  [/Test$/, "EnergisedEnd", "tests"],
  [/^WirePosition$/, "WireSpacingInfo", "positions"],
  [/Unit$/, "PowerElectronicsConnection", "units"],
  [/^(?:Analog|Discrete|Accumulator|StringMeasurement)$/, "PowerSystemResource", "measurements"],
  [/^AnalogValue$/, "Analog", "values"],
  [/^DiscreteValue$/, "Discrete", "values"],
  [/^AccumulatorValue$/, "Accumulator", "values"],
  [/^FossilFuel$/, "ThermalGeneratingUnit", "fossilFuels"],
  [/^GrossToNetActivePowerCurve$/, "GeneratingUnit", "grossToNetActivePowerCurves"],
  [/Schedule$/, "EnergyConsumer", "schedules"],
  [/Schedule$/, "RegulatingControl", "schedules"],
  [/Schedule$/, "TapChanger", "schedules"],
  [/^(?:Non)?ConformLoadSchedule$/, "ConformLoadGroup", "schedules"],
  [/^NonConformLoadSchedule$/, "NonConformLoadGroup", "schedules"],
  [/^Asset$/, "PowerSystemResources", "assets"],
  [/^Asset$/, "PowerSystemResource", "assets"],
];

/** Properties of which the object that they name belongs to the description. */
const WHOLES: Readonly<Record<string, string>> = {
  LoadResponse: "loadResponse",
  LoadGroup: "loadGroup",
  SubLoadArea: "subLoadArea",
  LoadArea: "loadArea",
  RegulatingControl: "regulatingControl",
  TapChangerControl: "regulatingControl",
  InitialReactiveCapabilityCurve: "reactiveCapabilityCurve",
  GeneratingUnit: "generatingUnit",
  HydroPowerPlant: "hydroPowerPlant",
  PowerElectronicsUnit: "unit",
  RatioTapChangerTable: "table",
  PhaseTapChangerTable: "table",
  TransformerTankInfo: "info",
  AssetDatasheet: "info",
  AssetInfo: "info",
  WireSpacingInfo: "wireSpacing",
  WireInfo: "wire",
  SpecifyingInfo: "info",
  EquivalentNetwork: "equivalentNetwork",
  MeasurementValueSource: "source",
  EnergySchedulingType: "energySchedulingType",
};

/** Properties of which the ids that they name are said: what they name stands elsewhere. */
const NAMED_ONLY = [
  ["ToTransformerEnd", "toTransformerEnd"],
  ["GroundedEnds", "groundedEnds"],
  ["Terminal", "terminal"],
] as const;

/** What has a place of its own though it is an attribute. */
const PLACED = /^(?:Substation|VoltageLevel|Bay|Feeder|Line|TransformerTank|Asset)$/;
/** Descriptions within descriptions; what comes round in a circle ends here. */
const MAX_DEPTH = 6;

export class Grid {
  readonly source: string;
  readonly model: CimModel;
  readonly dialect: Dialect;
  readonly findings: CgmesFindings;
  readonly places: Places;
  readonly twins: TwinModel[] = [];
  readonly links: Link[] = [];
  readonly branches: Branch[] = [];
  readonly twinOf = new Map<CimObject, TwinModel>();
  /** PARTS of which the model has any. */
  readonly #partsHere: typeof PARTS;
  readonly #described = new Map<CimObject, Attributes>();
  /** What is being described right now, higher up: a circle of references must not become one of attributes. */
  readonly #open = new Set<CimObject>();

  constructor(source: string, model: CimModel, dialect: Dialect, findings: CgmesFindings) {
    this.source = source;
    this.model = model;
    this.dialect = dialect;
    this.findings = findings;
    this.places = new Places(model);
    this.#partsHere = PARTS.filter(([, property]) => model.hasReferences(property));
  }

  addTwin(kind: Kind, object: CimObject, attributes: Attributes, name = object.name): TwinModel {
    const twin = newTwin(
      kind,
      this.source,
      object.id,
      { carrier: "electricity", cimClass: object.className, ...attributes },
      name,
    );
    object.fate = "read";
    this.twins.push(twin);
    this.twinOf.set(object, twin);
    return twin;
  }

  /** What the file says of an object that is made a twin, without what that twin says of itself anyway. */
  own(object: CimObject): Attributes {
    this.#open.add(object);
    const attributes = this.#parts(object, 0);
    this.#open.delete(object);
    return attributes;
  }

  /** An object as an attribute of another one. */
  described(object: CimObject, depth = 1): Attributes {
    const known = this.#described.get(object);
    if (known) return known;
    object.fate ??= "kept";
    const { id, className, name } = object;
    const described: Attributes = { id, cimClass: className, ...(name ? { name } : {}) };
    this.#open.add(object);
    Object.assign(described, this.#parts(object, depth), PLACED.test(className) ? this.places.of(object) : {});
    this.#open.delete(object);
    this.#described.set(object, described);
    return described;
  }

  #parts(object: CimObject, depth: number): Attributes {
    const attributes = plainAttributes(object, this.dialect, this.findings);
    if (depth >= MAX_DEPTH) return attributes;
    const { references } = object;
    for (let at = 0; at < references.length; at += 2) {
      const attribute = Object.hasOwn(WHOLES, references[at]!) ? WHOLES[references[at]!] : undefined;
      const whole = attribute === undefined ? undefined : this.model.get(references[at + 1]);
      if (whole && attribute !== undefined && !this.#open.has(whole))
        attributes[attribute] = this.described(whole, depth + 1);
    }
    for (const [property, attribute] of NAMED_ONLY) {
      const ids = object.allReferences(property).flatMap((key) => this.model.get(key)?.id ?? []);
      if (ids.length > 0) attributes[attribute] = ids.length === 1 ? ids[0]! : ids;
    }
    for (const [classes, property, attribute] of this.#partsHere) {
      for (const part of this.model.referring(property, object)) {
        if (classes.test(part.className) && !this.#open.has(part))
          add(attributes, attribute, this.described(part, depth + 1));
      }
    }
    return attributes;
  }
}

function add(attributes: Attributes, name: string, value: Json): void {
  const list = attributes[name];
  if (Array.isArray(list)) list.push(value);
  else attributes[name] = [value];
}
