// Regressions: what seeds have found, each as a named failure that stays.

import { expect, test } from "vitest";
import { districtOf, frozen, meterOf, START_MS, TestWorld } from "../runtime/live/harness.ts";

const MINUTE_MS = 60_000;
const METER = "meter:meters:m-1";

const district = districtOf(
  {
    ...{ "district:test:test": {}, "building:b:one": {}, "device:meters:d-1": { attributes: { intervalMs: 900_000 } } },
    [METER]: meterOf("building:b:one", { energyImport: "kWh" }, { device: "d-1" }),
  },
  [
    ["district:test:test", "contains", "building:b:one"],
    [METER, "measures", "building:b:one"],
    ["device:meters:d-1", "feeds", METER],
  ],
);

/** Nobody knows how often its device sends. */
const unexpected = districtOf({ "device:meters:d-1": {}, [METER]: meterOf("", { power: "W" }, { device: "d-1" }) }, [
  ["device:meters:d-1", "feeds", METER],
]);

/** A meter that was heard, and committed. */
function heardAndCommitted(): TestWorld {
  const world = new TestWorld(district);
  world.resume();
  world.read(METER, [["energyImport", START_MS, 100]]);
  return world;
}

test("deadlines that a start has moved on are committed: a crash after it wakes them where they were (seed 1)", () => {
  const world = heardAndCommitted();
  world.resume(START_MS + 90 * MINUTE_MS);
  expect(frozen(new TestWorld(district, { from: world }))).toEqual(frozen(world));
});

test("a start, a crash and another start call nobody silent for our absence (seed 1)", () => {
  const world = heardAndCommitted();
  world.resume(START_MS + 90 * MINUTE_MS);
  const again = new TestWorld(district, { from: world });
  for (const partition of again.partitions.values()) {
    partition.apply({ type: "resumed", at: START_MS + 91 * MINUTE_MS }, partition.position + 1);
    partition.apply({ type: "tick", at: START_MS + 92 * MINUTE_MS }, partition.position + 1);
  }
  expect(again.state(METER)).toBe("online.normal");
});

test("a staleness deadline that came up early and was set anew is committed with its new time (seed 2)", () => {
  const world = heardAndCommitted();
  world.read(METER, [["energyImport", START_MS + 30 * MINUTE_MS, 101]], START_MS + 30 * MINUTE_MS);
  world.tick(START_MS + 50 * MINUTE_MS);
  expect(frozen(new TestWorld(district, { from: world }))).toEqual(frozen(world));
});

test("a device of unknown interval is touched when it is first heard, and not again after each start or sleep", () => {
  const world = new TestWorld(unexpected);
  world.resume();
  world.read(METER, [["power", START_MS, 1]]);
  const { revision } = world.twin("device:meters:d-1");
  world.read(METER, [["power", START_MS + MINUTE_MS, 2]]);
  for (const partition of world.partitions.values()) partition.rest(0);
  world.read(METER, [["power", START_MS + 2 * MINUTE_MS, 3]]);
  const again = new TestWorld(unexpected, { from: world });
  again.read(METER, [["power", START_MS + 3 * MINUTE_MS, 4]]);
  expect(again.twin("device:meters:d-1").revision).toBe(revision);
});
