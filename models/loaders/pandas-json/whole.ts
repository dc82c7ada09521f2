// What a net says of itself as a whole, and tables that belong to no single element: kept once, on one twin.
// Fed by    the net and the elements
// Gives     `network` on the first source of the net, or on its first node when it has none
// W1  a table of more than MAX_KEPT_ROWS is not kept: a finding says so

import type { Json } from "../../district.ts";
import { attributesOf } from "./attributes.ts";
import { allOf, type Element, type Elements } from "./elements.ts";
import type { NetFormat, Report } from "./format.ts";
import type { Net } from "./net.ts";
import { isObject, type Table } from "./table.ts";

/** Rows of one table without twins: more are data of another kind, such as profiles. */
export const MAX_KEPT_ROWS = 1000;

/** Adds to what is said of the whole net; nothing is lost when it has no element at all. */
export function keepWhole(elements: Elements, bearer: Element | undefined, whole: Record<string, Json>): void {
  const element = bearer ?? allOf(elements)[0];
  if (!element || Object.keys(whole).length === 0) return;
  const { network } = element.twin.attributes;
  element.twin.attributes.network = { ...(isObject(network) ? network : {}), ...whole };
}

/** The rows of tables as lists of records, each with its index; how many rows of each were kept goes to `kept`. */
export function keepTables(
  net: Net,
  names: Iterable<string>,
  format: NetFormat,
  kept: Map<string, number>,
  report: Report,
): Record<string, Json> {
  const tables: Record<string, Json> = {};
  for (const name of names) {
    const table = net.others.get(name);
    if (!table || holdsPython(table)) continue;
    if (table.rows.length > MAX_KEPT_ROWS) {
      report("TABLE_IGNORED", name, `${table.rows.length} rows left out: at most ${MAX_KEPT_ROWS} of a table are kept`);
      kept.set(name, 0);
      continue;
    }
    tables[name] = recordsOf(table, format, report);
    kept.set(name, table.rows.length);
  }
  return tables;
}

function recordsOf(table: Table, { words }: NetFormat, report: Report): Json {
  return table.rows.map((row) => {
    const name = row.cells.get("name");
    const record: Record<string, Json> = { index: row.index, ...attributesOf(row, table, {}, words, report) };
    if (name !== null && name !== undefined) record.name = name;
    return record;
  });
}

/** Tells of the tables and Python objects of which nothing was kept. */
export function reportLeftOut(net: Net, kept: ReadonlyMap<string, number>, tool: string, report: Report): void {
  for (const [name, table] of net.others) {
    const { rows } = table;
    if (kept.has(name)) continue;
    const count = `${rows.length} ${rows.length === 1 ? "row" : "rows"}`;
    if (holdsPython(table)) report("PYTHON_ONLY", name, `${count} of Python objects, which are not looked into`);
    else report("TABLE_UNKNOWN", name, `${count} of a table that ${tool} does not know left out`);
  }
  for (const name of net.nested) report("TABLE_IGNORED", name, "a table of series is left out");
  for (const [name, className] of net.python)
    report("PYTHON_ONLY", name, `an object of Python (${className}) is left out`);
}

/** Controllers and characteristics are objects of Python: the row of the table says nothing of them that could be kept. */
function holdsPython({ rows }: Table): boolean {
  return rows.some(({ cells }) => isObject(cells.get("object") ?? cells.get("controller")));
}
