// The store: what is told, and what a checkpoint has, is all there or not at all, and on disk when the promise resolves.

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { open } from "lmdb";
import { afterAll, describe, expect, test } from "vitest";
import { MAX_CLEARED_ALARMS } from "../../../runtime/alarm-book.ts";
import type { OutboxEntry } from "../../../runtime/live/changes.ts";
import type { Checkpoint } from "../../../runtime/live/checkpoint.ts";
import { type JournalEntry, Notes } from "../../../runtime/live/notes.ts";
import { GOOD, SUSPECT } from "../../../runtime/live/page.ts";
import { NO_RARE, rareText } from "../../../runtime/live/rare.ts";
import { Samples } from "../../../runtime/live/samples.ts";
import { OUTCOME_RETENTION_MS } from "../../../runtime/store/outcomes.ts";
import { damageOf } from "../../../runtime/store/damage.ts";
import { STORE_VERSION, Store } from "../../../runtime/store/store.ts";
import type { Told } from "../../../runtime/store/tellings.ts";
import type { AlarmView } from "../../../runtime/views.ts";
import { districtOf, frozen, meterOf, START_MS, saveAll, type TestWorld, worldOver } from "../live/harness.ts";

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
const STREAM = { stream: "LOG", created: "2026-01-01" };
const district = districtOf({ [METER]: meterOf("", { power: "W" }) }, []);
const accepted = { outcome: "ACCEPTED", code: "OK", reason: undefined, twin: METER, sequence: 2 } as const;
const alarm: AlarmView = {
  ...{ id: `${METER}/SILENT/7`, twin: METER, code: "SILENT", severity: "WARNING", message: "silent", state: "RAISED" },
  ...{ raisedAt: START_MS, acknowledgedAt: undefined, clearedAt: undefined, flapping: false },
};
const entry = (sequence: number, index = 0): OutboxEntry => ({ sequence, index, out: { kind: "alarm", alarm } });

const toldOf = (told: Partial<Told> = {}): Told => ({ upTo: 0, outbox: [], outcomes: new Map(), ...told });

function checkpointOf(parts: Partial<Checkpoint>, told: Partial<Told> = {}): Checkpoint & { told: Told } {
  const record = { position: 1, now: START_MS, awayMs: 0, born: 0, first: 0, exports: [], dead: [], seen: [] };
  const nothing = { pages: [], rares: [], samples: new Samples(), journal: new Notes(), alarms: [], births: [] };
  return { record, ...nothing, ...parts, told: toldOf({ upTo: parts.record?.position ?? 1, ...told }) };
}

/** A store in which a partition without twins has its place. */
async function storeWith(...partitions: string[]): Promise<Store> {
  const store = newStore();
  for (const partition of partitions) await store.enrol(partition, []);
  return store;
}

/** A meter that has read something, over a real store that knows nothing of it yet. */
async function something(store: Store): Promise<TestWorld> {
  const world = await worldOver(store, district);
  world.apply("meters", { type: "resumed", at: START_MS });
  world.apply("meters", { type: "readings", at: START_MS, entries: [[METER, [["power", START_MS, 4.25]]]] });
  const { changes } = world.partitions.get("meters")!;
  changes.decided("key", accepted);
  changes.alarm(alarm);
  return world;
}

describe("a checkpoint", () => {
  test("is there after the store was opened again: twins, history, alarms, outcomes, outbox, journal, position (S1)", async () => {
    const path = folder();
    const first = new Store(path, "test");
    const world = await something(first);
    await saveAll(world, first);
    await first.close();
    const store = newStore(path);
    const record = { ...world.partitions.get("meters")!.record(), stream: "meters", created: "1" };
    expect(store.partition("meters")).toEqual(record);
    expect(record.position).toBe(2);
    const woken = await worldOver(store, district);
    expect(frozen(woken)).toEqual(frozen(world));
    expect(woken.state(METER)).toBe("online.normal");
    expect(woken.twin(METER).value("power")).toBe(4.25);
    expect(store.history.at(woken.numberOf(METER, "power"), START_MS)?.value).toBe(4.25);
    expect(store.alarms()).toEqual([alarm]);
    expect(store.outcome("key")).toMatchObject(accepted);
    expect(store.outcomeOf("meters", "key")).toMatchObject(accepted);
    expect(store.outcomeOf("another", "key")).toBeUndefined();
    expect(store.outbox("meters").flat()).toEqual([entry(2, 0)]);
    expect(store.told("meters").upTo).toBe(2);
    expect(store.past.journal(METER, 10).map(({ cause }) => cause)).toEqual(["heard.raised"]);
    expect(store.partition("other")).toBeUndefined();
    expect(store.outcome("other")).toBeUndefined();
  });

  test.each(["pages", "rares", "samples", "journal", "alarms", "births", "told"] as const)(
    "that fails at its %s leaves nothing behind, and the store goes on (S1)",
    async (part) => {
      const store = newStore();
      const world = await something(store);
      const partition = world.partitions.get("meters")!;
      const torn = () => {
        const taken = { told: partition.takeNews(), ...partition.takeCheckpoint() };
        const fails = () => {
          throw new Error("the disk is full");
        };
        return Object.create(taken, { [part]: { get: fails } }) as typeof taken;
      };
      await expect(store.checkpoint("meters", STREAM, torn, START_MS)).rejects.toThrow("the disk is full");
      expect(store.partition("meters")).toBeUndefined();
      expect([...store.shelf("meters").pages()]).toEqual([]);
      expect(store.alarms()).toEqual([]);
      expect(store.outcome("key")).toBeUndefined();
      expect(store.outbox("meters")).toEqual([]);
      expect(store.told("meters").upTo).toBe(0);
      expect(store.past.journal(METER, 10)).toEqual([]);
      expect(store.past.bornMs(METER, "meters")).toBeUndefined();
      expect(store.history.at(world.numberOf(METER, "power"), START_MS)?.value).toBeUndefined();
      await store.checkpoint("meters", STREAM, () => checkpointOf({}), START_MS);
      expect(store.partition("meters")).toMatchObject({ position: 1, ...STREAM });
    },
  );

  test("takes away what is rare of a twin when there is none any more", async () => {
    const store = await storeWith("lv");
    const slots = () => [...store.shelf("lv").rares()].map(([slot]) => slot);
    const rares = [
      [0, rareText({ quarantined: "why" })],
      [9, rareText({ timers: [["overdue", START_MS]] })],
    ] as Checkpoint["rares"];
    await store.checkpoint("lv", STREAM, () => checkpointOf({ rares }), START_MS);
    expect(slots()).toEqual([0, 9]);
    expect(store.shelf("lv").rare(9)).toEqual({ timers: [["overdue", START_MS]] });
    await store.checkpoint("lv", STREAM, () => checkpointOf({ rares: [[9, NO_RARE]] }), START_MS);
    expect(slots()).toEqual([0]);
  });
});

describe("what is told", () => {
  test("is there after the store was opened again: what is to leave, outcomes, and up to where; the position stays (S3)", async () => {
    const path = folder();
    const first = new Store(path, "test");
    const told = { upTo: 7, outbox: [entry(5), entry(7)], outcomes: new Map([["key", accepted]]) };
    await first.tell("lv", () => told, START_MS);
    await first.close();
    const store = newStore(path);
    expect(store.told("lv").upTo).toBe(7);
    expect(store.told("mv").upTo).toBe(0);
    expect(store.partition("lv")).toBeUndefined();
    expect(store.outbox("lv")).toEqual([[entry(5), entry(7)]]);
    expect(store.outcome("key")).toMatchObject(accepted);
    expect(store.outcomeOf("lv", "key")).toMatchObject(accepted);
    expect(store.outcomeOf("mv", "key")).toBeUndefined();
  });

  test.each(["outbox", "outcomes", "upTo"] as const)("and fails at its %s leaves nothing behind", async (part) => {
    const store = newStore();
    const told = toldOf({ upTo: 7, outbox: [entry(5)], outcomes: new Map([["key", accepted]]) });
    const fails = () => {
      throw new Error("the disk is full");
    };
    const torn = Object.create(told, { [part]: { get: fails } }) as Told;
    await expect(store.tell("lv", () => torn, START_MS)).rejects.toThrow("the disk is full");
    expect([store.told("lv").upTo, store.outbox("lv"), store.outcome("key")]).toEqual([0, [], undefined]);
    await store.tell("lv", () => told, START_MS);
    expect(store.told("lv").upTo).toBe(7);
  });

  test("is never behind a checkpoint, also when that took along what waited to be told (S3)", async () => {
    const store = await storeWith("lv");
    await store.tell("lv", () => toldOf({ upTo: 3, outbox: [entry(3)] }), START_MS);
    const { record } = checkpointOf({});
    const at9 = { record: { ...record, position: 9 } };
    await store.checkpoint("lv", STREAM, () => checkpointOf(at9, { outbox: [entry(8)] }), START_MS);
    expect(store.told("lv").upTo).toBe(9);
    // A checkpoint in the midst of a replay does not make anything untold.
    await store.tell("lv", () => toldOf({ upTo: 11 }), START_MS);
    await store.checkpoint("lv", STREAM, () => checkpointOf({ record: { ...record, position: 10 } }), START_MS);
    expect(store.told("lv").upTo).toBe(11);
    // What was to be told went with the checkpoint: there is nothing left.
    await store.tell("lv", () => toldOf(), START_MS);
    expect(store.told("lv").upTo).toBe(11);
    expect(store.outbox("lv").flat()).toEqual([entry(3), entry(8)]);
    await store.tell("lv", () => toldOf({ upTo: 12, outbox: [entry(11)] }), START_MS);
    expect(store.told("lv").upTo).toBe(12);
  });
});

test("what was told, and what a checkpoint has, is on disk when it resolves: a process killed in that moment loses nothing of it", async () => {
  const path = folder();
  const url = (file: string) => JSON.stringify(new URL(`../../../runtime/${file}`, import.meta.url).href);
  const program = `
    import { Store } from ${url("store/store.ts")};
    import { Notes } from ${url("live/notes.ts")};
    import { Samples } from ${url("live/samples.ts")};
    const store = new Store(${JSON.stringify(path)}, "test");
    await store.enrol("lv", []);
    const record = ${JSON.stringify(checkpointOf({}).record)};
    for (let sequence = 1; ; sequence++) {
      const samples = new Samples();
      for (let i = 0; i < 20; i++) samples.add(i, sequence, sequence, 1);
      const outcomes = new Map([["key-" + sequence, { outcome: "ACCEPTED", code: "OK", twin: "t", sequence }]]);
      const told = { upTo: sequence, outbox: [], outcomes };
      if (sequence % 2) await store.tell("lv", () => told, sequence);
      const rest = { pages: [], rares: [], samples, journal: new Notes(), alarms: [], births: [], told };
      await store.checkpoint("lv", ${JSON.stringify(STREAM)}, () => ({ record: { ...record, position: sequence }, ...rest }), sequence);
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
  expect(store.partition("lv")!.position).toBeGreaterThanOrEqual(last);
  for (let sequence = 1; sequence <= last; sequence++) {
    expect(store.outcome(`key-${sequence}`)?.outcome).toBe("ACCEPTED");
    for (let i = 0; i < 20; i++) expect(store.history.at(i, sequence)?.value).toBe(sequence);
  }
}, 30_000);

describe("what is refused (S2)", () => {
  test("the folder of another district", async () => {
    const path = folder();
    await new Store(path, "altstadt").close();
    expect(() => new Store(path, "neustadt")).toThrow(/belongs to the district altstadt, not to neustadt/);
  });

  test.each([
    ["newer", STORE_VERSION + 1, "STORE_TOO_NEW"],
    ["older", STORE_VERSION - 1, "STORE_TOO_OLD"],
  ])("records of a %s version", async (_, version, code) => {
    const path = folder();
    await new Store(path, "test").close();
    const root = open({ path: join(path, "world.lmdb"), maxDbs: 16 });
    const meta = root.openDB<{ version: number; district: string }, string>({ name: "meta", encoding: "msgpack" });
    meta.putSync("world", { ...meta.get("world")!, version });
    await root.close();
    const refused = `has records of version ${version}; this program knows ${STORE_VERSION}`;
    expect(() => new Store(path, "test")).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(refused) }),
    );
  });
});

describe("what is damaged (V1)", () => {
  const damaged = (path: string) =>
    expect(() => new Store(path, "test")).toThrow(expect.objectContaining({ code: "STORE_DAMAGED" }));
  const world = (path: string) => join(path, "world.lmdb");

  test("a file that is none of LMDB's, or too short for it", () => {
    for (const bytes of [Buffer.from("hello"), Buffer.alloc(100_000), Buffer.alloc(5_000, "text ")]) {
      const path = folder();
      writeFileSync(world(path), bytes);
      damaged(path);
      expect(readFileSync(world(path))).toEqual(bytes);
    }
  });

  test("either of its first two pages; an empty file is as good as none", async () => {
    const path = folder();
    await new Store(path, "test").close();
    const whole = readFileSync(world(path));
    for (const [from, to] of [
      [0, 4_096],
      [4_096, 8_192],
    ] as const) {
      writeFileSync(world(path), Buffer.from(whole).fill(0, from, to));
      damaged(path);
    }
    writeFileSync(world(path), whole);
    await new Store(path, "test").close();
    writeFileSync(world(path), "");
    await new Store(path, "test").close();
  });

  test("what LMDB says of its pages has the code; anything else stays what it was", () => {
    for (const said of ["MDB_CORRUPTED: Located page was wrong type", "Unexpected end of MessagePack data"]) {
      const told = { code: "STORE_DAMAGED", message: `the store in x is damaged: ${said}` };
      expect(damageOf(new Error(said), "x")).toMatchObject(told);
    }
    const other = new Error("no");
    expect(damageOf(other, "x")).toBe(other);
  });
});

describe("the outbox", () => {
  test("comes back in the order in which it was told, of one partition only, without what was sent", async () => {
    const store = await storeWith("lv", "lv-2", "l");
    const sequences = fc.uniqueArray(fc.integer({ min: 1, max: 2 ** 33 }), { minLength: 2, maxLength: 40 });
    const indexes = fc.uniqueArray(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 4 });
    const ascending = (numbers: number[]) => numbers.sort((a, b) => a - b);
    const batches = fc
      .sample(sequences, 1)
      .flatMap(ascending)
      .map((sequence) => ascending(fc.sample(indexes, 1)[0]!).map((index) => entry(sequence, index)));
    for (const [i, outbox] of batches.entries()) {
      const told = toldOf({ upTo: outbox[0]!.sequence, outbox });
      for (const partition of ["lv", "lv-2", "l"]) {
        if (i % 3 === 0) await store.checkpoint(partition, STREAM, () => checkpointOf({}, told), START_MS);
        else await store.tell(partition, () => told, START_MS);
      }
    }
    expect(store.outbox("lv")).toEqual(batches);
    for (const batch of store.outbox("lv").slice(0, -1)) await store.sent("lv", batch);
    expect(store.outbox("lv")).toEqual(batches.slice(-1));
    expect(store.outbox("lv-2")).toEqual(batches);
    expect(store.outbox("l")).toEqual(batches);
  });
});

test("the journal gives a twin's last entries, oldest first, and nobody else's", async () => {
  const store = await storeWith("meters");
  for (const sequence of [1, 2, 300]) {
    const noted = (twin: string, index: number, cause: string): JournalEntry => ({
      ...{ twin, at: START_MS, sequence, index, of: "state", cause, before: "a", after: "b", revision: 1 },
      why: { event: "tick" },
    });
    const journal = [1, 2].map((n) => noted(METER, n, `cause ${sequence}.${n}`));
    journal.push(noted(`${METER}0`, 3, "other"));
    await store.checkpoint("meters", STREAM, () => checkpointOf({ journal: Notes.of(journal) }), START_MS);
  }
  const causes = (last: number) => store.past.journal(METER, last).map(({ cause }) => cause);
  expect(causes(3)).toEqual(["cause 2.2", "cause 300.1", "cause 300.2"]);
  expect(causes(100)).toHaveLength(6);
});

test("outcomes are forgotten while the program runs when they are too old: all of them, in steps, and nobody else's", async () => {
  const store = await storeWith("lv");
  const hourMs = 3_600_000;
  await store.keepUp(START_MS);
  const old = new Map(Array.from({ length: 1_300 }, (_, i) => [`old-${i}`, accepted] as const));
  await store.checkpoint("lv", STREAM, () => checkpointOf({}, { outcomes: old }), START_MS);
  await store.tell("lv", () => toldOf({ outcomes: new Map([["young", accepted]]) }), START_MS + hourMs);
  const left = () =>
    [...old.keys()].filter((id) => store.outcome(id)).length +
    [...old.keys()].filter((id) => store.outcomeOf("lv", id)).length;
  for (let i = 0; i < 10; i++) await store.keepUp(START_MS + OUTCOME_RETENTION_MS);
  expect(left()).toBe(2 * old.size);
  const counts: number[] = [];
  for (let i = 0; i < 6; i++) {
    await store.keepUp(START_MS + OUTCOME_RETENTION_MS + hourMs);
    counts.push(left());
  }
  expect(counts).toEqual([2_100, 1_600, 1_300, 800, 300, 0]);
  expect(store.outcome("young")).toMatchObject(accepted);
  expect(store.outcomeOf("lv", "young")).toMatchObject(accepted);
});

test.each([
  ["in chapters", false],
  ["moved into their tables", true],
])("rare records and alarms are there in their last form, %s", async (_, isMoved) => {
  const path = folder();
  const first = newStore(path);
  await first.enrol("lv", []);
  const rareOf = (n: number) => ({ timers: [[`timer-${n}`, START_MS + n]] as [string, number][] });
  const cleared = { ...alarm, state: "CLEARED", clearedAt: START_MS + 2 } as const;
  const kept = { ...alarm, id: `${METER}/OTHER/2`, code: "OTHER" };
  const again = { ...alarm, id: `${METER}/CODE/9`, raisedAt: START_MS + 5 };
  const checkpoints = [
    {
      alarms: [alarm, kept],
      rares: [
        [0, rareText(rareOf(1))],
        [9, rareText(rareOf(1))],
      ],
    },
    {
      alarms: [cleared],
      rares: [
        [9, NO_RARE],
        [4, rareText(rareOf(2))],
      ],
    },
    {
      alarms: [again],
      rares: [
        [4, rareText(rareOf(3))],
        [0, rareText(rareOf(3))],
      ],
    },
  ] as { alarms: AlarmView[]; rares: Checkpoint["rares"] }[];
  for (const { alarms, rares } of checkpoints) {
    await first.checkpoint("lv", STREAM, () => checkpointOf({ alarms, rares }), START_MS);
    if (isMoved) await first.chapters.compact();
  }
  await first.close();
  const store = newStore(path);
  const shelf = store.shelf("lv");
  expect(new Map(shelf.rares())).toEqual(
    new Map([
      [0, rareOf(3)],
      [4, rareOf(3)],
    ]),
  );
  expect([0, 4, 9].map((slot) => shelf.rare(slot))).toEqual([rareOf(3), rareOf(3), undefined]);
  const byId = (alarms: AlarmView[]) => [...alarms].sort((a, b) => (a.id < b.id ? -1 : 1));
  expect(byId(store.alarms())).toEqual(byId([cleared, kept, again]));
  const stood = (ms: number) => byId([...store.past.alarms(START_MS + ms)].flat()).map(({ id }) => id);
  expect(stood(0)).toEqual(byId([alarm, kept]).map(({ id }) => id));
  expect(stood(3)).toEqual([kept.id]);
  expect(byId(store.past.alarmsOf(METER, START_MS + 9)).map(({ id }) => id)).toEqual([again.id, kept.id]);
});

test("of cleared alarms the youngest are kept for a start, and those of the past for questions", async () => {
  const store = await storeWith("lv");
  const count = MAX_CLEARED_ALARMS + 2_000;
  for (let from = 0; from < count; from += 4_000) {
    const alarms = Array.from({ length: 4_000 }, (_, i): AlarmView => {
      const at = START_MS + from + i;
      return { ...alarm, id: `${METER}/CODE/${from + i + 1}`, raisedAt: at, state: "CLEARED", clearedAt: at + 1 };
    });
    await store.checkpoint("lv", STREAM, () => checkpointOf({ alarms }), START_MS);
    await store.chapters.compact();
  }
  const kept = store.alarms().map(({ raisedAt }) => raisedAt);
  expect(kept.length).toBeLessThan(MAX_CLEARED_ALARMS + 501);
  expect(Math.max(...kept)).toBe(START_MS + 6 * 4_000 - 1);
  expect(Math.min(...kept)).toBe(START_MS + 6 * 4_000 - kept.length);
  expect(store.past.alarmsOf(METER, START_MS + 5)).toHaveLength(1);
});

test("a suspect sample keeps its value for the identity of readings", async () => {
  const store = await storeWith("lv");
  const samples = new Samples();
  samples.add(3, START_MS, 9e9, SUSPECT);
  samples.add(3, -5, 1, GOOD);
  await store.checkpoint("lv", STREAM, () => checkpointOf({ samples }), START_MS);
  expect(store.history.at(3, START_MS)?.value).toBe(9e9);
  expect(store.history.at(3, -5)?.value).toBe(1);
  expect(store.history.at(3, START_MS + 1)?.value).toBeUndefined();
  expect(store.history.at(4, START_MS)?.value).toBeUndefined();
});

test("what the history has rolled up is known, whatever comes for it again: imported or late, and counted once (U2)", async () => {
  const store = newStore();
  const long = 500 * 86_400_000;
  const old = [START_MS - long, START_MS - long + 60_000];
  const all = [...old, START_MS];
  const imported = (world: TestWorld, times: readonly number[]) => {
    const rows = times.map((at): [string, number, number] => ["power", at, 5]);
    world.apply("meters", { type: "imported", at: START_MS, id: "file", entries: [[METER, rows]], moves: false });
    return world.partitions.get("meters")!.changes.importOf("file");
  };
  const first = await worldOver(store, district);
  first.apply("meters", { type: "resumed", at: START_MS });
  for (const some of [old, [START_MS]]) {
    expect(imported(first, some)).toMatchObject({ fresh: some.length, duplicates: 0 });
    await saveAll(first, store);
    await store.history.keepUp(START_MS);
    await store.history.compact();
  }
  const number = first.numberOf(METER, "power");
  const count = () => store.history.read(number, START_MS - long, START_MS, undefined)?.map((sample) => sample.count);
  expect(count(), "rolled up").toEqual([2]);
  const again = await worldOver(store, district);
  expect(imported(again, all)).toMatchObject({ fresh: 0, duplicates: 3, corrected: 0 });
  again.apply("meters", { type: "readings", at: START_MS, entries: [[METER, [["power", START_MS + 1, 6]]]] });
  again.apply("meters", { type: "readings", at: START_MS, entries: [[METER, [["power", old[1]! + 1, 7]]]] });
  expect(again.partitions.get("meters")!.changes.readings).toMatchObject({ applied: 1, late: 0, duplicates: 1 });
  await saveAll(again, store);
  expect(count()).toEqual([2]);
});
