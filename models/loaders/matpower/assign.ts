// Carries out one assignment.
// Fed by    the text of a statement, and the variables
// Gives     the variables with the value set, and the lines of a table that the statement writes out
// A1  a table that is written out in numbers is read row by row, so that a fault in one row costs no other

import { evaluate, fieldOf, placesPerDimension, type Variables } from "./evaluate.ts";
import { type Expression, parseExpression, Unread } from "./expression.ts";
import type { MatpowerFindings } from "./findings.ts";
import { sizeOf } from "./functions.ts";
import { IDX } from "./idx.ts";
import type { Statement } from "./statements.ts";
import { readTable, type Table } from "./table.ts";
import { asMatrix, filled, type Matrix, matrix, scalar, type Value, withPart } from "./value.ts";

/** Tables that MATPOWER's own case format names (caseformat). */
const TABLES_OF_CASE: ReadonlySet<string> = new Set([
  "bus",
  "gen",
  "branch",
  "areas",
  "gencost",
  "dcline",
  "dclinecost",
]);

export class Assigner {
  readonly variables: Variables = new Map();
  readonly lines = new Map<string, number[]>();
  readonly #findings: MatpowerFindings;

  constructor(findings: MatpowerFindings) {
    this.#findings = findings;
  }

  /** `equals` is where the `=` stands in the statement's text. */
  assign(statement: Statement, equals: number): void {
    const { text } = statement;
    const target = text.slice(0, equals).trim();
    if (target.startsWith("[")) {
      this.#assignSeveral(target, text.slice(equals + 1).trim());
      return;
    }
    const bracket = /^\s*\[/.exec(text.slice(equals + 1));
    const isLiteral = bracket !== null && text.trimEnd().endsWith("]");
    const start = equals + (bracket?.[0].length ?? 0);
    const table = isLiteral ? readTable(statement, start) : undefined;
    const value = table
      ? this.#keepTable(target, table)
      : this.#valueOf(statement, target, text.slice(equals + 1), isLiteral ? start : -1);
    this.#set(parseExpression(target), value);
  }

  #valueOf(statement: Statement, target: string, text: string, tableStart: number): Value {
    try {
      return this.#evaluateOrIdx(text.trim());
    } catch (error) {
      // Brackets that are no expression either are a table with a fault in it: what can be read of it is kept.
      if (tableStart < 0 || !isOfCase(target)) throw error;
      const table = readTable(statement, tableStart, this.#findings);
      if (table === undefined) throw error;
      return this.#keepTable(target, table);
    }
  }

  #evaluateOrIdx(text: string): Value {
    if (text !== "idx_dcline") return evaluate(parseExpression(text), this.variables);
    return { is: "struct", fields: new Map(IDX.idx_dcline!.map(([name, column]) => [name, scalar(column)])) };
  }

  #keepTable(target: string, table: Table): Matrix {
    const columns = table.rows.reduce((most, row) => Math.max(most, row.length), 0);
    const usual = usualLength(table.rows);
    table.rows.forEach((row, index) => {
      if (row.length === usual) return;
      const message = `a row of ${target} has ${row.length} columns, the others have ${usual}`;
      this.#findings.add("MATPOWER_RAGGED", `line ${table.lines[index]}`, message);
    });
    this.lines.set(target, table.lines);
    const values: number[] = [];
    for (const row of table.rows) {
      for (let column = 0; column < columns; column++) values.push(row[column] ?? Number.NaN);
    }
    return matrix(table.rows.length, columns, values);
  }

  #assignSeveral(target: string, text: string): void {
    const names = target
      .slice(1, target.lastIndexOf("]"))
      .split(/[\s,]+/)
      .filter((name) => name !== "");
    const name = text.replace(/\(\s*\)$/, "");
    const columns = Object.hasOwn(IDX, name) ? IDX[name] : undefined;
    const size = /^size\s*\(([\s\S]*)\)$/.exec(text);
    let values: number[];
    if (columns) values = columns.map(([, column]) => column);
    else if (size) values = sizeOf(evaluate(parseExpression(size[1]!), this.variables));
    else throw new Unread("several values at once");
    names.forEach((name, index) => {
      const value = values[index];
      if (value !== undefined && name !== "~") this.variables.set(name, scalar(value));
    });
  }

  #set(target: Expression, value: Value): void {
    if (target.is === "name") this.variables.set(target.name, value);
    else if (target.is === "field") this.#structOf(target.of).set(target.name, value);
    else if (target.is === "index") this.#assignPart(target, value);
    else throw new Unread("nothing can be assigned to that");
  }

  /** The fields of a struct variable, which comes to be where it is not there yet. */
  #structOf(target: Expression): Map<string, Value> {
    const isName = target.is === "name";
    if (!isName && target.is !== "field") throw new Unread("nothing can be assigned to that");
    const owner = isName ? this.variables : this.#structOf(target.of);
    const held = owner.get(target.name);
    if (held?.is === "struct") return held.fields;
    if (held !== undefined) throw new Unread(`${target.name} is no struct`);
    const fields = new Map<string, Value>();
    owner.set(target.name, { is: "struct", fields });
    return fields;
  }

  #assignPart(target: Expression & { is: "index" }, value: Value): void {
    const held = this.#heldBy(target.of);
    const places = placesPerDimension([held.rows, held.columns], target.indices, this.variables, []);
    const given = asMatrix(value);
    const isRemoval = given.values.length === 0 && target.indices.at(-1)?.is === "colon" && places.length === 2;
    if (isRemoval) this.#set(target.of, this.#withoutRows(target.of, held, new Set(places[0])));
    else this.#set(target.of, withPart(held, places, given));
  }

  #heldBy(target: Expression): Matrix {
    if (target.is === "name") return asMatrix(this.variables.get(target.name) ?? filled(0, 0, 0));
    if (target.is === "field") return asMatrix(fieldOf(evaluate(target.of, this.variables), target.name));
    throw new Unread("nothing can be assigned to that");
  }

  #withoutRows(target: Expression, held: Matrix, removed: Set<number>): Matrix {
    const kept = Array.from({ length: held.rows }, (_, row) => row).filter((row) => !removed.has(row));
    const name =
      target.is === "field" && target.of.is === "name"
        ? `${target.of.name}.${target.name}`
        : target.is === "name"
          ? target.name
          : "";
    const lines = this.lines.get(name);
    if (lines)
      this.lines.set(
        name,
        kept.map((row) => lines[row] ?? 0),
      );
    return matrix(
      kept.length,
      held.columns,
      kept.flatMap((row) => held.values.slice(row * held.columns, (row + 1) * held.columns)),
    );
  }
}

/** Other tools keep tables of their own in a case, with words among the numbers: those are not read, and no fault. */
function isOfCase(target: string): boolean {
  const [, table] = target.split(".");
  return table === undefined || TABLES_OF_CASE.has(table);
}

/** Where the `=` of an assignment stands, outside brackets and strings. */
export function assignmentAt(text: string): number | undefined {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const letter = text[index]!;
    if ("([{".includes(letter)) depth++;
    else if (")]}".includes(letter)) depth--;
    else if (letter === "=" && depth === 0)
      return text[index + 1] === "=" || /[=~<>!]/.test(text[index - 1] ?? "") ? undefined : index;
    else if (letter === '"' || letter === "'") return undefined;
  }
  return undefined;
}

/** The number of columns that most rows have. */
function usualLength(rows: number[][]): number {
  const counts = new Map<number, number>();
  for (const { length } of rows) counts.set(length, (counts.get(length) ?? 0) + 1);
  return [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best), [0, 0])[0];
}
