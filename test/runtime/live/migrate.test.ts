// Migrate: twins that an earlier version of their definition saved wake in the present one, or the program says why not.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PAGE_TWINS } from "../../../runtime/live/page.ts";
import { Store } from "../../../runtime/store/store.ts";
import { CATALOGUE } from "../../../twins/catalogue.ts";
import { above } from "../../../twins/conditions.ts";
import { type Definition, defineTwin, measured, type SavedTwin, settable, summed } from "../../../twins/definition.ts";
import { setPoint, startTimer, statechart } from "../../../twins/effects.ts";
import { districtOf, frozen, meterOf, remembered, START_MS, saveAll, TestWorld, textOf, worldOver } from "./harness.ts";

const LOAD = "load:lv:1";
const OTHER = "load:lv:2";
const METER = "meter:meters:m-1";
const MINUTE_MS = 60_000;

const district = districtOf({ [LOAD]: {}, [OTHER]: {}, [METER]: meterOf(LOAD, { power: "W" }) }, [
  [METER, "measures", LOAD],
]);

interface Names {
  mark: string;
  high: string;
  shed: string;
  rest: string;
}

/** A load that names its parts so. */
function loadWith({ mark, high, shed, rest }: Names, more: Partial<Definition> = {}): Definition {
  return defineTwin({
    kind: "load",
    points: { power: measured("W"), [mark]: settable("/") },
    conditions: { [high]: above("power", 100, { forMs: MINUTE_MS }) },
    commands: { shed: { description: "Sheds it" } },
    machine: statechart.createMachine({
      initial: "calm",
      states: {
        calm: { on: { shed: { target: shed, actions: [setPoint(mark, 7), startTimer(rest, 10 * MINUTE_MS)] } } },
        [shed]: { on: { [`${rest}.elapsed`]: "calm", [`${high}.raised`]: { actions: setPoint(mark, 8) } } },
      },
    }),
    ...more,
  });
}

const FIRST: Names = { mark: "mark", high: "high", shed: "shed", rest: "rest" };
const THIRD: Names = { mark: "label", high: "overload", shed: "resting", rest: "nap" };

/** To 2: the point and the condition. To 3: the state and the timer. */
const migrations: Definition["migrations"] = {
  1: ({ points: { mark, ...points }, conditions: { high, ...conditions }, ...saved }) => ({
    ...saved,
    points: { ...points, label: mark! },
    conditions: { ...conditions, overload: high! },
  }),
  2: ({ state, timers: { rest, ...timers }, ...saved }) => ({
    ...saved,
    state: state === "shed" ? "resting" : state,
    timers: rest === undefined ? timers : { ...timers, nap: rest },
  }),
};

/** A new world, or one that goes on from another one's commits. */
const worldOf = (load: Definition, from?: TestWorld): TestWorld =>
  new TestWorld(district, { catalogue: { ...CATALOGUE, load }, ...(from && { from }) });

/** A load that was shed, and has just read more than it may. */
function lived(load = loadWith(FIRST)): TestWorld {
  const world = worldOf(load);
  world.resume();
  world.read(METER, [["power", START_MS, 200]]);
  world.command(LOAD, "shed");
  return world;
}

test("M1: renamed points, conditions, states and timers are what they were, and deadlines still come", () => {
  const world = worldOf(loadWith(THIRD, { version: 3, migrations }), lived());
  const twin = world.twin(LOAD);
  expect(twin.state).toBe("resting");
  expect([twin.value("power"), twin.at("power"), twin.quality("power")]).toEqual([200, START_MS, "GOOD"]);
  expect([twin.value("label"), twin.quality("label")]).toEqual([7, "GOOD"]);
  expect(world.state(OTHER)).toBe("calm");
  world.tick(START_MS + MINUTE_MS);
  expect(twin.value("label")).toBe(8);
  world.tick(START_MS + 10 * MINUTE_MS);
  expect(twin.state).toBe("calm");
});

test("M1: a twin of the version between goes through the rest, and one of the present version through none", () => {
  const second = loadWith({ ...FIRST, mark: "label", high: "overload" }, { version: 2, migrations });
  const between = worldOf(second, lived());
  between.command(OTHER, "shed");
  const third = loadWith(THIRD, { version: 3, migrations });
  const world = worldOf(third, between);
  expect([world.state(LOAD), world.state(OTHER)]).toEqual(["resting", "resting"]);
  world.commit();
  const untouched = { 1: () => expect.unreachable(), 2: () => expect.unreachable() };
  const again = worldOf(loadWith(THIRD, { version: 3, migrations: untouched }), world);
  expect(frozen(again)).toEqual(frozen(world));
});

test("M1: a version without a migration keeps what has the same name, forgets what is gone, and begins what is new", () => {
  const load = loadWith({ ...FIRST, mark: "label" }, { version: 2 });
  const twin = worldOf(load, lived()).twin(LOAD);
  expect([twin.value("power"), twin.value("label"), twin.state]).toEqual([200, Number.NaN, "shed"]);
});

test("M1: migrations that change nothing give the same record: points, sums, what others told, conditions, timers", () => {
  const world = new TestWorld(
    districtOf(
      {
        ...{ "grid:mv:1": {}, "bus:mv:1": {}, "bus:mv:2": {}, "switch:mv:1": {}, "district:test:test": {} },
        ...{ "grid:lv:1": {}, "bus:lv:1": {}, "building:b:one": {}, "building:c:two": {} },
        "meter:meters:m-1": meterOf("building:b:one", { energyImport: "kWh", power: "W" }, { device: "d-1" }),
        "meter:meters:m-2": meterOf("building:c:two", { energyImport: "Wh" }),
        "device:meters:d-1": { attributes: { intervalMs: 900_000 } },
      },
      [
        ["grid:mv:1", "feeds", "bus:mv:1"],
        ["bus:mv:2", "feeds", "grid:lv:1"],
        ["grid:lv:1", "feeds", "bus:lv:1"],
        ["bus:lv:1", "feeds", "building:b:one"],
        ["bus:mv:1", "feeds", "building:c:two"],
        ["district:test:test", "contains", "building:b:one"],
        ["district:test:test", "contains", "building:c:two"],
        ["meter:meters:m-1", "measures", "building:b:one"],
        ["meter:meters:m-2", "measures", "building:c:two"],
        ["device:meters:d-1", "feeds", "meter:meters:m-1"],
      ],
      [["switch:mv:1", "bus:mv:1", "bus:mv:2"]],
    ),
  );
  world.resume();
  world.read("meter:meters:m-1", [
    ["energyImport", START_MS, 100.1],
    ["power", START_MS, 1e5],
  ]);
  world.read("meter:meters:m-2", [["energyImport", START_MS, 3]]);
  world.read("meter:meters:m-1", [["energyImport", START_MS + 1_000, 100.3]]);
  world.command("switch:mv:1", "open");
  world.command("bus:lv:1", "isolate");
  const same = (saved: SavedTwin): SavedTwin => saved;
  const catalogue = Object.fromEntries(
    Object.entries(CATALOGUE).map(([kind, definition]) => [
      kind,
      { ...definition, version: 4, migrations: { 1: same, 2: same, 3: same } },
    ]),
  );
  const migrated = new TestWorld(world.district, { catalogue, from: world });
  const kept = (id: string, { twins }: TestWorld) => {
    const { rare, ...rest } = remembered(twins.get(id)!);
    return textOf({ ...rest, rare: sorted(rare as object) });
  };
  const rare = new Set<string>();
  for (const [id, twin] of world.twins) {
    for (const name of Object.keys(remembered(twin).rare ?? {})) rare.add(name);
    expect(migrated.twin(id).shape.layout.version).toBe(4);
    expect(kept(id, migrated)).toBe(kept(id, world));
  }
  expect([...rare].sort()).toEqual(expect.arrayContaining(["contributions", "deadFeeds", "flaps"]));
});

/** In an order of its own: what a map holds is the same in any. */
const sorted = (rare: object = {}) =>
  Object.entries(rare)
    .map(([name, entries]) => textOf([name, [...(entries as unknown[])].map(textOf).sort()]))
    .sort();

test("M2: a twin of a newer version is STORE_TOO_NEW, with its kind and both versions", () => {
  const newer = lived(loadWith(FIRST, { version: 3 }));
  expect(() => worldOf(loadWith(FIRST, { version: 2 }), newer)).toThrow(
    expect.objectContaining({
      code: "STORE_TOO_NEW",
      message: `${LOAD} was saved by version 3 of the kind load; this program knows 2`,
    }),
  );
});

test("M2: a migration that throws ends the program, and says of which twin and between which versions", () => {
  const fails = () => {
    throw new Error("no such mark");
  };
  const load = loadWith(THIRD, { version: 3, migrations: { ...migrations, 2: fails } });
  const message = `${LOAD} could not be brought from version 2 of the kind load to 3: no such mark`;
  expect(() => worldOf(load, lived())).toThrow(expect.objectContaining({ code: "MIGRATION_FAILED", message }));
});

test("a state that the statechart no longer has takes its twin out of service, alone, with its points; release begins anew", () => {
  const world = worldOf(loadWith({ ...FIRST, shed: "resting" }), lived());
  world.resume();
  expect([world.state(LOAD), world.state(OTHER)]).toEqual(["quarantined", "calm"]);
  expect(world.alarms("RAISED")).toMatchObject([
    { twin: LOAD, code: "TWIN_QUARANTINED", message: expect.stringMatching(/^its saved state failed: .*'shed'/) },
  ]);
  expect([world.twin(LOAD).value("power"), world.twin(LOAD).value("mark")]).toEqual([200, 7]);
  const again = worldOf(loadWith({ ...FIRST, shed: "resting" }), world);
  again.resume();
  expect(again.state(LOAD)).toBe("quarantined");
  expect(again.alarms("RAISED")).toHaveLength(1);
  expect(again.command(LOAD, "release")).toMatchObject({ outcome: "ACCEPTED" });
  expect(again.state(LOAD)).toBe("calm");
  expect(again.alarms("RAISED")).toEqual([]);
});

test("a twin whose saved state is gone is out of service before a deadline or a neighbour reaches it; its supply follows", () => {
  const [SWITCH, GRID, BUS] = ["switch:lv:1", "grid:lv:1", "bus:lv:1"];
  const lines = districtOf(
    { [SWITCH]: {}, [GRID]: {}, [BUS]: {}, "bus:lv:2": {} },
    [[GRID, "feeds", "bus:lv:2"]],
    [[SWITCH, "bus:lv:2", BUS]],
  );
  const switchWith = (opened: string): Definition =>
    defineTwin({
      ...{
        kind: "switch",
        points: { mark: settable("/") },
        conditions: {},
        commands: { open: { description: "Opens" } },
      },
      machine: statechart.createMachine({
        initial: "closed",
        states: {
          closed: { tags: "conducting", on: { open: { target: opened, actions: startTimer("rest", MINUTE_MS) } } },
          [opened]: {},
        },
        on: { "rest.elapsed": { actions: setPoint("mark", 1) } },
      }),
    });
  const before = new TestWorld(lines, { catalogue: { ...CATALOGUE, switch: switchWith("open") } });
  before.resume();
  before.command(SWITCH, "open");
  const lost = before.state(BUS);
  const after = new TestWorld(lines, { catalogue: { ...CATALOGUE, switch: switchWith("opened") }, from: before });
  expect(after.state(SWITCH)).toBe("closed");
  after.tick(START_MS + 2 * MINUTE_MS);
  expect([after.state(SWITCH), after.twin(SWITCH).value("mark")]).toEqual(["quarantined", Number.NaN]);
  expect(after.state(BUS)).not.toBe(lost);
});

test("M3: a sum that changes its name keeps all its digits, its estimates and what others told", () => {
  const named = (total: string, more: Partial<Definition> = {}): Definition => ({
    ...CATALOGUE.bus!,
    points: { [total]: summed("W", "feeds", "power") },
    conditions: {},
    ...more,
  });
  const loads = ["load:lv:1", "load:lv:2", "load:mv:1"];
  const buses = districtOf({ "bus:lv:1": {}, ...Object.fromEntries(loads.map((id) => [id, {}])) }, [
    ...loads.map((id) => ["bus:lv:1", "feeds", id] as const),
  ]);
  const cells = new Map([...buses.twins.keys()].map((id) => [id, id.includes(":mv:") ? "mv" : "lv"]));
  const load = defineTwin({
    ...{ kind: "load", points: { power: measured("W") }, conditions: {}, commands: {} },
    machine: statechart.createMachine({}),
  });
  const options = (bus: Definition) => ({ cells, catalogue: { ...CATALOGUE, load, bus } });
  const before = new TestWorld(buses, options(named("total")));
  before.resume();
  for (const [i, id] of loads.entries()) before.read(id, [["power", START_MS, [1e16, 1, 0.3][i]!]]);
  const renamed = ({ points: { total, ...points }, ...saved }: SavedTwin): SavedTwin => ({
    ...saved,
    points: { ...points, sum: total! },
  });
  const after = new TestWorld(buses, {
    ...options(named("sum", { version: 2, migrations: { 1: renamed } })),
    from: before,
  });
  expect(before.twin("bus:lv:1").contributions).toEqual(new Map([["total|mv", 0.3]]));
  expect(after.twin("bus:lv:1").contributions).toEqual(new Map([["sum|mv", 0.3]]));
  expect(after.twin("bus:lv:1").value("sum")).toBe(before.twin("bus:lv:1").value("total"));
  after.read(loads[0]!, [["power", START_MS + 1, 0]]);
  expect(after.twin("bus:lv:1").value("sum")).toBe(1.3);
  after.read(loads[2]!, [["power", START_MS + 1, 0.5]]);
  expect(after.twin("bus:lv:1").contributions).toEqual(new Map([["sum|mv", 0.5]]));
  expect(after.twin("bus:lv:1").value("sum")).toBe(1.5);
});

test("twins of one page are brought up together, and are the same after they slept: over a store", async () => {
  const folder = mkdtempSync(join(tmpdir(), "quartier-migrate-"));
  const ids = Array.from({ length: PAGE_TWINS + 2 }, (_, i) => `load:lv:${i}`);
  const loads = districtOf(Object.fromEntries(ids.map((id) => [id, {}])), []);
  const third = { ...CATALOGUE, load: loadWith(THIRD, { version: 3, migrations }) };
  const live = async <T>(catalogue: typeof third, happens: (world: TestWorld, store: Store) => Promise<T>) => {
    const store = new Store(folder, "test");
    try {
      return await happens(await worldOver(store, loads, { catalogue }), store);
    } finally {
      await store.close();
    }
  };
  try {
    await live({ ...CATALOGUE, load: loadWith(FIRST) }, async (world, store) => {
      world.apply("lv", { type: "resumed", at: START_MS });
      for (const id of ids) {
        world.apply("lv", { type: "command", at: START_MS, id: `key ${id}`, twin: id, name: "shed", args: {} });
      }
      await saveAll(world, store);
    });
    const before = await live(third, async (world, store) => {
      const partition = world.partitions.get("lv")!;
      expect(ids.map((id) => partition.twins.peek(id)!.state)).toEqual(ids.map(() => "resting"));
      expect(partition.twins.awakeCount).toBe(0);
      world.apply("lv", { type: "readings", at: START_MS, entries: [[ids[0]!, [["power", START_MS, 42]]]] });
      partition.rest(0);
      expect(partition.twins.awakeCount).toBe(PAGE_TWINS);
      await saveAll(world, store);
      partition.rest(0);
      expect(partition.twins.awakeCount).toBe(0);
      return frozen(world);
    });
    await live(third, async (world) => {
      expect(frozen(world)).toEqual(before);
      world.tick(START_MS + 10 * MINUTE_MS);
      expect(ids.map((id) => world.state(id))).toEqual(ids.map(() => "calm"));
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
