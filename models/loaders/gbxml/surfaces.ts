// Surfaces of a campus: what lies between spaces, and between a space and the outside.
// Fed by    Surface and its openings, constructions
// Gives     each surface with area, orientation, U-value and the spaces beside it; `envelope` of a set of them
// F1  a surface with two adjacent spaces is within; with one, it belongs to the envelope; without, it is a shade or a finding
// F2  the area of a surface holds its openings, the areas of walls, roofs and floors in an envelope do not

import type { Attributes, Json } from "../../district.ts";
import type { XmlElement } from "../xml.ts";
import type { Constructions, HeatFlow, Outside } from "./constructions.ts";
import { children, type GbxmlDocument, textOf } from "./document.ts";
import { orientationOf, type Shape, shapeOf, tidy } from "./geometry.ts";

type Part = "walls" | "roofs" | "floors" | "windows" | "doors";

/** Surface types: what of an envelope they are, how heat goes through them, and to where. */
const TYPES: Record<string, readonly [part: Part, flow: HeatFlow, outside: Outside]> = {
  ExteriorWall: ["walls", "sideways", "air"],
  UndergroundWall: ["walls", "sideways", "ground"],
  InteriorWall: ["walls", "sideways", "space"],
  Roof: ["roofs", "upwards", "air"],
  Ceiling: ["roofs", "upwards", "space"],
  UndergroundCeiling: ["roofs", "upwards", "ground"],
  ExposedFloor: ["floors", "downwards", "air"],
  RaisedFloor: ["floors", "downwards", "air"],
  InteriorFloor: ["floors", "downwards", "space"],
  SlabOnGrade: ["floors", "downwards", "ground"],
  UndergroundSlab: ["floors", "downwards", "ground"],
};
/** Types that bound no space, or are drawn within one. */
const LOOSE: ReadonlySet<string> = new Set(["Shade", "FreestandingColumn", "EmbeddedColumn"]);

export interface Opening {
  part: Part | "openings";
  shape: Shape;
  uValueWPerM2K: number | undefined;
  attributes: Attributes;
}

export interface Surface {
  type: string;
  part: Part | undefined;
  shape: Shape;
  uValueWPerM2K: number | undefined;
  spaces: string[];
  openings: Opening[];
  attributes: Attributes;
}

export function readSurfaces(
  parents: readonly XmlElement[],
  document: GbxmlDocument,
  constructions: Constructions,
): Surface[] {
  const elements = parents.flatMap((parent) => children(parent, "Surface"));
  return elements
    .filter((element) => hasId(element, document))
    .map((element) => surfaceOf(element, document, constructions));
}

/** Whether an element can be told from others; a finding when it has no id. */
export function hasId(element: XmlElement, document: GbxmlDocument): boolean {
  if (element.attributes.get("id")) return document.isFirst(element);
  document.findings.add("GBXML_NO_ID", document.at(element), `a ${element.name} has no id`);
  return false;
}

function surfaceOf(element: XmlElement, document: GbxmlDocument, constructions: Constructions): Surface {
  document.used.add(element);
  const id = element.attributes.get("id")!;
  const type = element.attributes.get("surfaceType") ?? "";
  const [part, flow, outside] = Object.hasOwn(TYPES, type)
    ? TYPES[type]!
    : [undefined, "sideways" as const, "air" as const];
  const shape = shapeOf(element, document);
  const ids = children(element, "AdjacentSpaceId").flatMap((one) => one.attributes.get("spaceIdRef") ?? []);
  const spaces = [...new Set(ids)].filter((space) => document.get(space, "Space"));
  const openings = children(element, "Opening")
    .filter((one) => hasId(one, document))
    .map((one) => openingOf(one, outside, document, constructions));
  const openM2 = openings.reduce((sum, opening) => sum + (opening.shape.areaM2 ?? 0), 0);
  const { areaM2 } = shape;
  if (areaM2 === undefined)
    document.findings.add("GBXML_NO_GEOMETRY", document.at(element), `surface ${id} has no area`);
  else if (openM2 > areaM2 * 1.001) {
    const message = `surface ${id} has ${areaM2} m2, and its openings ${tidy(openM2)} m2`;
    document.findings.add("GBXML_OPENINGS_TOO_LARGE", document.at(element), message);
  }
  if (spaces.length === 0 && !LOOSE.has(type)) {
    document.findings.add(
      "GBXML_SURFACE_LOOSE",
      document.at(element),
      `surface ${id} (${type || "no type"}) is beside no space`,
    );
  }
  const uValue = constructions.uValue(element, flow, outside);
  const construction = constructions.described(element);
  const name = textOf(element, "Name");
  const attributes: Attributes = {
    ...{ id, ...(name ? { name } : {}), type },
    ...shape,
    ...(areaM2 !== undefined && openings.length > 0 ? { netAreaM2: tidy(Math.max(0, areaM2 - openM2)) } : {}),
    ...uValue,
    ...(construction ? { construction: (construction.name ?? construction.id) as Json } : {}),
    ...document.described(
      element,
      new Set(["id", "Name", "surfaceType", "Opening", "AdjacentSpaceId", "constructionIdRef", "U-value"]),
    ),
    ...(spaces.length > 0 ? { spaces } : {}),
    ...(openings.length > 0 ? { openings: openings.map((opening) => opening.attributes) } : {}),
  };
  return { type, part, shape, uValueWPerM2K: uValue.uValueWPerM2K, spaces, openings, attributes };
}

function openingOf(
  element: XmlElement,
  outside: Outside,
  document: GbxmlDocument,
  constructions: Constructions,
): Opening {
  const type = element.attributes.get("openingType") ?? "";
  const shape = shapeOf(element, document);
  const uValue = constructions.uValue(element, "sideways", outside);
  const construction = constructions.described(element);
  const attributes: Attributes = {
    ...{ id: element.attributes.get("id")!, type },
    ...shape,
    ...uValue,
    ...(construction ? { construction: (construction.name ?? construction.id) as Json } : {}),
    ...document.described(element, new Set(["id", "openingType", "windowTypeIdRef", "constructionIdRef", "U-value"])),
  };
  const part = /Door/i.test(type) ? "doors" : /Window|Skylight/i.test(type) ? "windows" : "openings";
  return { part, shape, uValueWPerM2K: uValue.uValueWPerM2K, attributes };
}

interface Sum {
  areaM2: number;
  byOrientation: Map<string, number>;
  transmittance: number;
  knownM2: number;
}

/** Areas by orientation and area-weighted U-values of walls, roofs, floors, windows and doors. */
export function envelopeOf(surfaces: readonly Surface[]): Attributes {
  const sums = new Map<Part, Sum>();
  for (const { part, shape, uValueWPerM2K, openings } of surfaces) {
    const openM2 = openings.reduce((sum, opening) => sum + (opening.shape.areaM2 ?? 0), 0);
    if (part) add(sums, part, Math.max(0, (shape.areaM2 ?? 0) - openM2), shape, uValueWPerM2K);
    for (const opening of openings) {
      if (opening.part === "openings") continue;
      // Openings lie in the plane of their surface, also when only the surface says which that is.
      const facing = orientationOf(opening.shape) === undefined ? shape : opening.shape;
      add(sums, opening.part, opening.shape.areaM2 ?? 0, facing, opening.uValueWPerM2K);
    }
  }
  const envelope: Attributes = {};
  for (const part of ["walls", "roofs", "floors", "windows", "doors"] as const) {
    const sum = sums.get(part);
    if (!sum || !(sum.areaM2 > 0)) continue;
    const orientations = [...sum.byOrientation].map(([orientation, areaM2]) => [orientation, tidy(areaM2)]);
    envelope[part] = {
      areaM2: tidy(sum.areaM2),
      ...(sum.knownM2 > 0 ? { uValueWPerM2K: Number((sum.transmittance / sum.knownM2).toPrecision(9)) } : {}),
      areaM2ByOrientation: Object.fromEntries(orientations) as Json,
    };
  }
  return envelope;
}

function add(sums: Map<Part, Sum>, part: Part, areaM2: number, shape: Shape, uValue: number | undefined): void {
  const sum = sums.get(part) ?? { areaM2: 0, byOrientation: new Map(), transmittance: 0, knownM2: 0 };
  sums.set(part, sum);
  const orientation = orientationOf(shape);
  sum.areaM2 += areaM2;
  if (orientation !== undefined) sum.byOrientation.set(orientation, (sum.byOrientation.get(orientation) ?? 0) + areaM2);
  if (uValue === undefined) return;
  sum.transmittance += uValue * areaM2;
  sum.knownM2 += areaM2;
}
