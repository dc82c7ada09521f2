// Quarantine: a twin whose definition fails is taken out of service alone, with an alarm that says on what; release brings it back.

import { describe, expect, test } from "vitest";
import { z } from "zod";
import { decideCommand } from "../../../runtime/live/commands.ts";
import { CATALOGUE } from "../../../twins/catalogue.ts";
import { above, type StaleCondition, stale } from "../../../twins/conditions.ts";
import { computed, type Definition, defineTwin, measured, settable } from "../../../twins/definition.ts";
import { setPoint, statechart, tell } from "../../../twins/effects.ts";
import { districtOf, frozen, meterOf, START_MS, TestWorld } from "./harness.ts";

const BAD = "load:lv:1";
const NEIGHBOUR = "load:lv:2";
const METER = "meter:meters:m-1";

const fail = (what: string) => (): never => {
  throw new Error(`${what} failed`);
};

/** A load that is sound in everything that `faulty` does not replace. */
function loadWith(faulty: Partial<Definition>, on: Record<string, unknown> = {}): Definition {
  return defineTwin({
    kind: "load",
    points: { power: measured("W"), mark: settable("/") },
    conditions: { high: above("power", 100) },
    commands: { mark: { description: "Marks it" }, shed: { description: "Sheds it" } },
    machine: statechart.createMachine({
      initial: "calm",
      on: { mark: { actions: setPoint("mark", 1) } },
      states: {
        calm: { on: { shed: "shed", ...on } as never },
        shed: { on: { "high.cleared": "calm" } },
      },
    }),
    ...faulty,
  });
}

const district = districtOf(
  { [BAD]: { attributes: { intervalMs: 60_000 } }, [NEIGHBOUR]: {}, [METER]: meterOf(BAD, { power: "W" }) },
  [[METER, "measures", BAD]],
);

function born(load: Definition): TestWorld {
  const world = new TestWorld(district, { catalogue: { ...CATALOGUE, load } });
  world.resume();
  return world;
}

/** Everything that may fail, and what makes it: each fails once `BAD` reads 200 W or is told to do something. */
const FAULTS: [what: string, load: Definition, provoke: (world: TestWorld) => unknown][] = [
  [
    "a guard",
    loadWith({}, { "high.raised": { guard: fail("the guard"), target: "shed" } }),
    (world) => world.read(METER, [["power", START_MS + 1, 200]]),
  ],
  [
    "an action",
    loadWith({}, { "high.raised": { target: "shed", actions: fail("the action") } }),
    (world) => world.read(METER, [["power", START_MS + 1, 200]]),
  ],
  [
    "an effect's argument",
    loadWith({}, { "high.raised": { target: "shed", actions: setPoint("mark", fail("the effect")) } }),
    (world) => world.read(METER, [["power", START_MS + 1, 200]]),
  ],
  [
    "a computed point",
    loadWith({
      points: {
        power: measured("W"),
        mark: settable("/"),
        twice: computed("W", ["power"], (view) => (view.value("power") > 100 ? fail("the point")() : 0)),
      },
    }),
    (world) => world.read(METER, [["power", START_MS + 1, 200]]),
  ],
  [
    "a condition",
    loadWith({ conditions: { high: { ...above("power", 100), raise: fail("the condition") } } }),
    (world) => world.read(METER, [["power", START_MS + 1, 200]]),
  ],
  [
    "a command's rule",
    loadWith({ commands: { mark: { description: "Marks it", refuse: fail("the rule") } } }),
    (world) => world.command(BAD, "mark"),
  ],
  [
    "a command's schema",
    loadWith({
      commands: { mark: { description: "Marks it", args: z.strictObject({ a: z.any().refine(fail("the schema")) }) } },
    }),
    (world) => world.command(BAD, "mark", { a: 1 }),
  ],
  [
    "a command's guard",
    loadWith(
      { commands: { poke: { description: "Pokes it" } } },
      { poke: { guard: fail("the guard"), target: "shed" } },
    ),
    (world) => world.command(BAD, "poke"),
  ],
];

describe.each(FAULTS)("%s that throws", (_, load, provoke) => {
  test("takes its twin out of service, alone, with an alarm that says on what (R3, Q2)", () => {
    const world = born(load);
    provoke(world);
    expect(world.state(BAD)).toBe("quarantined");
    const alarms = world.alarms("RAISED");
    expect(alarms.map(({ twin, code, severity }) => [twin, code, severity])).toEqual([
      [BAD, "TWIN_QUARANTINED", "CRITICAL"],
    ]);
    expect(alarms[0]!.message).toMatch(/ failed: (.* )?the \w+ failed$/);
    expect(world.journalOf(BAD).at(-1)).toMatch(/: calm -> quarantined$/);
    // Its neighbours go on.
    expect(world.state(NEIGHBOUR)).toBe("calm");
    expect(world.command(NEIGHBOUR, "shed")).toMatchObject({
      outcome: Object.hasOwn(load.commands, "shed") ? "ACCEPTED" : "REFUSED",
    });
    expect(world.state(METER)).toMatch(/^(online.normal|commissioned)$/);
  });

  test("leaves the twin nothing but `release`, which brings it back into its last good state", () => {
    const world = born(load);
    provoke(world);
    const refused = world.command(BAD, "mark");
    expect(refused).toMatchObject({ outcome: "REFUSED", code: "TWIN_QUARANTINED" });
    expect(refused.reason).toContain("it takes only release");
    expect(world.command(BAD, "release")).toMatchObject({ outcome: "ACCEPTED", code: "OK" });
    expect(world.state(BAD)).toBe("calm");
    expect(world.alarms("RAISED")).toEqual([]);
    expect(
      decideCommand(
        world.twin(BAD),
        { type: "command", at: START_MS, id: "k", twin: BAD, name: "release", args: {} },
        START_MS,
      ).outcome.code,
    ).toBe("COMMAND_UNKNOWN");
  });

  test("is out of service after a restart, too", () => {
    const world = born(load);
    provoke(world);
    const again = new TestWorld(district, { catalogue: { ...CATALOGUE, load }, from: world });
    expect(frozen(again)).toEqual(frozen(world));
    expect(again.state(BAD)).toBe("quarantined");
  });
});

test("a rule that admits readings and throws takes out the meter; readings of others go on, also of the same message", () => {
  const meter: Definition = {
    ...CATALOGUE.meter,
    modelPoints: (points) =>
      Object.fromEntries(
        points.map(({ name, unit }) => [
          name,
          measured(unit, {
            admit: (reading) => (reading.value > 100 ? fail("the rule")() : { quality: "GOOD", hold: false }),
          }),
        ]),
      ),
    conditions: { silent: stale([], 3) },
  };
  const other = "meter:meters:m-2";
  const two = structuredClone(district);
  two.twins.set(other, { ...structuredClone(two.twins.get(METER)!), id: other, element: "m-2" });
  two.links.push({ from: other, role: "measures", to: BAD });
  const world = new TestWorld(two, { catalogue: { ...CATALOGUE, meter } });
  world.resume();
  const at = START_MS + 1;
  world.apply(world.cell(METER), {
    ...{ type: "readings", at },
    entries: [
      [
        METER,
        [
          ["power", at, 200],
          ["power", at + 1, 50],
        ],
      ],
      [other, [["power", at, 60]]],
    ],
  });
  world.deliver();
  expect(world.state(METER)).toBe("quarantined");
  expect(world.alarms()[0]!.message).toBe("the reading power=200 failed: the rule failed");
  expect(world.twin(METER).value("power")).toBe(50);
  expect(world.twin(other).value("power")).toBe(60);
});

test.each([
  ["the time after which a condition is stale", "afterMs"],
  ["the first value of a point", "initial"],
])("%s that throws takes out its twin alone", (_, what) => {
  let calls = 0;
  const gone: StaleCondition = {
    type: "stale",
    points: ["power"],
    afterMs: () => (++calls > 2 ? fail("the time")() : 60_000),
  };
  const load = loadWith(
    what === "initial"
      ? { points: { power: measured("W"), mark: settable("/", ({ id }) => (id === BAD ? fail("the value")() : 1)) } }
      : { conditions: { gone } },
  );
  const world = born(load);
  for (const minute of [0, 0.5])
    world.read(BAD, [["power", START_MS + minute * 60_000, 5]], START_MS + minute * 60_000);
  world.tick(START_MS + 600_000);
  expect(world.state(BAD)).toBe("quarantined");
  expect(world.state(NEIGHBOUR)).toBe("calm");
  expect(world.partitions.get(world.cell(BAD))!.now).toBe(START_MS + 600_000);
});

describe("two twins that signal each other for ever", () => {
  const load = defineTwin({
    kind: "load",
    points: { power: measured("W") },
    conditions: {},
    commands: { start: { description: "Starts the circle" } },
    machine: statechart.createMachine({
      initial: "calm",
      states: {
        calm: {
          on: {
            start: { actions: tell("feeds", "ping") },
            ping: { actions: [tell("feeds", "ping"), tell("fedBy", "ping")] },
          },
        },
      },
    }),
  });
  const circle = districtOf({ [BAD]: {}, [NEIGHBOUR]: {}, "load:lv:3": {} }, [[BAD, "feeds", NEIGHBOUR]]);

  test("end by the quarantine of one of them, and the rest goes on", () => {
    const world = new TestWorld(circle, { catalogue: { ...CATALOGUE, load } });
    world.resume();
    world.command(BAD, "start");
    const states = [BAD, NEIGHBOUR].map((id) => world.state(id));
    expect(states).toContain("quarantined");
    expect(world.alarms("RAISED")[0]!.message).toMatch(/one event failed: it set more than \d+ steps in motion/);
    expect(world.state("load:lv:3")).toBe("calm");
    expect(world.command("load:lv:3", "start").outcome).toBe("ACCEPTED");
  });

  test("and the same twin of them in every run (D1)", () => {
    const [first, second] = [1, 2].map(() => {
      const world = new TestWorld(circle, { catalogue: { ...CATALOGUE, load } });
      world.resume();
      world.command(BAD, "start", {}, "k");
      return frozen(world);
    });
    expect(second).toEqual(first);
  });
});

test("deadlines of a twin out of service wait for its release", () => {
  const load = loadWith(
    {
      conditions: { gone: stale(["power"], 1) },
      commands: { mark: { description: "Marks it" }, poke: { description: "Pokes it" } },
    },
    {
      "gone.raised": "shed",
      poke: { actions: fail("the poke") },
    },
  );
  const world = born(load);
  world.read(BAD, [["power", START_MS, 5]]);
  world.command(BAD, "poke");
  world.tick(START_MS + 600_000);
  expect(world.state(BAD)).toBe("quarantined");
  expect(world.twin(BAD).isRaised("gone")).toBe(false);
  world.command(BAD, "release");
  world.tick(START_MS + 600_001);
  expect(world.state(BAD)).toBe("shed");
  expect(world.twin(BAD).isRaised("gone")).toBe(true);
});

test("a twin that comes back into service is told whether it is supplied", () => {
  const [grid, bus, breaker, end] = ["grid:lv:0", "bus:lv:0", "switch:lv:0", "bus:lv:1"] as const;
  const network = districtOf(
    { [grid]: {}, [bus]: {}, [end]: {}, [breaker]: {}, [BAD]: {}, [METER]: meterOf(BAD, { power: "W" }) },
    [
      [grid, "feeds", bus],
      [end, "feeds", BAD],
      [METER, "measures", BAD],
    ],
    [[breaker, bus, end]],
  );
  const faulty = loadWith({}, { "high.raised": { guard: fail("the guard"), target: "shed" } });
  const machine = statechart.createMachine({
    initial: "calm",
    states: {
      calm: { on: { "supply.lost": "unsupplied", "high.raised": { guard: fail("the guard"), target: "calm" } } },
      unsupplied: {},
    },
  });
  const world = new TestWorld(network, { catalogue: { ...CATALOGUE, load: { ...faulty, machine } } });
  world.resume();
  world.read(METER, [["power", START_MS + 1, 200]]);
  expect(world.twin(BAD).state).toBe("quarantined");
  world.command(breaker, "open");
  world.command(BAD, "release");
  expect(world.twin(BAD).state).toBe("unsupplied");
});
