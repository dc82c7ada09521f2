// Real files, and the promise that a city gives the same twins whatever format it comes in.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Attributes } from "../../../models/district.ts";
import { loadCityGml } from "../../../models/loaders/citygml.ts";
import { loadCityJson } from "../../../models/loaders/cityjson.ts";
import { asCityGml, type CityJson } from "./citygml-forms.ts";

const read = (path: string) => readFileSync(new URL(`../../fixtures/${path}`, import.meta.url));
const json = (path: string) => JSON.parse(read(path).toString()) as CityJson;
const bytesOf = (text: string) => new TextEncoder().encode(text);

async function loadFixture(file: string) {
  const part = await loadCityGml({ source: "city", file, bytes: read(`citygml/${file}`) });
  const twin = (id: string) => part.twins.find((candidate) => candidate.id === id)!;
  return { ...part, twin, codes: part.findings.map(({ code }) => code) };
}

/** CityGML 2 knows the year alone, as CityJSON 1 does. */
function withYears(city: CityJson): CityJson {
  const years = structuredClone(city);
  for (const { attributes = {} } of Object.values(years.CityObjects)) {
    attributes.yearOfConstruction = Number(String(attributes.dateOfConstruction).slice(0, 4));
    delete attributes.dateOfConstruction;
  }
  return years;
}

describe("CityJSON and CityGML of the same 100 buildings give equal twins", () => {
  const city = json("cityjson/lod2_buildings_v2.json");
  test.each([
    ["CityGML 2", 2, withYears(city), "urn:ogc:def:crs,crs:EPSG:6.12:3068,crs:EPSG:6.12:5783"],
    ["CityGML 3", 3, city, "http://www.opengis.net/def/crs/EPSG/6.12/3068"],
  ] as const)("%s", async (_name, version, original, srsName) => {
    const gml = await loadCityGml({
      source: "s",
      file: "a.gml",
      bytes: bytesOf(asCityGml(original, version, srsName)),
    });
    const same = await loadCityJson({ source: "s", file: "a.json", bytes: bytesOf(JSON.stringify(original)) });
    expect(gml.twins).toHaveLength(100);
    expect(gml.twins).toEqual(same.twins);
    expect(gml.links).toEqual(same.links);
    expect(gml.census!.read).toEqual(same.census!.read);
    expect(gml.twins.reduce((sum, { attributes }) => sum + Number(attributes.volumeM3), 0)).toBeCloseTo(35_184, 2);
  });

  test.each(["DH_01_subs.city.json", "rotterdam_one.json"])("and so does %s, with its parts", async (file) => {
    const original = json(`cityjson/${file}`);
    for (const version of [2, 3] as const) {
      const gml = await loadCityGml({ source: "s", file: "a.gml", bytes: bytesOf(asCityGml(original, version)) });
      const same = await loadCityJson({ source: "s", file, bytes: read(`cityjson/${file}`) });
      expect(gml.twins.length).toBeGreaterThan(0);
      expect(gml.twins).toEqual(same.twins);
    }
  });
});

describe("the house with an Energy ADE", async () => {
  const { twins, twin, census, codes } = await loadFixture("FZKHouseLoD3-ADE.gml");
  const { attributes } = twin("building:city:UUID_d281adfc-4901-0f52-540b-4cc1a9325f82");
  const energy = attributes.energy as Record<string, Attributes[]>;
  const [zone] = energy.thermalZone!;

  test("is one building, measured as the file measured it", () => {
    expect(twins).toHaveLength(1);
    expect(codes).toEqual([]);
    const [volume] = energy.volume!;
    const { value } = volume!.value as { value: number };
    expect(attributes.volumeM3).toBeCloseTo(value, 3);
    expect(attributes.heightM).toBeCloseTo(Number(attributes.measuredHeight), 5);
    const slab = (zone!.boundedBy as Attributes[]).find((part) => part.thermalBoundaryType === "groundSlab")!;
    expect(attributes.footprintAreaM2).toBeCloseTo((slab.area as { value: number }).value, 6);
  });

  test("keeps what CityGML says of it, codes as texts and numbers as numbers", () => {
    expect(attributes).toMatchObject({
      ...{ name: "AC14-FZK-Haus", creationDate: "2010-12-01", class: "1000", function: "1000", usage: "1000" },
      ...{ yearOfConstruction: 2020, roofType: "1030", measuredHeight: 6.51769145362398 },
      ...{ storeysAboveGround: 2, storeysBelowGround: 0, lods: ["3"] },
    });
  });

  test("has its thermal zone with boundaries and openings, each with its construction", () => {
    expect(zone).toMatchObject({ id: "GML_0d710724-1143-47e2-b824-0dadf29c1a84", isHeated: true, isCooled: false });
    const boundaries = zone!.boundedBy as Attributes[];
    expect(boundaries.map((boundary) => boundary.thermalBoundaryType)).toEqual([
      ...["outerWall", "outerWall", "outerWall", "outerWall", "roof", "roof", "groundSlab"],
    ]);
    expect(boundaries[0]).toMatchObject({
      azimuth: { value: 0, uom: "deg" },
      inclination: { value: 90, uom: "deg" },
      area: { value: 43.571281292110257, uom: "m2" },
      construction: "GML_d2366771-6937-42fd-b25f-2f0cf586aa86",
    });
    expect(boundaries.flatMap((boundary) => (boundary.contains as Attributes[]) ?? [])).toHaveLength(13);
    const ids = new Set(boundaries.map((boundary) => boundary.construction));
    const { definitions } = attributes.energy as { definitions: Record<string, Attributes[]> };
    expect(definitions.Construction).toHaveLength(5);
    for (const id of ids) expect(definitions.Construction!.some((construction) => construction.id === id)).toBe(true);
  });

  test("has its constructions in layers of materials, with the U-values of the file", () => {
    const { definitions } = attributes.energy as { definitions: Record<string, Attributes[]> };
    const roof = definitions.Construction!.find(({ name }) => name === "KIT-FZK-Haus-Dach")!;
    expect(roof.uValue).toEqual({ value: 0.4, uom: "W/K*m2" });
    const layers = roof.layer as { layerComponent: Attributes[] }[];
    const timber = layers.find(({ layerComponent }) => layerComponent.length === 2)!.layerComponent;
    expect(timber.map(({ areaFraction }) => areaFraction)).toEqual([
      { value: 0.125, uom: "scale" },
      { value: 0.875, uom: "scale" },
    ]);
    const materials = [...definitions.SolidMaterial!, ...definitions.Gas!].map(({ id }) => id);
    const used = definitions.Construction!.flatMap(({ layer = [] }) =>
      (layer as { layerComponent: Attributes[] }[]).flatMap((of) => of.layerComponent.map(({ material }) => material)),
    );
    expect(new Set(used)).toEqual(new Set(materials));
    expect(definitions.SolidMaterial).toHaveLength(12);
  });

  test("has its usage zone with occupants, appliances and schedules of 24 hours", () => {
    const [usage] = energy.usageZone!;
    const [occupants] = usage!.occupiedBy as Attributes[];
    expect(occupants).toMatchObject({ numberOfOccupants: 2, heatDissipation: { totalValue: { value: 82, uom: "W" } } });
    expect((usage!.equippedWith as Attributes[]).map(({ type }) => type)).toEqual([
      "ElectricalAppliances",
      "LightingFacilities",
    ]);
    expect(usage!.usageZoneType).toEqual({
      value: "office",
      codeSpace: "http://hub.geosmartcity.eu/registry/codelist/CurrentUseValue/",
    });
    const heating = usage!.heatingSchedule as { periodOfYear: { dailySchedule: Attributes[] }[] };
    const days = heating.periodOfYear[0]!.dailySchedule;
    expect(days.map(({ dayType }) => dayType)).toEqual(["weekDay", "weekEnd"]);
    expect(days[0]!.schedule).toMatchObject({
      timeInterval: { value: 1, unit: "hour" },
      values: { value: Array(24).fill(20), uom: "C" },
    });
  });

  test("nothing of it is left uncounted", () => {
    const text = read("citygml/FZKHouseLoD3-ADE.gml").toString();
    const occurrences = (name: string) => text.match(new RegExp(`<(energy|bldg):${name}[ >]`, "g"))!.length;
    expect(census!.read).toEqual({ Building: 1 });
    expect(census!.unknown).toEqual({});
    for (const [name, count] of Object.entries(census!.kept)) expect([name, count]).toEqual([name, occurrences(name)]);
    expect(Object.keys(census!.kept)).toEqual(expect.arrayContaining(["WallSurface", "Window", "Layer", "Gas"]));
  });
});

test("storeys, units and rooms that only link to each other are put together", async () => {
  const { twins, twin, links, census, codes } = await loadFixture("BuildingUnits_Storeys_xlink.gml");
  expect(codes).toEqual([]);
  expect(census!.read).toEqual({ Building: 1, Storey: 2, BuildingRoom: 3 });
  expect(twins.map(({ kind }) => kind)).toEqual(["building", "storey", "storey", "space", "space", "space"]);
  expect(links.map(({ from, to }) => `${from} > ${to}`)).toEqual([
    "building:city:building_unit_example_1 > storey:city:storey1",
    "building:city:building_unit_example_1 > storey:city:storey2",
    "storey:city:storey1 > space:city:apartment1",
    "storey:city:storey2 > space:city:apartment2",
    "building:city:building_unit_example_1 > space:city:staircase",
  ]);
  const units = ["1", "2"].map((number) => ({
    ...{ id: `BuildingUnit_apartment${number}`, attributes: { function: "apartment" }, storey: `storey${number}` },
  }));
  expect(twin("building:city:building_unit_example_1").attributes).toMatchObject({
    ...{ footprintAreaM2: 13 * 11, heightM: 10, units },
  });
  // The floor of the file: 12.8 m by 10.8 m, less the staircase of 3.2 m by 4 m.
  const room = twin("space:city:apartment1").attributes;
  expect(room).toMatchObject({ unit: "BuildingUnit_apartment1" });
  expect(room.floorAreaM2).toBeCloseTo(12.8 * 10.8 - 3.2 * 4, 5);
  expect(twin("storey:city:storey2").attributes.floorAreaM2).toBeCloseTo(12.8 * 10.8, 5);
});

test("a Dynamizer is an attribute of the room that it is bound to, and its datastream a device in it", async () => {
  const { twin, links, census } = await loadFixture("Building_CityGML3.0_with_Dynamizer_and_SensorConnection_V1.gml");
  const room = twin("space:city:DEBY_LOD2_5744682_room1");
  expect(room.name).toBe("Living Room");
  const connection = {
    ...{ connectionType: "ogc_sta_1.0", observationProperty: "Temperature", uom: "Celsius", datastreamID: "1" },
    ...{ baseURL: "http://127.0.0.1:8080/FROST-Server/v1.0", authType: "none" },
    sensorLocation: "DEBY_LOD2_5744682_room1",
  };
  expect(room.attributes).toMatchObject({
    temperature: 20.2,
    dynamizers: [
      {
        ...{ id: "room1_Dynamizer", startTime: "2019-01-01T00:00:00Z", endTime: "2020-01-01T00:00:00Z" },
        attributeRef:
          "//bldg:BuildingRoom[@gml:id='DEBY_LOD2_5744682_room1']/genericAttribute/gen:DoubleAttribute[name='temperature']/gen:value",
        sensorConnection: connection,
      },
    ],
  });
  expect(twin("device:city:room1_Dynamizer").attributes).toMatchObject({ sensorConnection: connection });
  expect(links).toContainEqual({ from: room.id, role: "contains", to: "device:city:room1_Dynamizer" });
  expect(census!.kept.Dynamizer).toBe(1);
});

test("heights, addresses and references of CityGML 3", async () => {
  const { twin } = await loadFixture("Building_CityGML3.0_LOD2_with_several_attributes.gml");
  const { attributes } = twin("building:city:DEBY_LOD2_5744682");
  expect(attributes).toMatchObject({
    ...{ measuredHeight: 8.55, heightM: 8.55, roofType: "3100", function: "31001_9998" },
    ...{ StandLK: "2014-07-28", Gemeindeschluessel: "09175128", creationDate: "2014-10-08T00:00:00" },
    externalReferences: [
      {
        targetResource: "urn:adv:oid:DEBYvAAAAAAS3QeS",
        informationSystem: "http://repository.gdi-de.org/schemas/adv/citygml/fdv/art.htm#_9100",
      },
    ],
    address: [
      {
        ...{ Country: "Germany", Locality: "Moosach", ThoroughfareName: "Am Hang", ThoroughfareNumber: "15" },
        ...{ Postcode: "85665", location: { crs: "urn:ogc:def:crs:EPSG::4326" } },
      },
    ],
  });
  expect(attributes.volumeM3).toBeGreaterThan(0);
});

test("a building in degrees is measured in metres, and lies where the file says", async () => {
  const { twins } = await loadFixture("JeffersonBuilding_CityGML3.0_LOD1_with_xAL3_CommonTypes.gml");
  const { attributes } = twins[0]!;
  const { latDeg, lonDeg } = attributes.location as { latDeg: number; lonDeg: number };
  expect(latDeg).toBeCloseTo(Number(attributes.latitude), 3);
  expect(lonDeg).toBeCloseTo(Number(attributes.longitude), 3);
  expect(attributes.heightM).toBeCloseTo(9.31, 6);
  // Within the 0.2 % that a sphere differs from the ellipsoid.
  expect(Number(attributes.footprintAreaM2) / Number(attributes.area)).toBeCloseTo(1, 2);
});
