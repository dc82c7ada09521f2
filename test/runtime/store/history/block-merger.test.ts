// Block merger: whatever comes in whatever order, the blocks of a point do not overlap, hold each sample once, and few of them are small.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { open, type RootDatabase } from "lmdb";
import { afterAll, beforeAll, expect, test } from "vitest";
import { GOOD } from "../../../../runtime/live/page.ts";
import { blockHead, decodeBlock } from "../../../../runtime/store/history/block.ts";
import { BlockMerger } from "../../../../runtime/store/history/block-merger.ts";
import { keyOf } from "../../../../runtime/store/history/keys.ts";
import { Run } from "../../../../runtime/store/history/run.ts";
import { historyDbs } from "../../../../runtime/store/history.ts";

let folder: string;
let root: RootDatabase;
let points = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "quartier-blocks-"));
  root = open({ path: join(folder, "history.lmdb"), maxDbs: 5 });
});

afterAll(async () => {
  await root.close();
  rmSync(folder, { recursive: true });
});

const blocksDb = () => historyDbs(root).blocks;

async function mergeAll(merger: BlockMerger, point: number, samples: ReadonlyMap<number, number>): Promise<void> {
  const run = new Run();
  for (const [at, value] of [...samples].sort(([a], [b]) => a - b)) run.push(at, value, GOOD);
  await root.childTransaction(() => {
    for (let i = 0; i < run.length; ) i = merger.mergeStep(point, run, i);
  });
}

/** All blocks of a point. */
function read(point: number): { counts: number[]; bytes: number[]; samples: Map<number, number> } {
  const [counts, bytes]: [number[], number[]] = [[], []];
  const samples = new Map<number, number>();
  let last = Number.NEGATIVE_INFINITY;
  for (const { value } of blocksDb().getRange({ start: keyOf(point), end: keyOf(point + 1) })) {
    const run = new Run();
    decodeBlock(value, run);
    expect(run.at[0]).toBeGreaterThan(last);
    last = blockHead(value).last;
    counts.push(run.length);
    bytes.push(value.length);
    for (let i = 0; i < run.length; i++) samples.set(run.at[i]!, run.value[i]!);
  }
  return { counts, bytes, samples };
}

test("blocks hold what a map of times would, in order, by a merger that goes on or a new one (K1, K2, K3)", async () => {
  const portion = fc.record({
    from: fc.integer({ min: 0, max: 3_000 }),
    length: fc.integer({ min: 1, max: 700 }),
    stepMs: fc.integer({ min: 1, max: 5 }),
    isLate: fc.boolean(),
    isTwice: fc.boolean(),
    isNewMerger: fc.boolean(),
    digits: fc.integer({ min: 0, max: 17 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(portion, { minLength: 1, maxLength: 25 }), async (portions) => {
      const point = points++;
      const expected = new Map<number, number>();
      let merger = new BlockMerger(blocksDb());
      let end = 0;
      for (const { from, length, stepMs, isLate, isTwice, isNewMerger, digits } of portions) {
        if (isNewMerger) merger = new BlockMerger(blocksDb());
        const samples = new Map<number, number>();
        for (let i = 0; i < length; i++) {
          const at = (isLate ? from : end) + i * stepMs;
          samples.set(at, Number(Math.sin(at + length).toFixed(digits)));
        }
        for (const [at, value] of samples) expected.set(at, value);
        end = Math.max(end, ...samples.keys()) + 1;
        for (let times = isTwice ? 2 : 1; times > 0; times--) await mergeAll(merger, point, samples);
      }
      expect(read(point).samples).toEqual(expected);
    }),
    { numRuns: 60 },
  );
});

test("samples that come a few at a time end in full pages, and no more than eight small blocks wait (K2)", async () => {
  const point = points++;
  let merger = new BlockMerger(blocksDb());
  for (let i = 0; i < 1_000; i++) {
    // A start now and then.
    if (i % 111 === 0) merger = new BlockMerger(blocksDb());
    const few = Array.from({ length: 5 }, (_, k) => [(5 * i + k) * 1_000, i + k] as const);
    await mergeAll(merger, point, new Map(few));
    if (i % 50 === 0) expect(read(point).counts.filter((count) => count < 256).length).toBeLessThanOrEqual(8);
  }
  const { counts, bytes, samples } = read(point);
  expect(samples.size).toBe(5_000);
  expect(Math.max(...counts)).toBeGreaterThan(2_000);
  expect(Math.max(...bytes)).toBeLessThanOrEqual(4_050);
});

test("values that are no short decimals fill pages, too, though each portion is a full block before it has many samples (K2)", async () => {
  const point = points++;
  const merger = new BlockMerger(blocksDb());
  for (let i = 0; i < 40; i++) {
    const some = Array.from({ length: 150 }, (_, k) => [(150 * i + k) * 1_000, Math.sin(150 * i + k)] as const);
    await mergeAll(merger, point, new Map(some));
  }
  const { bytes, samples } = read(point);
  expect(samples.size).toBe(6_000);
  expect(bytes.filter((length) => length > 3_000).length).toBeGreaterThan(bytes.length / 2);
});
