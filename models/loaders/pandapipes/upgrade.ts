// Older nets in the words of newer ones, as pandapipes' own convert_format turns them; and newest names in those of the releases.
// Fed by    the tables of a net
// Gives     the same tables, changed in place: today's column names
// Must not  fill in what is missing: defaults belong to the components
// U1  the same net saved by two versions of pandapipes gives the same twins
// Source    pandapipes/io/convert_format.py; the CHANGELOG of 0.8.0 (circulation pumps), 0.11.0 (u_w_per_m2k) and after 0.12 (valves)

import type { Json } from "../../district.ts";
import type { Net } from "../pandas-json/net.ts";
import type { Table } from "../pandas-json/table.ts";

const PIPES = { alpha_w_per_m2k: "u_w_per_m2k" };
const CIRC_PUMP = {
  from_junction: "return_junction",
  to_junction: "flow_junction",
  p_bar: "p_flow_bar",
  t_k: "t_flow_k",
  mdot_kg_per_s: "mdot_flow_kg_per_s",
};

const RENAMED = new Map<string, Record<string, string>>([
  ["pipe", PIPES],
  ["valve_pipe", PIPES],
  ["circ_pump_mass", CIRC_PUMP],
  ["circ_pump_pressure", CIRC_PUMP],
  // What was a way between two junctions is now a valve at a junction, before another element.
  ["valve", { from_junction: "junction", to_junction: "element" }],
]);

const MM_PER_M = 1000;

export function upgradeTables(net: Net): void {
  // Some versions name the table after the create function.
  const older = net.tables.get("pressure_control");
  if (older && !net.tables.has("press_control")) {
    net.tables.delete("pressure_control");
    net.tables.set("press_control", { ...older, name: "press_control" });
  }
  for (const [name, renamed] of RENAMED) {
    const table = net.tables.get(name);
    if (table) rename(table, renamed);
  }
  for (const name of ["pipe", "valve", "valve_pipe"]) {
    const table = net.tables.get(name);
    if (table) diametersInMetres(table);
  }
  for (const row of net.tables.get("valve")?.rows ?? []) {
    // Before there was a choice, and for a while, the other side was a junction: `j`, now `ju`.
    const type = row.cells.get("et");
    if (type === undefined || type === null || type === "j") row.cells.set("et", "ju");
  }
}

function rename(table: Table, renamed: Record<string, string>): void {
  for (const [old, now] of Object.entries(renamed)) {
    for (const { cells } of table.rows) {
      const cell = cells.get(old);
      if (cell === undefined || cells.has(now)) continue;
      cells.delete(old);
      cells.set(now, cell);
    }
    const dtype = table.dtypes.get(old);
    if (dtype !== undefined && !table.dtypes.has(now)) table.dtypes.set(now, dtype);
  }
}

function diametersInMetres(table: Table): void {
  for (const { cells } of table.rows) {
    const diameterMm = asNumber(cells.get("inner_diameter_mm"));
    if (diameterMm === undefined || cells.has("diameter_m")) continue;
    cells.set("diameter_m", typeof diameterMm === "number" ? diameterMm / MM_PER_M : diameterMm);
  }
}

function asNumber(cell: Json | undefined): Json | undefined {
  return typeof cell === "string" && cell.trim() !== "" && Number.isFinite(Number(cell)) ? Number(cell) : cell;
}
