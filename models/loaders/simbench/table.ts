// A table of SimBench: rows with their lines, cells by column.
// Fed by    the bytes of one .csv file
// Gives     rows; how a cell becomes a number, a flag or a text
// T1  `;` separates, or where the first line has none a comma or a tab; NULL, nan and nothing are no value

import type { Attributes, Json } from "../../district.ts";
import { readCsv } from "../../csv.ts";
import { decodePlainText } from "../plain-text.ts";
import { COLUMNS, type Column } from "./columns.ts";
import type { SimbenchFindings } from "./findings.ts";
import type { TableFile } from "./source.ts";

export interface Row {
  table: string;
  line: number;
  cells: Cells;
}

/** The cells of a row that hold a value, by column. The names of the columns are shared: a year of profiles has many rows. */
class Cells {
  readonly #places: ReadonlyMap<string, number>;
  readonly #values: readonly string[];

  constructor(places: ReadonlyMap<string, number>, values: readonly string[]) {
    this.#places = places;
    this.#values = values;
  }

  get(column: string): string | undefined {
    const cell = this.#values[this.#places.get(column) ?? -1]?.trim() ?? "";
    return cell.length <= 4 && NO_VALUE.test(cell) ? undefined : cell;
  }

  has(column: string): boolean {
    return this.get(column) !== undefined;
  }

  *[Symbol.iterator](): Iterator<[column: string, cell: string]> {
    for (const column of this.#places.keys()) {
      const cell = this.get(column);
      if (cell !== undefined) yield [column, cell];
    }
  }
}

export interface Table {
  name: string;
  columns: string[];
  rows: Row[];
}

const NO_VALUE = /^(?:null|nan|none)?$/i;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

export function readTable(name: string, { file, bytes }: TableFile, findings: SimbenchFindings): Table {
  const { text, encoding } = decodePlainText(bytes);
  if (encoding !== "utf-8") findings.add("SIMBENCH_ENCODING", file, `the table is read as ${encoding}`);
  const { records, faults } = readCsv(text, separatorOf(text));
  for (const { line, message } of faults) findings.add("SIMBENCH_QUOTES", `${name} line ${line}`, message);
  const [header, ...body] = records;
  const columns = (header?.cells ?? []).map((cell) => cell.trim());
  const places = new Map(columns.map((column, at) => [column, at] as const));
  const rows = body.map(({ line, cells }) => {
    if (cells.length !== columns.length) {
      const message = `the row has ${cells.length} cells for ${columns.length} columns`;
      findings.add("SIMBENCH_ROW_LENGTH", `${name} line ${line}`, message);
    }
    return { table: name, line, cells: new Cells(places, cells) };
  });
  return { name, columns, rows };
}

function separatorOf(text: string): string {
  const first = /^[^\r\n]*/.exec(text)![0];
  return [";", "\t", ","].find((separator) => first.includes(separator)) ?? ";";
}

/** `Line line 4`: where a row stands. */
export function placeOf({ table, line }: Row): string {
  return `${table} line ${line}`;
}

/** A number; undefined, with a finding, when the cell holds none. */
export function numberOf(row: Row, column: string, findings: SimbenchFindings): number | undefined {
  const cell = row.cells.get(column);
  if (cell === undefined) return undefined;
  if (NUMBER.test(cell) && Number.isFinite(Number(cell))) return Number(cell);
  findings.add("SIMBENCH_NUMBER", `${placeOf(row)}, column ${column}`, `"${cell}" is no number`);
  return undefined;
}

/** The cells of a row in the twins' words. `without` are columns that are said in another way. */
export function attributesOf(row: Row, findings: SimbenchFindings, without: readonly string[] = ["id"]): Attributes {
  const words = COLUMNS[row.table]!;
  const attributes: Attributes = {};
  for (const [name, cell] of row.cells) {
    if (without.includes(name) || name === "" || name === "__proto__") continue;
    const column = Object.hasOwn(words, name) ? words[name] : undefined;
    const value = column ? cellValue(row, name, column, findings) : NUMBER.test(cell) ? Number(cell) : cell;
    if (value !== undefined) attributes[column?.attribute ?? name] = value;
  }
  return attributes;
}

function cellValue(row: Row, name: string, { holds, factor }: Column, findings: SimbenchFindings): Json | undefined {
  const cell = row.cells.get(name)!;
  if (holds === "text") return cell;
  if (holds === "flag" && /^(?:true|false)$/i.test(cell)) return cell.toLowerCase() === "true";
  const value = numberOf(row, name, findings);
  if (value === undefined || holds === "number") return value === undefined ? value : scaled(value, factor);
  return value !== 0;
}

/** Divided where the factor is a part of one: 375 A are 0.375 kA to the last bit. */
function scaled(value: number, factor = 1): number {
  return factor < 1 ? value / Math.round(1 / factor) : value * factor;
}
