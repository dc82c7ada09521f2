import { describe, expect, test } from "vitest";
import { attributesOf, CORNERS, city, codesOf, FACES, house, load, MEANINGS, solid } from "./cityjson-forms.ts";

const CUBE = { footprintAreaM2: 1, heightM: 1, volumeM3: 1 };

describe("a cube of one metre", () => {
  test("has an area, a height, a volume and a place", async () => {
    const part = await load(house(solid({ semantics: MEANINGS })));
    expect(part.findings).toEqual([]);
    expect(part.twins).toHaveLength(1);
    expect(part.twins[0]!.attributes).toMatchObject({
      ...CUBE,
      lods: ["1"],
      position: { x: 85_000.5, y: 447_500.5, z: 0, crs: "https://www.opengis.net/def/crs/EPSG/0/7415" },
    });
    const { latDeg, lonDeg } = part.twins[0]!.attributes.location as { latDeg: number; lonDeg: number };
    expect(latDeg).toBeCloseTo(52.01144709, 5); // PROJ's EPSG:28992 at (85000.5, 447500.5): 52.0114471, 4.3675884
    expect(lonDeg).toBeCloseTo(4.36758836, 5);
  });

  const { transform: _, ...inMetres } = house(solid(), { version: "1.0" });
  const template = { type: "Solid", lod: "2", boundaries: [FACES] };
  const matrix = [0, -0.1, 0, 0, 0.1, 0, 0, 0, 0, 0, 0.1, 0, 0, 0, 0, 1]; // a tenth of the size, turned by 90 degrees
  const instance = { type: "GeometryInstance", template: 0, boundaries: [1], transformationMatrix: matrix };

  test.each([
    ["without semantics", house()],
    [
      "as MultiSolid",
      house(
        solid({ type: "MultiSolid", boundaries: [[FACES]], semantics: { ...MEANINGS, values: [MEANINGS.values] } }),
      ),
    ],
    ["as CompositeSolid", house(solid({ type: "CompositeSolid", boundaries: [[FACES]] }))],
    [
      "with half of its semantics null",
      house(solid({ semantics: { surfaces: MEANINGS.surfaces, values: [[0, null]] } })),
    ],
    ["with semantics of null", house(solid({ semantics: { surfaces: MEANINGS.surfaces, values: [null] } }))],
    [
      "in 1.0 without a transform",
      { ...inMetres, vertices: CORNERS.map(([x, y, z]) => [x! / 10 + 85_000, y! / 10 + 447_500, z! / 10]) },
    ],
    ["in 1.0 with a lod that is a number", house(solid({ lod: 1 }), { version: "1.0" })],
    ["with its corners repeated", house(solid({ boundaries: [FACES.map(([ring]) => [[...ring!, ring![0]]])] }))],
    [
      "of a template",
      house(instance, { "geometry-templates": { templates: [template], "vertices-templates": CORNERS } }),
    ],
  ])("%s, measures the same", async (_form, file) => {
    expect(await attributesOf(file)).toMatchObject(CUBE);
    expect(await codesOf(file)).toEqual([]);
  });

  test.each(["MultiSurface", "CompositeSurface"])("as %s has no volume", async (type) => {
    const attributes = await attributesOf(house({ type, lod: "2", boundaries: FACES }));
    expect(attributes).toMatchObject({ footprintAreaM2: 1, heightM: 1 });
    expect(attributes.volumeM3).toBeUndefined();
  });

  test("that is open has no volume, and is a warning", async () => {
    const file = house(solid({ boundaries: [FACES.slice(0, 5)] }));
    expect((await attributesOf(file)).volumeM3).toBeUndefined();
    expect(await codesOf(file)).toEqual(["warning CITYJSON_SOLID_OPEN CityObjects/b1"]);
  });

  test("with one face turned over has no volume, and is a warning", async () => {
    const file = house(solid({ boundaries: [[FACES[0]!.map((ring) => ring.toReversed()), ...FACES.slice(1)]] }));
    expect((await attributesOf(file)).volumeM3).toBeUndefined();
    expect(await codesOf(file)).toEqual(["warning CITYJSON_SOLID_OPEN CityObjects/b1"]);
  });

  test("V2 that is inside out has its volume, and is a warning", async () => {
    const file = house(solid({ boundaries: [FACES.map((rings) => rings.map((ring) => ring.toReversed()))] }));
    expect(await attributesOf(file)).toMatchObject(CUBE);
    expect(await codesOf(file)).toEqual(["warning CITYJSON_SOLID_INVERTED CityObjects/b1"]);
  });

  test("without a ground has the footprint of its roof", async () => {
    expect(await attributesOf(house({ type: "MultiSurface", lod: "2", boundaries: FACES.slice(1) }))).toMatchObject({
      footprintAreaM2: 1,
    });
  });
});

test("a hollow counts off the volume, a hole in the ground off the area", async () => {
  const inner = CORNERS.map((corner) => corner.map((value) => value / 2 + 2.5));
  const hollow = FACES.map((rings) => rings.map((ring) => ring.map((index) => index + 8).toReversed()));
  const vertices = [...CORNERS, ...inner];
  expect(await attributesOf(house(solid({ boundaries: [FACES, hollow] }), { vertices }))).toMatchObject({
    volumeM3: 0.875,
  });
  const ring = [8, 11, 10, 9];
  for (const hole of [ring, ring.toReversed()]) {
    const floor = { type: "MultiSurface", lod: "0", boundaries: [[FACES[0]![0], hole]] };
    const attributes = await attributesOf(house(floor, { vertices }));
    expect(attributes).toMatchObject({ footprintAreaM2: 0.75, position: { x: 85_000.5, y: 447_500.5 } });
  }
});

test("E1 the highest level of detail counts, as a number and not as a text", async () => {
  const roof = { type: "MultiSurface", lod: "0", boundaries: [[[4, 5, 6, 7]]] };
  const half = solid({ lod: "10", boundaries: [FACES] });
  const file = city({
    b1: { type: "Building", geometry: [roof, half, solid({ lod: "2.2", boundaries: [FACES.slice(1)] })] },
  });
  expect(await attributesOf(file)).toMatchObject({ ...CUBE, lods: ["0", "2.2", "10"] });
});

test("degrees are measured in metres", async () => {
  // A square of 0.001 degrees at 52 degrees north: 111.267 m by 68.678 m on the ellipsoid of WGS 84 (published tables).
  for (const [system, swap] of [
    ["http://www.opengis.net/def/crs/EPSG/0/4979", true],
    ["https://www.opengis.net/def/crs/OGC/1.3/CRS84", false],
  ] as const) {
    const vertices = CORNERS.map(([x, y, z]) => [x! / 10_000 + 4, y! / 10_000 + 52, z! / 10]).map(([x, y, z]) =>
      swap ? [y, x, z] : [x, y, z],
    );
    const file = house(solid(), {
      vertices,
      transform: { scale: [1, 1, 1], translate: [0, 0, 0] },
      metadata: { referenceSystem: system },
    });
    const attributes = await attributesOf(file);
    expect(Number(attributes.footprintAreaM2) / (111.267 * 68.678)).toBeCloseTo(1, 4);
    expect(Number(attributes.volumeM3) / (111.267 * 68.678)).toBeCloseTo(1, 4);
    const { latDeg, lonDeg } = attributes.location as { latDeg: number; lonDeg: number };
    expect(latDeg).toBeCloseTo(52.0005, 6);
    expect(lonDeg).toBeCloseTo(4.0005, 6);
  }
});
