import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { weightsBy, YearCurve } from "../../sim/year-curve.ts";

const DAY_MS = 86_400_000;
/** Nothing at night, as the sun has it. */
const byDay = () =>
  new YearCurve((year) => weightsBy(year, (startMs) => Math.max(0, Math.sin((startMs / DAY_MS) * 7))));

describe("a curve of a year", () => {
  test("Y1: every calendar year adds one, leap years too", () => {
    const curve = byDay();
    for (const year of [2023, 2024, 2025]) {
      expect(curve.years(Date.UTC(year + 1, 0, 1)) - curve.years(Date.UTC(year, 0, 1))).toBe(1);
      expect(curve.years(Date.UTC(year + 1, 0, 1) - 1) - curve.years(Date.UTC(year, 0, 1))).toBeCloseTo(1, 6);
    }
  });

  test("Y1, Y2: it never falls, and says the same in any order of asking", () => {
    const curve = byDay();
    const moment = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2026, 0, 1) });
    fc.assert(
      fc.property(moment, fc.nat(3_600_000), (timeMs, laterMs) => {
        const years = curve.years(timeMs);
        expect(curve.years(timeMs + laterMs)).toBeGreaterThanOrEqual(years);
        expect(byDayOnce.years(timeMs)).toBe(years);
      }),
    );
  });
  const byDayOnce = byDay();

  test("it goes through a quarter-hour in proportion", () => {
    const steady = new YearCurve((year) => weightsBy(year, () => 1));
    const middle = steady.years(Date.UTC(2025, 6, 2, 12));
    expect(middle).toBeCloseTo(55.5, 9);
  });
});
