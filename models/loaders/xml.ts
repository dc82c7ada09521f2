// Reads XML into a tree of elements, for the loaders of XML formats: names without their namespace, attributes, text.
// Fed by    the text of one file
// Gives     the root element, and faults with their lines
// X1  never throws; at a fault, what was read before it and what can be read after it is kept

import { lineCounter, scanXml, type XmlHandler, xmlAttributes } from "./xml-scan.ts";

export interface XmlElement {
  /** Without prefix: `IfcSite` of `<ifc:IfcSite>`. */
  name: string;
  attributes: Map<string, string>;
  children: XmlElement[];
  /** All text right within it. */
  text: string;
  /** Where it begins in the file. */
  start: number;
}

export interface XmlDocument {
  root?: XmlElement;
  faults: { line: number; message: string }[];
  /** Whether the text ended before the root did. */
  isTruncated: boolean;
  /** Where a DOCTYPE begins that declares entities, of which none is replaced. */
  entitiesAt?: number;
  lineOf(start: number): number;
}

export function readXml(text: string): XmlDocument {
  const document: XmlDocument = { faults: [], isTruncated: false, lineOf: lineCounter(text) };
  document.isTruncated = scanXml(text, new TreeBuilder(document)).isTruncated;
  return document;
}

class TreeBuilder implements XmlHandler {
  readonly #document: XmlDocument;
  readonly #open: XmlElement[] = [];

  constructor(document: XmlDocument) {
    this.#document = document;
  }

  open(name: string, attributes: string, start: number): void {
    const element: XmlElement = { name, attributes: xmlAttributes(attributes), children: [], text: "", start };
    const parent = this.#open.at(-1);
    if (parent) parent.children.push(element);
    else if (this.#document.root) this.fault(start, `a second root <${element.name}>`);
    else this.#document.root = element;
    this.#open.push(element);
  }

  close(): void {
    this.#open.pop();
  }

  text(text: string): void {
    this.#open.at(-1)!.text += text;
  }

  fault(start: number, message: string): void {
    this.#document.faults.push({ line: this.#document.lineOf(start), message });
  }

  entities(start: number): boolean {
    this.#document.entitiesAt = start;
    return true;
  }
}
