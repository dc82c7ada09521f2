// The tokens of Turtle.
// Fed by    the text of a file
// Gives     one token after the other, with the place where it begins
// Source    W3C Recommendation RDF 1.1 Turtle, clause 6.5
// T1  any text is some tokens: what is none is one of its own kind, and no reading of a token goes back over the text

export type Token =
  | {
      kind: "iri" | "blank" | "string" | "language" | "number" | "word" | "sign" | "end" | "none";
      text: string;
      at: number;
    }
  | { kind: "name"; text: string; prefix: string; at: number };

const SPACE = /\s*/y;
const IRI = /<([^<>"{}|^`\s]*)>/y;
/** A prefix has no end of letters, as each word of a text that is no Turtle is searched for a colon. */
const NAME = /((?:\p{L}[\p{L}\p{N}_.·-]{0,255})?):((?:[\p{L}\p{N}_:.·-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%])*)/uy;
const BLANK = /_:[\p{L}\p{N}_][\p{L}\p{N}_.·-]*/uy;
const NUMBER = /[+-]?(?:\d+\.\d+(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|\d+\.?[eE][+-]?\d+|\d+)/y;
const AT_WORD = /@[A-Za-z]+(?:-[A-Za-z0-9]+)*/y;
const WORD = /[A-Za-z]+/y;
const SIGN = /\^\^|[.;,[\]()]/y;
const ESCAPES: Record<string, string> = { t: "\t", b: "\b", n: "\n", r: "\r", f: "\f" };

export class Tokens {
  /** The token taken last. */
  last: Token | undefined;
  readonly #text: string;
  #at = 0;
  #next: Token | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  peek(): Token {
    this.#next ??= this.#read();
    return this.#next;
  }

  take(): Token {
    const token = this.peek();
    this.#next = undefined;
    this.last = token;
    return token;
  }

  #read(): Token {
    this.#passSpace();
    const at = this.#at;
    const first = this.#text[at];
    if (first === undefined) return { kind: "end", text: "", at };
    if (first === '"' || first === "'") return this.#string(first);
    const iri = first === "<" && this.#match(IRI);
    if (iri) return { kind: "iri", text: unescaped(iri[1]!), at };
    const blank = first === "_" && this.#match(BLANK);
    if (blank) return { kind: "blank", text: this.#withoutDots(blank[0]), at };
    const number = this.#match(NUMBER);
    if (number) return { kind: "number", text: number[0], at };
    const name = this.#match(NAME);
    if (name) return { kind: "name", prefix: name[1]!, text: localName(this.#withoutDots(name[2]!)), at };
    const sign = this.#match(SIGN);
    if (sign) return { kind: "sign", text: sign[0], at };
    const word = first === "@" ? this.#match(AT_WORD) : this.#match(WORD);
    if (word) return { kind: first === "@" ? "language" : "word", text: word[0], at };
    this.#at += 1;
    return { kind: "none", text: first, at };
  }

  #passSpace(): void {
    for (;;) {
      this.#match(SPACE);
      if (this.#text[this.#at] !== "#") return;
      const end = this.#text.indexOf("\n", this.#at);
      this.#at = end < 0 ? this.#text.length : end;
    }
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match) this.#at = pattern.lastIndex;
    return match;
  }

  /** A name may hold dots, but the last one ends the statement. */
  #withoutDots(name: string): string {
    let end = name.length;
    while (end > 0 && name[end - 1] === "." && name[end - 2] !== "\\") end--;
    this.#at -= name.length - end;
    return name.slice(0, end);
  }

  /** A string in quotes of either kind, one or three of them. */
  #string(quote: string): Token {
    const text = this.#text;
    const at = this.#at;
    const fence = text.startsWith(quote.repeat(3), at) ? quote.repeat(3) : quote;
    let end = at + fence.length;
    for (; end < text.length && !text.startsWith(fence, end); end++) {
      if (text[end] === "\\") end++;
      else if (fence.length === 1 && (text[end] === "\n" || text[end] === "\r")) break;
    }
    const isClosed = text.startsWith(fence, end);
    this.#at = isClosed ? end + fence.length : Math.min(end, text.length);
    // Of four or five quotes at the end, the first belong to the string.
    while (isClosed && fence.length === 3 && text[this.#at] === quote) {
      this.#at++;
      end++;
    }
    const content = unescaped(text.slice(at + fence.length, end));
    return { kind: isClosed ? "string" : "none", text: content, at };
  }
}

function localName(name: string): string {
  return name.replace(/\\(.)/g, "$1");
}

function unescaped(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([\s\S]))/g, (whole, short, long, sign) => {
    if (sign) return ESCAPES[sign] ?? sign;
    const code = Number.parseInt(short ?? long, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
