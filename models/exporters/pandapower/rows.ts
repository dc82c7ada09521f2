// What a twin says, as rows of the tables of a pandapower net.
// Fed by    a twin that the loader made of such a net
// Gives     its own row, those of its results, and those of what stands in its attributes: shunts, measurements, costs
// Must not  know how rows are written
// R1  an attribute that the loader did not add goes to the column that it came from

import type { Json, TwinModel } from "../../district.ts";
import { PANDAPOWER, SPEAKING_OF, STANDING_AT_BUS } from "../../loaders/pandapower/element-tables.ts";
import { columnName } from "../../loaders/pandas-json/attributes.ts";
import { RESULT_SUFFIXES } from "../../loaders/pandas-json/elements.ts";
import type { ElementTable } from "../../loaders/pandas-json/format.ts";
import { isObject, type JsonObject } from "../../loaders/pandas-json/table.ts";

export interface Row {
  table: string;
  index: Json;
  cells: Record<string, Json>;
}

/** Which column each attribute came from. */
export class ColumnNames {
  readonly #odd: Record<string, Record<string, string>>;
  readonly #known = new Map<string, string>();

  /** `odd`: by table, the columns that are written in another way than their attributes' names tell. */
  constructor(odd: Json | undefined) {
    this.#odd = isObject(odd) ? (odd as Record<string, Record<string, string>>) : {};
  }

  /** The odd columns of a table. */
  oddOf(table: string): string[] {
    return Object.values(this.#odd[table] ?? {});
  }

  of(table: string, attribute: string): string {
    const odd = this.#odd[table];
    if (odd && Object.hasOwn(odd, attribute)) return odd[attribute]!;
    const known = this.#known.get(attribute);
    if (known !== undefined) return known;
    const column = columnName(attribute, PANDAPOWER.words);
    this.#known.set(attribute, column);
    return column;
  }
}

interface Place {
  of: ElementTable;
  index: string;
}

/** The table of a twin, and its index there; undefined for one that no such net can have. */
export function placeOf({ kind, element }: TwinModel): Place | undefined {
  const ofKind = PANDAPOWER.tables.filter((table) => table.kind === kind);
  const prefixed = ofKind.find((table) => table.prefixed && element.startsWith(`${table.table}.`));
  if (prefixed) return { of: prefixed, index: element.slice(prefixed.table.length + 1) };
  const of = ofKind.find((table) => !table.prefixed);
  return of && { of, index: element };
}

/** Its rows in all tables. */
export function* rowsOf(twin: TwinModel, names: ColumnNames): Iterable<Row> {
  const place = placeOf(twin);
  if (!place) return;
  const { of, index } = place;
  yield { table: of.table, index: indexJson(index), cells: ownCells(twin, of, names) };
  yield* attributeRows(twin, place, names);
}

/** Its rows in one of them. */
export function* rowsIn(table: string, twin: TwinModel, names: ColumnNames): Iterable<Row> {
  const place = placeOf(twin);
  if (!place) return;
  const { of, index } = place;
  if (table === of.table) yield { table, index: indexJson(index), cells: ownCells(twin, of, names) };
  else for (const row of attributeRows(twin, place, names)) if (row.table === table) yield row;
}

function* attributeRows({ attributes }: TwinModel, { of, index }: Place, names: ColumnNames): Iterable<Row> {
  yield* resultRows(of.table, index, attributes.result, names);
  for (const [table, { attribute }] of STANDING_AT_BUS) {
    if (of.table !== "bus") break;
    for (const entry of entriesOf(attributes[attribute])) {
      const cells = { bus: indexJson(index), ...entryCells(table, entry, names) };
      yield { table, index: indexJson(String(entry.index)), cells };
      yield* resultRows(table, String(entry.index), entry.result, names);
    }
  }
  for (const [table, { table: tableColumn, element, attribute }] of SPEAKING_OF) {
    for (const entry of entriesOf(attributes[attribute])) {
      const cells: Record<string, Json> = {
        [tableColumn]: of.table,
        [element]: indexJson(index),
        ...entryCells(table, entry, names),
      };
      if (attribute === "costs") {
        if (entry.table !== table) continue;
        delete cells.table;
      }
      yield { table, index: indexJson(String(entry.index)), cells };
    }
  }
}

/** Rows of a table that belongs to the whole net. */
export function* netRows(table: string, records: Json | undefined, names: ColumnNames): Iterable<Row> {
  for (const entry of entriesOf(records)) {
    yield { table, index: indexJson(String(entry.index)), cells: entryCells(table, entry, names) };
  }
}

/** Rows of a table of Python objects, which stand as they were read. */
export function* opaqueRows(table: string, records: Json | undefined): Iterable<Row> {
  for (const { index, cells } of entriesOf(records)) {
    yield { table, index: indexJson(String(index)), cells: cells as Record<string, Json> };
  }
}

/** An index as pandas writes it: a number where it is one. */
export function indexJson(index: string): Json {
  return /^(?:0|-?[1-9]\d*)$/.test(index) && Number.isSafeInteger(Number(index)) ? Number(index) : index;
}

function ownCells({ attributes, name }: TwinModel, of: ElementTable, names: ColumnNames): Record<string, Json> {
  const cells: Record<string, Json> = name === undefined ? {} : { name };
  for (const [attribute, value] of Object.entries(attributes)) {
    const geo = geometryOf(of.table, attribute, value);
    if (geo) cells.geo = geo;
    else if (!isOfLoader(attribute, value, of)) cells[names.of(of.table, attribute)] = value;
  }
  return cells;
}

/** A place as pandapower has it since 3.0: GeoJSON in a text. */
function geometryOf(table: string, attribute: string, value: Json): string | undefined {
  if (table === "bus" && attribute === "position" && isObject(value)) {
    return JSON.stringify({ coordinates: [value.x ?? null, value.y ?? null], type: "Point" });
  }
  const isCourse = table === "line" && attribute === "coords" && Array.isArray(value) && value.every(isPair);
  return isCourse ? JSON.stringify({ coordinates: value, type: "LineString" }) : undefined;
}

function isPair(value: Json): boolean {
  return Array.isArray(value) && value.length === 2 && value.every((each) => typeof each === "number");
}

/** What the loader adds to what stands in the row. */
function isOfLoader(attribute: string, value: Json, of: ElementTable): boolean {
  if (attribute === "carrier") return value === "electricity";
  if (attribute === "table") return value === of.table;
  if (attribute === of.table && of.asLine) return value === true;
  if (attribute === "result" || attribute === "network") return isObject(value);
  if (attribute === "location") return of.table === "bus" && isObject(value);
  if (attribute === "fHz") return of.table === "ext_grid";
  return LISTS.has(attribute) && entriesOf(value).length > 0;
}

const LISTS = new Set([...STANDING_AT_BUS.values(), ...SPEAKING_OF.values()].map(({ attribute }) => attribute));

function entriesOf(list: Json | undefined): JsonObject[] {
  return Array.isArray(list) && list.every((entry) => isObject(entry) && "index" in entry)
    ? (list as JsonObject[])
    : [];
}

function entryCells(table: string, entry: Record<string, Json>, names: ColumnNames): Record<string, Json> {
  const cells: Record<string, Json> = {};
  for (const [attribute, value] of Object.entries(entry)) {
    const isPlaced = attribute === "index" || (attribute === "result" && isObject(value));
    if (!isPlaced) cells[names.of(table, attribute)] = value;
  }
  return cells;
}

function* resultRows(table: string, index: string, result: Json | undefined, names: ColumnNames): Iterable<Row> {
  if (!isObject(result)) return;
  const powerFlow: Record<string, Json> = { ...result };
  for (const [suffix, attribute] of Object.entries(RESULT_SUFFIXES)) {
    const values = result[attribute];
    if (!isObject(values)) continue;
    delete powerFlow[attribute];
    const name = `res_${table}${suffix}`;
    yield { table: name, index: indexJson(index), cells: entryCells(name, { ...values, index }, names) };
  }
  const name = `res_${table}`;
  if (Object.keys(powerFlow).length > 0) {
    yield { table: name, index: indexJson(index), cells: entryCells(name, { ...powerFlow, index }, names) };
  }
}
