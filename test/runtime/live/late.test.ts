// Late: what late and corrected readings do to the past of all that follows from them: copies, totals, sums, computed points.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TwinId } from "../../../models/district.ts";
import { ESTIMATED, GOOD, SUSPECT } from "../../../runtime/live/page.ts";
import type { ReadingRow } from "../../../runtime/log/readings.ts";
import { districtOf, meterOf, START_MS, TestWorld } from "./harness.ts";

const BUILDING = "building:b:one";
const DISTRICT = "district:test:test";
const LINE = "line:lv:1";
const ONE = "meter:meters:m-1";
const TWO = "meter:meters:m-2";
const THREE = "meter:meters:m-3";
const FOUR = "meter:meters:m-4";
const FIVE = "meter:meters:m-5";
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

const METERS = {
  [ONE]: meterOf(BUILDING, { energyImport: "kWh", power: "W", temperature: "Cel" }, { intervalMs: HOUR_MS }),
  [TWO]: meterOf(BUILDING, { power: "kW", energyImport: "kWh" }, { intervalMs: HOUR_MS, registerCapacity: "10000" }),
  [THREE]: meterOf(LINE, { current: "A" }),
  [FIVE]: meterOf(BUILDING, { temperature: "Cel" }, { intervalMs: HOUR_MS }),
  [FOUR]: meterOf(BUILDING, { energyImportT1: "kWh", energyImportT2: "kWh" }, { intervalMs: HOUR_MS }),
};
const district = districtOf(
  {
    ...{ [BUILDING]: {}, [DISTRICT]: {}, ...METERS, [LINE]: { attributes: { maxIKa: 0.1 } } },
    ...{ "bus:lv:1": {}, "bus:lv:2": {}, "grid:lv:1": {} },
  },
  [
    ["grid:lv:1", "feeds", "bus:lv:1"],
    ["bus:lv:1", "feeds", BUILDING],
    [DISTRICT, "contains", BUILDING],
    [ONE, "measures", BUILDING],
    [TWO, "measures", BUILDING],
    [THREE, "measures", LINE],
    [FOUR, "measures", BUILDING],
    [FIVE, "measures", BUILDING],
  ],
  [[LINE, "bus:lv:1", "bus:lv:2"]],
);

const everyIn = (cell: (id: TwinId) => string) => new Map([...district.twins.keys()].map((id) => [id, cell(id)]));
const TOGETHER = everyIn(() => "all");
const APART = everyIn((id) => id.split(":")[0]!);

function born(cells: ReadonlyMap<TwinId, string> = TOGETHER): TestWorld {
  const world = new TestWorld(district, { cells });
  world.resume();
  return world;
}

const at = (hour: number) => START_MS + hour * HOUR_MS;

/** The good samples of a point, by hours and in the order of time, and last where it stands: what follows is recorded once a minute. */
function pastOf(world: TestWorld, id: TwinId, point: string): [hour: number, value: number][] {
  const past = new Map(
    world
      .samples()
      .filter((sample) => sample.twin === id && sample.point === point && sample.quality !== SUSPECT)
      .map(({ at, value }) => [at, value]),
  );
  const twin = world.twin(id);
  if (!Number.isNaN(twin.at(point))) past.set(twin.at(point), twin.value(point));
  return [...past]
    .sort(([a], [b]) => a - b)
    .map(([sampleMs, value]): [number, number] => [(sampleMs - START_MS) / HOUR_MS, value]);
}

function standsAt(past: readonly (readonly [hour: number, value: number])[], hour: number): number {
  return past.findLast(([own]) => own <= hour)?.[1] ?? 0;
}

describe.each([
  ["in one partition", TOGETHER],
  ["across partitions", APART],
])("%s", (_, cells) => {
  test("a late reading is in the history of its copy, and a corrected one corrects it there", () => {
    const world = born(cells);
    for (const [hour, value] of [
      [1, 20],
      [5, 24],
      [3, 22],
      [1, 19],
    ] as const)
      world.read(ONE, [["temperature", at(hour), value]]);
    expect(pastOf(world, BUILDING, "temperature")).toEqual([
      [1, 19],
      [3, 22],
      [5, 24],
    ]);
    expect(world.twin(BUILDING).value("temperature")).toBe(24);
    world.read(ONE, [["temperature", at(3), 900]]);
    expect(pastOf(world, BUILDING, "temperature")).toEqual([
      [1, 19],
      [5, 24],
    ]);
  });

  test("and in the total of its register, and in all that sums it", () => {
    const world = born(cells);
    for (const [hour, value] of [
      [1, 100],
      [4, 106],
      [2, 101],
    ] as const)
      world.read(ONE, [["energyImport", at(hour), value]]);
    const expected = [
      [1, 100],
      [2, 101],
      [4, 106],
    ];
    expect(pastOf(world, ONE, "consumption")).toEqual(expected);
    expect(pastOf(world, BUILDING, "electricityConsumption")).toEqual(expected);
    expect(pastOf(world, DISTRICT, "electricityConsumption")).toEqual(expected);
    world.read(ONE, [["energyImport", at(2), 103]]);
    expect(standsAt(pastOf(world, DISTRICT, "electricityConsumption"), 2)).toBe(103);
    expect(world.twin(DISTRICT).value("electricityConsumption")).toBe(106);
  });

  test("what a device sends after hours does not mix one meter's present with another's past", () => {
    const world = born(cells);
    for (let hour = 0; hour <= 23; hour++) world.read(ONE, [["power", at(hour), 1_000 + hour]], at(hour));
    world.read(TWO, [["power", at(0), 1]], at(23));
    for (let hour = 1; hour <= 23; hour++) world.read(TWO, [["power", at(hour), 1 + hour / 10]], at(23));
    const expected = Array.from({ length: 24 }, (_, hour) => [hour, 1_000 + hour + 1_000 + 100 * hour]);
    for (const id of [BUILDING, DISTRICT]) {
      const past = pastOf(world, id, "electricityPower");
      expect(past.map(([hour, value]) => [hour, Math.round(value * 1e6) / 1e6])).toEqual(expected);
      expect(world.twin(id).at("electricityPower")).toBe(at(23));
    }
  });

  test("what moves the past of a sum and, at once, its present leaves no gap between the two", () => {
    const world = born(cells);
    world.read(TWO, [["power", at(1), 1]]);
    const rows: ReadingRow[] = [
      ["power", at(0), 100],
      ["power", at(1) + 26_000, 200],
    ];
    world.read(ONE, rows);
    for (const id of [BUILDING, DISTRICT]) {
      const past = pastOf(world, id, "electricityPower");
      expect(
        [0, 1, 2].map((hour) => standsAt(past, hour)),
        id,
      ).toEqual([100, 1_100, 1_200]);
    }
  });

  test("whatever comes in whatever order, the past of copies, totals and sums is what the readings say", () => {
    const row = fc.oneof(
      fc.tuple(fc.constant(ONE), fc.constant("power"), fc.constantFrom(100, 250, 7, 9e9)),
      fc.tuple(fc.constant(ONE), fc.constant("temperature"), fc.constantFrom(20, 21, 900)),
      fc.tuple(fc.constant(TWO), fc.constant("power"), fc.constantFrom(1, 2, 0.5, 9e9)),
      fc.tuple(fc.constant(TWO), fc.constant("energyImport"), fc.constantFrom(10, 11, 12.5, -1)),
    );
    const reading = fc.tuple(row, fc.integer({ min: 0, max: 7 }), fc.boolean());
    fc.assert(
      fc.property(fc.array(reading, { maxLength: 30 }), (readings) => {
        const world = born(cells);
        const now = at(8);
        for (const [[id, point, value], hour, isEnd] of readings) {
          world.apply(world.cell(id), { type: "readings", at: now, entries: [[id, [[point, at(hour), value]]]] });
          if (isEnd) world.deliver();
        }
        world.deliver();
        expectPast(world);
      }),
      { numRuns: 200 },
    );
  });
});

/** What is summed and copied is, at every hour, what the histories of the meters say. */
function expectPast(world: TestWorld): void {
  const parts = {
    electricityPower: [
      [pastOf(world, ONE, "power"), 1],
      [pastOf(world, TWO, "power"), 1_000],
    ],
    electricityConsumption: [[pastOf(world, TWO, "consumption"), 1]],
  } as const;
  for (const id of [BUILDING, DISTRICT]) {
    for (const [point, terms] of Object.entries(parts)) {
      const past = pastOf(world, id, point);
      for (let hour = 0; hour <= 8; hour++) {
        const expected = terms.reduce((sum, [term, factor]) => sum + factor * standsAt(term, hour), 0);
        expect(standsAt(past, hour), `${point} of ${id} at ${hour}`).toBeCloseTo(expected, 6);
      }
      const now = terms.reduce((sum, [term, factor]) => sum + factor * standsAt(term, 99), 0);
      expect(world.twin(id).value(point) || 0, `${point} of ${id}`).toBeCloseTo(now, 6);
    }
  }
  expect(pastOf(world, BUILDING, "temperature")).toEqual(pastOf(world, ONE, "temperature"));
  for (const [id, point] of [
    [ONE, "power"],
    [TWO, "power"],
    [TWO, "energyImport"],
    [BUILDING, "temperature"],
  ] as const) {
    const newest = pastOf(world, id, point).at(-1);
    expect(world.twin(id).value(point), `${point} of ${id}`).toEqual(newest?.[1] ?? Number.NaN);
  }
  for (const [hour, value] of pastOf(world, TWO, "energyImport"))
    expect(standsAt(pastOf(world, TWO, "consumption"), hour)).toBeCloseTo(value, 6);
}

test("what is computed from a point is computed anew where that was late", () => {
  const world = born();
  for (const [hour, value] of [
    [1, 20],
    [5, 40],
    [3, 30],
  ] as const)
    world.read(THREE, [["current", at(hour), value]]);
  const loading = pastOf(world, LINE, "loadingPercent").map(([hour, value]) => [hour, Math.round(value)]);
  expect(loading).toEqual([
    [1, 20],
    [3, 30],
    [5, 40],
  ]);
});

describe("a late or corrected reading of a register", () => {
  const read = (world: TestWorld, id: TwinId, ...rows: (readonly [hour: number, value: number])[]) => {
    for (const [hour, value] of rows) world.read(id, [["energyImport", at(hour), value]]);
  };

  test("that would make it fall is suspect, before and after", () => {
    const world = born();
    read(world, ONE, [1, 1_030], [3, 1_040], [2, 1_041], [2, 1_029]);
    expect(world.sample(ONE, "energyImport", at(2))).toEqual([1_029, SUSPECT]);
    read(world, ONE, [2, 1_035]);
    expect(world.sample(ONE, "energyImport", at(2))).toEqual([1_035, GOOD]);
    expect(pastOf(world, ONE, "consumption")).toEqual([
      [1, 1_030],
      [2, 1_035],
      [3, 1_040],
    ]);
    read(world, ONE, [3, 900]);
    expect(world.twin(ONE).quality("energyImport")).toBe("SUSPECT");
    expect([world.twin(ONE).value("energyImport"), world.twin(ONE).value("consumption")]).toEqual([1_035, 1_035]);
    expect(world.twin(BUILDING).value("electricityConsumption")).toBe(1_035);
    expect(pastOf(world, ONE, "consumption").at(-1)).toEqual([2, 1_035]);
  });

  test("of one that had rolled over takes the turn back with it, and one that rolls over counts it", () => {
    const world = born();
    read(world, TWO, [1, 9_990], [2, 3]);
    expect(world.twin(TWO).value("consumption")).toBe(10_003);
    read(world, TWO, [2, 9_998]);
    expect(world.twin(TWO).value("consumption")).toBe(9_998);
    expect(world.twin(BUILDING).value("electricityConsumption")).toBe(9_998);
    read(world, TWO, [4, 20], [3, 5]);
    expect(world.twin(TWO).value("consumption")).toBe(10_020);
    expect(pastOf(world, TWO, "consumption")).toEqual([
      [1, 9_990],
      [2, 9_998],
      [3, 10_005],
      [4, 10_020],
    ]);
  });

  test("from before an exchange counts with what the meter before had counted", () => {
    const world = born();
    read(world, ONE, [1, 1_000]);
    world.tick(at(10));
    world.command(ONE, "exchange", { finalReading: 1_010, newReading: 0 });
    read(world, ONE, [11, 5], [5, 1_006]);
    expect(pastOf(world, ONE, "consumption")).toEqual([
      [1, 1_000],
      [5, 1_006],
      [10, 1_010],
      [11, 1_015],
    ]);
  });

  test("between a held reading and the good one before it sets the point, which stays suspect", () => {
    const world = born();
    read(world, ONE, [1, 100], [5, 50], [3, 104]);
    expect(world.twin(ONE).value("energyImport")).toBe(104);
    expect(world.twin(ONE).quality("energyImport")).toBe("SUSPECT");
    expect(world.state(ONE)).toBe("online.suspect");
    expect(world.sample(ONE, "energyImport", at(3))).toEqual([104, GOOD]);
    expect(world.twin(ONE).value("consumption")).toBe(104);
    read(world, ONE, [6, 105]);
    expect(world.state(ONE)).toBe("online.normal");
  });

  test("of one of several tariffs counts with what the others were at the same time, and with what they became since", () => {
    const both = (world: TestWorld, hour: number, one: number, two: number) =>
      world.read(FOUR, [
        ["energyImportT1", at(hour), one],
        ["energyImportT2", at(hour), two],
      ]);
    const late = born();
    for (const [hour, one, two] of [
      [0, 50, 50],
      [2, 60, 60],
      [1, 55, 56],
    ] as const)
      both(late, hour, one, two);
    expect(pastOf(late, FOUR, "consumption")).toEqual([
      [0, 100],
      [1, 111],
      [2, 120],
    ]);
    late.read(FOUR, [["energyImportT1", at(2), 61]]);
    expect(late.twin(FOUR).value("consumption")).toBe(121);
    expect(standsAt(pastOf(late, BUILDING, "electricityConsumption"), 1)).toBe(111);
    expect(late.twin(DISTRICT).value("electricityConsumption")).toBe(121);
    const between = born();
    both(between, 0, 50, 50);
    for (const hour of [1, 2]) between.read(FOUR, [["energyImportT2", at(hour), 50 + 10 * hour]]);
    for (const [hour, value] of [
      [1, 55],
      [2, 65],
    ] as const)
      between.read(FOUR, [["energyImportT1", at(hour), value]]);
    expect(pastOf(between, FOUR, "consumption")).toEqual([
      [0, 100],
      [1, 115],
      [2, 135],
    ]);
    between.read(FOUR, [["energyImportT1", at(1), 900]]);
    expect(standsAt(pastOf(between, FOUR, "consumption"), 1), "without what cannot be").toBe(110);
  });

  test("leaves the rate as the reading alone has it, and not as the wrong one had", () => {
    const world = born();
    read(world, ONE, [1, 100], [2, 101], [3, 950], [3, 102]);
    expect(world.twin(ONE).value("#rate:energyImport")).toBe(1);
  });
});

test("what one meter takes back of a copied point is not what another has said of the same time", () => {
  const world = born();
  world.read(ONE, [["temperature", at(1), 20]]);
  world.read(FIVE, [["temperature", at(1), 22]]);
  world.read(ONE, [["temperature", at(1), 900]]);
  expect(world.twin(BUILDING).value("temperature")).toBe(22);
  expect(pastOf(world, BUILDING, "temperature")).toEqual([[1, 22]]);
});

test("a meter that was exchanged while a reading dated ahead stands goes on from there", () => {
  const world = born();
  world.read(ONE, [["energyImport", at(9), 100]], at(8));
  world.tick(at(8.5));
  world.command(ONE, "exchange", { finalReading: 101, newReading: 0 });
  world.read(ONE, [["energyImport", at(10), 5]], at(10));
  expect(pastOf(world, ONE, "consumption")).toEqual([
    [9, 101],
    [10, 106],
  ]);
  expect(pastOf(world, BUILDING, "electricityConsumption")).toEqual([
    [9, 101],
    [10, 106],
  ]);
});

describe("estimates of a silent meter", () => {
  test("are forgotten when it is read again, here and in all that sums them", () => {
    const world = born();
    for (const hour of [0, 1, 2]) world.read(ONE, [["energyImport", at(hour), 100 + 10 * hour]], at(hour));
    for (let hour = 3; hour <= 9; hour++) world.tick(at(hour));
    expect(world.twin(ONE).quality("consumption")).toBe("ESTIMATED");
    expect(world.twin(DISTRICT).quality("electricityConsumption")).toBe("ESTIMATED");
    const estimates = (id: string) =>
      world.samples().filter(({ quality, twin }) => quality === ESTIMATED && twin === id);
    expect(estimates(ONE).length).toBeGreaterThan(2);
    world.read(ONE, [["energyImport", at(9), 121]], at(9) + MINUTE_MS);
    expect(estimates(ONE)).toEqual([]);
    for (const [id, point] of [
      [ONE, "consumption"],
      [BUILDING, "electricityConsumption"],
      [DISTRICT, "electricityConsumption"],
    ] as const) {
      for (const [hour, value] of pastOf(world, id, point)) {
        const read = hour < 2 ? 100 + 10 * Math.floor(hour) : hour < 9 ? 120 : 121;
        expect(value, `${point} of ${id} at ${hour}`).toBe(read);
      }
      expect(world.twin(id).value(point)).toBe(121);
      expect(world.twin(id).quality(point)).toBe("GOOD");
    }
  });

  test("give way to what the device had kept for the time of its silence", () => {
    const world = born();
    for (const hour of [0, 1, 2]) world.read(ONE, [["energyImport", at(hour), 100 + 10 * hour]], at(hour));
    for (let hour = 3; hour <= 9; hour++) world.tick(at(hour));
    const kept: ReadingRow[] = [3, 4, 5, 6, 7, 8, 9].map((hour) => ["energyImport", at(hour), 118 + hour]);
    world.read(ONE, kept, at(9) + MINUTE_MS);
    const expected = [[0, 100], [1, 110], [2, 120], ...kept.map(([, , value], i) => [3 + i, value])];
    expect(pastOf(world, ONE, "consumption")).toEqual(expected);
    for (const [hour, value] of expected as [number, number][]) {
      expect(standsAt(pastOf(world, DISTRICT, "electricityConsumption"), hour)).toBeCloseTo(value, 6);
    }
  });
});
