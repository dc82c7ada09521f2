// Shapes of things in a city: surfaces of points, with the meaning that the file gives them.
// Fed by    the geometries of CityJSON and CityGML
// Gives     a `Shape`: surfaces, grouped in shells and solids
// S1  a ring has three different points at least, and does not repeat its first

import type { Point } from "./crs.ts";

export interface Surface {
  /** The outer ring, then its holes. Rings do not repeat their first point. */
  rings: Point[][];
  /** `GroundSurface`, `RoofSurface` ...; undefined where the file does not say. */
  meaning?: string;
}

export interface Shape {
  /** Level of detail, as the file spells it. */
  lod: string;
  /** Surfaces that enclose nothing: of MultiSurface and CompositeSurface. */
  loose: Surface[];
  /** Solids of shells, the outer one first. */
  solids: Surface[][][];
}

/** Takes out points that follow one of the same place; undefined when there are too few for a ring. */
export function ringOf(corners: readonly Point[]): { ring: Point[] } | { points: number } {
  const points: Point[] = [];
  for (const point of corners) if (!isSamePlace(point, points.at(-1))) points.push(point);
  while (points.length > 1 && isSamePlace(points[0]!, points.at(-1))) points.pop();
  return points.length >= 3 ? { ring: points } : { points: points.length };
}

function isSamePlace(a: Point, b: Point | undefined): boolean {
  return b !== undefined && a[0] === b[0] && a[1] === b[1] && a[2] === b[2];
}

/** A point of a template, turned by its row-major matrix and moved to its anchor (CityJSON 2.0, clause 3.4). */
export function placed([x, y, z]: Point, m: readonly number[], anchor: Point): Point {
  const row = (r: number) => m[r]! * x + m[r + 1]! * y + m[r + 2]! * z + m[r + 3]!;
  const w = row(12) || 1;
  return [row(0) / w + anchor[0], row(4) / w + anchor[1], row(8) / w + anchor[2]];
}

export function surfacesOf(shape: Shape): Surface[] {
  return [...shape.loose, ...shape.solids.flat(2)];
}
