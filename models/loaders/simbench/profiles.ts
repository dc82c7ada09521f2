// Profiles: series of factors that loads, plants and storages name.
// Fed by    LoadProfile, PowerPlantProfile, RESProfile, StorageProfile; the elements that name their columns
// Gives     of each table its times, and of each profile its least, mean and greatest value; the values where they are few
// R1  values are kept up to MAX_PROFILE_VALUES of a table; above that a finding counts what was left out
// R2  a load's profile is two columns, `NAME_pload` and `NAME_qload`; of the others one column

import type { Attributes } from "../../district.ts";
import { PROFILE_TABLES } from "./columns.ts";
import type { Grid } from "./grid.ts";
import { numberOf, type Row } from "./table.ts";

/** A year of quarter hours has 35,040 values: those are for a simulation, and no part of what a grid is. */
export const MAX_PROFILE_VALUES = 10_000;

/** The table of profiles of a table of elements, and the columns that are one profile. */
const PROFILED: Record<string, { table: (typeof PROFILE_TABLES)[number]; suffixes: readonly string[] }> = {
  Load: { table: "LoadProfile", suffixes: ["_pload", "_qload"] },
  PowerPlant: { table: "PowerPlantProfile", suffixes: [""] },
  RES: { table: "RESProfile", suffixes: [""] },
  Storage: { table: "StorageProfile", suffixes: [""] },
};

/** The profiles of all tables, as attributes of the whole grid. */
export function readProfiles(grid: Grid): Attributes {
  const tables: Attributes = {};
  for (const table of PROFILE_TABLES) if (grid.columns(table).length > 0) tables[table] = readOne(grid, table);
  for (const [elements, { table, suffixes }] of Object.entries(PROFILED)) {
    const columns = new Set(grid.columns(table));
    for (const { id, attributes } of grid.of(elements).values()) {
      const { profile } = attributes;
      if (typeof profile !== "string") continue;
      const missing = suffixes.map((suffix) => profile + suffix).filter((column) => !columns.has(column));
      if (missing.length > 0) {
        grid.findings.add("SIMBENCH_PROFILE_UNKNOWN", grid.placeOf(id), `${table} has no ${missing.join(" and no ")}`);
      }
    }
  }
  return tables;
}

function readOne(grid: Grid, table: string): Attributes {
  const rows = grid.rows(table);
  const names = grid
    .columns(table)
    .filter((name) => name !== "time" && name !== "id" && name !== "" && name !== "__proto__");
  const keeps = rows.length * names.length <= MAX_PROFILE_VALUES;
  const time = (row: Row | undefined) => row?.cells.get("time") ?? row?.cells.get("id");
  const whole: Attributes = { steps: rows.length };
  const [from, to] = [time(rows[0]), time(rows.at(-1))];
  if (from !== undefined) whole.from = from;
  if (to !== undefined) whole.to = to;
  const profiles: Attributes = {};
  for (const name of names) {
    const values = rows.map((row) => numberOf(row, name, grid.findings) ?? null);
    profiles[name] = keeps ? { ...summaryOf(values), values } : summaryOf(values);
  }
  if (!keeps) {
    const message = `${rows.length * names.length} values of ${names.length} profiles were left out: at most ${MAX_PROFILE_VALUES} of a table are kept`;
    grid.findings.add("SIMBENCH_PROFILE_VALUES", table, message);
  }
  grid.tally.add("kept", table, names.length);
  return { ...whole, ...(keeps ? { times: rows.map((row) => time(row) ?? null) } : {}), profiles };
}

function summaryOf(values: (number | null)[]): Attributes {
  let [count, sum, min, max] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value === null) continue;
    count += 1;
    sum += value;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return count === 0 ? { count } : { count, min, mean: sum / count, max };
}
