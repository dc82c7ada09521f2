// A YAML file read node by node, so that whatever is said of it can name the line.
// Fed by    the text of district.yaml
// Gives     the root node, and functions that look into a node: its line, text, items, entries
// Y1  it never throws; a text that is no YAML gives faults and no root
// Y2  what is nested deeper than MAX_DEPTH is a fault, with its line; aliases are followed one at a time and at most MAX_ALIASES times, never expanded: no alias bomb goes off

import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  Parser,
} from "yaml";

const MAX_YAML_BYTES = 16 * 1024 * 1024;
const MAX_ALIASES = 100;
/** The library composes nodes within one another by recursion, and where the call stack ends is a matter of chance. */
const MAX_DEPTH = 100;

export type YamlNode = Node;

export interface YamlEntry {
  key: string;
  /** `line 12`, of the key. */
  at: string;
  value: YamlNode | null;
}

export interface YamlFault {
  at: string;
  message: string;
}

export class YamlText {
  readonly root: YamlNode | null = null;
  readonly faults: YamlFault[] = [];
  readonly #lines = new LineCounter();
  readonly #document: Document.Parsed | undefined;
  #aliases = 0;

  constructor(text: string) {
    if (text.length > MAX_YAML_BYTES) {
      this.faults.push({ at: "", message: `it is larger than ${MAX_YAML_BYTES / 1024 / 1024} MiB` });
      return;
    }
    const tokens = this.#tokens(text);
    if (!tokens) return;
    // Keys are checked for duplicates by `entries`: the parser's own check takes the square of their number.
    const composer = new Composer({ prettyErrors: false, uniqueKeys: false });
    const [document, another] = composer.compose(tokens, true, text.length);
    this.#document = document as Document.Parsed;
    for (const { pos, message } of this.#document.errors) this.faults.push({ at: this.#line(pos[0]), message });
    if (another) this.faults.push({ at: this.#line(another.range[0]), message: "it holds several documents" });
    if (this.faults.length === 0) this.root = this.#document.contents;
  }

  /** Undefined, with a fault, where they are nested too deep. */
  #tokens(text: string): CST.Token[] | undefined {
    const message = `more than ${MAX_DEPTH} things lie within one another`;
    try {
      const tokens = [...new Parser(this.#lines.addNewLine).parse(text)];
      const deep = tooDeep(tokens);
      if (deep === undefined) return tokens;
      this.faults.push({ at: this.#line(deep), message });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      // So deep that the parser's own steps overflowed, in the last line that it came to.
      this.faults.push({ at: `line ${Math.max(1, this.#lines.lineStarts.length)}`, message });
    }
    return undefined;
  }

  at(node: YamlNode | null): string {
    return node?.range ? this.#line(node.range[0]) : "";
  }

  /** The text of a plain value, as it is written (`007` stays `007`); undefined for lists, maps and nothing. */
  text(node: YamlNode | null): string | undefined {
    const scalar = this.#follow(node);
    if (!isScalar(scalar) || scalar.value === null) return undefined;
    return typeof scalar.value === "string" ? scalar.value : (scalar.source ?? String(scalar.value));
  }

  /** The items of a list; undefined when it is none. */
  items(node: YamlNode | null): (YamlNode | null)[] | undefined {
    const list = this.#follow(node);
    return isSeq(list) ? (list.items as (YamlNode | null)[]) : undefined;
  }

  /** The entries of a map, a repeated key as often as it stands there; undefined when it is none. */
  entries(node: YamlNode | null): YamlEntry[] | undefined {
    const map = this.#follow(node);
    if (!isMap(map)) return undefined;
    return map.items.map((pair) => {
      const key = pair.key as YamlNode | null;
      return { key: this.text(key) ?? "", at: this.at(key), value: pair.value as YamlNode | null };
    });
  }

  /** What an alias stands for; a node that is none, itself. */
  #follow(node: YamlNode | null): YamlNode | null {
    if (!isAlias(node) || !this.#document) return node;
    this.#aliases += 1;
    if (this.#aliases <= MAX_ALIASES) return node.resolve(this.#document) ?? null;
    if (this.#aliases === MAX_ALIASES + 1) {
      this.faults.push({ at: this.at(node), message: `it has more than ${MAX_ALIASES} aliases` });
    }
    return null;
  }

  #line(offset: number): string {
    return `line ${this.#lines.linePos(offset).line}`;
  }
}

/** Where a text is nested deeper than MAX_DEPTH. */
function tooDeep(tokens: readonly CST.Token[]): number | undefined {
  const left: [token: CST.Token, depth: number][] = tokens.map((token) => [token, 0]);
  for (let next = left.pop(); next; next = left.pop()) {
    const [token, depth] = next;
    if (depth > MAX_DEPTH) return token.offset;
    if (token.type === "document" && token.value) left.push([token.value, depth]);
    if (!("items" in token)) continue;
    for (const { key, value } of token.items as CST.CollectionItem[]) {
      if (key) left.push([key, depth + 1]);
      if (value) left.push([value, depth + 1]);
    }
  }
  return undefined;
}
