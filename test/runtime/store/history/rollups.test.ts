// Roll-ups: what old samples leave behind answers windows as the samples did, and quarter-hour series come back as they were.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { open, type RootDatabase } from "lmdb";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { AGGREGATES, type SampleView } from "../../../../runtime/history-views.ts";
import { GOOD, SUSPECT } from "../../../../runtime/live/page.ts";
import { RAW_RETENTION_MS } from "../../../../runtime/live/samples.ts";
import { ROLLUP_RETENTION_MS } from "../../../../runtime/store/history/merging.ts";
import { History } from "../../../../runtime/store/history.ts";
import { LocalDays } from "../../../../runtime/store/local-days.ts";

const MINUTE_MS = 60_000;
const QUARTER_MS = 15 * MINUTE_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** A day on which Berlin's clock goes forward. */
const START = Date.parse("2024-03-31T00:00Z");
const LATER = START + RAW_RETENTION_MS + 90 * DAY_MS;

const folder = mkdtempSync(join(tmpdir(), "quartier-rollups-"));
const roots: RootDatabase[] = [];
let root: RootDatabase;
let history: History;

beforeEach(() => {
  root = open({ path: join(folder, `${roots.length}.lmdb`), maxDbs: 5 });
  roots.push(root);
  history = new History(root);
});

afterAll(async () => {
  for (const each of roots) await each.close();
  rmSync(folder, { recursive: true });
});

type Row = [at: number, value: number, quality?: number];

/** Commits samples of point 1 and merges them into blocks, at a world time. */
async function put(rows: readonly Row[], nowMs: number): Promise<void> {
  const columns = {
    length: rows.length,
    number: rows.map(() => 1),
    at: rows.map(([at]) => at),
    value: rows.map(([, value]) => value),
    quality: rows.map(([, , quality]) => quality ?? GOOD),
  };
  await root.childTransaction(() => history.put(history.segmentsOf(columns)));
  await history.keepUp(nowMs);
  await history.compact();
}

const rawBlocks = () => root.openDB({ name: "history-blocks", encoding: "binary", keyEncoding: "binary" }).getCount();
const series = (count: number, stepMs: number, value: (i: number) => number): Row[] =>
  Array.from({ length: count }, (_, i) => [START + i * stepMs, value(i)]);
const raw = () => history.read(1, START, LATER, undefined);

/** Equal but for the rounding of a sum. */
function expectClose(found: SampleView[] | undefined, wanted: SampleView[] | undefined): void {
  expect(found?.map(({ at, count }) => [at, count])).toEqual(wanted?.map(({ at, count }) => [at, count]));
  for (const [i, { value }] of found!.entries()) expect(value).toBeCloseTo(wanted![i]!.value, 6);
}

describe("after their retention", () => {
  test("samples of a minute are quarter-hours, and every window of them and their multiples is what it was (H3, E4)", async () => {
    const rows = series(8_192, MINUTE_MS, (i) => Math.round(1000 * Math.sin(i / 50)) / 10);
    await put(rows, START);
    const requests = [QUARTER_MS, 4 * QUARTER_MS, DAY_MS, undefined].flatMap((lengthMs) =>
      AGGREGATES.map((aggregate) => ({ lengthMs, aggregate, days: new LocalDays("Europe/Berlin") })),
    );
    const ask = () => requests.map((request) => history.read(1, START, START + 20 * DAY_MS, request));
    const before = ask();
    await put([[LATER, 1]], LATER);
    expect(rawBlocks()).toBe(1);
    for (const [i, found] of ask().entries()) expectClose(found, before[i]);
    const left = raw()!;
    expect(left.length).toBeLessThan(8_192 / 15 + 300);
    expect(left.reduce((sum, { count }) => sum + count, 0)).toBe(8_192);
    expect(left[0]!.count).toBe(15);
    expect(history.last(1, START + QUARTER_MS - 1)).toMatchObject({ at: START, value: rows[0]![1] });
    expect(history.at(1, START)?.value).toBe(rows[0]![1]);
    expect(history.at(1, START + MINUTE_MS)).toBeUndefined();
  });

  test("samples of a quarter-hour or more are there as they were, bit for bit, wherever in it they lie (U1)", async () => {
    const noise = fc.sample(fc.double({ noNaN: true }), { numRuns: 1_000, seed: 1 });
    const rows = series(1_000, QUARTER_MS, (i) => noise[i]!).map(
      ([at, value], i): Row => [at + ((i * 7919) % 600_000), value],
    );
    await put(rows, START);
    const before = raw();
    await put([[LATER, 1]], LATER);
    expect(rawBlocks()).toBeLessThan(3);
    expect(raw()).toEqual(before);
    for (const [at, value] of rows) expect(history.at(1, at)?.value).toBe(value);
  });

  test("suspect ones leave nothing behind, and a point without newer samples keeps all", async () => {
    await put(
      series(512, QUARTER_MS, (i) => i).map(([at, value], i): Row => [at, value, i % 2 ? SUSPECT : GOOD]),
      LATER,
    );
    expect(rawBlocks()).toBe(2);
    await put([[LATER, 1]], LATER);
    expect(rawBlocks()).toBe(1);
    expect(raw()?.map(({ value }) => value)).toEqual(Array.from({ length: 256 }, (_, i) => 2 * i));
  });

  test("a sample of the future makes nobody old", async () => {
    await put(
      series(512, MINUTE_MS, (i) => i),
      START + DAY_MS,
    );
    await put([[LATER, 1]], START + DAY_MS);
    expect(raw()).toHaveLength(512);
  });
});

describe("late samples", () => {
  test("come between quarter-hours that were rolled up, correct single ones, and are not added to closed ones (U2)", async () => {
    await put([...series(1_024, QUARTER_MS, () => 1), [START + 60_000, 3]].sort(([a], [b]) => a! - b!) as Row[], START);
    await put([[LATER, 1]], LATER);
    const [closed, single, gap] = [START, START + 2 * QUARTER_MS, START - DAY_MS];
    await put(
      [
        [closed + 120_000, 100],
        [single, 7],
        [gap, 9],
      ],
      LATER,
    );
    expect([closed, single, gap].map((at) => history.closed(1, at, at + 1)(at + 1))).toEqual([true, false, false]);
    // Until they are merged, too.
    const counts = () => history.read(1, gap, START + 3 * QUARTER_MS, undefined)?.map(({ count }) => count);
    expect(counts()).toEqual([1, 2, 1, 1]);
    // Late ones only do not make a point older.
    expect(rawBlocks()).toBe(1);
    await put([[LATER + DAY_MS, 1]], LATER + DAY_MS);
    const found = history.read(1, gap, START + 3 * QUARTER_MS, undefined);
    expect(found?.map(({ at, value, count }) => [at, value, count])).toEqual([
      [gap, 9, 1],
      [START, 2, 2],
      [START + QUARTER_MS, 1, 1],
      [single, 7, 1],
    ]);
  });
});

test("quarter-hours are forgotten after their retention, in whole records", async () => {
  await put(
    series(4_096, QUARTER_MS, (i) => i),
    START,
  );
  await put([[LATER, 1]], LATER);
  expect(raw()).toHaveLength(4_096);
  const end = START + ROLLUP_RETENTION_MS + 4_097 * QUARTER_MS;
  await put(
    Array.from({ length: 300 }, (_, i): Row => [end - RAW_RETENTION_MS - 40 * DAY_MS + i * 60_000, i]),
    end,
  );
  await put([[end, 1]], end);
  expect(raw()).toEqual([]);
});
