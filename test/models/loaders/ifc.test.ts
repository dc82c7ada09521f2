import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { loadIfc } from "../../../models/loaders/ifc.ts";
import type { DistrictPart } from "../../../models/loaders/loader.ts";

const FIXTURES = new URL("../../fixtures/ifc/", import.meta.url);
const EXAMPLES = new URL("../../../models/examples/altstadt/bim/", import.meta.url);

async function load(folder: URL, file: string): Promise<DistrictPart> {
  return loadIfc({ source: "s", file, bytes: new Uint8Array(readFileSync(new URL(file, folder))) });
}

function count(part: DistrictPart): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of part.twins) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

// reference numbers: entities counted in the STEP text, and what the makers of the files say of them
describe("Duplex Apartment (Revit, IFC2x3, architecture)", () => {
  test("has one building, 4 storeys and 21 spaces, each part of the one above", async () => {
    const part = await load(EXAMPLES, "duplex.ifc");
    expect(count(part)).toEqual({ building: 1, storey: 4, space: 21 });
    expect(part.links).toHaveLength(25);
    const storeysOf = part.links.filter((link) => link.from === "building:s:1xS3BCk291UvhgP2a6eflK");
    expect(storeysOf.map((link) => link.to).sort()).toEqual([
      "storey:s:1xS3BCk291UvhgP2dvNMKI",
      "storey:s:1xS3BCk291UvhgP2dvNMQJ",
      "storey:s:1xS3BCk291UvhgP2dvNsgp",
      "storey:s:1xS3BCk291UvhgP2dvNtSE",
    ]);
    expect(part.findings.filter((finding) => finding.severity === "error")).toEqual([]);
  });

  test("stands in Chicago, by the degrees, minutes, seconds and millionths of its site", async () => {
    const part = await load(EXAMPLES, "duplex.ifc");
    const building = part.twins.find((twin) => twin.kind === "building")!;
    const location = building.attributes.location as { latDeg: number; lonDeg: number };
    expect(location.latDeg).toBeCloseTo(41 + 52 / 60 + 27.84 / 3600, 9);
    expect(location.lonDeg).toBeCloseTo(-(87 + 38 / 60 + 21.839999 / 3600), 9);
    expect(building.attributes.schema).toBe("IFC2X3");
    expect(building.attributes.elementCounts).toMatchObject({
      IfcWallStandardCase: 56,
      IfcWindow: 24,
      IfcDoor: 14,
      IfcSlab: 21,
    });
  });

  test("keeps names, property sets and quantities of a space", async () => {
    const part = await load(EXAMPLES, "duplex.ifc");
    const foyer = part.twins.find((twin) => twin.id === "space:s:0BTBFw6f90Nfh9rP1dlXrr")!;
    expect(foyer.name).toBe("A101");
    expect(foyer.attributes).toMatchObject({
      longName: "Foyer",
      netFloorAreaM2: 17.93623674999977,
      quantities: { "GSA Space Areas": { "GSA BIM Area": 17.93623674999977 } },
    });
    expect(foyer.attributes.propertySets).toHaveProperty(["PSet_Revit_Identity Data", "Number"], "A101");
  });
});

describe("Duplex Apartment (Revit, IFC2x3, electrical), zipped", () => {
  test("has 99 devices, 82 of them flow terminals, and each is in some storey or space", async () => {
    const part = await load(FIXTURES, "duplex-electrical.ifczip");
    expect(count(part)).toEqual({ building: 1, storey: 3, space: 1, device: 99 });
    const devices = part.twins.filter((twin) => twin.kind === "device");
    expect(devices.filter((twin) => twin.attributes.ifcClass === "IfcFlowTerminal")).toHaveLength(82);
    const placed = new Set(part.links.filter((link) => /^(storey|space):/.test(link.from)).map((link) => link.to));
    expect(devices.filter((twin) => !placed.has(twin.id))).toEqual([]);
  });

  test("says of a device what its type says", async () => {
    const part = await load(FIXTURES, "duplex-electrical.ifczip");
    const boiler = part.twins.find((twin) => twin.attributes.typeClass === "IfcBoilerType")!;
    expect(boiler.attributes).toMatchObject({
      ifcClass: "IfcEnergyConversionDevice",
      typeName: "147 kW",
      predefinedType: "WATER",
    });
  });
});

describe("Sample House (Revit, IFC4, millimetres)", () => {
  test("has 2 storeys and 4 spaces, lengths in metres and areas as they are", async () => {
    const part = await load(EXAMPLES, "samplehouse.ifc");
    expect(count(part)).toEqual({ building: 1, storey: 2, space: 4 });
    const roof = part.twins.find((twin) => twin.kind === "storey" && twin.name === "Roof")!;
    expect(roof.attributes.elevationM).toBe(2.5);
    const living = part.twins.find((twin) => twin.name === "1 - Living room")!;
    expect(living.attributes).toMatchObject({
      netFloorAreaM2: 51.9948250000001,
      heightM: 2.5,
      longName: "Living room",
    });
  });

  test("tells that its volumes were exported in a mix of units", async () => {
    const part = await load(EXAMPLES, "samplehouse.ifc");
    const [finding] = part.findings.filter(({ code }) => code === "IFC_QUANTITY_IMPLAUSIBLE");
    expect(finding).toMatchObject({ severity: "warning", at: "#177" });
  });
});

test("a model says the same in .ifc and .ifczip", async () => {
  const [plain, zipped] = [
    await load(FIXTURES, "4walls1floorSite.ifc"),
    await load(FIXTURES, "4walls1floorSite.ifczip"),
  ];
  expect(count(plain)).toEqual({ building: 1, storey: 1 });
  expect(zipped.twins.map((twin) => [twin.id, twin.name])).toEqual(plain.twins.map((twin) => [twin.id, twin.name]));
  expect(zipped.links).toEqual(plain.links);
});

test("L2: the same bytes give the same part, also when loads run at the same time", async () => {
  const [first, second, third] = await Promise.all([
    load(FIXTURES, "4walls1floorSite.ifc"),
    load(FIXTURES, "duplex-electrical.ifczip"),
    load(FIXTURES, "4walls1floorSite.ifc"),
  ]);
  expect(third).toEqual(first);
  expect(count(second).device).toBe(99);
});
