// Area, height, volume and place of one object, or of an object with its parts.
// Fed by    the shapes of one object of a city
// Gives     an `Extent`; extents of parts add up
// E1  only the highest level of detail of an object counts
// E2  there is a volume only when every solid is closed

import type { CityFindings, CityObject } from "./city-object.ts";
import { type Crs, type LocalFrame, localFrame, type Point } from "./crs.ts";
import { groundOf, mapCentroid, solidVolume, sumOfMapAreas, zRange } from "./measures.ts";
import { type Shape, type Surface, surfacesOf } from "./shape.ts";

export interface Extent {
  footprintAreaM2: number;
  low: number;
  high: number;
  /** Undefined when there is no solid, or an open one. */
  volumeM3: number | undefined;
  ground: Surface[];
}

/** The shapes of an object, by level of detail. */
export interface Detail {
  object: CityObject;
  /** Rising; the last is what is measured. */
  lods: string[];
  shapes: Shape[];
}

const GROUND: ReadonlySet<string> = new Set(["GroundSurface"]);
const FLOOR: ReadonlySet<string> = new Set(["FloorSurface", "GroundSurface", "OuterFloorSurface"]);

/** Reads the geometries of an object; what is broken is a finding. */
export function readDetail(object: CityObject): Detail {
  const shapes = object.shapes();
  const lods = [...new Set(shapes.map((shape) => shape.lod))].sort((a, b) => rank(a) - rank(b));
  return { object, lods, shapes: shapes.filter((shape) => surfacesOf(shape).length > 0) };
}

/** Level of detail as a number; a geometry without one counts least. */
export function rank(lod: string | undefined): number {
  const number = Number.parseFloat(lod ?? "");
  return Number.isFinite(number) ? number : -1;
}

/** The highest level of detail of an object; lower than all others when it has no surfaces. */
export function highestRank({ shapes }: Detail): number {
  return shapes.reduce((highest, shape) => Math.max(highest, rank(shape.lod)), Number.NEGATIVE_INFINITY);
}

/** A frame around the first point of the first object that has one; undefined when none has a geometry. */
export function frameFor(details: Detail[], crs: Crs | undefined): LocalFrame | undefined {
  for (const { shapes } of details) {
    const point: Point | undefined = shapes.flatMap(surfacesOf)[0]?.rings[0]?.[0];
    if (point) return localFrame(crs, point);
  }
  return undefined;
}

/** Measures an object in its highest level of detail; undefined when it has no surfaces. */
export function measure(
  detail: Detail,
  frame: LocalFrame,
  what: "building" | "room",
  findings: CityFindings,
): Extent | undefined {
  const best = highestRank(detail);
  const shapes = detail.shapes.filter((shape) => rank(shape.lod) === best).map((shape) => localShape(shape, frame));
  if (shapes.length === 0) return undefined;
  const meanings = what === "building" ? GROUND : FLOOR;
  const ground = groundOf(surfacesOf(shapeForGround(shapes, meanings)), meanings);
  const [low, high] = zRange(shapes.flatMap(surfacesOf));
  const footprintAreaM2 = sumOfMapAreas(ground);
  return { footprintAreaM2, low, high, volumeM3: volumeOf(shapes, detail.object.at, findings), ground };
}

/** One shape to take the ground from: a file may have the same faces twice, once as a solid and once with meanings. */
function shapeForGround(shapes: Shape[], meanings: ReadonlySet<string>): Shape {
  const meant = shapes.find((shape) => surfacesOf(shape).some(({ meaning }) => meaning && meanings.has(meaning)));
  const solid = shapes.find((shape) => shape.solids.length > 0);
  return meant ?? solid ?? { ...shapes[0]!, loose: shapes.flatMap(surfacesOf) };
}

function volumeOf(shapes: Shape[], at: string, findings: CityFindings): number | undefined {
  const solids = shapes.flatMap((shape) => shape.solids);
  let [sum, open] = [0, solids.length === 0];
  for (const shells of solids) {
    const volume = solidVolume(shells);
    if ("openEdges" in volume) {
      open = true;
      const message = `a solid is not closed: ${volume.openEdges} edges have a gap or a face that is turned over`;
      findings.add("SOLID_OPEN", at, message);
    } else {
      sum += volume.m3;
      if (volume.inverted) findings.add("SOLID_INVERTED", at, "the faces of a solid look inwards");
    }
  }
  return open ? undefined : sum;
}

/** The extent of several things together, which do not overlap. There must be one at least. */
export function joinExtents(extents: Extent[]): Extent {
  const volumes = extents.map((extent) => extent.volumeM3);
  return {
    footprintAreaM2: extents.reduce((sum, extent) => sum + extent.footprintAreaM2, 0),
    low: extents.reduce((low, extent) => Math.min(low, extent.low), Number.POSITIVE_INFINITY),
    high: extents.reduce((high, extent) => Math.max(high, extent.high), Number.NEGATIVE_INFINITY),
    volumeM3: volumes.some((volume) => volume === undefined)
      ? undefined
      : volumes.reduce((sum: number, volume) => sum + volume!, 0),
    ground: extents.flatMap((extent) => extent.ground),
  };
}

/** Centre of the footprint, at its lowest height, in the reference system of the file. */
export function positionOf(extent: Extent, frame: LocalFrame): Point | undefined {
  const centre = mapCentroid(extent.ground);
  return centre && frame.toCrs([centre[0], centre[1], extent.low]);
}

function localShape(shape: Shape, frame: LocalFrame): Shape {
  const local = (surface: Surface): Surface => ({
    ...surface,
    rings: surface.rings.map((ring) => ring.map(frame.toLocal)),
  });
  const solids = shape.solids.map((solid) => solid.map((shell) => shell.map(local)));
  return { lod: shape.lod, loose: shape.loose.map(local), solids };
}
