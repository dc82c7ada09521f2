// An ifcXML file as a model, of which the twins are read as of any other: ifcXML 2x3 (ISO 10303-28) and ifcXML4 and later.
// Fed by    models/loaders/ifc.ts, with the text of one file
// Gives     its header, and an `IfcModel` with the attributes by their names
// Source    buildingSMART, "ifcXML Implementation Guide 2.0" (2x3) and "ifcXML4 specification" (attributes as XML attributes,
//           relations within the object that they start from)
// Y1  an entity has the number of its id (`i79` is #79); one without gets a number of its own
// Y2  a broken element leaves the others alone

import { readXml, type XmlDocument, type XmlElement } from "../xml.ts";
import type { IfcEntity, IfcModel, IfcSchema } from "./engine.ts";
import type { IfcFindings } from "./findings.ts";
import { emptyHeader, type StepHeader } from "./step-header.ts";
import { XmlClasses } from "./xml-classes.ts";
import { type RawReference, rawReference, rawText, rawTyped } from "./xml-values.ts";

/** Attributes of XML itself and of ISO 10303-28, which say nothing of the entity. */
const MARKUP: ReadonlySet<string> = new Set(
  "id ref href idref pos path cType arraySize itemType nil type schemaLocation configuration edo".split(" "),
);
/** Elements within an attribute that are its values. */
const VALUE_NAME = /^Ifc|-wrapper$/i;
/** ifcXML4 leaves out the class where the schema allows but one: by attribute, or by class and attribute. */
const ONLY_CLASS: Record<string, string> = {
  UnitsInContext: "IfcUnitAssignment",
  ConversionFactor: "IfcMeasureWithUnit",
  BuildingAddress: "IfcPostalAddress",
  SiteAddress: "IfcPostalAddress",
  TrueNorth: "IfcDirection",
  "IfcAxis2Placement3D.Location": "IfcCartesianPoint",
  "IfcAxis2Placement3D.Axis": "IfcDirection",
  "IfcAxis2Placement3D.RefDirection": "IfcDirection",
  "IfcExtrudedAreaSolid.Position": "IfcAxis2Placement3D",
  "IfcExtrudedAreaSolid.ExtrudedDirection": "IfcDirection",
  "IfcMaterialLayerSetUsage.ForLayerSet": "IfcMaterialLayerSet",
  "IfcMaterialLayer.Material": "IfcMaterial",
};
/** Numbers of entities that have none begin here, above those that tools write. */
const FIRST_FREE_LABEL = 2_000_000_000;

export interface IfcXml {
  header: StepHeader;
  /** Opens the model once its schema is chosen. */
  open(schema: IfcSchema): Promise<IfcModel>;
}

/** Reads an ifcXML file; undefined, with a finding, when it is some other XML. */
export function readIfcXml(text: string, findings: IfcFindings): IfcXml | undefined {
  const document = readXml(text);
  const { root } = document;
  for (const { line, message } of document.faults) findings.add("IFC_XML", `line ${line}`, message);
  if (document.isTruncated) {
    findings.add("IFC_TRUNCATED", `line ${document.lineOf(text.length)}`, `the file stops within <${root?.name}>`);
  }
  if (!root || !/^(iso_10303_28|ifcXML|uos)$/i.test(root.name)) {
    findings.add(
      "IFC_ENCODING_UNSUPPORTED",
      "line 1",
      root ? `<${root.name}> is no ifcXML` : "there is no XML element",
    );
    return undefined;
  }
  const body = root.children.find(({ name }) => name === "uos") ?? root;
  const open = async (schema: IfcSchema) => {
    const classes = await XmlClasses.of(schema);
    return new XmlModel(classes, document, findings).read(body.children);
  };
  return { header: headerOf(root, text), open };
}

function headerOf(root: XmlElement, text: string): StepHeader {
  const fields = root.children.find(({ name }) => /header$/i.test(name))?.children ?? [];
  const of = (pattern: RegExp) =>
    fields.filter(({ name }) => pattern.test(name)).flatMap((field) => field.text.trim() || []);
  // The schema stands in the namespaces, which are attributes of the first two elements.
  const schema = /ifc\s*_?(2x3|4x3|4x2|4x1|4)/i.exec(text.slice(root.start, root.start + 4_000))?.[1];
  return {
    ...emptyHeader(),
    schemas: schema === undefined ? [] : [`IFC${schema.toUpperCase()}`],
    description: of(/^documentation$/i),
    timeStamp: of(/^time_?stamp$/i)[0] ?? "",
    authors: of(/^author$/i),
    organizations: of(/^organization$/i),
    preprocessor: of(/^preprocessor_?version$/i)[0] ?? "",
    originatingSystem: of(/^originating_?system$/i)[0] ?? "",
  };
}

type Attributes = Record<string, unknown>;

class XmlModel implements IfcModel {
  readonly schema: IfcSchema;
  readonly #classes: XmlClasses;
  readonly #document: XmlDocument;
  readonly #findings: IfcFindings;
  readonly #entities = new Map<number, { className: string; attributes: Attributes }>();
  readonly #labelsOfIds = new Map<string, number>();
  readonly #taken = new Set<number>();
  readonly #byClass = new Map<string, number[]>();
  readonly #unknown = new Map<string, { first: number; count: number }>();
  /** Relations that name an object only by standing within it. */
  readonly #within: { relation: number; attribute: string; object: RawReference }[] = [];
  #free = FIRST_FREE_LABEL;

  constructor(classes: XmlClasses, document: XmlDocument, findings: IfcFindings) {
    this.schema = classes.schema;
    this.#classes = classes;
    this.#document = document;
    this.#findings = findings;
  }

  read(elements: readonly XmlElement[]): this {
    for (const element of elements) if (/^Ifc/i.test(element.name)) this.#readEntity(element, element.name);
    for (const { relation, attribute, object } of this.#within) this.#complete(relation, attribute, object);
    for (const list of this.#byClass.values()) list.sort((a, b) => a - b);
    for (const [name, { first }] of this.#unknown) {
      this.#findings.add("IFC_CLASS_UNKNOWN", `#${first}`, `${this.schema} has no class ${name}; it was left out`);
    }
    return this;
  }

  labels(className: string): number[] {
    const all = this.#classes.family(className).flatMap((name) => this.#byClass.get(name) ?? []);
    return all.sort((a, b) => a - b);
  }

  entity(label: number): IfcEntity | undefined {
    const found = this.#entities.get(label);
    return found && { label, attributes: found.attributes };
  }

  classOf(label: number): string | undefined {
    return this.#entities.get(label)?.className;
  }

  unknownClasses(): Record<string, number> {
    return Object.fromEntries([...this.#unknown].map(([name, { count }]) => [name.toUpperCase(), count]));
  }

  #readEntity(element: XmlElement, className: string): RawReference {
    const pointer = element.attributes.get("ref") ?? element.attributes.get("href");
    if (pointer !== undefined) return rawReference(this.#labelOf(pointer));
    const id = element.attributes.get("id");
    const label = id === undefined ? this.#free++ : this.#labelOf(id);
    const known = this.#classes.known(className);
    const earlier = this.#entities.get(label);
    const unknown = this.#unknown.get(className) ?? { first: label, count: 0 };
    if (!known) this.#unknown.set(className, { ...unknown, count: unknown.count + 1 });
    else if (earlier) {
      const where = `line ${this.#document.lineOf(element.start)}`;
      const message = `${where}: this ${className} has the id ${id} of an earlier ${earlier.className}`;
      this.#findings.add("IFC_LABEL_DUPLICATE", `#${label}`, message);
    } else {
      const attributes: Attributes = {};
      this.#entities.set(label, { className: known, attributes });
      const upper = known.toUpperCase();
      const sameClass = this.#byClass.get(upper);
      if (sameClass) sameClass.push(label);
      else this.#byClass.set(upper, [label]);
      for (const [name, text] of element.attributes) {
        if (!MARKUP.has(name) && !name.startsWith("xmlns")) attributes[name] = rawText(known, name, text);
      }
      for (const child of element.children) this.#readAttribute(label, known, attributes, child);
    }
    return rawReference(label);
  }

  #readAttribute(owner: number, className: string, attributes: Attributes, element: XmlElement): void {
    const { name } = element;
    const inverse = this.#classes.inverse(className, name);
    if (inverse !== undefined) {
      for (const relation of element.children) {
        const { value } = this.#readEntity(relation, relation.attributes.get("type") ?? relation.name);
        this.#within.push({ relation: value, attribute: inverse, object: rawReference(owner) });
      }
      return;
    }
    const value = this.#valueOf(className, element);
    if (value !== undefined) attributes[name] = value;
  }

  #valueOf(className: string, element: XmlElement): unknown {
    const { name, children, attributes } = element;
    const inlineClass =
      attributes.get("type")?.replace(/^.*:/, "") ?? ONLY_CLASS[`${className}.${name}`] ?? ONLY_CLASS[name];
    const isPointer = attributes.has("ref") || attributes.has("href");
    const holdsParts = children.length > 0 && !children.some((child) => VALUE_NAME.test(child.name));
    const isInline = holdsParts || [...attributes.keys()].some((key) => !MARKUP.has(key) && !key.startsWith("xmlns"));
    if (isPointer) return this.#readEntity(element, name);
    if (isInline || (inlineClass !== undefined && children.every((child) => !this.#classes.known(child.name)))) {
      if (inlineClass !== undefined) return this.#readEntity(element, inlineClass);
      this.#readLoose(children);
      return undefined;
    }
    if (children.length === 0) return rawText(className, name, element.text);
    const values = children.flatMap((child) => {
      const written = child.attributes.get("type")?.replace(/^.*:/, "") ?? child.name;
      const isEntity = this.#classes.known(written) !== undefined || child.attributes.has("ref");
      if (isEntity) return this.#readEntity(child, written);
      if (VALUE_NAME.test(child.name)) return rawTyped(child.name, child.text);
      const line = this.#document.lineOf(child.start);
      this.#findings.add("IFC_XML", `line ${line}`, `<${child.name}> does not belong within <${name}>`);
      this.#readLoose(child.children);
      return [];
    });
    // ISO 10303-28 marks lists; ifcXML4 does not, but IFC names them in the plural.
    const isList = attributes.has("cType") || values.length > 1 || /[^s]s$/.test(name);
    return isList ? values : values[0];
  }

  /** Within an attribute whose class is not known, objects are read all the same: their place is unknown, they are not. */
  #readLoose(elements: readonly XmlElement[]): void {
    for (const element of elements) {
      if (!element.attributes.has("ref") && this.#classes.known(element.name)) this.#readEntity(element, element.name);
      else this.#readLoose(element.children);
    }
  }

  #complete(relation: number, attribute: string, object: RawReference): void {
    const attributes = this.#entities.get(relation)?.attributes;
    if (!attributes) return;
    const held = attributes[attribute];
    if (!attribute.endsWith("s")) attributes[attribute] ??= object;
    else if (Array.isArray(held)) held.push(object);
    else attributes[attribute] = held === undefined ? [object] : [held, object];
  }

  #labelOf(id: string): number {
    const known = this.#labelsOfIds.get(id);
    if (known !== undefined) return known;
    const own = Number(/^\D*([1-9]\d{0,8})$/.exec(id)?.[1] ?? Number.NaN);
    const label = Number.isNaN(own) || this.#taken.has(own) ? this.#free++ : own;
    this.#labelsOfIds.set(id, label);
    this.#taken.add(label);
    return label;
  }
}
