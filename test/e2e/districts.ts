// Small districts for the end-to-end tests, made in a temporary folder out of the example's files and of small fixtures.
// The electric network is the example's medium-voltage one: opening `switch:mv:7` leaves the buses 12, 13 and 14 dead.

import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "./program.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
export const EXAMPLE = join(ROOT, "models/examples/altstadt");
export const FEEDER_SWITCH = "switch:mv:7";
/** `GlobalId` of the one building of 4walls1floorSite.ifc. */
const HOUSE = "1nxaHAOIr7bx3dQk8YkUvD";
export const NORTH = `building:north:${HOUSE}`;
export const SOUTH = `building:south:${HOUSE}`;
/** Buildings of multi_lod.json; a city model is read in no time. */
export const CITY = ["408703", "596872", "2128302", "2499572"].map((id) => `building:city:${id}`);

export interface DistrictPlan {
  id?: string;
  sources: { id: string; type: string; file: string; from?: string; text?: string }[];
  links?: [from: string, to: string][];
  /** Rows of meters.csv. */
  meters?: string[];
}

const house = (id: string) => ({
  ...{ id, type: "ifc", file: `bim/${id}.ifc` },
  from: join(ROOT, "test/fixtures/ifc/4walls1floorSite.ifc"),
});
export const MV = { id: "mv", type: "pandapower", file: "sim/mv.json", from: join(EXAMPLE, "sim/mv.json") };
export const LV = { id: "lv", type: "pandapower", file: "sim/lv.json", from: join(EXAMPLE, "sim/lv.json") };
const CITY_SOURCE = {
  ...{ id: "city", type: "cityjson", file: "city.json" },
  from: join(ROOT, "test/fixtures/cityjson/multi_lod.json"),
};

/** Two IFC houses at the end of the medium-voltage feeder, each with an electricity meter, one with a water meter. */
export const HOUSES: DistrictPlan = {
  sources: [MV, house("north"), house("south")],
  links: [
    ["bus:mv:13", NORTH],
    ["bus:mv:14", SOUTH],
  ],
  meters: [
    `e-north,electricity,${NORTH},dev-e-north,energyImport:kWh;power:W,PT1M`,
    `e-north-2,electricity,${NORTH},dev-e-north-2,energyImport:kWh;power:W,PT1M`,
    `e-south,electricity,${SOUTH},dev-e-south,energyImport:kWh;power:W,PT1M`,
    `w-south,water,${SOUTH},dev-w-south,volume:m3;flow:m3/h,PT5M`,
  ],
};

/** The example's way of supply: the medium-voltage network feeds the low-voltage one, which feeds two buildings. */
export const TWO_NETWORKS: DistrictPlan = {
  sources: [MV, LV, CITY_SOURCE],
  links: [
    ["bus:mv:14", "grid:lv:0"],
    ["bus:lv:34", CITY[0]!],
    ["bus:lv:47", CITY[1]!],
    ["bus:mv:3", CITY[2]!],
  ],
};

/** Four buildings, each with so many meters of PT1M: `dev-0`, `dev-1` ... in turn. Ready in about a second. */
export function metered(count: number, interval = "PT1M"): DistrictPlan {
  return {
    sources: [MV, CITY_SOURCE],
    links: CITY.map((building, i) => [`bus:mv:${[13, 14, 3, 4][i]}`, building]),
    meters: Array.from(
      { length: count },
      (_, i) => `e-${i},electricity,${CITY[i % CITY.length]},dev-${i},energyImport:kWh;power:W,${interval}`,
    ),
  };
}

/** Writes the folder of a district. */
export function district({ id = "e2e", sources, links = [], meters = [] }: DistrictPlan): string {
  const folder = temporaryFolder("district");
  for (const { file, from, text } of sources) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    if (text !== undefined) writeFileSync(join(folder, file), text);
    else if (from !== undefined) copyFileSync(from, join(folder, file));
  }
  const yaml = [
    ...[`district: ${id}`, "name: End to end", "timezone: Europe/Berlin", "sources:"],
    ...sources.map((source) => `  - { id: ${source.id}, type: ${source.type}, file: ${source.file} }`),
    ...(meters.length > 0 ? ["meters: meters.csv"] : []),
    ...(links.length > 0 ? ["links:", ...links.map(([from, to]) => `  - { from: "${from}", to: "${to}" }`)] : []),
  ];
  writeFileSync(join(folder, "district.yaml"), `${yaml.join("\n")}\n`);
  if (meters.length > 0) {
    writeFileSync(
      join(folder, "meters.csv"),
      `${["id,carrier,measures,device,points,interval", ...meters].join("\n")}\n`,
    );
  }
  return folder;
}
