// JSON as Python writes it and as broken files hold it.
// Fed by    the text of a file, or of a table inside it
// Gives     its value, and the faults found on the way
// Must not  throw
// J1  what JSON.parse reads, reads the same here, but for numbers that no double can hold
// J2  NaN, Infinity and -Infinity, which Python's json writes, and 1e999, which is the same, read as null and are no fault
// J3  at a fault, what stands before it is kept: open strings, lists and objects are closed there

import type { Json } from "../district.ts";

interface JsonFault {
  /** `line 12, column 5` */
  at: string;
  message: string;
}

interface JsonReading {
  /** Undefined when not even the beginning of a value was found. */
  value: Json | undefined;
  faults: JsonFault[];
}

/** Deeper nesting than this is no table, and would only exhaust the stack. */
const MAX_DEPTH = 100;

/** What JSON.parse may read as Infinity. */
const HUGE = /\d[eE]\+?\d{3}|\d{309}/;

export function readJson(text: string): JsonReading {
  try {
    const value = JSON.parse(text) as Json;
    return HUGE.test(text) ? new LenientReader(text).read() : { value, faults: [] };
  } catch {
    return new LenientReader(text).read();
  }
}

/** More faults than this tell nothing new, and each costs a walk over the text. */
const MAX_FAULTS = 20;

const SPACE = /[\s\ufeff]*/y;
const NUMBER = /-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const WORD = /-?[A-Za-z]+/y;
const WORDS = new Map<string, Json>([
  ["true", true],
  ["false", false],
  ["null", null],
  ["NaN", null],
  ["Infinity", null],
  ["-Infinity", null],
]);
const ESCAPES = new Map(Object.entries({ b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" }));

class LenientReader {
  readonly #text: string;
  readonly #faults: JsonFault[] = [];
  #at = 0;
  #stopped = false;

  constructor(text: string) {
    this.#text = text;
  }

  read(): JsonReading {
    const value = this.#value(0);
    if (!this.#stopped && this.#peek() !== "") this.#fault("text after the end of the value");
    return { value, faults: this.#faults };
  }

  #value(depth: number): Json | undefined {
    if (depth > MAX_DEPTH) return this.#stop(`nested deeper than ${MAX_DEPTH}`);
    const next = this.#peek();
    if (next === "{") return this.#object(depth);
    if (next === "[") return this.#list(depth);
    if (next === '"') return this.#string();
    const number = this.#match(NUMBER);
    if (number !== undefined) return Number.isFinite(Number(number)) ? Number(number) : null;
    const start = this.#at;
    const word = this.#match(WORD);
    if (word !== undefined && WORDS.has(word)) return WORDS.get(word);
    this.#at = start;
    return this.#stop(
      next === "" ? "the text ends where a value should stand" : `no value can begin with ${shown(next)}`,
    );
  }

  #object(depth: number): Json {
    const object: { [key: string]: Json } = {};
    this.#at++;
    while (!this.#closes("}")) {
      if (this.#peek() !== '"') {
        this.#stop(this.#peek() === "" ? "an object is not closed" : "a key in double quotes should stand here");
        break;
      }
      const key = this.#string();
      if (this.#peek() !== ":") {
        if (!this.#stopped) this.#stop("a colon should stand here");
        break;
      }
      this.#at++;
      const value = this.#value(depth + 1);
      // Assigning to __proto__ would set the prototype, not a member.
      if (value !== undefined && key !== "__proto__") object[key] = value;
      if (!this.#goesOn("}")) break;
    }
    return object;
  }

  #list(depth: number): Json {
    const list: Json[] = [];
    this.#at++;
    while (!this.#closes("]")) {
      const value = this.#value(depth + 1);
      if (value !== undefined) list.push(value);
      if (!this.#goesOn("]")) break;
    }
    return list;
  }

  /** After a member: true when another may follow or the end stands next. */
  #goesOn(end: string): boolean {
    if (this.#stopped) return false;
    const next = this.#peek();
    if (next === end) return true;
    if (next !== ",") {
      this.#stop(next === "" ? `the text ends where , or ${end} should stand` : `, or ${end} should stand here`);
      return false;
    }
    this.#at++;
    if (this.#peek() === end) this.#fault("a comma before the end");
    return true;
  }

  #closes(end: string): boolean {
    if (this.#peek() !== end) return false;
    this.#at++;
    return true;
  }

  #string(): string {
    let value = "";
    let from = ++this.#at;
    while (this.#at < this.#text.length) {
      const char = this.#text[this.#at];
      if (char === '"') {
        value += this.#text.slice(from, this.#at++);
        return value;
      }
      if (char !== "\\") {
        this.#at++;
        continue;
      }
      value += this.#text.slice(from, this.#at) + this.#escape();
      from = this.#at;
    }
    value += this.#text.slice(from);
    this.#stop("a string is not closed");
    return value;
  }

  #escape(): string {
    const letter = this.#text[this.#at + 1] ?? "";
    const code = letter === "u" ? this.#text.slice(this.#at + 2, this.#at + 6) : "";
    if (/^[0-9a-fA-F]{4}$/.test(code)) {
      this.#at += 6;
      return String.fromCharCode(Number.parseInt(code, 16));
    }
    this.#at += 2;
    return ESCAPES.get(letter) ?? letter;
  }

  /** The next character that is no white space; empty at the end. */
  #peek(): string {
    SPACE.lastIndex = this.#at;
    this.#at += SPACE.exec(this.#text)![0].length;
    return this.#text[this.#at] ?? "";
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #stop(message: string): undefined {
    if (!this.#stopped) this.#fault(message);
    this.#stopped = true;
    // Everything still open ends here.
    this.#at = this.#text.length;
  }

  #fault(message: string): void {
    if (this.#faults.length >= MAX_FAULTS) return;
    const before = this.#text.slice(0, this.#at).split("\n");
    this.#faults.push({ at: `line ${before.length}, column ${before.at(-1)!.length + 1}`, message });
  }
}

function shown(char: string): string {
  return char < " " || char > "~" ? `U+${char.charCodeAt(0).toString(16).padStart(4, "0")}` : char;
}
