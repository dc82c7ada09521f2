// Rows become twins.
// Fed by    the tables of a net, in today's words and units
// Gives     the elements by table and index: each a twin and the row it was made from
// Must not  know how elements hang together: that is the network's work
// E1  a twin's element is the index of its row, verbatim, behind the table's name where element-tables.ts says so
// E2  of rows with the same index, the first is kept

import { type Json, newTwin, type TwinModel } from "../../district.ts";
import { attributeName, attributesOf, rowName } from "./attributes.ts";
import { ELEMENT_TABLES, type ElementTable, STANDING_AT_BUS } from "./element-tables.ts";
import type { PandapowerFindings } from "./findings.ts";
import type { Net } from "./net.ts";
import { indexText, type Row, type Table } from "./table.ts";

export interface Element {
  twin: TwinModel;
  row: Row;
  of: ElementTable;
}

/** By table, then by index. Every table of ELEMENT_TABLES has an entry. */
export type Elements = Map<string, Map<string, Element>>;

export function readElements(net: Net, source: string, findings: PandapowerFindings): Elements {
  const elements: Elements = new Map();
  for (const of of ELEMENT_TABLES) {
    const byIndex = new Map<string, Element>();
    elements.set(of.table, byIndex);
    const table = net.tables.get(of.table);
    if (!table) continue;
    const results = resultsOf(net, of.table);
    for (const row of table.rows) {
      if (byIndex.has(row.index)) {
        findings.add("PANDAPOWER_DUPLICATE_INDEX", `${of.table} ${row.index}`, "the index stands more than once");
        continue;
      }
      byIndex.set(row.index, { twin: twinOf(row, table, of, source, results, findings), row, of });
    }
    if (of.asLine) findings.add("PANDAPOWER_BRANCH_AS_LINE", of.table, `${byIndex.size} of ${of.table} became lines`);
  }
  for (const { twin } of elements.get("ext_grid")!.values()) {
    if (net.frequencyHz !== undefined) twin.attributes.fHz = net.frequencyHz;
  }
  listAtBuses(net, elements, findings);
  return elements;
}

function twinOf(
  row: Row,
  table: Table,
  of: ElementTable,
  source: string,
  results: Results,
  findings: PandapowerFindings,
): TwinModel {
  const attributes = { carrier: "electricity", table: of.table, ...attributesOf(row, table, of.defaults, findings) };
  const twin = newTwin(of.kind, source, of.prefixed ? `${of.table}.${row.index}` : row.index, attributes, rowName(row));
  if (of.asLine) twin.attributes[of.table] = true;
  const result = results(row.index, findings);
  if (result) twin.attributes.result = result;
  return twin;
}

/** The calculations whose results pandapower saves beside those of the power flow, and the attribute each stands under. */
const RESULT_SUFFIXES = { _3ph: "threePhase", _est: "estimation", _sc: "shortCircuit" };

type Results = (index: string, findings: PandapowerFindings) => Record<string, Json> | undefined;

/** What calculations saved of the elements of a table: the power flow's at the top, others under their own names. */
function resultsOf(net: Net, name: string): Results {
  const byIndex = (table: Table | undefined) =>
    table && { table, rows: new Map(table.rows.map((row) => [row.index, row] as const)) };
  const powerFlow = byIndex(net.tables.get(`res_${name}`));
  const others = Object.entries(RESULT_SUFFIXES).flatMap(([suffix, attribute]) => {
    const found = byIndex(net.tables.get(`res_${name}${suffix}`));
    return found ? [{ attribute, ...found }] : [];
  });
  return (index, findings) => {
    const row = powerFlow?.rows.get(index);
    const result: Record<string, Json> = row ? attributesOf(row, powerFlow!.table, {}, findings) : {};
    for (const { attribute, table, rows } of others) {
      const other = rows.get(index);
      const values = other ? attributesOf(other, table, {}, findings) : {};
      if (Object.keys(values).length > 0) result[attribute] = values;
    }
    return Object.keys(result).length > 0 ? result : undefined;
  };
}

/** Shunts, wards, converters: rows that stand at one bus are listed there. */
function listAtBuses(net: Net, elements: Elements, findings: PandapowerFindings): void {
  for (const [name, { attribute, defaults }] of STANDING_AT_BUS) {
    const table = net.tables.get(name);
    for (const row of table?.rows ?? []) {
      const bus = elements.get("bus")!.get(indexText(row.cells.get("bus") ?? null));
      if (!bus) {
        findings.add(
          "PANDAPOWER_DANGLING",
          `${name} ${row.index}`,
          `there is no bus ${shownCell(row.cells.get("bus"))}`,
        );
        continue;
      }
      const { [attributeName("bus")]: _, ...attributes } = attributesOf(row, table!, defaults, findings);
      const entry: Record<string, Json> = { index: row.index, ...attributes };
      const label = rowName(row);
      if (label) entry.name = label;
      const listed = bus.twin.attributes[attribute];
      if (Array.isArray(listed)) listed.push(entry);
      else bus.twin.attributes[attribute] = [entry];
    }
  }
}

/** A cell in a message: the number or text, or `null` and the like when it holds no reference at all. */
export function shownCell(cell: Json | undefined): string {
  return typeof cell === "string" ? cell : JSON.stringify(cell ?? null);
}
