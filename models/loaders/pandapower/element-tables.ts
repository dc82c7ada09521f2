// The tables of a pandapower net, and what becomes of each.
// Source    pandapower's documentation, "Datastructure and Elements": names of columns and the defaults of the create functions

import type { Json } from "../../district.ts";
import type { ColumnWords } from "../pandas-json/attributes.ts";
import type { ElementTable, NetFormat } from "../pandas-json/format.ts";

const ON = { in_service: true };
const POWER = { ...ON, q_mvar: 0, scaling: 1 };
const PHASES = {
  ...ON,
  p_a_mw: 0,
  q_a_mvar: 0,
  p_b_mw: 0,
  q_b_mvar: 0,
  p_c_mw: 0,
  q_c_mvar: 0,
  scaling: 1,
  type: "wye",
};
const LINE_ENDS = [["from_bus", "to_bus"]] as const;
const WINDINGS = [
  ["hv_bus", "mv_bus"],
  ["hv_bus", "lv_bus"],
  ["mv_bus", "lv_bus"],
] as const;
const AT_BUS_DC = { column: "bus_dc", nodes: { bus_dc: "bus_dc" } };
const NO_ZIP = { const_z_p_percent: 0, const_i_p_percent: 0, const_z_q_percent: 0, const_i_q_percent: 0 };

const ELEMENT_TABLES: readonly ElementTable[] = [
  { table: "bus", kind: "bus", defaults: ON },
  { table: "line", kind: "line", defaults: { ...ON, parallel: 1, df: 1, g_us_per_km: 0 }, branches: LINE_ENDS },
  { table: "trafo", kind: "transformer", defaults: { ...ON, parallel: 1, df: 1 }, branches: [["hv_bus", "lv_bus"]] },
  {
    table: "trafo3w",
    kind: "transformer",
    prefixed: true,
    defaults: { ...ON, tap_at_star_point: false },
    branches: WINDINGS,
  },
  {
    table: "impedance",
    kind: "line",
    prefixed: true,
    defaults: { ...ON, gf_pu: 0, bf_pu: 0, gt_pu: 0, bt_pu: 0 },
    branches: LINE_ENDS,
    asLine: true,
  },
  { table: "dcline", kind: "line", prefixed: true, defaults: ON, branches: LINE_ENDS, asLine: true },
  { table: "tcsc", kind: "line", prefixed: true, defaults: ON, branches: LINE_ENDS, asLine: true },
  { table: "bus_dc", kind: "bus", prefixed: true, defaults: ON },
  {
    table: "line_dc",
    kind: "line",
    prefixed: true,
    defaults: { ...ON, parallel: 1, df: 1, g_us_per_km: 0 },
    branches: [["from_bus_dc", "to_bus_dc"]],
    nodes: { from_bus_dc: "bus_dc", to_bus_dc: "bus_dc" },
  },
  {
    table: "vsc",
    kind: "line",
    prefixed: true,
    defaults: { ...ON, controllable: true },
    branches: [["bus", "bus_dc"]],
    nodes: { bus_dc: "bus_dc" },
    asLine: true,
  },
  {
    table: "b2b_vsc",
    kind: "line",
    prefixed: true,
    defaults: { ...ON, controllable: true },
    branches: [
      ["bus", "bus_dc_plus"],
      ["bus", "bus_dc_minus"],
    ],
    nodes: { bus_dc_plus: "bus_dc", bus_dc_minus: "bus_dc" },
    asLine: true,
  },
  { table: "switch", kind: "switch", defaults: { closed: true, z_ohm: 0 } },
  { table: "load", kind: "load", defaults: { ...POWER, ...NO_ZIP, type: "wye" }, atNode: "isFed" },
  { table: "asymmetric_load", kind: "load", prefixed: true, defaults: PHASES, atNode: "isFed" },
  {
    table: "motor",
    kind: "load",
    prefixed: true,
    defaults: { ...ON, scaling: 1, loading_percent: 100 },
    atNode: "isFed",
  },
  {
    table: "gen",
    kind: "generator",
    defaults: { ...ON, vm_pu: 1, scaling: 1, slack: false, slack_weight: 0 },
    atNode: "feeds",
  },
  { table: "sgen", kind: "generator", prefixed: true, defaults: { ...POWER, current_source: true }, atNode: "feeds" },
  {
    table: "asymmetric_sgen",
    kind: "generator",
    prefixed: true,
    defaults: { ...PHASES, current_source: true },
    atNode: "feeds",
  },
  { table: "storage", kind: "storage", defaults: { ...POWER, min_e_mwh: 0 }, atNode: "isFed" },
  { table: "load_dc", kind: "load", prefixed: true, defaults: { ...ON, scaling: 1 }, atNode: "isFed", ...AT_BUS_DC },
  {
    table: "source_dc",
    kind: "generator",
    prefixed: true,
    defaults: { ...ON, scaling: 1 },
    atNode: "feeds",
    ...AT_BUS_DC,
  },
  { table: "ext_grid", kind: "grid", defaults: { ...ON, vm_pu: 1, va_degree: 0, slack_weight: 1 }, atNode: "feeds" },
];

/** Tables whose rows belong to one bus: the attribute of the bus that lists them. */
export const STANDING_AT_BUS: ReadonlyMap<string, { attribute: string; defaults: Record<string, Json> }> = new Map([
  ["shunt", { attribute: "shunts", defaults: { ...ON, p_mw: 0, step: 1, max_step: 1 } }],
  ["ward", { attribute: "wards", defaults: ON }],
  ["xward", { attribute: "xwards", defaults: { ...ON, slack_weight: 0 } }],
  ["svc", { attribute: "svcs", defaults: { ...ON, controllable: true } }],
  ["ssc", { attribute: "sscs", defaults: { ...ON, controllable: true } }],
]);

/** Tables whose rows speak of one element each: the columns that name its table and index, and the attribute that lists them. */
export const SPEAKING_OF: ReadonlyMap<string, { table: string; element: string; attribute: string }> = new Map([
  ["measurement", { table: "element_type", element: "element", attribute: "measurements" }],
  ...["poly_cost", "pwl_cost"].map((cost) => [cost, { table: "et", element: "element", attribute: "costs" }] as const),
  ...["polynomial_cost", "piecewise_linear_cost"].map(
    (cost) => [cost, { table: "element_type", element: "element", attribute: "costs" }] as const,
  ),
]);

/** Tables that belong to no single element: they are kept as they are, once. */
export const OF_THE_NET: readonly string[] = [
  ...["group", "characteristic", "fuse", "vsc_stacked", "vsc_bipolar", "bi_vsc", "loadcases"],
  ...["q_capability_curve_table", "q_capability_characteristic", "q_capability_curve_characteristic"],
  ...["shunt_characteristic_table", "shunt_characteristic_spline"],
  ...["trafo_characteristic_table", "trafo_characteristic_spline"],
];

const WORDS: ColumnWords = {
  unit: /_(?:kv|kva|kvar|mva|mvar|kw|mw|mwh|ka|a|v|ohm|km|pu|hz|degree|percent|ohm_per_km|nf_per_km|us_per_km)$/,
  counts: new Set(["parallel", "df", "scaling", "step", "max_step", "slack_weight"]),
  booleans: new Set(["in_service", "closed", "slack", "controllable", "current_source", "tap_at_star_point"]),
  renamed: new Map([["et", "switchType"]]),
};

export const PANDAPOWER: NetFormat = {
  className: "pandapowerNet",
  // pandapower 3.5
  knownVersion: [3, 3],
  tables: ELEMENT_TABLES,
  node: "bus",
  examples: "bus, line, load",
  alsoRead: new Set([...STANDING_AT_BUS.keys(), "bus_geodata", "line_geodata"]),
  silent: new Set([
    ...["std_types", "line_std_types", "trafo_std_types", "trafo3w_std_types", "fuse_std_types", "line_dc_std_types"],
    ...["user_pf_options", "parameters", "dtypes", "index_names"],
  ]),
  words: WORDS,
};
