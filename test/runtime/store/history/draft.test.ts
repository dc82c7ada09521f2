// Segments of a checkpoint that are prepared while samples are added, against those made all at once.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { open, type RootDatabase } from "lmdb";
import { afterAll, beforeAll, expect, test } from "vitest";
import { GOOD, SUSPECT } from "../../../../runtime/live/page.ts";
import { Samples } from "../../../../runtime/live/samples.ts";
import { History } from "../../../../runtime/store/history.ts";

let folder: string;
let root: RootDatabase;
let history: History;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "quartier-draft-"));
  root = open({ path: join(folder, "history.lmdb"), maxDbs: 5 });
  history = new History(root);
});

afterAll(async () => {
  await root.close();
  rmSync(folder, { recursive: true });
});

/** So many samples more, none of which is like another. */
function grow(samples: Samples, count: number, seed: number): void {
  for (let i = 0; i < count; i++) {
    const n = samples.length;
    samples.add((n * 7 + seed) % 1_000, seed + n, n / 3, n % 5 === 0 ? SUSPECT : GOOD);
  }
}

const bytesOf = (segments: readonly { bytes: Uint8Array }[]) => segments.map(({ bytes }) => Buffer.from(bytes));

test.each([
  ["many at a time", [100_000, 3, 70_000]],
  ["few at a time", [20_000, 20_000, 20_000, 20_000]],
  ["exactly full ones", [32_768, 32_768]],
  ["none that is full", [5]],
  ["none", [0]],
])("%s, they are the same, also when the memory is used again", (_, growths) => {
  const samples = new Samples();
  for (const seed of [1, 2, 3]) {
    samples.clear();
    const key = {};
    for (const count of growths) {
      grow(samples, count, seed);
      if (seed !== 2) history.draft(samples, key);
    }
    const segments = history.segmentsOf(samples, key);
    const whole = bytesOf(history.segmentsOf(samples));
    expect(bytesOf(segments).map((each, i) => each.equals(whole[i]!))).toEqual(whole.map(() => true));
    expect(segments.reduce((sum, { length }) => sum + length, 0)).toBe(samples.length);
    expect(segments.flatMap(({ at }) => [...at.slice(0, 1)]).every((at, i) => at === seed + 32_768 * i)).toBe(true);
  }
});

test("what was drafted for a checkpoint that was never made is not in another one", () => {
  const samples = new Samples();
  grow(samples, 40_000, 1);
  history.draft(samples, {});
  samples.clear();
  grow(samples, 50_000, 9);
  const segments = history.segmentsOf(samples, {});
  expect(segments.map(({ at }) => at[0])).toEqual([9, 9 + 32_768]);
});
