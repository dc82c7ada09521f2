// Compactions: started when due, waited for when they cannot keep up, ended anywhere without loss, and told of when they fail.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { open, type RootDatabase } from "lmdb";
import { afterAll, beforeEach, expect, test } from "vitest";
import { GOOD } from "../../../../runtime/live/page.ts";
import { MAX_SEGMENT_SAMPLES } from "../../../../runtime/store/history/segment.ts";
import { History } from "../../../../runtime/store/history.ts";

const folder = mkdtempSync(join(tmpdir(), "quartier-compaction-"));
const roots: RootDatabase[] = [];
let root: RootDatabase;

beforeEach(() => {
  root = open({ path: join(folder, `${roots.length}.lmdb`), maxDbs: 5 });
  roots.push(root);
});

afterAll(async () => {
  for (const each of roots) await each.close();
  rmSync(folder, { recursive: true });
});

const segmentsLeft = () => root.openDB({ name: "history-segments", encoding: "binary" }).getCount();

/** One commit with one sample for each value, at 0, 1, 2 ... ms. */
async function put(history: History, point: number, values: readonly number[]): Promise<void> {
  const columns = {
    ...{ length: values.length, value: values, number: values.map(() => point), at: values.map((_, at) => at) },
    quality: values.map(() => GOOD),
  };
  await root.childTransaction(() => history.put(history.segmentsOf(columns)));
}

/** The environment as a killed program leaves it: after so many transactions nothing is written. */
function killedAfter(transactions: number): RootDatabase {
  let left = transactions;
  return new Proxy(root, {
    get(target, name) {
      if (name === "childTransaction" && left-- <= 0) return () => Promise.reject(new Error("killed"));
      const member: unknown = Reflect.get(target, name);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}

test("the last correction counts, whichever transaction of a compaction was the last before a crash (E2)", async () => {
  for (let point = 1; point <= 8; point++) {
    const history = new History(root);
    for (const value of [1, 2, 3]) await put(history, point, [value, value]);
    await new History(killedAfter(point - 1), { sliceMs: 0 }).compact().catch(() => {});
    const after = new History(root);
    expect(after.at(point, 1)?.value, `${point - 1} transactions`).toBe(3);
    await after.compact();
    expect(after.at(point, 1)?.value, `${point - 1} transactions`).toBe(3);
    expect(after.read(point, 0, 10, undefined)).toHaveLength(2);
  }
});

test("a full tail is merged by itself, and a commit waits while two of them are full (E3)", async () => {
  const history = new History(root, { tailSamples: 10, sliceMs: 0 });
  await put(history, 1, [1, 2, 3]);
  await history.keepUp(0);
  expect(segmentsLeft()).toBe(1);
  await put(history, 2, [1, 2, 3, 4, 5, 6, 7]);
  await history.keepUp(0);
  await put(history, 3, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  await history.keepUp(0);
  // The first compaction is through, the second goes on.
  await history.compact();
  expect(segmentsLeft()).toBe(0);
  for (const point of [1, 2, 3]) expect(history.at(point, 2)?.value).toBe(3);
});

test("a merge is given to others when all that it names can be read by them, the checkpoint that is just being written too (U1)", async () => {
  const seen: number[] = [];
  const hands = () => {
    seen.push(segmentsLeft());
    return { ended: Promise.resolve(true), hurry: () => {}, stop: () => {} };
  };
  const history = new History(root, { hands });
  await put(history, 1, [1]);
  const columns = { length: 1, number: [2], at: [0], value: [1], quality: [GOOD] };
  const written = root.batch(() => history.put(history.segmentsOf(columns)));
  await history.compact();
  expect(seen).toEqual([2]);
  await written;
});

test("samples of a checkpoint that failed are not there at the next start (the program stops before it)", async () => {
  const history = new History(root);
  const columns = { length: 1, number: [1], at: [5], value: [1], quality: [GOOD] };
  const failed = root.childTransaction(() => {
    history.put(history.segmentsOf(columns));
    throw new Error("no");
  });
  await expect(failed).rejects.toThrow("no");
  expect(new History(root).at(1, 5)).toBeUndefined();
  await put(new History(root), 1, [7]);
  expect(new History(root).read(1, 0, 10, undefined)).toEqual([{ at: 0, value: 7, count: 1 }]);
});

test("a compaction that fails is told at the next commit, and all it had is still read", async () => {
  const history = new History(killedAfter(2), { tailSamples: 3, sliceMs: 0 });
  await put(history, 1, [1, 2, 3]);
  await put(history, 2, [4]);
  await put(history, 3, [5]);
  await history.keepUp(0);
  await expect(history.compact()).rejects.toThrow("killed");
  await expect(history.keepUp(0)).rejects.toThrow("killed");
  for (const [point, value] of [
    [1, 1],
    [2, 4],
    [3, 5],
  ] as const)
    expect(history.at(point, 0)?.value).toBe(value);
});

test("closing ends a compaction between two slices; the next start goes on from there", async () => {
  const history = new History(root, { sliceMs: 0 });
  for (let point = 1; point <= 20; point++) await put(history, point, [point]);
  void history.compact();
  await history.close();
  expect(segmentsLeft()).toBeGreaterThan(0);
  const next = new History(root);
  for (let point = 1; point <= 20; point++) expect(next.at(point, 0)?.value).toBe(point);
  await next.compact();
  expect(segmentsLeft()).toBe(0);
  for (let point = 1; point <= 20; point++) expect(next.at(point, 0)?.value).toBe(point);
});

test("what was merged is not changed by what lies in its memory afterwards, nor what is being merged by what comes meanwhile", async () => {
  const history = new History(root, { tailSamples: 1 });
  const valueAt = (round: number, at: number) => 1_000_000 * round + at;
  const rounds = 4;
  for (let round = 1; round <= rounds; round++) {
    const values = Array.from({ length: 3 * MAX_SEGMENT_SAMPLES + 5 }, (_, at) => valueAt(round, at));
    await put(history, round, values);
    const merged = history.compact();
    // As long as one merge goes on, what comes beside it takes other memory; the next round takes what the merge set free.
    await put(history, rounds + round, values);
    await merged;
    for (const point of [...Array(round).keys()].flatMap((before) => [before + 1, rounds + before + 1])) {
      const of = point > rounds ? point - rounds : point;
      for (const at of [0, MAX_SEGMENT_SAMPLES - 1, MAX_SEGMENT_SAMPLES, values.length - 1])
        expect(history.at(point, at)?.value, `point ${point} at ${at} in round ${round}`).toBe(valueAt(of, at));
    }
  }
});
