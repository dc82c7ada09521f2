// Reads XML into elements, for the loaders of XML formats: names without their namespace, attributes, text.
// Fed by    the text of one file
// Gives     the root element, and faults with their lines
// Must not  follow a DOCTYPE: no entity but the five of XML and character references is replaced
// X1  never throws; at a fault, what was read before it and what can be read after it is kept

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
  lineOf(start: number): number;
}

/** After so many faults the rest is not worth reading. */
const MAX_FAULTS = 100;
/** Elements within elements: no schema of IFC comes near, and what reads them calls itself. */
const MAX_DEPTH = 200;
const TAG = /<([^\s<>/=!?"']+)((?:\s+[^\s<>/="']+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y;
const CLOSING_TAG = /<\/([^\s<>/]+)\s*>/y;
const ATTRIBUTE = /([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
/** What is passed over, by what it begins and ends with; CDATA is text. */
const PASSED_OVER = [
  ["<!--", "-->"],
  ["<?", "?>"],
  ["<!DOCTYPE", ">"],
] as const;
const CDATA = ["<![CDATA[", "]]>"] as const;

export function readXml(text: string): XmlDocument {
  return new XmlReader(text).read();
}

class XmlReader {
  readonly #text: string;
  readonly #open: XmlElement[] = [];
  readonly #document: XmlDocument;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#document = { faults: [], isTruncated: false, lineOf: lineCounter(text) };
  }

  read(): XmlDocument {
    const text = this.#text;
    while (this.#at < text.length && this.#document.faults.length < MAX_FAULTS) {
      const tag = text.indexOf("<", this.#at);
      this.#addText(unescaped(text.slice(this.#at, tag < 0 ? text.length : tag)));
      this.#at = tag < 0 ? text.length : tag;
      if (tag >= 0) this.#readMarkup();
    }
    this.#document.isTruncated = this.#open.length > 0;
    return this.#document;
  }

  #readMarkup(): void {
    const start = this.#at;
    const passed = [...PASSED_OVER, CDATA].find(([begin]) => this.#text.startsWith(begin, start));
    if (passed) {
      const end = this.#text.indexOf(passed[1], start + passed[0].length);
      if (end < 0) this.#fault(start, `${passed[0]} is not closed`);
      else if (passed === CDATA) this.#addText(this.#text.slice(start + CDATA[0].length, end));
      this.#at = end < 0 ? this.#text.length : end + passed[1].length;
      return;
    }
    const closing = this.#match(CLOSING_TAG);
    const opening = closing ? null : this.#match(TAG);
    if (closing) this.#close(localName(closing[1]!), start);
    else if (opening) this.#openElement(opening, start);
    else {
      this.#fault(start, "this is no tag");
      this.#at = start + 1;
    }
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match) this.#at = pattern.lastIndex;
    return match;
  }

  #openElement([, name, attributes, slash]: RegExpExecArray, start: number): void {
    const element: XmlElement = {
      ...{ name: localName(name!), attributes: new Map(), children: [], text: "", start },
    };
    for (const [, key, double, single] of attributes!.matchAll(ATTRIBUTE)) {
      element.attributes.set(localName(key!), unescaped(double ?? single ?? ""));
    }
    const parent = this.#open.at(-1);
    if (parent) parent.children.push(element);
    else if (this.#document.root) this.#fault(start, `a second root <${element.name}>`);
    else this.#document.root = element;
    if (slash) return;
    if (this.#open.length >= MAX_DEPTH) this.#fault(start, "elements are nested too deeply");
    else this.#open.push(element);
  }

  #close(name: string, start: number): void {
    const depth = this.#open.findLastIndex((element) => element.name === name);
    if (depth !== this.#open.length - 1) {
      const expected = this.#open.at(-1)?.name;
      this.#fault(start, `</${name}> stands where ${expected ? `</${expected}>` : "no end tag"} is expected`);
    }
    if (depth >= 0) this.#open.length = depth;
  }

  #addText(text: string): void {
    const element = this.#open.at(-1);
    if (element) element.text += text;
  }

  #fault(start: number, message: string): void {
    this.#document.faults.push({ line: this.#document.lineOf(start), message });
  }
}

/** Lines, counted from 1. Where they end is found out once, at the first question. */
function lineCounter(text: string): (start: number) => number {
  let ends: number[] | undefined;
  return (start) => {
    ends ??= Array.from(text.matchAll(/\r\n|\r|\n/g), ({ index }) => index);
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle]! < start) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  };
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

function unescaped(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi, (whole, hex, decimal, name) => {
    if (name) return ENTITIES[name] ?? whole;
    const code = hex ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
