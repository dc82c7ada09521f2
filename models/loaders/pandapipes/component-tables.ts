// The tables of a pandapipes net, and what becomes of each.
// C1  what holds the pressure of a network is its source: an ext_grid is a reservoir with a way into its junction, a
//     circulation pump a plant. What only gives or takes a mass flow is a plant with `slack: false`, a load or a tank
// C2  what throttles is a valve: pressure and flow controls, which are `active` while they control
// Source    https://pandapipes.readthedocs.io, "Components"; the create functions of versions 0.1 to 0.13 for columns and defaults

import type { ColumnWords } from "../pandas-json/attributes.ts";
import type { ElementTable, NetFormat } from "../pandas-json/format.ts";

const ON = { in_service: true };
const ENDS = [["from_junction", "to_junction"]] as const;
const CIRCULATION = [["return_junction", "flow_junction"]] as const;
const FLOW = { ...ON, scaling: 1 };
const PIPE = { ...ON, k_mm: 0.2, loss_coefficient: 0, sections: 1, u_w_per_m2k: 0, qext_w: 0 };

const COMPONENT_TABLES: readonly ElementTable[] = [
  { table: "junction", kind: "junction", defaults: { ...ON, height_m: 0 } },
  { table: "pipe", kind: "pipe", defaults: PIPE, branches: ENDS },
  // Its ends depend on what it stands at: see network.ts.
  { table: "valve", kind: "valve", defaults: { opened: true, loss_coefficient: 0 } },
  { table: "valve_pipe", kind: "valve", prefixed: true, defaults: { ...PIPE, opened: true }, branches: ENDS },
  {
    table: "press_control",
    kind: "valve",
    prefixed: true,
    defaults: { ...ON, control_active: true, loss_coefficient: 0 },
    branches: ENDS,
  },
  { table: "flow_control", kind: "valve", prefixed: true, defaults: { ...ON, control_active: true }, branches: ENDS },
  { table: "throttle_valve", kind: "valve", prefixed: true, defaults: { ...ON, control_active: true }, branches: ENDS },
  { table: "pump", kind: "pump", defaults: ON, branches: ENDS },
  { table: "compressor", kind: "pump", prefixed: true, defaults: ON, branches: ENDS },
  { table: "heat_exchanger", kind: "exchanger", defaults: { ...ON, loss_coefficient: 0 }, branches: ENDS },
  { table: "heat_consumer", kind: "exchanger", prefixed: true, defaults: ON, branches: ENDS },
  { table: "circ_pump_pressure", kind: "plant", defaults: ON, branches: CIRCULATION },
  { table: "circ_pump_mass", kind: "plant", prefixed: true, defaults: ON, branches: CIRCULATION },
  { table: "heat_generator", kind: "plant", prefixed: true, defaults: ON, branches: CIRCULATION },
  { table: "ext_grid", kind: "reservoir", defaults: ON, atNode: "feeds" },
  { table: "source", kind: "plant", prefixed: true, defaults: FLOW, atNode: "feeds" },
  { table: "sink", kind: "load", defaults: FLOW, atNode: "isFed" },
  {
    table: "mass_storage",
    kind: "tank",
    defaults: { ...FLOW, init_m_stored_kg: 0, min_m_stored_kg: 0 },
    atNode: "isFed",
  },
];

/** Tables of which a row alone says that the network carries heat. */
export const HEAT_TABLES = [
  ...["heat_exchanger", "heat_consumer", "circ_pump_pressure", "circ_pump_mass", "heat_generator"],
] as const;

/** Branches that keep a pressure or flow at a set-point: the column of that, and its unit. */
export const CONTROLS: ReadonlyMap<string, { setting: string; unit: string }> = new Map([
  ["press_control", { setting: "controlledPBar", unit: "bar" }],
  ["flow_control", { setting: "controlledMdotKgPerS", unit: "kg/s" }],
  ["throttle_valve", { setting: "controlledPBar", unit: "bar" }],
]);

const WORDS: ColumnWords = {
  unit: /_(?:bar|k|m|mm|km|kg|w|kg_per_s|m3_per_s|m_per_s|w_per_m2k|w_per_mk)$/,
  counts: new Set(["loss_coefficient", "sections", "scaling", "pressure_ratio", "max_mdot_kg_per_s"]),
  booleans: new Set(["in_service", "opened", "control_active"]),
  renamed: new Map([["et", "elementType"]]),
};

export const PANDAPIPES: NetFormat = {
  className: "pandapipesNet",
  // The format of pandapipes 0.12 and 0.13
  knownVersion: [0, 13],
  tables: COMPONENT_TABLES,
  node: "junction",
  examples: "junction, pipe, sink",
  alsoRead: new Set(["junction_geodata", "pipe_geodata", "valve_pipe_geodata"]),
  silent: new Set(["fluid", "std_type", "std_types", "user_pf_options", "component_list", "parameters", "dtypes"]),
  words: WORDS,
};
