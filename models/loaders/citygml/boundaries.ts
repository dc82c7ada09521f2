// The shapes of a building, storey or room: its own geometries, and those of the surfaces that bound it.
// Fed by    a feature with its `lod...` properties, its boundary surfaces with their openings
// Gives     shapes by level of detail
// B1  a face counts once in a level of detail: what a solid links to is not added as a surface again

import type { Shape, Surface } from "../city/shape.ts";
import type { XmlElement } from "../xml.ts";
import { BOUNDARIES, type FileIndex } from "./file-index.ts";
import type { GeometryReader } from "./geometry.ts";

/** Properties with surfaces; curves, points and lines where the terrain meets a wall have none. */
const GEOMETRY = /^lod([0-4](?:\.\d)?)(Solid|MultiSurface|Surface|Geometry|FootPrint|RoofEdge|ImplicitRepresentation)$/;
/** What the outlines of CityGML 2 mean. */
const OUTLINES: Record<string, string> = { FootPrint: "GroundSurface", RoofEdge: "RoofSurface" };
const BOUNDARY = /^(boundedBy|boundary|opening|fillingSurface)$/;

export function isGeometry({ name }: XmlElement): boolean {
  return /^lod[0-4]/.test(name);
}

/** The boundary surfaces right within a feature, or the openings within a surface; links are followed. */
export function boundariesOf(feature: XmlElement, index: FileIndex): XmlElement[] {
  const found = new Set<XmlElement>();
  for (const property of feature.children) {
    if (!BOUNDARY.test(property.name)) continue;
    const linked = property.attributes.has("href") ? index.target(property) : undefined;
    for (const child of linked ? [...property.children, linked] : property.children) {
      if (BOUNDARIES.has(child.name)) found.add(child);
    }
  }
  return [...found];
}

/** Whether a property holds boundary surfaces, or the envelope that GML has by the same name. */
export function isBoundary({ name, children, attributes }: XmlElement): boolean {
  const holdsNone = children.length === 0 && !attributes.has("href");
  return (
    BOUNDARY.test(name) &&
    (holdsNone || children.every((child) => /^(Envelope|Box|Null)$/.test(child.name) || BOUNDARIES.has(child.name)))
  );
}

export function shapesOf(feature: XmlElement, index: FileIndex, reader: GeometryReader): Shape[] {
  const shapes: Shape[] = [];
  const faces = new Map<string, Set<XmlElement>>();
  reader.takeFaces();
  for (const property of feature.children) {
    const [, lod, what] = GEOMETRY.exec(property.name) ?? [];
    if (lod === undefined || what === undefined) continue;
    shapes.push({ lod, ...reader.read(property, OUTLINES[what]) });
    const read = faces.get(lod) ?? new Set();
    faces.set(lod, read);
    for (const face of reader.takeFaces()) read.add(face);
  }
  const loose = new Map<string, Surface[]>();
  for (const boundary of boundariesOf(feature, index)) addBoundary(boundary, 0);
  for (const [lod, surfaces] of loose) shapes.push({ lod, loose: surfaces, solids: [] });
  return shapes;

  function addBoundary(boundary: XmlElement, depth: number): void {
    for (const property of boundary.children) {
      const [, lod] = GEOMETRY.exec(property.name) ?? [];
      if (lod === undefined) continue;
      const surfaces = loose.get(lod) ?? [];
      for (const surface of reader.read(property, boundary.name, faces.get(lod)).loose) surfaces.push(surface);
      if (surfaces.length > 0) loose.set(lod, surfaces);
    }
    // A window has no window, but a link may say so.
    if (depth < 3) for (const opening of boundariesOf(boundary, index)) addBoundary(opening, depth + 1);
  }
}
