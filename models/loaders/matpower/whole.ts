// What a case says of itself as a whole, and fields of it that belong to no element: kept once, as `network` on its first twin.
// Fed by    the case, after its elements were read
// Gives     `network` with the format, the power base, and `fields`: areas, and whatever other tools keep in a case
// W1  a matrix is a list of rows; a text is a text; a cell array is `{ cell: [..] }`, a struct `{ struct: {..} }`; Inf and NaN are words
// W2  a field of more than MAX_KEPT_ROWS rows is not kept: the census says so

import type { Json } from "../../district.ts";
import { baseOf } from "./buses.ts";
import type { Bus, Grid } from "./grid.ts";
import type { Value } from "./value.ts";

const MAX_KEPT_ROWS = 1000;
const MAX_DEPTH = 10;

/** What the elements say. */
const OF_ELEMENTS = new Set([
  ...["version", "baseMVA", "bus", "gen", "branch", "gencost", "dcline", "dclinecost"],
  ...["bus_name", "gen_name", "branch_name", "genfuel", "gentype"],
]);

export function keepWhole(grid: Grid): void {
  const fields: Record<string, Json> = {};
  for (const [name, value] of grid.matpower.fields()) {
    if (OF_ELEMENTS.has(name)) continue;
    const json = jsonOf(value, 0);
    const rows = value.is === "matrix" ? value.rows : 1;
    grid.census.add(json === undefined ? "unknown" : "kept", name, rows);
    if (json !== undefined) fields[name] = json;
  }
  const lowest = [...grid.buses.values()].reduce<Bus | undefined>(
    (low, bus) => (low && low.number < bus.number ? low : bus),
    undefined,
  );
  const bearer = lowest?.twin ?? grid.twins[0];
  if (!bearer) return;
  bearer.attributes.network = {
    format: "matpower",
    ...baseOf(grid),
    ...(Object.keys(fields).length > 0 ? { fields } : {}),
  };
}

function jsonOf(value: Value, depth: number): Json | undefined {
  if (depth > MAX_DEPTH) return undefined;
  if (value.is === "string") return value.text;
  if (value.is === "matrix") {
    if (value.rows > MAX_KEPT_ROWS) return undefined;
    const words = value.values.map((each) => (Number.isFinite(each) ? each : wordOf(each)));
    return Array.from({ length: value.rows }, (_, row) => words.slice(row * value.columns, (row + 1) * value.columns));
  }
  if (value.is === "cell") {
    const items = value.items.map((item) => jsonOf(item, depth + 1));
    return items.length > MAX_KEPT_ROWS || items.includes(undefined) ? undefined : { cell: items as Json[] };
  }
  const fields = [...value.fields].map(([name, field]) => [name, jsonOf(field, depth + 1)] as const);
  return fields.some(([, field]) => field === undefined)
    ? undefined
    : { struct: Object.fromEntries(fields) as Record<string, Json> };
}

function wordOf(value: number): string {
  return Number.isNaN(value) ? "NaN" : value > 0 ? "Inf" : "-Inf";
}
