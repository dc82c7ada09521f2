// Sums: what meters count, summed by their building and by the district, in one partition and across several.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TwinId } from "../../../models/district.ts";
import { convert } from "../../../models/telemetry/units.ts";
import type { ReadingRow } from "../../../runtime/log/readings.ts";
import { districtOf, meterOf, START_MS, TestWorld } from "./harness.ts";

const ONE = "building:b:one";
const TWO = "building:c:two";
const DISTRICT = "district:test:test";
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const METERS: Record<TwinId, ReturnType<typeof meterOf>> = {
  "meter:meters:m-1": meterOf(ONE, { energyImport: "kWh", power: "W" }),
  "meter:meters:m-2": meterOf(ONE, { energyImport: "Wh", power: "kW" }),
  "meter:meters:m-3": meterOf(TWO, { energyImport: "MWh", power: "W" }),
  "meter:meters:m-4": meterOf(TWO, { volume: "l", flow: "l/h" }, { carrier: "water" }),
};
const district = districtOf(
  {
    ...{ [ONE]: {}, [TWO]: {}, [DISTRICT]: {}, ...METERS },
    ...{ "bus:lv:1": {}, "bus:mv:1": {}, "grid:lv:1": {}, "grid:mv:1": {} },
  },
  [
    ["grid:lv:1", "feeds", "bus:lv:1"],
    ["grid:mv:1", "feeds", "bus:mv:1"],
    ["bus:lv:1", "feeds", ONE],
    ["bus:mv:1", "feeds", TWO],
    [DISTRICT, "contains", ONE],
    [DISTRICT, "contains", TWO],
    ...Object.entries(METERS).map(([id, { attributes }]) => [id, "measures", String(attributes?.measures)] as const),
  ],
);
const together = new Map([...district.twins.keys()].map((id) => [id, "all"]));

function born(cells?: ReadonlyMap<TwinId, string>): TestWorld {
  const world = new TestWorld(district, cells ? { cells } : {});
  world.resume();
  return world;
}

/** The sum of a point over the given meters of a building, each converted: rebuilt from scratch. NaN when none has a value. */
function rebuilt(world: TestWorld, building: TwinId, carrier: string, point: string, unit: string): number {
  let sum = Number.NaN;
  for (const [id, { attributes }] of Object.entries(METERS)) {
    if (attributes?.measures !== building || attributes.carrier !== carrier) continue;
    const twin = world.twin(id);
    const i = twin.shape.index.get(point);
    const value = twin.value(point);
    if (i === undefined || Number.isNaN(value)) continue;
    sum = (Number.isNaN(sum) ? 0 : sum) + convert(value, twin.shape.specs[i]!.unit, unit)!;
  }
  return sum;
}

const SUMS = [
  ["electricityPower", "electricity", "power", "W"],
  ["electricityConsumption", "electricity", "consumption", "kWh"],
  ["waterFlow", "water", "flow", "m3/h"],
  ["waterConsumption", "water", "consumption", "m3"],
] as const;

function expectRebuilt(world: TestWorld): void {
  for (const [total, carrier, point, unit] of SUMS) {
    const ofBuildings = [ONE, TWO].map((building) => rebuilt(world, building, carrier, point, unit));
    for (const [i, building] of [ONE, TWO].entries()) {
      expectClose(world.twin(building).value(total), ofBuildings[i]!, `${building} ${total}`);
    }
    const known = ofBuildings.filter((value) => !Number.isNaN(value));
    const whole = known.length > 0 ? known.reduce((a, b) => a + b) : Number.NaN;
    expectClose(world.twin(DISTRICT).value(total), whole, `${DISTRICT} ${total}`);
  }
}

function expectClose(actual: number, wanted: number, what: string): void {
  // A sum of which the only term was taken back, by a correction that cannot be, is zero.
  if (Number.isNaN(wanted)) expect(actual || 0, what).toBe(0);
  else
    expect(Math.abs(actual - wanted), `${what}: ${actual} for ${wanted}`).toBeLessThanOrEqual(
      1e-9 * Math.max(1e6, Math.abs(wanted)),
    );
}

describe.each([
  ["one partition", together],
  ["several partitions, by shares", undefined],
])("in %s", (_, cells) => {
  test("meters in W and kW, kWh, Wh and MWh, litres and cubic metres add up in the unit of the total (F2)", () => {
    const world = born(cells);
    world.read("meter:meters:m-1", [
      ["power", START_MS, 300],
      ["energyImport", START_MS, 10],
    ]);
    world.read("meter:meters:m-2", [
      ["power", START_MS, 1.5],
      ["energyImport", START_MS, 2_500],
    ]);
    world.read("meter:meters:m-3", [
      ["power", START_MS, 700],
      ["energyImport", START_MS, 0.25],
    ]);
    world.read("meter:meters:m-4", [
      ["flow", START_MS, 120],
      ["volume", START_MS, 4_000],
    ]);
    expect(world.twin(ONE).value("electricityPower")).toBeCloseTo(1_800, 9);
    expect(world.twin(ONE).value("electricityConsumption")).toBeCloseTo(12.5, 9);
    expect(world.twin(TWO).value("electricityConsumption")).toBeCloseTo(250, 9);
    expect(world.twin(TWO).value("waterConsumption")).toBeCloseTo(4, 9);
    expect(world.twin(DISTRICT).value("electricityPower")).toBeCloseTo(2_500, 9);
    expect(world.twin(DISTRICT).value("electricityConsumption")).toBeCloseTo(262.5, 9);
    expect(world.twin(DISTRICT).value("waterFlow")).toBeCloseTo(0.12, 9);
    expect(world.twin(ONE).value("waterConsumption")).toBeNaN();
  });

  test("a reading that is held back adds nothing, not even a zero", () => {
    const world = born(cells);
    world.read("meter:meters:m-1", [["power", START_MS, 1e12]]);
    expect(world.twin(ONE).value("electricityPower")).toBeNaN();
    expect(world.twin(DISTRICT).value("electricityPower")).toBeNaN();
  });

  test("a total of zero is known, and not the same as none", () => {
    const world = born(cells);
    world.read("meter:meters:m-1", [["power", START_MS, 0]]);
    expect(world.twin(ONE).value("electricityPower")).toBe(0);
    expect(world.twin(DISTRICT).value("electricityPower")).toBe(0);
  });

  test("what a term of another size pushed out comes back when it is gone, whatever the unit (E1)", () => {
    const world = born(cells);
    for (const kw of [0.0000010000000000000002, 1e13, 0.25, 1e13, 0]) {
      world.read("meter:meters:m-2", [["power", START_MS + HOUR_MS, kw]]);
      world.deliver();
    }
    expect(world.twin(ONE).value("electricityPower")).toBe(0);
    expect(world.twin(DISTRICT).value("electricityPower")).toBe(0);
  });

  test("after any readings, corrections and late ones included, totals equal the sum rebuilt from scratch (F1, X1)", () => {
    const meter = fc.constantFrom(...Object.keys(METERS));
    const reading = meter.chain((id) =>
      fc.tuple(
        fc.constant(id),
        fc.array(
          fc.tuple(
            fc.constantFrom(...METERS[id]!.points!.map(({ name }) => name)),
            fc.integer({ min: 0, max: 9 }).map((step) => START_MS + step * HOUR_MS),
            fc.oneof(fc.integer({ min: 0, max: 500 }), fc.double({ min: 0, max: 1e6, noNaN: true }), fc.constant(1e13)),
          ),
          { minLength: 1, maxLength: 3 },
        ),
        fc.boolean(),
      ),
    );
    fc.assert(
      fc.property(fc.array(reading, { maxLength: 25 }), (readings) => {
        const world = born(cells);
        let now = START_MS;
        for (const [id, rows, commits] of readings as [TwinId, ReadingRow[], boolean][]) {
          now += 20 * MINUTE_MS;
          world.apply(world.cell(id), { type: "readings", at: now, entries: [[id, rows]] });
          if (commits) world.deliver();
        }
        world.deliver();
        expectRebuilt(world);
        world.tick(now + 24 * HOUR_MS);
        expectRebuilt(world);
      }),
      { numRuns: 50 },
    );
  });
});

test("a total is an estimate while any of its meters is, also after a restart, and good again with its reading", () => {
  const world = born();
  const read = (id: TwinId, hour: number, kWh: number) =>
    world.read(id, [["energyImport", START_MS + hour * HOUR_MS, kWh]], START_MS + hour * HOUR_MS);
  for (const hour of [0, 1, 2]) {
    read("meter:meters:m-1", hour, 10 + 2 * hour);
    read("meter:meters:m-2", hour, 1_000 * hour);
  }
  for (const hour of [2.5, 3, 3.5]) read("meter:meters:m-2", hour, 1_000 * hour);
  expect(world.state("meter:meters:m-1")).toBe("silent");
  expect(world.state("meter:meters:m-2")).toBe("online.normal");
  expect(world.twin("meter:meters:m-1").quality("consumption")).toBe("ESTIMATED");
  expect(world.twin(ONE).quality("electricityConsumption")).toBe("ESTIMATED");
  // 2 kWh an hour since its last reading of 14 kWh at two; the other meter stands at 3.5 kWh.
  expect(world.twin(ONE).value("electricityConsumption")).toBeGreaterThan(14 + 3.5);
  expect(world.twin(ONE).value("electricityConsumption")).toBeLessThanOrEqual(17 + 3.5 + 1e-9);

  const again = new TestWorld(district, { from: world });
  for (const restarted of [world, again]) {
    restarted.logs.get(restarted.cell(ONE))!.length = world.partitions.get(world.cell(ONE))!.position;
    restarted.read("meter:meters:m-1", [["energyImport", START_MS + 4 * HOUR_MS, 17.5]], START_MS + 4 * HOUR_MS);
    expect(restarted.twin(ONE).quality("electricityConsumption")).toBe("GOOD");
    expect(restarted.twin(ONE).value("electricityConsumption")).toBeCloseTo(17.5 + 3.5, 9);
  }
});

describe("across partitions", () => {
  test("a share that is told again does no harm, and neither does one that comes late", () => {
    const world = born();
    const told: { value: number; sequence: number; index: number; from: string; to: string }[] = [];
    for (const power of [100, 250, 40]) {
      world.now += MINUTE_MS;
      world.read("meter:meters:m-1", [["power", world.now, power]]);
    }
    for (const { partition, sequence, index, out } of world.committed.outbox) {
      if (out.kind !== "signal" || out.signal.kind !== "sum" || out.signal.point !== "electricityPower") continue;
      told.push({ value: out.signal.value, sequence, index, from: partition, to: out.partition });
    }
    expect(told.map(({ value }) => value)).toEqual([100, 250, 40]);
    const { revision } = world.twin(DISTRICT);
    for (const { value, sequence, index, from, to } of [...told, ...told.reverse()]) {
      const signal = { kind: "sum", to: DISTRICT, point: "electricityPower", value } as const;
      world.apply(to, { type: "signals", at: world.now, from, entries: [[sequence, index, signal]] });
    }
    world.deliver();
    expect(world.twin(DISTRICT).value("electricityPower")).toBe(40);
    expect(world.twin(DISTRICT).revision).toBe(revision);
  });

  test("many readings between two commits leave as one share (X2), and readings that move nothing leave none", () => {
    const world = born();
    const cell = world.cell(ONE);
    const shares = () => world.commit().filter(({ out }) => out.kind === "signal" && out.signal.kind === "sum");
    for (const minute of [1, 2, 3, 4]) {
      const at = START_MS + minute * MINUTE_MS;
      world.apply(cell, { type: "readings", at, entries: [["meter:meters:m-1", [["power", at, 10 * minute]]]] });
    }
    expect(
      shares().map(({ out }) => (out.kind === "signal" && out.signal.kind === "sum" ? out.signal.value : undefined)),
    ).toEqual([40]);
    for (const minute of [5, 6]) {
      const at = START_MS + minute * MINUTE_MS;
      world.apply(cell, { type: "readings", at, entries: [["meter:meters:m-1", [["power", at, 40]]]] });
    }
    expect(shares()).toEqual([]);
  });
});
