import fc from "fast-check";
import { expect, test } from "vitest";
import { durationFault, parseDuration } from "../../models/duration.ts";

test.each([
  ["PT15M", 900_000],
  ["PT1H", 3_600_000],
  ["PT1H30M", 5_400_000],
  ["P1D", 86_400_000],
  ["P1DT12H", 129_600_000],
  ["P2W", 1_209_600_000],
  ["PT0.5S", 500],
  ["PT1,5H", 5_400_000],
  ["PT36H", 129_600_000],
  ["P0DT10S", 10_000],
])("%s is %i ms", (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
  expect(durationFault(text)).toBeUndefined();
});

test.each([
  ["P1M", "length varies"],
  ["P1Y", "length varies"],
  ["P1Y2M3DT4H", "length varies"],
  ["-PT1H", "negative"],
  ["PT0S", "zero"],
  ["PT0.0001S", "zero"],
  ["P", "no ISO 8601"],
  ["PT", "no ISO 8601"],
  ["P1DT", "no ISO 8601"],
  ["15M", "no ISO 8601"],
  ["PT1M1H", "no ISO 8601"],
  ["pt15m", "no ISO 8601"],
  ["PT1.5H30M", "no number"],
  ["PT.S", "no number"],
  ["PT1.2.3S", "no number"],
  ["P99999999999999D", "100 years"],
  ["", "no ISO 8601"],
  ["PT15M ", "no ISO 8601"],
])("%j is refused: %s", (text, reason) => {
  expect(parseDuration(text)).toBeUndefined();
  expect(durationFault(text)).toContain(reason);
});

test("any days, hours, minutes and seconds add up", () => {
  const number = fc.nat(1000);
  fc.assert(
    fc.property(number, number, number, fc.integer({ min: 1, max: 1000 }), (d, h, m, s) => {
      expect(parseDuration(`P${d}DT${h}H${m}M${s}S`)).toBe(1000 * (s + 60 * (m + 60 * (h + 24 * d))));
    }),
  );
});
