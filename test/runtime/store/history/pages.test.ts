// Pages: all samples of a point, some at a time, from the tail, blocks and roll-ups, as a plain map has them.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { open, type RootDatabase } from "lmdb";
import { afterAll, beforeAll, expect, test } from "vitest";
import { GOOD, SUSPECT } from "../../../../runtime/live/page.ts";
import { RAW_RETENTION_MS } from "../../../../runtime/live/samples.ts";
import type { Sample } from "../../../../runtime/store/history/run.ts";
import { History } from "../../../../runtime/store/history.ts";

const DAY_MS = 86_400_000;
const START = Date.UTC(2024, 0, 1);
const LATER = START + RAW_RETENTION_MS + 90 * DAY_MS;

let folder: string;
let root: RootDatabase;
let history: History;
let points = 1;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "quartier-pages-"));
  root = open({ path: join(folder, "history.lmdb"), maxDbs: 5 });
  history = new History(root);
});

afterAll(async () => {
  await root.close();
  rmSync(folder, { recursive: true });
});

async function put(point: number, samples: readonly Sample[]): Promise<void> {
  await root.childTransaction(() =>
    history.put(
      history.segmentsOf({
        length: samples.length,
        number: samples.map(() => point),
        at: samples.map(({ at }) => at),
        value: samples.map(({ value }) => value),
        quality: samples.map(({ quality }) => quality),
      }),
    ),
  );
}

function paged(point: number, from: number, to: number, limit: number): Sample[] {
  const all: Sample[] = [];
  for (let next = from; next < to; ) {
    const page = history.page(point, next, to, limit);
    expect(page.length).toBeLessThanOrEqual(limit);
    all.push(...page);
    next = page.length === limit ? page.at(-1)!.at + 1 : to;
  }
  return all;
}

test("give each sample once, in order, suspect ones too, whatever was corrected and wherever it lies", async () => {
  const sample = fc.record({
    at: fc.integer({ min: 0, max: 700 }).map((minute) => START + minute * 60_000),
    value: fc.integer({ min: 0, max: 3 }),
    quality: fc.constantFrom(GOOD, SUSPECT),
  });
  const commit = fc.record({ samples: fc.array(sample, { maxLength: 300 }), thenCompact: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(commit, { maxLength: 5 }), fc.integer({ min: 1, max: 60 }), async (commits, limit) => {
      const point = points++;
      const all = new Map<number, Sample>();
      for (const { samples, thenCompact } of commits) {
        await put(point, samples);
        for (const each of samples) all.set(each.at, each);
        if (thenCompact) await history.compact();
      }
      const inOrder = [...all.values()].sort((a, b) => a.at - b.at);
      expect(paged(point, START - 1e12, LATER, limit)).toEqual(inOrder);
      const [from, to] = [START + 3_600_000, START + 7_200_000];
      expect(paged(point, from, to, limit)).toEqual(inOrder.filter(({ at }) => at >= from && at < to));
    }),
    { numRuns: 60 },
  );
});

test("of what was rolled up give the quarter-hours' means, and a late sample of the same time in its place", async () => {
  const point = points++;
  const minutes = Array.from({ length: 9_000 }, (_, i) => ({ at: START + i * 60_000, value: i, quality: GOOD }));
  await put(point, minutes);
  await history.compact();
  await put(point, [{ at: LATER, value: 1, quality: GOOD }]);
  await history.keepUp(LATER);
  await history.compact();
  const means = paged(point, START, LATER, 37);
  const rolledUp = means.filter((_, i) => (means[i + 1]?.at ?? 0) - means[i]!.at === 15 * 60_000);
  expect(rolledUp.length).toBeGreaterThan(400);
  for (const { at, value } of rolledUp) expect(value).toBe((at - START) / 60_000 + 7);
  expect(means).toEqual(paged(point, START, LATER, 5_000));
  await put(point, [{ at: START, value: -1, quality: SUSPECT }]);
  expect(paged(point, START, LATER, 37)).toEqual([{ at: START, value: -1, quality: SUSPECT }, ...means.slice(1)]);
});
