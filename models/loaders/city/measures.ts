// Areas, heights and volumes of surfaces, in a local frame in metres.
// Fed by    the surfaces of shape.ts
// V1  a volume is that of a closed solid: each edge is passed as often in one direction as in the other
// V2  what the faces look to does not change an area; a volume is never negative

import type { Point } from "./crs.ts";
import type { Surface } from "./shape.ts";

/** Corners nearer to each other than this are one corner. */
const CORNER_TOLERANCE_M = 0.001;
/** Without semantics, the ground is made of the level faces within this height above the lowest corner. */
const GROUND_TOLERANCE_M = 0.5;
/** A face is level when the map shows this share of its area, or more: up to a slope of 25 degrees. */
const LEVEL_COSINE = 0.9;

export type SolidVolume = { m3: number; inverted: boolean } | { openEdges: number };

/** The vector of a surface's area: its length is the area, it stands upright on the surface; holes are taken off. */
function areaVector({ rings }: Surface): Point {
  const [outer, ...holes] = rings.map(ringVector) as [Point, ...Point[]];
  return holes.reduce((sum, hole) => {
    // A hole turns the other way round; files that have it wrong are forgiven.
    const sign = dot(outer, hole) > 0 ? -1 : 1;
    return [sum[0] + sign * hole[0], sum[1] + sign * hole[1], sum[2] + sign * hole[2]];
  }, outer);
}

/** Area on the map, in square metres. */
export function sumOfMapAreas(surfaces: Surface[]): number {
  return surfaces.reduce((sum, surface) => sum + Math.abs(areaVector(surface)[2]), 0);
}

/**
 * The faces that a building stands on: by their meaning, or else the lowest level ones. A building without a bottom,
 * such as an extruded footprint that was left open, has its roof instead: it covers the same ground.
 */
export function groundOf(surfaces: Surface[], meanings: ReadonlySet<string>): Surface[] {
  const meant = surfaces.filter((surface) => surface.meaning !== undefined && meanings.has(surface.meaning));
  if (meant.length > 0) return meant;
  const [lowest] = zRange(surfaces);
  const level = surfaces.filter((surface) => {
    const [x, y, z] = areaVector(surface);
    const [, high] = zRange([surface]);
    return Math.abs(z) >= LEVEL_COSINE * Math.hypot(x, y, z) && high <= lowest + GROUND_TOLERANCE_M;
  });
  // The flat roof of something low is level, too: it looks the other way.
  const down = level.filter((surface) => areaVector(surface)[2] < 0);
  if (level.length > 0) return down.length > 0 ? down : level;
  const up = surfaces.filter((surface) => areaVector(surface)[2] > 0);
  const under = surfaces.filter((surface) => areaVector(surface)[2] < 0);
  return sumOfMapAreas(up) >= sumOfMapAreas(under) ? up : under;
}

/** Lowest and highest z; infinite when there are no surfaces. */
export function zRange(surfaces: Surface[]): [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const surface of surfaces) {
    for (const [, , z] of surface.rings[0]!) {
      low = Math.min(low, z);
      high = Math.max(high, z);
    }
  }
  return [low, high];
}

/** Centre of gravity of surfaces on the map; their corners' mean when they have no area. */
export function mapCentroid(surfaces: Surface[]): [x: number, y: number] | undefined {
  let [area, x, y] = [0, 0, 0];
  for (const surface of surfaces) {
    const sign = Math.sign(areaVector(surface)[2]);
    for (const [index, ring] of surface.rings.entries()) {
      const turn = index > 0 && dot(ringVector(surface.rings[0]!), ringVector(ring)) > 0 ? -sign : sign;
      for (const [a, b] of edges(ring)) {
        const cross = turn * (a[0] * b[1] - b[0] * a[1]);
        area += cross / 2;
        x += (cross * (a[0] + b[0])) / 6;
        y += (cross * (a[1] + b[1])) / 6;
      }
    }
  }
  if (area > 0) return [x / area, y / area];
  const corners = surfaces.flatMap((surface) => surface.rings[0]!);
  if (corners.length === 0) return undefined;
  const mean = (axis: 0 | 1) => corners.reduce((sum, corner) => sum + corner[axis], 0) / corners.length;
  return [mean(0), mean(1)];
}

/** Volume of a solid by the divergence theorem, when it is closed; inner shells are hollows. */
export function solidVolume(shells: Surface[][]): SolidVolume {
  const openEdges = shells.reduce((sum, shell) => sum + countOpenEdges(shell), 0);
  if (openEdges > 0 || shells.every((shell) => shell.length === 0)) return { openEdges };
  const [outer, ...inner] = shells.map((shell) => shell.reduce((sum, surface) => sum + volumeBelow(surface), 0));
  const m3 = Math.abs(outer!) - inner.reduce((sum, volume) => sum + Math.abs(volume), 0);
  return { m3: Math.max(m3, 0), inverted: outer! < 0 };
}

/** Edges that are not passed once in each direction, so that there is a gap or a face that is turned over. */
function countOpenEdges(shell: Surface[]): number {
  const corners = new Map<string, number>();
  const cornerOf = (point: Point) => {
    const key = point.map((value) => Math.round(value / CORNER_TOLERANCE_M)).join(" ");
    if (!corners.has(key)) corners.set(key, corners.size);
    return corners.get(key)!;
  };
  const passes = new Map<string, number>();
  for (const ring of shell.flatMap((surface) => surface.rings)) {
    for (const [a, b] of edges(ring.map(cornerOf))) {
      if (a === b) continue;
      const key = a < b ? `${a} ${b}` : `${b} ${a}`;
      passes.set(key, (passes.get(key) ?? 0) + (a < b ? 1 : -1));
    }
  }
  return [...passes.values()].filter((balance) => balance !== 0).length;
}

/** Volume between a surface and the origin, negative when it looks towards it. */
function volumeBelow({ rings }: Surface): number {
  let volume = 0;
  for (const ring of rings) {
    const [first] = ring as [Point];
    for (const [a, b] of edges(ring)) volume += dot(first, cross(a, b)) / 6;
  }
  return volume;
}

function ringVector(ring: Point[]): Point {
  let [x, y, z] = [0, 0, 0];
  for (const [a, b] of edges(ring)) {
    const [cx, cy, cz] = cross(a, b);
    x += cx / 2;
    y += cy / 2;
    z += cz / 2;
  }
  return [x, y, z];
}

function edges<T>(ring: T[]): [T, T][] {
  return ring.map((corner, index) => [corner, ring[(index + 1) % ring.length]!]);
}

function cross(a: Point, b: Point): Point {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function dot(a: Point, b: Point): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
