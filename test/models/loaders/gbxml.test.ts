// The gbXML loader: a box whose areas and U-values are known by hand, in two systems of units, and broken files.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Attributes } from "../../../models/district.ts";
import { GBXML_FINDINGS, loadGbxml } from "../../../models/loaders/gbxml.ts";
import type { DistrictPart } from "../../../models/loaders/loader.ts";

const fixture = (name: string) => readFileSync(join(import.meta.dirname, "../../fixtures/gbxml", name));
const load = (bytes: Uint8Array | string) =>
  loadGbxml({
    source: "s",
    file: "b.xml",
    bytes: typeof bytes === "string" ? Buffer.from(bytes) : bytes,
  }) as DistrictPart;
const attributes = (part: DistrictPart, id: string): Attributes =>
  part.twins.find((twin) => twin.id === id)!.attributes;
const codes = (part: DistrictPart) => part.findings.map(({ code }) => code);

const BOX = fixture("box-si.xml").toString();

describe("a box of two storeys, 10 by 8 by 6 m (synthetic)", () => {
  const part = load(BOX);

  test("building, storeys and spaces are twins, and every element with an id is counted once", () => {
    expect(part.twins.map(({ id, name }) => [id, name])).toEqual([
      ["building:s:b1", "Box"],
      ["storey:s:st0", "Ground floor"],
      ["storey:s:st1", "First floor"],
      ["space:s:sp0", "Ground office"],
      ["space:s:sp1", "Upper office"],
    ]);
    expect(part.links.map(({ from, role, to }) => `${from} ${role} ${to}`)).toEqual([
      "building:s:b1 contains storey:s:st0",
      "building:s:b1 contains storey:s:st1",
      "storey:s:st0 contains space:s:sp0",
      "storey:s:st1 contains space:s:sp1",
    ]);
    const { read, kept, unknown } = part.census!;
    expect([read, unknown]).toEqual([{ Building: 1, BuildingStorey: 2, Space: 2 }, {}]);
    const counted = [...Object.values(read), ...Object.values(kept)].reduce((sum, one) => sum + one, 0);
    expect(counted).toBe([...BOX.matchAll(/ id="/g)].length);
    expect(part.findings).toEqual([]);
  });

  test("the envelope has the areas of a box, less its openings, by orientation", () => {
    const { envelope, surfaces } = attributes(part, "building:s:b1");
    expect(envelope).toEqual({
      // 2 * (10 + 8) * 6 less two windows of 2 by 1.5 and a door of 1 by 2.1
      walls: { areaM2: 207.9, uValueWPerM2K: expect.anything(), areaM2ByOrientation: { S: 54, E: 48, N: 57.9, W: 48 } },
      roofs: { areaM2: 79, uValueWPerM2K: 0.2, areaM2ByOrientation: { horizontal: 79 } },
      floors: { areaM2: 80, uValueWPerM2K: expect.anything(), areaM2ByOrientation: { horizontal: 80 } },
      windows: { areaM2: 7, uValueWPerM2K: 1.1, areaM2ByOrientation: { S: 6, horizontal: 1 } },
      doors: { areaM2: 2.1, uValueWPerM2K: 1.8, areaM2ByOrientation: { N: 2.1 } },
    });
    const list = surfaces as Attributes[];
    expect(list).toHaveLength(10);
    expect(list.find(({ id }) => id === "east0")).toMatchObject({ areaM2: 24, azimuthDeg: 90, tiltDeg: 90 });
    expect(list.find(({ id }) => id === "west1")).toMatchObject({ areaM2: 24, azimuthDeg: 270, tiltDeg: 90 });
    expect(list.find(({ id }) => id === "slab")).toMatchObject({ areaM2: 80, tiltDeg: 180 });
  });

  test("U-values that are not given come from the layers and the surface resistances of ISO 6946", () => {
    const { walls, floors } = attributes(part, "building:s:b1").envelope as Record<string, Attributes>;
    // 0.24 / 0.8 + 0.14 / 0.035 + 0.18 = 4.48; a slab has earth below it
    expect(walls!.uValueWPerM2K).toBeCloseTo(1 / (0.13 + 4.48 + 0.04), 8);
    expect(floors!.uValueWPerM2K).toBeCloseTo(1 / (0.17 + 0.2 / 2), 7);
  });

  test("a building has sums, its place, its use, its meters and the schedules of its spaces", () => {
    expect(attributes(part, "building:s:b1")).toMatchObject({
      ...{ buildingType: "Office", grossFloorAreaM2: 170, netFloorAreaM2: 160, volumeM3: 480 },
      ...{
        location: { latDeg: 50.1, lonDeg: 8.6 },
        meters: [{ id: "me1", meterType: "Electricity", name: "Main meter" }],
      },
      ...{ shades: [{ id: "tree", areaM2: 20 }], daySchedules: [{ scheduleValue: [0, 1, 0.5] }] },
      constructions: expect.arrayContaining([expect.objectContaining({ id: "c_wall", layersRValueM2KPerW: 4.48 })]),
    });
    expect(attributes(part, "building:s:b1")).not.toHaveProperty("id");
  });

  test("a space has its size, its people and powers, its zone and its surfaces, also those within", () => {
    const space = attributes(part, "space:s:sp0");
    expect(space).toMatchObject({
      ...{ netFloorAreaM2: 80, netVolumeM3: 240, conditionType: "HeatedAndCooled", peopleNumber: 4 },
      ...{ lightingPowerWPerM2: 8, equipmentPowerWPerM2: 12, zone: { name: "Zone 1", designHeatTDegC: 20 } },
      schedules: { people: { id: "sch_people", name: "Office people" }, light: { id: "sch_light" } },
    });
    expect((space.surfaces as Attributes[]).map(({ id }) => id)).toContain("mid");
    expect(Object.keys(space.envelope as Attributes)).toEqual(["walls", "floors", "windows", "doors"]);
  });

  test("the same box in feet, Fahrenheit and BTU, as version 0.37 has it, says the same", () => {
    const other = load(fixture("box-ip.xml"));
    expect(other.findings).toEqual([]);
    expect(rounded(other.twins)).toEqual(rounded(part.twins));
    expect(other.links).toEqual(part.links);
  });
});

describe("units", () => {
  const oneSpace = (root: string, area: string) =>
    `<gbXML version="6.01" ${root}><Campus id="c"><Building id="b"><Space id="s"><Area${area}</Area></Space></Building></Campus></gbXML>`;
  const all = 'temperatureUnit="C" lengthUnit="Meters" areaUnit="SquareFeet" volumeUnit="CubicMeters"';

  test("that of the element goes before that of the root", () => {
    expect(attributes(load(oneSpace(all, ">100")), "space:s:s").netFloorAreaM2).toBeCloseTo(9.290304, 6);
    expect(attributes(load(oneSpace(all, ' unit="SquareMeters">100')), "space:s:s").netFloorAreaM2).toBe(100);
  });

  test("one that is not there or not known is told of", () => {
    expect(codes(load(oneSpace("", ">100")))).toEqual(["GBXML_UNIT_MISSING"]);
    expect(codes(load(oneSpace(all, ' unit="Acres">100')))).toEqual(["GBXML_UNIT_UNKNOWN", "GBXML_AREA_MISSING"]);
  });
});

describe("each fault is told of, with its line, and the rest is read", () => {
  const faults: [what: string, text: string, code: string][] = [
    ["a tag that is none", BOX.replace('<Building id="b1"', '< broken <Building id="b1"'), "GBXML_XML"],
    ["a file that stops", BOX.slice(0, BOX.indexOf("<Zone")), "GBXML_TRUNCATED"],
    ["a version of the future", BOX.replace('version="7.03"', 'version="9.01"'), "GBXML_VERSION"],
    ["a number that is none", BOX.replace("<Area>80<", "<Area>eighty<"), "GBXML_VALUE"],
    ["no area", BOX.replace("<Area>80</Area>", ""), "GBXML_AREA_MISSING"],
    ["a surface without id", BOX.replace('<Surface id="east0"', "<Surface"), "GBXML_NO_ID"],
    ["an id twice", BOX.replace('id="sp1"', 'id="sp0"'), "GBXML_DUPLICATE_ID"],
    ["a reference to nothing", BOX.replace('zoneIdRef="z1"', 'zoneIdRef="z9"'), "GBXML_DANGLING"],
    ["a wall beside nothing", BOX.replace('<AdjacentSpaceId spaceIdRef="sp0"/>', ""), "GBXML_SURFACE_LOOSE"],
    [
      "a surface without geometry",
      BOX.replaceAll("PolyLoop", "Loop").replaceAll("<Width>", "<Breadth>").replaceAll("</Width>", "</Breadth>"),
      "GBXML_NO_GEOMETRY",
    ],
    [
      "a window larger than its wall",
      BOX.replace('surfaceType="ExteriorWall" constructionIdRef="c_wall" exposedToSun', "exposedToSun").replace(
        "<Coordinate>6</Coordinate>",
        "<Coordinate>600</Coordinate>",
      ),
      "GBXML_OPENINGS_TOO_LARGE",
    ],
    ["a construction without values", BOX.replace(/<Conductivity.*?<\/Conductivity>/, ""), "GBXML_U_VALUE"],
    ["a U-value of another unit", BOX.replace(">0.2</U-value>", ">200</U-value>"), "GBXML_U_VALUE_IMPLAUSIBLE"],
    [
      "an element that is not in the schema",
      BOX.replace("</gbXML>", '<Windmill id="w"/></gbXML>'),
      "GBXML_ELEMENT_UNKNOWN",
    ],
    ["a zone that no space is in", BOX.replace("</gbXML>", '<Zone id="z2"/></gbXML>'), "GBXML_UNATTACHED"],
  ];
  test.each(faults)("%s", (_, text, code) => {
    const part = load(text);
    expect(part.findings.filter((finding) => finding.code === code).map(({ at }) => at)).toContainEqual(
      expect.stringMatching(/^line \d+$/),
    );
    expect(part.twins.filter(({ kind }) => kind === "building")).toHaveLength(1);
    check(part);
  });
});

test("a file that is none of gbXML, and one that declares entities, give no twins", () => {
  for (const [text, code] of [
    ["", "GBXML_NOT_GBXML"],
    ["hello", "GBXML_NOT_GBXML"],
    ["<CityModel/>", "GBXML_NOT_GBXML"],
    [BOX.replace("<gbXML", '<!DOCTYPE gbXML [<!ENTITY a "b">]><gbXML'), "GBXML_ENTITIES"],
  ] as const) {
    expect(load(text)).toMatchObject({ twins: [], links: [], branches: [] });
    expect(codes(load(text))).toEqual([code]);
  }
  expect(codes(load('<gbXML version="7.03"/>'))).toEqual(["GBXML_UNIT_MISSING", "GBXML_NO_BUILDING"]);
});

test("a file reads the same in UTF-16 and with CR LF, and elements nested without end are passed over", () => {
  const { twins } = load(BOX);
  expect(load(Buffer.from(`\ufeff${BOX}`, "utf16le")).twins).toEqual(twins);
  expect(load(BOX.replaceAll("\n", "\r\n")).twins).toEqual(twins);
  const nested = load(BOX.replace("</gbXML>", "<a>".repeat(50_000)));
  expect(codes(nested)).toContain("GBXML_XML");
  expect(nested.twins).toEqual(twins);
});

test("L1: whatever happens to the bytes, nothing is thrown, ids are unique, and every link names a twin (D2)", () => {
  const original = fixture("box-si.xml");
  const damage = fc.array(fc.tuple(fc.nat(original.length - 1), fc.nat(255), fc.nat(60)), {
    minLength: 1,
    maxLength: 10,
  });
  fc.assert(
    fc.property(damage, (spots) => {
      const bytes = [...original];
      for (const [at, value, removed] of spots) bytes.splice(at, removed, value);
      check(load(Uint8Array.from(bytes)));
    }),
    { numRuns: 150, seed: 4711 },
  );
});

test("L1: nor when ids and references are exchanged at will", () => {
  const ids = [...new Set([...BOX.matchAll(/ id="(\w+)"/g)].map((match) => match[1]!))];
  const places = [...BOX.matchAll(/(?:id|IdRef)="\w+"/g)].length;
  const exchange = fc.array(fc.tuple(fc.nat(places - 1), fc.constantFrom(...ids)), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(exchange, (exchanged) => {
      const changes = new Map(exchanged);
      let place = 0;
      check(
        load(
          BOX.replace(/(id|IdRef)="\w+"/g, (whole, name) => {
            const id = changes.get(place++);
            return id === undefined ? whole : `${name}="${id}"`;
          }),
        ),
      );
    }),
    { numRuns: 150, seed: 4711 },
  );
});

function check(part: DistrictPart): void {
  const ids = new Set(part.twins.map(({ id }) => id));
  expect(ids.size).toBe(part.twins.length);
  for (const { from, to } of part.links) expect(ids.has(from) && ids.has(to)).toBe(true);
  for (const { code } of part.findings) expect(GBXML_FINDINGS).toHaveProperty(code);
  expect(() => JSON.stringify(part)).not.toThrow();
}

/** Numbers to five digits: feet and BTU are written with so many. */
function rounded(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, one) => (typeof one === "number" ? Number(one.toPrecision(5)) : one));
}
