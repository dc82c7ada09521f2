// The store: one transaction for all that a run of events changed, on disk when `commit` resolves.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { open } from "lmdb";
import { afterAll, describe, expect, test } from "vitest";
import { Changes } from "../../../runtime/live/changes.ts";
import { GOOD, SUSPECT } from "../../../runtime/live/points.ts";
import { freeze } from "../../../runtime/live/snapshot.ts";
import { OUTCOME_RETENTION_MS, Store } from "../../../runtime/store/store.ts";
import type { AlarmView, CommandOutcome } from "../../../runtime/views.ts";
import { districtOf, meterOf, START_MS, TestWorld, textOf } from "../live/harness.ts";

const folders: string[] = [];
const stores: Store[] = [];

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "quartier-store-"));
  folders.push(path);
  return path;
}

function newStore(path = folder(), district = "test"): Store {
  const store = new Store(path, district);
  stores.push(store);
  return store;
}

afterAll(async () => {
  for (const store of stores) await store.close();
  for (const path of folders) rmSync(path, { recursive: true, force: true });
});

const METER = "meter:meters:m-1";
const record = (position: number) => ({
  ...{ position, now: START_MS, exports: [], dead: [], seen: [] },
  ...{ stream: "LOG", created: "2026-01-01" },
});
const accepted: CommandOutcome = { outcome: "ACCEPTED", code: "OK", reason: undefined, twin: METER };
const alarm: AlarmView = {
  ...{ id: `${METER}/SILENT/7`, twin: METER, code: "SILENT", severity: "WARNING", message: "silent", state: "RAISED" },
  ...{ raisedAt: START_MS, acknowledgedAt: undefined, clearedAt: undefined },
};

/** A meter that has read something, and the changes that say so. */
function something(): { world: TestWorld; changes: Changes } {
  const world = new TestWorld(districtOf({ [METER]: meterOf("", { power: "W" }) }, []));
  world.resume();
  world.apply("meters", { type: "readings", at: START_MS, entries: [[METER, [["power", START_MS, 4.25]]]] });
  const changes = world.partitions.get("meters")!.takeChanges();
  changes.causedBy(2);
  changes.outcomes.set("key", accepted);
  changes.alarm(alarm);
  return { world, changes };
}

describe("a commit", () => {
  test("is there after the store was opened again: twins, history, alarms, outcomes, outbox, journal, position (S1)", async () => {
    const path = folder();
    const { world, changes } = something();
    const number = world.numbers.get(`${METER} power`)!;
    const first = new Store(path, "test");
    await first.commit("meters", record(2), changes, START_MS);
    await first.close();
    const store = newStore(path);
    expect(store.partition("meters")).toEqual(record(2));
    expect(textOf(store.twin(METER))).toBe(textOf(freeze(world.twin(METER))));
    expect(store.sampleAt(number, START_MS)).toBe(4.25);
    expect(store.alarms()).toEqual([alarm]);
    expect(store.outcome("key")).toMatchObject(accepted);
    expect(store.outcomeOf("another", "key")).toBeUndefined();
    expect(store.outbox("meters").map(({ sequence, index, out }) => [sequence, index, out.kind])).toEqual([
      [2, 0, "alarm"],
    ]);
    expect(store.past.journal(METER, 10).map(({ cause }) => cause)).toEqual(["heard.raised"]);
    expect(store.partition("other")).toBeUndefined();
    expect(store.twin("meter:meters:other")).toBeUndefined();
    expect(store.outcome("other")).toBeUndefined();
  });

  test("that fails leaves nothing behind, and the store goes on (S1)", async () => {
    const store = newStore();
    const { changes } = something();
    changes.samples.add(1, Number.NaN, 1, GOOD);
    await expect(store.commit("meters", record(2), changes, START_MS)).rejects.toThrow();
    expect(store.twin(METER)).toBeUndefined();
    expect(store.alarms()).toEqual([]);
    expect(store.outcome("key")).toBeUndefined();
    expect(store.outbox("meters")).toEqual([]);
    expect(store.partition("meters")).toBeUndefined();
    await store.commit("meters", record(2), something().changes, START_MS);
    expect(store.partition("meters")).toEqual(record(2));
  });

  test("is on disk when it resolves: a process killed in that moment loses nothing of it", async () => {
    const path = folder();
    const url = (file: string) => JSON.stringify(new URL(`../../../runtime/${file}`, import.meta.url).href);
    const program = `
      import { Store } from ${url("store/store.ts")};
      import { Changes } from ${url("live/changes.ts")};
      const store = new Store(${JSON.stringify(path)}, "test");
      for (let sequence = 1; ; sequence++) {
        const changes = new Changes(sequence);
        for (let i = 0; i < 20; i++) changes.samples.add(i, sequence, sequence, 1);
        changes.outcomes.set("key-" + sequence, { outcome: "ACCEPTED", code: "OK", twin: "t" });
        await store.commit("lv", ${JSON.stringify(record(0))}, changes, sequence);
        process.stdout.write(sequence + "\\n");
      }`;
    const stripTypes = new URL("strip-types.mjs", import.meta.url).href;
    const child = spawn(process.execPath, ["--import", stripTypes, "--input-type=module", "-e", program], {
      cwd: new URL("../../..", import.meta.url).pathname,
    });
    let told = "";
    let failed = "";
    child.stderr.on("data", (text) => {
      failed += text;
    });
    await new Promise<void>((resolve) => {
      child.stdout.on("data", (text) => {
        told += text;
        if (told.split("\n").length > 5) child.kill("SIGKILL");
      });
      child.on("exit", () => resolve());
    });
    const last = Number(told.trimEnd().split("\n").at(-1));
    expect(last, failed).toBeGreaterThanOrEqual(5);
    const store = newStore(path);
    for (let sequence = 1; sequence <= last; sequence++) {
      expect(store.outcome(`key-${sequence}`)?.outcome).toBe("ACCEPTED");
      for (let i = 0; i < 20; i++) expect(store.sampleAt(i, sequence)).toBe(sequence);
    }
  }, 20_000);
});

describe("what is refused (S2)", () => {
  test("the folder of another district", async () => {
    const path = folder();
    await new Store(path, "altstadt").close();
    expect(() => new Store(path, "neustadt")).toThrow(/belongs to the district altstadt, not to neustadt/);
  });

  test("records of a newer version", async () => {
    const path = folder();
    await new Store(path, "test").close();
    const root = open({ path: join(path, "world.lmdb"), maxDbs: 16 });
    const meta = root.openDB<{ version: number; district: string }, string>({ name: "meta", encoding: "msgpack" });
    meta.putSync("world", { ...meta.get("world")!, version: 999 });
    await root.close();
    expect(() => new Store(path, "test")).toThrow(/records of version 999/);
  });
});

describe("numbers of points", () => {
  test("are given out once, kept over a restart, and never twice, however they are asked for", async () => {
    const path = folder();
    const first = new Store(path, "test");
    await first.numberPoints(["a", "b", "a", "c"]);
    const before = ["a", "b", "c"].map((name) => first.pointNumber(name));
    expect(new Set(before).size).toBe(3);
    await first.close();
    const store = newStore(path);
    await store.numberPoints(["d", "b", "e"]);
    expect(["a", "b", "c"].map((name) => store.pointNumber(name))).toEqual(before);
    expect(new Set(["a", "b", "c", "d", "e"].map((name) => store.pointNumber(name))).size).toBe(5);
    expect(store.pointNumber("f")).toBeUndefined();
  });
});

describe("the outbox", () => {
  test("comes back in the order of (sequence, index), of one partition only, without what was sent", async () => {
    const store = newStore();
    const out = { kind: "alarm", alarm } as const;
    const places = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 2 ** 33 }), fc.integer({ min: 0, max: 300 })), {
      selector: ([sequence, index]) => `${sequence}-${index}`,
      minLength: 1,
      maxLength: 40,
    });
    const all = fc.sample(places, 1)[0]!;
    for (const partition of ["lv", "lv-2", "l"]) {
      const changes = new Changes();
      for (const [sequence, index] of all) changes.outbox.push({ sequence, index, out });
      await store.commit(partition, record(1), changes, START_MS);
    }
    const sorted = [...all].sort(([a, i], [b, j]) => a - b || i - j);
    const places2 = (partition: string) => store.outbox(partition).map(({ sequence, index }) => [sequence, index]);
    expect(places2("lv")).toEqual(sorted);
    await store.sent("lv", store.outbox("lv").slice(0, -1));
    expect(places2("lv")).toEqual(sorted.slice(-1));
    expect(places2("lv-2")).toEqual(sorted);
    expect(places2("l")).toEqual(sorted);
  });
});

test("the journal gives a twin's last entries, oldest first, and nobody else's", async () => {
  const store = newStore();
  for (const sequence of [1, 2, 300]) {
    const changes = new Changes(sequence);
    const world = something().world;
    for (const n of [1, 2]) changes.moved(world.twin(METER), START_MS, `cause ${sequence}.${n}`, "a", "b");
    const why = { event: "tick" } as const;
    const other = { sequence, index: 2, of: "state", cause: "other", before: "", after: "", revision: 1, why } as const;
    changes.journal.push({ twin: `${METER}0`, at: 0, ...other });
    await store.commit("meters", record(sequence), changes, START_MS);
  }
  const causes = (last: number) => store.past.journal(METER, last).map(({ cause }) => cause);
  expect(causes(3)).toEqual(["cause 2.2", "cause 300.1", "cause 300.2"]);
  expect(causes(100)).toHaveLength(6);
});

test("outcomes are forgotten when they are too old, all of them, and stale alarms with them", async () => {
  const store = newStore();
  const changes = new Changes();
  for (let i = 0; i < 500; i++) changes.outcomes.set(`old-${i}`, accepted);
  changes.alarms.set(alarm.id, alarm);
  const kept = { ...alarm, id: `${METER}/SILENT/8` };
  changes.alarms.set(kept.id, kept);
  await store.commit("lv", record(1), changes, START_MS);
  const young = new Changes();
  young.outcomes.set("young", accepted);
  await store.commit("lv", record(2), young, START_MS + 1);
  await store.prune(START_MS + OUTCOME_RETENTION_MS + 1, [alarm.id]);
  for (let i = 0; i < 500; i++) expect(store.outcome(`old-${i}`)).toBeUndefined();
  expect(store.outcome("young")).toMatchObject(accepted);
  expect(store.alarms().map(({ id }) => id)).toEqual([kept.id]);
});

test("a suspect sample keeps its value for the identity of readings", async () => {
  const store = newStore();
  const changes = new Changes();
  changes.samples.add(3, START_MS, 9e9, SUSPECT);
  changes.samples.add(3, -5, 1, GOOD);
  await store.commit("lv", record(1), changes, START_MS);
  expect(store.sampleAt(3, START_MS)).toBe(9e9);
  expect(store.sampleAt(3, -5)).toBe(1);
  expect(store.sampleAt(3, START_MS + 1)).toBeUndefined();
  expect(store.sampleAt(4, START_MS)).toBeUndefined();
});
