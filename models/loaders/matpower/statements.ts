// The text of a MATLAB file as statements.
// Fed by    the decoded text of a case file
// Gives     statements without comments, each with its line
// Must not  know what a statement means
// S1  a line break keeps its place in a statement's text, so that a place in it is a line of the file
// S2  inside brackets a line break ends a row, and after `...` it means nothing (it stands as a vertical tab then)
// S3  a bracket that is still open where a new assignment begins is closed there, with a finding

import type { MatpowerFindings } from "./findings.ts";

export interface Statement {
  line: number;
  text: string;
}

const CONTINUATION = "\v";
const OPENING: Record<string, string> = { "[": "]", "(": ")", "{": "}" };
/** The usual row of a table, which needs no look at each letter. */
const NUMBERS_ONLY = /^(?!.*\.\.\.)[\s\d.eE+,;-]*$/;
const NEW_ASSIGNMENT = /^\s*(function\b|[A-Za-z]\w*(\.[A-Za-z]\w*)*\s*=(?!=)\s*[[{'"\d])/;

export function readStatements(text: string, findings: MatpowerFindings): Statement[] {
  const reader = new StatementReader(findings);
  let blockDepth = 0;
  for (const [index, raw] of text.split(/\r\n|\n|\r/).entries()) {
    const trimmed = raw.trim();
    if (trimmed === "%{" || trimmed === "#{") blockDepth++;
    else if (blockDepth > 0 && (trimmed === "%}" || trimmed === "#}")) blockDepth--;
    else if (blockDepth === 0) {
      reader.readLine(raw, index + 1);
      continue;
    }
    reader.readLine("", index + 1);
  }
  reader.end();
  return reader.statements;
}

class StatementReader {
  readonly statements: Statement[] = [];
  readonly #findings: MatpowerFindings;
  #text = "";
  #line = 1;
  /** Closing brackets that are awaited. */
  #open: string[] = [];

  constructor(findings: MatpowerFindings) {
    this.#findings = findings;
  }

  readLine(raw: string, line: number): void {
    if (this.#open.length > 0 && NEW_ASSIGNMENT.test(raw)) this.#closeAll();
    if (this.#open.length === 0 && this.#text.trim() === "") {
      this.#text = "";
      this.#line = line;
    }
    if (this.#open.length > 0 && NUMBERS_ONLY.test(raw)) {
      this.#text += `${raw}\n`;
      return;
    }
    for (let index = 0; index < raw.length; index++) {
      const letter = raw[index]!;
      if (letter === "%" || letter === "#") break;
      if (raw.startsWith("...", index)) {
        this.#text += CONTINUATION;
        return;
      }
      if (letter === '"' || (letter === "'" && !this.#isTranspose(raw, index)))
        index = this.#readString(raw, index, line);
      else if ((letter === ";" || letter === ",") && this.#open.length === 0) this.#endStatement(line);
      else {
        this.#text += letter;
        const closing = OPENING[letter];
        if (closing) this.#open.push(closing);
        else if (this.#open.at(-1) === letter) this.#open.pop();
      }
    }
    if (this.#open.length === 0) this.#endStatement(line + 1);
    else this.#text += "\n";
  }

  end(): void {
    if (this.#open.length > 0) this.#closeAll();
    this.#endStatement(this.#line);
  }

  /** A quote after a value is a transpose; inside brackets only when it touches the value. */
  #isTranspose(raw: string, quote: number): boolean {
    if (/[\w)\]}.']/.test(raw[quote - 1] ?? "")) return true;
    const before = raw.slice(0, quote);
    return this.#open.length === 0 && /[\w)\]}']\s+$/.test(before) && !/\b(case|if|while)\s+$/.test(before);
  }

  #readString(raw: string, start: number, line: number): number {
    const quote = raw[start]!;
    let end = start + 1;
    while (end < raw.length && !(raw[end] === quote && raw[end + 1] !== quote)) end += raw[end] === quote ? 2 : 1;
    if (end >= raw.length) this.#findings.add("MATPOWER_BRACKET", `line ${line}`, "a quote is not closed");
    this.#text += raw.slice(start, end >= raw.length ? raw.length : end + 1) + (end >= raw.length ? quote : "");
    return end;
  }

  #closeAll(): void {
    this.#findings.add("MATPOWER_BRACKET", `line ${this.#line}`, `the statement lacks ${this.#open.join(" ")}`);
    this.#text += this.#open.reverse().join("");
    this.#open = [];
    this.#endStatement(this.#line);
  }

  #endStatement(nextLine: number): void {
    if (this.#text.trim() !== "") this.statements.push({ line: this.#line, text: this.#text });
    this.#text = "";
    this.#line = nextLine;
  }
}
