// The upkeep process: the built program does the long work of a store beside it, and neither its end nor ours loses anything.

import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { getPriority, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";
import { type JournalEntry, Notes } from "../../runtime/live/notes.ts";
import { GOOD } from "../../runtime/live/page.ts";
import { Samples } from "../../runtime/live/samples.ts";
import { Store } from "../../runtime/store/store.ts";
import type { AlarmView } from "../../runtime/views.ts";

const PROGRAM = pathToFileURL(resolve(import.meta.dirname, "../../dist/program/store/upkeep-main.js"));
const STREAM = { stream: "LOG", created: "2026-01-01" };
const POINTS = 300;
const TWINS = 40;
const START_MS = 1_767_225_600_000;
const folders: string[] = [];
const stores: Store[] = [];

afterAll(async () => {
  for (const store of stores) await store.close();
  for (const path of folders) rmSync(path, { recursive: true, force: true });
});

async function newStore(program?: URL): Promise<Store> {
  const path = mkdtempSync(join(tmpdir(), "quartier-upkeep-"));
  folders.push(path);
  const store = new Store(path, "test", program);
  stores.push(store);
  await store.enrol("meters", []);
  return store;
}

/** A checkpoint with a sample of each point, and a transition and an alarm of each twin; the same for the same number. */
async function checkpoint(store: Store, n: number): Promise<void> {
  const at = START_MS + n * 60_000;
  const samples = new Samples();
  // Every fifth comes late, and changes what is there.
  for (let point = 0; point < POINTS; point++)
    samples.add(point, n % 5 === 4 ? at - 180_000 : at, n * point + 0.5, GOOD);
  const entries: JournalEntry[] = [];
  const alarms: AlarmView[] = [];
  for (let i = 0; i < TWINS; i++) {
    const twin = `meter:meters:m-${i}`;
    const change = {
      before: "online.normal",
      after: `online.${n}`,
      revision: n,
      cause: `LOG/${n}`,
      why: { event: "tick" },
    };
    entries.push({ twin, of: "state", at, sequence: n + 1, index: i, ...change } as JournalEntry);
    alarms.push({
      ...{ id: `${twin}/HIGH/${n + 1}`, twin, code: "HIGH", severity: "WARNING", message: "high", flapping: false },
      ...{ state: "CLEARED", raisedAt: at, acknowledgedAt: undefined, clearedAt: at + 30_000 },
    });
  }
  const record = { position: n + 1, now: at, awayMs: 0, born: 0, first: 0, exports: [], dead: [], seen: [] };
  const told = { upTo: n + 1, outbox: [], outcomes: new Map() };
  const parts = { record, pages: [], rares: [], samples, journal: Notes.of(entries), alarms, births: [], told };
  await store.checkpoint("meters", STREAM, () => parts, at);
}

/** All that there is of some points and twins, as questions about them are answered. */
function look(store: Store, checkpoints: number): unknown[] {
  const answers: unknown[] = [];
  const endMs = START_MS + checkpoints * 60_000;
  for (const point of [0, 17, POINTS - 1]) {
    answers.push(store.history.read(point, START_MS - 1, endMs, undefined));
    for (let at = START_MS; at < endMs; at += 7 * 60_000) answers.push(store.history.last(point, at));
  }
  for (const i of [0, TWINS - 1]) {
    const twin = `meter:meters:m-${i}`;
    answers.push(store.past.trace(twin, 1_000));
    for (let at = START_MS; at < endMs; at += 7 * 60_000) {
      const transition = store.past.transition(twin, at);
      answers.push([transition?.after, transition?.revision], store.past.alarmsOf(twin, at + 10_000));
    }
  }
  return answers;
}

function childOf(pid: number): number | undefined {
  const lines = execFileSync("ps", ["-eo", "pid=,ppid=,args="]).toString().split("\n");
  const child = lines
    .map((line) => line.trim().split(/\s+/))
    .find((words) => Number(words[1]) === pid && words.some((word) => word.endsWith("upkeep-main.js")));
  return child && Number(child[0]);
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((then) => setTimeout(then, 10));
}

test("what it merges and moves reads the same before, meanwhile and after, as if it had been done here", async () => {
  const [here, there] = [await newStore(), await newStore(PROGRAM)];
  let written = 0;
  for (let round = 0; round < 4; round++) {
    for (const end = written + 60; written < end; written++)
      for (const store of [here, there]) await checkpoint(store, written);
    await here.history.compact();
    await here.chapters.compact();
    const expected = look(here, written);
    expect(look(there, written)).toEqual(expected);
    let isDone = false;
    const work = Promise.all([there.history.compact(), there.chapters.compact()]).then(() => {
      isDone = true;
    });
    while (!isDone) {
      expect(look(there, written)).toEqual(expected);
      await new Promise(setImmediate);
    }
    await work;
    expect(look(there, written)).toEqual(expected);
    // What is merged is gone from where it waited.
    expect(there.history.read(17, START_MS, START_MS + written * 60_000, undefined)!.length).toBeGreaterThan(
      written / 2,
    );
  }
}, 60_000);

test("killed in the middle of its work it is started again, and all is there once", async () => {
  const [here, there] = [await newStore(), await newStore(PROGRAM)];
  for (let n = 0; n < 400; n++) for (const store of [here, there]) await checkpoint(store, n);
  const work = there.history.compact();
  await until(() => childOf(process.pid) !== undefined);
  const first = childOf(process.pid)!;
  // Whoever answers goes before it.
  await until(() => getPriority(first) > getPriority());
  process.kill(first, "SIGKILL");
  await work;
  expect(childOf(process.pid)).not.toBe(first);
  expect(look(there, 400)).toEqual(look(here, 400));
}, 60_000);

test("a program that cannot do it is an error with a name, after some attempts", async () => {
  const store = await newStore(new URL("file:///nowhere/upkeep-main.js"));
  await checkpoint(store, 0);
  await expect(store.history.compact()).rejects.toMatchObject({ code: "STORE_UPKEEP" });
});

test("it ends when the program ends, even by kill -9", async () => {
  const path = mkdtempSync(join(tmpdir(), "quartier-upkeep-"));
  folders.push(path);
  const script = `
    import { Store } from ${JSON.stringify(pathToFileURL(resolve(import.meta.dirname, "../../dist/runtime/store/store.js")).href)};
    const store = new Store(${JSON.stringify(path)}, "test", new URL(${JSON.stringify(PROGRAM.href)}));
    await store.history.compact();
    console.log("compacted");
    setInterval(() => {}, 1000);`;
  const program = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((then) => program.stdout.once("data", then));
  const child = childOf(program.pid!)!;
  expect(child).toBeGreaterThan(0);
  program.kill("SIGKILL");
  await until(() => {
    try {
      return !process.kill(child, 0);
    } catch {
      return true;
    }
  });
}, 20_000);
