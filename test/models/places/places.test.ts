import { resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { District, LoadedDistrict } from "../../../models/district.ts";
import { type Area, MAX_POSITIONS, readArea } from "../../../models/places/area.ts";
import { distanceM, distanceToWayM } from "../../../models/places/distance.ts";
import { PlaceIndex } from "../../../models/places/place-index.ts";
import { Places } from "../../../models/places/places.ts";
import { finish } from "../../../models/work.ts";
import { readDistrict } from "../../../runtime/read-district.ts";
import { directoryOf, districtOf, feeds, link, twin } from "../network/nets.ts";

const RUNS = { seed: 20260101 };
const polygon = (...rings: number[][][]) => ({ type: "Polygon", coordinates: rings });
const square = (minLon: number, minLat: number, maxLon: number, maxLat: number) => [
  [minLon, minLat],
  [maxLon, minLat],
  [maxLon, maxLat],
  [minLon, maxLat],
  [minLon, minLat],
];
const areaOf = (value: unknown): Area => {
  const area = readArea(value);
  if (typeof area === "string") throw new Error(area);
  return area;
};

describe("an area", () => {
  it("has what is inside of its ring and not in a hole, and all of its boundaries (A2)", () => {
    const area = areaOf(polygon(square(0, 0, 10, 10), square(4, 4, 6, 6)));
    const inside = [
      [1, 1],
      [0, 0],
      [10, 5],
      [4, 5],
      [3.9, 5],
    ];
    const outside = [
      [5, 5],
      [-0.1, 5],
      [10.1, 10],
      [11, 5],
    ];
    expect(inside.map(([lon, lat]) => area.has(lon!, lat!))).toEqual(inside.map(() => true));
    expect(outside.map(([lon, lat]) => area.has(lon!, lat!))).toEqual(outside.map(() => false));
    expect(area.box).toEqual({ minLon: 0, minLat: 0, maxLon: 10, maxLat: 10 });
  });

  it("may be several polygons, or a feature that has one", () => {
    const two = { type: "MultiPolygon", coordinates: [[square(0, 0, 1, 1)], [square(5, 5, 6, 6)]] };
    const area = areaOf({ type: "Feature", properties: {}, geometry: two });
    expect([area.has(0.5, 0.5), area.has(5.5, 5.5), area.has(3, 3)]).toEqual([true, true, false]);
    expect(area.box).toEqual({ minLon: 0, minLat: 0, maxLon: 6, maxLat: 6 });
  });

  it.each([
    [null, "it is no GeoJSON geometry"],
    [{ type: "Point", coordinates: [1, 2] }, "it is a Point, and no Polygon or MultiPolygon"],
    [{ type: "Polygon", coordinates: [] }, "a polygon has no ring"],
    [{ type: "MultiPolygon", coordinates: [] }, "it has no polygon"],
    [
      polygon([
        [0, 0],
        [1, 1],
        [0, 0],
      ]),
      "a ring has fewer than four positions",
    ],
    [
      polygon([
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 1],
      ]),
      "a ring does not end where it begins",
    ],
    [
      polygon([
        [0, 0],
        [1, 95],
        [1, 1],
        [0, 0],
      ]),
      "[1,95] is no longitude and latitude",
    ],
    [
      polygon([
        [0, 0],
        [1, null as never],
        [1, 1],
        [0, 0],
      ]),
      "[1,null] is no longitude and latitude",
    ],
    [polygon(square(-179, 0, 179, 1)), "it crosses the antimeridian; cut it there (RFC 7946, 3.1.9)"],
    [polygon(Array(MAX_POSITIONS + 1).fill([0, 0])), `it has more than ${MAX_POSITIONS} positions`],
  ])("is refused when it is none: %j", (value, reason) => {
    expect(readArea(value)).toBe(reason);
  });

  it("agrees with the winding of a point around any triangle", () => {
    const at = fc.tuple(fc.integer({ min: -20, max: 20 }), fc.integer({ min: -20, max: 20 }));
    fc.assert(
      fc.property(at, at, at, at, (a, b, c, [x, y]) => {
        const cross = ([ax, ay]: number[], [bx, by]: number[]) => (bx! - ax!) * (y - ay!) - (by! - ay!) * (x - ax!);
        const turns = [cross(a, b), cross(b, c), cross(c, a)];
        const isFlat = (b[0] - a[0]) * (c[1] - a[1]) === (b[1] - a[1]) * (c[0] - a[0]);
        fc.pre(!isFlat);
        const isIn = turns.every((turn) => turn >= 0) || turns.every((turn) => turn <= 0);
        expect(areaOf(polygon([a, b, c, a])).has(x, y)).toBe(isIn);
      }),
      RUNS,
    );
  });
});

describe("distances", () => {
  it("are those of the sphere: a degree of a meridian is 111.195 km, and around the antimeridian it is not far", () => {
    expect(distanceM(13, 52, 13, 53)).toBeCloseTo(111_195.08, 1);
    expect(distanceM(179.9, 0, -179.9, 0)).toBeCloseTo(22_239.02, 1);
    expect(distanceM(0, 90, 120, 90)).toBeCloseTo(0, 6);
  });

  it("to a straight way are those to its nearest point, as many points on it have it", () => {
    const near = fc.double({ min: -0.02, max: 0.02, noNaN: true });
    fc.assert(
      fc.property(near, near, near, near, fc.double({ min: -70, max: 70, noNaN: true }), (a, b, c, d, lat) => {
        const way = [10 + a, lat + b, 10 + c, lat + d];
        const along = [...Array(2_001).keys()].map((i) => i / 2_000);
        const nearest = Math.min(...along.map((t) => distanceM(10, lat, 10 + a + t * (c - a), lat + b + t * (d - b))));
        // A thousandth, as the plane is flat; and a step of those points.
        expect(Math.abs(distanceToWayM(10, lat, way) - nearest)).toBeLessThan(nearest / 500 + 3);
      }),
      RUNS,
    );
  });
});

describe("the index", () => {
  const place = fc.array(fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constantFrom(170, -80)), {
    minLength: 4,
    maxLength: 4,
  });
  it("finds what looking at all finds, also when some stand far off (P1)", () => {
    fc.assert(
      fc.property(fc.array(place, { maxLength: 200 }), place, (places, [x, y, w, h]) => {
        const ways = Float64Array.from(places.flat());
        const box = { minLon: x!, minLat: y!, maxLon: x! + Math.abs(w!), maxLat: y! + Math.abs(h!) };
        const expected = places.flatMap(([lonA, latA, lonB, latB], i) => {
          const isLeft = Math.max(lonA!, lonB!) < box.minLon || Math.min(lonA!, lonB!) > box.maxLon;
          return isLeft || Math.max(latA!, latB!) < box.minLat || Math.min(latA!, latB!) > box.maxLat ? [] : [i];
        });
        expect(
          finish(PlaceIndex.of(ways))
            .meeting(box)
            .sort((a, b) => a - b),
        ).toEqual(expected);
      }),
      RUNS,
    );
  });
});

describe("where twins stand", () => {
  const at = (lonDeg: number, latDeg: number) => ({ location: { lonDeg, latDeg } });
  const village: District = districtOf({
    twins: [
      ...[
        twin("bus", "a", at(13, 52)),
        twin("bus", "b", at(13.01, 52)),
        twin("bus", "nowhere", { position: { x: 1, y: 2 } }),
      ],
      ...[twin("line", 1), twin("line", 2), twin("switch", "s"), twin("load", "l"), twin("generator", "pv")],
      ...[
        twin("building", "h", at(13.005, 52.001)),
        twin("storey", "0"),
        twin("space", "r"),
        twin("meter", "m"),
        twin("device", "d"),
      ],
      ...[twin("building", "odd", { location: { lonDeg: 999, latDeg: 0 } }), twin("grid", "g"), twin("district", "n")],
    ],
    links: [
      ...[feeds("bus:n:a", "load:n:l"), feeds("generator:n:pv", "bus:n:b"), link("switch:n:s", "connects", "bus:n:b")],
      ...[
        feeds("bus:n:a", "building:n:h"),
        feeds("grid:n:g", "bus:n:nowhere"),
        link("district:n:n", "contains", "building:n:h"),
      ],
      ...[link("building:n:h", "contains", "storey:n:0"), link("storey:n:0", "contains", "space:n:r")],
      ...[link("meter:n:m", "measures", "space:n:r"), feeds("device:n:d", "meter:n:m")],
    ],
    branches: [
      { twin: "line:n:1", from: "bus:n:a", to: "bus:n:b", switches: ["switch:n:s"] },
      { twin: "line:n:2", from: "bus:n:b", to: "bus:n:nowhere", switches: [] },
    ],
  });
  const directory = directoryOf(village);
  const places = finish(Places.of(directory));
  const ids = (twins: Iterable<number>) => Array.from(twins, (each) => directory.idAt(each));

  it("is what the model says of them, or of what they stand at; drawings place nothing (P1, P2)", () => {
    const world = areaOf(polygon(square(-90, -90, 90, 90)));
    expect(ids(places.within(world))).toEqual(
      [...village.twins.keys()]
        .filter((id) => !["bus:n:nowhere", "building:n:odd", "grid:n:g", "district:n:n"].includes(id))
        .sort(),
    );
    expect(places.size).toBe(12);
    const around = areaOf(polygon(square(13.004, 52.0005, 13.006, 52.002)));
    expect(ids(places.within(around))).toEqual(["building:n:h", "device:n:d", "meter:n:m", "space:n:r", "storey:n:0"]);
    const west = areaOf(polygon(square(12.9, 51.9, 13.003, 52.1)));
    // The line has one end there only (P3).
    expect(ids(places.within(west))).toEqual(["bus:n:a", "load:n:l"]);
    expect(places.isWithin(directory.indexOf("load:n:l"), west)).toBe(true);
    expect(places.isWithin(directory.indexOf("grid:n:g"), west)).toBe(false);
  });

  it("is as near as its nearest point: the line before its ends (P3)", () => {
    const found = places
      .near(13.005, 52, 400)
      .map(({ twin: each, distanceM: m }) => [directory.idAt(each), Math.round(m)]);
    expect(found[0]).toEqual(["line:n:1", 0]);
    expect(found.slice(1).every(([, m]) => m === 111 || m === 342)).toBe(true);
    expect(found.map(([id]) => id)).toContain("bus:n:a");
  });

  it("agrees with looking at all twins of the example district, by area and by distance", async () => {
    const { district } = (await readDistrict(
      resolve(import.meta.dirname, "../../../models/examples/altstadt"),
      () => {},
    )) as {
      district: LoadedDistrict;
    };
    const real = directoryOf(district);
    const all = finish(Places.of(real));
    const placed = [...district.twins.values()].filter(({ attributes }) => attributes.location);
    expect(placed.length).toBeGreaterThan(100);
    const { lonDeg, latDeg } = placed[0]!.attributes.location as { lonDeg: number; latDeg: number };
    const near = all.near(lonDeg, latDeg, 500).map(({ twin: each }) => real.idAt(each));
    const kinds = new Set(near.map((id) => id.split(":")[0]));
    expect([kinds.has("building"), kinds.has("meter")]).toEqual([true, true]);
    const wanted = placed.filter(({ attributes }) => {
      const there = attributes.location as { lonDeg: number; latDeg: number };
      return distanceM(lonDeg, latDeg, there.lonDeg, there.latDeg) <= 500;
    });
    const own = new Set(placed.map(({ id }) => id));
    expect(near.filter((id) => own.has(id)).toSorted()).toEqual(wanted.map(({ id }) => id).toSorted());
  });
});
