import { describe, expect, test } from "vitest";
import { LocalCalendar } from "../../sim/calendar.ts";
import { loadProfileWeights, parseLoadProfile } from "../../sim/load-profile.ts";
import { packageFile } from "../../sim/package-file.ts";

const berlin = new LocalCalendar("Europe/Berlin");
const kwhOf = (name: string, isDynamised: boolean) =>
  loadProfileWeights(parseLoadProfile(packageFile(`profiles/${name}.csv`)), berlin, isDynamised)(2025);
const at = (kwh: Float64Array, iso: string) => kwh[(Date.parse(iso) - Date.UTC(2025, 0, 1)) / 900_000]!;

describe("BDEW standard load profiles of 2025", () => {
  // BDEW norms them to 1,000,000 kWh for the calendar year 2025 or near it.
  test.each([
    ["h25", true],
    ["p25", true],
    ["g25", false],
    ["l25", false],
  ] as const)("%s sums to its norm of 1,000,000 kWh", (name, isDynamised) => {
    const sum = kwhOf(name, isDynamised).reduce((total, kwh) => total + kwh, 0);
    expect(Math.abs(sum / 1e6 - 1)).toBeLessThan(0.001);
  });

  test("a quarter-hour is taken from its month, day type and legal time", () => {
    const kwh = kwhOf("g25", false);
    // Row 00:00-00:15 of g25.csv: January SA 15.045, FT 14.658, WT 14.832; July WT 13.346.
    expect(at(kwh, "2025-01-10T23:00Z")).toBe(15.045);
    expect(at(kwh, "2025-01-05T23:00Z")).toBe(14.832);
    expect(at(kwh, "2025-01-11T23:00Z")).toBe(14.658);
    expect(at(kwh, "2025-07-08T22:00Z")).toBe(13.346);
  });

  test("households are dynamised by the day of the year", () => {
    // h25.csv, 00:00-00:15, July WT 25.976; the factor of day 190 (9 July) by the published polynomial is 0.7888.
    expect(at(kwhOf("h25", true), "2025-07-08T22:00Z")).toBeCloseTo(25.976 * 0.7888, 6);
  });

  test("what has not the shape of a profile is refused", () => {
    expect(() => parseLoadProfile("a,b\n")).toThrow();
    expect(() => parseLoadProfile(packageFile("profiles/h25.csv").replace("22.152", "x"))).toThrow(/row 3/);
  });
});
