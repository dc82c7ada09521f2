// Coordinate reference systems: which one a file names, and where on the globe a position of it is.
// Fed by    metadata.referenceSystem, in all the spellings of CityJSON 0.9 to 2.0
// Gives     a `Crs`, a local frame in metres for measuring, latitude and longitude for the systems that can be converted

import { type Location, rdToLocation, utmToLocation } from "./projections.ts";

export type Point = readonly [x: number, y: number, z: number];

export interface Crs {
  /** As the file spells it. */
  name: string;
  epsg?: number;
  /** Coordinates are degrees: latitude first as EPSG has it, longitude first for CRS84. */
  degrees?: "latitude first" | "longitude first";
}

/** Metres around one point: what is measured near it is measured in this frame. */
export interface LocalFrame {
  toLocal(point: Point): Point;
  toCrs(point: Point): Point;
}

/** EPSG codes of latitude and longitude in degrees: WGS 84, ETRS89, JGD2011, NAD83 and their forms with height. */
const DEGREES: ReadonlySet<number> = new Set([4326, 4979, 4258, 4937, 6668, 6697, 4269, 4955]);
/** ETRS89 / UTM with a height system of Germany: EPSG code to zone. */
const UTM_WITH_HEIGHT = new Map([
  [5554, 31],
  [5555, 32],
  [5556, 33],
]);
/** EPSG:28992 Amersfoort / RD New, and 7415, the same with NAP height. */
const RD: ReadonlySet<number> = new Set([28992, 7415]);
/** Where RD is used, in its own metres: the extent of EPSG:28992 in the EPSG registry. */
const RD_EXTENT = { minX: 12_628, maxX: 283_594, minY: 308_179, maxY: 636_456 };

const EARTH_RADIUS_M = 6_378_137;
const EARTH_ECCENTRICITY2 = 0.00669438;
const RADIANS = Math.PI / 180;

/** Reads `urn:ogc:def:crs:EPSG::7415`, `https://www.opengis.net/def/crs/EPSG/0/7415`, `EPSG:7415` and their like. */
export function readCrs(name: string): Crs {
  if (/CRS84/i.test(name)) return { name, degrees: "longitude first" };
  const zone = /ETRS89_UTM(\d\d)/i.exec(name)?.[1]; // urn:adv:crs:ETRS89_UTM32*DE_DHHN2016_NH, of German surveys
  const code = /EPSG[:/]+(?:[\d.]*[:/]+)?(\d{4,6})(?![\d.])/i.exec(name)?.[1];
  const epsg = code ? Number(code) : zone ? 25_800 + Number(zone) : undefined;
  if (epsg === undefined) return { name };
  return DEGREES.has(epsg) ? { name, epsg, degrees: "latitude first" } : { name, epsg };
}

/** Whether `locate` knows the system. */
export function isConvertible(crs: Crs): boolean {
  return crs.degrees !== undefined || (crs.epsg !== undefined && (RD.has(crs.epsg) || utmOf(crs.epsg) !== undefined));
}

/** Latitude and longitude of a position; undefined outside of where the system is used, or when it is not convertible. */
export function locate(crs: Crs, [x, y]: Point): Location | undefined {
  if (crs.degrees) {
    const [latDeg, lonDeg] = crs.degrees === "latitude first" ? [x, y] : [y, x];
    return Math.abs(latDeg) <= 90 && Math.abs(lonDeg) <= 180 ? { latDeg, lonDeg } : undefined;
  }
  if (crs.epsg === undefined) return undefined;
  if (RD.has(crs.epsg)) {
    const inside = x >= RD_EXTENT.minX && x <= RD_EXTENT.maxX && y >= RD_EXTENT.minY && y <= RD_EXTENT.maxY;
    return inside ? rdToLocation(x, y) : undefined;
  }
  const utm = utmOf(crs.epsg);
  // A zone is 6 degrees wide; 100 to 900 km leaves room for data that crosses into the next one.
  const inside = x >= 100_000 && x <= 900_000 && y >= 0 && y <= 10_000_000;
  return utm && inside ? utmToLocation(x, y, utm.zone, utm.south) : undefined;
}

function utmOf(epsg: number): { zone: number; south: boolean } | undefined {
  const zone = UTM_WITH_HEIGHT.get(epsg) ?? epsg % 100;
  if (UTM_WITH_HEIGHT.has(epsg)) return { zone, south: false };
  const family = Math.floor(epsg / 100);
  if (family === 258 && zone >= 28 && zone <= 38) return { zone, south: false };
  if ((family === 326 || family === 327) && zone >= 1 && zone <= 60) return { zone, south: family === 327 };
  return undefined;
}

/** A frame in metres with its origin at a point, x to the east and y to the north. */
export function localFrame(crs: Crs | undefined, [x0, y0, z0]: Point): LocalFrame {
  if (!crs?.degrees) {
    return {
      toLocal: ([x, y, z]) => [x - x0, y - y0, z - z0],
      toCrs: ([x, y, z]) => [x + x0, y + y0, z + z0],
    };
  }
  // Over the size of a building the ellipsoid is as flat as its two radii of curvature say.
  const latitudeFirst = crs.degrees === "latitude first";
  const sine = Math.sin((latitudeFirst ? x0 : y0) * RADIANS);
  const shrink = 1 - EARTH_ECCENTRICITY2 * sine * sine;
  const perLatDeg = ((RADIANS * EARTH_RADIUS_M) / shrink ** 1.5) * (1 - EARTH_ECCENTRICITY2);
  const perLonDeg = ((RADIANS * EARTH_RADIUS_M) / Math.sqrt(shrink)) * Math.sqrt(1 - sine * sine);
  return latitudeFirst
    ? {
        toLocal: ([x, y, z]) => [(y - y0) * perLonDeg, (x - x0) * perLatDeg, z - z0],
        toCrs: ([x, y, z]) => [x0 + y / perLatDeg, y0 + x / perLonDeg, z + z0],
      }
    : {
        toLocal: ([x, y, z]) => [(x - x0) * perLonDeg, (y - y0) * perLatDeg, z - z0],
        toCrs: ([x, y, z]) => [x0 + x / perLonDeg, y0 + y / perLatDeg, z + z0],
      };
}
