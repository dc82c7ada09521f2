// Imports: what samples of the past do to a twin, and what they leave as it is.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ESTIMATED, GOOD, SUSPECT } from "../../../runtime/live/page.ts";
import type { ImportedRow } from "../../../runtime/log/events.ts";
import { districtOf, frozen, meterOf, START_MS, TestWorld } from "./harness.ts";

const METER = "meter:meters:m-1";
const LINE = "line:lv:1";
const DEVICE = "device:meters:d-1";
const HOUSE = "building:b:one";
const QUARTER_MS = 900_000;
const QUARTERS_BEFORE = 1_000;

const district = districtOf(
  {
    [METER]: meterOf(LINE, { current: "A", power: "W" }, { device: "d-1" }),
    "meter:meters:m-2": meterOf(HOUSE, { energyImport: "kWh", power: "W" }),
    [HOUSE]: {},
    [LINE]: { attributes: { maxIKa: 0.1 } },
    ...{ "bus:lv:1": {}, "bus:lv:2": {}, "grid:lv:1": {} },
    [DEVICE]: { attributes: { intervalMs: QUARTER_MS } },
  },
  [
    [METER, "measures", LINE],
    ["meter:meters:m-2", "measures", HOUSE],
    ["bus:lv:2", "feeds", HOUSE],
    ["grid:lv:1", "feeds", "bus:lv:1"],
    [DEVICE, "feeds", METER],
  ],
  [[LINE, "bus:lv:1", "bus:lv:2"]],
);

function born(): TestWorld {
  const world = new TestWorld(district);
  world.resume();
  return world;
}

/** Quarter-hours since long before the world began. */
const at = (quarters: number) => START_MS + (quarters - QUARTERS_BEFORE) * QUARTER_MS;
const counts = (fresh: number, duplicates: number, corrected: number, refused = 0) => ({
  messages: 2,
  ...{ fresh, duplicates, corrected, refused },
});

describe("samples of the past", () => {
  test("are history, in any order and with their quality, and the newest good one is the point's value", () => {
    const world = born();
    const rows: ImportedRow[] = [
      ["power", at(3), 30],
      ["power", at(1), 10, "ESTIMATED"],
      ["power", at(4), 9e12, "SUSPECT"],
      ["power", at(2), 20],
    ];
    expect(world.import(METER, rows)).toEqual(counts(4, 0, 0));
    expect(world.sample(METER, "power", at(1))).toEqual([10, ESTIMATED]);
    expect(world.sample(METER, "power", at(2))).toEqual([20, GOOD]);
    expect(world.sample(METER, "power", at(4))).toEqual([9e12, SUSPECT]);
    expect([world.twin(METER).value("power"), world.twin(METER).at("power")]).toEqual([30, at(3)]);
    expect(world.twin(METER).quality("power")).toBe("GOOD");
  });

  test("older than the point's value leave the value and all that follows from it as they are", () => {
    const world = born();
    world.read(METER, [["power", at(1_001), 5]]);
    world.import(METER, [["power", at(10), 999]]);
    expect(world.twin(METER).value("power")).toBe(5);
    expect(world.twin(LINE).value("power")).toBe(5);
    expect(world.sample(METER, "power", at(10))).toEqual([999, GOOD]);
    expect(world.sample(LINE, "power", at(10))).toBeUndefined();
  });

  test("move what follows from the point, and leave its history to the file (J5)", () => {
    const world = born();
    world.import("meter:meters:m-2", [
      ["power", at(1), 100],
      ["power", at(2), 200],
    ]);
    expect(world.twin(HOUSE).value("electricityPower")).toBe(200);
    for (const time of [at(1), at(2), START_MS]) {
      expect(world.sample(HOUSE, "electricityPower", time)).toBeUndefined();
    }
    world.read("meter:meters:m-2", [["power", at(1_001), 300]]);
    expect(world.sample(HOUSE, "electricityPower", at(1_001))).toEqual([300, GOOD]);
  });

  test("of a point that is computed or summed are history only (J4)", () => {
    const world = born();
    world.import(HOUSE, [["electricityPower", at(5), 77]]);
    expect(world.sample(HOUSE, "electricityPower", at(5))).toEqual([77, GOOD]);
    expect(world.twin(HOUSE).value("electricityPower")).toBeNaN();
  });

  test("of a meter that was exchanged go through: only the newest is looked at by the register's rule (J3, J4)", () => {
    const world = born();
    const register = [9_000, 9_100, 3, 8].map((value, i): ImportedRow => ["energyImport", at(i), value]);
    world.import("meter:meters:m-2", register);
    expect(world.twin("meter:meters:m-2").value("energyImport")).toBe(8);
    for (const [, time, value] of register) {
      expect(world.sample("meter:meters:m-2", "energyImport", time)).toEqual([value, GOOD]);
    }
    expect(world.state("meter:meters:m-2")).toBe("online.normal");
  });

  test("of which the newest is implausible now stay as the file says them, and the point says what it thinks of it (J3)", () => {
    const world = born();
    world.read("meter:meters:m-2", [["energyImport", at(1_001), 500]]);
    world.import("meter:meters:m-2", [["energyImport", at(1_002), 100]]);
    expect(world.twin("meter:meters:m-2").value("energyImport")).toBe(500);
    expect(world.twin("meter:meters:m-2").quality("energyImport")).toBe("SUSPECT");
    expect(world.sample("meter:meters:m-2", "energyImport", at(1_002))).toEqual([100, GOOD]);
  });

  test("raise no alarm for what was overcome, only for what stands at their end (J4)", () => {
    const world = born();
    world.import(METER, [
      ["current", at(1), 130],
      ["current", at(2), 10],
    ]);
    world.tick(START_MS + QUARTER_MS);
    expect(world.alarms().filter(({ twin }) => twin === LINE)).toEqual([]);
    world.import(METER, [["current", at(3), 130]]);
    world.tick(START_MS + 2 * QUARTER_MS);
    expect(world.alarms("RAISED").map(({ twin }) => twin)).toContain(LINE);
  });

  test("of a twin or point that is not there (any more) are counted as refused (J7)", () => {
    const world = born();
    const rows: ImportedRow[] = [
      ["gone", at(1), 1],
      ["power", at(1), 1],
    ];
    expect(world.import(METER, rows)).toEqual(counts(1, 0, 0, 1));
    const entries: [string, ImportedRow[]][] = [["meter:meters:elsewhere", rows]];
    const cell = world.cell(METER);
    world.apply(cell, { type: "imported", at: world.now, id: "other", entries, moves: false });
    expect(world.partitions.get(cell)!.changes.importOf("other")).toEqual({ ...counts(0, 0, 0, 2), messages: 1 });
  });
});

describe("a total that the file says of an exchanged meter (J8)", () => {
  const meter = "meter:meters:m-2";
  const registers = [9_000, 9_100, 3, 8];
  const totals = [9_000, 9_100, 9_103, 9_108];
  const rows = (values: number[], point: string) => values.map((value, i): ImportedRow => [point, at(i), value]);
  const file = [...rows(registers, "energyImport"), ...rows(totals, "consumption")];
  const total = (world: TestWorld) => [world.twin(meter).value("energyImport"), world.twin(meter).value("consumption")];

  test("is gone on from: what the device sends next counts above it, and so does the sum of its building", () => {
    const world = born();
    expect(world.import(meter, file)).toEqual(counts(8, 0, 0));
    expect(total(world)).toEqual([8, 9_108]);
    expect(world.twin(HOUSE).value("electricityConsumption")).toBe(9_108);
    const before = frozen(world);
    expect(world.import(meter, file)).toEqual(counts(0, 8, 0));
    expect(frozen(world)).toEqual(before);
    world.read(meter, [["energyImport", at(1_001), 9]]);
    expect(total(world)).toEqual([9, 9_109]);
    expect(world.sample(meter, "consumption", at(1_001))).toEqual([9_109, GOOD]);
    expect(world.twin(HOUSE).value("electricityConsumption")).toBe(9_109);
    for (const [i, value] of totals.entries()) expect(world.sample(meter, "consumption", at(i))).toEqual([value, GOOD]);
  });

  test("stays under a correction of the newest sample", () => {
    const world = born();
    world.import(meter, file);
    world.import(meter, [["energyImport", at(3), 7]]);
    expect(total(world)).toEqual([7, 9_107]);
  });

  test("is none of the meter's where the file has none of that time, where it is less, or where the meter was read before", () => {
    const world = born();
    world.import(meter, file.slice(0, -1));
    expect(total(world)).toEqual([8, 8]);
    const less = born();
    less.import(meter, [
      ["energyImport", at(1), 500],
      ["consumption", at(1), 400],
    ]);
    expect(total(less)).toEqual([500, 500]);
    const read = born();
    read.read(meter, [["energyImport", at(0), 2]]);
    read.import(meter, file.slice(2));
    expect(total(read)).toEqual([8, 8]);
  });
});

describe("the same again (J1)", () => {
  test("changes nothing at all, in the same message, the same run, or after the commit", () => {
    const world = born();
    const rows: ImportedRow[] = [
      ["power", at(2), 20],
      ["power", at(1), 10, "SUSPECT"],
      ["power", at(2), 20],
    ];
    expect(world.import(METER, rows)).toEqual(counts(2, 1, 0));
    const before = frozen(world);
    const { journal, outbox } = world.committed;
    const [journals, left] = [journal.length, outbox.length];
    expect(world.import(METER, rows)).toEqual(counts(0, 3, 0));
    expect(frozen(world)).toEqual(before);
    expect([journal.length, outbox.length]).toEqual([journals, left]);
  });

  test("holds for any samples, in any portions, over what devices have sent, as a plain map says", () => {
    const time = fc.integer({ min: 995, max: 1_010 }).map(at);
    const row = fc
      .tuple(fc.constantFrom("power", "current"), time, fc.constantFrom(1, 2, 3))
      .map((tuple): ImportedRow => tuple);
    const portion = fc.record({ isImport: fc.boolean(), rows: fc.array(row, { minLength: 1, maxLength: 12 }) });
    fc.assert(
      fc.property(fc.array(portion, { maxLength: 8 }), (portions) => {
        const world = born();
        const known = new Map<string, number>();
        for (const { isImport, rows } of portions) {
          let [fresh, corrected] = [0, 0];
          const inOrder = isImport ? [...rows].sort((a, b) => a[1] - b[1]) : rows;
          for (const [point, timeMs, value] of inOrder) {
            const key = `${point}@${timeMs}`;
            if (!known.has(key)) fresh++;
            else if (known.get(key) !== value) corrected++;
            known.set(key, value);
          }
          const all = counts(fresh, rows.length - fresh - corrected, corrected);
          if (isImport) expect(world.import(METER, rows)).toEqual(all);
          else
            world.read(
              METER,
              rows.map(([point, timeMs, value]) => [point, timeMs, value]),
            );
        }
        for (const [key, value] of known) {
          const [point, time] = key.split("@") as [string, string];
          expect(world.sample(METER, point, Number(time))?.[0]).toBe(value);
        }
        for (const point of ["power", "current"]) {
          const times = [...known.keys()]
            .filter((key) => key.startsWith(point))
            .map((key) => Number(key.split("@")[1]));
          if (times.length === 0) continue;
          expect(world.twin(METER).at(point)).toBe(Math.max(...times));
          expect(world.twin(METER).value(point)).toBe(known.get(`${point}@${Math.max(...times)}`));
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe("another value for a known time (J2)", () => {
  test("replaces the sample, and the journal has both", () => {
    const world = born();
    world.import(METER, [
      ["power", at(1), 10],
      ["power", at(2), 20],
    ]);
    expect(world.import(METER, [["power", at(1), 11]])).toEqual(counts(0, 0, 1));
    expect(world.sample(METER, "power", at(1))).toEqual([11, GOOD]);
    expect(world.twin(METER).value("power")).toBe(20);
    expect(world.journalOf(METER).at(-1)).toBe(`corrected power at ${new Date(at(1)).toISOString()}: 10 -> 11`);
  });

  test("of the newest reading moves the point and what follows from it", () => {
    const world = born();
    world.read("meter:meters:m-2", [["power", at(1_001), 10]]);
    expect(world.import("meter:meters:m-2", [["power", at(1_001), 12]])).toEqual(counts(0, 0, 1));
    expect(world.twin("meter:meters:m-2").value("power")).toBe(12);
    expect(world.twin(HOUSE).value("electricityPower")).toBe(12);
    expect(world.journalOf("meter:meters:m-2").at(-1)).toMatch(/^corrected power .*: 10 -> 12$/);
  });
});

describe("another quality of a known sample (J2)", () => {
  test("is a correction: the history has it, the journal says both, and the same again changes nothing", () => {
    const world = born();
    world.read(METER, [["power", at(1_001), 10]]);
    world.read(METER, [["power", at(1_002), 20]]);
    const rows: ImportedRow[] = [
      ["power", at(1_001), 10, "ESTIMATED"],
      ["power", at(1_002), 20],
    ];
    expect(world.import(METER, rows)).toEqual(counts(0, 1, 1));
    expect(world.sample(METER, "power", at(1_001))).toEqual([10, ESTIMATED]);
    expect(world.twin(METER).value("power")).toBe(20);
    const when = new Date(at(1_001)).toISOString();
    expect(world.journalOf(METER).at(-1)).toBe(`corrected the quality of power at ${when}: GOOD -> ESTIMATED`);
    expect(world.import(METER, rows)).toEqual(counts(0, 2, 0));
    expect(world.import(METER, [["power", at(1_001), 10]])).toEqual(counts(0, 0, 1));
    expect(world.sample(METER, "power", at(1_001))).toEqual([10, GOOD]);
  });

  test("counts within one file, too: of one time the last row is the sample", () => {
    const world = born();
    const rows: ImportedRow[] = [
      ["power", at(1), 10, "SUSPECT"],
      ["power", at(1), 10],
    ];
    expect(world.import(METER, rows)).toEqual(counts(1, 0, 1));
    expect(world.sample(METER, "power", at(1))).toEqual([10, GOOD]);
  });

  test("is not asked for where the history has only what is left after 400 days, which says nothing of estimates", () => {
    const world = born();
    const old = START_MS - 401 * 86_400_000;
    world.import(METER, [["power", old, 10]]);
    expect(world.import(METER, [["power", old, 10, "ESTIMATED"]])).toEqual(counts(0, 1, 0));
  });

  test("a correction that a rule holds back is what the file says in the history, and the same again changes nothing", () => {
    const world = born();
    const meter = "meter:meters:m-2";
    world.read(meter, [["energyImport", at(1_001), 500]]);
    world.read(meter, [["energyImport", at(1_002), 510]]);
    const rows: ImportedRow[] = [["energyImport", at(1_002), 100]];
    expect(world.import(meter, rows)).toEqual(counts(0, 0, 1));
    expect(world.sample(meter, "energyImport", at(1_002))).toEqual([100, GOOD]);
    expect([world.twin(meter).value("energyImport"), world.twin(meter).quality("energyImport")]).toEqual([
      500,
      "SUSPECT",
    ]);
    expect(world.import(meter, rows)).toEqual(counts(0, 1, 0));
  });
});

test("a device is not heard by an import: what is silent stays so, and no deadline moves (J6)", () => {
  const world = born();
  world.read(METER, [["power", START_MS, 1]], START_MS);
  world.tick(START_MS + QUARTER_MS);
  world.import(METER, [["power", at(1_001), 2]], START_MS + 2 * QUARTER_MS);
  expect(world.twin(METER).value("power")).toBe(2);
  world.tick(START_MS + 3 * QUARTER_MS);
  expect([world.state(METER), world.state(DEVICE)]).toEqual(["silent", "silent"]);
  world.import(METER, [["power", at(1_002), 3]], START_MS + 4 * QUARTER_MS);
  expect([world.state(METER), world.state(DEVICE)]).toEqual(["silent", "silent"]);
  world.read(METER, [["power", at(1_003), 4]], START_MS + 5 * QUARTER_MS);
  expect([world.state(METER), world.state(DEVICE)]).toEqual(["online.normal", "online"]);
});

test("a history that is denser than the file is looked up in parts, and gives the same", () => {
  const world = born();
  const dense = Array.from({ length: 900 }, (_, i): ImportedRow => ["power", at(0) + i * 1_000, i]);
  world.import(METER, dense);
  const sparse = dense
    .filter((_, i) => i % 100 === 0)
    .map(([point, time, value]): ImportedRow => [point, time + (value === 300 ? 1 : 0), value]);
  expect(world.import(METER, sparse)).toEqual(counts(1, 8, 0));
});
