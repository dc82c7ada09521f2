// Sorted samples: what a map of (point, time) would hold, in the order of (point, time).

import fc from "fast-check";
import { expect, test } from "vitest";
import { MAX_SORTED, Sorted } from "../../../../runtime/store/history/sorted.ts";

type Row = [point: number, at: number, value: number, quality: number];

const columnsOf = (rows: readonly Row[]) => ({
  length: rows.length,
  number: rows.map(([point]) => point),
  at: rows.map(([, at]) => at),
  value: rows.map(([, , value]) => value),
  quality: rows.map(([, , , quality]) => quality),
});

const samplesOf = (sorted: Sorted, [from, to]: readonly [number, number] = [0, sorted.length]): number[][] =>
  Array.from({ length: to - from }, (_, i) => {
    const { at, value, quality } = sorted.sample(from + i);
    return [at, value, quality];
  });

/** All that it holds, point by point. */
const rowsOf = (sorted: Sorted, given: readonly Row[]): number[][] =>
  [...new Set(given.map(([number]) => number))]
    .sort((a, b) => a - b)
    .flatMap((number) => samplesOf(sorted, sorted.span(number)).map((sample) => [number, ...sample]));

/** Of the same point and time the last row counts. */
function oracle(rows: readonly Row[]): Row[] {
  const last = new Map(rows.map((row) => [`${row[0]} ${row[1]}`, row]));
  return [...last.values()].sort((one, other) => one[0] - other[0] || one[1] - other[1]);
}

/** Small numbers meet each other often; large ones use all digits of the radix sort. */
const point = fc.oneof(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 2 ** 32 - 2 }), fc.constant(2 ** 22));
const time = fc.oneof(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -8.64e15, max: 8.64e15 }));
const rows = fc.array(fc.tuple(point, time, fc.double(), fc.integer({ min: 0, max: 3 })) as fc.Arbitrary<Row>, {
  maxLength: 60,
});

test("a (point, time) stands once, with the sample that was added last, in order (O1)", () => {
  fc.assert(
    fc.property(rows, (given) => {
      const sorted = Sorted.of(columnsOf(given));
      expect(rowsOf(sorted, given)).toEqual(oracle(given));
      expect(samplesOf(sorted)).toEqual(oracle(given).map(([, ...sample]) => sample));
    }),
    { numRuns: 500 },
  );
});

test("merged, the newer one's samples count", () => {
  fc.assert(
    fc.property(rows, rows, (older, newer) => {
      const [first, second] = [Sorted.of(columnsOf(older)), Sorted.of(columnsOf(newer))];
      const both = Sorted.merged(first, second);
      expect(rowsOf(both, [...older, ...newer])).toEqual(oracle([...older, ...newer]));
      // O2: what was merged is as it was.
      expect(rowsOf(first, older)).toEqual(oracle(older));
      expect(rowsOf(second, newer)).toEqual(oracle(newer));
    }),
    { numRuns: 300 },
  );
});

test("the samples of a point are found, and its latest one up to a time, also of points that have none", () => {
  fc.assert(
    fc.property(rows, point, (given, other) => {
      const sorted = Sorted.of(columnsOf(given));
      for (const number of [...given.map(([each]) => each), other]) {
        const expected = oracle(given).filter(([each]) => each === number);
        expect(samplesOf(sorted, sorted.span(number))).toEqual(expected.map(([, ...sample]) => sample));
        for (const [, fromMs] of given) {
          const between = expected.filter(([, at]) => at >= fromMs && at < fromMs + 5);
          const found = samplesOf(sorted, sorted.span(number, fromMs, fromMs + 5));
          expect(found).toEqual(between.map(([, ...sample]) => sample));
        }
        for (const [, at] of given) {
          for (const asked of [at - 1, at, at + 1]) {
            const last = sorted.last(number, asked);
            const found = last < 0 ? undefined : samplesOf(sorted, [last, last + 1])[0];
            expect(found).toEqual(expected.findLast(([, time]) => time <= asked)?.slice(1));
          }
        }
      }
    }),
  );
});

test("columns that are longer than their samples are read up to their length; more than fit into an order are refused", () => {
  const rows: Row[] = [
    [2, 5, 1, 1],
    [1, 4, 2, 1],
    [0, 0, 3, 1],
  ];
  expect(rowsOf(Sorted.of({ ...columnsOf(rows), length: 2 }), rows)).toEqual([
    [1, 4, 2, 1],
    [2, 5, 1, 1],
  ]);
  expect(() => Sorted.of({ ...columnsOf([]), length: MAX_SORTED + 1 })).toThrow(RangeError);
});
