// Heard: a meter that wakes leaves its device asleep, when to hear of it would change nothing; a device to which it is news hears of it,
// whoever sleeps.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PAGE_TWINS } from "../../../runtime/live/page.ts";
import { CATALOGUE } from "../../../twins/catalogue.ts";
import { stale } from "../../../twins/conditions.ts";
import { type Definition, type SavedTwin, settable } from "../../../twins/definition.ts";
import { districtOf, frozen, meterOf, START_MS, TestWorld, textOf } from "./harness.ts";

const QUARTER_MS = 900_000;
/** Of the first device two meters, of which the second has another feeder besides; of the third nobody knows how often it sends. */
const [M1, M2, M3] = ["meter:meters:m-1", "meter:meters:m-2", "meter:meters:m-3"] as const;
const [D1, D2, D3] = ["device:meters:d-1", "device:meters:d-2", "device:meters:d-3"] as const;
const CELL = "meters";

const district = districtOf(
  {
    [M1]: meterOf("", { power: "W" }, { intervalMs: QUARTER_MS }),
    [M2]: meterOf("", { power: "W" }, { intervalMs: QUARTER_MS }),
    [M3]: meterOf("", { power: "W" }, { intervalMs: QUARTER_MS }),
    [D1]: { attributes: { intervalMs: QUARTER_MS } },
    [D2]: { attributes: { intervalMs: 2 * QUARTER_MS } },
    [D3]: {},
    // So that meters are in another page than devices.
    ...Object.fromEntries(Array.from({ length: PAGE_TWINS - 3 }, (_, i) => [`device:meters:d-${4 + i}`, {}])),
  },
  [
    [D1, "feeds", M1],
    [D1, "feeds", M2],
    [D2, "feeds", M2],
    [D3, "feeds", M3],
  ],
);

function born(catalogue = CATALOGUE): TestWorld {
  const world = new TestWorld(district, { catalogue });
  world.resume();
  return world;
}

/** Time goes on from reading to reading. */
const read = (world: TestWorld, meter: string, at: number) => world.read(meter, [["power", at, at % 97]], at);

const partitionOf = (world: TestWorld) => world.partitions.get(CELL)!;
const rest = (world: TestWorld) => partitionOf(world).rest(0);
const awake = (world: TestWorld) => [...partitionOf(world).twins.awake()].map(({ id }) => id).sort();
const stateOf = (world: TestWorld, id: string) => partitionOf(world).twins.peek(id)!.state;

/** What makes sleepers of all twins: that they are put to sleep, or that the program is started again. */
const SLEEPS: [string, (world: TestWorld) => TestWorld][] = [
  [
    "a rest",
    (world) => {
      rest(world);
      return world;
    },
  ],
  ["a start", (world) => new TestWorld(district, { from: world })],
];

describe.each(SLEEPS)("after %s", (_, asleep) => {
  test("a reading wakes its meter, and not the device that knows that it is heard (E2)", () => {
    const lived = born();
    for (const meter of [M1, M2]) read(lived, meter, START_MS + 1);
    const world = asleep(lived);
    expect(awake(world)).toEqual([]);
    read(world, M1, START_MS + 2);
    expect(awake(world)).toEqual([M1]);
    read(world, M2, START_MS + 3);
    expect(awake(world)).toEqual([M1, M2]);
    expect([D1, D2].map((id) => stateOf(world, id))).toEqual(["online", "online"]);
  });

  test("a device that was never heard hears of it", () => {
    const lived = born();
    read(lived, M1, START_MS + 1);
    const world = asleep(lived);
    read(world, M2, START_MS + 2);
    // The other feeder of the meter knew already.
    expect(awake(world)).toEqual([D2, M2]);
    expect(stateOf(world, D2)).toBe("online");
  });

  test("a device that was missed is back with the next reading", () => {
    const lived = born();
    read(lived, M1, START_MS);
    lived.tick(START_MS + 3 * QUARTER_MS);
    expect(lived.state(D1)).toBe("silent");
    const world = asleep(lived);
    read(world, M1, START_MS + 3 * QUARTER_MS + 1);
    // To know when it is missed again it looks at all of its meters.
    expect(awake(world)).toEqual([D1, M1, M2]);
    expect(world.state(D1)).toBe("online");
    expect(world.alarms().filter(({ twin, code }) => twin === D1 && code === "DEVICE_SILENT")).toMatchObject([
      { state: "CLEARED" },
    ]);
  });

  test("a device that slept through its readings is missed three intervals after the last of them", () => {
    const lived = born();
    for (const meter of [M1, M2]) read(lived, meter, START_MS);
    const world = asleep(lived);
    read(world, M2, START_MS + QUARTER_MS);
    expect(awake(world)).toEqual([M2]);
    world.tick(START_MS + 4 * QUARTER_MS - 1);
    expect(stateOf(world, D1)).toBe("online");
    world.tick(START_MS + 4 * QUARTER_MS);
    expect([D1, D2].map((id) => stateOf(world, id))).toEqual(["silent", "online"]);
    // Its meters are awake, and tell it again.
    read(world, M2, START_MS + 4 * QUARTER_MS + 1);
    expect(stateOf(world, D1)).toBe("online");
  });

  test("a device that was taken out of use stays so, and sleeps", () => {
    const lived = born();
    read(lived, M1, START_MS);
    lived.command(D1, "retire");
    const world = asleep(lived);
    read(world, M1, START_MS + 1);
    expect(awake(world)).toEqual([M1]);
    expect(stateOf(world, D1)).toBe("retired");
  });

  test("a device of which nobody knows when to miss it is told each time, and nothing changes of it", () => {
    const lived = born();
    read(lived, M3, START_MS);
    const { revision } = lived.twin(D3);
    const world = asleep(lived);
    read(world, M3, START_MS + 1);
    expect(awake(world)).toEqual([D3, M3]);
    expect([world.state(D3), world.twin(D3).revision]).toEqual(["online", revision]);
  });
});

test("a device that a query woke before the start looked at all twins hears of its readings (E1)", () => {
  const lived = born();
  read(lived, M1, START_MS);
  const world = new TestWorld(district, { from: lived });
  expect(world.state(D1)).toBe("online");
  partitionOf(world).twins.survey(() => {});
  world.tick(START_MS + 3 * QUARTER_MS);
  expect(world.state(D1)).toBe("silent");
  read(world, M1, START_MS + 3 * QUARTER_MS + 1);
  expect(world.state(D1)).toBe("online");
});

describe("after a start with another definition of devices", () => {
  const { device } = CATALOGUE;
  const startedWith = (definition: typeof device) => {
    const lived = born();
    read(lived, M1, START_MS);
    return new TestWorld(district, { from: lived, catalogue: { ...CATALOGUE, device: definition } });
  };

  test("a device that has another silence to be missed for is told, as that one has no deadline yet", () => {
    const world = startedWith({ ...device, conditions: { ...device.conditions, lost: stale([], 8) } });
    read(world, M1, START_MS + 1);
    const twin = partitionOf(world).twins.awakeOne(D1)!;
    expect(twin.dueMs(twin.shape.conditionIndex.get("lost")!)).toBe(START_MS + 1 + 8 * QUARTER_MS);
  });

  test("a device with other points sleeps on, and has its numbers when it wakes", () => {
    const world = startedWith({ ...device, points: { "#more": settable("/"), ...device.points } });
    read(world, M1, START_MS + 1);
    expect(awake(world)).toEqual([M1]);
    expect(world.twin(D1).value("#heard")).toBe(1);
  });

  const forgetting: [what: string, forget: (saved: SavedTwin) => SavedTwin][] = [
    [
      "not heard yet",
      ({ points, ...saved }) => ({ ...saved, points: { ...points, "#heard": { ...points["#heard"]!, value: 0 } } }),
    ],
    [
      "missed, with a deadline to be missed again",
      ({ conditions, ...saved }) => ({
        ...saved,
        conditions: { ...conditions, silent: { ...conditions.silent!, stands: "raised" } },
      }),
    ],
  ];
  test.each(forgetting)("a device that a migration made %s is told", (_, forget) => {
    const migrated: Definition = { ...device, version: 2, migrations: { 1: forget } };
    const world = startedWith(migrated);
    read(world, M1, START_MS + 1);
    const twin = partitionOf(world).twins.awakeOne(D1)!;
    expect([twin.value("#heard"), twin.isRaised("silent")]).toEqual([1, false]);
  });
});

const step = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(M1, M2, M3) },
  { weight: 2, arbitrary: fc.constant("tick") },
  { weight: 1, arbitrary: fc.constantFrom("retire", "reportFault", "clearFault").map((name) => `${D1} ${name}`) },
);
const timed = fc.tuple(step, fc.constantFrom(1, QUARTER_MS, 3 * QUARTER_MS, 7 * QUARTER_MS));

test("whoever sleeps when, every twin is what it would be had all been awake all the time (E1, H2)", () => {
  fc.assert(
    fc.property(fc.array(timed, { maxLength: 15 }), fc.infiniteStream(fc.constantFrom(0, 1, 2, 3)), (steps, chance) => {
      const live = (between: (world: TestWorld) => TestWorld) => {
        let world = born();
        let at = START_MS;
        for (const [what, afterMs] of steps) {
          world = between(world);
          at += afterMs;
          if (what === "tick") world.tick(at);
          else if (what.startsWith("meter:")) read(world, what, at);
          else {
            world.tick(at);
            const [twin, name] = what.split(" ") as [string, string];
            world.command(twin, name, name === "reportFault" ? { reason: "burnt" } : {}, `${at} ${what}`);
          }
        }
        return world;
      };
      const always = live((world) => world);
      const sometimes = live((world) => {
        const [, asleep] = SLEEPS[chance.next().value] ?? [];
        return asleep?.(world) ?? world;
      });
      expect(frozen(sometimes)).toEqual(frozen(always));
      expect(textOf(sometimes.committed.journal)).toBe(textOf(always.committed.journal));
      expect(textOf(sometimes.committed.outbox)).toBe(textOf(always.committed.outbox));
    }),
    { numRuns: 30 },
  );
});
