// The fluid of a net, and which carrier the net is of.
// Fed by    the `fluid` that pandapipes saves with a net, and its tables
// Gives     name, kind and properties of the fluid as data; `gas`, `heat` or `water`
// Must not  run what the file holds of Python
// F1  a gas is `gas`. A liquid is `heat` where heat is exchanged or lost, or where it is warmer than any drinking water;
//     else it is `water`
// Source    pandapipes/properties/fluids.py: the classes of properties and what each saves

import type { Carrier, Json } from "../../district.ts";
import { readJson } from "../json-text.ts";
import { attributeName } from "../pandas-json/attributes.ts";
import type { Net } from "../pandas-json/net.ts";
import { isObject, type JsonObject } from "../pandas-json/table.ts";
import { HEAT_TABLES } from "./component-tables.ts";

/** Drinking water stays below 25 degrees Celsius (DIN EN 806-2); what is meant to heat is warmer than 30. */
const WARM_K = 303.15;

/** Objects in objects in texts: a fluid has three such levels. */
const MAX_DEPTH = 8;

export interface Fluid {
  isGas: boolean | undefined;
  /** `{ name, fluidType, isGas, properties: { density: { class, x, y } ... } }`; undefined when the net has none. */
  saved: Json | undefined;
}

export function readFluid(net: Net): Fluid {
  const saved = plain(net.own("fluid") ?? null);
  if (!isObject(saved)) return { isGas: undefined, saved: saved ?? undefined };
  const { allProperties, class: _, ...fluid } = saved;
  const isGas =
    typeof fluid.isGas === "boolean"
      ? fluid.isGas
      : typeof fluid.fluidType === "string"
        ? fluid.fluidType.toLowerCase() === "gas"
        : undefined;
  return { isGas, saved: allProperties === undefined ? fluid : { ...fluid, properties: allProperties } };
}

export function carrierOf(net: Net, { isGas }: Fluid): Carrier {
  if (isGas) return "gas";
  return carriesHeat(net) ? "heat" : "water";
}

function carriesHeat({ tables }: Net): boolean {
  if (HEAT_TABLES.some((name) => tables.has(name))) return true;
  const any = (name: string, column: string, holds: (value: number) => boolean) =>
    tables.get(name)?.rows.some(({ cells }) => holds(Number(cells.get(column) ?? Number.NaN))) ?? false;
  return (
    any("pipe", "u_w_per_m2k", (value) => value > 0) ||
    any("pipe", "qext_w", (value) => Math.abs(value) > 0) ||
    any("ext_grid", "t_k", (value) => value >= WARM_K) ||
    any("junction", "tfluid_k", (value) => value >= WARM_K)
  );
}

/**
 * What Python's tools saved of an object, as plain data: of `{ _module, _class, _object }` the content of `_object`, with
 * the name of the class; of numpy's arrays the list. Names become attributes' names.
 */
export function plain(value: Json, depth = 0): Json {
  if (depth > MAX_DEPTH) return null;
  if (Array.isArray(value)) return value.map((each) => plain(each, depth + 1));
  if (!isObject(value)) return value;
  if (!("_object" in value)) return renamed(value, depth);
  const inner = typeof value._object === "string" ? (readJson(value._object).value ?? null) : (value._object ?? null);
  const content = plain(inner, depth + 1);
  return isObject(content) ? { class: String(value._class), ...content } : content;
}

function renamed(value: JsonObject, depth: number): JsonObject {
  const entries = Object.entries(value).map(([name, each]) => {
    return [attributeName(name.replace(/^_+/, "")), plain(each, depth + 1)] as const;
  });
  return Object.fromEntries(entries.filter(([name, each]) => each !== null && name !== "__proto__" && name !== ""));
}
