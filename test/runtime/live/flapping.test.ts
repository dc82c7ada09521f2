// Flapping: an alarm that comes and goes too often stands still, says so, and is told again when it is calm.

import { beforeEach, describe, expect, test } from "vitest";
import { CALM_MS, FLAPS, flappingOf, WINDOW_MS } from "../../../runtime/live/flapping.ts";
import type { AlarmView } from "../../../runtime/views.ts";
import { districtOf, frozen, meterOf, TestWorld } from "./harness.ts";

const METER = "meter:meters:m-1";
const CODE = "METER_FAULTY";
const SECOND_MS = 1_000;
const district = districtOf({ [METER]: meterOf("", { power: "W" }) }, []);

let world: TestWorld;
/** Alarms as they left, in order. */
let left: AlarmView[];

beforeEach(() => {
  world = new TestWorld(district);
  world.resume();
  left = [];
});

function told(outbox: readonly { out: { kind: string; alarm?: AlarmView } }[]): void {
  left.push(...outbox.flatMap(({ out }) => (out.alarm?.code === CODE ? [out.alarm] : [])));
}

function command(name: "reportFault" | "clearFault", afterMs = SECOND_MS, of = world): void {
  of.now += afterMs;
  const { outcome, outbox } = of.command(METER, name, name === "reportFault" ? { reason: "seen" } : {});
  expect(outcome).toBe("ACCEPTED");
  told(outbox);
}

/** Raised and cleared in turn, so that it flaps and its cause stands in the end. */
function untilItFlaps(of = world): void {
  for (let i = 1; i < FLAPS; i++) {
    command("reportFault", SECOND_MS, of);
    command("clearFault", SECOND_MS, of);
  }
  command("reportFault", SECOND_MS, of);
}

function restarted(): TestWorld {
  const again = new TestWorld(district, { from: world });
  for (const [name, log] of world.logs) again.logs.get(name)!.push(...log);
  again.now = world.now;
  return again;
}

const tick = (afterMs: number) => told(world.tick(world.now + afterMs));
const alarm = () => world.alarms().findLast(({ code }) => code === CODE)!;

describe("an alarm that was raised too often", () => {
  test("is told as flapping once, and no further raise or clear of it leaves (F1)", () => {
    untilItFlaps();
    expect(left.map(({ state, flapping }) => [state, flapping])).toEqual([
      ...Array.from({ length: FLAPS - 1 }, () => [
        ["RAISED", false],
        ["CLEARED", false],
      ]).flat(),
      ["RAISED", true],
    ]);
    const before = left.length;
    for (let i = 0; i < 20; i++) command(i % 2 === 0 ? "clearFault" : "reportFault");
    expect(left).toHaveLength(before);
    expect(alarm()).toMatchObject({ state: "RAISED", flapping: true });
    expect(flappingOf(world.twin(METER))).toEqual([CODE]);
  });

  test("lets states and journal of its twin go on (F4)", () => {
    untilItFlaps();
    const entries = world.journalOf(METER).length;
    command("clearFault");
    expect(world.state(METER)).not.toContain("faulty");
    command("reportFault");
    expect(world.state(METER)).toContain("faulty");
    expect(world.journalOf(METER)).toHaveLength(entries + 2);
  });

  test("is cleared when it was calm for CALM_MS and its cause is gone, and not before (F2)", () => {
    untilItFlaps();
    command("clearFault");
    const calmAt = world.now + CALM_MS;
    left = [];
    tick(CALM_MS - 1);
    expect([left, alarm().state]).toEqual([[], "RAISED"]);
    tick(1);
    expect(left).toMatchObject([{ state: "CLEARED", flapping: false, clearedAt: calmAt }]);
    expect(flappingOf(world.twin(METER))).toEqual([]);
    command("reportFault");
    expect(left.at(-1)).toMatchObject({ state: "RAISED", flapping: false });
  });

  test("stands as any other when it was calm and its cause is not gone, and is cleared with it (F2)", () => {
    untilItFlaps();
    left = [];
    tick(CALM_MS);
    expect(left).toMatchObject([{ state: "RAISED", flapping: false, clearedAt: undefined }]);
    command("clearFault");
    expect(left.at(-1)).toMatchObject({ state: "CLEARED" });
  });

  test("can be acknowledged, and stays so", () => {
    untilItFlaps();
    world.apply(world.cell(METER), { type: "acknowledge", at: world.now, id: "a", alarm: alarm().id });
    told(world.deliver());
    expect(left.at(-1)).toMatchObject({ state: "ACKNOWLEDGED", flapping: true });
    command("clearFault");
    command("reportFault");
    tick(CALM_MS);
    expect(alarm()).toMatchObject({ state: "ACKNOWLEDGED", flapping: false });
  });
});

test("an alarm that comes and goes at leisure does not flap", () => {
  for (let i = 0; i < 3 * FLAPS; i++) {
    command("reportFault", WINDOW_MS / (FLAPS - 1));
    command("clearFault");
  }
  expect(left.filter(({ flapping }) => flapping)).toEqual([]);
  expect(left).toHaveLength(6 * FLAPS);
});

describe("after a restart (F3)", () => {
  test("it is known how often an alarm was raised", () => {
    for (let i = 1; i < FLAPS; i++) {
      command("reportFault");
      command("clearFault");
    }
    const again = restarted();
    expect(frozen(again)).toEqual(frozen(world));
    again.resume();
    command("reportFault", SECOND_MS, again);
    expect(left.at(-1)).toMatchObject({ state: "RAISED", flapping: true });
  });

  test("the time of our absence is no calm", () => {
    untilItFlaps();
    command("clearFault");
    const again = restarted();
    const awayMs = 10 * CALM_MS;
    again.resume(world.now + awayMs);
    left = [];
    told(again.tick(world.now + awayMs + CALM_MS - 1));
    expect(left).toEqual([]);
    told(again.tick(world.now + awayMs + CALM_MS));
    expect(left).toMatchObject([{ state: "CLEARED", flapping: false }]);
  });
});
