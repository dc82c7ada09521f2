// Shapes of surfaces and openings: area, azimuth, tilt.
// Fed by    PlanarGeometry (a polygon in space) and RectangularGeometry (azimuth, tilt, width, height)
// Gives     square metres and degrees
// S1  an area is that of the polygon; without one, width times height
// S2  azimuth is clockwise from north (y), tilt is 0 facing up, 90 upright, 180 facing down; what the file says of them
//     goes before the polygon's normal
// Source: gbXML schema 7.03, RectangularGeometry and PlanarGeometry

import { sectorOf } from "../compass.ts";
import type { XmlElement } from "../xml.ts";
import { child, children, type GbxmlDocument } from "./document.ts";

export interface Shape {
  areaM2?: number;
  azimuthDeg?: number;
  tiltDeg?: number;
}

/** A surface that leans less than this is level: it faces no point of the compass. */
const LEVEL_DEG = 10;
const DEGREES = 180 / Math.PI;

export function shapeOf(element: XmlElement, document: GbxmlDocument): Shape {
  const rectangle = child(element, "RectangularGeometry");
  const width = document.number(rectangle, "Width");
  const height = document.number(rectangle, "Height");
  const planar = child(element, "PlanarGeometry");
  const normal = planar && normalOf(planar, document);
  const twice = normal && Math.hypot(...normal);
  const azimuth = document.number(rectangle, "Azimuth");
  const tilt = document.number(rectangle, "Tilt");
  const shape: Shape = {};
  if (twice !== undefined && twice > 0) shape.areaM2 = tidy(twice / 2);
  else if (width !== undefined && height !== undefined && width * height > 0) shape.areaM2 = tidy(width * height);
  const hasNormal = normal !== undefined && twice !== undefined && twice > 0;
  const tiltDeg = tilt ?? (hasNormal ? Math.acos(Math.max(-1, Math.min(1, normal[2] / twice))) * DEGREES : undefined);
  if (tiltDeg !== undefined) shape.tiltDeg = tidy(tiltDeg);
  const azimuthDeg =
    azimuth ?? (hasNormal && !isLevel(tiltDeg) ? Math.atan2(normal[0], normal[1]) * DEGREES : undefined);
  if (azimuthDeg !== undefined) shape.azimuthDeg = tidy(((azimuthDeg % 360) + 360) % 360);
  return shape;
}

/** `N`, `NE` ... by eighths of the compass, `horizontal` for what is level; undefined when nothing says so. */
export function orientationOf({ azimuthDeg, tiltDeg }: Shape): string | undefined {
  if (isLevel(tiltDeg)) return "horizontal";
  return azimuthDeg === undefined ? undefined : sectorOf(azimuthDeg);
}

function isLevel(tiltDeg: number | undefined): boolean {
  return tiltDeg !== undefined && (tiltDeg <= LEVEL_DEG || tiltDeg >= 180 - LEVEL_DEG);
}

/** Newell's sum: the normal of a polygon, as long as twice its area. */
function normalOf(planar: XmlElement, document: GbxmlDocument): [number, number, number] | undefined {
  const loop = child(planar, "PolyLoop");
  const points = loop ? children(loop, "CartesianPoint").map((point) => pointOf(point, document)) : [];
  if (points.length < 3 || points.some((point) => point === undefined)) return undefined;
  const normal: [number, number, number] = [0, 0, 0];
  points.forEach((point, at) => {
    const [x, y, z] = point!;
    const [nextX, nextY, nextZ] = points[(at + 1) % points.length]!;
    normal[0] += (y - nextY) * (z + nextZ);
    normal[1] += (z - nextZ) * (x + nextX);
    normal[2] += (x - nextX) * (y + nextY);
  });
  return normal;
}

function pointOf(point: XmlElement, document: GbxmlDocument): [number, number, number] | undefined {
  const [x, y, z] = children(point, "Coordinate").map((coordinate) => document.value(coordinate)?.value);
  return x === undefined || y === undefined ? undefined : [x, y, z ?? 0];
}

/** Tenths of a square millimetre are noise of the coordinates. */
export function tidy(value: number): number {
  return Number(value.toFixed(7));
}
