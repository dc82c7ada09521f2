// The tables of a pandapower net, and what becomes of each.
// Source    pandapower's documentation, "Datastructure and Elements": names of columns and the defaults of the create functions
// E1  whether an element's id carries its table's name depends on the table alone: `load:S:3`, `load:S:asymmetric_load.3`

import type { Json, Kind } from "../../district.ts";

export interface ElementTable {
  table: string;
  kind: Kind;
  /** The id is `KIND:S:TABLE.INDEX`, because another table has the id `KIND:S:INDEX`. */
  prefixed?: true;
  /** Of columns that are not there, or empty. */
  defaults: Record<string, Json>;
  /** Columns that name the buses of each branch. */
  branches?: readonly (readonly [from: string, to: string])[];
  /** For what stands at one bus (column `bus`): whether power is counted as going into it, or out of it. */
  atBus?: "feeds" | "isFed";
  /** It is a line only because it carries power between two buses; the attribute of this name is true then. */
  asLine?: true;
}

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
const NO_ZIP = { const_z_p_percent: 0, const_i_p_percent: 0, const_z_q_percent: 0, const_i_q_percent: 0 };

export const ELEMENT_TABLES: readonly ElementTable[] = [
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
  { table: "switch", kind: "switch", defaults: { closed: true, z_ohm: 0 } },
  { table: "load", kind: "load", defaults: { ...POWER, ...NO_ZIP, type: "wye" }, atBus: "isFed" },
  { table: "asymmetric_load", kind: "load", prefixed: true, defaults: PHASES, atBus: "isFed" },
  {
    table: "motor",
    kind: "load",
    prefixed: true,
    defaults: { ...ON, scaling: 1, loading_percent: 100 },
    atBus: "isFed",
  },
  {
    table: "gen",
    kind: "generator",
    defaults: { ...ON, vm_pu: 1, scaling: 1, slack: false, slack_weight: 0 },
    atBus: "feeds",
  },
  { table: "sgen", kind: "generator", prefixed: true, defaults: { ...POWER, current_source: true }, atBus: "feeds" },
  {
    table: "asymmetric_sgen",
    kind: "generator",
    prefixed: true,
    defaults: { ...PHASES, current_source: true },
    atBus: "feeds",
  },
  { table: "storage", kind: "storage", defaults: { ...POWER, min_e_mwh: 0 }, atBus: "isFed" },
  { table: "ext_grid", kind: "grid", defaults: { ...ON, vm_pu: 1, va_degree: 0, slack_weight: 1 }, atBus: "feeds" },
];

/** Tables whose rows belong to one bus: the attribute of the bus that lists them. */
export const STANDING_AT_BUS: ReadonlyMap<string, { attribute: string; defaults: Record<string, Json> }> = new Map([
  ["shunt", { attribute: "shunts", defaults: { ...ON, p_mw: 0, step: 1, max_step: 1 } }],
  ["ward", { attribute: "wards", defaults: ON }],
  ["xward", { attribute: "xwards", defaults: { ...ON, slack_weight: 0 } }],
  ["svc", { attribute: "svcs", defaults: { ...ON, controllable: true } }],
  ["ssc", { attribute: "sscs", defaults: { ...ON, controllable: true } }],
  ["vsc", { attribute: "vscs", defaults: { ...ON, controllable: true } }],
  ["b2b_vsc", { attribute: "b2bVscs", defaults: { ...ON, controllable: true } }],
]);

/** What else pandapower saves. `silent`: no rows of the net, or what the elements repeat. */
export const IGNORED_TABLES: ReadonlyMap<string, "reported" | "silent"> = new Map([
  ...[
    ...["std_types", "line_std_types", "trafo_std_types", "trafo3w_std_types", "fuse_std_types", "line_dc_std_types"],
    ...["user_pf_options", "parameters", "dtypes", "index_names"],
  ].map((table) => [table, "silent"] as const),
  ...[
    ...["measurement", "pwl_cost", "poly_cost", "polynomial_cost", "piecewise_linear_cost", "controller", "group"],
    ...[
      "characteristic",
      "q_capability_curve_table",
      "q_capability_characteristic",
      "q_capability_curve_characteristic",
    ],
    ...["shunt_characteristic_table", "shunt_characteristic_spline"],
    ...["trafo_characteristic_table", "trafo_characteristic_spline"],
    ...["vsc_stacked", "vsc_bipolar", "bi_vsc"],
    ...["protection", "fuse", "bus_dc", "bus_dc_geodata", "line_dc", "line_dc_geodata", "load_dc", "source_dc"],
    ...["profiles", "loadcases"],
  ].map((table) => [table, "reported"] as const),
]);
