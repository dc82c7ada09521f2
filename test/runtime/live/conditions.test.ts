// Conditions and deadlines in a partition: hysteresis, hold times, staleness, timers, and the order in which they come.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Deadline, Deadlines } from "../../../runtime/live/deadlines.ts";
import { CATALOGUE } from "../../../twins/catalogue.ts";
import { above, stale } from "../../../twins/conditions.ts";
import { defineTwin, measured } from "../../../twins/definition.ts";
import { raiseAlarm, startTimer, statechart } from "../../../twins/effects.ts";
import { districtOf, meterOf, START_MS, TestWorld } from "./harness.ts";

const LINE = "line:lv:1";
const METER = "meter:meters:m-1";
const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
/** Hold time of a line's overload. */
const HOLD_MS = MINUTE_MS;
const INTERVAL_MS = 15 * MINUTE_MS;

const district = districtOf(
  {
    [METER]: meterOf(LINE, { current: "A" }),
    [LINE]: { attributes: { maxIKa: 0.1 } },
    ...{ "bus:lv:1": {}, "bus:lv:2": {}, "grid:lv:1": {} },
  },
  [
    [METER, "measures", LINE],
    ["grid:lv:1", "feeds", "bus:lv:1"],
  ],
  [[LINE, "bus:lv:1", "bus:lv:2"]],
);

function born(): TestWorld {
  const world = new TestWorld(district);
  world.resume();
  return world;
}

/** Current in % of what the line may carry, at seconds after the start. */
const load = (world: TestWorld, seconds: number, percent: number) =>
  world.read(METER, [["current", START_MS + seconds * SECOND_MS, percent]], START_MS + seconds * SECOND_MS);

const isOverloaded = (world: TestWorld) => world.state(LINE) === "inService.overloaded";

describe("a condition with hysteresis and hold time", () => {
  test("is raised when its predicate held for the whole time, and not a millisecond before", () => {
    const world = born();
    load(world, 10, 120);
    world.tick(START_MS + 10 * SECOND_MS + HOLD_MS - 1);
    expect(isOverloaded(world)).toBe(false);
    world.tick(START_MS + 10 * SECOND_MS + HOLD_MS);
    expect(isOverloaded(world)).toBe(true);
  });

  test("starts its hold time anew when the predicate broke in between (K1)", () => {
    const world = born();
    load(world, 0, 120);
    load(world, 30, 90);
    load(world, 40, 120);
    world.tick(START_MS + 40 * SECOND_MS + HOLD_MS - 1);
    expect(isOverloaded(world)).toBe(false);
    world.tick(START_MS + 40 * SECOND_MS + HOLD_MS);
    expect(isOverloaded(world)).toBe(true);
  });

  test("stays raised between its two limits, and clears at once below the lower one", () => {
    const world = born();
    load(world, 0, 120);
    load(world, 60, 120);
    expect(isOverloaded(world)).toBe(true);
    load(world, 61, 96);
    expect(isOverloaded(world)).toBe(true);
    load(world, 62, 95);
    expect(isOverloaded(world)).toBe(false);
    load(world, 63, 99);
    world.tick(START_MS + 10 * MINUTE_MS);
    expect(isOverloaded(world)).toBe(false);
  });

  test("is raised once, however long it stands", () => {
    const world = born();
    for (let second = 0; second <= 600; second += 20) load(world, second, 120 + (second % 3));
    expect(world.alarms().map(({ code, state, raisedAt }) => [code, state, raisedAt])).toEqual([
      ["LINE_OVERLOADED", "RAISED", START_MS + HOLD_MS],
    ]);
  });
});

test("deadlines before an event's time fire before the event, at their own time (R1)", () => {
  const world = born();
  load(world, 0, 120);
  // The reading that would end the overload comes five minutes later: the overload was there by then.
  load(world, 300, 50);
  expect(world.journalOf(LINE).slice(-2)).toEqual([
    "overload.raised: inService.normal -> inService.overloaded",
    "overload.cleared: inService.overloaded -> inService.normal",
  ]);
  const [alarm] = world.alarms();
  expect(alarm).toMatchObject({
    state: "CLEARED",
    raisedAt: START_MS + HOLD_MS,
    clearedAt: START_MS + 300 * SECOND_MS,
  });
});

describe("staleness", () => {
  test("is raised three intervals after the last arrival, and cleared by the next reading", () => {
    const world = born();
    load(world, 0, 10);
    load(world, 600, 10);
    world.tick(START_MS + 600 * SECOND_MS + 3 * INTERVAL_MS - 1);
    expect(world.state(METER)).toBe("online.normal");
    world.tick(START_MS + 600 * SECOND_MS + 3 * INTERVAL_MS);
    expect(world.state(METER)).toBe("silent");
    load(world, 4_000, 10);
    expect(world.state(METER)).toBe("online.normal");
  });

  test("goes by the time of arrival: old readings that come now are a sign of life", () => {
    const world = born();
    load(world, 0, 10);
    const late = START_MS + 2 * INTERVAL_MS;
    world.read(METER, [["current", START_MS - 5 * MINUTE_MS, 10]], late);
    world.tick(late + 3 * INTERVAL_MS - 1);
    expect(world.state(METER)).toBe("online.normal");
    world.tick(late + 3 * INTERVAL_MS);
    expect(world.state(METER)).toBe("silent");
  });

  test("a duplicate is none: whoever repeats only itself falls silent", () => {
    const world = born();
    load(world, 0, 10);
    world.read(METER, [["current", START_MS, 10]], START_MS + 2 * INTERVAL_MS);
    world.tick(START_MS + 3 * INTERVAL_MS);
    expect(world.state(METER)).toBe("silent");
  });

  test("a meter that never reported is not missed", () => {
    const world = born();
    world.tick(START_MS + 100 * INTERVAL_MS);
    expect(world.state(METER)).toBe("commissioned");
  });
});

describe("when the runtime was away", () => {
  test("staleness has the time left that it had: nobody is called silent for our absence", () => {
    const world = born();
    load(world, 0, 10);
    world.tick(START_MS + 2 * INTERVAL_MS);
    const back = START_MS + 1_000 * INTERVAL_MS;
    world.resume(back);
    world.tick(back + INTERVAL_MS - 1);
    expect(world.state(METER)).toBe("online.normal");
    world.tick(back + INTERVAL_MS);
    expect(world.state(METER)).toBe("silent");
  });

  test("hold times and timers have the time left that they had", () => {
    const world = born();
    load(world, 0, 120);
    world.tick(START_MS + 20 * SECOND_MS);
    const back = START_MS + 5 * 3_600_000;
    world.resume(back);
    expect(isOverloaded(world)).toBe(false);
    world.tick(back + 40 * SECOND_MS - 1);
    expect(isOverloaded(world)).toBe(false);
    world.tick(back + 40 * SECOND_MS);
    expect(isOverloaded(world)).toBe(true);
  });

  test("what was due while it still watched is fired, also when nothing was heard since", () => {
    const world = born();
    load(world, 0, 120);
    const since = START_MS + HOLD_MS;
    world.apply(world.cell(LINE), { type: "resumed", since, at: since + 3_600_000 });
    expect(isOverloaded(world)).toBe(true);
  });

  test("what would have been due while it did not watch has the time left that it had when it last did", () => {
    const world = born();
    load(world, 0, 120);
    const since = START_MS + HOLD_MS - SECOND_MS;
    const back = since + 3_600_000;
    world.apply(world.cell(LINE), { type: "resumed", since, at: back });
    world.tick(back + SECOND_MS - 1);
    expect(isOverloaded(world)).toBe(false);
    world.tick(back + SECOND_MS);
    expect(isOverloaded(world)).toBe(true);
  });

  test("what was due before it went is fired, and a resumption in the past moves nothing", () => {
    const world = born();
    load(world, 0, 120);
    world.apply(world.cell(LINE), { type: "resumed", at: START_MS - 1 });
    world.tick(START_MS + HOLD_MS);
    expect(isOverloaded(world)).toBe(true);
  });
});

test("a timer whose length is not known (the model has no interval) never elapses and leaves the clock alone", () => {
  const world = new TestWorld(
    districtOf({ [METER]: { attributes: { carrier: "electricity" }, points: [{ name: "power", unit: "W" }] } }, []),
  );
  world.resume();
  world.read(METER, [["power", START_MS, 1e12]]);
  expect(world.state(METER)).toBe("online.suspect");
  world.tick(START_MS + MINUTE_MS);
  const partition = world.partitions.get(world.cell(METER))!;
  expect(partition.now).toBe(START_MS + MINUTE_MS);
  expect(partition.nextDueMs).toBe(Number.POSITIVE_INFINITY);
});

describe("deadlines due at the same time", () => {
  const note = (message: string) => raiseAlarm(message, "INFO", message);
  const load = defineTwin({
    kind: "load",
    points: { power: measured("W") },
    conditions: {
      b: above("power", 1, { forMs: MINUTE_MS }),
      a: above("power", 1, { forMs: MINUTE_MS }),
      c: above("power", 2, { forMs: MINUTE_MS / 2 }),
      gone: stale(["power"], 1),
    },
    commands: {},
    machine: statechart.createMachine({
      on: {
        "a.raised": { actions: [note("A"), startTimer("z", 0)] },
        "b.raised": { actions: note("B") },
        "c.raised": { actions: note("C") },
        "gone.raised": { actions: note("GONE") },
        "z.elapsed": { actions: note("Z") },
      },
    }),
  });
  const loads = Object.fromEntries(
    ["load:lv:2", "load:lv:1", "load:lv:10"].map((id) => [id, { attributes: { intervalMs: MINUTE_MS } }]),
  );

  test("are fired in the order (due time, place of the twin, name), and what one sets in motion is finished before the next (R1, R2)", () => {
    const world = new TestWorld(districtOf(loads, []), { catalogue: { ...CATALOGUE, load } });
    world.resume();
    for (const id of ["load:lv:2", "load:lv:10", "load:lv:1"]) {
      world.read(id, [["power", START_MS, id === "load:lv:2" ? 3 : 2]]);
    }
    world.tick(START_MS + 5 * MINUTE_MS);
    const order = world.committed.outbox.flatMap(({ out }) =>
      out.kind === "alarm" ? [`${out.alarm.twin.slice("load:lv:".length)} ${out.alarm.code}`] : [],
    );
    expect(order).toEqual([
      "2 C",
      ...["1 A", "1 B", "1 GONE", "1 Z"],
      ...["10 A", "10 B", "10 GONE", "10 Z"],
      ...["2 A", "2 B", "2 GONE", "2 Z"],
    ]);
  });

  test("come out of the heap as out of a sorted list, whatever is added and taken in between (D1)", () => {
    const deadline = fc.record({
      dueMs: fc.integer({ min: 0, max: 20 }),
      slot: fc.integer({ min: 0, max: 12 }),
      name: fc.constantFrom("x", "y"),
    });
    const step = fc.oneof(deadline, fc.integer({ min: 0, max: 20 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const heap = new Deadlines();
        let list: Deadline[] = [];
        const inOrder = (a: Deadline, b: Deadline) =>
          a.dueMs - b.dueMs || a.slot - b.slot || (a.name < b.name ? -1 : 1);
        for (const next of steps) {
          if (typeof next !== "number") {
            heap.add(next.dueMs, next.slot, next.name);
            list.push(next);
          } else {
            list.sort(inOrder);
            const due = list[0] && list[0].dueMs <= next ? list[0] : undefined;
            expect(heap.takeDue(next)).toEqual(due);
            if (due) list = list.slice(1);
          }
          expect(heap.nextDueMs).toBe(Math.min(...list.map(({ dueMs }) => dueMs)));
          expect(heap.size).toBe(list.length);
        }
      }),
    );
  });
});
