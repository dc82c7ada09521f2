// A district of chance: networks that hang on each other, buildings fed by one or two of them, meters and their devices.
// Gives     twins in several cells, so that sums and supply go from partition to partition

import type { LoadedDistrict, LinkRole, TwinId } from "../../models/district.ts";
import { districtOf, meterOf } from "../runtime/live/harness.ts";
import type { Chance } from "./chance.ts";

const NETWORKS = ["mv", "lva", "lvb"] as const;
export const INTERVAL_MS = 900_000;
/** More than can go through the connection of a building (twins/plausibility.ts), and more than any register here shows. */
export const IMPLAUSIBLE_W = 3e6;

export function districtOfChance(chance: Chance): LoadedDistrict {
  const twins: Parameters<typeof districtOf>[0] = { "district:test:test": {} };
  const links: [TwinId, LinkRole, TwinId][] = [];
  const branches: [TwinId, TwinId, TwinId][] = [];
  const buses: TwinId[] = [];
  for (const network of NETWORKS.slice(0, chance.whole(2, 3))) {
    const count = chance.whole(2, 4);
    const here = Array.from({ length: count }, (_, i) => `bus:${network}:${i + 1}`);
    const grid = `grid:${network}:1`;
    twins[grid] = {};
    for (const [i, bus] of here.entries()) {
      twins[bus] = {};
      if (i === 0) continue;
      const kind = chance.one(["switch", "line"]);
      twins[`${kind}:${network}:${i}`] = kind === "line" ? { attributes: { maxIKa: 0.1 } } : {};
      branches.push([`${kind}:${network}:${i}`, here[i - 1]!, bus]);
    }
    links.push([grid, "feeds", here[0]!]);
    if (buses.length > 0) links.push([chance.one(buses), "feeds", grid]);
    buses.push(...here);
  }
  let device = 0;
  for (let b = 1, count = chance.whole(2, 5); b <= count; b++) {
    const building = `building:b${b}:house`;
    twins[building] = {};
    links.push(["district:test:test", "contains", building]);
    for (const bus of new Set([chance.one(buses), chance.one(buses)])) links.push([bus, "feeds", building]);
    for (let m = 1, meters = chance.whole(1, 2); m <= meters; m++) {
      const meter = `meter:meters:m${b}-${m}`;
      // Every third meter shares the device of the one before; a device's point belongs to one meter.
      const isShared = device > 0 && chance.once(3);
      // Of some devices nobody knows how often they send.
      if (!isShared)
        twins[`device:meters:d${++device}`] = chance.once(5) ? {} : { attributes: { intervalMs: INTERVAL_MS } };
      const register = { [`energyImport${b}${m}`]: chance.one(["kWh", "Wh"]) };
      twins[meter] = meterOf(building, isShared ? register : { ...register, power: "W" }, { device: `d${device}` });
      links.push([meter, "measures", building], [`device:meters:d${device}`, "feeds", meter]);
    }
  }
  return districtOf(twins, links, branches);
}
