// The geometries of GML in all the forms that it has, and the orders of axes.

import { describe, expect, test } from "vitest";
import { crsOf } from "../../../models/loaders/citygml/srs.ts";
import {
  attributesOf,
  building,
  CUBE,
  cityModel,
  codesOf,
  link,
  load,
  multiSurface,
  polygon,
  solid,
  surfaceMember,
} from "./citygml-forms.ts";

const faces = CUBE.map((face, index) => surfaceMember(polygon(face, `f${index}`)));
const MEASURES = {
  ...{ lods: ["2"], footprintAreaM2: 1, heightM: 1, volumeM3: 1 },
  location: { latDeg: 52.011449246, lonDeg: 4.367591043 },
  position: { x: 85_000.5, y: 447_500.5, z: 0, crs: "http://www.opengis.net/def/crs/EPSG/0/7415" },
};
const lod2 = (what: string, content: string) => `<bldg:lod2${what}>${content}</bldg:lod2${what}>`;
const wall = (content: string, type = "WallSurface") =>
  `<bldg:boundedBy><bldg:${type} gml:id="${type}">${lod2("MultiSurface", multiSurface(content))}</bldg:${type}></bldg:boundedBy>`;
const links = CUBE.map((_, index) => link(`f${index}`));

describe("a cube is measured the same", () => {
  const composite = (members: string) => `<gml:CompositeSurface>${members}</gml:CompositeSurface>`;
  const flipped = (member: string) =>
    `<gml:OrientableSurface orientation="-"><gml:baseSurface>${member}</gml:baseSurface></gml:OrientableSurface>`;
  const backwards = CUBE[1]!
    .match(/\S+ \S+ \S+/g)!
    .reverse()
    .join(" ");
  const patch = (posList: string) => polygon(posList).replaceAll("gml:Polygon", "gml:PolygonPatch");
  const gml2 = (posList: string) => {
    const tuples = posList.match(/\S+ \S+ \S+/g)!.map((point) => point.replaceAll(" ", ","));
    const ring = `<gml:LinearRing><gml:coordinates>${tuples.join(" ")}</gml:coordinates></gml:LinearRing>`;
    return surfaceMember(`<gml:Polygon><gml:outerBoundaryIs>${ring}</gml:outerBoundaryIs></gml:Polygon>`);
  };
  const positions = (posList: string) => {
    const all = posList.match(/\S+ \S+ \S+/g)!.map((point) => `<gml:pos>${point}</gml:pos>`);
    return surfaceMember(polygon("").replace("<gml:posList></gml:posList>", all.join("")));
  };
  test.each([
    ["as a solid of its own faces", lod2("Solid", solid(faces.join("")))],
    ["as a solid of a Shell", lod2("Solid", solid(faces.join(""), "Shell"))],
    ["as a solid that links to its walls", lod2("Solid", solid(links.join(""))) + wall(faces.join(""))],
    ["as a solid to which its walls link", lod2("Solid", solid(faces.join(""))) + wall(links.join(""))],
    [
      "as a solid that links to a whole surface",
      lod2("Solid", `<gml:Solid><gml:exterior xlink:href="#all"/></gml:Solid>`) +
        wall(surfaceMember(composite(faces.join("")).replace(">", ' gml:id="all">'))),
    ],
    [
      "with a face turned over and back",
      lod2(
        "Solid",
        solid([...faces.slice(0, 1), surfaceMember(flipped(polygon(backwards))), ...faces.slice(2)].join("")),
      ),
    ],
    [
      "with patches",
      lod2(
        "Solid",
        `<gml:Solid><gml:exterior><gml:Surface><gml:patches>${CUBE.map(patch).join("")}</gml:patches></gml:Surface></gml:exterior></gml:Solid>`,
      ),
    ],
    [
      "with surfaceMembers",
      lod2(
        "Solid",
        solid("").replace(
          "<gml:CompositeSurface>",
          `<gml:CompositeSurface><gml:surfaceMembers>${CUBE.map((face) => polygon(face)).join("")}</gml:surfaceMembers>`,
        ),
      ),
    ],
    ["with positions of their own", lod2("Solid", solid(CUBE.map(positions).join("")))],
    ["with the coordinates of GML 2", lod2("Solid", solid(CUBE.map(gml2).join("")))],
    [
      "as a CompositeSolid",
      lod2(
        "Solid",
        `<gml:CompositeSolid><gml:solidMember>${solid(faces.join(""))}</gml:solidMember></gml:CompositeSolid>`,
      ),
    ],
    [
      "in any geometry",
      lod2(
        "Geometry",
        `<gml:MultiGeometry><gml:geometryMember>${solid(faces.join(""))}</gml:geometryMember></gml:MultiGeometry>`,
      ),
    ],
    [
      "beside lines where it meets the terrain",
      lod2("Solid", solid(faces.join(""))) + lod2("TerrainIntersection", "<gml:MultiCurve/>"),
    ],
  ])("%s", async (_what, content) => {
    expect(await codesOf(cityModel(building(content)))).toEqual([]);
    expect(await attributesOf(cityModel(building(content)))).toEqual(MEASURES);
  });

  test("as a template that is turned and moved", async () => {
    const local = solid(
      CUBE.map((face) =>
        surfaceMember(
          polygon(
            face.replaceAll("85000", "0").replaceAll("85001", "1").replaceAll("447500", "0").replaceAll("447501", "1"),
          ),
        ),
      ).join(""),
    );
    const implicit = (matrix: string) => `<bldg:lod2ImplicitRepresentation><ImplicitGeometry>
      <transformationMatrix>${matrix}</transformationMatrix>
      <relativeGMLGeometry>${local}</relativeGMLGeometry>
      <referencePoint><gml:Point><gml:pos>85001 447500 0</gml:pos></gml:Point></referencePoint>
      </ImplicitGeometry></bldg:lod2ImplicitRepresentation>`;
    const turned = implicit("0 -1 0 0  1 0 0 0  0 0 1 0  0 0 0 1");
    expect(await attributesOf(cityModel(building(turned)))).toEqual(MEASURES);
    expect(await codesOf(cityModel(building(implicit("1 0 0"))))).toContain("error CITYGML_GEOMETRY line 9");
  });
});

test("faces that bound it mean what their surface is, whoever links to whom", async () => {
  const named = (members: string[]) =>
    wall(members[0]!, "GroundSurface") + wall(members[1]!, "RoofSurface") + wall(members.slice(2).join(""));
  for (const content of [
    lod2("Solid", solid(links.join(""))) + named(faces),
    named(faces) + lod2("Solid", solid(links.join(""))),
    lod2("Solid", solid(faces.join(""))) + named(links),
    named(faces),
  ]) {
    expect(await attributesOf(cityModel(building(content)))).toMatchObject({ footprintAreaM2: 1, heightM: 1 });
  }
  // A roof that is named the ground is what the building stands on: meanings count, not heights.
  const upsideDown = wall(faces[1]!, "GroundSurface") + wall(faces[0]!, "RoofSurface") + wall(faces.slice(2).join(""));
  expect(await attributesOf(cityModel(building(upsideDown)))).toMatchObject({ footprintAreaM2: 1 });
});

test("holes are taken off, openings are part of the walls", async () => {
  const hole =
    "85000.25 447500.25 0 85000.25 447500.75 0 85000.75 447500.75 0 85000.75 447500.25 0 85000.25 447500.25 0";
  const ground = polygon(CUBE[0]!).replace(
    "</gml:Polygon>",
    `<gml:interior><gml:LinearRing><gml:posList>${hole}</gml:posList></gml:LinearRing></gml:interior></gml:Polygon>`,
  );
  expect(await attributesOf(cityModel(building(wall(surfaceMember(ground), "GroundSurface"))))).toMatchObject({
    footprintAreaM2: 0.75,
  });
  const door = `<bldg:opening><bldg:Door gml:id="d">${lod2("MultiSurface", multiSurface(faces[2]!))}</bldg:Door></bldg:opening>`;
  const front = `<bldg:boundedBy><bldg:WallSurface gml:id="w">${door}</bldg:WallSurface></bldg:boundedBy>`;
  const { twins, census } = await load(cityModel(building(wall(faces[0]!, "GroundSurface") + front)));
  expect(twins[0]!.attributes).toMatchObject({ footprintAreaM2: 1, heightM: 1 });
  expect(census!.kept).toEqual({ GroundSurface: 1, WallSurface: 1, Door: 1 });
});

test("levels of detail 0 to 4 are told, and the highest is measured", async () => {
  const outline = (name: string, z: number) =>
    `<bldg:lod0${name}>${multiSurface(surfaceMember(polygon(CUBE[0]!.replaceAll(/ 0(?= |$)/g, ` ${z}`))))}</bldg:lod0${name}>`;
  const both = outline("FootPrint", 0) + outline("RoofEdge", 3);
  expect(await attributesOf(cityModel(building(both)))).toMatchObject({ lods: ["0"], footprintAreaM2: 1, heightM: 3 });
  const higher = both + lod2("Solid", solid(faces.join("")));
  expect(await attributesOf(cityModel(building(higher)))).toMatchObject({ lods: ["0", "2"], heightM: 1, volumeM3: 1 });
});

test("coordinates of two dimensions lie at height 0", async () => {
  const flat = polygon("85000 447500 85001 447500 85001 447501 85000 447501 85000 447500").replace(
    "<gml:posList>",
    '<gml:posList srsDimension="2">',
  );
  expect(
    await attributesOf(cityModel(building(lod2("MultiSurface", multiSurface(surfaceMember(flat)))))),
  ).toMatchObject({
    ...{ footprintAreaM2: 1, heightM: 0 },
  });
});

describe("reference systems", () => {
  test.each([
    ["urn:ogc:def:crs:EPSG::25832", "http://www.opengis.net/def/crs/EPSG/0/25832", 25_832],
    ["urn:ogc:def:crs:EPSG:6.12:25832", "http://www.opengis.net/def/crs/EPSG/6.12/25832", 25_832],
    ["urn:ogc:def:crs,crs:EPSG::25832,crs:EPSG::5783", "http://www.opengis.net/def/crs/EPSG/0/25832", 25_832],
    ["http://www.opengis.net/def/crs/EPSG/0/25832", "http://www.opengis.net/def/crs/EPSG/0/25832", 25_832],
    ["http://www.opengis.net/gml/srs/epsg.xml#25832", "http://www.opengis.net/def/crs/EPSG/0/25832", 25_832],
    ["EPSG:25832", "http://www.opengis.net/def/crs/EPSG/0/25832", 25_832],
    [
      "http://www.opengis.net/def/crs-compound?1=http://www.opengis.net/def/crs/EPSG/0/25832&2=http://www.opengis.net/def/crs/EPSG/0/5783",
      "http://www.opengis.net/def/crs/EPSG/0/25832",
      25_832,
    ],
    ["urn:adv:crs:ETRS89_UTM32*DE_DHHN92_NH", "urn:adv:crs:ETRS89_UTM32*DE_DHHN92_NH", 25_832],
  ])("%s", (srsName, name, epsg) => {
    expect(crsOf(srsName)).toEqual({ name, epsg });
  });

  test("degrees have latitude first by the definition, and longitude first by the mere code", () => {
    expect(crsOf("urn:ogc:def:crs:EPSG::4326").degrees).toBe("latitude first");
    expect(crsOf("http://www.opengis.net/def/crs/EPSG/0/4979").degrees).toBe("latitude first");
    expect(crsOf("EPSG:4326")).toEqual({ name: "EPSG:4326", epsg: 4326, degrees: "longitude first" });
    expect(crsOf("http://www.opengis.net/gml/srs/epsg.xml#4326").degrees).toBe("longitude first");
  });

  test("north before east is turned where only so the file lies where its system is used", async () => {
    const swapped = CUBE.map((face) => face.replaceAll(/(\S+) (\S+) (\S+)/g, "$2 $1 $3"));
    const file = cityModel(
      building(lod2("Solid", solid(swapped.map((face) => surfaceMember(polygon(face))).join("")))),
    );
    const turned = file.replace("85000 447500 0</gml:lower", "447500 85000 0</gml:lower");
    expect(await codesOf(turned)).toEqual(["info CITYGML_CRS_AXES line 6"]);
    expect(await attributesOf(turned)).toMatchObject(MEASURES);
  });

  test("the height system of a compound one is told", async () => {
    const file = cityModel(
      building(lod2("Solid", solid(faces.join("")))),
      2,
      "urn:ogc:def:crs,crs:EPSG::7415,crs:EPSG::5709",
    );
    const [finding] = (await load(file)).findings;
    expect(finding).toMatchObject({ code: "CITYGML_CRS_COMPOUND", severity: "info" });
    expect(finding!.message).toContain("5709");
  });

  test("a geometry in another system than the file's is left out", async () => {
    const other = polygon(CUBE[1]!).replace("<gml:Polygon", '<gml:Polygon srsName="urn:ogc:def:crs:EPSG::25832"');
    const same = polygon(CUBE[0]!).replace("<gml:Polygon", '<gml:Polygon srsName="EPSG:7415"');
    const file = cityModel(building(lod2("MultiSurface", multiSurface(surfaceMember(same) + surfaceMember(other)))));
    expect(await codesOf(file)).toEqual(["error CITYGML_CRS_MIXED line 9"]);
    expect(await attributesOf(file)).toMatchObject({ footprintAreaM2: 1, heightM: 0 });
  });

  test("a file without an envelope has the system of its first geometry", async () => {
    const first = polygon(CUBE[0]!).replace("<gml:Polygon", '<gml:Polygon srsName="EPSG:7415"');
    const file = cityModel(building(lod2("MultiSurface", multiSurface(surfaceMember(first))))).replace(
      /<gml:boundedBy>[\s\S]*?<\/gml:boundedBy>/,
      "",
    );
    expect(await attributesOf(file)).toMatchObject({ position: MEASURES.position });
  });
});
