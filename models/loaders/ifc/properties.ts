// Property sets and quantities of an object, its own and those of its type.
// Fed by    models/loaders/ifc/engine.ts: IfcRelDefinesByProperties, IfcRelDefinesByType
// Gives     `propertySets` and `quantities` as plain JSON, in SI
// Source    IFC4 ADD2 TC1, IfcPropertyResource, IfcQuantityResource; IFC2x3 TC1 has the same but for a few classes
// The measures that models/loaders/ifc/units.ts names (lengths, areas, volumes, masses, times, powers, energies, electric and thermal
// ones, flows, pressures, light) are converted to SI (m, m2, m3, kg, s, W, J, V, A, Pa, m3/s, W/(m2 K) ...), by the unit of the value
// itself or else of the project. Angles, temperatures, ratios, counts and plain numbers stay as the file has them.
// P1  what the occurrence says wins over what its type says, value by value

import type { Json } from "../../district.ts";
import type { IfcEntity, IfcModel } from "./engine.ts";
import { type IfcValue, number, reference, references, text, value, values } from "./entity.ts";
import type { IfcFindings } from "./findings.ts";
import type { Units } from "./units.ts";

/** Set name to value name to value. */
export type Sets = Record<string, Record<string, Json>>;

export interface ObjectProperties {
  propertySets: Sets;
  quantities: Sets;
}

interface Definition {
  kind: "propertySets" | "quantities";
  name: string;
  values: Record<string, Json>;
}

/** Complex properties within complex properties: deeper than this is a circle. */
const MAX_COMPLEX_DEPTH = 20;
/** Names that claim the standard's prefix `Pset_`, told of when it is not written just so. */
const PREFIX = /^pset/i;
/** Names that such a finding lists. */
const MAX_NAMES_TOLD = 5;

const QUANTITY_VALUES: Record<string, [attribute: string, unitType: string]> = {
  IfcQuantityLength: ["LengthValue", "LENGTHUNIT"],
  IfcQuantityArea: ["AreaValue", "AREAUNIT"],
  IfcQuantityVolume: ["VolumeValue", "VOLUMEUNIT"],
  IfcQuantityWeight: ["WeightValue", "MASSUNIT"],
  IfcQuantityTime: ["TimeValue", "TIMEUNIT"],
  IfcQuantityCount: ["CountValue", ""],
  IfcQuantityNumber: ["NumberValue", ""],
};

export class PropertyReader {
  readonly #model: IfcModel;
  readonly #units: Units;
  readonly #findings: IfcFindings;
  readonly #definitions = new Map<number, Definition | undefined>();
  /** Object to the sets that define it, and object to its type. */
  readonly #setsOf = new Map<number, number[]>();
  readonly #typeOf = new Map<number, number>();

  constructor(model: IfcModel, units: Units, findings: IfcFindings) {
    this.#model = model;
    this.#units = units;
    this.#findings = findings;
    this.#checkNames();
    for (const label of model.labels("IFCRELDEFINESBYPROPERTIES")) {
      const relation = model.entity(label);
      if (!relation) continue;
      const sets = this.#present(relation, "RelatingPropertyDefinition");
      for (const object of references(relation, "RelatedObjects")) {
        const known = this.#setsOf.get(object);
        if (known) known.push(...sets);
        else this.#setsOf.set(object, [...sets]);
      }
    }
    for (const label of model.labels("IFCRELDEFINESBYTYPE")) {
      const relation = model.entity(label);
      const [type] = relation ? this.#present(relation, "RelatingType") : [];
      if (!relation || type === undefined) continue;
      for (const object of references(relation, "RelatedObjects")) this.#typeOf.set(object, type);
    }
  }

  /** Type objects that have an occurrence, with those occurrences. */
  get types(): Map<number, number[]> {
    const types = new Map<number, number[]>();
    for (const [object, type] of this.#typeOf) {
      const objects = types.get(type);
      if (objects) objects.push(object);
      else types.set(type, [object]);
    }
    return types;
  }

  /** The type object of an occurrence, when it has one. */
  typeOf(label: number): number | undefined {
    return this.#typeOf.get(label);
  }

  /** A type's predefined type stands in for one that the occurrence does not say. */
  predefinedTypeOf(entity: IfcEntity): string | undefined {
    const own = text(entity, "PredefinedType");
    if (own !== undefined && own !== "NOTDEFINED") return own;
    const type = this.#typeOf.get(entity.label);
    const typeEntity = type === undefined ? undefined : this.#model.entity(type);
    return (typeEntity && text(typeEntity, "PredefinedType")) ?? own;
  }

  of(label: number): ObjectProperties {
    const properties: ObjectProperties = { propertySets: {}, quantities: {} };
    const type = this.#typeOf.get(label);
    const typeEntity = type === undefined ? undefined : this.#model.entity(type);
    const fromType = typeEntity ? references(typeEntity, "HasPropertySets") : [];
    for (const set of [...(this.#setsOf.get(label) ?? []), ...fromType]) {
      const definition = this.#definition(set);
      if (!definition) continue;
      const sets = properties[definition.kind];
      // the occurrence comes first, so what is there already stays
      put(sets, definition.name, {
        ...definition.values,
        ...(Object.hasOwn(sets, definition.name) ? sets[definition.name] : {}),
      });
    }
    return properties;
  }

  #present(relation: IfcEntity, attribute: string): number[] {
    return references(relation, attribute).filter((label) => {
      if (this.#model.classOf(label)) return true;
      this.#findings.add("IFC_REFERENCE_BROKEN", `#${relation.label}`, `${attribute} #${label} is not in the file`);
      return false;
    });
  }

  /** One finding for all: an exporter that writes one such name writes dozens. */
  #checkNames(): void {
    const odd = new Map<string, number>();
    for (const label of this.#model.labels("IFCPROPERTYSET")) {
      const set = this.#model.entity(label);
      const name = set && text(set, "Name");
      if (name && PREFIX.test(name) && !name.startsWith("Pset_") && !odd.has(name)) odd.set(name, label);
    }
    const [first] = odd.values();
    if (first === undefined) return;
    const told = [...odd.keys()].slice(0, MAX_NAMES_TOLD).map((name) => `"${name}"`);
    if (odd.size > told.length) told.push(`and ${odd.size - told.length} more names`);
    this.#findings.add("IFC_PROPERTY_SET_NAME", `#${first}`, `looks like a set of the standard: ${told.join(", ")}`);
  }

  #definition(label: number): Definition | undefined {
    if (!this.#definitions.has(label)) this.#definitions.set(label, this.#readDefinition(label));
    return this.#definitions.get(label);
  }

  #readDefinition(label: number): Definition | undefined {
    const set = this.#model.entity(label);
    const className = this.#model.classOf(label);
    if (!set || (className !== "IfcPropertySet" && className !== "IfcElementQuantity")) return undefined;
    const name = text(set, "Name") ?? `#${label}`;
    return className === "IfcPropertySet"
      ? { kind: "propertySets", name, values: this.#readAll(set, "HasProperties", 0) }
      : { kind: "quantities", name, values: this.#readAll(set, "Quantities", 0) };
  }

  #readAll(owner: IfcEntity, attribute: string, depth: number): Record<string, Json> {
    const all: Record<string, Json> = {};
    for (const label of this.#present(owner, attribute)) {
      const property = this.#model.entity(label);
      const name = property && text(property, "Name");
      if (!property) continue;
      const problem =
        name === undefined ? "it has no name" : Object.hasOwn(all, name) ? `"${name}" stands twice in its set` : "";
      if (problem) this.#findings.add("IFC_PROPERTY_INVALID", `#${label}`, problem);
      if (name !== undefined && !problem) put(all, name, this.#readProperty(property, depth));
    }
    return all;
  }

  #readProperty(property: IfcEntity, depth: number): Json {
    const className = this.#model.classOf(property.label) ?? "";
    const quantity = QUANTITY_VALUES[className];
    if (quantity) return this.#quantity(property, ...quantity);
    switch (className) {
      case "IfcPropertySingleValue":
        return this.#si(value(property, "NominalValue"), reference(property, "Unit"));
      case "IfcPropertyEnumeratedValue":
        return this.#list(property, "EnumerationValues", undefined);
      case "IfcPropertyListValue":
        return this.#list(property, "ListValues", reference(property, "Unit"));
      case "IfcPropertyBoundedValue":
        return this.#bounds(property);
      case "IfcPropertyTableValue":
        return this.#table(property);
      case "IfcComplexProperty":
      case "IfcPhysicalComplexQuantity": {
        const attribute = className === "IfcComplexProperty" ? "HasProperties" : "HasQuantities";
        if (depth < MAX_COMPLEX_DEPTH) return this.#readAll(property, attribute, depth + 1);
        this.#findings.add("IFC_CYCLE", `#${property.label}`, "this property holds itself");
        return null;
      }
      default:
        return null; // IfcPropertyReferenceValue and its like refer to entities that no twin knows
    }
  }

  #quantity(quantity: IfcEntity, attribute: string, unitType: string): Json {
    const amount = number(quantity, attribute);
    if (amount === undefined) {
      this.#findings.add(
        "IFC_PROPERTY_INVALID",
        `#${quantity.label}`,
        `the quantity "${text(quantity, "Name")}" has no number`,
      );
      return null;
    }
    const unit = reference(quantity, "Unit");
    return scaled(amount, unit === undefined ? this.#units.factor(unitType) : this.#units.factorOf(unit));
  }

  #list(property: IfcEntity, attribute: string, unit: number | undefined): Json[] {
    return values(property, attribute).map((one) => this.#si(one, unit));
  }

  #bounds(property: IfcEntity): Json {
    const unit = reference(property, "Unit");
    const bounds: Record<string, Json> = {
      lower: this.#si(value(property, "LowerBoundValue"), unit),
      upper: this.#si(value(property, "UpperBoundValue"), unit),
    };
    const setPoint = this.#si(value(property, "SetPointValue"), unit); // IFC4 and later
    return setPoint === null ? bounds : { ...bounds, setPoint };
  }

  #table(property: IfcEntity): Json {
    const defined = this.#list(property, "DefinedValues", reference(property, "DefinedUnit"));
    return this.#list(property, "DefiningValues", reference(property, "DefiningUnit")).map((defining, index) => ({
      defining,
      defined: defined[index] ?? null,
    }));
  }

  #si({ type, value: raw }: IfcValue, unit: number | undefined): Json {
    if (typeof raw !== "number") return raw;
    const factor = this.#units.measureFactor(type);
    // an explicit unit is followed for the kinds that are converted, and left alone for the others
    return scaled(raw, unit !== undefined && this.#units.converts(type) ? this.#units.factorOf(unit) : factor);
  }
}

/** Ten thousand rounding errors of a factor do not make 3.1 m of 3100 mm: twelve digits are kept. */
function scaled(amount: number, factor: number): number {
  return factor === 1 ? amount : Number((amount * factor).toPrecision(12));
}

/** Names come from the file: `__proto__` is one like any other. */
function put<T>(record: Record<string, T>, name: string, entry: T): void {
  Object.defineProperty(record, name, { value: entry, enumerable: true, configurable: true, writable: true });
}
