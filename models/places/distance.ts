// Distances on the earth, taken as a sphere: in metres, off by up to 0.5 % of the distance.
// Source    haversine formula; mean radius of the earth after IUGG (1980)

const EARTH_RADIUS_M = 6_371_008.8;
const RADIANS = Math.PI / 180;

export function distanceM(lonA: number, latA: number, lonB: number, latB: number): number {
  const halfLat = Math.sin(((latB - latA) * RADIANS) / 2);
  const halfLon = Math.sin(((lonB - lonA) * RADIANS) / 2);
  const h = halfLat ** 2 + Math.cos(latA * RADIANS) * Math.cos(latB * RADIANS) * halfLon ** 2;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** From a place to the nearest point of the straight way between two others, which are some kilometres apart at the most. */
export function distanceToWayM(lon: number, lat: number, [lonA, latA, lonB, latB]: readonly number[]): number {
  // Near the place, the earth is a plane in which a degree of longitude is shorter than one of latitude.
  const shrink = Math.cos(lat * RADIANS);
  const [ax, ay] = [around(lonA! - lon) * shrink, latA! - lat];
  const [dx, dy] = [around(lonB! - lonA!) * shrink, latB! - latA!];
  const length2 = dx * dx + dy * dy;
  const along = length2 === 0 ? 0 : Math.min(1, Math.max(0, -(ax * dx + ay * dy) / length2));
  return distanceM(lon, lat, lonA! + along * around(lonB! - lonA!), latA! + along * (latB! - latA!));
}

/** A difference of longitudes, the short way around the earth. */
const around = (degrees: number): number => degrees - 360 * Math.round(degrees / 360);

/** Degrees of latitude, and of longitude at that latitude, within which everything up to a distance lies; 180 where all longitudes do. */
export function reachDeg(lat: number, withinM: number): { lat: number; lon: number } {
  const angle = withinM / EARTH_RADIUS_M;
  const latDeg = angle / RADIANS;
  const atPole = Math.abs(lat) + latDeg >= 90;
  const lonDeg = atPole ? 180 : Math.asin(Math.min(1, Math.sin(angle) / Math.cos(lat * RADIANS))) / RADIANS;
  return { lat: latDeg, lon: lonDeg };
}
