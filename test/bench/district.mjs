// The districts of the bench: meters as meters.csv has them, each with a device of its own, through the real loader; or as a folder.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadDistrict } from "../../dist/models/load.js";
import { deviceName, meterName } from "./readings.mjs";

export const DISTRICT = "bench";
export const logStream = (/** @type {string} */ partition) => `quartier_${DISTRICT}_log_${partition}`;

/** What each meter measures, as meters.csv says it. */
const TWO_POINTS = "energyImport:kWh;power:W";

/**
 * @param {number} meters
 * @param {boolean} withDevices whether the devices are twins, too, as they always are in real life
 * @param {string} [points] of each meter
 */
export async function benchDistrict(meters, withDevices, points) {
  const table = metersCsv(meters, (i) => `building:x:${i}`, points);
  const folder = { read: async () => new TextEncoder().encode(table), list: async () => undefined };
  const { district } = await loadDistrict(manifest([]), folder);
  if (!district) throw new Error("the district of the bench cannot be loaded");
  if (!withDevices) {
    for (const { id, kind } of [...district.twins.values()]) if (kind === "device") district.twins.delete(id);
    district.links = district.links.filter(({ from }) => district.twins.has(from));
  }
  return district;
}

/** A small network (EPANET) for each part, which is a cell of the district: twins that are no meters and no devices. */
const NETWORK =
  "[JUNCTIONS]\n J 0 0\n[RESERVOIRS]\n R 50\n[PIPES]\n P R J 100 100 100 0\n[OPTIONS]\n Units LPS\n[END]\n";
const partName = (/** @type {number} */ part) => `part-${part}`;

/**
 * Writes the folder of a district whose meters are dealt out in turn among `parts` partitions; with none, all are those of buildings, in
 * one partition. Gives the names of the parts.
 * @param {string} folder
 * @param {{ meters: number, parts: number }} sizes
 */
export function writeDistrict(folder, { meters, parts }) {
  const names = Array.from({ length: parts }, (_, part) => partName(part));
  mkdirSync(folder, { recursive: true });
  for (const name of names) writeFileSync(join(folder, `${name}.inp`), NETWORK);
  writeFileSync(join(folder, "district.yaml"), manifest(names));
  writeFileSync(
    join(folder, "meters.csv"),
    metersCsv(meters, (i) => (parts === 0 ? `building:x:${i}` : `junction:${partName(i % parts)}:J`)),
  );
  return names;
}

function manifest(/** @type {string[]} */ networks) {
  const sources = networks.map((name) => `  - { id: ${name}, type: epanet, file: ${name}.inp }`);
  const head = `district: ${DISTRICT}\nname: Bench\ntimezone: Europe/Berlin\nmeters: meters.csv\n`;
  return `${head}${sources.length > 0 ? ["sources:", ...sources].join("\n") : "sources: []"}\n`;
}

/** Meters of a network may count a whole city unless they say what they can; here they are to doubt the same readings as a building's. */
const MOST_W = 2_000_000;

/** @param {number} count @param {(meter: number) => string} measures @param {string} [points] */
function metersCsv(count, measures, points = TWO_POINTS) {
  const rows = ["id,carrier,measures,device,points,interval,maxPowerW"];
  for (let i = 0; i < count; i++) {
    rows.push(
      `${meterName(i)},electricity,${measures(i)},${deviceName(i)},${points},PT15M,${measures(i).startsWith("building") ? "" : MOST_W}`,
    );
  }
  return rows.join("\n");
}
