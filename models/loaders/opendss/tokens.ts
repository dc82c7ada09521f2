// The words of one line of a script.
// Fed by    a line, or what stands between two brackets
// Gives     parameters (`name=value` or a value alone), the items of an array, the rows of a matrix
// Must not  know what a word means
// W1  ( [ { " ' open a value that ends only at its own closing sign; brackets do not nest, so the first closing sign counts
// W2  ! and // begin a comment wherever they do not stand inside of such a value
// Source    OpenDSS Manual, "DSS Command Language Syntax"

export interface Token {
  text: string;
  /** Stood in brackets or quotes: as a number it is inline math, as a list an array. */
  isQuoted: boolean;
  /** Its closing sign is missing. */
  isOpen: boolean;
}

export interface Parameter {
  /** Empty when only a value was written. */
  name: string;
  value: Token;
}

const CLOSING: Record<string, string> = { "(": ")", "[": "]", "{": "}", '"': '"', "'": "'" };

/** Reads word by word. Inside of arrays `|` separates rows, and there are no comments. */
class Words {
  readonly #text: string;
  readonly #inArray: boolean;
  #at = 0;
  /** What ended the last word: `=`, `,`, `|`, a blank, or nothing at the end. */
  ended = "";

  constructor(text: string, inArray: boolean) {
    this.#text = text;
    this.#inArray = inArray;
    this.#skipBlanks();
  }

  next(): Token | undefined {
    if (this.#isAtEnd()) return undefined;
    const closing = CLOSING[this.#text[this.#at]!];
    const token = closing ? this.#quoted(closing) : this.#plain();
    this.#skipDelimiter();
    return token;
  }

  #isAtEnd(): boolean {
    return this.#at >= this.#text.length || (!this.#inArray && this.#isComment());
  }

  #isComment(): boolean {
    const letter = this.#text[this.#at];
    return letter === "!" || (letter === "/" && this.#text[this.#at + 1] === "/");
  }

  #quoted(closing: string): Token {
    const start = this.#at + 1;
    const found = this.#text.indexOf(closing, start);
    this.#at = found < 0 ? this.#text.length : found + 1;
    return { text: this.#text.slice(start, found < 0 ? undefined : found), isQuoted: true, isOpen: found < 0 };
  }

  #plain(): Token {
    const start = this.#at;
    while (this.#at < this.#text.length && !this.#isDelimiter() && !(!this.#inArray && this.#isComment())) this.#at++;
    return { text: this.#text.slice(start, this.#at), isQuoted: false, isOpen: false };
  }

  #isDelimiter(): boolean {
    const letter = this.#text[this.#at]!;
    return isBlank(letter) || letter === "," || letter === "=" || (this.#inArray && letter === "|");
  }

  #skipDelimiter(): void {
    const before = this.#at;
    this.#skipBlanks();
    this.ended = this.#at > before ? " " : "";
    const letter = this.#text[this.#at];
    if (letter === "," || letter === "=" || (this.#inArray && letter === "|")) {
      this.ended = letter;
      this.#at++;
      this.#skipBlanks();
    }
  }

  #skipBlanks(): void {
    while (this.#at < this.#text.length && isBlank(this.#text[this.#at]!)) this.#at++;
  }
}

function isBlank(letter: string): boolean {
  return letter <= " " || letter === "\u00a0";
}

/** The parameters of a line. A name at its end without a value has an empty one. */
export function parametersOf(text: string): Parameter[] {
  const words = new Words(text, false);
  const parameters: Parameter[] = [];
  for (let word = words.next(); word; word = words.next()) {
    if (words.ended !== "=") {
      // An empty word between two commas keeps its place: what follows is the next property but one.
      parameters.push({ name: "", value: word });
      continue;
    }
    const value = words.next() ?? { text: "", isQuoted: false, isOpen: false };
    parameters.push({ name: word.text, value });
  }
  return parameters;
}

/** The rows of a matrix; an array has one row. */
export function rowsOf(text: string): Token[][] {
  const words = new Words(text, true);
  const rows: Token[][] = [[]];
  for (let word = words.next(); word; word = words.next()) {
    if (word.text !== "" || word.isQuoted) rows.at(-1)!.push(word);
    if (words.ended === "|") rows.push([]);
  }
  return rows.filter((row) => row.length > 0);
}

/** The items of an array, in whatever rows they stand. */
export function itemsOf({ text, isQuoted }: Token): Token[] {
  return isQuoted ? rowsOf(text).flat() : text === "" ? [] : [{ text, isQuoted, isOpen: false }];
}

export function plainToken(text: string): Token {
  return { text, isQuoted: false, isOpen: false };
}

const MAX_SHOWN = 60;

/** A word as a finding shows it. */
export function shownText(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}...` : text;
}
