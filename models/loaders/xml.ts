// Reads XML into a tree of elements, for the loaders of XML formats: names without their namespace, attributes, text.
// Fed by    the text of one file
// Gives     the root element, and faults with their lines
// X1  never throws; at a fault, what was read before it and what can be read after it is kept
// X2  an element costs little: names are shared, and what is empty is one and the same

import { lineCounter } from "./line-counter.ts";
import { scanXml, type XmlHandler, xmlAttributes } from "./xml-scan.ts";

export interface XmlElement {
  /** Without prefix: `IfcSite` of `<ifc:IfcSite>`. */
  name: string;
  /** `ifc` of `<ifc:IfcSite>`; empty when it has none. */
  prefix: string;
  /** By their names without prefix: `id` of `gml:id`. */
  attributes: ReadonlyMap<string, string>;
  children: readonly XmlElement[];
  /** All text right within it, without the white space between elements. */
  text: string;
  /** Where it begins in the file. */
  start: number;
}

export interface XmlDocument {
  root?: XmlElement;
  faults: { line: number; message: string }[];
  /** Whether the text ended before the root did. */
  isTruncated: boolean;
  /** Where a DOCTYPE declares its first entity: none is replaced. */
  entitiesAt?: number;
  lineOf(start: number): number;
}

const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map();
const NO_CHILDREN: readonly XmlElement[] = [];
const NOT_SPACE = /\S/;

export function readXml(text: string): XmlDocument {
  const document: XmlDocument = { faults: [], isTruncated: false, lineOf: lineCounter(text) };
  document.isTruncated = scanXml(text, new TreeBuilder(document)).isTruncated;
  return document;
}

interface OpenElement extends XmlElement {
  children: XmlElement[] | typeof NO_CHILDREN;
}

class TreeBuilder implements XmlHandler {
  readonly #document: XmlDocument;
  readonly #open: OpenElement[] = [];
  /** White space that stands last: a value only where nothing else stands between two tags. */
  #blank = "";

  constructor(document: XmlDocument) {
    this.#document = document;
  }

  open(name: string, attributes: string, start: number, prefix: string): void {
    this.#blank = "";
    const read = attributes === "" ? NO_ATTRIBUTES : xmlAttributes(attributes);
    const element: OpenElement = { name, prefix, attributes: read, children: NO_CHILDREN, text: "", start };
    const parent = this.#open.at(-1);
    if (parent) {
      if (parent.children === NO_CHILDREN) parent.children = [element];
      else (parent.children as XmlElement[]).push(element);
    } else if (this.#document.root) this.fault(start, `a second root <${element.name}>`);
    else this.#document.root = element;
    this.#open.push(element);
  }

  close(): void {
    const element = this.#open.pop()!;
    if (element.text === "" && element.children === NO_CHILDREN) element.text = this.#blank;
    this.#blank = "";
  }

  text(text: string): void {
    if (!NOT_SPACE.test(text)) {
      this.#blank = text;
      return;
    }
    const element = this.#open.at(-1)!;
    element.text = element.text === "" ? text : element.text + text;
  }

  fault(start: number, message: string): void {
    this.#document.faults.push({ line: this.#document.lineOf(start), message });
  }

  entities(start: number): boolean {
    this.#document.entitiesAt = start;
    return true;
  }
}
