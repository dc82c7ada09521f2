// What concerns the whole circuit: its name, options, and what is data for many elements.
// Fed by    the general objects (line codes, geometries, wires, shapes, curves) and the options of Set
// Gives     one attribute, `network`, of the circuit's source
// H1  an element names what it uses (`linecode`, `yearly`); the object itself stands here once

import type { Attributes, Json } from "../../district.ts";
import { addToList } from "./at-bus.ts";
import { attributesOf, type Grid } from "./grid.ts";
import { lineCodeAttributes } from "./lines.ts";
import type { DssObject } from "./objects.ts";
import type { Scripts } from "./scripts.ts";
import { shapeAttributes } from "./shapes.ts";

const LISTS: Record<string, string> = {
  LineCode: "lineCodes",
  LineGeometry: "lineGeometries",
  LineSpacing: "lineSpacings",
  WireData: "wires",
  CNData: "concentricNeutralCables",
  TSData: "tapeShieldCables",
  XfmrCode: "transformerCodes",
  LoadShape: "loadShapes",
  TShape: "temperatureShapes",
  PriceShape: "priceShapes",
  GrowthShape: "growthShapes",
  XYcurve: "xyCurves",
  TCC_Curve: "timeCurrentCurves",
  Spectrum: "spectra",
  DynamicExp: "dynamicExpressions",
};

/** What stands once for each conductor of a geometry, or each winding of a code, after `cond` or `wdg`. */
const REPEATED: Record<string, { by: string; list: string; keys: ReadonlySet<string> }> = {
  LineGeometry: { by: "cond", list: "conductors", keys: new Set(["wire", "cncable", "tscable", "x", "h", "units"]) },
  XfmrCode: {
    by: "wdg",
    list: "windings",
    keys: new Set(["conn", "kv", "kva", "tap", "%r", "rneut", "xneut", "rdcohms"]),
  },
};

export async function wholeOf(grid: Grid, scripts: Scripts): Promise<Attributes> {
  const { circuit, options, commands, all } = grid.objects;
  const whole: Attributes = {
    ...(circuit ? { circuit: circuit.name } : {}),
    ...(options.size > 0
      ? { options: Object.fromEntries([...options].map(([name, value]) => [attribute(name), value])) }
      : {}),
    ...(commands.size > 0 ? { commands: Object.fromEntries(commands) } : {}),
  };
  grid.census.countKept("Set", options.size);
  for (const object of all) {
    if (object.of.group !== "general") continue;
    const shape = await shapeAttributes(object, scripts, grid.findings);
    addToList(whole, LISTS[object.of.name]!, { name: object.name, ...generalAttributes(object), ...shape });
    grid.census.countKept(object.of.name);
  }
  return whole;
}

function generalAttributes(object: DssObject): Attributes {
  if (object.of.name === "LineCode") return lineCodeAttributes(object);
  const repeated = REPEATED[object.of.name];
  if (!repeated) return attributesOf(object);
  const entries = new Map<number, Attributes>();
  let active = 1;
  for (const { property, value } of object.history) {
    if (property.key === repeated.by && typeof value === "number") active = value;
    else if (repeated.keys.has(property.key)) {
      const entry = entries.get(active) ?? { [repeated.by]: active };
      entries.set(active, entry);
      entry[property.attribute] = value;
    }
  }
  const except = new Set([repeated.by, ...repeated.keys]);
  const list: Json = [...entries.values()];
  return { ...attributesOf(object, except), ...(list.length > 0 ? { [repeated.list]: list } : {}) };
}

/** `DefaultBaseFrequency` -> `defaultBaseFrequency`, `%growth` -> `growthPercent`. */
function attribute(option: string): string {
  const name = option.replace(/^%(.*)$/, "$1Percent");
  return name.charAt(0).toLowerCase() + name.slice(1);
}
