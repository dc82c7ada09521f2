// The one sample of a block: what decoding the whole block and looking it up gives.

import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeBlock, encodeBlock } from "../../../../runtime/store/history/block.ts";
import { Run } from "../../../../runtime/store/history/run.ts";
import { sampleIn } from "../../../../runtime/store/history/sample-in.ts";

const START = Date.UTC(2026, 0, 1);

/** A stretch of samples alike: how far apart, how much that drifts, how far apart the values, to how many decimals. */
const stretch = fc.record({
  length: fc.integer({ min: 1, max: 400 }),
  stepMs: fc.constantFrom(900_000, 60_000, 1, 2 ** 33),
  driftMs: fc.constantFrom(0, 0, 3_000, 3_000_000),
  spread: fc.constantFrom(0, 0, 3, 5_000, 2 ** 40),
  decimals: fc.constantFrom(0, 1, 3),
  quality: fc.constantFrom(1, 1, 2, 3),
});
const seeds = fc.array(fc.nat({ max: 0xffff }), { minLength: 7, maxLength: 7 });

test("the sample of any time is that of the decoded block, also of long ones", () => {
  fc.assert(
    fc.property(
      fc.array(stretch, { minLength: 1, maxLength: 5 }),
      seeds,
      fc.boolean(),
      fc.boolean(),
      (all, seed, isFar, isOdd) => {
        const run = new Run();
        let at = START;
        let whole = 0;
        for (const { length, stepMs, driftMs, spread, decimals, quality } of all) {
          for (let i = 0; i < length; i++) {
            const chance = seed[i % seed.length]! / 0xffff;
            whole += Math.round((chance - 0.5) * spread);
            run.push(at, isOdd ? Math.sin(whole) : whole / 10 ** decimals, quality);
            at += stepMs + Math.floor(chance * driftMs);
          }
        }
        // So far apart that times are kept as they are.
        if (isFar) run.push(at + 2 ** 51, 7, 1);
        const block = encodeBlock(run, 0, run.length);
        const decoded = new Run();
        decodeBlock(block, decoded);
        const times = [START - 1, at, run.at[run.length - 1]!];
        for (let i = 0; i < run.length; i += 1 + (i % 7)) for (const off of [-1, 0, 1]) times.push(run.at[i]! + off);
        for (const time of times) expect(sampleIn(block, time)).toEqual(decoded.last(time));
      },
    ),
    { numRuns: 150 },
  );
});

/** Of 700 samples, as it was written when marks were twice as far apart. */
const OLD_BLOCK = [
  "AgAAvAIAAICqbbd5QgAAXp/FuXlCAYsFAjHA7m0ABKQTxyakEwBgpBPHJqQTAGCkE8cmpBMALQAypBPHJqQTAGCkE8cmpBMAYKQT",
  "xyakEwABAF6kE8cmpBMAWQACUE8AAwIABwIABwIABwIABwIABlBNAAcCAAcCAAcCAAcCAAcCAAJQTwACAgAHAgAHAgAHAgAHAgAH",
  "Uk8ABgIABwIABwIABwIABwIAA1BPAAECAAcCAAcCAAcCAAcCAAcCUE8AAAAEAgAHAgAHAgAHAgAHAgAEUE8AAAIABwIABwIABwIA",
  "BwIABwIAAFBPAAQCAAcCAAcCAAcCAAcCAAVQTwIABwIABwIABwIABwIABwIAAVBPAAMCAAcCAAcCAAcCAAcCAAZQTQAGAAACAAcC",
  "AAcCAAcCAAcCAAJQTwACAgAHAgAHAgAHAgAHAgAHUk8ABgIABwIABwIABwIABwIAA1BPAAECAAcCAAcCAAcCAAcCAAVBHWbgyLdt",
  "OKD3NhplgMDubTig9zYVAA==",
].join("");

test("a block with the marks of older versions is read as ever", () => {
  const block = Buffer.from(OLD_BLOCK, "base64");
  expect(block[0]).toBe(2);
  const decoded = new Run();
  decodeBlock(block, decoded);
  for (let i = 0; i < 700; i++) {
    const sample = {
      at: START + i * 900_000 + (i % 100 === 7 ? 1_234 : 0),
      value: Math.floor(i / 9) + (i % 50 === 3 ? 40 : 0),
      quality: i > 650 ? 2 : 1,
    };
    expect(decoded.sample(i)).toEqual(sample);
    for (const off of [0, 1, 0.5, 890_000]) expect(sampleIn(block, sample.at + off)).toEqual(sample);
  }
});
