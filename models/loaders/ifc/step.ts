// Reads a STEP physical file statement by statement before the IFC engine sees it: the engine reads beyond its buffer,
// drops texts or mixes entities up when a statement is broken, and says nothing. What leaves here is clean.
// Fed by    models/loaders/ifc.ts, with the bytes of one file
// Gives     the header, the label and class of every entity, a clean copy of the DATA section, and findings with their lines
// Source    ISO 10303-21 (exchange structure)
// S1  a broken statement is left out with a finding; all others are kept
// S2  linear in the bytes, whatever they are

import type { IfcFindings } from "./findings.ts";
import { StepCopy } from "./step-copy.ts";
import { emptyHeader, readHeaderEntity, type StepHeader } from "./step-header.ts";
import { isShape, StepShape } from "./step-shape.ts";
import {
  ascii,
  type Cursor,
  EQUALS,
  HASH,
  isDigit,
  isLetter,
  MAX_LABEL,
  MINUS,
  NEWLINE,
  OPEN,
  type Patch,
  RETURN,
  SEMICOLON,
  skipBlanks,
  startsStatement,
} from "./step-tokens.ts";
import { readParameters } from "./step-values.ts";

export interface StepFile {
  header: StepHeader;
  /** Class in capitals (`IFCSPACE`) of each entity, by its number, in the order of the file. */
  classes: Map<number, string>;
  /** All clean statements but those of pure shape. */
  copy: StepCopy;
  /** Pure shape, most of any file: it is checked, but not handed on. */
  shape: StepShape;
}

/** Where a statement and its values begin, where it ends, and what makes it clean. */
interface Statement {
  start: number;
  values: number;
  end: number;
  patches: Patch[];
}

/** The first keyword of the file must stand within this many bytes of its beginning. */
const MAX_PREAMBLE_BYTES = 4096;

/** Reads a whole file; undefined when it is no STEP file at all. */
export function readStep(bytes: Uint8Array, findings: IfcFindings): StepFile | undefined {
  const preamble = ascii(bytes, 0, Math.min(bytes.length, MAX_PREAMBLE_BYTES));
  const start = preamble.search(/ISO-10303-21|HEADER\s*;|FILE_SCHEMA/i);
  if (start < 0) {
    const what = bytes.length === 0 ? "the file is empty" : "nothing in its beginning says ISO-10303-21";
    findings.add("IFC_NOT_STEP", "line 1", what);
    return undefined;
  }
  return new StepReader(bytes, start, findings).read();
}

class StepReader {
  readonly #cursor: Cursor;
  readonly #findings: IfcFindings;
  readonly #file: StepFile;
  readonly #lineOf: (at: number) => number;
  #ended = false;

  constructor(bytes: Uint8Array, start: number, findings: IfcFindings) {
    this.#cursor = { bytes, at: start };
    this.#findings = findings;
    this.#file = { header: emptyHeader(), classes: new Map(), copy: new StepCopy(), shape: new StepShape(bytes) };
    this.#lineOf = lineCounter(bytes);
  }

  read(): StepFile {
    const cursor = this.#cursor;
    for (skipBlanks(cursor); cursor.at < cursor.bytes.length && !this.#ended; skipBlanks(cursor)) {
      const byte = cursor.bytes[cursor.at];
      if (byte === HASH) this.#readInstance();
      else if (isLetter(byte)) this.#readSection();
      else this.#leaveOut(cursor.at, `line ${this.#lineOf(cursor.at)}`, "this is no statement");
    }
    if (!this.#ended) {
      const at = `line ${this.#lineOf(cursor.bytes.length)}`;
      this.#findings.add("IFC_TRUNCATED", at, "the file stops before END-ISO-10303-21;");
    }
    return this.#file;
  }

  #readSection(): void {
    const cursor = this.#cursor;
    const start = cursor.at;
    while (isLetter(cursor.bytes[cursor.at]) || isDigit(cursor.bytes[cursor.at]) || cursor.bytes[cursor.at] === MINUS)
      cursor.at++;
    const keyword = ascii(cursor.bytes, start, Math.min(cursor.at, start + 40)).toUpperCase();
    skipBlanks(cursor);
    if (keyword === "END-ISO-10303-21") this.#ended = true;
    else if (cursor.bytes[cursor.at] === OPEN) {
      const problem = readHeaderEntity(cursor, keyword, this.#file.header);
      if (problem) this.#findings.add("IFC_HEADER_INVALID", `line ${this.#lineOf(start)}`, `${keyword}: ${problem}`);
    }
    skipBlanks(cursor);
    if (cursor.bytes[cursor.at] === SEMICOLON) cursor.at++;
    else if (cursor.at === start) this.#leaveOut(start, `line ${this.#lineOf(start)}`, "this is no statement");
  }

  #readInstance(): void {
    const cursor = this.#cursor;
    const start = cursor.at;
    const patches: Patch[] = [];
    const digits = this.#over(isDigit, start + 1);
    skipBlanks(cursor, patches);
    const at = digits ? `#${digits}` : `line ${this.#lineOf(start)}`;
    if (!digits || cursor.bytes[cursor.at] !== EQUALS) {
      this.#leaveOut(start, at, "a number and = are expected");
      return;
    }
    cursor.at++;
    skipBlanks(cursor, patches);
    const nameStart = cursor.at;
    const name = this.#over((byte) => isLetter(byte) || isDigit(byte), nameStart);
    if (name !== name.toUpperCase()) patches.push({ start: nameStart, end: cursor.at, text: name.toUpperCase() });
    skipBlanks(cursor, patches);
    if (!name || cursor.bytes[cursor.at] !== OPEN) {
      this.#leaveOut(start, at, "a class and its values are expected");
      return;
    }
    const values = cursor.at;
    const { broken, patches: mended, mends } = readParameters(cursor);
    const where = `line ${this.#lineOf(start)}`;
    if (broken) {
      this.#findings.add("IFC_SYNTAX", at, `${where}, ${name}: ${broken}`);
      return;
    }
    for (const { code, message } of mends) this.#findings.add(code, at, `${where}, ${name}: ${message}`);
    const end = cursor.at;
    skipBlanks(cursor);
    if (cursor.bytes[cursor.at] === SEMICOLON) cursor.at++;
    else this.#findings.add("IFC_SYNTAX", at, `${where}, ${name}: the semicolon is missing; it was read all the same`);
    this.#keep({ start, values, end, patches: [...patches, ...mended] }, Number(digits), name.toUpperCase(), where);
  }

  #keep({ start, values, end, patches }: Statement, label: number, name: string, where: string): void {
    const first = this.#file.classes.get(label);
    if (label === 0 || label > MAX_LABEL) {
      this.#findings.add("IFC_LABEL_INVALID", `#${label}`, `${where}, ${name}: entities cannot have this number`);
    } else if (first) {
      this.#findings.add(
        "IFC_LABEL_DUPLICATE",
        `#${label}`,
        `${where}: this ${name} has the number of an earlier ${first}`,
      );
    } else {
      this.#file.classes.set(label, name);
      if (isShape(name)) this.#file.shape.add(name, label, values);
      else this.#file.copy.add(this.#cursor.bytes, start, end, patches);
    }
  }

  /** Moves the cursor over bytes that fit, from `start`, and gives them as text. */
  #over(fits: (byte: number | undefined) => boolean, start: number): string {
    const cursor = this.#cursor;
    cursor.at = start;
    while (fits(cursor.bytes[cursor.at])) cursor.at++;
    return ascii(cursor.bytes, start, Math.min(cursor.at, start + MAX_NAME_LENGTH));
  }

  /** Leaves out what begins at `start`, to the next semicolon or the next line that begins a statement. */
  #leaveOut(start: number, at: string, message: string): void {
    const { bytes } = this.#cursor;
    let end = Math.max(start + 1, this.#cursor.at);
    while (
      end < bytes.length &&
      bytes[end - 1] !== SEMICOLON &&
      !(bytes[end - 1] === NEWLINE && startsStatement(bytes, end))
    )
      end++;
    this.#cursor.at = end;
    this.#findings.add("IFC_SYNTAX", at, `line ${this.#lineOf(start)}: ${message}`);
  }
}

/** Longer numbers and names are cut, and then refused as what they are. */
const MAX_NAME_LENGTH = 100;

/** Line numbers, counted from 1, for places that are asked for in rising order. */
function lineCounter(bytes: Uint8Array): (at: number) => number {
  let counted = 0;
  let line = 1;
  return (at) => {
    for (; counted < at; counted++) {
      const byte = bytes[counted];
      if (byte === NEWLINE || (byte === RETURN && bytes[counted + 1] !== NEWLINE)) line++;
    }
    return line;
  };
}
