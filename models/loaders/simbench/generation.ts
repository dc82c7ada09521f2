// What gives and takes power at a node: external nets, power plants, renewables, loads, storages.
// Fed by    ExternalNet, PowerPlant, RES, Load, Storage
// Gives     their twins and what feeds what
// Q1  a row of ExternalNet is a grid whatever it is calculated as; only one of calc_type vavm supplies its network
// Q2  what holds a voltage (vavm, pvm) has that of its node: vmPu, and with vavm vaDegree
// Q3  generation is counted positive at generators and external nets, consumption at loads and storages, as in pandapower

import type { Attributes } from "../../district.ts";
import type { Grid } from "./grid.ts";
import { placeOf, type Row } from "./table.ts";

/** How a node is calculated, by all spellings in small letters; simbench corrects the same ones. */
const CALC_TYPES = new Map<string, "vavm" | "pvm" | "pq" | "ward" | "xward">([
  ...(["vavm", "vmva", "slack", "sl"] as const).map((word) => [word, "vavm"] as const),
  ...(["pvm", "vmp", "pv"] as const).map((word) => [word, "pvm"] as const),
  ["pq", "pq"],
  ["ward", "ward"],
  ["xward", "xward"],
]);

export function readGeneration(grid: Grid): void {
  for (const table of ["ExternalNet", "PowerPlant", "RES"]) {
    for (const row of grid.rows(table)) {
      const twin = grid.add(row, table === "ExternalNet" ? "grid" : "generator", { inService: true });
      if (!twin) continue;
      const node = grid.node(row, "node");
      calculate(grid, row, twin.attributes, node?.attributes);
      if (node) grid.feed(twin, node);
    }
  }
  for (const [table, kind] of [
    ["Load", "load"],
    ["Storage", "storage"],
  ] as const) {
    for (const row of grid.rows(table)) {
      const twin = grid.add(row, kind, { inService: true });
      const node = twin && grid.node(row, "node");
      if (node) grid.feed(node, twin);
    }
  }
}

/** pandapower's words for the powers of a Ward equivalent, which are consumption, and for its inner voltage. */
const OF_WARDS = { pMw: "psMw", qMvar: "qsMvar", vmXWardPu: "vmPu" };

function calculate(grid: Grid, row: Row, attributes: Attributes, node: Attributes | undefined): void {
  const said = row.cells.get("calc_type");
  const type = CALC_TYPES.get(said?.toLowerCase() ?? "");
  if (!type) {
    const message = said === undefined ? "it has no calc_type" : `calc_type is ${said}`;
    grid.findings.add("SIMBENCH_CALC_TYPE", `${placeOf(row)}, column calc_type`, message);
  }
  attributes.slack = type === "vavm";
  const { vmSetpPu, vaSetpDegree } = node ?? {};
  if ((type === "vavm" || type === "pvm") && vmSetpPu !== undefined) attributes.vmPu = vmSetpPu;
  if (type === "vavm" && vaSetpDegree !== undefined) attributes.vaDegree = vaSetpDegree;
  for (const [name, ofWard] of type === "ward" || type === "xward" ? Object.entries(OF_WARDS) : []) {
    const value = attributes[name];
    if (value === undefined) continue;
    delete attributes[name];
    attributes[ofWard] = value;
  }
}
