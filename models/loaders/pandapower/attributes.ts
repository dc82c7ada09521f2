// The cells of a row as attributes of a twin.
// Fed by    a row, the types of its columns and the table's defaults
// Gives     attributes: pandapower's own words in camel case (`r_ohm_per_km` -> `rOhmPerKm`), without empty cells
// Must not  keep what only Python understands
// A1  a column of numbers holds numbers: a text that is one is turned into it, any other text is left out with a finding

import type { Attributes, Json } from "../../district.ts";
import type { PandapowerFindings } from "./findings.ts";
import { isObject, type Row, type Table } from "./table.ts";

/** Columns that are read in another way: as the twin's name, its place, or a Python object. */
const NOT_ATTRIBUTES = new Set(["name", "geo", "geometry", "object", "controller", "__proto__"]);

const NUMERIC_DTYPE = /^(?:u?int|float)\d*$/i;
const UNIT = /_(?:kv|kva|kvar|mva|mvar|kw|mw|mwh|ka|a|v|ohm|km|pu|hz|degree|percent|ohm_per_km|nf_per_km|us_per_km)$/;
const COUNTS = new Set(["parallel", "df", "scaling", "step", "max_step", "slack_weight"]);
const BOOLEANS = new Set(["in_service", "closed", "slack", "controllable", "current_source", "tap_at_star_point"]);

/** `p_mw` -> `pMw`, `r0_ohm_per_km` -> `r0OhmPerKm`, and `et` of a switch -> `switchType`. */
export function attributeName(column: string): string {
  if (column === "et") return "switchType";
  return column.replace(/(?<=[^_])_+([^_])/g, (_, letter: string) => letter.toUpperCase());
}

export function attributesOf(
  row: Row,
  table: Table,
  defaults: Record<string, Json>,
  findings: PandapowerFindings,
): Attributes {
  const attributes: Attributes = {};
  for (const [column, cell] of row.cells) {
    if (NOT_ATTRIBUTES.has(column)) continue;
    const value = typed(column, cell, table.dtypes.get(column) ?? "");
    if (value === undefined) {
      findings.add(
        "PANDAPOWER_VALUE",
        `${table.name} ${row.index}`,
        `${column} is ${JSON.stringify(cell)}, not a number`,
      );
    } else if (value !== null && value !== "" && !isPythonObject(value)) attributes[attributeName(column)] = value;
  }
  for (const [column, value] of Object.entries(defaults)) attributes[attributeName(column)] ??= value;
  return attributes;
}

export function rowName(row: Row): string | undefined {
  const name = row.cells.get("name");
  return typeof name === "string" || typeof name === "number" ? String(name) : undefined;
}

/** Undefined when the column should hold a number, and the cell holds something else. */
function typed(column: string, cell: Json, dtype: string): Json | undefined {
  if (cell === null || cell === "") return null;
  if (dtype === "bool" || dtype === "boolean" || BOOLEANS.has(column)) return truth(cell);
  if (NUMERIC_DTYPE.test(dtype) || UNIT.test(column) || COUNTS.has(column)) return numeric(cell);
  return cell;
}

function truth(cell: Json): Json {
  if (cell === 1 || cell === "1" || (typeof cell === "string" && /^true$/i.test(cell))) return true;
  if (cell === 0 || cell === "0" || (typeof cell === "string" && /^false$/i.test(cell))) return false;
  return cell;
}

function numeric(cell: Json): Json | undefined {
  if (typeof cell === "number" || typeof cell === "boolean" || Array.isArray(cell)) return cell;
  if (typeof cell !== "string") return undefined;
  if (/^[+-]?(?:nan|inf(?:inity)?)$/i.test(cell.trim())) return null;
  return cell.trim() !== "" && Number.isFinite(Number(cell)) ? Number(cell) : undefined;
}

function isPythonObject(value: Json): boolean {
  return isObject(value) && "_module" in value;
}
