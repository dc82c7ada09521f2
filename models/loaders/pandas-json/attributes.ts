// The cells of a row as attributes of a twin.
// Fed by    a row, the types of its columns and the table's defaults
// Gives     attributes: the format's own words in camel case (`r_ohm_per_km` -> `rOhmPerKm`), without empty cells
// Must not  keep what only Python understands
// A1  a column of numbers holds numbers: a text that is one is turned into it, any other text is left out with a finding

import type { Attributes, Json } from "../../district.ts";
import type { Report } from "./format.ts";
import { isObject, type Row, type Table } from "./table.ts";

/** What the columns of a format hold, where the file does not say it itself. */
export interface ColumnWords {
  /** Ends of the names of columns of numbers: their units. */
  unit: RegExp;
  /** Columns of numbers without a unit. */
  counts: ReadonlySet<string>;
  booleans: ReadonlySet<string>;
  /** Columns of which the attribute has another name. */
  renamed: ReadonlyMap<string, string>;
}

/** Columns that are read in another way: as the twin's name, its place, or a Python object. */
const NOT_ATTRIBUTES = new Set(["name", "geo", "geometry", "object", "controller", "__proto__"]);

const NUMERIC_DTYPE = /^(?:u?int|float)\d*$/i;

/** `p_mw` -> `pMw`, `r0_ohm_per_km` -> `r0OhmPerKm`. */
export function attributeName(column: string, words?: ColumnWords): string {
  return (
    words?.renamed.get(column) ?? column.replace(/(?<=[^_])_+([^_])/g, (_, letter: string) => letter.toUpperCase())
  );
}

/** The way back: `pMw` -> `p_mw`. A column that is written in another way than the formats write theirs has another name. */
export function columnName(attribute: string, words?: ColumnWords): string {
  for (const [column, name] of words?.renamed ?? []) if (name === attribute) return column;
  const column = attribute.replace(/(?<=.)[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return attributeName(column, words) === attribute ? column : attribute;
}

/** What becomes of the cells of a column. */
interface ColumnPlan {
  attribute: string;
  holds: "booleans" | "numbers" | "anything" | "no attribute";
}

/** By column, of a table whose columns have the names and types of today. */
const PLANS = new WeakMap<Table, Map<string, ColumnPlan>>();

function plansOf(table: Table): Map<string, ColumnPlan> {
  let plans = PLANS.get(table);
  if (!plans) {
    plans = new Map();
    PLANS.set(table, plans);
  }
  return plans;
}

function planOf(column: string, table: Table, plans: Map<string, ColumnPlan>, words: ColumnWords): ColumnPlan {
  let plan = plans.get(column);
  if (!plan) {
    plan = { attribute: attributeName(column, words), holds: heldIn(column, table.dtypes.get(column) ?? "", words) };
    plans.set(column, plan);
  }
  return plan;
}

function heldIn(column: string, dtype: string, { unit, counts, booleans }: ColumnWords): ColumnPlan["holds"] {
  if (NOT_ATTRIBUTES.has(column)) return "no attribute";
  if (dtype === "bool" || dtype === "boolean" || booleans.has(column)) return "booleans";
  return NUMERIC_DTYPE.test(dtype) || unit.test(column) || counts.has(column) ? "numbers" : "anything";
}

export function attributesOf(
  row: Row,
  table: Table,
  defaults: Record<string, Json>,
  words: ColumnWords,
  report: Report,
): Attributes {
  const attributes: Attributes = {};
  const plans = plansOf(table);
  for (const [column, cell] of row.cells) {
    const { attribute, holds } = planOf(column, table, plans, words);
    if (holds === "no attribute" || cell === null || cell === "") continue;
    const value = holds === "booleans" ? truth(cell) : holds === "numbers" ? numeric(cell) : cell;
    if (value === undefined) {
      report("VALUE", `${table.name} ${row.index}`, `${column} is ${JSON.stringify(cell)}, not a number`);
    } else if (value !== null && !isPythonObject(value)) attributes[attribute] = value;
  }
  for (const column in defaults) attributes[planOf(column, table, plans, words).attribute] ??= defaults[column]!;
  return attributes;
}

export function rowName(row: Row): string | undefined {
  const name = row.cells.get("name");
  return typeof name === "string" || typeof name === "number" ? String(name) : undefined;
}

function truth(cell: Json): Json {
  if (cell === 1 || cell === "1" || (typeof cell === "string" && /^true$/i.test(cell))) return true;
  if (cell === 0 || cell === "0" || (typeof cell === "string" && /^false$/i.test(cell))) return false;
  return cell;
}

/** Undefined for what is no number, null for one that is none to JSON. */
function numeric(cell: Json): Json | undefined {
  if (typeof cell === "number" || typeof cell === "boolean" || Array.isArray(cell)) return cell;
  if (typeof cell !== "string") return undefined;
  if (/^[+-]?(?:nan|inf(?:inity)?)$/i.test(cell.trim())) return null;
  return cell.trim() !== "" && Number.isFinite(Number(cell)) ? Number(cell) : undefined;
}

export function isPythonObject(value: Json): boolean {
  return isObject(value) && "_module" in value;
}
