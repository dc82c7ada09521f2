// An area of the earth: a GeoJSON Polygon or MultiPolygon, with holes.
// Fed by    GeoJSON, as a client sends it: the geometry, or a Feature that has it
// Gives     an Area, or in one sentence why it is none
// A1  positions are longitude and latitude (WGS 84), in this order; rings are closed
// A2  what lies on a boundary is within
// A3  an area that crosses the antimeridian is refused: RFC 7946 has it cut there, into a MultiPolygon
// Source    RFC 7946, sections 3.1.6, 3.1.7 and 3.1.9

/** Positions of all rings together. */
export const MAX_POSITIONS = 10_000;

export interface Box {
  minLon: number;
  minLat: number;
  maxLon: number;
  maxLat: number;
}

/** Longitude and latitude in turn. The outer ring first, then its holes. */
type Rings = readonly Float64Array[];

export class Area {
  readonly box: Box;
  readonly #polygons: readonly Rings[];

  constructor(polygons: readonly Rings[]) {
    this.#polygons = polygons;
    const outer = polygons.map(([ring]) => ring!);
    const extreme = (axis: 0 | 1, pick: (a: number, b: number) => number) =>
      outer.map((ring) => ring.filter((_, i) => i % 2 === axis).reduce(pick)).reduce(pick);
    const [min, max] = [(a: number, b: number) => Math.min(a, b), (a: number, b: number) => Math.max(a, b)];
    this.box = { minLon: extreme(0, min), minLat: extreme(1, min), maxLon: extreme(0, max), maxLat: extreme(1, max) };
  }

  has(lon: number, lat: number): boolean {
    return this.#polygons.some((rings) => {
      let isInside = false;
      for (const ring of rings) {
        const side = sideOf(ring, lon, lat);
        if (side === "on") return true;
        if (side === "in") isInside = !isInside;
      }
      return isInside;
    });
  }
}

/** The area; a text that says what is wrong. */
export function readArea(value: unknown): Area | string {
  const geometry = has(value, "type") && value.type === "Feature" ? (value as { geometry?: unknown }).geometry : value;
  if (!has(geometry, "type") || !has(geometry, "coordinates")) return "it is no GeoJSON geometry";
  const { type, coordinates } = geometry;
  if (type !== "Polygon" && type !== "MultiPolygon") return `it is a ${String(type)}, and no Polygon or MultiPolygon`;
  const listed = type === "Polygon" ? [coordinates] : coordinates;
  if (!Array.isArray(listed) || listed.length === 0) return "it has no polygon";
  const polygons: Rings[] = [];
  let positions = 0;
  for (const polygon of listed) {
    if (!Array.isArray(polygon) || polygon.length === 0) return "a polygon has no ring";
    const rings: Float64Array[] = [];
    for (const ring of polygon) {
      if (!Array.isArray(ring)) return "a ring is no list of positions";
      positions += ring.length;
      if (positions > MAX_POSITIONS) return `it has more than ${MAX_POSITIONS} positions`;
      const read = readRing(ring);
      if (typeof read === "string") return read;
      rings.push(read);
    }
    polygons.push(rings);
  }
  return new Area(polygons);
}

function readRing(ring: readonly unknown[]): Float64Array | string {
  if (ring.length < 4) return "a ring has fewer than four positions";
  const read = new Float64Array(2 * ring.length);
  for (const [i, position] of ring.entries()) {
    const [lon, lat] = Array.isArray(position) ? position : [];
    const isOnEarth = Number.isFinite(lon) && Number.isFinite(lat) && Math.abs(lon) <= 180 && Math.abs(lat) <= 90;
    if (!isOnEarth) return `${JSON.stringify(position)} is no longitude and latitude`;
    if (i > 0 && Math.abs(lon - read[2 * i - 2]!) > 180)
      return "it crosses the antimeridian; cut it there (RFC 7946, 3.1.9)";
    read[2 * i] = lon;
    read[2 * i + 1] = lat;
  }
  if (read[0] !== read.at(-2) || read[1] !== read.at(-1)) return "a ring does not end where it begins";
  return read;
}

function has<Name extends string>(value: unknown, name: Name): value is Record<Name, unknown> {
  return typeof value === "object" && value !== null && name in value;
}

/** Where a position is to a ring, by the even-odd rule. */
function sideOf(ring: Float64Array, lon: number, lat: number): "in" | "on" | "out" {
  let isIn = false;
  for (let i = 2; i < ring.length; i += 2) {
    const [ax, ay, bx, by] = [ring[i - 2]!, ring[i - 1]!, ring[i]!, ring[i + 1]!];
    const cross = (bx - ax) * (lat - ay) - (by - ay) * (lon - ax);
    const isBeside =
      lon >= Math.min(ax, bx) && lon <= Math.max(ax, bx) && lat >= Math.min(ay, by) && lat <= Math.max(ay, by);
    if (cross === 0 && isBeside) return "on";
    if (ay > lat !== by > lat && lon < ((bx - ax) * (lat - ay)) / (by - ay) + ax) isIn = !isIn;
  }
  return isIn ? "in" : "out";
}
