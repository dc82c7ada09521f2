// Impedances of a transformer, from what CIM says of its windings, in the numbers that pandapower has.
// Fed by    winding values in ohm and siemens, as ends, meshes and tests give them
// Gives     vkPercent, vkrPercent, pfeKw, i0Percent of two windings; of three the same for each pair
// V1  ohms of an end stand at the rated voltage of that end (IEC 61970-301, PowerTransformerEnd), and are carried over to the
//     high-voltage side by the square of the voltage ratio
// V2  percents count on the rated power of the winding, of a pair on the lower one

import type { Attributes } from "../../district.ts";
import { tidy } from "./units.ts";

export interface Winding {
  vnKv: number;
  snMva: number;
  rOhm: number;
  xOhm: number;
  gSiemens: number;
  bSiemens: number;
}

/** Impedance between two windings, at the rated voltage of the first. */
export type Mesh = { rOhm: number; xOhm: number } | undefined;

export function twoWindings(hv: Winding, lv: Winding, mesh: Mesh): Attributes {
  const square = (hv.vnKv / lv.vnKv) ** 2;
  const rOhm = mesh?.rOhm ?? hv.rOhm + lv.rOhm * square;
  const xOhm = mesh?.xOhm ?? hv.xOhm + lv.xOhm * square;
  const baseOhm = hv.vnKv ** 2 / hv.snMva;
  const lossMw = hv.gSiemens * hv.vnKv ** 2 + lv.gSiemens * lv.vnKv ** 2;
  const magnetizingMvar = hv.bSiemens * hv.vnKv ** 2 + lv.bSiemens * lv.vnKv ** 2;
  return finite({
    vkPercent: (100 * Math.hypot(rOhm, xOhm)) / baseOhm,
    vkrPercent: (100 * rOhm) / baseOhm,
    pfeKw: 1000 * lossMw,
    i0Percent: (100 * Math.hypot(lossMw, magnetizingMvar)) / hv.snMva,
  });
}

/** Windings in the order high, medium, low; meshes in the order high-medium, medium-low, high-low. */
export function threeWindings(windings: readonly [Winding, Winding, Winding], meshes: readonly Mesh[]): Attributes {
  const pairs = [
    [0, 1, "Hv"],
    [1, 2, "Mv"],
    [0, 2, "Lv"],
  ] as const;
  const [hv] = windings;
  const attributes: Attributes = {};
  pairs.forEach(([a, b, side], at) => {
    const [from, to] = [windings[a], windings[b]];
    const pair = { ...from, snMva: Math.min(from.snMva, to.snMva) };
    const { vkPercent, vkrPercent } = twoWindings(pair, to, meshes[at]);
    if (vkPercent !== undefined) attributes[`vk${side}Percent`] = vkPercent;
    if (vkrPercent !== undefined) attributes[`vkr${side}Percent`] = vkrPercent;
  });
  const lossMw = windings.reduce((sum, { gSiemens, vnKv }) => sum + gSiemens * vnKv ** 2, 0);
  const reactiveMvar = windings.reduce((sum, { bSiemens, vnKv }) => sum + bSiemens * vnKv ** 2, 0);
  return {
    ...attributes,
    ...finite({ pfeKw: 1000 * lossMw, i0Percent: (100 * Math.hypot(lossMw, reactiveMvar)) / hv.snMva }),
  };
}

/** What could not be computed, for want of a rated voltage or power, is left out. */
function finite(values: Record<string, number>): Attributes {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (Number.isFinite(value) ? [[name, tidy(value)]] : [])),
  );
}
