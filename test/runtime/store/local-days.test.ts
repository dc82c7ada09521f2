// Local days: where they begin and end, whatever the clocks of a zone do.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LocalDays } from "../../../runtime/store/local-days.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const utc = (text: string) => Date.parse(`${text}Z`);

/** Days of unusual length, from the zones' published clock changes: [zone, start of the day in UTC, hours]. */
const ODD_DAYS: [zone: string, startUtc: string, hours: number][] = [
  ["Europe/Berlin", "2026-03-28T23:00", 23],
  ["Europe/Berlin", "2026-10-24T22:00", 25],
  ["Europe/London", "2026-03-29T00:00", 23],
  ["America/New_York", "2026-11-01T04:00", 25],
  // Midnight does not exist: the clock goes from 24:00 to 1:00.
  ["America/Sao_Paulo", "2018-11-04T03:00", 23],
  // The last hour comes twice: the clock goes from 24:00 back to 23:00.
  ["America/Sao_Paulo", "2018-02-17T02:00", 25],
  ["Africa/Cairo", "2023-04-27T22:00", 23],
  ["Africa/Cairo", "2023-10-25T21:00", 25],
  ["Asia/Tehran", "2021-03-21T20:30", 23],
  ["Asia/Tehran", "2021-09-20T19:30", 25],
  ["Asia/Beirut", "2024-03-30T22:00", 23],
  // Midnight comes twice: the clock goes from 1:00 back to 0:00.
  ["America/Havana", "2024-11-03T04:00", 25],
  // The clock is set on and back at midnight, in one year so, in another otherwise.
  ["Asia/Gaza", "2008-03-27T22:00", 23],
  ["Asia/Amman", "2013-12-18T21:00", 25],
  ["Asia/Amman", "2016-03-31T22:00", 23],
  // A day that is left out: Samoa crossed the date line, and so did Kwajalein.
  ["Pacific/Apia", "2011-12-29T10:00", 24],
  ["Pacific/Apia", "2011-12-30T10:00", 24],
  ["Pacific/Kwajalein", "1993-08-20T12:00", 24],
  // The clock goes from 0:01 back to 23:01: the later midnight counts.
  ["America/St_Johns", "2006-10-28T02:30", 25],
  ["Atlantic/Azores", "2024-10-27T00:00", 25],
  ["Atlantic/Azores", "2024-03-31T01:00", 23],
  // Half an hour of daylight saving, and zones off by half and quarter hours.
  ["Australia/Lord_Howe", "2026-04-04T13:00", 24.5],
  ["Australia/Lord_Howe", "2026-10-03T13:30", 23.5],
  ["Asia/Kolkata", "2026-03-28T18:30", 24],
  ["Asia/Kathmandu", "2026-03-28T18:15", 24],
  ["UTC", "2026-03-29T00:00", 24],
];

describe("a day (D1)", () => {
  test.each(ODD_DAYS)("of %s that begins at %s UTC has %d hours", (zone, startUtc, hours) => {
    const days = new LocalDays(zone);
    const start = utc(startUtc);
    const end = start + hours * HOUR_MS;
    for (const at of [start, start + 1, (start + end) / 2, end - 1]) expect(days.span(at, 1)).toEqual([start, end]);
    expect(days.span(start - 1, 1)[1]).toBe(start);
    expect(days.span(end, 1)[0]).toBe(end);
  });

  test("follows on the day before without a gap, and holds the time it was asked for, in every zone and year", () => {
    const zones = ODD_DAYS.map(([zone]) => zone);
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: utc("1995-01-01T00:00"), max: utc("2037-12-31T00:00") }),
        (zone, at) => {
          const days = new LocalDays(zone);
          const [start, end] = days.span(at, 1);
          expect(start).toBeLessThanOrEqual(at);
          expect(end).toBeGreaterThan(at);
          expect(days.span(start - 1, 1)[1]).toBe(start);
          expect(days.span(end, 1)[0]).toBe(end);
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** Every day of these years is looked at. */
const YEARS: [zone: string, years: number[]][] = [
  ["Asia/Gaza", [2007, 2008, 2009, 2010, 2011, 2012, 2013, 2015, 2016, 2018]],
  ["Asia/Amman", [2007, 2012, 2013, 2014, 2016, 2018]],
  ["Pacific/Apia", [2011, 2012]],
  ["Pacific/Kwajalein", [1993]],
  ["America/Sao_Paulo", [2018]],
  ["Africa/Cairo", [2010, 2014, 2023]],
  ["Asia/Beirut", [2024]],
  ["Australia/Lord_Howe", [2026]],
  ["Europe/Berlin", [1945, 2026]],
  ["America/Havana", [2024]],
];

test.each(YEARS)("each day of %s is what its calendar says from the first to the last moment, in %j", (zone, years) => {
  const calendar = new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" });
  for (const year of years) {
    const days = new LocalDays(zone);
    const seen = new Set<string>();
    let [at, end] = days.span(Date.UTC(year, 0, 1, 12), 1);
    for (let start = at; start < Date.UTC(year + 1, 0, 1, 12); start = end) {
      [at, end] = days.span(start, 1);
      expect(at).toBe(start);
      expect(end).toBeGreaterThan(start);
      const name = calendar.format(start);
      expect(seen.has(name), `${name} is there twice`).toBe(false);
      seen.add(name);
      for (let time = start; time < end; time += HOUR_MS) expect(calendar.format(time)).toBe(name);
      expect(calendar.format(end - 1)).toBe(name);
    }
  }
});

test("the first century has its days, as the time before it and the last days that there are", () => {
  const days = new LocalDays("UTC");
  for (const text of ["0001-01-01", "0050-06-01", "0099-12-31", "0000-02-29", "-000100-06-01"]) {
    const start = Date.parse(`${text}T00:00:00Z`);
    expect(days.span(start + HOUR_MS, 1)).toEqual([start, start + DAY_MS]);
  }
  expect(days.span(8.64e15 - 1, 1)).toEqual([8.64e15 - DAY_MS, 8.64e15]);
});

test("runs of days are counted from 1970-01-01 and follow the clock: a week with a clock change has 167 or 169 hours", () => {
  const days = new LocalDays("Europe/Berlin");
  // Weeks counted from Thursday, 1970-01-01: 2026-03-26 is a Thursday.
  expect(days.span(utc("2026-03-29T12:00"), 7)).toEqual([utc("2026-03-25T23:00"), utc("2026-04-01T22:00")]);
  expect(days.span(utc("2026-10-25T12:00"), 7)).toEqual([utc("2026-10-21T22:00"), utc("2026-10-28T23:00")]);
  const [start, end] = days.span(utc("2026-06-01T00:00"), 7);
  expect(end - start).toBe(7 * DAY_MS);
});

test("times before 1970 have their days, too", () => {
  expect(new LocalDays("UTC").span(-1, 1)).toEqual([-DAY_MS, 0]);
  expect(new LocalDays("Europe/Berlin").span(utc("1969-12-31T22:59"), 1)).toEqual([
    utc("1969-12-30T23:00"),
    utc("1969-12-31T23:00"),
  ]);
});
