// Small nets as pandapipes writes them, for the tests of its loader.

import { readFileSync } from "node:fs";
import type { Json } from "../../../models/district.ts";
import type { DistrictPart } from "../../../models/loaders/loader.ts";
import { loadPandapipes } from "../../../models/loaders/pandapipes.ts";
import { split, type Tables } from "./pandapower-nets.ts";

/** A fluid as pandapipes 0.2 and later write it: a property in a text in a text. */
export function fluid(name: string, isGas: boolean): Json {
  const density = {
    _module: "pandapipes.properties.fluids",
    _class: "FluidPropertyConstant",
    _object: '{"value": 998.2}',
  };
  const saved = { name, fluid_type: isGas ? "gas" : "liquid", is_gas: isGas, all_properties: { density } };
  return { _module: "pandapipes.properties.fluids", _class: "Fluid", _object: JSON.stringify(saved) };
}

/** Water: an ext_grid at junction 0, a pipe of 1 km, a sink at junction 1. */
export const STRAND: Tables = {
  junction: { columns: ["name", "pn_bar", "tfluid_k"], data: [["Works", 5, 283], ["House", 5, 283]] }, // biome-ignore format: a table
  pipe: { columns: ["from_junction", "to_junction", "length_km", "diameter_m"], data: [[0, 1, 1, 0.1]] },
  ext_grid: { columns: ["junction", "p_bar", "t_k", "type"], data: [[0, 5, 283, "pt"]] },
  sink: { columns: ["junction", "mdot_kg_per_s"], data: [[1, 0.5]] },
};

const H = ["from_junction", "to_junction"];

/** Heat: a circulation pump from junction 3 (return) to 0 (flow), a flow and a return pipe, a consumer and an exchanger. */
export const LOOP: Tables = {
  junction: { columns: ["pn_bar", "tfluid_k"], data: [[6, 353], [6, 353], [4, 323], [4, 323]] }, // biome-ignore format: a table
  pipe: {
    columns: [...H, "length_km", "diameter_m", "u_w_per_m2k"],
    data: [[0, 1, 0.5, 0.1, 0.6], [2, 3, 0.5, 0.1, 0.6]], // biome-ignore format: a table
  },
  circ_pump_pressure: {
    columns: ["return_junction", "flow_junction", "p_flow_bar", "plift_bar", "t_flow_k", "type"],
    data: [[3, 0, 6, 2, 353, "pt"]],
  },
  heat_consumer: { columns: [...H, "qext_w", "controlled_mdot_kg_per_s"], data: [[1, 2, 50000, 0.4]] },
  heat_exchanger: { columns: [...H, "qext_w"], data: [[1, 2, 20000]] },
};

/** The net as pandapipes writes it; `net` adds what is no table. */
export function pipesJson(tables: Tables, net: Record<string, Json> = {}): string {
  const frames = Object.entries(tables).map(([name, table]) => [
    name,
    { _module: "pandas.core.frame", _class: "DataFrame", _object: JSON.stringify(split(table)), orient: "split" },
  ]);
  return JSON.stringify({
    _module: "pandapipes.pandapipes_net",
    _class: "pandapipesNet",
    _object: { fluid: fluid("water", false), version: "0.11.0", ...Object.fromEntries(frames), ...net },
  });
}

export async function loadPipes(content: string | Uint8Array): Promise<DistrictPart> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return loadPandapipes({ source: "s", file: "net.json", bytes });
}

export function pipesFixture(name: string): Uint8Array {
  return readFileSync(new URL(`../../fixtures/pandapipes/${name}`, import.meta.url));
}
