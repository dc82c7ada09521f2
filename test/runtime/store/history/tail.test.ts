// The tail, and samples by point: given in any order they come back in that of time, the last added for each time.

import fc from "fast-check";
import { expect, test } from "vitest";
import { ByPoint } from "../../../../runtime/store/history/by-point.ts";
import type { Run } from "../../../../runtime/store/history/run.ts";
import { decodeSegment, encodeSegment } from "../../../../runtime/store/history/segment.ts";
import { Tail } from "../../../../runtime/store/history/tail.ts";

type Row = [point: number, at: number, value: number, quality: number];

const segmentOf = (rows: readonly Row[]) =>
  encodeSegment({
    length: rows.length,
    number: rows.map(([point]) => point),
    at: rows.map(([, at]) => at),
    value: rows.map(([, , value]) => value),
    quality: rows.map(([, , , quality]) => quality),
  });

const rowsOf = (point: number, run: Run): Row[] =>
  Array.from({ length: run.length }, (_, k) => [point, run.at[k]!, run.value[k]!, run.quality[k]!]);

const time = fc.integer({ min: -20, max: 20 });
const rows = fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), time, fc.double(), fc.integer({ max: 3, min: 0 })), {
  maxLength: 30,
});

test("the tail holds what a map of (point, time) would, asked after any segment, and nothing after it was cleared (T2)", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(rows, fc.boolean(), fc.boolean()), { maxLength: 8 }), time, (steps, asked) => {
      const tail = new Tail();
      const maps = new Map<number, Map<number, Row>>();
      for (const [i, [added, asks, clears]] of steps.entries()) {
        tail.add(i, segmentOf(added));
        for (const row of added) maps.set(row[0], (maps.get(row[0]) ?? new Map()).set(row[1], row));
        for (const [point, map] of maps) {
          const inOrder = [...map.values()].sort((a, b) => a[1] - b[1]);
          const last = inOrder.findLast(([, at]) => at <= asked);
          expect(tail.last(point, asked)).toEqual(last && { at: last[1], value: last[2], quality: last[3] });
        }
        if (asks) {
          while (tail.sortOne());
          expect(tail.points).toBe(maps.size);
          for (const [point, map] of maps) {
            expect(rowsOf(point, tail.run(point)!)).toEqual([...map.values()].sort((a, b) => a[1] - b[1]));
          }
        }
        if (!clears) continue;
        tail.clear();
        maps.clear();
        expect([tail.points, tail.segments, tail.count, tail.run(1)]).toEqual([0, [], 0, undefined]);
      }
    }),
    { numRuns: 200 },
  );
});

test("by point, samples are those that a map of (point, time) would hold, of all points from 0 on (W1)", () => {
  const anywhere = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 5_000 }));
  const row = fc.tuple(anywhere, time, fc.double(), fc.integer({ max: 3, min: 0 }));
  fc.assert(
    fc.property(fc.array(fc.array(row, { maxLength: 30 }), { maxLength: 8 }), (given) => {
      const samples = new ByPoint();
      const segments = given.map(segmentOf);
      for (const segment of segments) samples.count(segment);
      for (const segment of segments) samples.put(segment);
      const maps = new Map<number, Map<number, Row>>();
      for (const each of given.flat()) maps.set(each[0], (maps.get(each[0]) ?? new Map()).set(each[1], each));
      for (const [point, map] of [...maps].sort(([a], [b]) => a - b)) {
        expect(samples.next()).toBe(point);
        expect(rowsOf(point, samples.run)).toEqual([...map.values()].sort((a, b) => a[1] - b[1]));
      }
      expect(samples.next()).toBeUndefined();
    }),
    { numRuns: 200 },
  );
});

test("a segment is the same after it was kept, wherever in memory its bytes lie", () => {
  fc.assert(
    fc.property(rows, fc.integer({ min: 0, max: 7 }), (given, offset) => {
      const segment = segmentOf(given);
      const moved = new Uint8Array(segment.bytes.length + offset);
      moved.set(segment.bytes, offset);
      expect(decodeSegment(moved.subarray(offset))).toEqual(segment);
    }),
  );
});

test("a time that is no whole number of milliseconds is refused: nobody could find the sample again", () => {
  for (const at of [Number.NaN, 0.5, Number.POSITIVE_INFINITY]) {
    expect(() => segmentOf([[1, at, 1, 1]])).toThrow(/no time for a sample/);
  }
});
