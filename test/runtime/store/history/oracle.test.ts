// History against a plain map of all samples: late ones, corrections and duplicates, compactions at any moment, restarts, crashes.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { open, type RootDatabase } from "lmdb";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ESTIMATED, GOOD, SUSPECT } from "../../../../runtime/live/page.ts";
import { decodeBlock } from "../../../../runtime/store/history/block.ts";
import { Run } from "../../../../runtime/store/history/run.ts";
import { History } from "../../../../runtime/store/history.ts";
import { LocalDays } from "../../../../runtime/store/local-days.ts";

const POINTS = [1, 2, 256];
const [FROM, TO] = [-3_000, 6_000];
const WINDOW_MS = 700;
/** Slices of one step each, so that crashes fall between as many transactions as there can be. */
const SMALL = { sliceMs: 0 };

/** A stretch of samples of one point: every `step` ms from `start`; `salt` makes their values. */
interface Stretch {
  point: number;
  start: number;
  step: number;
  count: number;
  salt: number;
}
type Kept = { value: number; quality: number };
type Oracle = Map<number, Map<number, Kept>>;

let folder: string;
let root: RootDatabase;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "quartier-oracle-"));
  root = open({ path: join(folder, "history.lmdb"), maxDbs: 5 });
});

afterAll(async () => {
  await root.close();
  rmSync(folder, { recursive: true });
});

async function put(history: History, oracle: Oracle, stretches: readonly Stretch[]): Promise<void> {
  const columns = { number: [] as number[], at: [] as number[], value: [] as number[], quality: [] as number[] };
  for (const { point, start, step, count, salt } of stretches) {
    const kept = oracle.get(point)!;
    for (let i = 0; i < count; i++) {
      const at = start + i * step;
      // Some are decimals and some are not; every eleventh is suspect.
      const value = salt % 2 === 0 ? ((i * 37 + salt) % 1000) / 10 : Math.sin(i + salt);
      const quality = (i + salt) % 11 === 0 ? SUSPECT : (i + salt) % 7 === 0 ? ESTIMATED : GOOD;
      kept.set(at, { value, quality });
      columns.number.push(point);
      columns.at.push(at);
      columns.value.push(value);
      columns.quality.push(quality);
    }
  }
  await root.childTransaction(() => history.put(history.segmentsOf({ length: columns.at.length, ...columns })));
}

/** The same environment, in which nothing can be written any more after so many transactions: the program was killed. */
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

function check(history: History, oracle: Oracle, [a, b]: [number, number]): void {
  const days = new LocalDays("UTC");
  for (const point of POINTS) {
    const all = [...oracle.get(point)!].sort(([x], [y]) => x - y);
    const inside = all.filter(([at, { quality }]) => at >= a && at < b && quality !== SUSPECT);
    const sampleOf = (at: number, value: number, count: number, isEstimated: boolean) => ({
      ...{ at, value, count },
      ...(isEstimated && { isEstimated }),
    });
    expect(history.read(point, a, b, undefined)).toEqual(
      inside.map(([at, { value, quality }]) => sampleOf(at, value, 1, quality === ESTIMATED)),
    );
    const windows = new Map<number, Kept[]>();
    for (const [at, kept] of inside) {
      // The window's start, cut by midnight and by the span that was asked for.
      const midnight = Math.floor(at / 86_400_000) * 86_400_000;
      const start = Math.max(a, midnight + Math.floor((at - midnight) / WINDOW_MS) * WINDOW_MS);
      windows.set(start, [...(windows.get(start) ?? []), kept]);
    }
    expect(history.read(point, a, b, { lengthMs: WINDOW_MS, aggregate: "SUM", days })).toEqual(
      [...windows].map(([at, kept]) => {
        const sum = kept.reduce((x, { value }) => x + value, 0);
        return sampleOf(
          at,
          sum,
          kept.length,
          kept.some(({ quality }) => quality === ESTIMATED),
        );
      }),
    );
    for (const at of [a, b, ...all.map(([time]) => time).filter((_, i) => i % 17 === 0)]) {
      const exact = oracle.get(point)!.get(at);
      expect(history.at(point, at)).toEqual(exact && { at, ...exact });
      const good = all.findLast(([time, { quality }]) => time <= at && quality !== SUSPECT);
      expect(history.lastGood(point, at)).toEqual(good && { at: good[0], ...good[1] });
      const latest = all.findLast(([time]) => time <= at);
      expect(history.last(point, at)).toEqual(latest && { at: latest[0], ...latest[1] });
    }
  }
}

/** K1, K2: blocks in order, without overlap, none empty, none too large. */
function checkBlocks(): void {
  const db = root.openDB<Buffer, Uint8Array>({ name: "history-blocks", encoding: "binary", keyEncoding: "binary" });
  let point = -1;
  let last = Number.NEGATIVE_INFINITY;
  for (const { key, value } of db.getRange({})) {
    const block = new Run();
    decodeBlock(value, block);
    const here = Buffer.from(key).readUInt32BE(0);
    if (here !== point) last = Number.NEGATIVE_INFINITY;
    point = here;
    expect(block.length).toBeGreaterThan(0);
    expect(block.length).toBeLessThanOrEqual(4_096);
    expect(value.length).toBeLessThanOrEqual(block.length > 256 ? 4_050 : 1_900);
    for (let i = 0; i < block.length; i++) {
      expect(block.at[i]).toBeGreaterThan(last);
      last = block.at[i]!;
    }
  }
}

const stretch = fc.record({
  point: fc.constantFrom(...POINTS),
  start: fc.integer({ min: FROM, max: TO }),
  step: fc.constantFrom(1, 2, 7, -1, -3),
  count: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 200, max: 700 })),
  salt: fc.integer({ min: 0, max: 50 }),
});
const step = fc.oneof(
  { weight: 5, arbitrary: fc.array(stretch, { maxLength: 4 }).map((stretches) => ({ put: stretches })) },
  { weight: 2, arbitrary: fc.constant("compact" as const) },
  { weight: 2, arbitrary: fc.constant("compact meanwhile" as const) },
  { weight: 1, arbitrary: fc.constant("restart" as const) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 8 }).map((transactions) => ({ crash: transactions })) },
);
const span = fc
  .tuple(fc.integer({ min: FROM - 2_000, max: TO }), fc.integer({ min: FROM, max: TO + 2_000 }))
  .map(([a, b]): [number, number] => [Math.min(a, b), Math.max(a, b)]);

test("whatever was put, in whatever order, with compactions, restarts and crashes in between, is read as from a map (E1, E2, K1, K2, K3)", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(step, span), { minLength: 1, maxLength: 12 }), async (steps) => {
      root.openDB({ name: "history-blocks", encoding: "binary", keyEncoding: "binary" }).clearSync();
      root.openDB({ name: "history-segments", encoding: "binary" }).clearSync();
      const oracle: Oracle = new Map(POINTS.map((point) => [point, new Map()]));
      let history = new History(root, SMALL);
      let meanwhile: Promise<void> = Promise.resolve();
      for (const [what, asked] of steps) {
        if (typeof what === "object" && "put" in what) await put(history, oracle, what.put);
        else if (what === "compact meanwhile") meanwhile = history.compact();
        else {
          await meanwhile;
          if (what === "compact") await history.compact();
          else if (what === "restart") history = new History(root, SMALL);
          else {
            const doomed = new History(killedAfter(what.crash), SMALL);
            await doomed.compact().catch(() => {});
            check(doomed, oracle, asked);
            history = new History(root, SMALL);
          }
        }
        check(history, oracle, asked);
      }
      await meanwhile;
      await history.compact();
      check(history, oracle, [FROM, TO]);
      checkBlocks();
      const segments = root.openDB({ name: "history-segments", encoding: "binary" });
      expect(segments.getCount()).toBe(0);
    }),
    { numRuns: 40, interruptAfterTimeLimit: 25_000, markInterruptAsFailure: true },
  );
}, 30_000);
