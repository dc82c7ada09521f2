// Rows become twins.
// Fed by    the tables of a net, in today's words and units
// Gives     the elements by table and index: each a twin and the row it was made from
// Must not  know how elements hang together: that is the network's work
// E1  a twin's element is the index of its row, verbatim, behind the table's name where the format says so
// E2  of rows with the same index, the first is kept

import { type Json, newTwin, type TwinModel } from "../../district.ts";
import { attributesOf, rowName } from "./attributes.ts";
import type { ElementTable, NetFormat, Report } from "./format.ts";
import type { Net } from "./net.ts";
import type { Row, Table } from "./table.ts";

export interface Element {
  twin: TwinModel;
  row: Row;
  of: ElementTable;
}

/** By table, then by index. Every table of the format has an entry. */
export type Elements = Map<string, Map<string, Element>>;

/** `carrierOf` says which carrier the twins of a table name. */
export function readElements(
  net: Net,
  format: NetFormat,
  source: string,
  carrierOf: (of: ElementTable) => string,
  report: Report,
): Elements {
  const elements: Elements = new Map();
  for (const of of format.tables) {
    const byIndex = new Map<string, Element>();
    elements.set(of.table, byIndex);
    const table = net.tables.get(of.table);
    if (!table) continue;
    const results = resultsOf(net, of.table);
    for (const row of table.rows) {
      if (byIndex.has(row.index)) {
        report("DUPLICATE_INDEX", `${of.table} ${row.index}`, "the index stands more than once");
        continue;
      }
      const attributes = {
        carrier: carrierOf(of),
        table: of.table,
        ...attributesOf(row, table, of.defaults, format.words, report),
      };
      const element = of.prefixed ? `${of.table}.${row.index}` : row.index;
      const twin = newTwin(of.kind, source, element, attributes, rowName(row));
      if (of.asLine) twin.attributes[of.table] = true;
      const result = results(row.index, format, report);
      if (result) twin.attributes.result = result;
      byIndex.set(row.index, { twin, row, of });
    }
  }
  return elements;
}

/** The calculations whose results are saved beside those of the power flow, and the attribute each stands under. */
export const RESULT_SUFFIXES = { _3ph: "threePhase", _est: "estimation", _sc: "shortCircuit" };

type Results = (index: string, format: NetFormat, report: Report) => Record<string, Json> | undefined;

/** What calculations saved of the elements of a table: the power flow's at the top, others under their own names. */
export function resultsOf(net: Net, name: string): Results {
  const byIndex = (table: Table | undefined) =>
    table && { table, rows: new Map(table.rows.map((row) => [row.index, row] as const)) };
  const powerFlow = byIndex(net.tables.get(`res_${name}`));
  const others = Object.entries(RESULT_SUFFIXES).flatMap(([suffix, attribute]) => {
    const found = byIndex(net.tables.get(`res_${name}${suffix}`));
    return found ? [{ attribute, ...found }] : [];
  });
  return (index, { words }, report) => {
    const row = powerFlow?.rows.get(index);
    const result: Record<string, Json> = row ? attributesOf(row, powerFlow!.table, {}, words, report) : {};
    for (const { attribute, table, rows } of others) {
      const other = rows.get(index);
      const values = other ? attributesOf(other, table, {}, words, report) : {};
      if (Object.keys(values).length > 0) result[attribute] = values;
    }
    return Object.keys(result).length > 0 ? result : undefined;
  };
}

/** A cell in a message: the number or text, or `null` and the like when it holds no reference at all. */
export function shownCell(cell: Json | undefined): string {
  return typeof cell === "string" ? cell : JSON.stringify(cell ?? null);
}

/** `line 17`: the table and the index. */
export function placeOf({ of, row }: Element): string {
  return `${of.table} ${row.index}`;
}

/** All elements, table by table. */
export function allOf(elements: Elements): Element[] {
  return [...elements.values()].flatMap((byIndex) => [...byIndex.values()]);
}
