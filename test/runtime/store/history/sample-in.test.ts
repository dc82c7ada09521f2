// The one sample of a block: what decoding the whole block and looking it up gives.

import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeBlock, encodeBlock } from "../../../../runtime/store/history/block.ts";
import { Run } from "../../../../runtime/store/history/run.ts";
import { sampleIn } from "../../../../runtime/store/history/sample-in.ts";

const START = Date.UTC(2026, 0, 1);

/** Regular times, times that drift, and times so far apart that they are kept as they are. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.constant(900_000) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 3_000_000 }) },
  { weight: 1, arbitrary: fc.constantFrom(1, 2 ** 33, 2 ** 51) },
);
const value = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -5_000, max: 5_000 }).map((whole) => whole / 10) },
  { weight: 3, arbitrary: fc.constant(7.5) },
  { weight: 1, arbitrary: fc.constantFrom(2 ** 40, -(2 ** 49), 0) },
);
const odd = fc.oneof(value, fc.double({ noNaN: true }), fc.constant(-0));
const rows = (values: fc.Arbitrary<number>) =>
  fc.array(fc.tuple(step, values, fc.constantFrom(1, 1, 1, 1, 2, 3)), { minLength: 1, maxLength: 400 });

test("the sample of any time is that of the decoded block", () => {
  fc.assert(
    fc.property(
      fc.oneof(rows(value), rows(odd)),
      fc.array(fc.nat({ max: 10_000 }), { maxLength: 10 }),
      (all, picks) => {
        const run = new Run();
        let at = START;
        for (const [after, number, quality] of all) {
          run.push(at, number, quality);
          at += after;
        }
        const block = encodeBlock(run, 0, run.length);
        const decoded = new Run();
        decodeBlock(block, decoded);
        const times = [START - 1, START, at, run.at[run.length - 1]!];
        for (const pick of picks) for (const off of [-1, 0, 1]) times.push(run.at[pick % run.length]! + off);
        for (const time of times) expect(sampleIn(block, time)).toEqual(decoded.last(time));
      },
    ),
    { numRuns: 500 },
  );
});
