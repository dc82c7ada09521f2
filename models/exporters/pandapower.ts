// Exporter of pandapower JSON, as pandapower.to_json writes it: the whole net of one source.
// Fed by    the twins that the loader made of a pandapower net, of whatever version
// Gives     the text of a file that the loader reads as the same twins, and pandapower.from_json as the same net
// Must not  need the file that the twins came from
// P1  the net is in the words, units and format of pandapower 3.0, in which the loader has it: from_json adds what later ones want
// P2  the twin that carries what concerns the whole net comes first in its table, so that it carries it again
// Not written: profiles, controllers of nets before 3.0, large objects of Python, empty columns that are not pandapower's own, and
// std_types: elements have the parameters of their types themselves, and from_json knows the types that pandapower has
// Source: pandapower/io_utils.py (to_json, from_json), convert_format.py

import type { District, Json, TwinId, TwinModel } from "../district.ts";
import { PANDAPOWER } from "../loaders/pandapower/element-tables.ts";
import { isObject, type JsonObject } from "../loaders/pandas-json/table.ts";
import { type Dtype, standardColumns } from "./pandapower/columns.ts";
import { ColumnNames, netRows, opaqueRows, placeOf, type Row, rowsIn, rowsOf } from "./pandapower/rows.ts";
import { isOf, SourceTwins } from "./source-twins.ts";

const FORMAT_VERSION = "3.0.0";
const MAX_UINT32 = 2 ** 32 - 1;

/** Whether a twin is a row of a pandapower net. */
export function isPandapower(twin: TwinModel): boolean {
  const { carrier, table } = twin.attributes;
  const isTable = PANDAPOWER.tables.some((each) => each.table === table);
  return isTable && carrier === "electricity" && placeOf(twin)?.of.table === table;
}

/** The text of the file, piece by piece. */
export function* pandapowerText(district: District, source: string): Iterable<string> {
  const bearer = bearerOf(district, source);
  const net = isObject(bearer?.attributes.network) ? bearer.attributes.network : {};
  const names = new ColumnNames(net.columns);
  const tables = new Map<string, TableOfNet>();
  const note = (row: Row, id: TwinId | undefined) => {
    const table = tables.get(row.table) ?? new TableOfNet(row.table, names);
    tables.set(row.table, table);
    table.note(row, id);
  };
  if (bearer) for (const row of rowsOf(bearer, names)) note(row, bearer.id);
  const twins = yield* SourceTwins.of(district, source, (twin) => {
    if (twin.id !== bearer?.id) for (const row of rowsOf(twin, names)) note(row, twin.id);
  });
  const rowsOfNet = function* (name: string): Iterable<Row> {
    yield* netRows(name, (net.tables as JsonObject | undefined)?.[name], names);
    yield* opaqueRows(name, (net.opaque as JsonObject | undefined)?.[name]);
  };
  for (const name of [net.tables ?? {}, net.opaque ?? {}].flatMap(Object.keys)) {
    for (const row of rowsOfNet(name)) note(row, undefined);
  }

  const frequencyHz = net.fHz ?? bearer?.attributes.fHz;
  const said = {
    ...{ version: FORMAT_VERSION, format_version: FORMAT_VERSION },
    ...(net.name === undefined ? {} : { name: net.name }),
    ...(frequencyHz === undefined ? {} : { f_hz: frequencyHz }),
    ...(net.snMva === undefined ? {} : { sn_mva: net.snMva }),
  };
  yield '{\n"_module": "pandapower.auxiliary",\n"_class": "pandapowerNet",\n"_object": {\n';
  yield Object.entries(said)
    .map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`)
    .join(",\n");
  const rowsOfTwins = function* ({ name, ids }: TableOfNet): Iterable<Row> {
    for (const id of ids) yield* rowsIn(name, twins.get(id), names);
  };
  for (const table of tables.values()) {
    yield `,\n${JSON.stringify(table.name)}: `;
    yield* table.text(rowsOfTwins(table), rowsOfNet(table.name));
  }
  yield "\n}\n}\n";
}

/** The twin that carries what concerns the whole net; without one the first, which may come first as well. */
function bearerOf(district: District, source: string): TwinModel | undefined {
  for (const id of district.twins.keys()) {
    if (!isOf(id, source)) continue;
    const twin = district.twins.get(id)!;
    if (isObject(twin.attributes.network)) return twin;
  }
  return undefined;
}

/** What the cells of a column are, as far as they are known. */
interface Column {
  cells: number;
  numbers: number;
  booleans: number;
  /** Whole, and not below zero. */
  counts: number;
}

/** A table before it is written: its columns, its index, and the twins that have its rows. */
class TableOfNet {
  readonly name: string;
  readonly ids: TwinId[] = [];
  readonly #index: Json[] = [];
  readonly #columns = new Map<string, Column>();

  constructor(name: string, names: ColumnNames) {
    this.name = name;
    const columns = [...standardColumns(name).map(([column]) => column), ...names.oddOf(name)];
    for (const column of columns) this.#columns.set(column, newColumn());
  }

  note({ index, cells }: Row, id: TwinId | undefined): void {
    this.#index.push(index);
    if (id !== undefined && this.ids.at(-1) !== id) this.ids.push(id);
    for (const [name, cell] of Object.entries(cells)) {
      if (cell === null) continue;
      const column = this.#columns.get(name) ?? newColumn();
      this.#columns.set(name, column);
      column.cells++;
      if (typeof cell === "boolean") column.booleans++;
      if (typeof cell !== "number") continue;
      column.numbers++;
      if (Number.isInteger(cell) && cell >= 0 && cell <= MAX_UINT32) column.counts++;
    }
  }

  /** A DataFrame whose JSON is a text within JSON. */
  *text(...rows: readonly Iterable<Row>[]): Iterable<string> {
    const columns = [...this.#columns.keys()];
    const inner = (json: Json) => JSON.stringify(JSON.stringify(json)).slice(1, -1);
    yield '{"_module": "pandas.core.frame", "_class": "DataFrame", "_object": "{\\"columns\\":';
    yield `${inner(columns)},\\"index\\":${inner(this.#index)},\\"data\\":[`;
    let before = "";
    for (const some of rows) {
      for (const { cells } of some) {
        const row = columns.map((column) => (Object.hasOwn(cells, column) ? cells[column]! : null));
        yield `${before}${inner(row)}`;
        before = ",";
      }
    }
    const dtypes = JSON.stringify(this.#dtypes());
    yield `]}", "orient": "split", "dtype": ${dtypes}, "is_multiindex": false, "is_multicolumn": false}`;
  }

  #dtypes(): Record<string, Dtype> {
    const standard = new Map(standardColumns(this.name));
    return Object.fromEntries(
      [...this.#columns].map(([name, column]) => [name, this.#dtypeOf(column, standard.get(name))]),
    );
  }

  /** pandas cannot have an empty cell among whole numbers or booleans. */
  #dtypeOf({ cells, numbers, booleans, counts }: Column, standard: Dtype | undefined): Dtype {
    const rows = this.#index.length;
    if (standard === "object") return "object";
    if (numbers === cells && cells > 0) return standard === "uint32" && counts === rows ? "uint32" : "float64";
    if (booleans === rows) return "bool";
    return cells === 0 && standard !== "bool" && standard !== undefined ? "float64" : "object";
  }
}

const newColumn = (): Column => ({ cells: 0, numbers: 0, booleans: 0, counts: 0 });
