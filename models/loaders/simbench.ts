// SimBench: a grid as a set of .csv tables (Node, Line, Transformer, Load ...), with profiles and study cases.
// Fed by    a folder of tables, one of them (the others are taken from beside it), or a zip archive of them
// Gives     buses, lines, transformers, switches, grids, generators, loads and storages, with the network between them
// Must not  throw for what stands in a table
// S1  ids are those of the column `id`, verbatim; attributes have pandapower's names wherever they mean the same
// S2  what concerns the whole grid (study cases, profiles, substations, unused types) stands once, as `network` on the
//     first grid, or without one on the first bus
// Source    SimBench documentation, "Data format" (https://simbench.de); the Python package simbench, converter/

import type { Attributes } from "../district.ts";
import { Findings } from "../finding.ts";
import type { DistrictPart, Loader } from "./loader.ts";
import { named, reachOf } from "./reach.ts";
import { readBranches } from "./simbench/branches.ts";
import { SIMBENCH_FINDINGS, type SimbenchFindings } from "./simbench/findings.ts";
import { readGeneration } from "./simbench/generation.ts";
import { Grid } from "./simbench/grid.ts";
import { readMeasurements } from "./simbench/measurements.ts";
import { placeNodes, readAtNodes, readNodes } from "./simbench/nodes.ts";
import { readProfiles } from "./simbench/profiles.ts";
import { readFiles } from "./simbench/source.ts";
import { attributesOf, readTable, type Table } from "./simbench/table.ts";

export { SIMBENCH_FINDINGS };

export const loadSimbench: Loader = async (input): Promise<DistrictPart> => {
  const { source, file } = input;
  const findings = new Findings(SIMBENCH_FINDINGS, source, file);
  const files = await readFiles(input, findings);
  if (files.known.size === 0) {
    findings.add("SIMBENCH_NOT_SIMBENCH", "", "there is no table of a SimBench grid");
    return { twins: [], links: [], branches: [], findings: findings.all };
  }
  const tables = new Map([...files.known].map(([name, one]) => [name, readTable(name, one, findings)]));
  checkTables(tables, findings);
  const grid = new Grid(source, tables, findings);
  readNodes(grid);
  const unusedTypes = readBranches(grid);
  readGeneration(grid);
  readAtNodes(grid);
  readMeasurements(grid);
  placeNodes(grid);
  const whole = { ...wholeOf(grid), ...someOf("unusedTypes", unusedTypes), ...someOf("profiles", readProfiles(grid)) };
  const bearer = [...grid.of("ExternalNet").values(), ...grid.nodes.values(), ...grid.twins][0];
  if (bearer && Object.keys(whole).length > 0) bearer.attributes.network = whole;
  checkSupply(grid);
  for (const { file: name, bytes } of files.unknown) {
    const { rows } = readTable(name, { file: name, bytes }, new Findings(SIMBENCH_FINDINGS, source, file));
    findings.add("SIMBENCH_TABLE_UNKNOWN", name, `${rows.length} rows of a table that SimBench does not know`);
    grid.tally.add("unknown", name, Math.max(rows.length, 1));
  }
  const { twins, links, branches, tally } = grid;
  return { twins, links, branches, findings: findings.all, census: tally };
};

/** Columns without which a table says nothing. */
const NEEDED: Record<string, readonly string[]> = {
  Node: ["id", "vmR"],
  Coordinates: ["id", "x", "y"],
  Line: ["id", "nodeA", "nodeB", "type", "length"],
  Transformer: ["id", "nodeHV", "nodeLV", "type"],
  Transformer3W: ["id", "nodeHV", "nodeMV", "nodeLV", "type"],
  Switch: ["id", "nodeA", "nodeB", "cond"],
  ExternalNet: ["id", "node", "calc_type"],
  PowerPlant: ["id", "node"],
  RES: ["id", "node"],
  Load: ["id", "node"],
  Storage: ["id", "node"],
  Shunt: ["id", "node"],
  NodePFResult: ["node"],
};

/** Tables that others refer to; of several, any. */
const REFERRED: readonly (readonly [table: string, referredTo: readonly string[]])[] = [
  ["Line", ["LineType", "DCLineType"]],
  ["Transformer", ["TransformerType"]],
  ["Transformer3W", ["Transformer3WType"]],
];

function checkTables(tables: ReadonlyMap<string, Table>, findings: SimbenchFindings): void {
  if (!tables.has("Node")) findings.add("SIMBENCH_TABLE_MISSING", "Node", "there is no Node.csv");
  for (const [table, referredTo] of REFERRED) {
    if ((tables.get(table)?.rows.length ?? 0) === 0 || referredTo.some((name) => tables.has(name))) continue;
    findings.add("SIMBENCH_TABLE_MISSING", table, `there is no ${referredTo.join(".csv and no ")}.csv`);
  }
  for (const [name, { columns, rows }] of tables) {
    const missing = (NEEDED[name] ?? []).filter((column) => !columns.includes(column));
    if (rows.length > 0 && missing.length > 0) {
      findings.add("SIMBENCH_COLUMN_MISSING", name, `it has no column ${missing.join(", ")}`);
    }
  }
}

/** Substations and study cases, row by row. */
function wholeOf(grid: Grid): Attributes {
  const whole: Attributes = {};
  for (const [table, attribute] of [
    ["Substation", "substations"],
    ["StudyCases", "studyCases"],
  ] as const) {
    const rows = grid.rows(table).map((row) => ({
      ...(row.cells.has("id") ? { id: row.cells.get("id")! } : {}),
      ...attributesOf(row, grid.findings),
    }));
    if (rows.length > 0) whole[attribute] = rows;
    grid.tally.add("kept", table, rows.length);
  }
  const substations = new Set(grid.rows("Substation").map(({ cells }) => cells.get("id")));
  for (const { id, attributes } of grid.twins) {
    const { substation } = attributes;
    if (substation === undefined || substations.has(String(substation))) continue;
    grid.findings.add("SIMBENCH_SUBSTATION_UNKNOWN", grid.placeOf(id), `there is no substation ${String(substation)}`);
  }
  return whole;
}

function someOf(name: string, value: Attributes): Attributes {
  return Object.keys(value).length > 0 ? { [name]: value } : {};
}

function checkSupply(grid: Grid): void {
  const { isSupplied, parts } = reachOf(grid.twins, grid.links, grid.branches);
  if (!isSupplied && parts.length > 0) {
    grid.findings.add("SIMBENCH_NO_SOURCE", "", "there is no ExternalNet or PowerPlant of calc_type vavm");
  }
  for (const { nodes, isAlone, dark } of parts) {
    if (isAlone) grid.findings.add("SIMBENCH_NODE_ISOLATED", grid.placeOf(nodes[0]!), "nothing ends at it");
    else if (isSupplied && dark.length > 0) {
      const places = dark.map((id) => grid.placeOf(id));
      const count = `${dark.length} ${dark.length === 1 ? "node" : "nodes"}`;
      grid.findings.add("SIMBENCH_UNSUPPLIED", places[0]!, `no source reaches ${count}: ${named(places)}`);
    }
  }
}
