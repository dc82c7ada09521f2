// Supply: who is told that nothing reaches them any more, and that something does again. Once, in order, across partitions.

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LoadedDistrict, TwinId } from "../../../models/district.ts";
import { loadPandapower } from "../../../models/loaders/pandapower.ts";
import { CATALOGUE } from "../../../twins/catalogue.ts";
import { statechart } from "../../../twins/effects.ts";
import { districtOf, frozen, START_MS, TestWorld } from "./harness.ts";

/** A feeder: grid - b1 -line- b2 -switch- b3, with a second way from b1 to b3 by an open switch. */
const feeder = districtOf(
  {
    ...{ "grid:lv:1": {}, "bus:lv:1": {}, "bus:lv:2": {}, "bus:lv:3": {}, "line:lv:12": {} },
    ...{ "switch:lv:23": {}, "switch:lv:13": { attributes: { closed: false } } },
    ...{ "load:lv:2": {}, "load:lv:3": {}, "generator:lv:3": {} },
    ...{ "building:b:one": {}, "building:b:two": {}, "district:test:test": {} },
  },
  [
    ["grid:lv:1", "feeds", "bus:lv:1"],
    ["bus:lv:2", "feeds", "load:lv:2"],
    ["bus:lv:3", "feeds", "load:lv:3"],
    ["generator:lv:3", "feeds", "bus:lv:3"],
    ["bus:lv:3", "feeds", "building:b:one"],
    ["bus:lv:2", "feeds", "building:b:two"],
    ["bus:lv:3", "feeds", "building:b:two"],
    ["district:test:test", "contains", "building:b:one"],
    ["district:test:test", "contains", "building:b:two"],
  ],
  [
    ["line:lv:12", "bus:lv:1", "bus:lv:2"],
    ["switch:lv:23", "bus:lv:2", "bus:lv:3"],
    ["switch:lv:13", "bus:lv:1", "bus:lv:3"],
  ],
);

function born(district: LoadedDistrict): TestWorld {
  const world = new TestWorld(district);
  world.resume();
  return world;
}

const supplyOf = (world: TestWorld, id: TwinId) =>
  world
    .state(id)
    .split("|")
    .find((path) => path.startsWith("supply"));

describe("a switch that opens", () => {
  test("takes the supply from the nodes behind it and from all they feed, and closing it gives it back", () => {
    const world = born(feeder);
    expect(world.command("switch:lv:23", "open").outcome).toBe("ACCEPTED");
    expect(world.state("bus:lv:3")).toBe("dead");
    expect(world.state("load:lv:3")).toBe("unsupplied");
    expect(world.state("generator:lv:3")).toBe("tripped");
    expect(supplyOf(world, "building:b:one")).toBe("supply.unsupplied");
    expect(world.state("bus:lv:2")).toBe("inBand");
    expect(world.state("load:lv:2")).toBe("connected");
    expect(world.state("district:test:test")).toBe("disturbed");
    world.command("switch:lv:23", "close");
    expect(world.state("bus:lv:3")).toBe("inBand");
    expect(world.state("load:lv:3")).toBe("connected");
    expect(supplyOf(world, "building:b:one")).toBe("supply.supplied");
    expect(world.state("district:test:test")).toBe("normal");
    expect(world.twin("district:test:test").value("unsuppliedBuildings")).toBe(0);
  });

  test("changes nothing where a second way keeps the supply up", () => {
    const world = born(feeder);
    world.command("switch:lv:13", "close");
    world.command("switch:lv:23", "open");
    expect(world.state("bus:lv:3")).toBe("inBand");
    expect(world.journalOf("bus:lv:3")).toEqual([]);
    expect(world.journalOf("load:lv:3")).toEqual([]);
  });

  test("tells each twin once, and nodes before what they feed, in the order of the nodes' ids and of the model's links", () => {
    const world = born(feeder);
    world.command("line:lv:12", "open");
    const told = world.committed.journal.filter(({ cause }) => cause === "supply.lost");
    const twins = told.map((entry) => (entry as typeof entry & { twin: TwinId }).twin);
    expect(twins).toEqual([
      "bus:lv:2",
      "load:lv:2",
      "bus:lv:3",
      "load:lv:3",
      "building:b:one",
      "building:b:two",
      "generator:lv:3",
    ]);
    expect(new Set(twins).size).toBe(twins.length);
  });
});

test("a building with two feeders is unsupplied only when both are dead, and supplied with the first that is back (U2, G2)", () => {
  const world = born(feeder);
  const two = "building:b:two";
  world.command("switch:lv:23", "open");
  expect(supplyOf(world, two)).toBe("supply.supplied");
  world.command("line:lv:12", "open");
  expect(supplyOf(world, two)).toBe("supply.unsupplied");
  world.command("switch:lv:13", "close");
  expect(supplyOf(world, two)).toBe("supply.supplied");
  world.command("line:lv:12", "close");
  expect(world.journalOf(two).filter((entry) => entry.startsWith("supply"))).toHaveLength(2);
});

describe("at birth", () => {
  test("what the model says is out of service conducts nothing, and what is dead for it is told so", () => {
    const district = structuredClone(feeder);
    district.twins.get("line:lv:12")!.attributes = { inService: false };
    const world = born(district);
    expect(world.state("line:lv:12")).toBe("outOfService");
    expect(["bus:lv:1", "bus:lv:2", "bus:lv:3"].map((id) => world.state(id))).toEqual(["inBand", "dead", "dead"]);
    expect(world.state("load:lv:2")).toBe("unsupplied");
    expect(supplyOf(world, "building:b:two")).toBe("supply.unsupplied");
    world.command("line:lv:12", "close");
    expect(world.state("bus:lv:3")).toBe("inBand");
    expect(supplyOf(world, "building:b:two")).toBe("supply.supplied");
  });

  test("a network without any source is dead from the first event on, whatever that event is", () => {
    const district = districtOf({ "bus:lv:1": {}, "load:lv:1": {} }, [["bus:lv:1", "feeds", "load:lv:1"]]);
    const world = new TestWorld(district);
    world.tick(START_MS);
    expect(world.state("bus:lv:1")).toBe("dead");
    expect(world.state("load:lv:1")).toBe("unsupplied");
    world.resume();
    expect(world.state("load:lv:1")).toBe("unsupplied");
  });

  test("a signal that comes before the first resumption finds its twin born, and is not forgotten", () => {
    const world = new TestWorld(feeder);
    const cell = world.cell("building:b:one");
    const signal = { kind: "supply", to: "building:b:one", node: "bus:lv:3", alive: false } as const;
    world.apply(cell, { type: "signals", at: START_MS, from: "elsewhere", entries: [[1, 0, signal]] });
    world.resume();
    expect(supplyOf(world, "building:b:one")).toBe("supply.unsupplied");
    expect(world.twin("building:b:one").value("electricitySupplied")).toBe(0);
    const again = { ...signal, alive: true };
    world.apply(cell, { type: "signals", at: START_MS, from: "elsewhere", entries: [[2, 0, again]] });
    world.deliver();
    expect(supplyOf(world, "building:b:one")).toBe("supply.supplied");
  });
});

describe("sources", () => {
  test("a slack generator supplies its network as a grid does, and other generators do not", () => {
    const district = (slack: boolean) =>
      districtOf(
        { "bus:lv:1": {}, "bus:lv:2": {}, "line:lv:1": {}, "generator:lv:1": { attributes: { slack } } },
        [["generator:lv:1", "feeds", "bus:lv:1"]],
        [["line:lv:1", "bus:lv:1", "bus:lv:2"]],
      );
    const world = born(district(true));
    expect(world.state("bus:lv:2")).toBe("inBand");
    world.command("generator:lv:1", "stop");
    expect(world.state("bus:lv:2")).toBe("dead");
    world.command("generator:lv:1", "start");
    expect(world.state("bus:lv:2")).toBe("inBand");
    const dead = born(district(false));
    expect(dead.state("bus:lv:2")).toBe("dead");
    expect(dead.state("generator:lv:1")).toBe("tripped");
  });

  describe("a heat loop with a reservoir for its make-up water", () => {
    const loop = districtOf(
      {
        ...{ "junction:h:flow": {}, "junction:h:return": {}, "exchanger:h:1": {}, "plant:h:1": {} },
        ...{ "reservoir:h:1": {}, "plant:h:2": { attributes: { slack: false } } },
      },
      [
        ["plant:h:1", "feeds", "junction:h:flow"],
        ["plant:h:2", "feeds", "junction:h:flow"],
        ["reservoir:h:1", "feeds", "junction:h:return"],
      ],
      [
        ["exchanger:h:1", "junction:h:flow", "junction:h:return"],
        ["plant:h:1", "junction:h:return", "junction:h:flow"],
        ["reservoir:h:1", "reservoir:h:1", "junction:h:return"],
      ],
    );

    test("lives while either holds its pressure, and a plant that only follows does not", () => {
      const world = born(loop);
      world.command("plant:h:1", "stop");
      expect(world.state("junction:h:flow")).toBe("inBand");
      world.command("reservoir:h:1", "takeOut");
      expect([world.state("junction:h:flow"), world.state("junction:h:return")]).toEqual(["dead", "dead"]);
      world.command("plant:h:1", "start");
      expect([world.state("junction:h:flow"), world.state("junction:h:return")]).toEqual(["inBand", "inBand"]);
    });

    test("a reservoir that is its own way hears of itself as a node, and keeps its state over it", () => {
      const world = born(loop);
      world.command("reservoir:h:1", "takeOut");
      expect(world.state("reservoir:h:1")).toBe("outOfService");
      // Water stands in the return through the plant, also where no exchanger lets it round.
      world.command("exchanger:h:1", "close");
      expect(world.state("junction:h:return")).toBe("inBand");
      world.command("plant:h:1", "stop");
      expect(world.state("junction:h:return")).toBe("dead");
      world.command("reservoir:h:1", "putBack");
      expect([world.state("reservoir:h:1"), world.state("junction:h:return")]).toEqual(["supplying", "inBand"]);
      expect(world.state("junction:h:flow")).toBe("dead");
      expect(world.journalOf("reservoir:h:1")).toHaveLength(2);
    });
  });

  test("two grids back each other up", () => {
    const district = districtOf(
      { "bus:mv:1": {}, "bus:mv:2": {}, "line:mv:1": {}, "grid:mv:1": {}, "grid:mv:2": {} },
      [
        ["grid:mv:1", "feeds", "bus:mv:1"],
        ["grid:mv:2", "feeds", "bus:mv:2"],
      ],
      [["line:mv:1", "bus:mv:1", "bus:mv:2"]],
    );
    const world = born(district);
    world.command("grid:mv:1", "disconnect");
    expect(world.state("bus:mv:1")).toBe("inBand");
    world.command("grid:mv:2", "disconnect");
    expect([world.state("bus:mv:1"), world.state("bus:mv:2")]).toEqual(["dead", "dead"]);
  });
});

describe("a lower network that hangs on an upper one in another partition", () => {
  const joined = districtOf(
    {
      ...{ "grid:mv:1": {}, "bus:mv:1": {}, "bus:mv:2": {}, "switch:mv:1": {} },
      ...{ "grid:lv:1": {}, "bus:lv:1": {}, "load:lv:1": {}, "building:b:one": {}, "district:test:test": {} },
    },
    [
      ["grid:mv:1", "feeds", "bus:mv:1"],
      ["bus:mv:2", "feeds", "grid:lv:1"],
      ["grid:lv:1", "feeds", "bus:lv:1"],
      ["bus:lv:1", "feeds", "load:lv:1"],
      ["bus:lv:1", "feeds", "building:b:one"],
      ["district:test:test", "contains", "building:b:one"],
    ],
    [["switch:mv:1", "bus:mv:1", "bus:mv:2"]],
  );

  test("goes dead with the bus that feeds its grid, and comes back with it", () => {
    const world = born(joined);
    expect(world.cell("grid:lv:1")).not.toBe(world.cell("bus:mv:2"));
    world.command("switch:mv:1", "open");
    expect(world.state("grid:lv:1")).toBe("dead");
    expect(world.state("bus:lv:1")).toBe("dead");
    expect(world.state("load:lv:1")).toBe("unsupplied");
    expect(supplyOf(world, "building:b:one")).toBe("supply.unsupplied");
    expect(world.state("district:test:test")).toBe("disturbed");
    world.command("switch:mv:1", "close");
    expect(world.state("grid:lv:1")).toBe("supplied");
    expect(world.state("load:lv:1")).toBe("connected");
    expect(supplyOf(world, "building:b:one")).toBe("supply.supplied");
    expect(world.state("district:test:test")).toBe("normal");
  });

  test("what the upper one told is taken once, also when its outbox tells it again (G1, O1)", () => {
    const world = born(joined);
    world.command("switch:mv:1", "open");
    const before = frozen(world);
    const told = world.committed.outbox.filter(({ out }) => out.kind === "signal");
    expect(told.length).toBeGreaterThan(0);
    for (const { partition: from, sequence, index, out } of told) {
      if (out.kind !== "signal") continue;
      world.apply(out.partition, { type: "signals", at: world.now, from, entries: [[sequence, index, out.signal]] });
    }
    expect(world.deliver()).toEqual([]);
    expect(frozen(world)).toEqual(before);
  });

  test("after a restart nobody is told twice (U1)", () => {
    const world = born(joined);
    world.command("switch:mv:1", "open");
    const again = new TestWorld(joined, { from: world });
    expect(frozen(again)).toEqual(frozen(world));
    for (const [name, partition] of world.partitions) {
      const restored = again.partitions.get(name)!;
      expect(restored.record()).toEqual(partition.record());
      restored.apply({ type: "tick", at: world.now + 1 }, partition.position + 1);
      const { outbox, twins } = restored.takeNews();
      expect([outbox, twins]).toEqual([[], []]);
      expect([...restored.takeCheckpoint().journal]).toEqual([]);
    }
  });
});

describe("the CIGRE medium-voltage network", async () => {
  const bytes = new Uint8Array(readFileSync(new URL("../../../models/examples/altstadt/sim/mv.json", import.meta.url)));
  const part = await loadPandapower({ source: "mv", file: "mv.json", bytes });
  const district: LoadedDistrict = {
    ...{ id: "test", name: "Test", timezone: "Europe/Berlin", devices: new Map() },
    twins: new Map(part.twins.map((twin) => [twin.id, twin])),
    ...{ links: part.links, branches: part.branches },
  };

  /** Nodes reached from the grid by plain search over branches whose twin and switches conduct: the oracle. */
  function reached(world: TestWorld): Set<TwinId> {
    const live = new Set<TwinId>();
    for (const { from, role, to } of district.links) {
      if (role === "feeds" && from.startsWith("grid:") && world.state(from) === "supplied") live.add(to);
    }
    const conducts = (id: TwinId) => /^(closed|inService)/.test(world.state(id));
    for (let grew = true; grew; ) {
      grew = false;
      for (const { twin, switches, from, to } of district.branches) {
        if (![twin, ...switches].every(conducts) || live.has(from) === live.has(to)) continue;
        live.add(from).add(to);
        grew = true;
      }
    }
    return live;
  }

  test("is born with 15 buses, all of them supplied", () => {
    const world = born(district);
    const buses = [...district.twins.keys()].filter((id) => id.startsWith("bus:"));
    expect(buses).toHaveLength(15);
    expect(buses.map((id) => world.state(id))).toEqual(buses.map(() => "inBand"));
  });

  test("after any switching, buses and loads are dead exactly where no path leads from the grid, told once for each change (U1)", () => {
    const operable = [...district.twins.keys()].filter((id) => /^(line|switch|transformer|grid):/.test(id)).sort();
    const loads = district.links.filter(({ role, to }) => role === "feeds" && to.startsWith("load:"));
    expect(loads).toHaveLength(18);
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...operable), { maxLength: 12 }), (operated) => {
        const world = born(district);
        for (const id of operated) {
          const before = reached(world);
          const journal = world.committed.journal.length;
          const [off, on] = id.startsWith("grid:") ? ["disconnect", "connect"] : ["open", "close"];
          if (world.command(id, off!).outcome === "REFUSED") world.command(id, on!);
          const live = reached(world);
          const told = world.committed.journal.slice(journal).filter(({ cause }) => cause.startsWith("supply."));
          const changed = [...district.twins.keys()].filter(
            (b) => b.startsWith("bus:") && live.has(b) !== before.has(b),
          );
          const toldBuses = told
            .map((entry) => (entry as typeof entry & { twin: TwinId }).twin)
            .filter((t) => t.startsWith("bus:"));
          expect(toldBuses.sort()).toEqual(changed.sort());
          for (const bus of district.twins.keys()) {
            if (bus.startsWith("bus:"))
              expect(world.state(bus) === "dead", `${bus} after ${operated}`).toBe(!live.has(bus));
          }
          for (const { from, to } of loads) expect(world.state(to) === "unsupplied").toBe(!live.has(from));
        }
      }),
      { numRuns: 25 },
    );
  });
});

test("a quarantined switch stays in the position that it had", () => {
  const broken = {
    ...CATALOGUE.switch,
    machine: statechart.createMachine({
      initial: "closed",
      states: {
        closed: {
          tags: ["conducting"],
          on: {
            open: {
              actions: () => {
                throw new Error("the drive is not there");
              },
            },
          },
        },
      },
    }),
  };
  const world = new TestWorld(feeder, { catalogue: { ...CATALOGUE, switch: broken } });
  world.resume();
  world.command("switch:lv:23", "open");
  expect(world.state("switch:lv:23")).toBe("quarantined");
  expect(world.state("bus:lv:3")).toBe("inBand");
});
