// What of a pandapower net stands in the attributes of its elements: the frequency, and rows that speak of one element.
// Fed by    the tables of a net, and its elements
// Gives     shunts, wards and compensators at their buses; measurements and costs at what they speak of; the rest on one grid
// Must not  know how elements hang together: that is the network's work

import type { Json } from "../../district.ts";
import { attributeName, attributesOf, columnName, rowName } from "../pandas-json/attributes.ts";
import { type Element, type Elements, resultsOf, shownCell } from "../pandas-json/elements.ts";
import type { Report } from "../pandas-json/format.ts";
import type { Net } from "../pandas-json/net.ts";
import { indexText, type Row, type Table } from "../pandas-json/table.ts";
import { keepTables, keepWhole } from "../pandas-json/whole.ts";
import { OF_THE_NET, PANDAPOWER, SPEAKING_OF, STANDING_AT_BUS } from "./element-tables.ts";

/** How many rows of the tables without twins now stand in attributes. */
export function keepInAttributes(net: Net, elements: Elements, report: Report): Map<string, number> {
  const grids = [...elements.get("ext_grid")!.values()];
  const frequencyHz = Number(net.own("f_hz"));
  if (frequencyHz > 0 && Number.isFinite(frequencyHz)) for (const { twin } of grids) twin.attributes.fHz = frequencyHz;
  const kept = new Map<string, number>();
  listAtBuses(net, elements, kept, report);
  listAtElements(net, elements, kept, report);
  const tables = keepTables(net, OF_THE_NET, PANDAPOWER, kept, report);
  const columns = oddColumns(net, (name) => elements.has(name) || name.startsWith("res_") || (kept.get(name) ?? 0) > 0);
  keepWhole(elements, grids[0], {
    ...saidOfNet(net),
    ...(Object.keys(tables).length > 0 ? { tables } : {}),
    ...(Object.keys(columns).length > 0 ? { columns } : {}),
    ...opaqueTables(net),
  });
  return kept;
}

/** Tables of Python objects, and the first version of pandapower whose objects those of today still know by their names. */
const OPAQUE = [
  ["characteristic", 0],
  ["controller", 3],
] as const;
/** Of such a table as JSON: objects may hold whole profiles. */
const MAX_OPAQUE_CHARS = 100_000;

/** Objects of Python, so that an export has them again: row by row as they stand, and nothing looks into them. */
function opaqueTables(net: Net): Record<string, Json> {
  const opaque: Record<string, Json> = {};
  for (const [name, since] of OPAQUE) {
    const rows = net.others.get(name)?.rows ?? [];
    const isKnown = (net.version[0] ?? 0) >= since;
    const kept = rows.map(({ index, cells }) => ({ index, cells: Object.fromEntries(cells) }));
    if (rows.length > 0 && isKnown && JSON.stringify(kept).length <= MAX_OPAQUE_CHARS) opaque[name] = kept;
  }
  return Object.keys(opaque).length > 0 ? { opaque } : {};
}

function saidOfNet(net: Net): Record<string, Json> {
  const [name, frequencyHz] = [net.own("name"), net.own("f_hz")];
  const baseMva = Number(net.own("sn_mva") ?? Number(net.own("sn_kva")) / 1000);
  return {
    ...(typeof name === "string" && name !== "" ? { name } : {}),
    ...(typeof frequencyHz === "number" ? { fHz: frequencyHz } : {}),
    ...(baseMva > 0 && Number.isFinite(baseMva) ? { snMva: baseMva } : {}),
  };
}

/** By table, the columns of which the attributes' names do not tell how they are written: somebody's own, such as `SubNet`. */
function oddColumns(net: Net, isKept: (table: string) => boolean): Record<string, Json> {
  const odd: Record<string, Json> = {};
  for (const [name, { rows }] of [...net.tables, ...net.others]) {
    if (!isKept(name)) continue;
    const columns = new Set<string>();
    for (const { cells } of rows) for (const column of cells.keys()) columns.add(column);
    const own = [...columns].flatMap((column) => {
      const attribute = attributeName(column, PANDAPOWER.words);
      return columnName(attribute, PANDAPOWER.words) === column ? [] : [[attribute, column] as const];
    });
    if (own.length > 0) odd[name] = Object.fromEntries(own);
  }
  return odd;
}

/** Shunts, wards, compensators: rows that stand at one bus are listed there. */
function listAtBuses(net: Net, elements: Elements, kept: Map<string, number>, report: Report): void {
  for (const [name, { attribute, defaults }] of STANDING_AT_BUS) {
    const table = net.tables.get(name);
    const results = resultsOf(net, name);
    for (const row of table?.rows ?? []) {
      const bus = elements.get("bus")!.get(indexText(row.cells.get("bus") ?? null));
      if (!bus) {
        report("DANGLING", `${name} ${row.index}`, `there is no bus ${shownCell(row.cells.get("bus"))}`);
        continue;
      }
      const result = results(row.index, PANDAPOWER, report);
      const entry = entryOf(row, table!, ["bus"], defaults, report);
      list(bus, attribute, result ? { ...entry, result } : entry);
      kept.set(name, (kept.get(name) ?? 0) + 1);
      if (result) kept.set(`res_${name}`, (kept.get(`res_${name}`) ?? 0) + 1);
    }
  }
}

/** Measurements and costs: rows that name the table and the index of what they speak of. */
function listAtElements(net: Net, elements: Elements, kept: Map<string, number>, report: Report): void {
  for (const [name, { table: tableColumn, element: indexColumn, attribute }] of SPEAKING_OF) {
    const table = net.others.get(name);
    for (const row of table?.rows ?? []) {
      const of = shownCell(row.cells.get(tableColumn));
      const element = elements.get(of)?.get(indexText(row.cells.get(indexColumn) ?? null));
      if (!element) {
        report("DANGLING", `${name} ${row.index}`, `there is no ${of} ${shownCell(row.cells.get(indexColumn))}`);
        continue;
      }
      const entry = entryOf(row, table!, [tableColumn, indexColumn], {}, report);
      list(element, attribute, attribute === "costs" ? { ...entry, table: name } : entry);
      kept.set(name, (kept.get(name) ?? 0) + 1);
    }
    // Also when none of its rows could be kept, so that it does not pass for a table that nobody knows.
    if (table && !kept.has(name)) kept.set(name, 0);
  }
}

/** A row as an entry of a list, without the columns that say where it is listed. */
function entryOf(
  row: Row,
  table: Table,
  without: readonly string[],
  defaults: Record<string, Json>,
  report: Report,
): Record<string, Json> {
  const entry: Record<string, Json> = {
    index: row.index,
    ...attributesOf(row, table, defaults, PANDAPOWER.words, report),
  };
  for (const column of without) delete entry[attributeName(column, PANDAPOWER.words)];
  const label = rowName(row);
  if (label) entry.name = label;
  return entry;
}

function list({ twin }: Element, attribute: string, entry: Record<string, Json>): void {
  const listed = twin.attributes[attribute];
  if (Array.isArray(listed)) listed.push(entry);
  else twin.attributes[attribute] = [entry];
}
