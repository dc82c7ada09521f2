// ifcXML: the same twins as from STEP, the nested form of ifcXML4, and broken XML.

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadIfc } from "../../../models/loaders/ifc.ts";
import type { DistrictPart } from "../../../models/loaders/loader.ts";

const FIXTURES = new URL("../../fixtures/ifc/", import.meta.url);
const bytesOf = (file: string) => new Uint8Array(readFileSync(new URL(file, FIXTURES)));
const load = async (file: string, bytes: Uint8Array | string = bytesOf(file)): Promise<DistrictPart> =>
  await loadIfc({ source: "s", file, bytes: typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes });
const codes = (part: DistrictPart) => part.findings.map(({ code, at }) => `${code} ${at}`);

const NESTED = new TextDecoder().decode(bytesOf("made-ifcxml4.ifcxml"));

test("a model as ifcXML gives the twins and links that it gives as STEP and zipped", async () => {
  const step = await load("4walls1floorSite.ifc");
  expect(step.twins.map(({ kind }) => kind)).toEqual(["building", "storey"]);
  for (const file of ["4walls1floorSite.ifcxml", "4walls1floorSite.ifczip"]) {
    const part = await load(file);
    expect(part.findings).toEqual(step.findings);
    expect(part.links).toEqual(step.links);
    expect(part.census).toEqual(step.census);
    // The header tells the exporter that wrote this encoding.
    const bare = ({ twins }: DistrictPart) =>
      twins.map((twin) => ({ ...twin, attributes: { ...twin.attributes, header: null } }));
    expect(bare(part)).toEqual(bare(step));
  }
});

describe("the nested form of ifcXML4", () => {
  test("says its relations by what stands within what", async () => {
    const part = await load("a.ifcxml", NESTED);
    const ids = ["building:s:0AvctVUKr0kugbFTf53O9L", "storey:s:0CvctVUKr0kugbFTf53O9L"] as const;
    const [space, device] = ["space:s:0EvctVUKr0kugbFTf53O9L", "device:s:0IvctVUKr0kugbFTf53O9L"] as const;
    expect(part.links).toEqual([
      { from: ids[0], role: "contains", to: ids[1] },
      { from: ids[1], role: "contains", to: space },
      { from: ids[1], role: "contains", to: device },
    ]);
    expect(codes(part)).toEqual(["IFC_GEOREFERENCE_MISSING #3"]);
  });

  test("has its units, quantities, addresses and coordinates read", async () => {
    const { twins } = await load("a.ifcxml", NESTED);
    const [building, storey, space, device] = twins.map(({ attributes }) => attributes);
    expect(building).toMatchObject({
      project: { name: "P & Q" },
      address: { town: "Bonn", addressLines: ["Str 1"] },
      location: { latDeg: 48 + 8 / 60, elevationM: 500 },
      schema: "IFC4",
    });
    expect(storey).toMatchObject({ elevationM: 3 });
    expect(space).toMatchObject({ predefinedType: "INTERNAL", netFloorAreaM2: 12.5, heightM: 2.5 });
    expect(device).toMatchObject({ predefinedType: "TEMPERATURESENSOR", propertySets: { Pset_X: { A: 1.5 } } });
  });
});

test("walls, boundaries and ports are read from ifcXML4 as from STEP", async () => {
  const text = `<ifcXML xmlns="http://www.buildingsmart-tech.org/ifcXML/IFC4/final" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<IfcProject id="i1" GlobalId="0AvctVUKr0kugbFTf53O91"><IsDecomposedBy><IfcRelAggregates GlobalId="0AvctVUKr0kugbFTf53O92"><RelatedObjects>
<IfcBuilding id="i2" GlobalId="0AvctVUKr0kugbFTf53O93"/></RelatedObjects></IfcRelAggregates></IsDecomposedBy></IfcProject>
<IfcSpace id="i3" GlobalId="0AvctVUKr0kugbFTf53O94"/>
<IfcRelAggregates id="i4" GlobalId="0AvctVUKr0kugbFTf53O95"><RelatingObject ref="i2" xsi:type="IfcBuilding"/><RelatedObjects><IfcSpace ref="i3"/></RelatedObjects></IfcRelAggregates>
<IfcWall id="i5" GlobalId="0AvctVUKr0kugbFTf53O96" PredefinedType="solidwall">
<ObjectPlacement xsi:type="IfcLocalPlacement"><RelativePlacement><IfcAxis2Placement3D>
<Location Coordinates="0. 4. 0."/><RefDirection DirectionRatios="0. 1. 0."/></IfcAxis2Placement3D></RelativePlacement></ObjectPlacement></IfcWall>
<IfcPump id="i6" GlobalId="0AvctVUKr0kugbFTf53O97"/><IfcValve id="i7" GlobalId="0AvctVUKr0kugbFTf53O98"/>
<IfcDistributionPort id="i8" GlobalId="0AvctVUKr0kugbFTf53O99" FlowDirection="source"/><IfcDistributionPort id="i9" GlobalId="0AvctVUKr0kugbFTf53O9A" FlowDirection="sink"/>
<IfcRelConnectsPortToElement GlobalId="0AvctVUKr0kugbFTf53O9B"><RelatingPort ref="i8" xsi:type="IfcDistributionPort"/><RelatedElement ref="i6" xsi:type="IfcPump"/></IfcRelConnectsPortToElement>
<IfcRelConnectsPortToElement GlobalId="0AvctVUKr0kugbFTf53O9C"><RelatingPort ref="i9" xsi:type="IfcDistributionPort"/><RelatedElement ref="i7" xsi:type="IfcValve"/></IfcRelConnectsPortToElement>
<IfcRelConnectsPorts GlobalId="0AvctVUKr0kugbFTf53O9D"><RelatingPort ref="i8" xsi:type="IfcDistributionPort"/><RelatedPort ref="i9" xsi:type="IfcDistributionPort"/></IfcRelConnectsPorts>
<IfcRelContainedInSpatialStructure GlobalId="0AvctVUKr0kugbFTf53O9E"><RelatingStructure ref="i3" xsi:type="IfcSpace"/><RelatedElements><IfcWall ref="i5"/><IfcPump ref="i6"/><IfcValve ref="i7"/></RelatedElements></IfcRelContainedInSpatialStructure>
<IfcRelSpaceBoundary GlobalId="0AvctVUKr0kugbFTf53O9F" PhysicalOrVirtualBoundary="physical" InternalOrExternalBoundary="external"><RelatingSpace><IfcSpace ref="i3"/></RelatingSpace><RelatedBuildingElement ref="i5" xsi:type="IfcWall"/></IfcRelSpaceBoundary>
</ifcXML>`;
  const { twins, links, census } = await load("a.ifcxml", text);
  const [building, space] = ["building", "space"].map((kind) => twins.find((twin) => twin.kind === kind)!.attributes);
  expect(building!.envelope).toMatchObject({
    walls: { count: 1, externalCount: 1 },
    byOrientation: { W: { walls: { count: 1 } } },
  });
  expect(space!.spaceBoundaries).toMatchObject({
    byPhysicalOrVirtual: { PHYSICAL: 1 },
    byInternalOrExternal: { EXTERNAL: 1 },
  });
  expect(links.filter(({ role }) => role === "feeds")).toEqual([
    { from: "device:s:0AvctVUKr0kugbFTf53O97", role: "feeds", to: "device:s:0AvctVUKr0kugbFTf53O98" },
  ]);
  expect(census!.unknown).toEqual({});
});

describe("broken XML", () => {
  test("that is cut off keeps what stands before, with a finding", async () => {
    const part = await load("a.ifcxml", NESTED.slice(0, NESTED.indexOf("<IfcSpace")));
    expect(part.twins.map(({ kind }) => kind)).toEqual(["building", "storey"]);
    expect(codes(part)[0]).toBe("IFC_TRUNCATED line 17");
  });

  test("with a tag too many or an id twice is told of, by line", async () => {
    expect(codes(await load("a.ifcxml", NESTED.replace("</IfcSpace>", "</IfcSpace></IfcDoor>")))[0]).toBe(
      "IFC_XML line 19",
    );
    expect(codes(await load("a.ifcxml", NESTED.replace('id="i5"', 'id="i4"')))).toContain("IFC_LABEL_DUPLICATE #4");
  });

  test("that is no ifcXML, or of no schema that is known, is refused", async () => {
    expect(codes(await load("a.ifc", "<!DOCTYPE html><html></html>"))).toEqual(["IFC_ENCODING_UNSUPPORTED line 1"]);
    expect(codes(await load("a.ifc", "<"))).toEqual(["IFC_XML line 1", "IFC_ENCODING_UNSUPPORTED line 1"]);
    expect(codes(await load("a.ifc", '<ifcXML xmlns="urn:other"/>'))[0]).toBe("IFC_SCHEMA_MISSING ");
  });

  test("L1: whatever happens to its characters, nothing is thrown, and every link names a twin", async () => {
    const damage = fc.array(
      fc.tuple(fc.nat(NESTED.length), fc.nat(60), fc.constantFrom("", "<", ">", '"', "&#x;", "x")),
      {
        minLength: 1,
        maxLength: 4,
      },
    );
    await fc.assert(
      fc.asyncProperty(damage, async (spots) => {
        let text = NESTED;
        for (const [at, removed, added] of spots) text = text.slice(0, at) + added + text.slice(at + removed);
        const part = await load("a.ifcxml", text);
        const ids = new Set(part.twins.map(({ id }) => id));
        for (const { from, to } of part.links) expect(ids.has(from) && ids.has(to)).toBe(true);
        expect(codes(part).join()).not.toContain("IFC_ENGINE_FAILED");
      }),
      { numRuns: 150, seed: 4711 },
    );
  });
});
