// Older nets in the words and units of newer ones, as pandapower's own convert_format turns them.
// Fed by    the tables of a net and its version
// Gives     the same tables, changed in place: MW instead of kW, generation positive, today's column names
// Must not  fill in what is missing: defaults belong to the elements
// U1  kW, kVA and kvar become MW, MVA and Mvar before 2.0 (but `pfe_kw`, which is kW to this day)
// U2  before 2.0 a generator's power was counted as consumption: it changes its sign, and its limits their places
// Source    pandapower/convert_format.py and the CHANGELOG of 2.0.0, 2.14.0 (const_z_p_percent) and 3.0.0 (tap_changer_type)

import type { Json } from "../../district.ts";
import type { Net } from "../pandas-json/net.ts";
import type { Row, Table } from "../pandas-json/table.ts";

const KILO_COLUMN = /kw|kva/;

/** Whether the net counts in kW: the version says it, or without a version the columns do. */
export function countsInKilowatts({ version, tables }: Pick<Net, "version" | "tables">): boolean {
  if (version.length > 0) return version[0]! < 2;
  return ["load", "sgen", "gen", "trafo"].some((name) =>
    tables.get(name)?.rows.some(({ cells }) => ["p_kw", "sn_kva"].some((column) => cells.has(column))),
  );
}

export function upgradeTables(net: Net): void {
  const inKilowatts = countsInKilowatts(net);
  for (const table of net.tables.values()) {
    const renamed = new Map<string, string[] | undefined>();
    for (const row of table.rows) {
      if (inKilowatts) {
        if (GENERATION.has(table.name)) countAsGeneration(table.name, row);
        toMegawatts(row);
      }
      rename(table.name, row, renamed);
    }
    renameTypes(table);
  }
}

/** Tables of which p and q were consumption, and those of which only the limits were (a gen has no q of its own). */
const GENERATION = new Set(["gen", "sgen", "ext_grid", "res_gen", "res_sgen", "res_ext_grid"]);
const GENERATION_POWERS = ["p_kw", "q_kvar"];

function countAsGeneration(table: string, row: Row): void {
  for (const power of GENERATION_POWERS) {
    if (table !== "ext_grid") negate(row, power, row.cells.get(power));
    const [min, max] = [row.cells.get(`min_${power}`), row.cells.get(`max_${power}`)];
    negate(row, `min_${power}`, max);
    negate(row, `max_${power}`, min);
  }
}

function negate(row: Row, column: string, cell: Json | undefined): void {
  const value = asNumber(cell);
  if (typeof value === "number") row.cells.set(column, value === 0 ? 0 : -value);
  else if (value === undefined) row.cells.delete(column);
  else row.cells.set(column, value);
}

/** A number that is written as a text; everything else as it is. */
function asNumber<T extends Json | undefined>(cell: T): T | number {
  return typeof cell === "string" && cell.trim() !== "" && Number.isFinite(Number(cell)) ? Number(cell) : cell;
}

function toMegawatts(row: Row): void {
  for (const [column, cell] of [...row.cells]) {
    if (!KILO_COLUMN.test(column) || column === "pfe_kw" || column.startsWith("cost_per_")) continue;
    row.cells.delete(column);
    const renamed = column.replace("kvar", "mvar").replace("kva", "mva").replace("kw", "mw");
    // Divided, not multiplied by 1e-3: 3776 kW is 3.776 MW to the last bit.
    const value = asNumber(cell);
    row.cells.set(renamed, typeof value === "number" ? value / 1000 : value);
  }
}

const RENAMED: ReadonlyMap<string, ReadonlyMap<string, string[]>> = new Map([
  ["line", new Map([["imax_ka", ["max_i_ka"]]])],
  [
    "load",
    new Map([
      ["const_z_percent", ["const_z_p_percent", "const_z_q_percent"]],
      ["const_i_percent", ["const_i_p_percent", "const_i_q_percent"]],
    ]),
  ],
  [
    "gen",
    new Map([
      ["qmin_mvar", ["min_q_mvar"]],
      ["qmax_mvar", ["max_q_mvar"]],
    ]),
  ],
  [
    "impedance",
    new Map([
      ["r_pu", ["rft_pu", "rtf_pu"]],
      ["x_pu", ["xft_pu", "xtf_pu"]],
    ]),
  ],
]);

/** Today's names of a column; its own when it still has it. */
function namesOf(table: string, column: string): string[] {
  return RENAMED.get(table)?.get(column) ?? [table.startsWith("trafo") ? trafoColumn(column) : column];
}

/** `renamed`: today's names of the columns of the table that were looked at so far; none for one that still has its own. */
function rename(table: string, row: Row, renamed: Map<string, string[] | undefined>): void {
  const old: string[] = [];
  for (const column of row.cells.keys()) {
    if (!renamed.has(column)) {
      const names = namesOf(table, column);
      renamed.set(column, names.includes(column) ? undefined : names);
    }
    if (renamed.get(column)) old.push(column);
  }
  for (const column of old) {
    const value = row.cells.get(column)!;
    row.cells.delete(column);
    for (const name of renamed.get(column)!) if (!row.cells.has(name)) row.cells.set(name, value);
  }
  if (table !== "trafo" && table !== "trafo3w") return;
  if (row.cells.has("tap_phase_shifter") && !row.cells.has("tap_changer_type")) {
    row.cells.set("tap_changer_type", tapType(row));
  }
  row.cells.delete("tap_phase_shifter");
}

/** The columns' types move with their names, so that texts in them are still read as numbers. */
function renameTypes(table: Table): void {
  for (const [column, dtype] of [...table.dtypes]) {
    for (const name of namesOf(table.name, column)) table.dtypes.set(name, dtype);
  }
}

function trafoColumn(column: string): string {
  if (!/^(?:tp_|vsc)/.test(column)) return column;
  return column.replace("tp_", "tap_").replace("_st_", "_step_").replace("_mid", "_neutral").replace("vsc", "vk");
}

/** What 3.0 made of the flag `tap_phase_shifter`: told from the steps in percent and in degrees. */
function tapType(row: Row): Json {
  const [degree, percent] = [row.cells.get("tap_step_degree"), row.cells.get("tap_step_percent")];
  if (percent) return degree === 90 ? "Symmetrical" : "Ratio";
  return degree ? "Ideal" : null;
}
