// Exporter of MATPOWER case files (.m, format version 2): the whole grid of one source.
// Fed by    the twins that the loader made of a case file, of either version
// Gives     the text of a file that the loader reads as the same twins, and MATPOWER as the same case
// Must not  need the file that the twins came from
// M1  rows stand in the order of the elements' numbers, as generators and branches are named by their rows
// M2  a column that nobody has is not written, nor is one added: a case of version 1 has no limits of angles
// M3  what the case does not say is NaN, and no limit is Inf
// Not written: statements, as values are those after them; comments; what the loader could not understand
// Source: MATPOWER User's Manual 8.0, appendix B (data file format)

import type { Attributes, District, Json, TwinModel } from "../district.ts";
import { isObject } from "../loaders/pandas-json/table.ts";
import { costRows, dcLineRows, namesOf } from "./matpower/lists.ts";
import {
  branchTable,
  busTable,
  cell,
  generatorTable,
  type MatpowerTable,
  matrixText,
  textOf,
} from "./matpower/tables.ts";
import { SourceTwins } from "./source-twins.ts";

/** Whether a twin carries what a case says of itself as a whole. */
export function isMatpower({ attributes: { network } }: TwinModel): boolean {
  return isObject(network) && network.format === "matpower";
}

/** The text of the file, piece by piece. */
export function* matpowerText(district: District, source: string): Iterable<string> {
  let whole: Attributes = {};
  const buses = busTable();
  const generators = generatorTable();
  const branches = branchTable();
  const twins = yield* SourceTwins.of(district, source, (twin) => {
    if (isMatpower(twin)) whole = twin.attributes.network as Attributes;
    for (const table of [buses, generators, branches]) table.note(twin);
  });

  yield `function mpc = case_${source.replaceAll("-", "_")}\n`;
  yield "mpc.version = '2';\n";
  if (whole.baseMva !== undefined) yield `mpc.baseMVA = ${cell(whole.baseMva)};\n`;
  yield* tableText("bus", buses, twins);
  yield* tableText("gen", generators, twins);
  yield* tableText("branch", branches, twins);
  yield* matrixText("gencost", costRows(generators.ids.map((id) => twins.get(id).attributes)));
  const { lines, costs } = dcLineRows(buses.ids.map((id) => twins.get(id)));
  yield* matrixText("dcline", lines);
  yield* matrixText("dclinecost", costs);
  for (const [list, of, text] of NAMES) {
    const table = { bus: buses, gen: generators, branch: branches }[of];
    yield* namesOf(
      list,
      table.ids.map((id) => textOf(text(twins.get(id)))),
    );
  }
  yield* fieldsText("mpc", (whole.fields ?? {}) as Attributes);
}

const NAMES: readonly (readonly [
  list: string,
  of: "bus" | "gen" | "branch",
  text: (twin: TwinModel) => Json | undefined,
])[] = [
  ["bus_name", "bus", ({ name }) => name],
  ["gen_name", "gen", ({ name }) => name],
  ["branch_name", "branch", ({ name }) => name],
  ["genfuel", "gen", ({ attributes }) => attributes.fuel],
  ["gentype", "gen", ({ attributes }) => attributes.unitType],
];

/** Also when it is empty: a case has all three tables. */
function* tableText(name: string, table: MatpowerTable, twins: SourceTwins): Iterable<string> {
  yield `\nmpc.${name} = [\n`;
  for (const id of table.ids) yield `\t${table.row(twins.get(id), twins).join("\t")};\n`;
  yield "];\n";
}

/** Fields that other tools keep in a case, as the loader has them: see models/loaders/matpower/whole.ts. */
function* fieldsText(owner: string, fields: Attributes): Iterable<string> {
  for (const [name, value] of Object.entries(fields)) {
    if (isObject(value) && isObject(value.struct)) yield* fieldsText(`${owner}.${name}`, value.struct);
    else yield `${owner}.${name} = ${valueText(value)};\n`;
  }
}

function valueText(value: Json): string {
  if (typeof value === "string") return `'${value.replaceAll("'", "''")}'`;
  if (Array.isArray(value)) {
    return `[${value.map((row) => (Array.isArray(row) ? row.map(cell).join(" ") : cell(row))).join("; ")}]`;
  }
  const items = isObject(value) && Array.isArray(value.cell) ? value.cell : [];
  return `{${items.map(valueText).join("; ")}}`;
}
