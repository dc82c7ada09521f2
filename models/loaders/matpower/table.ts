// A matrix that is written out in numbers, as nearly all of a case file is.
// Fed by    the text between the brackets of an assignment
// Gives     its rows, each with its line in the file
// T1  a row that is shorter or longer than the rest, or that holds no number somewhere, is kept; the value there is NaN

import type { MatpowerFindings } from "./findings.ts";
import type { Statement } from "./statements.ts";

const INFINITE = /^([+-]?)inf$/i;
const NAN = /^[+-]?nan$/i;

export interface Table {
  rows: number[][];
  lines: number[];
}

/** Reads `[ ... ]` of plain numbers. `undefined` when it holds anything else, unless `findings` is given to tell of that. */
export function readTable(statement: Statement, start: number, findings?: MatpowerFindings): Table | undefined {
  const text = statement.text.slice(0, statement.text.lastIndexOf("]"));
  const table: Table = { rows: [], lines: [] };
  let row: number[] = [];
  let line = statement.line + breaksIn(text.slice(0, start + 1));
  // Of the row: a continuation inside of it moves its line no further than where it begins.
  let rowLine = line;
  let isRowRead = true;
  const endRow = (): void => {
    if (row.length > 0) {
      table.rows.push(row);
      table.lines.push(rowLine);
    }
    row = [];
    isRowRead = true;
  };
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === NEWLINE || code === CONTINUED) line++;
    if (code === NEWLINE || code === SEMICOLON) {
      endRow();
      rowLine = line;
    } else if (!isGap(code)) {
      let end = at + 1;
      while (end < text.length && !isGap(text.charCodeAt(end))) end++;
      const cell = text.slice(at, end);
      const value = numberOf(cell);
      if (isRowRead && Number.isNaN(value) && !NAN.test(cell)) {
        if (findings === undefined) return undefined;
        findings.add("MATPOWER_NUMBER", `line ${rowLine}`, `"${cell}" in column ${row.length + 1} is no number`);
        isRowRead = false;
      }
      row.push(value);
      at = end - 1;
    }
  }
  endRow();
  return table;
}

const NEWLINE = 10;
const CONTINUED = 11;
const COMMA = 44;
const SEMICOLON = 59;
const NO_BREAK_SPACE = 160;

/** White space, also beyond ASCII, or what stands between cells or rows. */
function isGap(code: number): boolean {
  if (code <= 32) return code === 32 || (code >= 9 && code <= 13);
  if (code < NO_BREAK_SPACE) return code === COMMA || code === SEMICOLON;
  return /\s/.test(String.fromCharCode(code));
}

/** NaN for what MATLAB does not write as a number: neither `0x1`, nor `1e`, nor `Infinity`. */
function numberOf(cell: string): number {
  let at = 0;
  let exponentAt = -1;
  let digits = 0;
  let points = 0;
  for (; at < cell.length; at++) {
    const code = cell.charCodeAt(at);
    if (code >= 48 && code <= 57) digits++;
    else if (code === 46 && points === 0 && exponentAt < 0) points++;
    else if ((code | 32) === 101 || (code | 32) === 100) {
      if (exponentAt >= 0 || digits === 0) break;
      exponentAt = at;
      digits = 0;
    } else if (!((code === 43 || code === 45) && (at === 0 || at === exponentAt + 1))) break;
  }
  if (at === cell.length && digits > 0) {
    const isFortran = exponentAt >= 0 && (cell.charCodeAt(exponentAt) | 32) === 100;
    return Number(isFortran ? cell.replace(/d/i, "e") : cell);
  }
  const infinite = INFINITE.exec(cell);
  return infinite ? (infinite[1] === "-" ? -Infinity : Infinity) : Number.NaN;
}

function breaksIn(text: string): number {
  let count = 0;
  for (const letter of text) if (letter === "\n" || letter === "\v") count++;
  return count;
}
