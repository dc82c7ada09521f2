// Reads XML from front to back: what is met is handed on at once, so that a file of any size needs no tree.
// Fed by    the text of one file
// Gives     to a handler: elements as they open and close, text, faults, what a DOCTYPE declares
// Must not  follow a DOCTYPE: no entity but the five of XML and character references is replaced
// X1  never throws; at a fault, what was read before it and what can be read after it is handed on
// X2  every element that opened is closed, unless the text ends within it

export interface XmlHandler {
  /** Names are without prefix. `attributes` is read with `xmlAttributes`: many elements are passed over without. */
  open(name: string, attributes: string, start: number, prefix: string): void;
  close(name: string): void;
  text(text: string, start: number): void;
  fault(start: number, message: string): void;
  /** The DOCTYPE declares entities, from there on. When the answer is false, nothing is read after it. */
  entities?(start: number): boolean;
}

export interface XmlEnd {
  /** Whether the text ended before the root did. */
  isTruncated: boolean;
}

/** After so many faults the rest is not worth reading. */
const MAX_FAULTS = 100;
/** Elements within elements: no schema comes near, and what reads them calls itself. */
const MAX_DEPTH = 200;
const TAG = /<([^\s<>/=!?"']+)((?:\s+[^\s<>/="']+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y;
const CLOSING_TAG = /<\/([^\s<>/]+)\s*>/y;
const ATTRIBUTE = /([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
/** What ends a DOCTYPE, or what in it may hold such an end: texts, comments, declarations. */
const IN_DOCTYPE = /"[^"]*"|'[^']*'|<!--|<!ENTITY\b|<!|<\?|[[\]>]/g;
const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const QUESTION_MARK = "?".charCodeAt(0);
const EXCLAMATION_MARK = "!".charCodeAt(0);
const SLASH = "/".charCodeAt(0);

export function scanXml(text: string, handler: XmlHandler): XmlEnd {
  return new XmlScanner(text, handler).scan();
}

interface Name {
  prefix: string;
  local: string;
}

class XmlScanner {
  readonly #names = new Map<string, Name>();
  readonly #text: string;
  readonly #handler: XmlHandler;
  readonly #open: string[] = [];
  /** Elements that are open beyond MAX_DEPTH: passed over with all that they hold. */
  #tooDeep = 0;
  #faults = 0;
  #at = 0;

  constructor(text: string, handler: XmlHandler) {
    this.#text = text;
    this.#handler = handler;
  }

  scan(): XmlEnd {
    const text = this.#text;
    while (this.#at < text.length && this.#faults < MAX_FAULTS) {
      const tag = text.indexOf("<", this.#at);
      const end = tag < 0 ? text.length : tag;
      if (end > this.#at) this.#readText(text.slice(this.#at, end), this.#at);
      this.#at = end;
      if (tag >= 0) this.#readMarkup();
    }
    return { isTruncated: this.#open.length > 0 };
  }

  #readText(text: string, start: number): void {
    if (this.#open.length > 0 && this.#tooDeep === 0) this.#handler.text(unescaped(text), start);
  }

  #readMarkup(): void {
    const start = this.#at;
    const next = this.#text.charCodeAt(start + 1);
    if (next === QUESTION_MARK) this.#passOver("<?", "?>");
    else if (next === EXCLAMATION_MARK) this.#readDeclaration(start);
    else if (next === SLASH) {
      const closing = this.#match(CLOSING_TAG);
      if (closing) this.#close(this.#nameOf(closing[1]!).local, start);
      else this.#noTag(start);
    } else {
      const opening = this.#match(TAG);
      if (opening) this.#openElement(opening, start);
      else this.#noTag(start);
    }
  }

  #readDeclaration(start: number): void {
    const text = this.#text;
    if (text.startsWith("<!--", start)) this.#passOver("<!--", "-->");
    else if (text.startsWith("<![CDATA[", start)) {
      const from = start + "<![CDATA[".length;
      const end = this.#passOver("<![CDATA[", "]]>");
      if (end !== undefined && this.#open.length > 0 && this.#tooDeep === 0)
        this.#handler.text(text.slice(from, end), from);
    } else if (text.startsWith("<!DOCTYPE", start)) this.#passDoctype(start);
    else this.#noTag(start);
  }

  /** Where the end begins; undefined, with a fault, when there is none. */
  #passOver(begin: string, end: string): number | undefined {
    const at = this.#text.indexOf(end, this.#at + begin.length);
    if (at < 0) this.#fault(this.#at, `${begin} is not closed`);
    this.#at = at < 0 ? this.#text.length : at + end.length;
    return at < 0 ? undefined : at;
  }

  #passDoctype(start: number): void {
    const text = this.#text;
    this.#at = start + "<!DOCTYPE".length;
    let depth = 1;
    let entityAt: number | undefined;
    while (depth > 0) {
      IN_DOCTYPE.lastIndex = this.#at;
      const match = executed(IN_DOCTYPE, text);
      if (!match) {
        this.#fault(start, "<!DOCTYPE is not closed");
        this.#at = text.length;
        break;
      }
      const [sign] = match;
      this.#at = match.index + sign.length;
      if (sign === "<!--" || sign === "<?") {
        const end = sign === "<?" ? "?>" : "-->";
        const at = text.indexOf(end, this.#at);
        this.#at = at < 0 ? text.length : at + end.length;
      } else if (sign === "<!ENTITY" || sign === "<!" || sign === "[") depth++;
      else if (sign === ">" || sign === "]") depth--;
      if (sign === "<!ENTITY") entityAt ??= match.index;
    }
    if (entityAt !== undefined && this.#handler.entities?.(entityAt) === false) {
      this.#at = this.#text.length;
      this.#open.length = 0;
    }
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = executed(pattern, this.#text);
    if (match) this.#at = pattern.lastIndex;
    return match;
  }

  #openElement(match: RegExpExecArray, start: number): void {
    const isEmpty = match[3] !== "";
    if (this.#tooDeep > 0 || this.#open.length >= MAX_DEPTH) {
      if (this.#tooDeep === 0) this.#fault(start, "elements are nested too deeply");
      if (!isEmpty) this.#tooDeep++;
      return;
    }
    const { local: name, prefix } = this.#nameOf(match[1]!);
    this.#handler.open(name, match[2]!, start, prefix);
    if (isEmpty) this.#handler.close(name);
    else this.#open.push(name);
  }

  #close(name: string, start: number): void {
    if (this.#tooDeep > 0) {
      this.#tooDeep--;
      return;
    }
    const depth = this.#open.lastIndexOf(name);
    if (depth !== this.#open.length - 1 || depth < 0) {
      const expected = this.#open.at(-1);
      this.#fault(start, `</${name}> stands where ${expected ? `</${expected}>` : "no end tag"} is expected`);
    }
    if (depth >= 0) while (this.#open.length > depth) this.#handler.close(this.#open.pop()!);
  }

  /** Each name of a file is cut once, and shared. */
  #nameOf(name: string): Name {
    let known = this.#names.get(name);
    if (!known) {
      const colon = name.indexOf(":");
      known = { prefix: name.slice(0, Math.max(colon, 0)), local: name.slice(colon + 1) };
      this.#names.set(name, known);
    }
    return known;
  }

  #noTag(start: number): void {
    this.#fault(start, "this is no tag");
    this.#at = start + 1;
  }

  #fault(start: number, message: string): void {
    this.#faults++;
    this.#handler.fault(start, message);
  }
}

/** A tag with a million attributes exhausts the stack of a regular expression: it is no tag then. */
function executed(pattern: RegExp, text: string): RegExpExecArray | null {
  try {
    return pattern.exec(text);
  } catch {
    return null;
  }
}

/** The attributes of a tag by their names without prefix. */
export function xmlAttributes(attributes: string): Map<string, string> {
  const read = new Map<string, string>();
  if (attributes === "") return read;
  ATTRIBUTE.lastIndex = 0;
  for (let match = ATTRIBUTE.exec(attributes); match; match = ATTRIBUTE.exec(attributes)) {
    read.set(localName(match[1]!), unescaped(match[2] ?? match[3] ?? ""));
  }
  return read;
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
