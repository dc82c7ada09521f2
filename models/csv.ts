// A reader of comma separated values (RFC 4180), with the line that each record starts on.
// Fed by    the text of a table: meters.csv, profiles, SimBench
// Gives     records of cells, verbatim, and what was wrong, with lines
// C1  it never throws, and one broken record does not swallow the ones behind it
// C2  LF, CRLF and CR end a record; a byte order mark is no part of the first cell; blank lines are no records

export interface CsvRecord {
  /** Line on which the record starts, from 1. */
  line: number;
  cells: string[];
}

export interface CsvFault {
  line: number;
  message: string;
}

/** Reads a table. `separator` is one character: some countries' tables have `;`. */
export function readCsv(text: string, separator = ","): { records: CsvRecord[]; faults: CsvFault[] } {
  const reader = new CsvReader(text, separator);
  while (reader.more()) reader.record();
  return { records: reader.records, faults: reader.faults };
}

class CsvReader {
  readonly records: CsvRecord[] = [];
  readonly faults: CsvFault[] = [];
  readonly #text: string;
  readonly #separator: string;
  #at: number;
  #line = 1;
  /** Where the next CR and LF stand, as far as they were looked for. */
  #nextCr = -1;
  #nextLf = -1;
  /** No quoted cell that opens here or later is ever closed: known after the first one that is not. */
  #noClosingQuoteFrom = Number.POSITIVE_INFINITY;

  constructor(text: string, separator: string) {
    this.#text = text;
    this.#separator = separator;
    this.#at = text.startsWith("\uFEFF") ? 1 : 0;
  }

  more(): boolean {
    return this.#at < this.#text.length;
  }

  record(): void {
    const line = this.#line;
    const cells = this.#plainCells() ?? this.#cells();
    this.#endOfLine();
    if (cells.length > 1 || cells[0] !== "") this.records.push({ line, cells });
  }

  /** The cells of a line without quotes, as almost all are; undefined when it has one. */
  #plainCells(): string[] | undefined {
    if (this.#nextCr < this.#at) this.#nextCr = this.#next("\r");
    if (this.#nextLf < this.#at) this.#nextLf = this.#next("\n");
    const end = Math.min(this.#nextCr, this.#nextLf);
    const whole = this.#text.slice(this.#at, end);
    if (whole.includes('"')) return undefined;
    this.#at = end;
    return whole.split(this.#separator);
  }

  #next(character: string): number {
    const found = this.#text.indexOf(character, this.#at);
    return found < 0 ? this.#text.length : found;
  }

  #cells(): string[] {
    const cells = [this.#cell()];
    while (this.#text[this.#at] === this.#separator) {
      this.#at += 1;
      cells.push(this.#cell());
    }
    return cells;
  }

  #cell(): string {
    const closing = this.#text[this.#at] === '"' ? this.#closingQuote() : -1;
    if (closing < 0) return this.#rest();
    const quoted = this.#text.slice(this.#at + 1, closing);
    this.#line += quoted.match(/\r\n|\r|\n/g)?.length ?? 0;
    this.#at = closing + 1;
    const rest = this.#rest();
    if (rest !== "")
      this.faults.push({ line: this.#line, message: `"${rest}" stands behind the end of a quoted cell` });
    return quoted.replaceAll('""', '"') + rest;
  }

  /** Place of the quote that ends the quoted cell that starts here, or -1: then it is read as if it were not quoted. */
  #closingQuote(): number {
    if (this.#at >= this.#noClosingQuoteFrom) return -1;
    let at = this.#text.indexOf('"', this.#at + 1);
    while (at >= 0 && this.#text[at + 1] === '"') at = this.#text.indexOf('"', at + 2);
    if (at < 0) this.#noClosingQuoteFrom = this.#at;
    else if (this.#endsCell(at) || !/[\r\n]/.test(this.#text.slice(this.#at, at))) return at;
    // Either there is no quote, or it is the opening one of a later line.
    this.faults.push({ line: this.#line, message: "a quoted cell is never closed" });
    return -1;
  }

  /** Whether the quote is the last character of a cell. */
  #endsCell(quote: number): boolean {
    return quote + 1 >= this.#text.length || this.#ends(this.#text[quote + 1]!);
  }

  /** What stands from here to the next separator or end of line. */
  #rest(): string {
    const start = this.#at;
    while (this.more() && !this.#ends(this.#text[this.#at]!)) this.#at += 1;
    return this.#text.slice(start, this.#at);
  }

  #ends(character: string): boolean {
    return character === this.#separator || character === "\n" || character === "\r";
  }

  #endOfLine(): void {
    if (!this.more()) return;
    this.#at += this.#text.startsWith("\r\n", this.#at) ? 2 : 1;
    this.#line += 1;
  }
}
