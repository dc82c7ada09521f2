import { describe, expect, test } from "vitest";
import { LocalCalendar, SATURDAY, SUNDAY_OR_HOLIDAY, WORKDAY } from "../../sim/calendar.ts";

const HOUR_MS = 3_600_000;
const offsetHours = (calendar: LocalCalendar, iso: string) => calendar.offsetMs(Date.parse(iso)) / HOUR_MS;

describe("the local calendar", () => {
  // Changes of legal time: Directive 2000/84/EC, last Sunday of March and October at 01:00 UTC.
  test("legal time changes at the second of the directive, in any order of asking", () => {
    const berlin = new LocalCalendar("Europe/Berlin");
    expect(offsetHours(berlin, "2026-10-25T01:00:00Z")).toBe(1);
    expect(offsetHours(berlin, "2026-03-29T00:59:59.999Z")).toBe(1);
    expect(offsetHours(berlin, "2026-03-29T01:00:00Z")).toBe(2);
    expect(offsetHours(berlin, "2026-10-25T00:59:59.999Z")).toBe(2);
    expect(offsetHours(berlin, "2027-01-01T00:00:00Z")).toBe(1);
    expect(offsetHours(berlin, "2026-12-31T23:59:59.999Z")).toBe(1);
  });

  test("zones without daylight saving, beyond whole hours and with Ramadan are right too", () => {
    expect(offsetHours(new LocalCalendar("UTC"), "2026-07-01T00:00:00Z")).toBe(0);
    expect(offsetHours(new LocalCalendar("Asia/Kathmandu"), "2026-07-01T00:00:00Z")).toBe(5.75);
    expect(offsetHours(new LocalCalendar("America/New_York"), "2026-07-01T00:00:00Z")).toBe(-4);
    // Ramadan of 2025 ran from 1 to 29 March.
    const casablanca = new LocalCalendar("Africa/Casablanca");
    expect(offsetHours(casablanca, "2025-02-10T00:00:00Z")).toBe(1);
    expect(offsetHours(casablanca, "2025-03-15T00:00:00Z")).toBe(0);
    expect(offsetHours(casablanca, "2025-05-01T00:00:00Z")).toBe(1);
    expect(() => new LocalCalendar("Europe/Atlantis")).toThrow(RangeError);
  });

  test("standard time is legal time without daylight saving", () => {
    expect(new LocalCalendar("Europe/Berlin").standardOffsetMs(2026)).toBe(HOUR_MS);
    expect(new LocalCalendar("Australia/Sydney").standardOffsetMs(2026)).toBe(10 * HOUR_MS);
  });

  test.each([
    ["2026-01-05", WORKDAY, "a Monday"],
    ["2026-01-10", SATURDAY, "a Saturday"],
    ["2026-01-11", SUNDAY_OR_HOLIDAY, "a Sunday"],
    ["2026-01-01", SUNDAY_OR_HOLIDAY, "New Year"],
    ["2026-04-03", SUNDAY_OR_HOLIDAY, "Good Friday"],
    ["2026-04-06", SUNDAY_OR_HOLIDAY, "Easter Monday"],
    ["2025-05-29", SUNDAY_OR_HOLIDAY, "Ascension Day"],
    ["2026-05-25", SUNDAY_OR_HOLIDAY, "Whit Monday"],
    ["2026-10-03", SUNDAY_OR_HOLIDAY, "a holiday on a Saturday"],
    ["2026-12-24", SATURDAY, "Christmas Eve on a Thursday"],
    ["2023-12-24", SUNDAY_OR_HOLIDAY, "Christmas Eve on a Sunday"],
    ["2026-12-31", SATURDAY, "New Year's Eve on a Thursday"],
    ["1969-12-25", SUNDAY_OR_HOLIDAY, "a day before 1970"],
  ])("%s is of day type %d: %s", (date, type) => {
    expect(new LocalCalendar("Europe/Berlin").dayType(Date.parse(`${date}T12:00Z`))).toBe(type);
  });
});
