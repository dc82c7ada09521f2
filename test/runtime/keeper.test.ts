// The keeper: what leaves is on disk, in its order; a checkpoint has all that was done, and events go on meanwhile. Over a real store.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Keeper, type KeeperOptions } from "../../runtime/keeper.ts";
import type { News } from "../../runtime/live/changes.ts";
import { GOOD } from "../../runtime/live/page.ts";
import type { Partition } from "../../runtime/live/partition.ts";
import type { LogEvent } from "../../runtime/log/events.ts";
import { Store } from "../../runtime/store/store.ts";
import type { Told } from "../../runtime/store/tellings.ts";
import { MAX_REPLAY_MS, QUIET_MS, UnsavedWork } from "../../runtime/unsaved-work.ts";
import { Disk } from "../chaos/disk.ts";
import { districtOf, frozen, meterOf, START_MS, type TestWorld, worldOver } from "./live/harness.ts";

const CELL = "meters";
const METERS = Array.from({ length: 20 }, (_, i) => `meter:meters:m-${i + 1}`);
const [METER, OTHER] = METERS as [string, string];
const district = districtOf(Object.fromEntries(METERS.map((id) => [id, meterOf("", { power: "W" })])), []);
/** More than a restart may take. */
const MUCH_WORK_MS = 1e6;
const MAX_UNTOLD = 20_000;
const MAX_UNSAVED_SAMPLES = 2_000_000;

let folder: string;
let store: Store;
let world: TestWorld;
let partition: Partition;
let disk: Disk;
let news: News[];
let told: Told[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "quartier-keeper-"));
  store = new Store(folder, "test");
  world = await worldOver(store, district);
  partition = world.partitions.get(CELL)!;
  const asIs = <T>(taken: T): T => taken;
  disk = new Disk({ store, instead: { checkpoint: asIs, told: asIs }, taking: () => () => {} });
  news = [];
  told = [];
});

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const keeper = (options: Partial<KeeperOptions> = {}): Keeper =>
  new Keeper({
    ...{ partition, store: disk, stream: { stream: CELL, created: "1" }, now: () => world.now },
    changed: (one) => news.push(one),
    told: (one) => {
      // K1: whoever hears of it finds it in the store.
      for (const [id, outcome] of one.outcomes) expect(store.outcome(id)).toMatchObject(outcome);
      if (one.outbox.length > 0) expect(store.outbox(CELL)).toContainEqual(one.outbox);
      expect(store.told(CELL).upTo).toBeGreaterThanOrEqual(one.upTo);
      told.push(one);
    },
    room: () => undefined,
    unsaved: new UnsavedWork(),
    maxAwake: () => Number.POSITIVE_INFINITY,
    failed: (error) => {
      throw error;
    },
    ...options,
  });

const apply = (event: LogEvent) => world.apply(CELL, event);
const read = (id: string, minute: number, value: number) => {
  const at = START_MS + minute * 60_000;
  apply({ type: "readings", at, entries: [[id, [["power", at, value]]]] });
};
let keys = 0;
const command = (name: string, twin = METER): string => {
  const id = `key-${++keys}`;
  apply({ type: "command", at: START_MS, id, twin, name, args: name === "reportFault" ? { reason: "seen" } : {} });
  return id;
};
const alarms = () =>
  told.flatMap(({ outbox }) => outbox).flatMap(({ out }) => (out.kind === "alarm" ? [out.alarm] : []));
const writeAll = async () => {
  while ((await disk.write()) && (await disk.hear()));
};
/** Whether a promise is still open when all that is under way was done. */
async function isOpen(promise: Promise<unknown>): Promise<boolean> {
  let isDone = false;
  void promise.then(() => {
    isDone = true;
  });
  await new Promise(setImmediate);
  return !isDone;
}

describe("news", () => {
  test("is heard of at once, and what must not be lost leaves when it is on disk (K1)", async () => {
    const keeping = keeper();
    const key = command("reportFault");
    await keeping.keep(0);
    expect(news.flatMap(({ twins }) => twins.map(({ id }) => id))).toContain(METER);
    expect([told, disk.next]).toEqual([[], "telling"]);
    await disk.write();
    expect(told).toEqual([]);
    await disk.hear();
    expect(told).toHaveLength(1);
    expect([...told[0]!.outcomes.keys()]).toEqual([key]);
    expect(alarms()).toMatchObject([{ code: "METER_FAULTY", state: "RAISED" }]);
    expect(store.partition(CELL)).toBeUndefined();
  });

  test("that nobody outside is to hear of is not written by itself", async () => {
    const keeping = keeper();
    for (let minute = 0; minute < 5; minute++) {
      read(METER, minute, minute);
      await keeping.keep(0);
    }
    expect(disk.next).toBeUndefined();
    expect(news.reduce((sum, { readings }) => sum + readings.applied, 0)).toBe(5);
  });

  test("that came while other news was written is written next, together", async () => {
    const keeping = keeper();
    const first = command("reportFault");
    await keeping.keep(0);
    await disk.write();
    const more = [command("reportFault", OTHER), command("clearFault")];
    for (let i = 0; i < 2; i++) await keeping.keep(0);
    expect(disk.next).toBeUndefined();
    await disk.hear();
    await writeAll();
    expect(told.map(({ outcomes }) => [...outcomes.keys()])).toEqual([[first], more]);
    expect(disk.next).toBeUndefined();
  });

  test("of an alarm that changed again before it was told has its last form only; of others every form (K5)", async () => {
    const keeping = keeper();
    command("reportFault");
    await keeping.keep(0);
    command("reportFault", OTHER);
    await keeping.keep(0);
    command("clearFault");
    await keeping.keep(0);
    await writeAll();
    expect(alarms().map(({ twin, state }) => [twin, state])).toEqual([
      [METER, "CLEARED"],
      [OTHER, "RAISED"],
    ]);
    command("clearFault", OTHER);
    await keeping.keep(0);
    await writeAll();
    expect(alarms().at(-1)).toMatchObject({ twin: OTHER, state: "CLEARED" });
    expect(store.outbox(CELL)).toEqual(told.map(({ outbox }) => outbox));
  });
});

describe("a checkpoint", () => {
  test("takes along what is not told yet, which then leaves once (K2)", async () => {
    const keeping = keeper();
    read(METER, 0, 1);
    await keeping.keep(MUCH_WORK_MS);
    expect(disk.next).toBe("checkpoint");
    const key = command("reportFault");
    await keeping.keep(0);
    await disk.write();
    // Of the telling that waits behind it nothing is left.
    expect(store.partition(CELL)!.position).toBe(partition.position);
    expect(store.outcome(key)).toMatchObject({ outcome: "ACCEPTED" });
    expect(store.outbox(CELL).flat()).toHaveLength(1);
    await disk.hear();
    expect(told.flatMap(({ outcomes }) => [...outcomes.keys()])).toEqual([key]);
    await writeAll();
    expect(store.told(CELL).upTo).toBe(partition.position);
    expect(told.flatMap(({ outcomes }) => [...outcomes.keys()])).toEqual([key]);
    expect(store.outbox(CELL).flat()).toHaveLength(1);
  });

  test("has all that was applied when it is written, and a start goes on from there", async () => {
    const keeping = keeper();
    for (const [i, id] of METERS.entries()) read(id, i, i);
    await keeping.keep(MUCH_WORK_MS);
    read(METER, 30, 99);
    await disk.write();
    read(METER, 31, 100);
    await disk.hear();
    expect(store.partition(CELL)!.position).toBe(partition.position - 1);
    const again = await worldOver(store, district);
    expect(again.twin(METER).value("power")).toBe(99);
    await keeping.keep(MUCH_WORK_MS);
    await writeAll();
    expect(frozen(await worldOver(store, district))).toEqual(frozen(world));
  });

  test("is one at a time, and events go on meanwhile (K3)", async () => {
    const keeping = keeper();
    read(METER, 0, 1);
    await keeping.keep(MUCH_WORK_MS);
    for (let minute = 1; minute < 4; minute++) {
      read(METER, minute, minute);
      await keeping.keep(MUCH_WORK_MS);
    }
    await disk.write();
    expect(disk.next).toBeUndefined();
    await disk.hear();
    expect(partition.changes.samples.length).toBe(0);
    read(METER, 5, 5);
    await keeping.keep(MUCH_WORK_MS);
    expect(disk.next).toBe("checkpoint");
  });

  test("waits for as long as a restart may take, of all partitions together: one that works alone has all of that (U1)", async () => {
    for (const [others, isDue] of [
      [0, false],
      [0.3, true],
    ] as const) {
      const unsaved = new UnsavedWork();
      for (let k = 0; k < 3; k++) unsaved.share().ms = (others * MAX_REPLAY_MS) / 3;
      const keeping = keeper({ unsaved });
      read(METER, others * 10, 1);
      await keeping.keep(0.8 * MAX_REPLAY_MS);
      expect(disk.next).toBe(isDue ? "checkpoint" : undefined);
    }
    await writeAll();
  });

  test("is not made for the work of others by a partition that has little of it (U1)", async () => {
    const unsaved = new UnsavedWork();
    const others = Array.from({ length: 3 }, () => unsaved.share());
    others[0]!.ms = MAX_REPLAY_MS;
    const keeping = keeper({ unsaved });
    read(METER, 0, 1);
    await keeping.keep(MAX_REPLAY_MS / 10);
    expect(disk.next).toBeUndefined();
    read(METER, 1, 1);
    await keeping.keep(MAX_REPLAY_MS / 2);
    expect(disk.next).toBe("checkpoint");
    await writeAll();
    expect(unsaved.way(others[0]!)).toBeGreaterThanOrEqual(1);
    others[0]!.ms = 0;
    expect(unsaved.way(others[0]!)).toBeLessThan(1);
  });

  test("is made when no partition had an event for a while, and not before (U2)", async () => {
    let now = 1_000;
    const clock = vi.spyOn(performance, "now").mockImplementation(() => now);
    try {
      const unsaved = new UnsavedWork();
      const other = unsaved.share();
      const keeping = keeper({ unsaved });
      // One that took half a second: the next is due in seconds, by its age.
      read(METER, 0, 1);
      await keeping.keep(MUCH_WORK_MS);
      await disk.write();
      now += 500;
      await disk.hear();
      read(METER, 1, 2);
      await keeping.keep(0);
      expect(keeping.waitMs).toBe(QUIET_MS);
      now += QUIET_MS - 1;
      unsaved.add(other, 0);
      now += 1;
      await keeping.keep(0);
      expect([keeping.waitMs, disk.next]).toEqual([QUIET_MS - 1, undefined]);
      now += QUIET_MS - 1;
      expect(keeping.waitMs).toBe(0);
      await keeping.keep(0);
      expect(await disk.write()).toBe(true);
      read(METER, 2, 3);
      await keeping.keep(0);
      // Looked at again, though nothing comes, when this one is done.
      expect(keeping.waitMs).toBe(QUIET_MS);
      await disk.hear();
      now += QUIET_MS;
      await keeping.keep(0);
      expect(disk.next).toBe("checkpoint");
      await writeAll();
      expect(keeping.waitMs).toBeUndefined();
      expect(partition.changes.samples.length).toBe(0);
    } finally {
      clock.mockRestore();
    }
  });

  test("is made for whoever waits for the disk", async () => {
    const keeping = keeper();
    read(METER, 0, 1);
    const saved = partition.progress.until(partition.position);
    await keeping.keep(0);
    expect(disk.next).toBe("checkpoint");
    expect(await isOpen(saved)).toBe(true);
    await writeAll();
    await saved;
  });

  test("puts idle twins to sleep where too many are awake, and is made for their sake", async () => {
    const keeping = keeper({ maxAwake: () => 5 });
    for (const [i, id] of METERS.entries()) read(id, i, i);
    expect(partition.twins.awakeCount).toBe(METERS.length);
    await keeping.keep(0);
    await writeAll();
    expect(partition.twins.awakeCount).toBeLessThanOrEqual(5);
    expect(METERS.map((id) => world.twin(id).value("power"))).toEqual(METERS.map((_, i) => i));
  });

  test("is made within some seconds also when there is little to do; without changes there is none", async () => {
    const keeping = keeper();
    await keeping.keep(0);
    expect([keeping.waitMs, disk.next]).toEqual([undefined, undefined]);
    read(METER, 0, 1);
    await keeping.keep(0);
    expect(keeping.waitMs).toBeGreaterThan(0);
    expect(keeping.waitMs).toBeLessThanOrEqual(5_000);
    read(METER, 1, 2);
    await keeping.keep(MUCH_WORK_MS);
    await disk.write();
    // What came after it was taken waits for no other event to be saved.
    read(METER, 2, 3);
    await keeping.keep(0);
    expect(keeping.waitMs).toBeLessThanOrEqual(5_000);
    await disk.hear();
    expect(keeping.waitMs).toBeLessThanOrEqual(5_000);
    read(METER, 3, 4);
    await keeping.keep(MUCH_WORK_MS);
    await writeAll();
    expect(keeping.waitMs).toBeUndefined();
  });
});

describe("events wait (K3)", () => {
  test("while more is to be told than MAX_UNTOLD", async () => {
    const keeping = keeper();
    command("reportFault");
    const reported = { kind: "drive", device: "d", point: "p", unit: "W", value: 1 } as const;
    for (let i = 0; i < MAX_UNTOLD; i++) partition.changes.leave(reported);
    const kept = keeping.keep(0);
    expect(await isOpen(kept)).toBe(true);
    await writeAll();
    await kept;
    expect(told.flatMap(({ outbox }) => outbox)).toHaveLength(MAX_UNTOLD + 1);
  });

  test("while more samples are to be saved than MAX_UNSAVED_SAMPLES", async () => {
    const keeping = keeper();
    read(METER, 0, 1);
    for (let i = 0; i < MAX_UNSAVED_SAMPLES; i++) partition.changes.samples.add(1 + (i % 1_000), i, i, GOOD);
    const kept = keeping.keep(0);
    expect(await isOpen(kept)).toBe(true);
    await disk.write();
    await disk.hear();
    await kept;
    expect(partition.changes.samples.length).toBe(0);
  });

  test("while there is no room for more that is to leave", async () => {
    let makeRoom = () => {};
    const room = new Promise<void>((resolve) => {
      makeRoom = resolve;
    });
    const keeping = keeper({ room: () => room });
    read(METER, 0, 1);
    const kept = keeping.keep(0);
    expect(await isOpen(kept)).toBe(true);
    // Whoever asks for the past waits for the disk, and not for NATS.
    const saved = partition.progress.until(partition.position);
    await expect.poll(() => disk.next).toBe("checkpoint");
    await writeAll();
    await saved;
    expect(await isOpen(kept)).toBe(true);
    makeRoom();
    await kept;
  });
});

test("in the end all is on disk and told, whatever was under way", async () => {
  const keeping = keeper();
  read(METER, 0, 1);
  await keeping.keep(MUCH_WORK_MS);
  command("reportFault");
  await keeping.keep(0);
  read(OTHER, 1, 2);
  const finished = keeping.finish();
  while (await isOpen(finished)) {
    await disk.write();
    await disk.hear();
  }
  expect(store.partition(CELL)!.position).toBe(partition.position);
  expect(alarms()).toHaveLength(1);
  expect(frozen(await worldOver(store, district))).toEqual(frozen(world));
  await keeping.finish();
  expect(disk.next).toBeUndefined();
});

test("whatever comes in whichever order, what leaves is what is in the store, once and in its order", async () => {
  // The store as it is, without anything between.
  const keeping = keeper({ store });
  for (let round = 0; round < 40; round++) {
    command(round % 3 === 2 ? "clearFault" : "reportFault", METERS[round % 5]!);
    read(METERS[round % 7]!, round, round);
    await keeping.keep(round % 4 === 0 ? MUCH_WORK_MS : 0);
    if (round % 5 === 0) await new Promise(setImmediate);
  }
  await keeping.finish();
  const left = told.flatMap(({ outbox }) => outbox);
  expect(left.length).toBeGreaterThan(5);
  expect(store.outbox(CELL)).toEqual(told.map(({ outbox }) => outbox).filter(({ length }) => length > 0));
  const places = left.map(({ sequence, index }) => `${sequence}-${index}`);
  expect(new Set(places).size).toBe(places.length);
  expect(told.flatMap(({ outcomes }) => [...outcomes.keys()])).toHaveLength(40);
  expect(store.partition(CELL)!.position).toBe(partition.position);
});

test("what is heard of too early waits for what was taken before it (K4)", async () => {
  let hear = () => {};
  const heard = new Promise<void>((resolve) => {
    hear = resolve;
  });
  const late: KeeperOptions["store"] = {
    draft: (saves) => store.draft(saves),
    tell: async (...tell) => {
      await store.tell(...tell);
      await heard;
    },
    checkpoint: (...checkpoint) => store.checkpoint(...checkpoint),
    keepUp: (nowMs) => store.keepUp(nowMs),
    isBehind: false,
  };
  const keeping = keeper({ store: late });
  const first = command("reportFault");
  await keeping.keep(0);
  while (store.outcome(first) === undefined) await new Promise(setImmediate);
  const second = command("reportFault", OTHER);
  const saved = partition.progress.until(partition.position);
  await keeping.keep(0);
  await saved;
  expect(store.outcome(second)).toBeDefined();
  expect(told).toEqual([]);
  hear();
  await keeping.finish();
  expect(told.flatMap(({ outcomes }) => [...outcomes.keys()])).toEqual([first, second]);
});

test.each(["tell", "checkpoint"] as const)("a store that fails to %s is told of, and nothing leaves", async (which) => {
  const failure = new Error("the disk is full");
  const failures: Error[] = [];
  const broken = new Proxy(store, {
    get: (target, name) => (name === which ? async () => Promise.reject(failure) : Reflect.get(target, name)),
  });
  const keeping = keeper({ store: broken, failed: (error) => failures.push(error) });
  if (which === "tell") command("reportFault");
  else read(METER, 0, 1);
  await keeping.keep(which === "tell" ? 0 : MUCH_WORK_MS);
  await new Promise(setImmediate);
  expect(failures).toEqual([failure]);
  expect(told).toEqual([]);
});
