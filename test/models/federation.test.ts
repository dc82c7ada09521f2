// Several files of one building are one building, as one source or as several.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Json, TwinModel } from "../../models/district.ts";
import { type DistrictLoad, loadDistrict } from "../../models/load.ts";
import { guid, HOUSE, stepFile } from "./loaders/ifc-model.ts";

const IN_STOREY = (label: number, element: number, storey = 30) =>
  `#${label}=IFCRELCONTAINEDINSPATIALSTRUCTURE('${guid(`r${label}`)}',$,$,$,(#${element}),#${storey});`;
const WALL = (label: number, name: string) => `#${label}=IFCWALL('${guid(name)}',$,'${name}',$,$,$,$,$,.SOLIDWALL.);`;

const ARCH = stepFile([...HOUSE, WALL(50, "w1"), IN_STOREY(51, 50)]);
const STRUCT = stepFile([
  ...HOUSE.filter((line) => !/^#4[01]=/.test(line)).map((line) => line.replace("'B',", "'Block B',")),
  WALL(50, "w1"), // the architect's wall again, and one of its own
  WALL(52, "w2"),
  IN_STOREY(51, 50),
  IN_STOREY(53, 52),
]);
const MEP = stepFile([
  ...HOUSE.map((line) => line.replace("515.,514.", "516.,514.")),
  `#50=IFCPUMP('${guid("pump")}',$,'Pump',$,$,$,$,$,$);`,
  IN_STOREY(51, 50),
  `#60=IFCBUILDINGSTOREY('${guid("other")}',$,'eg',$,$,$,$,$,.ELEMENT.,0.);`,
  `#61=IFCRELAGGREGATES('${guid("r61")}',$,$,$,#20,(#60));`,
]);

async function load(files: Record<string, string>, sources: string, more = ""): Promise<DistrictLoad> {
  const folder = {
    list: async () => undefined,
    read: async (file: string) => {
      const text = files[file];
      if (text === undefined) throw new Error("there is no such file");
      return new TextEncoder().encode(text);
    },
  };
  return loadDistrict(`district: a\ntimezone: UTC\nsources: ${sources}\n${more}`, folder);
}

const FILES = { "arch.ifc": ARCH, "struct.ifc": STRUCT, "mep.ifc": MEP };
const ONE = "[{ id: b, type: ifc, file: [arch.ifc, struct.ifc, mep.ifc] }]";
const SEVERAL =
  "[{ id: arch, type: ifc, file: arch.ifc }, { id: struct, type: ifc, file: struct.ifc }, { id: mep, type: ifc, file: mep.ifc }]";

const ids = ({ district }: DistrictLoad) =>
  [...district!.twins.keys()].map((id) => id.replaceAll("$", "")).filter((id) => !id.startsWith("district:"));
const building = ({ district }: DistrictLoad): TwinModel =>
  [...district!.twins.values()].find(({ kind }) => kind === "building")!;
const codes = ({ findings }: DistrictLoad) => findings.map(({ code, source, file }) => `${code} ${source} ${file}`);

describe("three files of one building", () => {
  test("are one building, whether they are one source or three", async () => {
    const one = await load(FILES, ONE);
    expect(ids(one)).toEqual([
      "building:b:0building",
      "storey:b:0storey",
      "space:b:0space",
      "storey:b:0other",
      "device:b:0pump",
    ]);
    const several = await load(FILES, SEVERAL);
    expect(ids(several)).toEqual([
      "building:arch:0building",
      "storey:arch:0storey",
      "space:arch:0space",
      "storey:mep:0other",
      "device:mep:0pump",
    ]);
    for (const each of [one, several]) expect(each.findings.filter(({ severity }) => severity === "error")).toEqual([]);
  });

  test("have one place for every thing: the first file's", async () => {
    const { district } = await load(FILES, SEVERAL);
    const links = district!.links.map(({ from, role, to }) => `${from} ${role} ${to}`.replaceAll("$", ""));
    expect(links).toEqual([
      "building:arch:0building contains storey:arch:0storey",
      "storey:arch:0storey contains space:arch:0space",
      "building:arch:0building contains storey:mep:0other",
      "storey:arch:0storey contains device:mep:0pump",
      "district:a:a contains building:arch:0building",
    ]);
  });

  test("F2: keep what each says: the first wins, what differs stays with its source and is told", async () => {
    const each = await load(FILES, SEVERAL);
    const { name, attributes } = building(each);
    expect([name, attributes.elevationM]).toEqual(["B", 515]);
    expect(attributes.federated).toMatchObject([
      { source: "struct", file: "struct.ifc", differs: { name: "Block B" } },
      { source: "mep", file: "mep.ifc", differs: { elevationM: 516 } },
    ]);
    expect(codes(each)).toEqual(
      expect.arrayContaining([
        "IFC_FEDERATED struct struct.ifc",
        "IFC_FEDERATED_DIFFERS struct struct.ifc",
        "IFC_FEDERATED_DIFFERS mep mep.ifc",
      ]),
    );
    const [told] = each.findings.filter(({ code, source }) => code === "IFC_FEDERATED_DIFFERS" && source === "mep");
    expect(told).toMatchObject({ severity: "info", at: `building:mep:${guid("building")}` });
    expect(told!.message).toContain("elevationM");
  });

  test("V1: count an element once, by its GlobalId, in the building and in its storey", async () => {
    for (const sources of [ONE, SEVERAL]) {
      const each = await load(FILES, sources);
      const storey = [...each.district!.twins.values()].find(({ kind }) => kind === "storey")!;
      for (const { attributes } of [building(each), storey]) {
        expect(attributes.elementCounts).toEqual({ IfcWall: 2 });
        expect(attributes.envelope).toMatchObject({ walls: { count: 2, byPredefinedType: { SOLIDWALL: 2 } } });
      }
    }
  });

  test("storeys alike by name and height but not by GlobalId stay apart, and are told", async () => {
    const each = await load(FILES, SEVERAL);
    const told = each.findings.filter(({ code }) => code === "IFC_FEDERATED_STOREYS");
    expect(told).toMatchObject([{ severity: "info", source: "mep", at: `storey:mep:${guid("other")}` }]);
    expect(codes(await load(FILES, ONE))).toContain("IFC_FEDERATED_STOREYS b mep.ifc");
  });

  test("F1: their other ids lead to the same twin, in links and meters", async () => {
    const meters = `id,carrier,measures,device,points,interval\nm1,heat,building:mep:${guid("building")},d1,power:W,PT15M\n`;
    const link = `links: [{ from: "device:mep:${guid("pump")}", to: "space:mep:${guid("space")}" }]`;
    const each = await load({ ...FILES, "meters.csv": meters }, SEVERAL, `meters: meters.csv\n${link}`);
    expect(each.findings.filter(({ severity }) => severity !== "info" && severity !== "warning")).toEqual([]);
    const links = each.district!.links.filter(({ role }) => role !== "contains");
    expect(links).toEqual([
      { from: "device:meters:d1", role: "feeds", to: "meter:meters:m1" },
      { from: "meter:meters:m1", role: "measures", to: `building:arch:${guid("building")}` },
      { from: `device:mep:${guid("pump")}`, role: "feeds", to: `space:arch:${guid("space")}` },
    ]);
    const meter = each.district!.twins.get("meter:meters:m1")!;
    expect(meter.attributes.measures).toBe(`building:arch:${guid("building")}`);
  });

  test("a census counts the entities of all files", async () => {
    const { censuses } = await load(FILES, ONE);
    expect(censuses).toMatchObject([{ source: "b", read: { IfcBuilding: 3, IfcPump: 1 }, kept: { IfcWall: 3 } }]);
  });
});

describe("what is not federated", () => {
  test("two things of one file with the same GlobalId, and things without one", async () => {
    const twice = stepFile([
      ...HOUSE,
      `#60=IFCSPACE('${guid("space")}',$,'2',$,$,$,$,$,.ELEMENT.,$,$);`,
      "#61=IFCSPACE($,$,'3',$,$,$,$,$,.ELEMENT.,$,$);",
      `#63=IFCRELAGGREGATES('${guid("r63")}',$,$,$,#30,(#60,#61));`,
    ]);
    const each = await load(
      { "a.ifc": twice, "b.ifc": `${twice}\n` },
      "[{ id: a, type: ifc, file: a.ifc }, { id: b, type: ifc, file: b.ifc }]",
    );
    expect(ids(each).filter((id) => id.startsWith("space:"))).toEqual([
      "space:a:0space",
      "space:a:0space#60",
      "space:a:#61",
      "space:b:0space#60",
      "space:b:#61",
    ]);
  });

  test("a circle of parts that only two files together make is not closed", async () => {
    const nested = (outer: string, inner: string) =>
      stepFile([
        ...HOUSE,
        `#60=IFCSPACE('${guid(outer)}',$,'o',$,$,$,$,$,.PARTIAL.,$,$);`,
        `#61=IFCSPACE('${guid(inner)}',$,'i',$,$,$,$,$,.PARTIAL.,$,$);`,
        `#62=IFCRELAGGREGATES('${guid("r62")}',$,$,$,#60,(#61));`,
      ]);
    const files = { "a.ifc": nested("x", "y"), "b.ifc": nested("y", "x") };
    const { district, findings } = await load(files, "[{ id: s, type: ifc, file: [a.ifc, b.ifc] }]");
    const links = district!.links.filter(({ from }) => from.startsWith("space:"));
    expect(links).toEqual([{ from: `space:s:${guid("x")}`, role: "contains", to: `space:s:${guid("y")}` }]);
    expect(findings.map(({ code }) => code)).toContain("IFC_FEDERATED_DIFFERS");
  });
});

test("files of one source with one building each, at one place, show the same building whatever its GlobalId", async () => {
  const renamed = (text: string) =>
    text.replaceAll(guid("building"), guid("tower")).replaceAll(guid("storey"), guid("level"));
  const each = await load(
    { "a.ifc": ARCH, "b.ifc": renamed(STRUCT) },
    "[{ id: s, type: ifc, file: [a.ifc, b.ifc] }]",
    `links: [{ from: "space:s:${guid("space")}", to: "building:s:${guid("tower")}" }]`,
  );
  expect(ids(each)).toEqual(["building:s:0building", "storey:s:0storey", "space:s:0space", "storey:s:0level"]);
  expect(building(each).attributes.elementCounts).toEqual({ IfcWall: 2 });
  expect(codes(each)).toEqual(expect.arrayContaining(["IFC_FEDERATED_PLACE s b.ifc", "IFC_FEDERATED_STOREYS s b.ifc"]));
  expect(each.district!.links.at(-1)!.to).toBe(`building:s:${guid("building")}`);
  const elsewhere = renamed(STRUCT).replace("(48,8,0)", "(48,9,0)");
  const apart = await load({ "a.ifc": ARCH, "b.ifc": elsewhere }, "[{ id: s, type: ifc, file: [a.ifc, b.ifc] }]");
  expect(ids(apart).filter((id) => id.startsWith("building:"))).toHaveLength(2);
});

test("lengths that differ only in their last digits are the same", async () => {
  const near = ARCH.replace("515.,514.", "515.0000001,514.");
  const each = await load({ "a.ifc": ARCH, "b.ifc": near }, "[{ id: s, type: ifc, file: [a.ifc, b.ifc] }]");
  const federated = building(each).attributes.federated as { [key: string]: Json }[];
  expect(federated).toEqual([{ source: "s", file: "b.ifc" }]);
});

describe("the Duplex Apartment by two disciplines, which have no GlobalId in common", () => {
  const bytesOf = (file: string) => new Uint8Array(readFileSync(new URL(file, import.meta.url)));
  const files: Record<string, Uint8Array> = {
    "arch.ifc": bytesOf("../../models/examples/altstadt/bim/duplex.ifc"),
    "electrical.ifczip": bytesOf("../fixtures/ifc/duplex-electrical.ifczip"),
  };
  const folder = { list: async () => undefined, read: async (file: string) => files[file]! };

  test("is one building as one source: its storeys stay apart, and are told to look alike", async () => {
    const sources = "[{ id: duplex, type: ifc, file: [arch.ifc, electrical.ifczip] }]";
    const each = await loadDistrict(`district: a\ntimezone: UTC\nsources: ${sources}\n`, folder);
    const { district, findings } = each;
    const of = (kind: string) => [...district!.twins.values()].filter((twin) => twin.kind === kind);
    expect(["building", "storey", "space", "device"].map((kind) => of(kind).length)).toEqual([1, 4 + 3, 21 + 1, 99]);
    expect(building(each).id).toBe("building:duplex:1xS3BCk291UvhgP2a6eflK");
    const told = findings.filter(({ code }) => code === "IFC_FEDERATED_STOREYS").map(({ at }) => at);
    expect(told.map((id) => district!.twins.get(id)!.name)).toEqual(["Level 1", "Level 2", "Roof"]);
    const links = district!.links.filter(({ from }) => from === building(each).id);
    expect(links).toHaveLength(7);
    expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
  });
});
