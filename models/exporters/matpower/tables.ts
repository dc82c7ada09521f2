// The tables bus, gen and branch of a MATPOWER case.
// Fed by    twins of the kinds that stand in them
// Gives     their rows, column by column
// Source: MATPOWER User's Manual 8.0, tables B-1 to B-3

import type { Attributes, Json, Kind, TwinId, TwinModel } from "../../district.ts";
import { BRANCH } from "../../loaders/matpower/branches.ts";
import { BUS, TYPES } from "../../loaders/matpower/buses.ts";
import { GENERATOR } from "../../loaders/matpower/generators.ts";
import { isObject } from "../../loaders/pandas-json/table.ts";
import { elementOf, type SourceTwins } from "../source-twins.ts";

export class MatpowerTable {
  /** In the order of their numbers. */
  readonly #ids: TwinId[] = [];
  readonly #kinds: readonly Kind[];
  readonly #columns: Readonly<Record<string, number>>;
  readonly #others: (twin: TwinModel, twins: SourceTwins) => Record<number, string>;
  #width: number;
  #isSorted = true;

  /** `others`: what no attribute says by its name, by the column. `width`: columns that every case has. */
  constructor(
    kinds: readonly Kind[],
    columns: Readonly<Record<string, number>>,
    width: number,
    others: (twin: TwinModel, twins: SourceTwins) => Record<number, string>,
  ) {
    this.#kinds = kinds;
    this.#columns = columns;
    this.#width = width;
    this.#others = others;
  }

  note({ id, kind, attributes }: TwinModel): void {
    if (!this.#kinds.includes(kind)) return;
    this.#ids.push(id);
    this.#isSorted = false;
    const unlimited = isObject(attributes.infinite) ? Object.keys(attributes.infinite) : [];
    for (const name of [...Object.keys(attributes), ...unlimited]) {
      const column = Object.hasOwn(this.#columns, name) ? this.#columns[name]! : 0;
      if (column > this.#width) this.#width = column;
    }
  }

  get ids(): readonly TwinId[] {
    if (!this.#isSorted) this.#ids.sort((a, b) => Number(elementOf(a)) - Number(elementOf(b)));
    this.#isSorted = true;
    return this.#ids;
  }

  row(twin: TwinModel, twins: SourceTwins): string[] {
    return rowOf(twin.attributes, this.#columns, this.#width, this.#others(twin, twins));
  }
}

/** The cells of a row: attributes by their columns, and `others` by theirs. */
export function rowOf(
  attributes: Attributes,
  columns: Readonly<Record<string, number>>,
  width: number,
  others: Readonly<Record<number, string>>,
): string[] {
  const cells = new Array<string>(width).fill("NaN");
  const unlimited = isObject(attributes.infinite) ? attributes.infinite : {};
  for (const [name, column] of Object.entries(columns)) {
    if (column > width) continue;
    const side = unlimited[name];
    if (attributes[name] !== undefined) cells[column - 1] = cell(attributes[name]);
    else if (typeof side === "number") cells[column - 1] = side > 0 ? "Inf" : "-Inf";
  }
  for (const [column, text] of Object.entries(others)) cells[Number(column) - 1] = text;
  return cells;
}

export function cell(value: Json | undefined): string {
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  return typeof value === "string" && /^-?Inf$/.test(value) ? value : "NaN";
}

export function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

/** A further table of the case; one without rows is not written. */
export function* matrixText(name: string, rows: readonly (readonly string[])[]): Iterable<string> {
  if (rows.length === 0) return;
  yield `\nmpc.${name} = [\n`;
  for (const row of rows) yield `\t${row.join("\t")};\n`;
  yield "];\n";
}

const isOn = ({ attributes }: TwinModel): string => (attributes.inService === true ? "1" : "0");

export function busTable(): MatpowerTable {
  return new MatpowerTable(["bus"], BUS, 13, ({ element, attributes }) => {
    const type = Object.keys(TYPES).find((each) => TYPES[Number(each)] === attributes.busType);
    return { 1: element, 2: type ?? "NaN" };
  });
}

export function generatorTable(): MatpowerTable {
  return new MatpowerTable(["generator"], GENERATOR, 10, (twin) => ({ 1: cell(twin.attributes.bus), 8: isOn(twin) }));
}

export function branchTable(): MatpowerTable {
  return new MatpowerTable(["line", "transformer"], BRANCH, 11, (twin, twins) => {
    const { fromBus, toBus } = twin.attributes;
    const [from, to] =
      fromBus === undefined && toBus === undefined ? twins.ends(twin.id) : [cell(fromBus), cell(toBus)];
    return { 1: from ?? "NaN", 2: to ?? "NaN", 11: isOn(twin) };
  });
}
