// Places: what was given out once - a place in a page, numbers in the history - is kept, whatever becomes of the model.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import type { LoadedDistrict, TwinId } from "../../../models/district.ts";
import { Few } from "../../../runtime/live/few.ts";
import { type Catalogue, Population } from "../../../runtime/live/population.ts";
import { directoryOf } from "../../../runtime/partitions.ts";
import { Store } from "../../../runtime/store/store.ts";
import { CATALOGUE } from "../../../twins/catalogue.ts";
import {
  districtOf,
  enrolled,
  meterOf,
  remembered,
  START_MS,
  saveAll,
  type TestWorld,
  textOf,
  worldOver,
} from "../live/harness.ts";

const folders: string[] = [];
const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), "quartier-places-"));
  folders.push(path);
  return path;
};
afterAll(() => {
  for (const path of folders) rmSync(path, { recursive: true, force: true });
});

const MINUTE_MS = 60_000;
const METER = "meter:meters:m-1";
const OTHER = "meter:meters:m-2";

/** What `look` finds in a store that is opened and closed again. */
async function within<T>(path: string, look: (store: Store) => Promise<T>): Promise<T> {
  const store = new Store(path, "test");
  try {
    return await look(store);
  } finally {
    await store.close();
  }
}

/** One life of a program over a district: what happens in it is saved in the end. */
const live = <T>(
  path: string,
  district: LoadedDistrict,
  happens: (world: TestWorld) => T,
  cells?: Map<TwinId, string>,
) =>
  within(path, async (store) => {
    const world = await worldOver(store, district, cells && { cells });
    const result = happens(world);
    await saveAll(world, store);
    return result;
  });

/** Loads with the points that the model gives them, and no others. */
const AS_MODELLED: Catalogue = {
  ...CATALOGUE,
  load: {
    ...{ ...CATALOGUE.load, points: {}, conditions: {} },
    modelPoints: (points) => Object.fromEntries(points.map(({ name, unit }) => [name, { from: "set", unit }])),
  },
};
const inUnit = (name: string) => ({ name, unit: "W" });

describe("given out once", () => {
  /** What a start asks places for: for each twin its partition, and which points it has. */
  type Roll = Record<TwinId, { cell: string; points: readonly string[] }>;
  const ids = Array.from({ length: 12 }, (_, i) => `load:lv:${String(i).padStart(2, "0")}`);
  const roll: fc.Arbitrary<Roll> = fc
    .array(
      fc.record({
        id: fc.constantFrom(...ids),
        cell: fc.constantFrom("lv", "mv"),
        points: fc.constantFrom(["a"], ["b", "a"], ["a", "b", "c"], ["c"], []),
      }),
      { minLength: 1, maxLength: 20 },
    )
    .map((entries) => Object.fromEntries(entries.map(({ id, ...rest }) => [id, rest])));

  test("a point keeps its number and a twin its place, and none is given out twice, over any changes of the model (C1, C2, C3)", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(roll, { minLength: 1, maxLength: 5 }), async (rolls) => {
        const path = folder();
        const numbers = new Map<string, number>();
        const slots = new Map<string, number>();
        const last = new Map<TwinId, string>();
        for (const wanted of rolls) {
          const loads = districtOf(
            Object.fromEntries(Object.entries(wanted).map(([id, { points }]) => [id, { points: points.map(inUnit) }])),
            [],
          );
          const cells = new Map(Object.entries(wanted).map(([id, { cell }]) => [id, cell]));
          await within(path, async (store) => {
            const { population, roll } = await enrolled(store, loads, { catalogue: AS_MODELLED, cells });
            const { directory } = population;
            // A start that finds the same directory takes the roll of the one before; another one does not.
            const rollOf = (district: LoadedDistrict) =>
              store.lastRoll(new Population(directoryOf(district, AS_MODELLED, cells), AS_MODELLED, store.layouts));
            const again = rollOf(loads)!;
            expect(rollOf({ ...loads, name: "another" })).toBe(undefined);
            for (const cell of directory.cells) {
              const here = Object.keys(wanted).filter((id) => wanted[id]!.cell === cell);
              const seats = roll.seats(cell);
              for (const id of here) {
                const twin = directory.indexOf(id);
                const { slot, history } = seats.place(twin, population.shapeAt(twin).layout);
                expect(again.seats(cell).place(twin, population.shapeAt(twin).layout)).toEqual({ slot, history });
                // A twin that came back from another partition begins at a place of its own, not at the one it had.
                if (last.get(id) === cell) expect(slot).toBe(slots.get(id));
                else expect([...slots].filter(([other, at]) => last.get(other) === cell && at === slot)).toEqual([]);
                slots.set(id, slot);
                last.set(id, cell);
                expect(slot).toBeLessThan(seats.slots);
                expect([seats.twinAt(slot), again.seats(cell).twinAt(slot)]).toEqual([twin, twin]);
                for (const [i, point] of wanted[id]!.points.entries()) {
                  const number = typeof history === "number" ? history + i : history[i]!;
                  const known = numbers.get(`${id} ${point}`);
                  if (known !== undefined) expect(number).toBe(known);
                  else expect([...numbers.values()]).not.toContain(number);
                  numbers.set(`${id} ${point}`, number);
                }
              }
            }
          });
        }
      }),
      { numRuns: 25 },
    );
  }, 60_000);

  test("new twins come after those that are there, in the order of their ids, and who is gone keeps the place (C1)", async () => {
    const path = folder();
    const slotsOf = (...loads: string[]) =>
      live(path, districtOf(Object.fromEntries(loads.map((id) => [`load:lv:${id}`, {}])), []), (world) =>
        Object.fromEntries(loads.map((id) => [id, world.twin(`load:lv:${id}`).slot])),
      );
    expect(await slotsOf("3", "1", "5")).toEqual({ 1: 0, 3: 1, 5: 2 });
    expect(await slotsOf("5", "4", "0", "1")).toEqual({ 1: 0, 5: 2, 0: 3, 4: 4 });
    expect(await slotsOf("3", "9")).toEqual({ 3: 1, 9: 5 });
  });

  test("numbers that a twin with new points was given are not given out again after a restart (C2)", async () => {
    const path = folder();
    const withPoints = (meter1: Record<string, string>, more: object = {}) =>
      live(path, districtOf({ [METER]: meterOf("", meter1), ...more }, []), (world) => {
        const numbersOf = (id: TwinId) => world.twin(id).shape.names.map((_, i) => world.twin(id).numberOf(i));
        return [...world.district.twins.keys()].flatMap(numbersOf);
      });
    await withPoints({ power: "W" });
    await withPoints({ power: "W", energyImport: "kWh" });
    const all = await withPoints({ power: "W", energyImport: "kWh" }, { [OTHER]: meterOf("", { power: "W" }) });
    expect(new Set(all).size).toBe(all.length);
  });
});

test("who is gone for a while comes back as it was, whatever became of its neighbours in the page (roster R3)", async () => {
  const path = folder();
  const both = { [METER]: meterOf("", { power: "W" }), [OTHER]: meterOf("", { power: "W" }) };
  const reading = (world: TestWorld, value: number) =>
    world.apply("meters", { type: "readings", at: START_MS, entries: [[METER, [["power", START_MS + value, value]]]] });
  const before = await live(path, districtOf(both, []), (world) => {
    world.resume();
    world.apply("meters", { type: "readings", at: START_MS, entries: [[OTHER, [["power", START_MS, 7]]]] });
    reading(world, 1);
    return textOf(remembered(world.twin(OTHER)));
  });
  await live(path, districtOf({ [METER]: both[METER]! }, []), (world) => reading(world, 2));
  await live(path, districtOf(both, []), (world) => {
    expect(textOf(remembered(world.twin(OTHER)))).toBe(before);
    expect(world.twin(METER).value("power")).toBe(2);
  });
});

describe("a twin whose points change", () => {
  test("keeps what its other points had, with their history; new ones begin empty", async () => {
    const path = folder();
    const before = await live(path, districtOf({ [METER]: meterOf("", { power: "W", voltage: "V" }) }, []), (world) => {
      world.resume();
      world.apply("meters", {
        ...{ type: "readings", at: START_MS },
        entries: [
          [
            METER,
            [
              ["power", START_MS, 42],
              ["voltage", START_MS, 231],
            ],
          ],
        ],
      });
      return { number: world.numberOf(METER, "power"), state: world.state(METER) };
    });
    const changed = districtOf(
      { [METER]: meterOf("", { temperature: "Cel", power: "W" }), [OTHER]: meterOf("", {}) },
      [],
    );
    await live(path, changed, (world) => {
      const twin = world.twin(METER);
      expect(twin.state).toBe(before.state);
      expect([twin.value("power"), twin.at("power"), twin.quality("power")]).toEqual([42, START_MS, "GOOD"]);
      expect([twin.value("temperature"), twin.quality("temperature")]).toEqual([Number.NaN, "NONE"]);
      expect(world.numberOf(METER, "power")).toBe(before.number);
      expect(twin.value("voltage")).toBe(Number.NaN);
      world.apply("meters", { type: "tick", at: START_MS });
      world.apply("meters", { type: "readings", at: START_MS, entries: [[METER, [["temperature", START_MS, 20.5]]]] });
      expect(twin.value("temperature")).toBe(20.5);
    });
    // And back again: what was gone meanwhile has its history still, and its value is forgotten.
    await live(path, districtOf({ [METER]: meterOf("", { power: "W", voltage: "V" }) }, []), (world) => {
      expect(world.numberOf(METER, "power")).toBe(before.number);
      expect(world.twin(METER).value("power")).toBe(42);
    });
  });
});

describe("a twin that goes to another partition (C3)", () => {
  const district = districtOf(
    { [METER]: meterOf("", { power: "W" }), [OTHER]: meterOf("", { power: "W" }), "bus:lv:1": {}, "grid:lv:1": {} },
    [],
  );
  const cellsWith = (cell: string) =>
    new Map<TwinId, string>([
      [METER, cell],
      [OTHER, "a"],
      ["bus:lv:1", "b"],
      ["grid:lv:1", "b"],
    ]);

  test("takes along its numbers, its timers and its history, and is not born again", async () => {
    const path = folder();
    const before = await live(
      path,
      district,
      (world) => {
        world.resume();
        for (const [minute, value] of [
          [0, 42],
          [1, 1e12],
          [2, 1e12],
          [3, 1e12],
        ] as const) {
          const at = START_MS + minute * MINUTE_MS;
          world.apply("a", { type: "readings", at, entries: [[METER, [["power", at, value]]]] });
        }
        return { is: textOf(remembered(world.twin(METER))), number: world.numberOf(METER, "power") };
      },
      cellsWith("a"),
    );
    expect(before.is).toContain("timers");
    const look = (world: TestWorld) => {
      expect(textOf(remembered(world.twin(METER)))).toBe(before.is);
      expect(world.numberOf(METER, "power")).toBe(before.number);
      expect(world.state(OTHER)).toBe("commissioned");
    };
    await live(path, district, look, cellsWith("b"));
    await within(path, async (store) => {
      const world = await worldOver(store, district, { cells: cellsWith("b") });
      look(world);
      expect(store.history.at(before.number, START_MS)?.value).toBe(42);
      expect([...store.shelf("a").rares()]).toEqual([]);
      const { revision } = world.twin(METER);
      world.apply("b", { type: "tick", at: START_MS + 4 * MINUTE_MS });
      expect(world.twin(METER).revision).toBe(revision);
    });
    await live(path, district, look, cellsWith("a"));
  });

  /** `a` was away for a while, and `b`, if it was there, was not. */
  const away = (world: TestWorld, isOtherThere: boolean) => {
    world.apply("a", { type: "resumed", at: START_MS });
    if (isOtherThere) world.apply("b", { type: "resumed", at: START_MS });
    world.apply("a", { type: "readings", at: START_MS, entries: [[METER, [["power", START_MS, 42]]]] });
    world.apply("a", { type: "resumed", at: BACK_MS });
    if (isOtherThere) world.apply("b", { type: "tick", at: BACK_MS });
  };
  const INTERVAL_MS = 15 * MINUTE_MS;
  const BACK_MS = START_MS + 1_000 * INTERVAL_MS;

  test.each([
    ["which watched when its old one did not", true],
    ["which begins with it", false],
  ])("is not called silent in a partition %s", async (_, isOtherThere) => {
    const path = folder();
    // Without anybody in it there is no partition `b`.
    const first = isOtherThere ? cellsWith("a") : new Map([...cellsWith("a")].map(([id]) => [id, "a"]));
    await live(path, district, (world) => away(world, isOtherThere), first);
    const againMs = BACK_MS + 500 * INTERVAL_MS;
    await live(
      path,
      district,
      (world) => {
        world.apply("b", { type: "resumed", at: againMs });
        world.apply("b", { type: "tick", at: againMs + 3 * INTERVAL_MS - 1 });
        expect(world.state(METER)).toBe("online.normal");
        world.apply("b", { type: "tick", at: againMs + 3 * INTERVAL_MS });
        expect(world.state(METER)).toBe("silent");
      },
      cellsWith("b"),
    );
  });

  test("has its timers and its flapping alarms in the watched time of its new partition", async () => {
    const path = folder();
    const flap = { raisedMs: [1, 2], chatter: { isRaised: true, changedMs: 3, dueMs: 4 } };
    await live(
      path,
      district,
      (world) => {
        away(world, true);
        const twin = world.twin(METER);
        twin.timers = new Few([["rest", 5]]);
        twin.flaps = new Few([["CODE", flap]]);
        world.partitions.get("a")!.changes.saveRare(twin);
      },
      cellsWith("a"),
    );
    await live(
      path,
      district,
      (world) => {
        const laterMs = BACK_MS - START_MS;
        expect([...world.twin(METER).timers!]).toEqual([["rest", 5 + laterMs]]);
        const [, moved] = [...world.twin(METER).flaps!][0]!;
        expect(moved.raisedMs).toEqual(flap.raisedMs.map((ms) => ms + laterMs));
        expect(moved.chatter).toEqual({ isRaised: true, changedMs: 3 + laterMs, dueMs: 4 + laterMs });
      },
      cellsWith("b"),
    );
  });
});
