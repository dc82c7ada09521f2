// A gbXML file while it is read: its elements by their ids, and numbers with their units.
// Fed by    the tree of the file
// Gives     elements by id, values in the house's units, elements as attributes; which elements were used
// D1  of elements with one id, the first is kept
// D2  every element with an id counts once in the census: read, kept, or unknown

import type { Attributes, Json } from "../../district.ts";
import type { XmlDocument, XmlElement } from "../xml.ts";
import type { GbxmlFindings } from "./findings.ts";
import { converted, Units } from "./units.ts";

/** Attributes of XML itself. */
const MARKUP = /^(?:xmlns|schemaLocation|unit$|id$)/;
/** What of an element is read as numbers elsewhere, or drawn: it would only repeat thousands of coordinates. */
const GEOMETRY: ReadonlySet<string> = new Set([
  ...[
    "PlanarGeometry",
    "RectangularGeometry",
    "ShellGeometry",
    "SpaceBoundary",
    "PolyLoop",
    "AnalyticalShell",
    "ClosedShell",
  ],
]);
/** Texts even when they look like numbers. */
const TEXTS: ReadonlySet<string> = new Set([
  "Name",
  "Description",
  "CADObjectId",
  "ZipcodeOrPostalCode",
  "StationId",
  "ProgramId",
]);

export class GbxmlDocument {
  readonly root: XmlElement;
  readonly units: Units;
  readonly findings: GbxmlFindings;
  readonly used = new Set<XmlElement>();
  readonly #byId = new Map<string, XmlElement>();
  readonly #xml: XmlDocument;

  constructor(xml: XmlDocument, root: XmlElement, findings: GbxmlFindings) {
    this.#xml = xml;
    this.root = root;
    this.units = new Units(root.attributes);
    this.findings = findings;
    for (const element of within(root)) {
      const id = element.attributes.get("id");
      if (id === undefined || element === root) continue;
      const first = this.#byId.get(id);
      if (!first) this.#byId.set(id, element);
      else findings.add("GBXML_DUPLICATE_ID", this.at(element), `${element.name} has the id ${id} of a ${first.name}`);
    }
  }

  at(element: XmlElement): string {
    return `line ${this.#xml.lineOf(element.start)}`;
  }

  /** The element with an id; without a finding, as all references are checked at once. */
  get(id: string | undefined, name?: string): XmlElement | undefined {
    const found = id === undefined ? undefined : this.#byId.get(id);
    return found && (name === undefined || found.name === name) ? found : undefined;
  }

  /** Whether an element is the one that its id stands for. */
  isFirst(element: XmlElement): boolean {
    return this.#byId.get(element.attributes.get("id") ?? "") === element;
  }

  referenced(element: XmlElement | undefined, attribute: string, name: string): XmlElement | undefined {
    const found = this.get(element?.attributes.get(attribute), name);
    if (found) this.used.add(found);
    return found;
  }

  /** The number of a child element in the unit of the house. */
  number(parent: XmlElement | undefined, name: string): number | undefined {
    const element = parent && child(parent, name);
    return element && this.value(element)?.value;
  }

  /** The number of an element, and the suffix of its unit. */
  value(element: XmlElement): { value: number; suffix: string } | undefined {
    const text = element.text.trim();
    const value = Number(text);
    if (text === "" || !Number.isFinite(value)) {
      this.findings.add(
        "GBXML_VALUE",
        this.at(element),
        `${element.name} is ${text.slice(0, 60) || "empty"}, not a number`,
      );
      return undefined;
    }
    const name = this.units.nameFor(element.name, element.attributes.get("unit"));
    if (name === undefined) return { value, suffix: "" };
    const unit = this.units.get(name);
    if (unit) return { value: converted(value, unit), suffix: unit.suffix };
    this.findings.add("GBXML_UNIT_UNKNOWN", this.at(element), `${element.name} has the unit ${name}`);
    return undefined;
  }

  /** An element with all that it says, as an attribute of a twin: geometry, and children of these names, are left out. */
  described(element: XmlElement, except: ReadonlySet<string> = new Set()): Attributes {
    this.used.add(element);
    const id = element.attributes.get("id");
    const described: Attributes = id === undefined ? {} : { id };
    for (const [name, text] of element.attributes) {
      if (!MARKUP.test(name) && !except.has(name)) put(described, attributeName(name), text);
    }
    for (const part of element.children) {
      if (GEOMETRY.has(part.name) || except.has(part.name)) continue;
      const { name, value } = this.#part(part);
      if (value !== undefined) put(described, name, value);
    }
    return described;
  }

  #part(element: XmlElement): { name: string; value: Json | undefined } {
    const name = attributeName(element.name);
    const text = element.text.trim();
    const unit = element.attributes.get("unit");
    const others = [...element.attributes.keys()].filter((key) => key !== "unit");
    if (element.children.length > 0 || (others.length > 0 && text === "")) {
      const value = this.described(element);
      return { name, value: text === "" ? value : { ...value, text } };
    }
    if (element.attributes.has("id")) this.used.add(element);
    const isNumber = text !== "" && Number.isFinite(Number(text)) && !TEXTS.has(element.name);
    if (!isNumber) return { name, value: text === "" ? undefined : text };
    const known = this.units.nameFor(element.name, unit);
    if (known !== undefined && !this.units.get(known)) return { name, value: { value: Number(text), unit: known } };
    const { value, suffix } = this.value(element)!;
    return { name: name + suffix, value: others.length > 0 ? { ...this.described(element), value } : value };
  }
}

/** An element and all in it, in the order of the file. */
export function* within(element: XmlElement): Generator<XmlElement> {
  yield element;
  for (const part of element.children) yield* within(part);
}

export function child(parent: XmlElement, name: string): XmlElement | undefined {
  return parent.children.find((one) => one.name === name);
}

export function children(parent: XmlElement, name: string): XmlElement[] {
  return parent.children.filter((one) => one.name === name);
}

export function textOf(parent: XmlElement, name: string): string | undefined {
  return child(parent, name)?.text.trim() || undefined;
}

/** `U-value` -> `uValue`, `CADObjectId` -> `cadObjectId`, `buildingStoreyIdRef` as it is. */
function attributeName(name: string): string {
  const joined = name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return joined.replace(/^[A-Z]+(?![a-z])|^[A-Z]/, (capitals) => capitals.toLowerCase());
}

/** A second value of one name makes a list of both. */
function put(attributes: Attributes, name: string, value: Json): void {
  if (name === "__proto__") return;
  const held = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  if (held === undefined) attributes[name] = value;
  else if (Array.isArray(held)) held.push(value);
  else attributes[name] = [held, value];
}
