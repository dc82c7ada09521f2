// A case as MATPOWER sees it: the base power and the tables, from what the file's statements left behind.
// Fed by    the statements of the file
// Gives     tables by name (bus, gen, branch ...), each row with its line; lists of names; version
// C1  version 2 returns one struct; version 1 returns baseMVA, bus, gen, branch, areas, gencost one by one

import type { MatpowerFindings } from "./findings.ts";
import { runProgram } from "./program.ts";
import type { Statement } from "./statements.ts";
import type { Struct, Value } from "./value.ts";

const VERSION_1 = ["baseMVA", "bus", "gen", "branch", "areas", "gencost"];
const HEADER = /^\s*function\s+(?:\[([^\]]*)\]|(\w+))\s*=\s*(\w+)/;

export interface CaseRow {
  /** Counted from one, as MATPOWER does. */
  number: number;
  /** Place for findings: `line 12`, or `bus row 3` when a statement made the row. */
  at: string;
  values: number[];
}

export interface MatpowerCase {
  name: string;
  version: string;
  baseMva: number | undefined;
  has(table: string): boolean;
  rows(table: string): CaseRow[];
  /** A list of strings, for instance bus_name, genfuel. */
  texts(list: string): string[] | undefined;
  /** Everything that the case consists of, by name. */
  fields(): [name: string, value: Value][];
}

/** `undefined` when the file sets none of the tables of a case. */
export function readCase(statements: Statement[], findings: MatpowerFindings): MatpowerCase | undefined {
  const header = HEADER.exec(statements[0]?.text ?? "");
  // Some tools write no name behind `function mpc =`.
  const first = /^\s*function\b/.test(statements[0]?.text ?? "") ? 1 : 0;
  // A second function in the file is not part of the case.
  const next = statements.findIndex((statement, index) => index >= first && /^\s*function\b/.test(statement.text));
  const { variables, lines } = runProgram(statements.slice(first, next < 0 ? statements.length : next), findings);
  const outputs = header?.[1]?.split(/[\s,]+/).filter((name) => name !== "");
  const isVersion1 = outputs !== undefined && outputs.length > 1;
  const output = header?.[2] ?? outputs?.[0] ?? "mpc";
  const struct =
    structOf(variables.get(output)) ?? [...variables.values()].map(structOf).find((one) => one?.fields.has("bus"));
  const prefix =
    isVersion1 || struct === undefined ? "" : `${[...variables].find(([, value]) => value === struct)?.[0]}.`;
  const nameOf = (table: string) => (isVersion1 ? (outputs[VERSION_1.indexOf(table)] ?? "") : table);
  const get = (table: string): Value | undefined => (prefix ? struct?.fields.get(table) : variables.get(nameOf(table)));
  if (get("bus") === undefined && get("branch") === undefined && get("gen") === undefined) return undefined;
  const base = get("baseMVA");
  const version = get("version");
  return {
    name: header?.[3] ?? "",
    version:
      version?.is === "string"
        ? version.text
        : version?.is === "matrix"
          ? String(version.values[0])
          : prefix
            ? "2"
            : "1",
    baseMva: base?.is === "matrix" ? base.values[0] : undefined,
    has: (table) => get(table)?.is === "matrix",
    rows: (table) => rowsOf(table, get(table), lines.get(prefix + nameOf(table))),
    texts: (list) => textsOf(get(list)),
    fields: () => {
      if (prefix) return [...(struct?.fields ?? [])];
      return VERSION_1.flatMap((name): [string, Value][] => {
        const value = get(name);
        return value ? [[name, value]] : [];
      });
    },
  };
}

function structOf(value: Value | undefined): Struct | undefined {
  return value?.is === "struct" ? value : undefined;
}

function rowsOf(table: string, value: Value | undefined, lines: number[] | undefined): CaseRow[] {
  if (value?.is !== "matrix") return [];
  return Array.from({ length: value.rows }, (_, row) => ({
    number: row + 1,
    at: lines?.[row] ? `line ${lines[row]}` : `${table} row ${row + 1}`,
    values: value.values.slice(row * value.columns, (row + 1) * value.columns),
  }));
}

function textsOf(value: Value | undefined): string[] | undefined {
  if (value?.is === "string") return [value.text];
  return value?.is === "cell" ? value.items.map((item) => (item.is === "string" ? item.text : "")) : undefined;
}
