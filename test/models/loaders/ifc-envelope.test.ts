// The envelope: areas, thermal transmittances and directions of walls and windows; space boundaries; types, classes and units.

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Attributes } from "../../../models/district.ts";
import { loadIfc } from "../../../models/loaders/ifc.ts";
import type { DistrictPart } from "../../../models/loaders/loader.ts";
import { guid, HOUSE, loadHouse, loadText, stepFile } from "./ifc-model.ts";

const DUPLEX = new URL("../../../models/examples/altstadt/bim/duplex.ifc", import.meta.url);

function twin(part: DistrictPart, name: string): Attributes {
  return part.twins.find((one) => one.element === guid(name))!.attributes;
}

/** Sets of an object: `sets(60, 50, "Pset_WallCommon", "IsExternal", "IFCBOOLEAN(.T.)")`. */
function sets(label: number, object: number, name: string, ...pairs: string[]): string[] {
  const values = [];
  for (let i = 0; i < pairs.length; i += 2) {
    values.push(`#${label + 2 + i}=IFCPROPERTYSINGLEVALUE('${pairs[i]}',$,${pairs[i + 1]},$);`);
  }
  const list = values.map((_, i) => `#${label + 2 + 2 * i}`).join();
  return [
    ...values,
    `#${label}=IFCPROPERTYSET('${guid(`s${label}`)}',$,'${name}',$,(${list}));`,
    `#${label + 1}=IFCRELDEFINESBYPROPERTIES('${guid(`d${label}`)}',$,$,$,(#${object}),#${label});`,
  ];
}

const quantity = (label: number, object: number, name: string, value: string) => [
  `#${label}=${value};`,
  `#${label + 1}=IFCELEMENTQUANTITY('${guid(`q${label}`)}',$,'${name}',$,$,(#${label}));`,
  `#${label + 2}=IFCRELDEFINESBYPROPERTIES('${guid(`e${label}`)}',$,$,$,(#${object}),#${label + 1});`,
];

/** A box of 10 m by 6 m: its external walls start at its corners and run around it; there is a window in the south wall. */
function box(north: string): string[] {
  const statements = [
    "#500=IFCCARTESIANPOINT((0.,0.,0.));",
    "#501=IFCAXIS2PLACEMENT3D(#500,$,$);",
    `#502=IFCDIRECTION((${north}));`,
    "#503=IFCGEOMETRICREPRESENTATIONCONTEXT($,'Model',3,1.E-5,#501,#502);",
    "#504=IFCLOCALPLACEMENT($,#501);",
  ];
  const walls: [name: string, x: number, y: number, direction: string, length: number][] = [
    ["south", 0, 0, "1.,0.,0.", 10],
    ["east", 10, 0, "0.,1.,0.", 6],
    ["north", 10, 6, "-1.,0.,0.", 10],
    ["west", 0, 6, "0.,-1.,0.", 6],
  ];
  for (const [i, [name, x, y, direction, length]] of walls.entries()) {
    const at = 510 + 20 * i;
    statements.push(
      `#${at}=IFCCARTESIANPOINT((${x}.,${y}.,0.));`,
      `#${at + 1}=IFCDIRECTION((${direction}));`,
      `#${at + 2}=IFCAXIS2PLACEMENT3D(#${at},$,#${at + 1});`,
      `#${at + 3}=IFCLOCALPLACEMENT(#504,#${at + 2});`,
      `#${at + 4}=IFCRECTANGLEPROFILEDEF(.AREA.,$,$,${length}.,0.3);`,
      `#${at + 5}=IFCEXTRUDEDAREASOLID(#${at + 4},$,#599,2.5);`,
      `#${at + 6}=IFCSHAPEREPRESENTATION(#503,'Body','SweptSolid',(#${at + 5}));`,
      `#${at + 7}=IFCPRODUCTDEFINITIONSHAPE($,$,(#${at + 6}));`,
      `#${at + 8}=IFCWALL('${guid(name)}',$,'${name}',$,$,#${at + 3},#${at + 7},$,.SOLIDWALL.);`,
      ...sets(
        700 + 20 * i,
        at + 8,
        "Pset_WallCommon",
        "IsExternal",
        "IFCBOOLEAN(.T.)",
        "LoadBearing",
        "IFCBOOLEAN(.T.)",
      ),
    );
  }
  return [
    ...statements,
    "#599=IFCDIRECTION((0.,0.,1.));",
    `#600=IFCOPENINGELEMENT('${guid("opening")}',$,$,$,$,$,$,$,$);`,
    `#601=IFCRELVOIDSELEMENT('${guid("r601")}',$,$,$,#518,#600);`,
    `#602=IFCWINDOW('${guid("window")}',$,'window',$,$,$,$,$,1.2,2.,.WINDOW.,$,$);`,
    `#603=IFCRELFILLSELEMENT('${guid("r603")}',$,$,$,#600,#602);`,
    `#604=IFCRELCONTAINEDINSPATIALSTRUCTURE('${guid("r604")}',$,$,$,(#518,#538,#558,#578,#602),#30);`,
    ...sets(800, 602, "Pset_WindowCommon", "ThermalTransmittance", "IFCTHERMALTRANSMITTANCEMEASURE(1.1)"),
  ];
}

/** Brick and insulation, of known conductivity: R = 0.17 + 0.24 / 0.8 + 0.1 / 0.04 = 2.97. */
const LAYERS = [
  "#620=IFCMATERIAL('Brick',$,$);",
  "#621=IFCMATERIAL('Wool',$,$);",
  "#622=IFCMATERIALLAYER(#620,0.24,$,$,$,$,$);",
  "#623=IFCMATERIALLAYER(#621,0.1,$,$,$,$,$);",
  "#624=IFCMATERIALLAYERSET((#622,#623),$,$);",
  "#625=IFCMATERIALLAYERSETUSAGE(#624,.AXIS2.,.POSITIVE.,0.,$);",
  `#626=IFCRELASSOCIATESMATERIAL('${guid("r626")}',$,$,$,(#518,#538,#558,#578),#625);`,
  "#627=IFCPROPERTYSINGLEVALUE('ThermalConductivity',$,IFCTHERMALCONDUCTIVITYMEASURE(0.8),$);",
  "#628=IFCMATERIALPROPERTIES('Pset_MaterialThermal',$,(#627),#620);",
  "#629=IFCPROPERTYSINGLEVALUE('ThermalConductivity',$,IFCTHERMALCONDUCTIVITYMEASURE(0.04),$);",
  "#630=IFCMATERIALPROPERTIES('Pset_MaterialThermal',$,(#629),#621);",
];

describe("the envelope of a made box", () => {
  test("has areas of shape and size, transmittances of layers and sets, and directions", async () => {
    const part = await loadHouse(...box("0.,1."), ...LAYERS);
    for (const name of ["building", "storey"]) {
      const { envelope, elementCounts } = twin(part, name);
      expect(elementCounts).toEqual({ IfcWall: 4, IfcWindow: 1 });
      expect(envelope).toMatchObject({
        walls: {
          count: 4,
          externalCount: 4,
          loadBearingCount: 4,
          areaM2: 80,
          externalAreaM2: 80,
          uValueWPerM2K: 0.3367,
        },
        windows: { count: 1, externalCount: 1, areaM2: 2.4, uValueWPerM2K: 1.1, byPredefinedType: { WINDOW: 1 } },
        byOrientation: {
          N: { walls: { count: 1, areaM2: 25 } },
          E: { walls: { count: 1, areaM2: 15 } },
          S: { walls: { count: 1, areaM2: 25 }, windows: { count: 1, areaM2: 2.4 } },
          W: { walls: { count: 1, areaM2: 15 } },
        },
      });
    }
    const { elements } = twin(part, "storey").envelope as { elements: Attributes[] };
    expect(elements.find(({ name }) => name === "window")).toEqual({
      globalId: guid("window"),
      ifcClass: "IfcWindow",
      name: "window",
      predefinedType: "WINDOW",
      areaM2: 2.4,
      areaFrom: "size",
      uValueWPerM2K: 1.1,
      uValueFrom: "stated",
      azimuthDeg: 180,
    });
    expect(elements.find(({ name }) => name === "east")).toMatchObject({
      azimuthDeg: 90,
      thicknessM: 0.34,
      loadBearing: true,
      areaFrom: "shape",
      uValueFrom: "layers",
    });
  });

  test("turns with true north", async () => {
    const part = await loadHouse(...box("1.,0."), ...LAYERS);
    expect(twin(part, "building").trueNorthDeg).toBe(90);
    // north is where the x axis points, so the wall at y = 0 looks 90 degrees to the right of north
    const { elements } = twin(part, "storey").envelope as { elements: Attributes[] };
    const directions = Object.fromEntries(elements.map(({ name, azimuthDeg }) => [String(name), azimuthDeg]));
    expect(directions).toEqual({ south: 90, window: 90, east: 0, north: 270, west: 180 });
  });

  test("takes stated areas before the shape, net before gross", async () => {
    const more = [
      ...quantity(650, 518, "Qto_WallBaseQuantities", "IFCQUANTITYAREA('GrossSideArea',$,$,26.,$)"),
      ...quantity(660, 518, "Qto_WallBaseQuantities", "IFCQUANTITYAREA('NetSideArea',$,$,22.5,$)"),
      ...quantity(670, 538, "MakersOwn", "IFCQUANTITYAREA('NetSideArea',$,$,99.,$)"),
    ];
    const { walls } = twin(await loadHouse(...box("0.,1."), ...more), "building").envelope as { walls: Attributes };
    expect(walls).toMatchObject({ areaM2: 22.5 + 25 + 15 + 15, grossAreaM2: 26 });
  });

  test("leaves the transmittance open when one layer's conductivity is not known or zero", async () => {
    const zero = LAYERS.map((line) => line.replace("MEASURE(0.04)", "MEASURE(0.)"));
    const { walls } = twin(await loadHouse(...box("0.,1."), ...zero), "building").envelope as { walls: Attributes };
    expect(walls).not.toHaveProperty("uValueWPerM2K");
  });
});

test("L1: whatever happens to the bytes of shapes, placements, layers and sets, nothing is thrown", {
  timeout: 60_000,
}, async () => {
  const original = new TextEncoder().encode(stepFile([...HOUSE, ...box("0.,1."), ...LAYERS]));
  const change = fc.record({
    at: fc.nat(original.length - 1),
    byte: fc.constantFrom(..."0159#$*(),.'AEX\n".split("").map((letter) => letter.charCodeAt(0))),
    cut: fc.nat(12),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
      let bytes = original;
      for (const { at, byte, cut } of changes) {
        bytes = Uint8Array.from([...bytes.slice(0, at), byte, ...bytes.slice(at + cut)]);
      }
      const part = await loadText(bytes);
      expect(part.findings.map(({ code }) => code)).not.toContain("IFC_ENGINE_FAILED");
      const { read = {}, kept = {}, unknown = {} } = part.census ?? {};
      const entries = [read, kept, unknown].flatMap((counts) => Object.values(counts));
      expect(entries.every((count) => Number.isInteger(count) && count > 0)).toBe(true);
    }),
    { numRuns: 100, seed: 4711 },
  );
});

describe("space boundaries", () => {
  const boundary = (label: number, space: number, element: string, words: string, outside = "INTERNAL") =>
    `#${label}=IFCRELSPACEBOUNDARY('${guid(`b${label}`)}',$,${words},#${space},${element},$,.PHYSICAL.,.${outside}.);`;

  test("say what a space borders on and which spaces are its neighbours", async () => {
    const part = await loadHouse(
      `#60=IFCSPACE('${guid("next")}',$,'2',$,$,$,$,$,.ELEMENT.,$,$);`,
      `#61=IFCRELAGGREGATES('${guid("r61")}',$,$,$,#30,(#60));`,
      `#50=IFCWALL('${guid("wall")}',$,'W',$,$,$,$,$,$);`,
      `#51=IFCWINDOW('${guid("window")}',$,'F',$,$,$,$,$,2.,1.,$,$,$);`,
      `#52=IFCSLAB('${guid("slab")}',$,'D',$,$,$,$,$,.FLOOR.);`,
      `#53=IFCRELCONTAINEDINSPATIALSTRUCTURE('${guid("r53")}',$,$,$,(#50,#51,#52),#30);`,
      boundary(70, 40, "#50", "'2ndLevel','2a'"),
      boundary(71, 40, "#51", "'2ndLevel','2a'", "EXTERNAL"),
      boundary(72, 40, "#52", "'1stLevel',$"),
      boundary(73, 60, "#50", "'1stLevel',$"),
      boundary(74, 60, "#52", "'1stLevel',$"),
      `#75=IFCRELSPACEBOUNDARY('${guid("b75")}',$,$,$,#60,$,$,.VIRTUAL.,.EXTERNAL.);`,
    );
    const space = twin(part, "space");
    expect(space.spaceBoundaries).toMatchObject({
      count: 3,
      byPhysicalOrVirtual: { PHYSICAL: 3 },
      byInternalOrExternal: { EXTERNAL: 1, INTERNAL: 2 },
      byElementClass: { IfcSlab: 1, IfcWall: 1, IfcWindow: 1 },
      byLevel: { "1": 1, "2": 2 },
    });
    expect(space.adjacentSpaces).toEqual([{ globalId: guid("next"), through: ["IfcWall"] }]);
    expect(space.envelope).toMatchObject({
      walls: { count: 1, externalCount: 0 },
      windows: { externalCount: 1, areaM2: 2 },
    });
    expect(twin(part, "next").spaceBoundaries).toMatchObject({ byPhysicalOrVirtual: { PHYSICAL: 2, VIRTUAL: 1 } });
  });

  test("of IFC4 that correspond make neighbours of their spaces alone", async () => {
    const second = (label: number, space: number, element: number, corresponding: string) =>
      `#${label}=IFCRELSPACEBOUNDARY2NDLEVEL('${guid(`b${label}`)}',$,$,$,#${space},#${element},$,.PHYSICAL.,.INTERNAL.,$,${corresponding});`;
    const part = await loadHouse(
      ...[60, 62].map((label) => `#${label}=IFCSPACE('${guid(`s${label}`)}',$,$,$,$,$,$,$,.ELEMENT.,$,$);`),
      `#61=IFCRELAGGREGATES('${guid("r61")}',$,$,$,#30,(#60,#62));`,
      `#50=IFCWALL('${guid("wall")}',$,'W',$,$,$,$,$,$);`,
      `#53=IFCRELCONTAINEDINSPATIALSTRUCTURE('${guid("r53")}',$,$,$,(#50),#30);`,
      second(70, 40, 50, "#71"),
      second(71, 60, 50, "$"),
      second(72, 62, 50, "$"),
    );
    expect(twin(part, "space").adjacentSpaces).toEqual([{ globalId: guid("s60"), through: ["IfcWall"] }]);
    expect(twin(part, "s60").adjacentSpaces).toEqual([{ globalId: guid("space"), through: ["IfcWall"] }]);
    expect(twin(part, "s62").adjacentSpaces).toBeUndefined();
    expect(twin(part, "space").spaceBoundaries).toMatchObject({ byLevel: { "2": 1 } });
  });
});

describe("Duplex Apartment", () => {
  test("has 265 space boundaries, and its envelope by direction", async () => {
    const part = await loadIfc({ source: "s", file: "duplex.ifc", bytes: new Uint8Array(readFileSync(DUPLEX)) });
    const spaces = part.twins.filter(({ kind }) => kind === "space");
    const counts = spaces.map(({ attributes }) => (attributes.spaceBoundaries as { count: number }).count);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(265);
    const { envelope } = part.twins.find(({ kind }) => kind === "building")!.attributes;
    expect(envelope).toMatchObject({
      walls: { count: 57, externalCount: 23 },
      windows: { count: 24, areaM2: 65.9415058 },
      doors: { count: 14 },
      slabs: { count: 21, byPredefinedType: { FLOOR: 20, ROOF: 1 } },
    });
    // twin houses: what the one has to the north, the other has to the south
    const { N, S, E, W } = (envelope as { byOrientation: Record<string, { windows: Attributes }> }).byOrientation;
    expect([N!.windows, E!.windows]).toEqual([S!.windows, W!.windows]);
    expect(part.census).toMatchObject({
      read: { IfcBuilding: 1, IfcBuildingStorey: 4, IfcSpace: 21 },
      kept: { IfcRelSpaceBoundary: 265, IfcOpeningElement: 50, IfcFurnishingElement: 61 },
      unknown: {},
    });
  });
});

describe("what facility managers ask", () => {
  test("types, classifications and areas of a space; makers and numbers of a device", async () => {
    const part = await loadHouse(
      `#50=IFCPUMP('${guid("pump")}',$,'Pump',$,$,$,$,$,$);`,
      `#51=IFCRELCONTAINEDINSPATIALSTRUCTURE('${guid("r51")}',$,$,$,(#50),#40);`,
      ...sets(
        60,
        50,
        "Pset_ManufacturerOccurrence",
        "SerialNumber",
        "IFCIDENTIFIER('S-17')",
        "BarCode",
        "IFCIDENTIFIER('n/a')",
      ),
      `#80=IFCPUMPTYPE('${guid("ptype")}',$,'UPS 25',$,$,(#82),$,$,$,.CIRCULATOR.);`,
      "#81=IFCPROPERTYSINGLEVALUE('Manufacturer',$,IFCLABEL('Made Pumps'),$);",
      `#82=IFCPROPERTYSET('${guid("s82")}',$,'Pset_ManufacturerTypeInformation',$,(#81));`,
      `#83=IFCRELDEFINESBYTYPE('${guid("r83")}',$,$,$,(#50),#80);`,
      `#84=IFCSPACETYPE('${guid("stype")}',$,'Office A',$,$,$,$,$,$,.SPACE.,$);`,
      `#85=IFCRELDEFINESBYTYPE('${guid("r85")}',$,$,$,(#40),#84);`,
      "#86=IFCCLASSIFICATION($,$,$,'OmniClass Table 13',$,$,$);",
      "#87=IFCCLASSIFICATIONREFERENCE($,'13-55 11 00','Office Spaces',#86,$,$);",
      `#88=IFCRELASSOCIATESCLASSIFICATION('${guid("r88")}',$,$,$,(#84),#87);`,
      ...quantity(90, 40, "Qto_SpaceBaseQuantities", "IFCQUANTITYLENGTH('FinishCeilingHeight',$,$,2.7,$)"),
      ...quantity(94, 40, "Qto_SpaceBaseQuantities", "IFCQUANTITYAREA('GrossFloorArea',$,$,21.,$)"),
    );
    expect(twin(part, "pump")).toMatchObject({
      typeName: "UPS 25",
      typeGlobalId: guid("ptype"),
      predefinedType: "CIRCULATOR",
      serialNumber: "S-17",
      manufacturer: "Made Pumps",
    });
    expect(twin(part, "pump")).not.toHaveProperty("barCode");
    expect(twin(part, "space")).toMatchObject({
      typeName: "Office A",
      category: "13-55 11 00: Office Spaces",
      classifications: [{ system: "OmniClass Table 13", code: "13-55 11 00", name: "Office Spaces" }],
      usableHeightM: 2.7,
      grossFloorAreaM2: 21,
    });
    expect(twin(part, "building").types).toMatchObject([
      { globalId: guid("ptype"), name: "UPS 25", ifcClass: "IfcPumpType", occurrenceCount: 1 },
      { globalId: guid("stype"), name: "Office A", ifcClass: "IfcSpaceType", occurrenceCount: 1 },
    ]);
  });
});

test("measures in imperial and derived units become SI, by the project's unit or their own", async () => {
  const imperial = [
    "#600=IFCDIMENSIONALEXPONENTS(0,0,0,0,0,0,0);",
    "#601=IFCMEASUREWITHUNIT(IFCLENGTHMEASURE(0.3048),#2);",
    "#602=IFCCONVERSIONBASEDUNIT(#600,.LENGTHUNIT.,'FOOT',#601);",
    "#603=IFCMEASUREWITHUNIT(IFCAREAMEASURE(0.09290304),#3);",
    "#604=IFCCONVERSIONBASEDUNIT(#600,.AREAUNIT.,'SQUARE FOOT',#603);",
    "#605=IFCSIUNIT(*,.POWERUNIT.,$,.WATT.);",
    "#606=IFCMEASUREWITHUNIT(IFCPOWERMEASURE(0.29307107),#605);",
    "#607=IFCCONVERSIONBASEDUNIT(#600,.POWERUNIT.,'BTU/H',#606);",
    "#608=IFCSIUNIT(*,.TIMEUNIT.,$,.SECOND.);",
    "#609=IFCMEASUREWITHUNIT(IFCTIMEMEASURE(60.),#608);",
    "#610=IFCCONVERSIONBASEDUNIT(#600,.TIMEUNIT.,'MINUTE',#609);",
    "#611=IFCDERIVEDUNITELEMENT(#602,3);",
    "#612=IFCDERIVEDUNITELEMENT(#610,-1);",
    "#613=IFCDERIVEDUNIT((#611,#612),.VOLUMETRICFLOWRATEUNIT.,$);",
    "#614=IFCSIUNIT(*,.MASSUNIT.,$,.GRAM.);",
    "#615=IFCDERIVEDUNITELEMENT(#614,1);",
    "#616=IFCSIUNIT(*,.VOLUMEUNIT.,.CENTI.,.CUBIC_METRE.);",
    "#617=IFCDERIVEDUNITELEMENT(#616,-1);",
    "#618=IFCDERIVEDUNIT((#615,#617),.MASSDENSITYUNIT.,$);",
    "#619=IFCSIUNIT(*,.ENERGYUNIT.,.KILO.,.JOULE.);",
  ];
  const house = HOUSE.map((line) => line.replace("((#2,#3,#4))", "((#602,#604,#607,#613,#618))"));
  const pump = `#50=IFCPUMP('${guid("pump")}',$,'Pump',$,$,$,$,$,$);`;
  const part = await loadText(
    stepFile([
      ...house,
      ...imperial,
      pump,
      ...sets(
        60,
        50,
        "Mine",
        ...["Length", "IFCPOSITIVELENGTHMEASURE(10.)", "Area", "IFCAREAMEASURE(100.)"],
        ...["Power", "IFCPOWERMEASURE(1000.)", "Flow", "IFCVOLUMETRICFLOWRATEMEASURE(1.)"],
        ...["Density", "IFCMASSDENSITYMEASURE(1.)", "Ratio", "IFCRATIOMEASURE(0.5)"],
      ),
      "#90=IFCPROPERTYSINGLEVALUE('Heat',$,IFCENERGYMEASURE(2.),#619);",
      `#91=IFCPROPERTYSET('${guid("s91")}',$,'Other',$,(#90));`,
      `#92=IFCRELDEFINESBYPROPERTIES('${guid("d92")}',$,$,$,(#50),#91);`,
    ]),
  );
  const { Mine, Other } = twin(part, "pump").propertySets as Record<string, Record<string, number>>;
  expect(Mine).toEqual({
    Length: 3.048,
    Area: 9.290304,
    Power: 293.07107,
    Flow: 0.0004719474432,
    Density: 1000,
    Ratio: 0.5,
  });
  expect(Other).toEqual({ Heat: 2000 });
  expect(part.findings.map(({ code }) => code)).not.toContain("IFC_UNIT_UNKNOWN");
});
