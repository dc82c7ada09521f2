// The district of the bench: meters as meters.csv has them, each with a device of its own, through the real loader.

import { loadDistrict } from "../../dist/models/load.js";
import { deviceName, meterName } from "./readings.mjs";

export const DISTRICT = "bench";

/**
 * @param {number} meters
 * @param {boolean} withDevices whether the devices are twins, too, as they always are in real life
 */
export async function benchDistrict(meters, withDevices) {
  const rows = ["id,carrier,measures,device,points,interval"];
  for (let i = 0; i < meters; i++) {
    rows.push(`${meterName(i)},electricity,building:x:${i},${deviceName(i)},energyImport:kWh;power:W,PT15M`);
  }
  const manifest = `district: ${DISTRICT}\nname: Bench\ntimezone: Europe/Berlin\nsources: []\nmeters: meters.csv\n`;
  const { district } = await loadDistrict(manifest, async () => new TextEncoder().encode(rows.join("\n")));
  if (!district) throw new Error("the district of the bench cannot be loaded");
  if (!withDevices) {
    for (const { id, kind } of [...district.twins.values()]) if (kind === "device") district.twins.delete(id);
    district.links = district.links.filter(({ from }) => district.twins.has(from));
  }
  return district;
}
