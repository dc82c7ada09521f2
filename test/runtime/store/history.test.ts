// History: samples in the order of time, raw or in windows, against a plain reckoning over all samples.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { open, type RootDatabase } from "lmdb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AGGREGATES, type Aggregate, type SampleView } from "../../../runtime/history-views.ts";
import { GOOD, SUSPECT } from "../../../runtime/live/page.ts";
import { History, MAX_SAMPLES } from "../../../runtime/store/history.ts";
import { LocalDays } from "../../../runtime/store/local-days.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const utc = (text: string) => Date.parse(`${text}Z`);

let folder: string;
let root: RootDatabase;
let history: History;
let points = 100;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "quartier-history-"));
  root = open({ path: join(folder, "history.lmdb"), maxDbs: 5 });
  history = new History(root);
});

afterAll(async () => {
  await root.close();
  rmSync(folder, { recursive: true });
});

type Put = Sample & { point: number };

/** One commit. */
async function put(to: History, env: RootDatabase, samples: readonly Put[]): Promise<void> {
  const columns = {
    length: samples.length,
    number: samples.map(({ point }) => point),
    at: samples.map(({ at }) => at),
    value: samples.map(({ value }) => value),
    quality: samples.map(({ suspect }) => (suspect ? SUSPECT : GOOD)),
  };
  await env.childTransaction(() => to.put(to.segmentsOf(columns)));
}

interface Sample {
  at: number;
  value: number;
  suspect: boolean;
}

/** Writes samples under a new point number; half of the points have theirs in blocks. */
async function write(samples: readonly Sample[]): Promise<number> {
  const point = points++;
  await put(
    history,
    root,
    samples.map((sample) => ({ point, ...sample })),
  );
  if (point % 2 === 0) await history.compact();
  return point;
}

const raw = (point: number, from: number, to: number) => history.read(point, from, to, undefined)!;

describe("samples", () => {
  test("come back in the order of time, before and after 1970, from the first moment to before the last", async () => {
    const times = [-8.64e15, -DAY_MS, -1, 0, 1, 255, 256, 65_536, utc("2026-01-01T00:00"), 8.64e15];
    const point = await write([...times].reverse().map((at, i) => ({ at, value: i, suspect: false })));
    expect(raw(point, -8.64e15, 8.64e15).map(({ at }) => at)).toEqual(times.slice(0, -1));
    expect(raw(point, -1, 256).map(({ at }) => at)).toEqual([-1, 0, 1, 255]);
    expect(raw(point, 2, 2)).toEqual([]);
    expect(raw(point, 5, 2)).toEqual([]);
  });

  test("are those of one point only, whatever is written next to it", async () => {
    const three: number[] = [];
    for (const value of [1, 2, 3]) three.push(await write([{ at: 0, value, suspect: false }]));
    expect(three.map((each) => raw(each, -8.64e15, 8.64e15).map(({ value }) => value))).toEqual([[1], [2], [3]]);
  });

  test("a correction replaces, a suspect one is left out and still known", async () => {
    const point = await write([
      { at: 0, value: 1, suspect: false },
      { at: 1, value: 9e9, suspect: true },
      { at: 0, value: 2, suspect: false },
    ]);
    expect(raw(point, 0, 10)).toEqual([{ at: 0, value: 2, count: 1 }]);
    expect(history.at(point, 1)).toEqual({ at: 1, value: 9e9, quality: SUSPECT });
  });

  test("numbers come back bit for bit", async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ noNaN: true }), async (value) => {
        const point = await write([{ at: 7, value, suspect: false }]);
        expect(Object.is(history.at(point, 7)?.value, value)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test("more than the limit are no answer", async () => {
    const point = await write(Array.from({ length: MAX_SAMPLES + 1 }, (_, i) => ({ at: i, value: i, suspect: false })));
    expect(history.read(point, 0, MAX_SAMPLES + 1, undefined)).toBeUndefined();
    expect(history.read(point, 0, MAX_SAMPLES, undefined)).toHaveLength(MAX_SAMPLES);
  });
});

const AGGREGATE_OF: Record<Aggregate, (values: number[]) => number> = {
  MEAN: (values) => values.reduce((a, b) => a + b, 0) / values.length,
  MIN: (values) => Math.min(...values),
  MAX: (values) => Math.max(...values),
  SUM: (values) => values.reduce((a, b) => a + b, 0),
  COUNT: (values) => values.length,
  FIRST: (values) => values[0]!,
  LAST: (values) => values.at(-1)!,
};

/** The local day of a zone that holds a time: found by asking its calendar minute by minute, back and forth. */
function dayAround(at: number, timezone: string): [number, number] {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone: timezone, dateStyle: "short" });
  const day = format.format(at);
  let start = Math.floor(at / MINUTE_MS) * MINUTE_MS;
  while (format.format(start - MINUTE_MS) === day) start -= MINUTE_MS;
  let end = start;
  while (format.format(end) === day) end += MINUTE_MS;
  return [start, end];
}

/** Windows reckoned from scratch: every sample is put in its window by itself. */
function windowsOf(
  samples: Sample[],
  from: number,
  to: number,
  lengthMs: number,
  aggregate: Aggregate,
  timezone: string,
): SampleView[] {
  const dayOf = cached((at: number) => dayAround(at, timezone));
  const windows = new Map<number, number[]>();
  const inOrder = samples.filter(({ at, suspect }) => !suspect && at >= from && at < to).sort((a, b) => a.at - b.at);
  for (const { at, value } of inOrder) {
    const [midnight] = dayOf(at);
    const start = lengthMs === DAY_MS ? midnight : midnight + Math.floor((at - midnight) / lengthMs) * lengthMs;
    const values = windows.get(Math.max(start, from)) ?? [];
    windows.set(Math.max(start, from), [...values, value]);
  }
  return [...windows].map(([at, values]) => ({ at, value: AGGREGATE_OF[aggregate](values), count: values.length }));
}

function cached(find: (at: number) => [number, number]): (at: number) => [number, number] {
  const known: [number, number][] = [];
  return (at) => {
    let day = known.find(([start, end]) => at >= start && at < end);
    if (!day) {
      day = find(at);
      known.push(day);
    }
    return day;
  };
}

describe("windows (H1, H2)", () => {
  test("equal a reckoning from scratch, for every aggregate, length and zone, over days on which the clock changes", async () => {
    const around: [zone: string, change: number][] = [
      ["Europe/Berlin", utc("2026-03-29T01:00")],
      ["Europe/Berlin", utc("2026-10-25T01:00")],
      ["America/Sao_Paulo", utc("2018-11-04T03:00")],
      ["America/Sao_Paulo", utc("2018-02-18T02:00")],
      ["Africa/Cairo", utc("2023-04-27T22:00")],
      ["Asia/Kolkata", utc("2026-03-29T01:00")],
      ["Asia/Tehran", utc("2021-03-21T20:30")],
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...around),
        fc.constantFrom(MINUTE_MS, 15 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS, 7 * HOUR_MS, DAY_MS),
        fc.constantFrom(...AGGREGATES),
        fc.uniqueArray(
          fc.record({
            at: fc.integer({ min: -36 * 60, max: 36 * 60 }),
            value: fc.integer({ min: -100, max: 100 }),
            suspect: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
          }),
          { selector: ({ at }) => at, maxLength: 40 },
        ),
        fc.integer({ min: -30 * 60, max: 0 }),
        fc.integer({ min: 0, max: 30 * 60 }),
        async ([zone, change], lengthMs, aggregate, minutes, fromMin, toMin) => {
          const samples = minutes.map(({ at, ...sample }) => ({ ...sample, at: change + at * MINUTE_MS }));
          const point = await write(samples);
          const [from, to] = [change + fromMin * MINUTE_MS, change + toMin * MINUTE_MS];
          const found = history.read(point, from, to, { lengthMs, aggregate, days: new LocalDays(zone) });
          expect(found).toEqual(windowsOf(samples, from, to, lengthMs, aggregate, zone));
        },
      ),
      { numRuns: 150 },
    );
  });

  test.each([
    ["of 23 hours when the clock goes forward", "2026-03-28T23:00", 23],
    ["of 25 hours when it goes back", "2026-10-24T22:00", 25],
  ])("of a day are days of Berlin: %s", async (_, start, hours) => {
    const samples = Array.from({ length: 72 }, (_, hour) => ({
      at: utc(start) + (hour - 24) * HOUR_MS,
      value: 1,
      suspect: false,
    }));
    const point = await write(samples);
    const days = new LocalDays("Europe/Berlin");
    const found = history.read(point, utc(start) - DAY_MS, utc(start) + 2 * DAY_MS, {
      lengthMs: DAY_MS,
      aggregate: "SUM",
      days,
    });
    expect(found?.slice(0, 2)).toEqual([
      { at: utc(start) - DAY_MS, value: 24, count: 24 },
      { at: utc(start), value: hours, count: hours },
    ]);
  });

  test("without a sample are not there, and one without good samples is none", async () => {
    const point = await write([
      { at: 0, value: 1, suspect: false },
      { at: 2 * HOUR_MS, value: 9e9, suspect: true },
      { at: 5 * HOUR_MS, value: 3, suspect: false },
    ]);
    const days = new LocalDays("UTC");
    expect(history.read(point, 0, DAY_MS, { lengthMs: HOUR_MS, aggregate: "MEAN", days })).toEqual([
      { at: 0, value: 1, count: 1 },
      { at: 5 * HOUR_MS, value: 3, count: 1 },
    ]);
  });

  test("without a length gather the whole span in one", async () => {
    const point = await write([1, 2, 3].map((value) => ({ at: value * DAY_MS, value, suspect: false })));
    const window = { lengthMs: undefined, aggregate: "SUM", days: new LocalDays("UTC") } as const;
    expect(history.read(point, 5, 10 * DAY_MS, window)).toEqual([{ at: 5, value: 6, count: 3 }]);
  });
});
