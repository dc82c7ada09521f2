// Flooding: a device that sends too often says so on its twin, in whatever state it is, until it is calm.

import { expect, test } from "vitest";
import { districtOf, frozen, meterOf, START_MS, TestWorld } from "./harness.ts";

const DEVICE = "device:meters:d-1";
const METER = "meter:meters:m-1";
const district = districtOf(
  { [DEVICE]: { attributes: { intervalMs: 900_000 } }, [METER]: meterOf("", { power: "W" }, { device: "d-1" }) },
  [[DEVICE, "feeds", METER]],
);

function flood(world: TestWorld, on: boolean, coalesced: number) {
  world.apply(world.cell(DEVICE), { type: "flooding", at: ++world.now, twin: DEVICE, on, coalesced });
  return world.deliver();
}

test("its alarm is raised and cleared, its state stays, and its journal says how much was left out", () => {
  const world = new TestWorld(district);
  world.resume();
  world.read(METER, [["power", START_MS, 1]]);
  expect(flood(world, true, 1)).toMatchObject([
    { out: { kind: "alarm", alarm: { twin: DEVICE, code: "DEVICE_FLOODING", severity: "WARNING", state: "RAISED" } } },
  ]);
  expect(world.state(DEVICE)).toBe("online");
  expect(flood(world, true, 2)).toEqual([]);
  expect(flood(world, false, 9_870)).toMatchObject([{ out: { alarm: { state: "CLEARED" } } }]);
  expect(world.journalOf(DEVICE).at(-1)).toBe("flooding ended, 9870 readings left out: online -> online");
});

test("a restart in between changes nothing, and being calm twice is being calm once", () => {
  const world = new TestWorld(district);
  world.resume();
  flood(world, true, 1);
  const again = new TestWorld(district, { from: world });
  expect(frozen(again)).toEqual(frozen(world));
  for (const [name, log] of world.logs) again.logs.get(name)!.push(...log);
  again.now = world.now;
  flood(again, false, 5);
  const entries = again.journalOf(DEVICE);
  expect(again.alarms("CLEARED")).toHaveLength(1);
  expect(flood(again, false, 5)).toEqual([]);
  expect(again.journalOf(DEVICE)).toEqual(entries);
});

test("of what is no device of the partition nothing is said", () => {
  const world = new TestWorld(district);
  world.resume();
  const before = frozen(world);
  for (const twin of [METER, "device:meters:gone"]) {
    world.apply(world.cell(DEVICE), { type: "flooding", at: START_MS, twin, on: true, coalesced: 1 });
  }
  expect(world.deliver()).toEqual([]);
  expect(frozen(world)).toEqual(before);
});
