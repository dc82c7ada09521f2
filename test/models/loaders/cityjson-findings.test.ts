import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { attributesOf, city, codesOf, house, type Json, load, solid } from "./cityjson-forms.ts";

const BUILDING = { type: "Building", geometry: [solid()] };

test.each<[string, Json, string[]]>([
  ["another type", { ...house(), type: "CityGML" }, ["error CITYJSON_TYPE type"]],
  ["a version that does not exist", house(solid(), { version: "7.0" }), ["error CITYJSON_VERSION version"]],
  ["no version", house(solid(), { version: undefined }), ["error CITYJSON_VERSION version"]],
  [
    "a broken transform",
    house(solid(), { transform: { scale: [1, 1] } }),
    ["error CITYJSON_TRANSFORM transform", "warning CITYJSON_NO_GEOMETRY CityObjects/b1"],
  ],
  [
    "a broken vertex",
    house(solid(), { vertices: [...(house().vertices as unknown[]), [1, "x"]] }),
    ["error CITYJSON_VERTICES vertices/8"],
  ],
  ["no metadata", house(solid(), { metadata: undefined }), ["warning CITYJSON_CRS_MISSING metadata/referenceSystem"]],
  [
    "a system that is not converted",
    house(solid(), { metadata: { referenceSystem: "EPSG:3068" } }),
    ["info CITYJSON_CRS_UNCONVERTED metadata/referenceSystem"],
  ],
  ["no geometry", city({ b1: { type: "Building" } }), ["warning CITYJSON_NO_GEOMETRY CityObjects/b1"]],
  [
    "a geometry of an unknown type",
    city({ b1: { type: "Building", geometry: [solid(), { type: "Blob" }] } }),
    ["error CITYJSON_GEOMETRY CityObjects/b1/geometry/1"],
  ],
  ["an object that is none", city({ b1: BUILDING, b2: 7 }), ["error CITYJSON_OBJECT CityObjects/b2"]],
  ["an object without a type", city({ b1: BUILDING, b2: {} }), ["error CITYJSON_OBJECT CityObjects/b2"]],
  [
    "an unknown type",
    city({ b1: BUILDING, x: { type: "Castle" } }),
    ["warning CITYJSON_OBJECT_TYPE CityObjects/x", "info CITYJSON_NOT_TWINS CityObjects"],
  ],
  [
    "a type of an extension",
    city({ b1: BUILDING, x: { ...BUILDING, type: "+NoiseBuilding" } }),
    ["info CITYJSON_EXTENSION CityObjects/x"],
  ],
  ["a road", city({ b1: BUILDING, r: { type: "Road" } }), ["info CITYJSON_NOT_TWINS CityObjects"]],
  [
    "an unknown child",
    city({ b1: { ...BUILDING, children: ["p"] } }),
    ["warning CITYJSON_RELATIVE_UNKNOWN CityObjects/b1"],
  ],
  [
    "an unknown parent",
    city({ b1: BUILDING, p: { type: "BuildingPart", parents: ["b2"] } }),
    ["warning CITYJSON_RELATIVE_UNKNOWN CityObjects/p", "error CITYJSON_ORPHAN CityObjects/p"],
  ],
  [
    "a child that does not know it",
    city({ b1: { ...BUILDING, children: ["p"] }, p: { type: "BuildingPart" } }),
    ["warning CITYJSON_RELATIVE_ONE_SIDED CityObjects/b1"],
  ],
  [
    "a parent that does not know it",
    city({ b1: BUILDING, p: { type: "BuildingPart", parents: ["b1"] } }),
    ["warning CITYJSON_RELATIVE_ONE_SIDED CityObjects/p"],
  ],
])("%s is a finding, and the building is there", async (_what, file, findings) => {
  expect(await codesOf(file)).toEqual(findings);
  expect(await attributesOf(file)).toBeDefined();
});

test("an index of a vertex that is not there leaves out its surface only", async () => {
  const boundaries = [[[[0, 3, 2, 1]], [[4, 5, 6, 99]], [[-1, 1, 5]], [["0", 1, 2]], [[0, 1]]]];
  const codes = await codesOf(house(solid({ boundaries })));
  expect(codes.filter((code) => code === "error CITYJSON_VERTEX_INDEX CityObjects/b1/geometry/0")).toHaveLength(3);
  expect(codes).toContain("warning CITYJSON_RING CityObjects/b1/geometry/0");
  expect(await attributesOf(house(solid({ boundaries })))).toMatchObject({ footprintAreaM2: 1 });
});

test("no vertices and no CityObjects are errors", async () => {
  expect(await codesOf({ type: "CityJSON", version: "1.0" })).toEqual([
    "error CITYJSON_VERTICES vertices",
    "error CITYJSON_OBJECT CityObjects",
  ]);
});

test("a ground without an area is a warning", async () => {
  const flat = { type: "MultiSurface", lod: "1", boundaries: [[[0, 1, 5, 4]]] };
  expect(await codesOf(house(flat))).toEqual(["warning CITYJSON_AREA_ZERO CityObjects/b1"]);
});

describe("families", () => {
  test("C2 a part counts in its building, as the rough building around it does not", async () => {
    const file = city({
      b1: { type: "Building", children: ["p1", "p2"], geometry: [solid({ lod: "0" })] },
      p1: { type: "BuildingPart", parents: ["b1"], geometry: [solid({ lod: "2.2" })], attributes: { roof: "flat" } },
      p2: { type: "BuildingPart", parents: ["b1"], geometry: [solid({ lod: "1.2" })] },
    });
    const { twins, findings } = await load(file);
    expect(findings).toEqual([]);
    expect(twins).toHaveLength(1);
    const measures = { footprintAreaM2: 1, heightM: 1, volumeM3: 1 };
    expect(twins[0]!.attributes).toMatchObject({
      footprintAreaM2: 2,
      volumeM3: 2,
      lods: ["0", "1.2", "2.2"],
      parts: [
        { id: "p1", attributes: { roof: "flat" }, ...measures },
        { id: "p2", attributes: {}, ...measures },
      ],
    });
  });

  test("storeys and rooms are twins inside their building; units and furniture are attributes", async () => {
    const { twins, links, findings } = await load(
      city({
        room: { type: "BuildingRoom", parents: ["unit"], geometry: [solid()] },
        hall: { type: "BuildingRoom", parents: ["b1"], attributes: { name: "Hall" } },
        unit: { type: "BuildingUnit", parents: ["storey"], children: ["room"], attributes: { owner: "A" } },
        storey: { type: "BuildingStorey", parents: ["b1"], children: ["unit"] },
        b1: { ...BUILDING, children: ["storey", "hall", "chair", "stair"] },
        chair: { type: "BuildingFurniture", parents: ["b1"] },
        stair: { type: "BuildingInstallation", parents: ["b1"] },
      }),
    );
    expect(findings).toEqual([]);
    expect(links).toEqual([
      { from: "building:s:b1", role: "contains", to: "storey:s:storey" },
      { from: "storey:s:storey", role: "contains", to: "space:s:room" },
      { from: "building:s:b1", role: "contains", to: "space:s:hall" },
    ]);
    const twin = (id: string) => twins.find((each) => each.id === id)!;
    expect(twin("space:s:room").attributes).toEqual({ unit: "unit", floorAreaM2: 1, heightM: 1, volumeM3: 1 });
    expect(twin("space:s:hall").name).toBe("Hall");
    expect(twin("building:s:b1").attributes).toMatchObject({
      units: [{ id: "unit", attributes: { owner: "A" } }],
      installations: { BuildingFurniture: 1, BuildingInstallation: 1 },
    });
  });

  test("Y2 a circle of parents is cut, and told of", async () => {
    const part = (parent: string, child: string) => ({ type: "BuildingPart", parents: [parent], children: [child] });
    const codes = await codesOf(city({ b1: BUILDING, x: part("y", "y"), y: part("x", "x"), z: part("z", "z") }));
    expect(codes).toEqual([
      ...["y", "z"].map((id) => `warning CITYJSON_CYCLE CityObjects/${id}`),
      ...["x", "y", "z"].map((id) => `error CITYJSON_ORPHAN CityObjects/${id}`),
    ]);
  });

  test("an id that stands twice in one file is told of, wherever else such a name stands", async () => {
    const once = JSON.stringify(city({ b1: { ...BUILDING, attributes: { b1: 1, 'a"b1': { b1: 2 } } } }));
    expect(await codesOf(once)).toEqual([]);
    const twice = once.replace('"CityObjects":{', '"CityObjects":{"b1" : {"type":"Building"},');
    expect(await codesOf(twice)).toEqual(["error CITYJSON_ID_TWICE CityObjects/b1"]);
  });

  test("a city without a building is told of", async () => {
    expect(await codesOf(city({}))).toEqual(["warning CITYJSON_BUILDING_MISSING CityObjects"]);
  });

  test("attributes keep their names, and those that are ours move to `model`", async () => {
    const attributes = { name: "Church", yearOfConstruction: 1496, heightM: 99, parts: "many" };
    const address = [{ city: "Delft" }];
    const { twins } = await load(city({ b1: { ...BUILDING, attributes, address } }));
    expect(twins[0]!.name).toBe("Church");
    expect(twins[0]!.attributes).toMatchObject({
      name: "Church",
      yearOfConstruction: 1496,
      address,
      heightM: 1,
      model: { heightM: 99, parts: "many" },
    });
  });
});

describe("CityJSONSeq", () => {
  const header = JSON.stringify({ ...city({}), vertices: [] });
  const feature = (id: string) => {
    const { CityObjects, vertices } = city({ [id]: BUILDING });
    return JSON.stringify({ type: "CityJSONFeature", id, CityObjects, vertices });
  };

  test.each(["a.city.jsonl", "a.json", "a.txt"])("is recognised in %s by its content", async (name) => {
    const { twins, findings } = await load([header, feature("b1"), feature("b2"), ""].join("\r\n"), name);
    expect(findings).toEqual([]);
    expect(twins.map((twin) => twin.id)).toEqual(["building:s:b1", "building:s:b2"]);
    expect(twins[1]!.attributes.volumeM3).toBe(1);
  });

  test("may have record separators (RFC 8142)", async () => {
    const { twins, findings } = await load([header, feature("b1")].map((line) => `\u001e${line}\n`).join(""));
    expect(findings).toEqual([]);
    expect(twins).toHaveLength(1);
  });

  test("C1 bad lines are findings with their number, and the others are read", async () => {
    const lines = [
      header,
      feature("b1"),
      '{"type":"CityJSONFeature",',
      "[]",
      '{"type":"Feature"}',
      feature("b1"),
      feature("b2"),
    ];
    expect(await codesOf(lines.join("\n"))).toEqual([
      "error CITYJSON_SEQ_LINE line 3, column 27",
      "error CITYJSON_SEQ_LINE line 4",
      "error CITYJSON_SEQ_LINE line 5",
      "error CITYJSON_ID_TWICE line 6 CityObjects/b1",
    ]);
    expect((await load(lines.join("\n"))).twins).toHaveLength(2);
  });

  test("without its first line is an error, and its buildings are there", async () => {
    const file = `${feature("b1")}\n${feature("b2")}`;
    expect((await codesOf(file))[0]).toBe("error CITYJSON_SEQ_HEADER line 1");
    expect((await load(file)).twins).toHaveLength(2);
  });
});

describe("a text that is no JSON", () => {
  const text = JSON.stringify(house(), null, 1);

  test("is an error with line and column, and what stands before is read", async () => {
    const cut = text.slice(0, text.indexOf('"vertices"'));
    const { twins, findings } = await load(cut);
    expect(findings[0]).toMatchObject({ severity: "error", code: "CITYJSON_JSON" });
    expect(findings[0]!.at).toMatch(/^line \d+, column \d+$/);
    expect(twins).toHaveLength(1);
  });

  test.each([
    "",
    "{}",
    "[]",
    "null",
    "ISO-10303-21;",
    "<CityModel/>",
    '{"type":"FeatureCollection"}',
    "[".repeat(300_000),
  ])("such as %.20j is an error", async (other) => {
    const { twins, findings } = await load(other);
    expect(twins).toEqual([]);
    expect(findings.some((finding) => finding.severity === "error")).toBe(true);
  });

  test("nesting without end, in any place, is a finding", async () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    const files = [
      house(solid({ boundaries: "DEEP" })),
      house(solid({ semantics: { surfaces: "DEEP", values: "DEEP" } }), { version: "DEEP" }),
      city({ b1: { ...BUILDING, children: ["DEEP"] } }),
      city({ b1: { ...BUILDING, attributes: { a: "DEEP" } } }),
      house(solid({ type: "DEEP" })),
      { ...house(), type: "DEEP" },
    ];
    for (const file of files) {
      const { twins, findings } = await load(JSON.stringify(file).replaceAll('"DEEP"', deep));
      expect(findings.length).toBeGreaterThan(0);
      expect(() => JSON.stringify(twins)).not.toThrow();
    }
  });

  test("that is not UTF-8 is a warning", async () => {
    const bytes = new TextEncoder().encode(JSON.stringify(house()).replace("b1", "bX"));
    const latin1 = bytes.map((byte) => (byte === 0x58 ? 0xfc : byte));
    expect(await codesOf(latin1)).toEqual(["warning CITYJSON_ENCODING "]);
    expect((await load(latin1)).twins[0]!.id).toBe("building:s:bü");
  });

  test("L1 no change of bytes makes it throw", async () => {
    const bytes = new TextEncoder().encode(JSON.stringify(house()));
    await fc.assert(
      fc.asyncProperty(
        fc.nat(bytes.length),
        fc.nat(30),
        fc.uint8Array({ maxLength: 20 }),
        async (at, length, other) => {
          await load(new Uint8Array([...bytes.slice(0, at), ...other, ...bytes.slice(at + length)]));
        },
      ),
      { numRuns: 300 },
    );
  });

  test("L1 no value in any place makes it throw", async () => {
    const keys = ["type", "version", "transform", "metadata", "CityObjects", "vertices", "geometry-templates"];
    const parts = ["type", "geometry", "attributes", "parents", "children"];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...keys),
        fc.constantFrom(...parts),
        fc.jsonValue(),
        async (key, part, value) => {
          await load(JSON.stringify({ ...house(), [key]: value }));
          await load(JSON.stringify(city({ b1: { ...BUILDING, [part]: value } })));
          await load(JSON.stringify(house(solid({ boundaries: value, semantics: value, lod: value }))));
        },
      ),
      { numRuns: 200 },
    );
  });
});
