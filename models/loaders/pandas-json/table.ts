// A table of a net, whichever way pandas, pandapower or pandapipes wrote it down.
// Fed by    the value that stands under the table's name in the net
// Gives     its rows, each with its index and its cells by column
// Must not  know what a table means
// T1  the index is kept verbatim; a table without one counts its rows from 0

import type { Json } from "../../district.ts";
import { readJson } from "../json-text.ts";

export interface Row {
  index: string;
  cells: Map<string, Json>;
}

export interface Table {
  name: string;
  rows: Row[];
  /** numpy's name of a column's type, where the file says it: `float64`, `bool`, `object`. */
  dtypes: Map<string, string>;
  /** What was wrong with the table although rows were read. */
  problems: TableProblem[];
}

interface TableProblem {
  word: "TABLE_UNREADABLE" | "TABLE_RAGGED";
  message: string;
}

export type JsonObject = { [key: string]: Json };

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Reads a table as a pandas DataFrame in one of its JSON orients (split, columns, index, records, table), wrapped as
 * pandapower wraps it (`_class` DataFrame or GeoDataFrame, the older `DF`), as a JSON string or as plain JSON.
 * Without rows when it is no table; `problems` then says why.
 */
export function readTable(name: string, value: Json): Table {
  const table: Table = { name, rows: [], dtypes: new Map(), problems: [] };
  const wrapper = isObject(value) ? value : {};
  for (const [column, dtype] of Object.entries(firstObject(wrapper.dtype, wrapper.dtypes))) {
    if (typeof dtype === "string") table.dtypes.set(column, dtype);
  }
  const payload = unwrapped("_object" in wrapper ? wrapper._object : (wrapper.DF ?? value), table);
  readPayload(table, payload, typeof wrapper.orient === "string" ? wrapper.orient : "");
  return table;
}

/** Whether a value of the net is meant as a table: a DataFrame, or in files before 1.6 an object of columns. */
export function looksLikeTable(value: Json): boolean {
  if (!isObject(value)) return false;
  if ("_class" in value) return value._class === "DataFrame" || value._class === "GeoDataFrame";
  const columns = Object.values(value);
  if (columns.some((column) => isObject(column) && "_class" in column)) return false;
  return "DF" in value || (columns.length > 0 && columns.every((column) => isObject(column) || Array.isArray(column)));
}

function firstObject(...values: (Json | undefined)[]): JsonObject {
  return values.find(isObject) ?? {};
}

function unwrapped(payload: Json | undefined, table: Table): Json | undefined {
  if (typeof payload !== "string") return payload;
  const { value, faults } = readJson(payload);
  for (const fault of faults) unreadable(table, `its JSON is broken at ${fault.at}: ${fault.message}`);
  return value;
}

function readPayload(table: Table, payload: Json | undefined, orient: string): void {
  if (Array.isArray(payload)) readRecords(table, payload);
  else if (!isObject(payload)) {
    if (table.problems.length === 0) unreadable(table, "neither columns nor rows were found");
  } else if (Array.isArray(payload.features)) readFeatures(table, payload.features);
  else if ("schema" in payload && Array.isArray(payload.data)) readRecords(table, payload.data);
  else if (Array.isArray(payload.columns) && (Array.isArray(payload.data) || Array.isArray(payload.index))) {
    readSplit(table, payload.columns, payload.index, payload.data);
  } else if (orient === "index" || (orient === "" && isByIndex(payload))) readByIndex(table, payload);
  else readByColumns(table, payload);
}

function readSplit(table: Table, columns: Json[], index: Json | undefined, data: Json | undefined): void {
  const names = columns.map(String);
  const rows = Array.isArray(data) ? data : [];
  const indices = Array.isArray(index) ? index : rows.map((_, n) => n);
  if (indices.length !== rows.length) ragged(table, `${indices.length} index entries for ${rows.length} rows`);
  for (const [n, row] of rows.entries()) {
    const position = indexText(indices[n] ?? n);
    const values = Array.isArray(row) ? row : [];
    if (values.length !== names.length) {
      ragged(table, `row ${position} has ${values.length} values for ${names.length} columns`);
    }
    if (!Array.isArray(row)) continue;
    const cells = new Map<string, Json>();
    for (let column = 0; column < names.length && column < values.length; column++) {
      cells.set(names[column]!, values[column]!);
    }
    table.rows.push({ index: position, cells });
  }
}

function readRecords(table: Table, records: Json[]): void {
  for (const [n, record] of records.entries()) {
    const { index, ...cells } = firstObject(record);
    if (!isObject(record)) ragged(table, `row ${n} is no object`);
    else table.rows.push({ index: indexText(index ?? n), cells: new Map(Object.entries(cells)) });
  }
}

/** A GeoDataFrame: GeoJSON features, the geometry as one more column. */
function readFeatures(table: Table, features: Json[]): void {
  for (const [n, feature] of features.entries()) {
    if (!isObject(feature)) {
      ragged(table, `feature ${n} is no object`);
      continue;
    }
    const { id, ...cells } = firstObject(feature.properties);
    if (feature.geometry !== undefined) cells.geometry = feature.geometry;
    table.rows.push({ index: indexText(id ?? feature.id ?? n), cells: new Map(Object.entries(cells)) });
  }
}

function isByIndex(payload: JsonObject): boolean {
  const numbered = (keys: string[]) => keys.length > 0 && keys.every((key) => /^\d+$/.test(key));
  const inner = Object.values(payload)[0];
  return numbered(Object.keys(payload)) && isObject(inner) && !numbered(Object.keys(inner));
}

function readByIndex(table: Table, payload: JsonObject): void {
  for (const [index, row] of Object.entries(payload)) {
    if (isObject(row)) table.rows.push({ index: indexText(index), cells: new Map(Object.entries(row)) });
    else ragged(table, `row ${index} is no object`);
  }
}

function readByColumns(table: Table, payload: JsonObject): void {
  const rows = new Map<string, Row>();
  for (const [column, values] of Object.entries(payload)) {
    if (!isObject(values) && !Array.isArray(values)) {
      unreadable(table, `column ${column} holds no values by index`);
      continue;
    }
    for (const [index, value] of Object.entries(values)) {
      const row = rows.get(index) ?? { index: indexText(index), cells: new Map() };
      rows.set(index, row);
      row.cells.set(column, value);
    }
  }
  for (const row of rows.values()) table.rows.push(row);
}

/** An index, or a reference to one, as text. pandas writes whole numbers of a float column as `17.0` in keys. */
export function indexText(index: Json): string {
  if (typeof index === "string") return index.replace(/^(-?\d+)\.0+$/, "$1");
  return Array.isArray(index)
    ? index.map(indexText).join(".")
    : isObject(index)
      ? JSON.stringify(index)
      : String(index);
}

function unreadable(table: Table, message: string): void {
  table.problems.push({ word: "TABLE_UNREADABLE", message });
}

function ragged(table: Table, message: string): void {
  table.problems.push({ word: "TABLE_RAGGED", message });
}
