// Real files: counts, and areas and volumes as computed by other means (prisms under each triangle, in Python).

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Attributes } from "../../../models/district.ts";
import { loadCityJson } from "../../../models/loaders/cityjson.ts";

async function load(path: string) {
  const file = new URL(`../../../${path}`, import.meta.url);
  const part = await loadCityJson({ source: "city", file: path, bytes: readFileSync(file) });
  const buildings = part.twins.filter((twin) => twin.kind === "building");
  const parts = buildings.flatMap((twin) => (twin.attributes.parts ?? []) as Attributes[]);
  const sum = (name: string) => buildings.reduce((total, twin) => total + Number(twin.attributes[name] ?? 0), 0);
  const codes = [...new Set(part.findings.map((finding) => finding.code))];
  return { ...part, buildings, parts, sum, codes };
}

test.each([
  ["DH_01_subs.city.json", { buildings: 4, parts: 8, areaM2: 247.8081, volumeM3: 1825.8623 }],
  ["multi_lod.json", { buildings: 10, parts: 0, areaM2: 530.0539, volumeM3: 2786.807 }],
  ["tile_901_first20.jsonl", { buildings: 20, parts: 20, areaM2: 2363.6043, volumeM3: 29434.0175 }],
  ["vienna.jsonl", { buildings: 20, parts: 65, areaM2: 8574.5076, volumeM3: 177397.267 }],
  ["lod2_buildings_v2.json", { buildings: 100, parts: 0, areaM2: 4800, volumeM3: 35184 }],
])("%s has the buildings, areas and volumes of the reference: %j", async (file, reference) => {
  const { buildings, parts, sum } = await load(`test/fixtures/cityjson/${file}`);
  expect(buildings).toHaveLength(reference.buildings);
  expect(parts).toHaveLength(reference.parts);
  expect(sum("footprintAreaM2")).toBeCloseTo(reference.areaM2, 2);
  expect(sum("volumeM3")).toBeCloseTo(reference.volumeM3, 2);
});

describe("the example of Delft", async () => {
  const { buildings, findings, links, sum } = await load("models/examples/altstadt/city/delft.city.json");

  test("has 160 buildings, and says what it has besides", () => {
    expect(buildings).toHaveLength(160);
    expect(links).toEqual([]);
    const others = findings.find((finding) => finding.code === "CITYJSON_NOT_TWINS")!;
    expect(others.severity).toBe("info");
    for (const count of [
      "143 Road",
      "126 PlantCover",
      "81 LandUse",
      "54 GenericCityObject",
      "3 Bridge",
      "3 WaterBody",
    ]) {
      expect(others.message).toContain(count);
    }
  });

  test("heights are those that the file says it was extruded to", () => {
    for (const { attributes } of buildings) {
      const extruded = Number(attributes.measuredHeight) - Number(attributes["min-height-surface"]);
      expect(attributes.heightM).toBeCloseTo(extruded, 6);
    }
  });

  test("its blocks have no bottom, so they have a footprint by their roof and no volume", () => {
    expect(sum("footprintAreaM2")).toBeCloseTo(8654.0347, 3); // all level triangles, by the shoelace formula
    expect(buildings.filter((twin) => twin.attributes.volumeM3 !== undefined)).toEqual([]);
    expect(findings.some((finding) => finding.code === "CITYJSON_SOLID_OPEN")).toBe(true);
  });

  test("stands in Delft", () => {
    for (const { attributes } of buildings) {
      const { latDeg, lonDeg } = attributes.location as { latDeg: number; lonDeg: number };
      expect(latDeg).toBeGreaterThan(52.0105);
      expect(latDeg).toBeLessThan(52.014);
      expect(lonDeg).toBeGreaterThan(4.362);
      expect(lonDeg).toBeLessThan(4.3702);
    }
  });

  test("a building keeps what the file says of it", () => {
    expect(buildings[0]).toMatchObject({
      id: "building:city:b1105d28c-00ba-11e6-b420-2bdcc4ab5d7f",
      attributes: { identificatiebagpnd: "503100000000035", bgt_status: "bestaand", measuredHeight: 6 },
    });
  });
});

test("heights of buildings and parts are those that their files measured", async () => {
  const vienna = await load("test/fixtures/cityjson/vienna.jsonl");
  const differences = vienna.parts.map((part) => {
    return Math.abs(Number((part.attributes as Attributes).measuredHeight) - Number(part.heightM));
  });
  expect(Math.max(...differences)).toBeLessThan(0.01);
  for (const { attributes } of (await load("test/fixtures/cityjson/lod2_buildings_v2.json")).buildings) {
    expect(attributes.heightM).toBe(attributes.measuredHeight);
  }
});

test("a system that cannot be true is told: Vienna does not lie in the Netherlands", async () => {
  const { buildings, codes } = await load("test/fixtures/cityjson/vienna.jsonl");
  expect(codes).toEqual(["CITYJSON_CRS_AREA"]);
  expect(buildings.every((twin) => twin.attributes.location === undefined)).toBe(true);
});

test("CityJSON 1.0 is read as well", async () => {
  const { buildings, codes, sum } = await load("test/fixtures/cityjson/3dbag_three_v1_0.json");
  expect(buildings).toHaveLength(3);
  expect(sum("volumeM3")).toBeCloseTo(1337.0648, 2);
  expect(codes).toEqual([]);
});

test("a building of an extension is a building, with a note", async () => {
  const { buildings, findings } = await load("test/fixtures/cityjson/5870_ext_first5.jsonl");
  expect(buildings).toHaveLength(5);
  expect(buildings[0]!.attributes.extensionType).toBe("BuildingZ");
  expect(findings.map((finding) => `${finding.code} ${finding.at}`)).toEqual([
    "CITYJSON_OBJECT_TYPE line 2 CityObjects/NL.IMBAG.Pand.0518100000213709",
    "CITYJSON_EXTENSION line 2 CityObjects/NL.IMBAG.Pand.0518100000213709",
  ]);
});

test("a file without its transform, but with real coordinates, is measured and has an error", async () => {
  const broken = await load("test/fixtures/cityjson/rotterdam_subset_cjio_test.json");
  expect(broken.buildings).toHaveLength(16);
  expect(broken.codes).toContain("CITYJSON_TRANSFORM");
  const good = await load("test/fixtures/cityjson/rotterdam_one.json");
  const same = broken.buildings.find((twin) => twin.id === good.buildings[0]!.id);
  expect(same?.attributes.footprintAreaM2).toBeCloseTo(Number(good.buildings[0]!.attributes.footprintAreaM2), 2);
});

test.each([
  ["dummy.json", 1],
  ["cube.json", 1],
])("%s, which is odd, gives %i building", async (file, count) => {
  expect((await load(`test/fixtures/cityjson/${file}`)).buildings).toHaveLength(count);
});

test("all objects are counted by what became of them", async () => {
  expect((await load("test/fixtures/cityjson/DH_01_subs.city.json")).census).toEqual({
    ...{ read: { Building: 4 }, kept: { BuildingPart: 8 }, unknown: {} },
  });
  const { read, unknown } = (await load("models/examples/altstadt/city/delft.city.json")).census!;
  expect(read).toEqual({ Building: 160 });
  expect(unknown).toMatchObject({ Road: 143, PlantCover: 126, LandUse: 81, GenericCityObject: 54, Bridge: 3 });
});
