// One CIM XML file into objects, as it is read from front to back: no tree of the file is ever held.
// Fed by    the text of one file
// Gives     objects added to a model, what the file says of itself, and findings with lines
// R1  objects stand right under rdf:RDF, and their properties right within them (IEC 61970-552); what stands deeper is told of
// R2  an object that several files speak of is one; what two of them say differently of one property is a finding

import { lineCounter } from "../line-counter.ts";
import { scanXml, type XmlHandler, xmlAttributes } from "../xml-scan.ts";
import type { CgmesFindings } from "./findings.ts";
import { enumerationValue, keyOf, mridOf } from "./identity.ts";
import { type CimModel, CimObject, named } from "./model.ts";

/** What a file says of itself. */
export interface CimHeader {
  /** Namespace of its classes. */
  namespace?: string;
  /** It has an md:FullModel, as all CGMES files have. */
  isCgmes: boolean;
  profiles: string[];
  modelId?: string;
  dependsOn: string[];
}

/** Classes that name no object of the grid, and headers; `Description` takes its class from rdf:type. */
const DESCRIPTION = "Description";
const FULL_MODEL = "FullModel";
const DIFFERENCE_MODEL = "DifferenceModel";
/** Classes so general that any other class of the same id is meant. */
const GENERAL: ReadonlySet<string> = new Set([
  ...[DESCRIPTION, "IdentifiedObject", "PowerSystemResource", "Equipment", "ConductingEquipment", "Switch"],
  ...["EnergyConsumer", "GeneratingUnit", "TapChanger", "PhaseTapChanger", "RegulatingControl", "ShuntCompensator"],
]);
const CIM_NAMESPACE = /\bCIM\d*#|CIM-schema/i;
/** Values of one object: no class of CIM has a hundred properties. */
const MAX_VALUES = 500;
const NOT_BLANK = /\S/;

export function readRdf(text: string, file: number, model: CimModel, findings: CgmesFindings): CimHeader | undefined {
  const reader = new RdfReader(text, file, model, findings);
  const { isTruncated } = scanXml(text, reader);
  return reader.end(isTruncated, text.length);
}

class RdfReader implements XmlHandler {
  readonly #file: number;
  readonly #model: CimModel;
  readonly #findings: CgmesFindings;
  readonly #lineOf: (start: number) => number;
  readonly #header: CimHeader = { isCgmes: false, profiles: [], dependsOn: [] };
  /** One text per property name, so that to compare two of them is to compare where they lie. */
  readonly #properties = new Map<string, string>();
  #root: string | undefined;
  #depth = 0;
  #object: CimObject | undefined;
  #isNew = false;
  #property = "";
  #hasResource = false;
  #text = "";
  #nested = 0;
  #refused = false;
  /** The last object of which was told that it has too many properties. */
  #many: CimObject | undefined;

  constructor(text: string, file: number, model: CimModel, findings: CgmesFindings) {
    this.#file = file;
    this.#model = model;
    this.#findings = findings;
    this.#lineOf = lineCounter(text);
  }

  end(isTruncated: boolean, length: number): CimHeader | undefined {
    if (this.#refused) return undefined;
    if (this.#root !== "RDF") {
      const what = this.#root === undefined ? "there is no XML element" : `the root is <${this.#root}>`;
      this.#findings.add("CGMES_NOT_RDF", "line 1", what);
      return undefined;
    }
    if (isTruncated) {
      const within = this.#object ? ` within ${named(this.#object)}` : "";
      this.#findings.add("CGMES_TRUNCATED", `line ${this.#lineOf(length)}`, `the file stops${within}`);
    }
    if (this.#nested > 1) this.#findings.add("CGMES_NESTED", "", `${this.#nested} elements are nested too deeply`);
    return this.#header;
  }

  open(name: string, attributes: string, start: number): void {
    this.#depth++;
    if (this.#depth === 1) this.#openRoot(name, attributes, start);
    else if (this.#root !== "RDF") return;
    else if (this.#depth === 2) this.#openObject(name, attributes, start);
    else if (this.#depth === 3) this.#openProperty(name, attributes);
    else if (++this.#nested === 1) {
      this.#findings.add("CGMES_NESTED", `line ${this.#lineOf(start)}`, `<${name}> stands within a property`);
    }
  }

  close(): void {
    if (this.#depth === 3 && this.#object && !this.#hasResource) this.#setValue(this.#property, this.#text.trim());
    if (this.#depth === 2 && this.#object) this.#closeObject(this.#object);
    this.#depth--;
  }

  text(text: string, start: number): void {
    if (this.#depth === 3) this.#text += text;
    else if (this.#depth < 3 && this.#root === "RDF" && NOT_BLANK.test(text)) {
      const where = this.#object ? `in ${named(this.#object)}` : "between objects";
      this.#findings.add(
        "CGMES_XML",
        `line ${this.#lineOf(start)}`,
        `text ${where} belongs to no property: ${text.trim().slice(0, 40)}`,
      );
    }
  }

  fault(start: number, message: string): void {
    if (this.#root === "RDF" || this.#root === undefined) {
      this.#findings.add("CGMES_XML", `line ${this.#lineOf(start)}`, message);
    }
  }

  entities(start: number): boolean {
    this.#refused = true;
    this.#findings.add("CGMES_ENTITIES", `line ${this.#lineOf(start)}`, "the DOCTYPE declares entities");
    return false;
  }

  #openRoot(name: string, attributes: string, start: number): void {
    if (this.#root !== undefined) this.fault(start, `a second root <${name}>`);
    this.#root ??= name;
    const namespaces = [...xmlAttributes(attributes).values()];
    const namespace = namespaces.find((one) => CIM_NAMESPACE.test(one));
    if (namespace !== undefined) this.#header.namespace = namespace;
  }

  #openObject(className: string, attributes: string, start: number): void {
    this.#object = undefined;
    const read = xmlAttributes(attributes);
    const raw = read.get("ID") ?? read.get("about") ?? read.get("nodeID");
    const id = raw === undefined ? "" : mridOf(raw);
    if (className === FULL_MODEL) this.#openModel(id);
    else if (className === DIFFERENCE_MODEL) {
      this.#findings.add("CGMES_DIFFERENCE", `line ${this.#lineOf(start)}`, "the file holds a difference model");
      return;
    } else if (id === "") {
      this.#findings.add("CGMES_NO_ID", `line ${this.#lineOf(start)}`, `a ${className} has no id`);
      return;
    }
    this.#object = className === FULL_MODEL ? this.#headerObject(id, start) : this.#begin(className, id, read, start);
    for (const [name, value] of read) if (name.includes(".")) this.#setValue(this.#local(name), value);
  }

  #openModel(id: string): void {
    this.#header.isCgmes = true;
    if (id !== "") this.#header.modelId = keyOf(id);
  }

  /** Headers are no objects of the model: two files may well have the same. */
  #headerObject(id: string, start: number): CimObject {
    this.#isNew = true;
    return new CimObject(id, keyOf(id), FULL_MODEL, this.#file, start);
  }

  #begin(className: string, id: string, attributes: Map<string, string>, start: number): CimObject {
    const key = keyOf(id);
    const known = this.#model.get(key);
    this.#isNew = known === undefined;
    if (!known) {
      const object = new CimObject(id, key, className, this.#file, start);
      this.#model.add(object);
      return object;
    }
    const isAgain = known.lastFile === this.#file && attributes.has("ID");
    const isOther = known.className !== className && !GENERAL.has(className) && !GENERAL.has(known.className);
    if (isAgain || isOther) {
      const message = `a ${className} has the id of ${named(known)}`;
      this.#findings.add("CGMES_DUPLICATE_ID", `line ${this.#lineOf(start)}`, message);
    }
    if (GENERAL.has(known.className) && className !== DESCRIPTION) known.className = className;
    known.lastFile = this.#file;
    return known;
  }

  #openProperty(name: string, attributes: string): void {
    this.#property = this.#local(name);
    this.#text = "";
    this.#hasResource = false;
    if (!this.#object || attributes === "") return;
    const resource = xmlAttributes(attributes).get("resource");
    if (resource === undefined) return;
    this.#hasResource = true;
    this.#setResource(this.#object, this.#property, resource);
  }

  #setResource(object: CimObject, property: string, resource: string): void {
    if (object.className === FULL_MODEL) {
      if (property === "DependentOn") this.#header.dependsOn.push(keyOf(mridOf(resource)));
      return;
    }
    if (property === "type") {
      if (object.className === DESCRIPTION) object.className = resource.slice(resource.lastIndexOf("#") + 1);
      return;
    }
    const value = enumerationValue(resource);
    if (value !== undefined) {
      this.#setValue(property, value);
      return;
    }
    const key = keyOf(mridOf(resource));
    object.references.push(property, key);
  }

  #setValue(property: string, value: string): void {
    const object = this.#object!;
    if (object.className === FULL_MODEL) {
      if (property === "profile" && value !== "") this.#header.profiles.push(value);
      return;
    }
    const said = this.#isNew && object.values.length === 0 ? undefined : object.text(property);
    if (said === undefined && object.values.length >= 2 * MAX_VALUES) this.#tellOfMany(object);
    else if (said === undefined) object.values.push(property, value);
    else if (said !== value) {
      const message = `${property} is ${said} first and ${value.slice(0, 80)} later`;
      this.#findings.add("CGMES_DUPLICATE_ID", named(object), message);
    }
  }

  #tellOfMany(object: CimObject): void {
    if (this.#many === object) return;
    this.#many = object;
    this.#findings.add(
      "CGMES_XML",
      named(object),
      `it has more than ${MAX_VALUES} properties; the others are left out`,
    );
  }

  #closeObject(object: CimObject): void {
    this.#object = undefined;
    if (object.className === DESCRIPTION && object.lastFile === this.#file && this.#isNew) {
      this.#findings.add("CGMES_XML", `line ${this.#lineOf(object.start)}`, "an rdf:Description has no rdf:type");
    }
  }

  /** `length` of `Conductor.length`. */
  #local(name: string): string {
    const known = this.#properties.get(name);
    if (known !== undefined) return known;
    const local = name.slice(name.lastIndexOf(".") + 1);
    this.#properties.set(name, local);
    return local;
  }
}
