// What a CityGML file says of its buildings, and what is found when it is broken.

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  attributesOf,
  building,
  CUBE,
  cityModel,
  codesOf,
  link,
  load,
  member,
  multiSurface,
  polygon,
  solid,
  surfaceMember,
} from "./citygml-forms.ts";

const SOLID = `<bldg:lod2Solid>${solid(CUBE.map((face) => surfaceMember(polygon(face))).join(""))}</bldg:lod2Solid>`;
const surface = (content: string) => `<bldg:lod2MultiSurface>${multiSurface(content)}</bldg:lod2MultiSurface>`;
const house = (content: string) => cityModel(building(content + SOLID));
const house3 = (content: string) => cityModel(building(content + SOLID.replaceAll("bldg:", "")), 3);

describe("what a building says", () => {
  test("lengths in metres are numbers, others keep their unit", async () => {
    const height = (uom: string) => attributesOf(house(`<bldg:measuredHeight ${uom}>12.5</bldg:measuredHeight>`));
    for (const uom of ["", 'uom="m"', 'uom="#m"', 'uom="urn:adv:uom:m"', 'uom="urn:ogc:def:uom:EPSG::9001"']) {
      expect(await height(uom)).toMatchObject({ measuredHeight: 12.5 });
    }
    expect(await height('uom="ft"')).toMatchObject({ measuredHeight: { value: 12.5, uom: "ft" } });
    const heights = '<bldg:storeyHeightsAboveGround uom="m">3 2.75 unknown</bldg:storeyHeightsAboveGround>';
    expect(await attributesOf(house(heights))).toMatchObject({ storeyHeightsAboveGround: [3, 2.75, "unknown"] });
  });

  test("heights of CityGML 3 that are no measuredHeight keep what they are measured between", async () => {
    const height = (status: string, low: string, value: number) =>
      `<con:height><con:Height><con:highReference>highestRoofEdge</con:highReference><con:lowReference>${low}</con:lowReference>
      <con:status>${status}</con:status><con:value uom="m">${value}</con:value></con:Height></con:height>`;
    const file = house3(height("measured", "lowestGroundPoint", 9) + height("estimated", "lowestFloor", 8));
    expect(await attributesOf(file)).toMatchObject({
      measuredHeight: 9,
      heights: [
        {
          ...{ highReference: "highestRoofEdge", lowReference: "lowestFloor", status: "estimated" },
          value: { value: 8, uom: "m" },
        },
      ],
    });
  });

  test("names, codes and their lists", async () => {
    const said = `<gml:name>Church</gml:name><gml:name codeSpace="x">Kirche</gml:name>
      <bldg:function codeSpace="http://lists/function.xml">31001</bldg:function><bldg:function>31002</bldg:function>`;
    const { twins, findings } = await load(house(said));
    expect(twins[0]).toMatchObject({
      name: "Church",
      attributes: { name: "Church", otherNames: ["Kirche"], function: ["31001", "31002"] },
    });
    expect(findings.map(({ code, message }) => `${code} ${message}`)).toEqual([
      "CITYGML_CODE_SPACE codes of function are those of http://lists/function.xml",
    ]);
  });

  test.each([
    [
      "CityGML 2",
      house(`<gen:stringAttribute name="s"><gen:value>007</gen:value></gen:stringAttribute>
        <gen:intAttribute name="i"><gen:value>7</gen:value></gen:intAttribute>
        <gen:doubleAttribute name="d"><gen:value>7.5</gen:value></gen:doubleAttribute>
        <gen:dateAttribute name="t"><gen:value>2020-01-01</gen:value></gen:dateAttribute>
        <gen:uriAttribute name="u"><gen:value>http://x</gen:value></gen:uriAttribute>
        <gen:measureAttribute name="m"><gen:value uom="kWh">12</gen:value></gen:measureAttribute>
        <gen:genericAttributeSet name="set"><gen:intAttribute name="i"><gen:value>1</gen:value></gen:intAttribute></gen:genericAttributeSet>`),
    ],
    [
      "CityGML 3",
      house3(
        ["String s 007", "Int i 7", "Double d 7.5", "Date t 2020-01-01", "Uri u http://x", "Measure m 12"]
          .map((text) => text.split(" "))
          .map(([type, name, value]) => {
            const uom = type === "Measure" ? ' uom="kWh"' : "";
            return `<genericAttribute><gen:${type}Attribute><gen:name>${name}</gen:name><gen:value${uom}>${value}</gen:value></gen:${type}Attribute></genericAttribute>`;
          })
          .join("") +
          `<genericAttribute><gen:GenericAttributeSet><gen:name>set</gen:name><gen:genericAttribute><gen:IntAttribute>
          <gen:name>i</gen:name><gen:value>1</gen:value></gen:IntAttribute></gen:genericAttribute></gen:GenericAttributeSet></genericAttribute>`,
      ),
    ],
  ])("generic attributes of all types in %s", async (_version, file) => {
    expect(await attributesOf(file)).toMatchObject({
      ...{ s: "007", i: 7, d: 7.5, t: "2020-01-01", u: "http://x", m: { value: 12, uom: "kWh" }, set: { i: 1 } },
    });
  });

  test("addresses of xAL 2 and references to other systems in CityGML 2", async () => {
    const address = `<bldg:address><Address><xalAddress><xAL:AddressDetails><xAL:Country><xAL:CountryName>Deutschland</xAL:CountryName>
      <xAL:Locality Type="Town"><xAL:LocalityName>Karlsruhe</xAL:LocalityName><xAL:Thoroughfare Type="Street">
      <xAL:ThoroughfareNumber>12a</xAL:ThoroughfareNumber><xAL:ThoroughfareName>Am Wald</xAL:ThoroughfareName></xAL:Thoroughfare>
      <xAL:PostalCode><xAL:PostalCodeNumber>76131</xAL:PostalCodeNumber></xAL:PostalCode></xAL:Locality></xAL:Country>
      </xAL:AddressDetails></xalAddress></Address></bldg:address>`;
    const reference = (target: string) =>
      `<externalReference><informationSystem>http://alkis</informationSystem><externalObject>${target}</externalObject></externalReference>`;
    const said = address + reference("<name>DEBW1</name>") + reference("<uri>urn:x</uri>");
    expect(await attributesOf(house(said))).toMatchObject({
      address: [
        {
          ...{ Country: "Deutschland", Locality: "Karlsruhe", Postcode: "76131" },
          ...{ ThoroughfareName: "Am Wald", ThoroughfareNumber: "12a" },
        },
      ],
      externalReferences: [
        { informationSystem: "http://alkis", name: "DEBW1" },
        { informationSystem: "http://alkis", uri: "urn:x" },
      ],
    });
  });

  test("parts, installations and rooms of CityGML 2, and what has no twin is counted", async () => {
    const file = cityModel(
      `${building(`<bldg:outerBuildingInstallation><bldg:BuildingInstallation gml:id="i"/></bldg:outerBuildingInstallation>
        <bldg:interiorRoom><bldg:Room gml:id="r"><gml:name>Hall</gml:name><bldg:roomInstallation><bldg:IntBuildingInstallation gml:id="ii"/></bldg:roomInstallation></bldg:Room></bldg:interiorRoom>
        <bldg:consistsOfBuildingPart><bldg:BuildingPart gml:id="p">${SOLID}</bldg:BuildingPart></bldg:consistsOfBuildingPart>`)}
      ${member('<veg:PlantCover gml:id="t"/>')}${member('<veg:PlantCover gml:id="u"/>')}
      <app:appearanceMember><app:Appearance/></app:appearanceMember>`,
    );
    const { twins, links, census, findings } = await load(file);
    expect(twins.map(({ id, name }) => [id, name])).toEqual([
      ["building:s:b1", undefined],
      ["space:s:r", "Hall"],
    ]);
    expect(links).toEqual([{ from: "building:s:b1", role: "contains", to: "space:s:r" }]);
    expect(twins[0]!.attributes).toMatchObject({
      ...{ volumeM3: 1, parts: [{ id: "p", volumeM3: 1 }], installations: { BuildingInstallation: 2 } },
    });
    expect(census).toEqual({
      read: { Building: 1, Room: 1 },
      kept: { BuildingPart: 1, BuildingInstallation: 1, IntBuildingInstallation: 1 },
      unknown: { PlantCover: 2, Appearance: 1 },
    });
    expect(findings.map(({ message }) => message)).toEqual(["no twins were made of 2 PlantCover"]);
  });

  test("a surface of which the file says more than its shape is kept, and one that two link to is counted once", async () => {
    const sun = '<gen:doubleAttribute name="sun"><gen:value>950.5</gen:value></gen:doubleAttribute>';
    const roof = `<bldg:boundedBy><bldg:RoofSurface gml:id="roof"><gml:name>South</gml:name>${sun}</bldg:RoofSurface></bldg:boundedBy>`;
    const shared = `<bldg:boundedBy xlink:href="#roof"/><bldg:boundedBy xlink:href="#nothing"/>`;
    const { twins, census, findings } = await load(
      house(`${roof}${shared}<bldg:boundedBy><bldg:WallSurface gml:id="w"/></bldg:boundedBy>`),
    );
    expect(twins[0]!.attributes.surfaces).toEqual([{ id: "roof", type: "RoofSurface", name: "South", sun: 950.5 }]);
    expect(census!.kept).toEqual({ RoofSurface: 1, WallSurface: 1 });
    expect(findings.map(({ code }) => code)).toEqual(["CITYGML_LINK_UNKNOWN"]);
  });

  test("a room links from its storey and its unit, in whatever order they stand", async () => {
    const room = '<bldg:buildingRoom><bldg:BuildingRoom gml:id="r"/></bldg:buildingRoom>';
    const rest = `<bldg:buildingSubdivision><bldg:Storey gml:id="st"><bldg:buildingRoom xlink:href="#r"/></bldg:Storey></bldg:buildingSubdivision>
      <bldg:buildingSubdivision><bldg:BuildingUnit gml:id="u"><bldg:buildingRoom xlink:href="#r"/></bldg:BuildingUnit></bldg:buildingSubdivision>`;
    for (const file of [house3(room + rest), house3(rest + room)]) {
      const { links, twins } = await load(file);
      expect(links).toContainEqual({ from: "storey:s:st", role: "contains", to: "space:s:r" });
      expect(twins.find(({ id }) => id === "space:s:r")!.attributes).toMatchObject({ unit: "u" });
    }
  });
});

describe("extensions and Dynamizers", () => {
  const system = member(
    `<energy:Boiler gml:id="boiler"><energy:installedPower uom="kW">24</energy:installedPower><energy:installedIn xlink:href="#b1"/></energy:Boiler>`,
  );
  const demand = `<energy:demands><energy:EnergyDemand gml:id="d"><energy:endUse>spaceHeating</energy:endUse><energy:energyAmount>
    <energy:RegularTimeSeries><energy:timeInterval unit="month">1</energy:timeInterval><energy:values uom="kWh">10 9 8</energy:values></energy:RegularTimeSeries>
    </energy:energyAmount></energy:EnergyDemand></energy:demands>`;
  const rooms = `<bldg:interiorRoom><bldg:Room gml:id="r"/></bldg:interiorRoom>
    <energy:thermalZone><energy:ThermalZone gml:id="z"><energy:interiorRoom xlink:href="#r"/></energy:ThermalZone></energy:thermalZone>`;

  test("demands with series, zones of rooms, and systems that only name their building", async () => {
    const { twins, findings, census } = await load(cityModel(building(demand + rooms + SOLID) + system));
    expect(findings).toEqual([]);
    expect(twins[0]!.attributes.energy).toEqual({
      demands: [
        {
          ...{ type: "EnergyDemand", id: "d", endUse: "spaceHeating" },
          energyAmount: {
            type: "RegularTimeSeries",
            timeInterval: { value: 1, unit: "month" },
            values: { value: [10, 9, 8], uom: "kWh" },
          },
        },
      ],
      thermalZone: [{ type: "ThermalZone", id: "z", interiorRoom: "r" }],
      boiler: { id: "boiler", installedPower: { value: 24, uom: "kW" }, installedIn: "b1" },
    });
    expect(twins[1]!.attributes.energy).toEqual({ thermalZone: ["z"] });
    expect(census!.kept).toMatchObject({ EnergyDemand: 1, ThermalZone: 1, Boiler: 1 });
  });

  test("what belongs to no building is told of and counted", async () => {
    const { findings, census } = await load(cityModel(building(SOLID) + system.replace("#b1", "#nobody")));
    expect(findings.map(({ code, message }) => `${code} ${message}`)).toEqual([
      "CITYGML_EXTENSION_LOOSE nothing links to 1 Boiler, nor do they to a building",
    ]);
    expect(census!.unknown).toEqual({ Boiler: 1 });
  });

  test("a series without end is cut", async () => {
    const long = demand.replace("10 9 8", "1 ".repeat(100_001));
    expect(await codesOf(cityModel(building(long + SOLID)))).toEqual(["warning CITYGML_SERIES_LENGTH line 10"]);
  });

  const dynamizer = (reference: string, more = "") =>
    `<dyn:Dynamizer gml:id="dyn"><dyn:attributeRef>${reference}</dyn:attributeRef>${more}</dyn:Dynamizer>`;
  const sensor = `<dyn:sensorConnection><dyn:SensorConnection><dyn:connectionType>ogc_sos_2.0</dyn:connectionType>
    <dyn:sensorID>s-1</dyn:sensorID></dyn:SensorConnection></dyn:sensorConnection>`;
  const series = `<dyn:dynamicData><dyn:GenericTimeseries><dyn:valueType>double</dyn:valueType>
    <dyn:timeValuePair><dyn:TimeValuePair><dyn:timestamp>2020-01-01T00:00:00Z</dyn:timestamp><dyn:doubleValue>1.5</dyn:doubleValue></dyn:TimeValuePair></dyn:timeValuePair>
    </dyn:GenericTimeseries></dyn:dynamicData>`;
  const roof = '<boundary><con:RoofSurface gml:id="roof"/></boundary>';

  test("a Dynamizer of a roof belongs to its building, wherever it stands", async () => {
    const bound = dynamizer("//con:RoofSurface[@gml:id='roof']/genericAttribute", sensor + series);
    const shape = SOLID.replaceAll("bldg:", "");
    const beside = cityModel(building(roof + shape) + member(bound), 3);
    const within = cityModel(building(`${roof}<dynamizer>${bound}</dynamizer>${shape}`), 3);
    for (const file of [beside, within]) {
      const { twins, links } = await load(file);
      expect(twins.map(({ id }) => id)).toEqual(["building:s:b1", "device:s:dyn"]);
      expect(links).toEqual([{ from: "building:s:b1", role: "contains", to: "device:s:dyn" }]);
      expect(twins[0]!.attributes.dynamizers).toMatchObject([
        {
          ...{ id: "dyn", sensorConnection: { sensorID: "s-1" } },
          timeseries: {
            ...{ type: "GenericTimeseries", valueType: "double" },
            timeValuePair: [{ timestamp: "2020-01-01T00:00:00Z", doubleValue: 1.5 }],
          },
        },
      ]);
    }
  });

  test("one that is bound to nothing is told of, and without a sensor there is no device", async () => {
    const shape = SOLID.replaceAll("bldg:", "");
    const lost = cityModel(building(shape) + member(dynamizer("//bldg:Building[@gml:id='b2']")), 3);
    expect(await codesOf(lost)).toEqual(["warning CITYGML_DYNAMIZER line 9"]);
    const { twins } = await load(cityModel(building(shape) + member(dynamizer("id('b1')/x", series)), 3));
    expect(twins.map(({ kind }) => kind)).toEqual(["building"]);
    expect(twins[0]!.attributes.dynamizers).toHaveLength(1);
  });
});

describe("a file that is broken", () => {
  test.each([
    ["text that is no XML", "", "error CITYGML_TYPE line 1"],
    ["another XML", "<kml/>", "error CITYGML_TYPE line 1"],
    ["a model without a namespace", "<CityModel/>", "warning CITYGML_VERSION line 1"],
    ["a file that is cut off", house("").replace(/<\/gml:Solid>[\s\S]*/, ""), "error CITYGML_TRUNCATED line 9"],
    ["a tag that is none", house("<bldg:a b=c>"), "error CITYGML_XML line 9"],
    ["a building without a geometry", cityModel(building("")), "warning CITYGML_NO_GEOMETRY line 9"],
    ["no building", cityModel(""), "warning CITYGML_BUILDING_MISSING"],
    ["an id that comes twice", cityModel(building(SOLID) + building(SOLID)), "error CITYGML_ID_TWICE line 9"],
    ["a building without an id", house("").replace(' gml:id="b1"', ""), "warning CITYGML_ID_MISSING line 9"],
    ["a part of no building", cityModel(member("<bldg:BuildingPart gml:id='p'/>")), "error CITYGML_ORPHAN line 9"],
    ["a link to nothing", house(surface(link("nothing"))), "warning CITYGML_LINK_UNKNOWN line 9"],
    [
      "a link to another file",
      house(surface('<gml:surfaceMember xlink:href="other.gml#x"/>')),
      "warning CITYGML_LINK_EXTERNAL line 9",
    ],
    [
      "a member that is another file",
      house("").replace("</CityModel>", '<cityObjectMember xlink:href="http://x/y.gml"/></CityModel>'),
      "warning CITYGML_LINK_EXTERNAL line 10",
    ],
    [
      "a surface that links to itself",
      house(
        surface(
          `<gml:surfaceMember><gml:CompositeSurface gml:id="c">${link("c")}</gml:CompositeSurface></gml:surfaceMember>`,
        ),
      ),
      "error CITYGML_LINK_CYCLE line 9",
    ],
    ["a ring that is none", house(surface(surfaceMember(polygon("0 0 0 1 1 1 0 0 0")))), "warning CITYGML_RING line 9"],
    ["coordinates that are none", house(surface(surfaceMember(polygon("0 0 x")))), "error CITYGML_COORDINATES line 9"],
    [
      "coordinates that are no points",
      house(surface(surfaceMember(polygon("0 0 0 1")))),
      "warning CITYGML_RING line 9",
    ],
    [
      "a geometry that is none",
      house(surface("").replaceAll("gml:MultiSurface", "gml:Blob")),
      "error CITYGML_GEOMETRY line 9",
    ],
    ["a surface that is none", house(surface(surfaceMember("<gml:Blob/>"))), "error CITYGML_GEOMETRY line 9"],
    ["an open solid", cityModel(building(SOLID.replace(polygon(CUBE[1]!), ""))), "warning CITYGML_SOLID_OPEN line 9"],
    ["no reference system", house("").replace(/ srsName="[^"]*"/, ""), "warning CITYGML_CRS_MISSING"],
    [
      "a room that is its own part",
      house3(`<bldg:buildingSubdivision><bldg:BuildingUnit gml:id="u"><bldg:storey xlink:href="#st"/></bldg:BuildingUnit></bldg:buildingSubdivision>
        <bldg:buildingSubdivision><bldg:Storey gml:id="st"><bldg:buildingUnit xlink:href="#u"/></bldg:Storey></bldg:buildingSubdivision>`),
      "warning CITYGML_CYCLE line 10",
    ],
  ])("%s", async (_what, file, code) => {
    expect(await codesOf(file)).toContain(code);
  });

  test("entities of a DOCTYPE are refused, and never replaced", async () => {
    const bomb = Array.from({ length: 30 }, (_, i) => `<!ENTITY e${i + 1} "&e${i};&e${i};">`).join("");
    const doctype = `<!DOCTYPE CityModel [<!ENTITY e0 "x]>"> <!ENTITY f SYSTEM "file:///etc/passwd">${bomb}]>`;
    const file = house("<gml:name>&e30;&f; &amp;</gml:name>").replace("<CityModel", `${doctype}<CityModel`);
    expect(await codesOf(file)).toEqual(["error CITYGML_ENTITIES line 2"]);
    expect((await load(file)).twins[0]!.name).toBe("&e30;&f; &");
  });

  test("surfaces that link to each other over and over cost no more than they are", async () => {
    const doubled = Array.from(
      { length: 40 },
      (_, i) =>
        `<gml:surfaceMember><gml:CompositeSurface gml:id="c${i}">${link(`c${i + 1}`).repeat(2)}</gml:CompositeSurface></gml:surfaceMember>`,
    );
    const last = `<gml:surfaceMember><gml:CompositeSurface gml:id="c40">${surfaceMember(polygon(CUBE[0]!))}</gml:CompositeSurface></gml:surfaceMember>`;
    expect(await attributesOf(cityModel(building(surface(doubled.join("") + last))))).toMatchObject({
      footprintAreaM2: 1,
    });
    const long = Array.from(
      { length: 60 },
      (_, i) =>
        `<gml:surfaceMember><gml:CompositeSurface gml:id="k${i}">${link(`k${i + 1}`)}</gml:CompositeSurface></gml:surfaceMember>`,
    ).join("");
    expect(await codesOf(cityModel(building(surface(long) + SOLID)))).toContain("error CITYGML_LINK_CYCLE line 9");
  });

  test("text that is not UTF-8 is read as its declaration says, or with a warning", async () => {
    const latin1 = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
    const file = house("<gml:name>Gebäude</gml:name>");
    expect(await codesOf(latin1(file.replace("UTF-8", "ISO-8859-1")))).toEqual([]);
    expect(await codesOf(latin1(file))).toEqual(["warning CITYGML_ENCODING line 1"]);
    expect((await load(latin1(file))).twins[0]!.name).toBe("Gebäude");
  });

  test("nesting without end is a finding", async () => {
    const deep = "<gml:surfaceMember><gml:CompositeSurface>".repeat(5_000);
    expect(await codesOf(house(surface(deep)))).toContain("error CITYGML_XML line 9");
  });
});

describe("L1 whatever happens to a file, nothing is thrown, ids are unique and links lead to twins", () => {
  const fixture = (file: string) => readFileSync(new URL(`../../fixtures/citygml/${file}`, import.meta.url));
  const files = ["BuildingUnits_Storeys_xlink.gml", "Building_CityGML3.0_with_Dynamizer_and_SensorConnection_V1.gml"];
  const check = async (bytes: Uint8Array) => {
    const { twins, links, findings } = await load(bytes);
    const ids = new Set(twins.map(({ id }) => id));
    expect(ids.size).toBe(twins.length);
    for (const { from, to } of links) expect([ids.has(from), ids.has(to)]).toEqual([true, true]);
    expect(() => JSON.stringify([twins, findings])).not.toThrow();
  };

  test.each(files)("%s with bytes changed", async (file) => {
    const bytes = fixture(file);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(bytes.length),
        fc.nat(60),
        fc.uint8Array({ maxLength: 20 }),
        async (at, length, other) => {
          await check(new Uint8Array([...bytes.subarray(0, at), ...other, ...bytes.subarray(at + length)]));
        },
      ),
      { numRuns: 60 },
    );
  });

  test.each(files)("%s with its pieces out of order, or there twice", async (file) => {
    const pieces = fixture(file).toString().split(/(?=<)/);
    const place = fc.nat(pieces.length);
    await fc.assert(
      fc.asyncProperty(place, fc.nat(30), place, fc.boolean(), async (from, length, to, isCopy) => {
        const rest = isCopy ? [...pieces] : pieces.toSpliced(from, length);
        rest.splice(to, 0, ...pieces.slice(from, from + length));
        await check(new TextEncoder().encode(rest.join("")));
      }),
      { numRuns: 60 },
    );
  });

  test.each(files)("%s with its ids and links exchanged", async (file) => {
    const text = fixture(file).toString();
    const ids = [...text.matchAll(/gml:id="([^"]*)"/g)].map(([, id]) => id!);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...ids, "__proto__", "constructor"),
        fc.constantFrom(...ids),
        async (id, other) => {
          await check(new TextEncoder().encode(text.replaceAll(`"${other}"`, `"${id}"`)));
          await check(new TextEncoder().encode(text.replaceAll(`#${other}"`, `#${id}"`)));
        },
      ),
      { numRuns: 60 },
    );
  });
});
