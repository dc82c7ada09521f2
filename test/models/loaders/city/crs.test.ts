import { expect, test } from "vitest";
import { isConvertible, localFrame, locate, readCrs } from "../../../../models/loaders/city/crs.ts";

test.each([
  ["urn:ogc:def:crs:EPSG::7415", 7415],
  ["https://www.opengis.net/def/crs/EPSG/0/7415", 7415],
  ["http://www.opengis.net/def/crs/EPSG/6.12/3068", 3068],
  ["urn:ogc:def:crs:EPSG:6.12:3068", 3068],
  ["urn:ogc:def:crs,crs:EPSG::25832,crs:EPSG::5783", 25832],
  ["EPSG:28992", 28992],
  ["urn:adv:crs:ETRS89_UTM32*DE_DHHN2016_NH", 25832],
  ["Amersfoort / RD New", undefined],
])("%s is EPSG %s", (name, epsg) => {
  expect(readCrs(name)).toEqual(epsg === undefined ? { name } : { name, epsg });
});

test.each([
  // RD: the examples of Schreutelkamp and Strang van Hees (2001).
  ["EPSG:28992", 155_000, 463_000, 52.1551744, 5.38720621, 8],
  ["EPSG:7415", 120_700.723, 487_525.501, 52.37453253, 4.88352559, 8],
  ["EPSG:7415", 233_883.131, 582_065.167, 53.21938317, 6.56820053, 8],
  // RD: the rigorous transformation, PROJ's parameters of EPSG:28992; the formulas keep within 0.25 m.
  ["EPSG:28992", 176_000, 318_000, 50.851448853, 5.685391417, 5],
  ["EPSG:28992", 20_000, 380_000, 51.393000801, 3.447384177, 5],
  ["EPSG:28992", 270_000, 560_000, 53.014641746, 7.100867467, 5],
  // UTM: proj4 2.x, +proj=utm +ellps=GRS80.
  ["EPSG:25832", 500_000, 5_500_000, 49.65254292355682, 9, 9],
  ["EPSG:25832", 691_000.5, 5_335_000.25, 48.139560446764975, 11.567508055559417, 9],
  ["EPSG:5556", 360_000, 6_900_000, 62.205650684210845, 12.308369649828148, 9],
  ["EPSG:25838", 630_084, 4_833_438, 43.64256178232039, 46.612857130497716, 9],
  ["EPSG:32617", 630_084, 4_833_438, 43.64256178125505, -79.38714286951814, 8],
  ["EPSG:32756", 334_873, 6_252_266, -33.85700079663876, 151.21499783431727, 8],
  ["EPSG:4326", 52, 4, 52, 4, 9],
  ["OGC:CRS84", 4, 52, 52, 4, 9],
])("%s (%d, %d) is at %d, %d", (name, x, y, latDeg, lonDeg, digits) => {
  const location = locate(readCrs(name), [x, y, 0])!;
  expect(location.latDeg).toBeCloseTo(latDeg, digits);
  expect(location.lonDeg).toBeCloseTo(lonDeg, digits);
});

test("a position outside of where its system is used is nowhere", () => {
  expect(locate(readCrs("EPSG:7415"), [986, 340_531, 0])).toBeUndefined();
  expect(locate(readCrs("EPSG:25832"), [3_500_000, 5_500_000, 0])).toBeUndefined();
  expect(locate(readCrs("EPSG:4326"), [3_500_000, 5_500_000, 0])).toBeUndefined();
});

test.each(["EPSG:3068", "EPSG:25827", "EPSG:32661", "EPSG:2056", "x"])("%s is not converted", (name) => {
  expect(isConvertible(readCrs(name))).toBe(false);
  expect(locate(readCrs(name), [1, 2, 3])).toBeUndefined();
});

test.each(["EPSG:7415", "EPSG:4326", "OGC:CRS84"])("a local frame of %s leads back", (name) => {
  const frame = localFrame(readCrs(name), [52, 4, 1]);
  const [x, y, z] = frame.toCrs(frame.toLocal([52.001, 4.002, 3]));
  expect(x).toBeCloseTo(52.001, 10);
  expect(y).toBeCloseTo(4.002, 10);
  expect(z).toBeCloseTo(3, 10);
});
