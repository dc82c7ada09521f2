// A matrix that is written out in numbers, as nearly all of a case file is.
// Fed by    the text between the brackets of an assignment
// Gives     its rows, each with its line in the file
// T1  a row that is shorter or longer than the rest, or that holds no number somewhere, is kept; the value there is NaN

import type { MatpowerFindings } from "./findings.ts";
import type { Statement } from "./statements.ts";

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eEdD][+-]?\d+)?$/;
const INFINITE = /^([+-]?)inf$/i;

export interface Table {
  rows: number[][];
  lines: number[];
}

/** Reads `[ ... ]` of plain numbers. `undefined` when it holds anything else, unless `findings` is given to tell of that. */
export function readTable(statement: Statement, start: number, findings?: MatpowerFindings): Table | undefined {
  const { text } = statement;
  const end = text.lastIndexOf("]");
  let line = statement.line + breaksIn(text.slice(0, start + 1));
  const table: Table = { rows: [], lines: [] };
  for (const written of text.slice(start + 1, end).split(/(?<=[;\n])/)) {
    const cells = written.split(/[\s,;]+/).filter((cell) => cell !== "");
    const row = cells.map(numberOf);
    const unread = row.findIndex((value, index) => Number.isNaN(value) && !/^[+-]?nan$/i.test(cells[index]!));
    // Before the break: a continuation inside the row moves its line no further than where it begins.
    if (unread >= 0 && findings === undefined) return undefined;
    if (unread >= 0)
      findings?.add("MATPOWER_NUMBER", `line ${line}`, `"${cells[unread]}" in column ${unread + 1} is no number`);
    if (row.length > 0) {
      table.rows.push(row);
      table.lines.push(line);
    }
    line += breaksIn(written);
  }
  return table;
}

function numberOf(cell: string): number {
  if (NUMBER.test(cell)) return Number(cell.replace(/[dD]/, "e"));
  const infinite = INFINITE.exec(cell);
  return infinite ? (infinite[1] === "-" ? -Infinity : Infinity) : Number.NaN;
}

function breaksIn(text: string): number {
  let count = 0;
  for (const letter of text) if (letter === "\n" || letter === "\v") count++;
  return count;
}
