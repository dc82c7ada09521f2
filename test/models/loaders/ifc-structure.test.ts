import { describe, expect, test } from "vitest";
import type { Attributes } from "../../../models/district.ts";
import type { DistrictPart } from "../../../models/loaders/loader.ts";
import { codes, guid, HOUSE, loadHouse, loadText, stepFile } from "./ifc-model.ts";

function twin(part: DistrictPart, name: string): Attributes {
  return part.twins.find((one) => one.element.startsWith(`0${name}`))!.attributes;
}

function parentOf(part: DistrictPart, name: string): string | undefined {
  return part.links.find((link) => link.to.includes(`:0${name}`))?.from.replaceAll("$", "");
}

const PUMP = `#50=IFCPUMP('${guid("pump")}',$,'Pump',$,$,$,$,'T1',.CIRCULATOR.);`;

describe("what contains what", () => {
  test("a house without faults has no findings but the missing map conversion", async () => {
    const part = await loadHouse();
    expect(codes(part)).toEqual(["IFC_GEOREFERENCE_MISSING #20"]);
    expect(part.links).toHaveLength(2);
  });

  test("T2: a device within an assembly within a space is in that space", async () => {
    const part = await loadHouse(
      PUMP,
      `#51=IFCELEMENTASSEMBLY('${guid("assembly")}',$,$,$,$,$,$,$,$,$);`,
      `#52=IFCRELAGGREGATES('${guid("r52")}',$,$,$,#51,(#50));`,
      `#53=IFCRELCONTAINEDINSPATIALSTRUCTURE('${guid("r53")}',$,$,$,(#51),#40);`,
    );
    expect(parentOf(part, "pump")).toBe("space:s:0space");
    expect(twin(part, "pump")).toMatchObject({ ifcClass: "IfcPump", predefinedType: "CIRCULATOR", tag: "T1" });
  });

  test("nested buildings, split levels and partial spaces are parts of their own kind", async () => {
    const part = await loadHouse(
      `#60=IFCBUILDING('${guid("wing")}',$,'W',$,$,$,$,$,.PARTIAL.,$,$,$);`,
      `#61=IFCBUILDINGSTOREY('${guid("split")}',$,'L',$,$,$,$,$,.PARTIAL.,1.5);`,
      `#62=IFCSPACE('${guid("corner")}',$,'1a',$,$,$,$,$,.PARTIAL.,$,$);`,
      `#63=IFCRELAGGREGATES('${guid("r63")}',$,$,$,#20,(#60));`,
      `#64=IFCRELAGGREGATES('${guid("r64")}',$,$,$,#30,(#61));`,
      `#65=IFCRELAGGREGATES('${guid("r65")}',$,$,$,#40,(#62));`,
    );
    expect([parentOf(part, "wing"), parentOf(part, "split"), parentOf(part, "corner")]).toEqual([
      "building:s:0building",
      "storey:s:0storey",
      "space:s:0space",
    ]);
  });

  test("T1: a device without a place is a twin without a link, and a finding", async () => {
    const part = await loadHouse(PUMP);
    expect(twin(part, "pump")).toBeDefined();
    expect(parentOf(part, "pump")).toBeUndefined();
    expect(codes(part)).toContain("IFC_UNPLACED #50");
  });

  test("P2: a circle of parts is cut and told once", async () => {
    const part = await loadHouse(
      `#60=IFCSPACE('${guid("a")}',$,'a',$,$,$,$,$,.PARTIAL.,$,$);`,
      `#61=IFCSPACE('${guid("b")}',$,'b',$,$,$,$,$,.PARTIAL.,$,$);`,
      `#62=IFCRELAGGREGATES('${guid("r62")}',$,$,$,#60,(#61));`,
      `#63=IFCRELAGGREGATES('${guid("r63")}',$,$,$,#61,(#60));`,
    );
    expect(part.twins).toHaveLength(5);
    expect(codes(part).filter((code) => code.startsWith("IFC_CYCLE"))).toEqual(["IFC_CYCLE #60"]);
    expect([parentOf(part, "a"), parentOf(part, "b")]).toEqual([undefined, "space:s:0a"]);
  });

  test("a relation to what is not in the file is a finding, and its other members are kept", async () => {
    const part = await loadHouse(PUMP, `#53=IFCRELCONTAINEDINSPATIALSTRUCTURE('${guid("r53")}',$,$,$,(#99,#50),#40);`);
    expect(parentOf(part, "pump")).toBe("space:s:0space");
    expect(codes(part)).toContain("IFC_REFERENCE_BROKEN #53");
  });
});

describe("GlobalIds", () => {
  test("D1: a GlobalId that is taken gets the entity's number, one that is missing is replaced by it", async () => {
    const part = await loadHouse(
      `#60=IFCSPACE('${guid("space")}',$,'2',$,$,$,$,$,.ELEMENT.,$,$);`,
      `#61=IFCSPACE($,$,'3',$,$,$,$,$,.ELEMENT.,$,$);`,
      `#62=IFCSPACE('short',$,'4',$,$,$,$,$,.ELEMENT.,$,$);`,
      `#63=IFCRELAGGREGATES('${guid("r63")}',$,$,$,#30,(#60,#61,#62));`,
    );
    const ids = part.twins.filter((one) => one.kind === "space").map((one) => one.id);
    expect(ids).toEqual([`space:s:${guid("space")}`, `space:s:${guid("space")}#60`, "space:s:#61", "space:s:short"]);
    expect(codes(part)).toEqual(
      expect.arrayContaining(["IFC_GLOBALID_DUPLICATE #60", "IFC_GLOBALID_MISSING #61", "IFC_GLOBALID_INVALID #62"]),
    );
  });
});

describe("units", () => {
  const inFeet = [
    "#6=IFCMEASUREWITHUNIT(IFCLENGTHMEASURE(0.3048),#2);",
    "#7=IFCDIMENSIONALEXPONENTS(1,0,0,0,0,0,0);",
    "#8=IFCCONVERSIONBASEDUNIT(#7,.LENGTHUNIT.,'FOOT',#6);",
    ...HOUSE.map((line) => line.replace("((#2,#3,#4))", "((#8,#3,#4))").replace(".ELEMENT.,0.);", ".ELEMENT.,10.);")),
  ];

  test("lengths in feet become metres: elevation, properties and quantities", async () => {
    const part = await loadText(
      stepFile([
        ...inFeet,
        "#70=IFCPROPERTYSINGLEVALUE('Sill',$,IFCPOSITIVELENGTHMEASURE(3.),$);",
        "#71=IFCPROPERTYSINGLEVALUE('Sill2',$,IFCLENGTHMEASURE(3.),#2);",
        `#72=IFCPROPERTYSET('${guid("set")}',$,'Mine',$,(#70,#71));`,
        `#73=IFCRELDEFINESBYPROPERTIES('${guid("r73")}',$,$,$,(#40),#72);`,
        "#74=IFCQUANTITYLENGTH('Height',$,$,8.,$);",
        "#75=IFCQUANTITYAREA('NetFloorArea',$,$,20.,$);",
        `#76=IFCELEMENTQUANTITY('${guid("q")}',$,'Qto_SpaceBaseQuantities',$,$,(#74,#75));`,
        `#77=IFCRELDEFINESBYPROPERTIES('${guid("r77")}',$,$,$,(#40),#76);`,
      ]),
    );
    expect(twin(part, "storey").elevationM).toBe(3.048);
    expect(twin(part, "space")).toMatchObject({
      propertySets: { Mine: { Sill: 0.9144, Sill2: 3 } },
      heightM: 2.4384,
      netFloorAreaM2: 20,
    });
  });

  test("a project without units is read in metres, with a warning", async () => {
    const part = await loadText(stepFile(HOUSE.map((line) => line.replace(",$,#5);", ",$,$);"))));
    expect(twin(part, "building").elevationM).toBe(515);
    expect(codes(part)).toContain("IFC_UNITS_MISSING #1");
  });

  test("a foot that is not 0.3048 m is a finding, and the factor is used", async () => {
    const part = await loadText(stepFile(inFeet.map((line) => line.replace("(0.3048)", "(0.3)"))));
    expect(codes(part)).toContain("IFC_UNIT_FACTOR #8");
    expect(twin(part, "storey").elevationM).toBe(3);
  });
});

describe("property sets", () => {
  test("every kind of property has its JSON form", async () => {
    const part = await loadHouse(
      "#70=IFCPROPERTYSINGLEVALUE('One',$,IFCBOOLEAN(.T.),$);",
      "#71=IFCPROPERTYENUMERATEDVALUE('Enum',$,(IFCLABEL('A'),IFCLABEL('B')),$);",
      "#72=IFCPROPERTYBOUNDEDVALUE('Bounds',$,IFCREAL(26.),IFCREAL(20.),$,IFCREAL(21.5));",
      "#73=IFCPROPERTYLISTVALUE('List',$,(IFCINTEGER(1),IFCINTEGER(2)),$);",
      "#74=IFCPROPERTYTABLEVALUE('Table',$,(IFCREAL(0.),IFCREAL(1.)),(IFCREAL(5.),IFCREAL(6.)),$,$,$,$);",
      "#75=IFCPROPERTYSINGLEVALUE('Inner',$,IFCLABEL('deep'),$);",
      "#76=IFCCOMPLEXPROPERTY('Complex',$,'Use',(#75));",
      `#78=IFCPROPERTYSET('${guid("set")}',$,'Mine',$,(#70,#71,#72,#73,#74,#76));`,
      `#79=IFCRELDEFINESBYPROPERTIES('${guid("r79")}',$,$,$,(#40),#78);`,
    );
    expect(twin(part, "space").propertySets).toEqual({
      Mine: {
        One: true,
        Enum: ["A", "B"],
        Bounds: { lower: 20, upper: 26, setPoint: 21.5 },
        List: [1, 2],
        Table: [
          { defining: 0, defined: 5 },
          { defining: 1, defined: 6 },
        ],
        Complex: { Inner: "deep" },
      },
    });
  });

  test("P1: what the occurrence says wins over its type", async () => {
    const part = await loadHouse(
      PUMP,
      "#70=IFCPROPERTYSINGLEVALUE('Reference',$,IFCIDENTIFIER('type'),$);",
      "#71=IFCPROPERTYSINGLEVALUE('Status',$,IFCLABEL('NEW'),$);",
      `#72=IFCPROPERTYSET('${guid("typeset")}',$,'Pset_PumpOccurrence',$,(#70,#71));`,
      `#73=IFCPUMPTYPE('${guid("type")}',$,'Wilo 25',$,$,(#72),$,$,$,.CIRCULATOR.);`,
      `#74=IFCRELDEFINESBYTYPE('${guid("r74")}',$,$,$,(#50),#73);`,
      "#75=IFCPROPERTYSINGLEVALUE('Reference',$,IFCIDENTIFIER('own'),$);",
      `#76=IFCPROPERTYSET('${guid("ownset")}',$,'Pset_PumpOccurrence',$,(#75));`,
      `#77=IFCRELDEFINESBYPROPERTIES('${guid("r77")}',$,$,$,(#50),#76);`,
    );
    expect(twin(part, "pump")).toMatchObject({
      typeName: "Wilo 25",
      typeClass: "IfcPumpType",
      propertySets: { Pset_PumpOccurrence: { Reference: "own", Status: "NEW" } },
    });
  });

  test("a property named __proto__ is a property like any other", async () => {
    const part = await loadHouse(
      "#70=IFCPROPERTYSINGLEVALUE('__proto__',$,IFCLABEL('x'),$);",
      `#78=IFCPROPERTYSET('${guid("set")}',$,'__proto__',$,(#70));`,
      `#79=IFCRELDEFINESBYPROPERTIES('${guid("r79")}',$,$,$,(#40),#78);`,
    );
    expect(JSON.stringify(twin(part, "space").propertySets)).toBe('{"__proto__":{"__proto__":"x"}}');
  });
});

test("zones and systems stand at their members and, with counts, at the building", async () => {
  const part = await loadHouse(
    PUMP,
    `#53=IFCRELCONTAINEDINSPATIALSTRUCTURE('${guid("r53")}',$,$,$,(#50),#40);`,
    `#80=IFCZONE('${guid("zone")}',$,'Heated',$,$,$);`,
    `#81=IFCZONE('${guid("outer")}',$,'All',$,$,$);`,
    `#82=IFCDISTRIBUTIONSYSTEM('${guid("heating")}',$,'Heating',$,$,$,.HEATING.);`,
    `#83=IFCRELASSIGNSTOGROUP('${guid("r83")}',$,$,$,(#40),$,#80);`,
    `#84=IFCRELASSIGNSTOGROUP('${guid("r84")}',$,$,$,(#80),$,#81);`,
    `#85=IFCRELASSIGNSTOGROUP('${guid("r85")}',$,$,$,(#50),$,#82);`,
  );
  expect(twin(part, "space").zones).toMatchObject([{ name: "Heated" }, { name: "All" }]);
  expect(twin(part, "pump").systems).toMatchObject([{ name: "Heating", predefinedType: "HEATING" }]);
  expect(twin(part, "building").zones).toMatchObject([{ name: "Heated", memberCount: 1 }, { name: "All" }]);
  expect(twin(part, "building").systems).toMatchObject([{ globalId: guid("heating"), memberCount: 1 }]);
});

describe("georeference", () => {
  test("map conversion and coordinate system become attributes of the building", async () => {
    const part = await loadHouse(
      "#90=IFCGEOMETRICREPRESENTATIONCONTEXT($,'Model',3,1.E-05,$,#93);",
      "#91=IFCPROJECTEDCRS('EPSG:25832','ETRS89 / UTM 32N','ETRS89','DHHN2016','UTM','32',#2);",
      "#92=IFCMAPCONVERSION(#90,#91,691000.5,5334000.25,515.,1.,0.,0.9996);",
      "#93=IFCDIRECTION((0.5,0.866025403784));",
    );
    expect(twin(part, "building")).toMatchObject({
      location: { latDeg: 48 + 8 / 60, lonDeg: 11 + 34 / 60 + 30 / 3600, elevationM: 515 },
      mapConversion: {
        eastings: 691000.5,
        northings: 5334000.25,
        orthogonalHeight: 515,
        scale: 0.9996,
        crs: { name: "EPSG:25832" },
      },
      trueNorthDeg: expect.closeTo(30, 6),
    });
    expect(codes(part)).toEqual([]);
  });

  test("coordinates that are not on earth are left out with a finding", async () => {
    const part = await loadText(stepFile(HOUSE.map((line) => line.replace("(48,8,0)", "(98,8,0)"))));
    expect(twin(part, "building").location).toBeUndefined();
    expect(codes(part)).toContain("IFC_GEOREFERENCE_IMPLAUSIBLE #10");
  });

  test("IFC2x3 has the map conversion in property sets of the site", async () => {
    const part = await loadText(
      stepFile(
        [
          ...HOUSE,
          "#70=IFCPROPERTYSINGLEVALUE('Eastings',$,IFCREAL(691000.),$);",
          "#71=IFCPROPERTYSINGLEVALUE('Name',$,IFCLABEL('EPSG:25832'),$);",
          `#72=IFCPROPERTYSET('${guid("m")}',$,'ePSet_MapConversion',$,(#70));`,
          `#73=IFCPROPERTYSET('${guid("c")}',$,'ePSet_ProjectedCRS',$,(#71));`,
          `#74=IFCRELDEFINESBYPROPERTIES('${guid("r74")}',$,$,$,(#10),#72);`,
          `#75=IFCRELDEFINESBYPROPERTIES('${guid("r75")}',$,$,$,(#10),#73);`,
        ],
        "IFC2X3",
      ),
    );
    expect(twin(part, "building").mapConversion).toEqual({ eastings: 691000, crs: { name: "EPSG:25832" } });
  });
});
