// MATLAB expressions, as far as case files use them to convert units: parsed into a tree.
// Fed by    the text of a statement or of a part of it
// Gives     an Expression
// X1  what is not of the language that this file knows is thrown as `Unread`, which the evaluator turns into a finding

export type Expression =
  | { is: "number"; value: number }
  | { is: "string"; value: string }
  | { is: "name"; name: string }
  | { is: "colon" }
  | { is: "end" }
  | { is: "unary"; operator: string; operand: Expression }
  | { is: "transpose"; operand: Expression }
  | { is: "binary"; operator: string; left: Expression; right: Expression }
  | { is: "range"; from: Expression; step?: Expression; to: Expression }
  | { is: "field"; of: Expression; name: string }
  | { is: "index"; of: Expression; indices: Expression[] }
  | { is: "matrix"; rows: Expression[][] }
  | { is: "cell"; rows: Expression[][] };

/** A statement that this evaluator does not know; caught where statements are carried out. */
export class Unread extends Error {}

interface Token {
  text: string;
  kind: "number" | "string" | "name" | "sign" | "break" | "end";
  /** Blanks stand before it: they part the elements of a matrix. */
  spaced: boolean;
}

const TOKEN =
  /(\d+\.?\d*(?:[eEdD][+-]?\d+)?|\.\d+(?:[eEdD][+-]?\d+)?)|([A-Za-z]\w*)|(\.\*|\.\/|\.\^|\.'|==|~=|!=|<=|>=|&&|\|\||[-+*/\\^'=<>~!&|()[\]{},;:.@])/y;
const BINARY: string[][] = [
  ["||"],
  ["&&"],
  ["|"],
  ["&"],
  ["==", "~=", "!=", "<", "<=", ">", ">="],
  [":"],
  ["+", "-"],
  ["*", "/", "\\", ".*", "./"],
];
const MAX_DEPTH = 200;

export function parseExpression(text: string): Expression {
  const parser = new Parser(tokensOf(text));
  const expression = parser.expression();
  parser.expectEnd();
  return expression;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let spaced = false;
  for (let index = 0; index < text.length; ) {
    const letter = text[index]!;
    if (letter === "\n") tokens.push({ text: "\n", kind: "break", spaced });
    if (/\s/.test(letter)) {
      spaced = true;
      index++;
      continue;
    }
    const before = tokens.at(-1);
    const isTranspose =
      letter === "'" && !spaced && before !== undefined && /[\w)\]}']$/.test(before.text) && before.kind !== "string";
    if ((letter === "'" && !isTranspose) || letter === '"') {
      const string = readString(text, index);
      tokens.push({ text: string.value, kind: "string", spaced });
      index = string.end;
    } else {
      TOKEN.lastIndex = index;
      const match = TOKEN.exec(text);
      if (match === null) throw new Unread(`"${letter}" is not understood`);
      const kind = match[1] === undefined ? (match[2] === undefined ? "sign" : "name") : "number";
      tokens.push({ text: match[0], kind, spaced });
      index = TOKEN.lastIndex;
    }
    spaced = false;
  }
  return tokens;
}

function readString(text: string, start: number): { value: string; end: number } {
  const quote = text[start]!;
  let value = "";
  for (let index = start + 1; index < text.length; index++) {
    if (text[index] !== quote) value += text[index];
    else if (text[index + 1] !== quote) return { value, end: index + 1 };
    else {
      value += quote;
      index++;
    }
  }
  throw new Unread("a quote is not closed");
}

class Parser {
  #at = 0;
  #depth = 0;
  /** Inside [ ] and { }, where blanks part elements. */
  #inMatrix = false;
  readonly #tokens: Token[];

  constructor(tokens: Token[]) {
    this.#tokens = tokens;
  }

  expression(): Expression {
    if (++this.#depth > MAX_DEPTH) throw new Unread("the expression is nested too deeply");
    const expression = this.#binary(0);
    this.#depth--;
    return expression;
  }

  expectEnd(): void {
    if (this.#peek().kind !== "end") throw new Unread(`"${this.#peek().text}" was not expected`);
  }

  #peek(): Token {
    return this.#tokens[this.#at] ?? { text: "", kind: "end", spaced: false };
  }

  #is(text: string): boolean {
    const token = this.#peek();
    return token.text === text && (token.kind === "sign" || token.kind === "break");
  }

  #take(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#at++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw new Unread(`"${text}" is missing`);
  }

  #binary(level: number): Expression {
    const operators = BINARY[level];
    if (operators === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      const token = this.#peek();
      if (token.kind !== "sign" || !operators.includes(token.text) || this.#beginsElement(token)) return left;
      this.#at++;
      const right = this.#binary(level + 1);
      if (token.text !== ":") left = { is: "binary", operator: token.text, left, right };
      else if (this.#take(":")) left = { is: "range", from: left, step: right, to: this.#binary(level + 1) };
      else left = { is: "range", from: left, to: right };
    }
  }

  /** In a matrix `1 -2` is two elements, and `1 - 2` or `1-2` is one. */
  #beginsElement(token: Token): boolean {
    const next = this.#tokens[this.#at + 1];
    return this.#inMatrix && (token.text === "-" || token.text === "+") && token.spaced && next?.spaced === false;
  }

  #unary(): Expression {
    const token = this.#peek();
    if (token.kind === "sign" && ["-", "+", "~", "!"].includes(token.text)) {
      this.#at++;
      return { is: "unary", operator: token.text, operand: this.#unary() };
    }
    let base = this.#postfix();
    while (this.#is("^") || this.#is(".^")) {
      const operator = this.#peek().text;
      this.#at++;
      const isSigned = this.#is("-") || this.#is("+");
      base = { is: "binary", operator, left: base, right: isSigned ? this.#unary() : this.#postfix() };
    }
    return base;
  }

  #postfix(): Expression {
    let value = this.#primary();
    for (;;) {
      const token = this.#peek();
      const touches = !(this.#inMatrix && token.spaced);
      if (token.kind !== "sign" || !touches) return value;
      if (token.text === "(" || token.text === "{") {
        this.#at++;
        value = { is: "index", of: value, indices: this.#list(token.text === "(" ? ")" : "}") };
      } else if (token.text === "." && this.#tokens[this.#at + 1]?.kind === "name") {
        value = { is: "field", of: value, name: this.#tokens[this.#at + 1]!.text };
        this.#at += 2;
      } else if (token.text === "'" || token.text === ".'") {
        this.#at++;
        value = { is: "transpose", operand: value };
      } else return value;
    }
  }

  #list(closing: string): Expression[] {
    const wasInMatrix = this.#inMatrix;
    this.#inMatrix = false;
    const items: Expression[] = [];
    this.#skipBreaks();
    while (!this.#is(closing)) {
      if (this.#is(":") && [",", closing].includes(this.#tokens[this.#at + 1]?.text ?? "")) {
        this.#at++;
        items.push({ is: "colon" });
      } else items.push(this.expression());
      this.#skipBreaks();
      if (!this.#is(closing)) this.#expect(",");
      this.#skipBreaks();
    }
    this.#expect(closing);
    this.#inMatrix = wasInMatrix;
    return items;
  }

  #skipBreaks(): void {
    while (this.#take("\n"));
  }

  #primary(): Expression {
    const token = this.#peek();
    this.#at++;
    if (token.kind === "number") return { is: "number", value: Number(token.text.replace(/[dD]/, "e")) };
    if (token.kind === "string") return { is: "string", value: token.text };
    if (token.kind === "name") return token.text === "end" ? { is: "end" } : { is: "name", name: token.text };
    if (token.text === "[") return { is: "matrix", rows: this.#rows("]") };
    if (token.text === "{") return { is: "cell", rows: this.#rows("}") };
    if (token.text === "(" && token.kind === "sign") {
      const wasInMatrix = this.#inMatrix;
      this.#inMatrix = false;
      this.#skipBreaks();
      const inner = this.expression();
      this.#skipBreaks();
      this.#expect(")");
      this.#inMatrix = wasInMatrix;
      return inner;
    }
    throw new Unread(`"${token.text}" was not expected`);
  }

  #rows(closing: string): Expression[][] {
    const wasInMatrix = this.#inMatrix;
    this.#inMatrix = true;
    const rows: Expression[][] = [];
    let row: Expression[] = [];
    while (!this.#is(closing)) {
      if (this.#peek().kind === "end") throw new Unread(`"${closing}" is missing`);
      if (this.#take(";") || this.#take("\n")) {
        if (row.length > 0) rows.push(row);
        row = [];
      } else if (!this.#take(",")) row.push(this.expression());
    }
    this.#expect(closing);
    if (row.length > 0) rows.push(row);
    this.#inMatrix = wasInMatrix;
    return rows;
  }
}
