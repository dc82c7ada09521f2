import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawn, hashNumber, hashText, noise, rearranged, uniform } from "../../sim/seeded.ts";

const BLOCK_MS = 7_200_000;
const moment = fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) });
const hash = fc.integer({ min: 0, max: 2 ** 32 - 1 });

describe("chance from a seed", () => {
  test("uniform numbers fill the range evenly, by number and by name", () => {
    for (const draw of [(i: number) => hashNumber(7, i), (i: number) => hashText(7, `dev-${i}`)]) {
      const bins = new Array<number>(10).fill(0);
      for (let index = 0; index < 10_000; index++) bins[Math.floor(uniform(draw(index)) * 10)]!++;
      for (const count of bins) expect(count).toBeGreaterThan(880);
    }
  });

  test("numbers that differ beyond 32 bits have different hashes", () => {
    expect(hashNumber(1, 5)).not.toBe(hashNumber(1, 5 + 2 ** 32));
    expect(hashNumber(1, 5)).not.toBe(hashNumber(2, 5));
  });

  test("noise and draws stay within their bounds", () => {
    fc.assert(
      fc.property(hash, moment, (seed, timeMs) => {
        expect(Math.abs(noise(seed, timeMs, 60_000))).toBeLessThanOrEqual(1);
        const value = drawn(seed, "area", 3, 5);
        expect(value >= 3 && value < 5).toBe(true);
      }),
    );
  });

  test("rearranged time keeps its blocks and never runs backwards", () => {
    fc.assert(
      fc.property(hash, moment, fc.nat(BLOCK_MS), fc.constantFrom(0, 0.3, 1), (seed, timeMs, laterMs, liveliness) => {
        const from = rearranged(seed, timeMs, liveliness);
        expect(rearranged(seed, timeMs + laterMs, liveliness)).toBeGreaterThanOrEqual(from);
        expect(Math.floor(from / BLOCK_MS) - Math.floor(timeMs / BLOCK_MS)).toBeLessThanOrEqual(1);
        const blockMs = timeMs - (timeMs % BLOCK_MS);
        expect(rearranged(seed, blockMs, liveliness)).toBe(blockMs);
        expect(rearranged(seed, timeMs, 0)).toBeCloseTo(timeMs, 2);
      }),
    );
  });
});
