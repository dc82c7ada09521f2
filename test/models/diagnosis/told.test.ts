// What told.ts lists is told by the loader, once, and with the place in its file.

import { expect, test } from "vitest";
import { loadDistrict } from "../../../models/load.ts";
import type { SourceType } from "../../../models/manifest.ts";
import { folderOf } from "../../fuzz/input.ts";
import { FEEDER as NET, netJson } from "../loaders/pandapower-nets.ts";
import { FEEDER as GRID } from "../loaders/simbench-grids.ts";

const pandapower = (table: string, column: string, value: number) => {
  const { columns, data } = NET[table]!;
  const changed = data.map((row) => row.map((cell, at) => (columns[at] === column ? value : cell)));
  return { "net.json": netJson({ ...NET, [table]: { columns, data: changed } }) };
};
const simbench = (table: string, from: string, to: string) =>
  Object.fromEntries(
    Object.entries(GRID).map(([name, text]) => [`g/${name}.csv`, name === table ? text.replace(from, to) : text]),
  );
const INP = `[JUNCTIONS]
 a 1 1
[RESERVOIRS]
 r 9
[PIPES]
 p r a 100 0 100
[END]
`;

test.each<[string, SourceType, string, Record<string, string>, string, string]>([
  [
    "a line of no length",
    "pandapower",
    "net.json",
    pandapower("line", "length_km", 0),
    "PANDAPOWER_PARAMETER",
    "line 0",
  ],
  ["a bus of no voltage", "pandapower", "net.json", pandapower("bus", "vn_kv", 0), "PANDAPOWER_VOLTAGE", "bus 0"],
  [
    "a transformer of no power",
    "pandapower",
    "net.json",
    pandapower("trafo", "sn_mva", 0),
    "PANDAPOWER_PARAMETER",
    "trafo 0",
  ],
  ["a line of no length", "simbench", "g", simbench("Line", "0.1", "0"), "SIMBENCH_PARAMETER", "Line"],
  [
    "a node of no voltage",
    "simbench",
    "g",
    simbench("Node", "House;node;;0.4", "House;node;;0"),
    "SIMBENCH_VOLTAGE",
    "Node",
  ],
  ["a pipe of no diameter", "epanet", "n.inp", { "n.inp": INP }, "EPANET_RANGE", "line 6"],
])("%s of %s", async (_fault, type, file, files, code, place) => {
  const manifest = `district: d\nname: D\ntimezone: UTC\nsources: [{ id: s, type: ${type}, file: ${file} }]\n`;
  const bytes = new Map(Object.entries(files).map(([name, text]) => [name, new TextEncoder().encode(text)]));
  const { findings } = await loadDistrict(manifest, folderOf(bytes));
  expect(findings.filter((finding) => finding.code === code && finding.at.includes(place))).toHaveLength(1);
  expect(findings.filter((finding) => finding.code.startsWith("NETWORK_AMOUNT"))).toEqual([]);
});
