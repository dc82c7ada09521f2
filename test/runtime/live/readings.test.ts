// Readings: what one, the same again, another one for the same time, an older one and an impossible one do to a twin.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { GOOD, SUSPECT } from "../../../runtime/live/page.ts";
import type { ReadingRow } from "../../../runtime/log/readings.ts";
import { districtOf, frozen, meterOf, START_MS, TestWorld } from "./harness.ts";

const METER = "meter:meters:m-1";
const LINE = "line:lv:1";
const MINUTE_MS = 60_000;

const district = districtOf(
  {
    [METER]: meterOf(LINE, { current: "A", power: "kW", energyImport: "kWh" }),
    [LINE]: { attributes: { maxIKa: 0.1 } },
    "bus:lv:1": {},
    "bus:lv:2": {},
    "grid:lv:1": {},
    "device:meters:d-1": { attributes: { intervalMs: 900_000 } },
  },
  [
    [METER, "measures", LINE],
    ["grid:lv:1", "feeds", "bus:lv:1"],
    ["device:meters:d-1", "feeds", METER],
  ],
  [[LINE, "bus:lv:1", "bus:lv:2"]],
);

function born(): TestWorld {
  const world = new TestWorld(district);
  world.resume();
  return world;
}

const at = (minutes: number) => START_MS + minutes * MINUTE_MS;

describe("a reading", () => {
  test("sets the point of the meter and, in its own unit, that of the line which it measures", () => {
    const world = born();
    world.read(METER, [["power", at(1), 4.5]]);
    expect(world.twin(METER).value("power")).toBe(4.5);
    expect(world.twin(LINE).value("power")).toBe(4_500);
    expect(world.twin(LINE).at("power")).toBe(at(1));
    expect(world.sample(METER, "power", at(1))).toEqual([4.5, GOOD]);
    expect(world.sample(LINE, "power", at(1))).toEqual([4_500, GOOD]);
  });

  test("of a twin or a point that is not there changes nothing", () => {
    const world = born();
    const before = frozen(world);
    world.apply(world.cell(METER), {
      ...{ type: "readings", at: at(1) },
      entries: [
        ["meter:meters:gone", [["power", at(1), 1]]],
        [METER, [["gone", at(1), 1]]],
      ],
    });
    world.deliver();
    expect(frozen(world)).toEqual(before);
  });

  test("counts as one revision of the twin for each device message, however many points it has", () => {
    const world = born();
    const before = world.twin(METER).revision;
    world.read(METER, [
      ["power", at(1), 1],
      ["current", at(1), 2],
      ["energyImport", at(1), 3],
    ]);
    expect(world.twin(METER).revision).toBe(before + 1);
  });

  test("is heard of by the device that feeds the meter", () => {
    const world = born();
    const device = () => world.twin("device:meters:d-1");
    const quarter = 900_000;
    world.read(METER, [["power", at(1), 1]], START_MS);
    expect(device().state).toBe("online");
    const { revision } = device();
    world.read(METER, [["power", at(2), 1]], START_MS + quarter);
    expect(device().revision).toBe(revision);
    world.tick(START_MS + 4 * quarter - 1);
    expect(device().state).toBe("online");
    world.tick(START_MS + 4 * quarter);
    expect(device().state).toBe("silent");
    world.read(METER, [["power", at(2), 1]], START_MS + 4 * quarter + 1);
    expect(device().state, "a duplicate is no sign of life").toBe("silent");
    world.read(METER, [["power", at(3), 1]], START_MS + 4 * quarter + 2);
    expect(device().state).toBe("online");
  });
});

describe("the same reading again (I1)", () => {
  test.each([
    ["the current value", 3],
    ["an older value", 2],
    ["the first value", 1],
  ])("changes nothing at all: %s, committed or not", (_, minute) => {
    const world = born();
    const cell = world.cell(METER);
    for (const m of [1, 2, 3]) world.read(METER, [["power", at(m), 10 + m]]);
    const before = frozen(world);
    const again: ReadingRow[] = [["power", at(minute), 10 + minute]];
    world.apply(cell, { type: "readings", at: at(4), entries: [[METER, again]] });
    const partition = world.partitions.get(cell)!;
    const { readings, twins, outbox } = partition.takeNews();
    expect(readings).toEqual({ applied: 0, duplicates: 1, late: 0, corrected: 0 });
    expect([twins, outbox]).toEqual([[], []]);
    const { pages, samples } = partition.takeCheckpoint();
    expect([pages, samples.length]).toEqual([[], 0]);
    expect(frozen(world)).toEqual(before);
  });

  test("is known within the batch in which it came first", () => {
    const world = born();
    const cell = world.cell(METER);
    const rows: ReadingRow[] = [["power", at(1), 5]];
    world.apply(cell, {
      type: "readings",
      at: at(1),
      entries: [
        [METER, rows],
        [METER, rows],
      ],
    });
    world.apply(cell, { type: "readings", at: at(1), entries: [[METER, rows]] });
    world.commit();
    expect(world.counts).toEqual({ applied: 1, duplicates: 2, late: 0, corrected: 0 });
  });

  test("is known when it was held back, too", () => {
    const world = born();
    world.read(METER, [["power", at(1), 5]]);
    world.read(METER, [["power", at(2), 9e9]]);
    const before = frozen(world);
    world.read(METER, [["power", at(2), 9e9]]);
    expect(world.counts.duplicates).toBe(1);
    expect(frozen(world)).toEqual(before);
  });
});

describe("another value for the same time (I2)", () => {
  test("corrects the current value, here and where it is copied to, and the journal has both", () => {
    const world = born();
    world.read(METER, [["power", at(1), 5]]);
    const revision = world.twin(METER).revision;
    world.read(METER, [["power", at(1), 6]]);
    expect(world.twin(METER).value("power")).toBe(6);
    expect(world.twin(LINE).value("power")).toBe(6_000);
    expect(world.twin(METER).revision).toBe(revision + 1);
    expect(world.sample(METER, "power", at(1))).toEqual([6, GOOD]);
    expect(world.journalOf(METER)).toContain("corrected power at 2026-01-01T00:01:00.000Z: 5 -> 6");
    expect(world.counts).toEqual({ applied: 1, duplicates: 0, late: 0, corrected: 1 });
  });

  test("corrects the history of an older value, and leaves the current one", () => {
    const world = born();
    for (const m of [1, 2]) world.read(METER, [["power", at(m), m]]);
    world.read(METER, [["power", at(1), 7]]);
    expect(world.twin(METER).value("power")).toBe(2);
    expect(world.sample(METER, "power", at(1))).toEqual([7, GOOD]);
    expect(world.counts.corrected).toBe(1);
  });

  test("can be corrected back: the first value is then no duplicate any more", () => {
    const world = born();
    for (const value of [5, 6, 5]) world.read(METER, [["power", at(1), value]]);
    expect(world.counts).toEqual({ applied: 1, duplicates: 0, late: 0, corrected: 2 });
    expect(world.twin(METER).value("power")).toBe(5);
  });
});

test("a reading older than the point's value goes to the history only (I3)", () => {
  const world = born();
  world.read(METER, [["power", at(5), 50]]);
  world.read(METER, [["power", at(3), 30]]);
  expect(world.twin(METER).value("power")).toBe(50);
  expect(world.twin(METER).at("power")).toBe(at(5));
  expect(world.twin(LINE).value("power")).toBe(50_000);
  expect(world.sample(METER, "power", at(3))).toEqual([30, GOOD]);
  expect(world.counts).toEqual({ applied: 1, duplicates: 0, late: 1, corrected: 0 });
});

describe("an impossible reading (I4)", () => {
  test("is in the history as suspect and leaves the value as it is, until a good one comes", () => {
    const world = born();
    world.read(METER, [["power", at(1), 5]]);
    world.read(METER, [["power", at(2), 9e9]]);
    expect(world.twin(METER).value("power")).toBe(5);
    expect(world.twin(METER).at("power")).toBe(at(1));
    expect(world.twin(METER).quality("power")).toBe("SUSPECT");
    expect(world.twin(LINE).quality("power")).toBe("SUSPECT");
    expect(world.twin(LINE).value("power")).toBe(5_000);
    expect(world.sample(METER, "power", at(2))).toEqual([9e9, SUSPECT]);
    expect(world.state(METER)).toBe("online.suspect");
    world.read(METER, [["power", at(3), 6]]);
    expect(world.twin(METER).quality("power")).toBe("GOOD");
    expect(world.twin(LINE).quality("power")).toBe("GOOD");
    expect(world.state(METER)).toBe("online.normal");
  });

  test.each([
    ["power", 5, 6, 9e9],
    ["energyImport", 100, 101, 50],
  ])("leaves the sample before it as it was, here and where it is copied to: %s", (point, good, next, impossible) => {
    const world = born();
    world.read(METER, [[point, at(1), good]]);
    world.read(METER, [[point, at(3), impossible]]);
    world.read(METER, [[point, at(6), next]]);
    world.read(METER, [[point, at(9), next]]);
    const qualities = (id: string) =>
      world
        .samples()
        .filter((sample) => sample.twin === id && sample.point === point)
        .map((sample) => [(sample.at - START_MS) / MINUTE_MS, sample.quality]);
    expect(new Map(qualities(METER) as [number, number][])).toEqual(
      new Map([
        [1, GOOD],
        [3, SUSPECT],
        [6, GOOD],
        [9, GOOD],
      ]),
    );
    for (const [, quality] of qualities(LINE)) expect(quality).toBe(GOOD);
  });

  test("that is late, or corrects an older one, is in the history as suspect", () => {
    const world = born();
    for (const [minute, value] of [
      [1, 5],
      [5, 6],
      [3, 9e9],
      [1, 8e9],
    ] as const)
      world.read(METER, [["power", at(minute), value]]);
    world.read(METER, [["energyImport", at(5), 100]]);
    world.read(METER, [["energyImport", at(4), -1]]);
    expect(world.sample(METER, "power", at(3))).toEqual([9e9, SUSPECT]);
    expect(world.sample(METER, "power", at(1))).toEqual([8e9, SUSPECT]);
    expect(world.sample(METER, "energyImport", at(4))).toEqual([-1, SUSPECT]);
    expect(world.twin(METER).value("power")).toBe(6);
    expect(world.twin(METER).quality("power")).toBe("GOOD");
  });

  test("that corrects the newest is held back; and a good correction of one that was held back sets the point", () => {
    const world = born();
    world.read(METER, [["power", at(0), 4]]);
    world.read(METER, [["power", at(1), 5]]);
    world.read(METER, [["power", at(1), 9e9]]);
    expect(world.twin(METER).value("power"), "what it stood at is taken back").toBe(4);
    expect(world.twin(METER).at("power")).toBe(at(0));
    expect(world.twin(METER).quality("power")).toBe("SUSPECT");
    expect(world.twin(LINE).value("power")).toBe(4_000);
    expect(world.sample(METER, "power", at(1))).toEqual([9e9, SUSPECT]);
    expect(world.sample(LINE, "power", at(1))).toEqual([5_000, SUSPECT]);
    expect(world.state(METER)).toBe("online.suspect");
    world.read(METER, [["power", at(2), 8e9]]);
    world.read(METER, [["power", at(2), 7]]);
    expect(world.twin(METER).value("power")).toBe(7);
    expect(world.twin(METER).at("power")).toBe(at(2));
    expect(world.twin(METER).quality("power")).toBe("GOOD");
    expect(world.twin(LINE).value("power")).toBe(7_000);
    expect(world.sample(METER, "power", at(2))).toEqual([7, GOOD]);
    expect(world.state(METER)).toBe("online.normal");
    expect(world.counts).toEqual({ applied: 3, duplicates: 0, late: 0, corrected: 2 });
  });

  test("that is the first of its point gives no value, no time and no sample anywhere else", () => {
    const world = born();
    world.read(METER, [["current", at(1), 20]]);
    world.read(METER, [["power", at(2), 9e9]]);
    expect(world.twin(METER).value("power")).toBeNaN();
    expect(world.twin(METER).quality("power")).toBe("SUSPECT");
    expect(world.twin(LINE).value("power")).toBeNaN();
    expect(world.twin(LINE).value("loadingPercent")).toBeCloseTo(20);
    expect(world.twin(LINE).at("loadingPercent")).toBe(at(1));
    for (const key of world.committed.samples.keys()) expect(key).not.toContain("NaN");
  });
});

test("what the old meter measured before an exchange, and sends after it, is late and does not count for the new one", () => {
  const world = born();
  world.read(METER, [["energyImport", at(1), 1_000]]);
  world.tick(at(60));
  world.command(METER, "exchange", { finalReading: 1_010, newReading: 0 });
  for (const [minute, value] of [
    [30, 0.5],
    [40, 1_005],
  ] as const)
    world.read(METER, [["energyImport", at(minute), value]]);
  expect(world.counts).toMatchObject({ applied: 1, late: 2 });
  expect([world.twin(METER).value("energyImport"), world.twin(METER).value("consumption")]).toEqual([0, 1_010]);
  expect(world.state(METER)).toBe("online.normal");
  world.read(METER, [["energyImport", at(61), 0.25]]);
  expect(world.twin(METER).value("consumption")).toBe(1_010.25);
});

describe("however readings are cut into messages and batches (R2)", () => {
  const row = fc.tuple(
    fc.constantFrom("power", "current", "energyImport"),
    fc.integer({ min: 0, max: 8 }).map(at),
    fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constant(9e9)),
  );
  const entry = fc.array(row, { minLength: 1, maxLength: 3 });

  test("twins, revisions, history and journal end the same", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(entry, fc.boolean(), fc.boolean()), { maxLength: 12 }), (entries) => {
        const one = born();
        const many = born();
        const cell = one.cell(METER);
        const now = at(9);
        one.apply(cell, { type: "readings", at: now, entries: entries.map(([rows]) => [METER, rows]) });
        one.commit();
        let pending: [string, ReadingRow[]][] = [];
        for (const [rows, endsMessage, endsBatch] of entries) {
          pending.push([METER, rows]);
          if (!endsMessage) continue;
          many.apply(cell, { type: "readings", at: now, entries: pending });
          pending = [];
          if (endsBatch) many.commit();
        }
        many.apply(cell, { type: "readings", at: now, entries: pending });
        many.commit();
        expect(frozen(many)).toEqual(frozen(one));
        expect(many.committed.samples).toEqual(one.committed.samples);
        expect(many.counts).toEqual(one.counts);
        for (const id of [METER, LINE]) expect(many.journalOf(id)).toEqual(one.journalOf(id));
      }),
      { numRuns: 60 },
    );
  });

  test("in whatever order packs arrive, values and history of plain quantities end the same, and every pack is kept", () => {
    const packs = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: -5, max: 5 })), {
      selector: ([minute]) => minute,
      minLength: 1,
      maxLength: 10,
    });
    const shuffled = packs.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, ([inOrder, anyhow]) => {
        const [first, second] = [inOrder, anyhow].map((order) => {
          const world = born();
          for (const [minute, value] of order) world.read(METER, [["power", at(minute), value]], at(30));
          return world;
        }) as [TestWorld, TestWorld];
        for (const [minute, value] of inOrder) {
          expect(first.sample(METER, "power", at(minute))).toEqual([value, GOOD]);
          expect(second.sample(METER, "power", at(minute))).toEqual([value, GOOD]);
        }
        const [lastMinute, lastValue] = inOrder.reduce((a, b) => (a[0] > b[0] ? a : b));
        for (const world of [first, second]) {
          expect(world.twin(METER).value("power")).toBe(lastValue);
          expect(world.twin(METER).at("power")).toBe(at(lastMinute));
          expect(world.twin(LINE).value("power")).toBe(lastValue * 1_000);
        }
      }),
      { numRuns: 40 },
    );
  });
});
