// CityGML for the tests: a CityJSON file written as CityGML 2 or 3, and small files of single features.

import { loadCityGml } from "../../../models/loaders/citygml.ts";
import type { DistrictPart } from "../../../models/loaders/loader.ts";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Point = [number, number, number];
interface Geometry {
  type: "Solid" | "MultiSurface" | "CompositeSurface";
  lod: string;
  boundaries: Json;
  semantics?: { surfaces: { type: string; id?: string }[]; values: Json };
}
interface CityObject {
  type: string;
  attributes?: Record<string, Json>;
  geometry?: Geometry[];
  parents?: string[];
  children?: string[];
}
export interface CityJson {
  metadata: { referenceSystem?: string };
  transform: { scale: Point; translate: Point };
  vertices: Point[];
  CityObjects: Record<string, CityObject>;
}
type Version = 2 | 3;

const NAMESPACES: Record<Version, string> = {
  2: `xmlns="http://www.opengis.net/citygml/2.0" xmlns:bldg="http://www.opengis.net/citygml/building/2.0"
    xmlns:con="http://www.opengis.net/citygml/building/2.0" xmlns:gen="http://www.opengis.net/citygml/generics/2.0"
    xmlns:gml="http://www.opengis.net/gml" xmlns:xlink="http://www.w3.org/1999/xlink"
    xmlns:xAL="urn:oasis:names:tc:ciq:xsdschema:xAL:2.0" xmlns:energy="http://www.sig3d.org/citygml/2.0/energy/1.0"`,
  3: `xmlns="http://www.opengis.net/citygml/3.0" xmlns:bldg="http://www.opengis.net/citygml/building/3.0"
    xmlns:con="http://www.opengis.net/citygml/construction/3.0" xmlns:gen="http://www.opengis.net/citygml/generics/3.0"
    xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:xlink="http://www.w3.org/1999/xlink"
    xmlns:xAL="urn:oasis:names:tc:ciq:xal:3" xmlns:dyn="http://www.opengis.net/citygml/dynamizer/3.0"`,
};
const OF_BUILDING = new Set(
  `class function usage roofType storeysAboveGround storeysBelowGround yearOfConstruction`.split(" "),
);
const LENGTHS = new Set(["storeyHeightsAboveGround", "storeyHeightsBelowGround"]);
const DATES = new Set(["dateOfConstruction", "dateOfDemolition"]);

/** A whole file around some members. */
export function cityModel(members: string, version: Version = 2, srsName = "urn:ogc:def:crs:EPSG::7415"): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<CityModel ${NAMESPACES[version]}>
<gml:boundedBy><gml:Envelope${srsName && ` srsName="${srsName}"`} srsDimension="3">
<gml:lowerCorner>85000 447500 0</gml:lowerCorner><gml:upperCorner>85001 447501 1</gml:upperCorner>
</gml:Envelope></gml:boundedBy>
${members}
</CityModel>`;
}

export const member = (feature: string) => `<cityObjectMember>${feature}</cityObjectMember>`;

/** A building with what is given, and no geometry. */
export const building = (content: string, id = "b1") =>
  member(`<bldg:Building gml:id="${id}">${content}</bldg:Building>`);

export async function load(file: string | Uint8Array): Promise<DistrictPart> {
  const bytes = file instanceof Uint8Array ? file : new TextEncoder().encode(file);
  return await loadCityGml({ source: "s", file: "a.gml", bytes });
}

export async function attributesOf(file: string, id = "building:s:b1") {
  return (await load(file)).twins.find((twin) => twin.id === id)!.attributes;
}

export async function codesOf(file: string | Uint8Array): Promise<string[]> {
  return (await load(file)).findings.map((finding) => `${finding.severity} ${finding.code} ${finding.at}`.trim());
}

/** The cube of cityjson-forms.ts, 1 m at (85000, 447500, 0), face by face: ground, roof, walls. */
const CORNERS = [0, 1].flatMap((z) => [
  [85_000, 447_500, z],
  [85_001, 447_500, z],
  [85_001, 447_501, z],
  [85_000, 447_501, z],
]);
export const CUBE = [
  [0, 3, 2, 1],
  [4, 5, 6, 7],
  [0, 1, 5, 4],
  [1, 2, 6, 5],
  [2, 3, 7, 6],
  [3, 0, 4, 7],
].map((face) => [...face, face[0]!].map((corner) => CORNERS[corner]!.join(" ")).join(" "));

export const polygon = (posList: string, id = "") =>
  `<gml:Polygon${id && ` gml:id="${id}"`}><gml:exterior><gml:LinearRing><gml:posList>${posList}</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>`;
export const surfaceMember = (content: string) => `<gml:surfaceMember>${content}</gml:surfaceMember>`;
export const link = (id: string) => `<gml:surfaceMember xlink:href="#${id}"/>`;
export const multiSurface = (members: string) => `<gml:MultiSurface>${members}</gml:MultiSurface>`;
export const solid = (members: string, shell = "CompositeSurface") =>
  `<gml:Solid><gml:exterior><gml:${shell}>${members}</gml:${shell}></gml:exterior></gml:Solid>`;

/** A CityJSON file of buildings and their parts as CityGML. Attributes that CityGML does not have are generic ones. */
export function asCityGml(city: CityJson, version: Version, srsName = city.metadata.referenceSystem ?? ""): string {
  const whole = Object.entries(city.CityObjects).filter(([, { type }]) => type === "Building");
  return cityModel(
    whole.map(([id, object]) => member(featureOf(id, object, city, version))).join("\n"),
    version,
    srsName,
  );
}

function featureOf(id: string, object: CityObject, city: CityJson, version: Version): string {
  const attributes = Object.entries(object.attributes ?? {});
  const geometries = (object.geometry ?? []).map((geometry, index) => {
    return geometryOf(geometry, `${id}-${index}`, city, version);
  });
  // In the order of the file, which is not that of `children`.
  const children = Object.keys(city.CityObjects).filter((child) => object.children?.includes(child));
  const parts = children.map((child) => {
    const property = version === 2 ? "consistsOfBuildingPart" : "buildingPart";
    const part = featureOf(child, city.CityObjects[child]!, city, version);
    return `<bldg:${property}>${part}</bldg:${property}>`;
  });
  return `<bldg:${object.type} gml:id="${escaped(id)}">
${attributes.map(([name, value]) => attributeOf(name, value, version)).join("\n")}
${geometries.join("\n")}
${parts.join("\n")}
</bldg:${object.type}>`;
}

function attributeOf(name: string, value: Json, version: Version): string {
  const text = escaped(String(value));
  if (name === "description" || name === "name") return `<gml:${name}>${text}</gml:${name}>`;
  if (name === "creationDate") return `<${name}>${text}</${name}>`;
  if (name === "measuredHeight" && version === 2) return `<bldg:${name} uom="#m">${text}</bldg:${name}>`;
  if (name === "measuredHeight") {
    return `<con:height><con:Height><con:highReference>highestRoofEdge</con:highReference>
<con:lowReference>lowestGroundPoint</con:lowReference><con:status>measured</con:status>
<con:value uom="urn:adv:uom:m">${text}</con:value></con:Height></con:height>`;
  }
  if (LENGTHS.has(name)) return `<bldg:${name} uom="m">${(value as number[]).join(" ")}</bldg:${name}>`;
  if (OF_BUILDING.has(name)) return `<bldg:${name}>${text}</bldg:${name}>`;
  if (DATES.has(name) && version === 3) return `<con:${name}>${text}</con:${name}>`;
  const type = typeof value === "string" ? "string" : Number.isInteger(value) ? "int" : "double";
  const named = escaped(name);
  if (version === 2)
    return `<gen:${type}Attribute name="${named}"><gen:value>${text}</gen:value></gen:${type}Attribute>`;
  const element = `gen:${type.charAt(0).toUpperCase()}${type.slice(1)}Attribute`;
  return `<genericAttribute><${element}><gen:name>${named}</gen:name><gen:value>${text}</gen:value></${element}></genericAttribute>`;
}

/** Faces with a meaning stand in the surfaces that bound the building, and the solid links to them. */
function geometryOf(geometry: Geometry, id: string, city: CityJson, version: Version): string {
  const shells = (geometry.type === "Solid" ? geometry.boundaries : [geometry.boundaries]) as number[][][][];
  const values = geometry.type === "Solid" ? geometry.semantics?.values : [geometry.semantics?.values ?? null];
  const bySurface = new Map<number, string[]>();
  const members = shells.map((faces, s) =>
    faces.map((rings, f) => {
      const meaning = ((values as Json[] | undefined)?.[s] as Json[] | null | undefined)?.[f];
      const face = faceOf(rings, `${id}-${s}-${f}`, city);
      if (typeof meaning !== "number") return surfaceMember(face);
      bySurface.set(meaning, [...(bySurface.get(meaning) ?? []), surfaceMember(face)]);
      return link(escaped(`${id}-${s}-${f}`));
    }),
  );
  const [outer = [], ...inner] = members.map((shell) => shell.join("\n"));
  const surface = version === 2 ? "CompositeSurface" : "Shell";
  const shellOf = (content: string | string[], role: string) =>
    `<gml:${role}><gml:${surface}>${content}</gml:${surface}></gml:${role}>`;
  const own =
    geometry.type === "Solid"
      ? `Solid><gml:Solid>${shellOf(outer, "exterior")}${inner.map((shell) => shellOf(shell, "interior")).join("")}</gml:Solid>`
      : `MultiSurface><gml:MultiSurface>${outer}</gml:MultiSurface>`;
  const prefix = version === 2 ? "bldg:" : "";
  const property = `${prefix}lod${geometry.lod}`;
  const boundaries = [...bySurface].map(([index, faces]) => {
    const { type, id: named } = geometry.semantics!.surfaces[index]!;
    const ofSurface = `<${property}MultiSurface>${multiSurface(faces.join(""))}</${property}MultiSurface>`;
    const role = version === 2 ? "bldg:boundedBy" : "boundary";
    return `<${role}><con:${type} gml:id="${escaped(named ?? `${id}-s${index}`)}">${ofSurface}</con:${type}></${role}>`;
  });
  const tag = own.slice(0, own.indexOf(">"));
  const wholeProperty = `<${property}${own}</${property}${tag}>`;
  // In CityGML 2 the boundaries stand behind the solid, in CityGML 3 before it.
  return version === 2 ? wholeProperty + boundaries.join("\n") : boundaries.join("\n") + wholeProperty;
}

function faceOf(rings: number[][], id: string, { vertices, transform }: CityJson): string {
  const place = (index: number) =>
    vertices[index]!.map((value, axis) => value * transform.scale[axis]! + transform.translate[axis]!).join(" ");
  const ring = (corners: number[]) =>
    `<gml:LinearRing><gml:posList srsDimension="3">${[...corners, corners[0]!].map(place).join(" ")}</gml:posList></gml:LinearRing>`;
  const [outer, ...holes] = rings;
  return `<gml:Polygon gml:id="${escaped(id)}"><gml:exterior>${ring(outer!)}</gml:exterior>${holes
    .map((hole) => `<gml:interior>${ring(hole)}</gml:interior>`)
    .join("")}</gml:Polygon>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
