// Blocks: what is decoded is what was encoded, and regular series of short decimals take few bytes.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { blockHead, decodeBlock, encodeBlock } from "../../../../runtime/store/history/block.ts";
import { Run } from "../../../../runtime/store/history/run.ts";

type Row = [at: number, value: number, quality: number];

const MAX_TIME = 8.64e15;

function runOf(rows: readonly Row[]): Run {
  const run = new Run();
  for (const row of rows) run.push(...row);
  return run;
}

function rowsOf(run: Run): Row[] {
  return Array.from({ length: run.length }, (_, i) => [run.at[i]!, run.value[i]!, run.quality[i]!]);
}

function roundTrip(rows: readonly Row[]): Row[] {
  const back = new Run();
  decodeBlock(encodeBlock(runOf(rows), 0, rows.length), back);
  return rowsOf(back);
}

const times = fc.oneof(
  fc.uniqueArray(fc.integer({ min: -MAX_TIME, max: MAX_TIME }), { minLength: 1, maxLength: 60 }),
  fc.uniqueArray(fc.integer({ min: -100, max: 100 }), { minLength: 1, maxLength: 60 }),
  fc
    .tuple(fc.integer({ min: -1e12, max: 2e12 }), fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: 1, max: 300 }))
    .map(([start, step, count]) => Array.from({ length: count }, (_, i) => start + i * step)),
);
const numbers = fc.oneof(
  fc.constant(fc.double()),
  fc.constant(fc.double({ min: -1e3, max: 1e3, noNaN: true })),
  fc.constant(fc.integer({ min: -1e6, max: 1e6 }).map((n) => n / 1000)),
  fc.constant(fc.integer({ min: -2, max: 2 })),
  fc.constant(fc.constantFrom(0, -0, 5e-324, -5e-324, Number.MAX_VALUE, -Number.MAX_VALUE, Infinity, -Infinity, 0.1)),
  fc.constant(fc.constantFrom(0, 2 ** 50, -(2 ** 50), 2 ** 53, 2 ** 53 + 2, 1e-12, 1e-13, 0.1 + 0.2, 1 / 3)),
);

const rows = fc
  .tuple(times, numbers)
  .chain(([at, number]) =>
    fc.tuple(
      fc.constant(at.sort((a, b) => a - b)),
      fc.array(number, { minLength: at.length, maxLength: at.length }),
      fc.array(fc.integer({ min: 0, max: 3 }), { minLength: at.length, maxLength: at.length }),
    ),
  )
  .map(([at, values, qualities]) => at.map((time, i): Row => [time, values[i]!, qualities[i]!]));

test("a block gives back every time, value and quality, bit for bit, whatever they are (B1)", () => {
  fc.assert(
    fc.property(rows, (given) => {
      // toEqual tells 0 from -0 and takes NaN for NaN.
      expect(roundTrip(given)).toEqual(given);
    }),
    { numRuns: 400 },
  );
});

test("a block of a part of a run holds that part, and its head says how many and from when to when", () => {
  const run = runOf(Array.from({ length: 50 }, (_, i): Row => [i * 10, i / 4, 1]));
  const bytes = encodeBlock(run, 7, 20);
  const back = new Run();
  back.push(1, 2, 3);
  decodeBlock(bytes, back);
  expect(rowsOf(back)).toEqual([[1, 2, 3], ...rowsOf(run).slice(7, 20)]);
  expect(blockHead(bytes)).toMatchObject({ count: 13, first: 70, last: 190 });
});

describe("in bytes (B2)", () => {
  const bytes = (value: (i: number) => number, at = (i: number) => i * 900_000) =>
    encodeBlock(runOf(Array.from({ length: 256 }, (_, i): Row => [at(i), value(i), 1])), 0, 256).length;

  test("a series that stands still takes next to nothing", () => {
    expect(bytes(() => 230.1)).toBeLessThan(40);
  });

  test("a register that counts in hundredths takes a byte or two for each reading", () => {
    let kwh = 1204.25;
    expect(
      bytes((i) => {
        kwh += 0.25 + (i % 7) / 100;
        return Math.round(kwh * 100) / 100;
      }),
    ).toBeLessThan(256 * 1.2);
  });

  test("numbers without any order take hardly more than their eight bytes, and uneven times two more", () => {
    const noise = fc.sample(fc.double({ noNaN: true }), { numRuns: 256, seed: 1 });
    const jitter = fc.sample(fc.integer({ min: 0, max: 60 }), { numRuns: 256, seed: 1 });
    expect(bytes((i) => noise[i]!)).toBeLessThan(256 * 9.2);
    expect(
      bytes(
        (i) => noise[i]!,
        (i) => i * 1000 + jitter[i]!,
      ),
    ).toBeLessThan(256 * 11.2);
  });
});

test("a block of an unknown form is refused", () => {
  const bytes = encodeBlock(runOf([[0, 1, 1]]), 0, 1);
  bytes[0] = 9;
  expect(() => decodeBlock(bytes, new Run())).toThrow(/unknown form 9/);
});
