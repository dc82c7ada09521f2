// What a MATPOWER case lists beside its tables: costs, DC lines, names.
// Source: MATPOWER User's Manual 8.0, tables B-4 and B-5

import type { Attributes, Json, TwinModel } from "../../district.ts";
import { DC_LINE } from "../../loaders/matpower/buses.ts";
import { POINTS } from "../../loaders/matpower/costs.ts";
import { isObject } from "../../loaders/pandas-json/table.ts";
import { cell, rowOf } from "./tables.ts";

const POLYNOMIAL = 2;
const DC_LINE_COLUMNS = 17;

/** Rows of gencost: those for active power, and after them, where there are any, those for reactive power. */
export function costRows(generators: readonly Attributes[]): string[][] {
  const active = uptoLast(generators.map(({ cost }) => cost));
  const reactive = uptoLast(generators.map(({ reactiveCost }) => reactiveCost));
  return costsOf([...active, ...reactive]);
}

function uptoLast(costs: readonly (Json | undefined)[]): readonly (Json | undefined)[] {
  return costs.slice(0, costs.findLastIndex((cost) => cost !== undefined) + 1);
}

function costsOf(costs: readonly (Json | undefined)[]): string[][] {
  const rows = costs.map((cost) => {
    const { startup, shutdown, points, coefficients } = isObject(cost) ? cost : ({} as Attributes);
    const isPoints = Array.isArray(points);
    const values = ([points, coefficients].find(Array.isArray) ?? []).map(cell);
    // A point of which only half is known keeps its place.
    if (isPoints && values.length % 2 > 0) values.push("NaN");
    const count = isPoints ? values.length / 2 : values.length;
    return [String(isPoints ? POINTS : POLYNOMIAL), cell(startup), cell(shutdown), String(count), ...values];
  });
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  return rows.map((row) => [...row, ...new Array<string>(width - row.length).fill("0")]);
}

/** DC lines stand on the buses that they start from, with the numbers of their rows. */
export function dcLineRows(buses: readonly TwinModel[]): { lines: string[][]; costs: string[][] } {
  const lines: string[][] = [];
  const costs: (Json | undefined)[] = [];
  for (const { element, attributes } of buses) {
    for (const line of Array.isArray(attributes.dcLines) ? (attributes.dcLines as Attributes[]) : []) {
      const at = Number(line.row) - 1;
      const others = { 1: element, 2: cell(line.toBus), 3: line.inService === true ? "1" : "0" };
      lines[at] = rowOf(line, DC_LINE, DC_LINE_COLUMNS, others);
      costs[at] = line.cost;
    }
  }
  // The row of a line that starts nowhere is kept free, as the others are named by theirs.
  const none = new Array<string>(DC_LINE_COLUMNS).fill("NaN");
  return { lines: Array.from(lines, (line) => line ?? none), costs: costsOf(uptoLast(Array.from(costs))) };
}

/** A list of texts; one that says nothing is not written. */
export function* namesOf(list: string, texts: readonly string[]): Iterable<string> {
  if (texts.every((text) => text === "")) return;
  yield `\nmpc.${list} = {\n`;
  for (const text of texts) yield `\t'${text.replaceAll("'", "''")}';\n`;
  yield "};\n";
}
