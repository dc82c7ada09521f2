import { describe, expect, test } from "vitest";
import { LocalCalendar } from "../../sim/calendar.ts";
import { packageFile } from "../../sim/package-file.ts";
import { irradianceOn, sunPosition } from "../../sim/sun.ts";
import { parseWeather, weatherIn } from "../../sim/weather.ts";

const HOUR_MS = 3_600_000;
const table = packageFile("weather/DEU_BW_Mannheim_107290_TRY2010_12_Jahr_BBSR.mos");
const mannheim = parseWeather(table);
const weather = weatherIn(mannheim, new LocalCalendar("Europe/Berlin"));

describe("the weather", () => {
  test("the file is read whole, with its place", () => {
    expect([mannheim.latitudeDeg, mannheim.longitudeDeg, mannheim.timezoneHours]).toEqual([49.52, 8.55, 1]);
    // Sums of the columns 9, 10 and 11 by awk.
    const sum = (column: Float64Array) => column.reduce((total, value) => total + value, 0);
    expect(sum(mannheim.globalWm2)).toBe(1_089_383);
    expect(sum(mannheim.directNormalWm2)).toBe(986_465);
    expect(sum(mannheim.diffuseWm2)).toBe(561_543);
  });

  test("W1: an hour of the file is that hour of the district's standard time, in every year", () => {
    // Rows of 7200 s, 10800 s and 43200 s: 5.2 and 4.4 degrees; 116 W/m2 in the hour before noon.
    for (const year of [2025, 2028]) {
      expect(weather.temperatureDegC(Date.UTC(year, 0, 1, 1))).toBe(5.2);
      expect(weather.temperatureDegC(Date.UTC(year, 0, 1, 1, 30))).toBeCloseTo(4.8, 9);
      expect(weather.globalWm2(Date.UTC(year, 0, 1, 10, 20))).toBe(116);
      // Row 3.15324E7 s is 23:00 on 31 December: 8.7 degrees.
      expect(weather.temperatureDegC(Date.UTC(year, 11, 31, 22))).toBe(8.7);
    }
    const tokyo = weatherIn(mannheim, new LocalCalendar("Asia/Tokyo"));
    expect(tokyo.temperatureDegC(Date.parse("2025-01-01T02:00+09:00"))).toBe(5.2);
    const denver = weatherIn(mannheim, new LocalCalendar("America/Denver"));
    expect(denver.temperatureDegC(Date.parse("2025-12-31T23:00-07:00"))).toBe(8.7);
  });

  test("29 February is 28 February again", () => {
    const noon = (month: number, day: number) => weather.temperatureDegC(Date.UTC(2028, month, day, 11));
    expect(noon(1, 29)).toBe(noon(1, 28));
    expect(noon(2, 1)).toBe(weather.temperatureDegC(Date.UTC(2025, 2, 1, 11)));
  });

  test("a table without its place or its hours is refused", () => {
    expect(() => parseWeather("double tab1(8760,30)")).toThrow(/LOCATION/);
    expect(() => parseWeather(table.split("\n").slice(0, 100).join("\n"))).toThrow(/8760/);
  });
});

describe("the sun", () => {
  test("at the solstices it culminates in the south, as high as latitude and obliquity say", () => {
    const culmination = (month: number, minute: number) =>
      sunPosition(Date.UTC(2025, month, 21, 11, minute), 49.52, 8.55);
    expect(culmination(5, 28).elevationDeg).toBeCloseTo(90 - 49.52 + 23.44, 1);
    expect(culmination(11, 24).elevationDeg).toBeCloseTo(90 - 49.52 - 23.44, 1);
    expect(Math.abs(culmination(5, 28).azimuthDeg - 180)).toBeLessThan(1);
  });

  // The hour angle of sunrise is acos(-tan(latitude) tan(declination)): 120.5 degrees, 8.03 hours from noon at 11:27:40 UTC.
  test("it rises and sets as long before and after noon as latitude and obliquity say", () => {
    const noonMs = Date.UTC(2025, 5, 21, 11, 27, 40);
    for (const hours of [-8.03, 8.03]) {
      expect(Math.abs(sunPosition(noonMs + hours * HOUR_MS, 49.52, 8.55).elevationDeg)).toBeLessThan(0.2);
    }
  });

  test("beam and sky of the weather file add up to its global radiation on a level plane", () => {
    let apart = 0;
    let total = 0;
    for (let hour = 0; hour < 8_760; hour++) {
      const startMs = Date.UTC(2025, 0, 1) + hour * HOUR_MS;
      const [direct, diffuse, global] = [weather.directNormalWm2, weather.diffuseWm2, weather.globalWm2].map((at) =>
        at(startMs),
      );
      let sum = 0;
      for (let quarter = 0; quarter < 4; quarter++) {
        const sun = sunPosition(startMs + (quarter + 0.5) * (HOUR_MS / 4), 49.52, 8.55);
        sum += irradianceOn({ tiltDeg: 0, azimuthDeg: 180 }, sun, direct!, diffuse!, global!) / 4;
      }
      apart += Math.abs(sum - global!);
      total += global!;
    }
    expect(apart / total).toBeLessThan(0.02);
  });

  test("a plane in the shade of itself gets the sky only, and at night nothing", () => {
    const wall = { tiltDeg: 90, azimuthDeg: 0 };
    expect(irradianceOn(wall, { elevationDeg: 30, azimuthDeg: 180 }, 800, 100, 0)).toBeCloseTo(50, 9);
    expect(irradianceOn(wall, { elevationDeg: -1, azimuthDeg: 0 }, 800, 100, 100)).toBe(0);
  });
});
