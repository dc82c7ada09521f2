// Small nets as pandapower writes them, for the tests of its loader.

import { readFileSync } from "node:fs";
import type { Json, TwinModel } from "../../../models/district.ts";
import type { DistrictPart } from "../../../models/loaders/loader.ts";
import { loadPandapower } from "../../../models/loaders/pandapower.ts";

export type Tables = Record<string, { columns: string[]; index?: Json[]; data: Json[][] }>;

/** A feeder of 1 km: ext_grid at bus 0, 20/0.4 kV transformer, line, load at bus 2. */
export const FEEDER: Tables = {
  bus: { columns: ["name", "vn_kv"], data: [["HV", 20], ["Station", 0.4], ["House", 0.4]] }, // biome-ignore format: a table
  ext_grid: { columns: ["bus"], data: [[0]] },
  trafo: {
    columns: ["hv_bus", "lv_bus", "sn_mva", "vn_hv_kv", "vn_lv_kv", "vk_percent"],
    data: [[0, 1, 0.4, 20, 0.4, 4]],
  },
  line: { columns: ["from_bus", "to_bus", "length_km", "r_ohm_per_km", "x_ohm_per_km"], data: [[1, 2, 1, 0.2, 0.08]] },
  load: { columns: ["bus", "p_mw"], data: [[2, 0.01]] },
};

export function split(table: Tables[string]): { columns: string[]; index: Json[]; data: Json[][] } {
  return { columns: table.columns, index: table.index ?? table.data.map((_, n) => n), data: table.data };
}

/** The net as pandapower 2.1 and later write it; `net` adds what is no table. */
export function netJson(
  tables: Tables,
  net: Record<string, Json> = { version: "3.0.0", format_version: "3.0.0" },
): string {
  const frames = Object.entries(tables).map(([name, table]) => [
    name,
    { _module: "pandas.core.frame", _class: "DataFrame", _object: JSON.stringify(split(table)), orient: "split" },
  ]);
  return JSON.stringify({
    _module: "pandapower.auxiliary",
    _class: "pandapowerNet",
    _object: { ...Object.fromEntries(frames), ...net },
  });
}

export async function load(content: string | Uint8Array): Promise<DistrictPart> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return loadPandapower({ source: "s", file: "net.json", bytes });
}

export function fixture(name: string): Uint8Array {
  return readFileSync(new URL(`../../fixtures/pandapower/${name}`, import.meta.url));
}

export function example(name: string): Uint8Array {
  return readFileSync(new URL(`../../../models/examples/altstadt/sim/${name}`, import.meta.url));
}

export function twinIn(part: DistrictPart, id: string): TwinModel {
  const twin = part.twins.find((each) => each.id === id);
  if (!twin) throw new Error(`no twin ${id}`);
  return twin;
}

export function countsOf(part: DistrictPart): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of part.twins) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

export function codesOf(part: DistrictPart): string[] {
  return [...new Set(part.findings.map((finding) => finding.code))].toSorted();
}

/** `CODE at` of every finding that is no info. */
export function complaintsOf(part: DistrictPart): string[] {
  return part.findings.filter(({ severity }) => severity !== "info").map(({ code, at }) => `${code} ${at}`);
}
