// Whether the coordinates of a network are places on the map, or those of a drawing.
// Fed by    the positions of the nodes, and ways between them with their lengths
// Gives     true when x and y are longitude and latitude in degrees
// M1  coordinates are longitude and latitude only when they can be, and the ways' lengths agree with them: the same
//     columns also hold schematic drawings

export interface Point {
  x: number;
  y: number;
}

export interface Way {
  from: Point;
  to: Point;
  lengthKm: number;
}

/** Half of the ways that can be compared must be between these times as long as the straight way between their ends. */
const PLAUSIBLE_LENGTH_RATIO = { min: 0.5, max: 5 };

const EARTH_RADIUS_KM = 6371.0088;

export function isMap(positions: Iterable<Point>, ways: Iterable<Way>): boolean {
  const points = [...positions];
  if (points.some(({ x, y }) => Math.abs(x) > 180 || Math.abs(y) > 90)) return false;
  const ratios: number[] = [];
  let [longKm, straightKm] = [0, 0];
  for (const { from, to, lengthKm } of ways) {
    if (!(lengthKm > 0)) continue;
    const distanceKm = greatCircleKm(from, to);
    if (distanceKm > 0) ratios.push(lengthKm / distanceKm);
    longKm += lengthKm;
    straightKm += distanceKm;
  }
  const isPlausible = (ratio: number) => ratio >= PLAUSIBLE_LENGTH_RATIO.min && ratio <= PLAUSIBLE_LENGTH_RATIO.max;
  if (ratios.length === 0) return false;
  if (2 * ratios.filter(isPlausible).length >= ratios.length) return true;
  // Short ways between places that are rounded to some metres say little: then all together must do, and be no round numbers.
  return isPlausible(longKm / straightKm) && areFine(points);
}

/** Whether half of the coordinates are written with three decimals or more: 0.001 degrees are about 100 m. */
function areFine(points: Point[]): boolean {
  const values = points.flatMap(({ x, y }) => [x, y]);
  return 2 * values.filter((value) => Math.abs(value * 100 - Math.round(value * 100)) > 1e-6).length >= values.length;
}

/** Great-circle distance by the haversine formula, in km; x and y are longitude and latitude in degrees. */
function greatCircleKm(a: Point, b: Point): number {
  const radians = Math.PI / 180;
  const halfLat = Math.sin(((b.y - a.y) * radians) / 2);
  const halfLon = Math.sin(((b.x - a.x) * radians) / 2);
  const h = halfLat ** 2 + Math.cos(a.y * radians) * Math.cos(b.y * radians) * halfLon ** 2;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(h)));
}
