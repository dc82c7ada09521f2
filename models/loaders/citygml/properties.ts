// What a building, storey or room of CityGML says of itself, by the names and values that CityJSON has for it.
// Fed by    the properties of a feature
// Gives     attributes in the order of the file; those of extensions apart
// P1  the same building says the same in CityJSON and in CityGML 1, 2 and 3
// P2  a length is a number of metres, as in CityJSON; in another unit it is `{ value, uom }`
// P3  codes stand as they are; the address of their list is told once for the file, as CityJSON has no place for it

import type { Json } from "../../district.ts";
import type { XmlElement } from "../xml.ts";
import { addressOf } from "./addresses.ts";
import { numbersOf } from "./coordinates.ts";
import type { FileIndex, GmlFindings } from "./file-index.ts";
import { type GmlObject, type GmlValues, Members } from "./gml-values.ts";

/** Texts whatever they look like. */
const TEXTS: ReadonlySet<string> = new Set(
  `description creationDate terminationDate validFrom validTo dateOfConstruction dateOfDemolition class function usage
  roofType relativeToTerrain relativeToWater conditionOfConstruction`.split(/\s+/),
);
const CODES: ReadonlySet<string> = new Set(["class", "function", "usage", "roofType"]);
const COUNTS: ReadonlySet<string> = new Set([
  ...["storeysAboveGround", "storeysBelowGround", "yearOfConstruction", "yearOfDemolition"],
]);
const STOREY_HEIGHTS: ReadonlySet<string> = new Set(["storeyHeightsAboveGround", "storeyHeightsBelowGround"]);
const GENERIC = /^(string|int|double|date|uri|measure|code)Attribute$/i;
const GENERIC_SET = /^genericAttributeSet$/i;
/** Metres, as registers of units spell them. */
const METRE = /(^|[#:/])(m|met(er|re)s?|9001)$/i;

export class Properties {
  readonly #index: FileIndex;
  readonly #values: GmlValues;
  readonly #findings: GmlFindings;
  /** Lists of codes, and where the first of their codes stands. */
  readonly #codeSpaces = new Map<string, string>();

  constructor(index: FileIndex, values: GmlValues, findings: GmlFindings) {
    this.#index = index;
    this.#values = values;
    this.#findings = findings;
  }

  /** All that some properties of a feature say. */
  said(feature: XmlElement, properties: readonly XmlElement[]): [name: string, value: Json][] {
    const said = new Members();
    const lists = new Map<string, Json[]>();
    const addToList = (name: string, value: Json | undefined) => {
      if (value === undefined) return;
      const list = lists.get(name) ?? [];
      if (list.length === 0) {
        lists.set(name, list);
        said.add(name, list);
      }
      list.push(value);
    };
    for (const property of properties) {
      const { name } = property;
      if (name === "name") this.#addName(property, said, addToList);
      else if (name === "address") addToList("address", this.#address(property));
      else if (name === "externalReference") addToList("externalReferences", this.#externalReference(property));
      else if (name === "measuredHeight") said.add(name, lengthOf(property));
      else if (name === "height") this.#addHeight(property, said, addToList);
      else if (STOREY_HEIGHTS.has(name)) said.add(name, lengthsOf(property));
      else if (COUNTS.has(name)) said.add(name, countOf(property.text));
      else if (TEXTS.has(name)) this.#addText(property, said);
      else if (name === "genericAttribute") for (const child of property.children) this.#addGeneric(child, said);
      else if (GENERIC.test(name) || GENERIC_SET.test(name)) this.#addGeneric(property, said);
      else said.add(name, this.#values.value(property, { type: feature.name, id: feature.attributes.get("id") }));
    }
    return said.entries();
  }

  /** Tells where the meaning of the codes is said. */
  report(): void {
    for (const [message, at] of this.#codeSpaces) this.#findings.add("CITYGML_CODE_SPACE", at, message);
  }

  #addName({ text }: XmlElement, said: Members, addToList: (name: string, value: Json) => void): void {
    const name = text.trim();
    if (name === "") return;
    if (said.has("name")) addToList("otherNames", name);
    else said.add("name", name);
  }

  #addText(property: XmlElement, said: Members): void {
    const text = property.text.trim();
    const codeSpace = property.attributes.get("codeSpace");
    if (text !== "") said.add(property.name, text);
    if (codeSpace === undefined || !CODES.has(property.name)) return;
    const message = `codes of ${property.name} are those of ${codeSpace.slice(0, 300)}`;
    if (!this.#codeSpaces.has(message)) this.#codeSpaces.set(message, this.#index.at(property));
  }

  #address(property: XmlElement): Json | undefined {
    const address =
      property.children[0] ?? (property.attributes.has("href") ? this.#index.target(property) : undefined);
    return address && addressOf(address);
  }

  /** CityGML 3 has an element of its own within the property, and one name for what was a name or an address. */
  #externalReference(property: XmlElement): Json | undefined {
    const reference = property.children.find(({ name }) => name === "ExternalReference") ?? property;
    const { type: _, externalObject, ...said } = this.#values.object(reference);
    const named = typeof externalObject === "object" && externalObject !== null ? (externalObject as GmlObject) : {};
    const { type: __, ...target } = named;
    const all = { ...said, ...target };
    return Object.keys(all).length > 0 ? all : undefined;
  }

  /** The measured height of CityGML 3 is the `measuredHeight` of all other versions. */
  #addHeight(property: XmlElement, said: Members, addToList: (name: string, value: Json) => void): void {
    const height = property.children.find(({ name }) => name === "Height");
    const text = (name: string) => height?.children.find((child) => child.name === name)?.text.trim();
    const value = height?.children.find(({ name }) => name === "value");
    if (!height || !value) {
      const other = this.#values.value(property, { type: "Height", id: undefined });
      if (other !== undefined) said.add("height", other);
      return;
    }
    const isMeasured = text("status") === "measured" && !said.has("measuredHeight");
    if (isMeasured) said.add("measuredHeight", lengthOf(value));
    // Those are the references that measuredHeight has by its definition in CityGML 2.0.
    const isUsual = text("highReference") === "highestRoofEdge" && text("lowReference") === "lowestGroundPoint";
    if (!isMeasured || !isUsual) {
      const { type: _, ...whole } = this.#values.object(height);
      addToList("heights", whole);
    }
  }

  /** `stringAttribute name="x"` of CityGML 2, `StringAttribute` with name and value of CityGML 3. */
  #addGeneric(element: XmlElement, said: Members): void {
    const child = (name: string) => element.children.find((candidate) => candidate.name === name);
    const name = (element.attributes.get("name") ?? child("name")?.text ?? "").trim();
    if (name === "") return;
    if (GENERIC_SET.test(element.name)) {
      const members = new Members();
      for (const member of element.children) {
        const parts = member.name === "genericAttribute" ? member.children : [member];
        for (const part of parts) {
          if (GENERIC.test(part.name) || GENERIC_SET.test(part.name)) this.#addGeneric(part, members);
        }
      }
      said.add(name, members.object());
    } else if (GENERIC.test(element.name)) said.add(name, genericValue(element, child("value")));
  }
}

/** Whether a property is a generic attribute. */
export function isGeneric({ name }: XmlElement): boolean {
  return name === "genericAttribute" || GENERIC.test(name) || GENERIC_SET.test(name);
}

function genericValue({ name }: XmlElement, value: XmlElement | undefined): Json {
  const text = value?.text.trim() ?? "";
  const number = /^(int|double|measure)/i.test(name) && text !== "" ? Number(text) : Number.NaN;
  const scalar = Number.isFinite(number) ? number : text;
  const uom = value?.attributes.get("uom");
  return uom === undefined ? scalar : { value: scalar, uom };
}

function lengthOf({ text, attributes }: XmlElement): Json | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  const number = Number(trimmed);
  const value = Number.isFinite(number) ? number : trimmed;
  const uom = attributes.get("uom");
  return uom === undefined || METRE.test(uom) ? value : { value, uom };
}

/** A list of lengths; a reason such as `unknown` may stand for one. */
function lengthsOf({ text, attributes }: XmlElement): Json | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  const values =
    numbersOf(trimmed) ?? trimmed.split(/\s+/).map((part) => (Number.isFinite(Number(part)) ? Number(part) : part));
  const uom = attributes.get("uom");
  return uom === undefined || METRE.test(uom) ? values : { values, uom };
}

function countOf(text: string): Json | undefined {
  const trimmed = text.trim();
  return trimmed === "" ? undefined : /^-?\d{1,15}$/.test(trimmed) ? Number(trimmed) : trimmed;
}
