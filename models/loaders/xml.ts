// Reads XML into elements, for the loaders of XML formats: names without their namespace, attributes, text.
// Fed by    the text of one file
// Gives     the root element, and faults with their lines
// Must not  follow a DOCTYPE: no entity but the five of XML and character references is replaced
// X1  never throws; at a fault, what was read before it and what can be read after it is kept
// X2  an element costs little: names are shared, text stays where it is in the file, what is empty is one and the same

import { lineCounter } from "./line-counter.ts";

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
  /** Where a DOCTYPE declares entities: they stand in the text as they are, unreplaced. */
  entitiesAt?: number;
  lineOf(start: number): number;
}

/** After so many faults the rest is not worth reading. */
const MAX_FAULTS = 100;
/** Elements within elements: no schema comes near, and what reads them calls itself. */
const MAX_DEPTH = 200;
const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
/** What is passed over, by what it begins and ends with; CDATA is text. */
const PASSED_OVER = [
  ["<!--", "-->"],
  ["<?", "?>"],
] as const;
const CDATA = ["<![CDATA[", "]]>"] as const;
const DOCTYPE = "<!DOCTYPE";
const NAME = /[^\s<>/=!?"']+/y;
const ATTRIBUTE = /\s+([^\s<>/="']+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;
const TAG_END = /\s*(\/?)>/y;
const CLOSING_TAG = /<\/([^\s<>/]+)\s*>/y;
const NOT_SPACE = /\S/y;
const SPACE = /\s*/y;
const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map();
const NO_CHILDREN: readonly XmlElement[] = [];

export function readXml(text: string): XmlDocument {
  return new XmlReader(text).read();
}

interface OpenElement extends XmlElement {
  children: XmlElement[] | typeof NO_CHILDREN;
}

interface Name {
  prefix: string;
  local: string;
}

class XmlReader {
  readonly #text: string;
  readonly #open: OpenElement[] = [];
  readonly #document: XmlDocument;
  readonly #names = new Map<string, Name>();
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#document = { faults: [], isTruncated: false, lineOf: lineCounter(text) };
  }

  read(): XmlDocument {
    const text = this.#text;
    while (this.#at < text.length && this.#document.faults.length < MAX_FAULTS) {
      const tag = text.indexOf("<", this.#at);
      const end = tag < 0 ? text.length : tag;
      if (end > this.#at) this.#addTextBetween(this.#at, end);
      this.#at = end;
      if (tag >= 0) this.#readMarkup();
    }
    this.#document.isTruncated = this.#open.length > 0;
    return this.#document;
  }

  #readMarkup(): void {
    const start = this.#at;
    const next = this.#text.charCodeAt(start + 1);
    const isRead =
      next === 33 || next === 63 // ! ?
        ? this.#passOver(start)
        : next === 47
          ? this.#closeElement(start)
          : this.#openElement(start);
    if (isRead) return;
    this.#fault(start, "this is no tag");
    this.#at = start + 1;
  }

  #closeElement(start: number): boolean {
    const closing = this.#match(CLOSING_TAG, start);
    if (closing) this.#close(this.#nameOf(closing[1]!).local, start);
    return closing !== null;
  }

  #passOver(start: number): boolean {
    const text = this.#text;
    if (text.startsWith(DOCTYPE, start)) {
      this.#passDoctype(start);
      return true;
    }
    const passed = [...PASSED_OVER, CDATA].find(([begin]) => text.startsWith(begin, start));
    if (!passed) return false;
    const end = text.indexOf(passed[1], start + passed[0].length);
    if (end < 0) this.#fault(start, `${passed[0]} is not closed`);
    else if (passed === CDATA) this.#addText(text.slice(start + CDATA[0].length, end));
    this.#at = end < 0 ? text.length : end + passed[1].length;
    return true;
  }

  /** A DOCTYPE may have declarations of its own in brackets, which may hold any sign in quotes. */
  #passDoctype(start: number): void {
    const text = this.#text;
    let at = start + DOCTYPE.length;
    let isInside = false;
    for (; at < text.length && (isInside || text[at] !== ">"); at++) {
      const sign = text[at]!;
      if (sign === "[" || sign === "]") isInside = sign === "[";
      else if (text.startsWith("<!--", at)) at = endOf(text, "-->", at) + 2;
      else if (text.startsWith("<!ENTITY", at)) this.#document.entitiesAt ??= at;
      else if (sign === '"' || sign === "'") at = endOf(text, sign, at + 1);
    }
    if (at >= text.length) this.#fault(start, `${DOCTYPE} is not closed`);
    this.#at = at + 1;
  }

  #match(pattern: RegExp, at: number): RegExpExecArray | null {
    pattern.lastIndex = at;
    const match = pattern.exec(this.#text);
    if (match) this.#at = pattern.lastIndex;
    return match;
  }

  /** Reads an opening tag; false, and nothing happened, when it is none. */
  #openElement(start: number): boolean {
    const name = this.#match(NAME, start + 1);
    if (!name) return false;
    let attributes: Map<string, string> | undefined;
    // Most tags have no attributes: the sign after the name tells.
    if (this.#text.charCodeAt(this.#at) !== 62) {
      for (let found = this.#match(ATTRIBUTE, this.#at); found; found = this.#match(ATTRIBUTE, this.#at)) {
        attributes ??= new Map();
        attributes.set(this.#nameOf(found[1]!).local, unescaped(found[2] ?? found[3] ?? ""));
      }
    }
    const end = this.#match(TAG_END, this.#at);
    if (!end) return false;
    const { local, prefix } = this.#nameOf(name[0]);
    this.#add(
      { name: local, prefix, attributes: attributes ?? NO_ATTRIBUTES, children: NO_CHILDREN, text: "", start },
      end[1] !== "",
    );
    return true;
  }

  #add(element: OpenElement, isEmpty: boolean): void {
    const parent = this.#open.at(-1);
    if (parent) {
      if (parent.children === NO_CHILDREN) parent.children = [element];
      else (parent.children as XmlElement[]).push(element);
    } else if (this.#document.root) this.#fault(element.start, `a second root <${element.name}>`);
    else this.#document.root = element;
    if (isEmpty) return;
    if (this.#open.length >= MAX_DEPTH) this.#fault(element.start, "elements are nested too deeply");
    else this.#open.push(element);
  }

  #close(name: string, start: number): void {
    const depth = this.#open.findLastIndex((element) => element.name === name);
    if (depth < 0 || depth !== this.#open.length - 1) {
      const expected = this.#open.at(-1)?.name;
      this.#fault(start, `</${name}> stands where ${expected ? `</${expected}>` : "no end tag"} is expected`);
    }
    if (depth >= 0) this.#open.length = depth;
  }

  #addTextBetween(start: number, end: number): void {
    NOT_SPACE.lastIndex = start;
    if (!NOT_SPACE.test(this.#text)) {
      SPACE.lastIndex = start;
      SPACE.test(this.#text);
      // White space is a value only where nothing else stands between two tags.
      const isValue = this.#text.charCodeAt(end + 1) === 47 && this.#open.at(-1)?.children === NO_CHILDREN;
      if (SPACE.lastIndex >= end && !isValue) return;
    }
    this.#addText(unescaped(this.#text.slice(start, end)));
  }

  #addText(text: string): void {
    const element = this.#open.at(-1);
    if (element) element.text = element.text === "" ? text : element.text + text;
  }

  #nameOf(name: string): Name {
    let known = this.#names.get(name);
    if (!known) {
      const colon = name.indexOf(":");
      known = { prefix: name.slice(0, Math.max(colon, 0)), local: name.slice(colon + 1) };
      this.#names.set(name, known);
    }
    return known;
  }

  #fault(start: number, message: string): void {
    this.#document.faults.push({ line: this.#document.lineOf(start), message });
  }
}

/** Where a sign stands from a place on; the end of the text when it does not. */
function endOf(text: string, sign: string, from: number): number {
  const end = text.indexOf(sign, from);
  return end < 0 ? text.length : end;
}

function unescaped(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi, (whole, hex, decimal, name) => {
    if (name) return ENTITIES[name] ?? whole;
    const code = hex ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
