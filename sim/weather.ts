// The weather: a typical year, hour by hour, that every simulated year repeats.
// Fed by    a weather table in the Modelica format (the reader `TMY3` of the Modelica Buildings and AixLib libraries)
// Gives     temperature, humidity, wind and radiation at any moment
// W1  the hours of the file are those of the district's standard time: midday is warm, wherever the file is from
//
// Radiation of a row is the mean of the hour before it, the other columns hold at the row's time. 29 February is 28 February again.

import { DAY_MS, type LocalCalendar } from "./calendar.ts";

const HOURS = 8_760;
const HOUR_MS = 3_600_000;
/** Days of a year before 29 February. */
const DAYS_BEFORE_LEAP_DAY = 59;

export interface WeatherYear {
  latitudeDeg: number;
  longitudeDeg: number;
  /** Standard time of the file, in hours east of UTC. */
  timezoneHours: number;
  temperatureDegC: Float64Array;
  humidityPercent: Float64Array;
  pressurePa: Float64Array;
  windMS: Float64Array;
  globalWm2: Float64Array;
  directNormalWm2: Float64Array;
  diffuseWm2: Float64Array;
}

/** Reads a weather table. Throws when it has not a location and 8760 hours. */
export function parseWeather(mos: string): WeatherYear {
  const place = /^#LOCATION,(.*)$/m.exec(mos)?.[1]?.split(",").slice(5, 8).map(Number);
  if (place?.length !== 3 || !place.every(Number.isFinite)) throw new Error("the weather table has no #LOCATION");
  const rows = mos.split(/\r?\n/).filter((row) => /^\d/.test(row));
  if (rows.length !== HOURS) throw new Error(`the weather table has ${rows.length} hours, not ${HOURS}`);
  const table = rows.map((row) => row.split("\t").map(Number));
  const column = (number: number) => {
    const values = Float64Array.from(table, (row) => row[number - 1] ?? Number.NaN);
    if (!values.every(Number.isFinite)) throw new Error(`column ${number} of the weather table has gaps`);
    return values;
  };
  return {
    latitudeDeg: place[0]!,
    longitudeDeg: place[1]!,
    timezoneHours: place[2]!,
    temperatureDegC: column(2),
    humidityPercent: column(4),
    pressurePa: column(5),
    windMS: column(17),
    globalWm2: column(9),
    directNormalWm2: column(10),
    diffuseWm2: column(11),
  };
}

export type Weather = ReturnType<typeof weatherIn>;

/** The weather of a typical year in the standard time of a district. */
export function weatherIn(year: WeatherYear, calendar: LocalCalendar) {
  let known = { fromMs: 0, toMs: 0, startMs: 0, leapMs: Number.POSITIVE_INFINITY };

  /** Hours of the typical year that have passed. */
  function hourOfYear(timeMs: number): number {
    if (timeMs < known.fromMs || timeMs >= known.toMs) {
      const number = new Date(timeMs).getUTCFullYear();
      const startMs = Date.UTC(number, 0, 1) - calendar.standardOffsetMs(number);
      const isLeap = Date.UTC(number, 1, 29) !== Date.UTC(number, 2, 1);
      const leapMs = isLeap ? startMs + DAYS_BEFORE_LEAP_DAY * DAY_MS : Number.POSITIVE_INFINITY;
      known = { fromMs: Date.UTC(number, 0, 1), toMs: Date.UTC(number + 1, 0, 1), startMs, leapMs };
    }
    const passedMs = timeMs - known.startMs - (timeMs >= known.leapMs ? DAY_MS : 0);
    // Near New Year, local time is a year ahead of UTC or behind it.
    return (passedMs / HOUR_MS + HOURS) % HOURS;
  }

  function between(column: Float64Array, timeMs: number): number {
    const hour = hourOfYear(timeMs);
    const index = Math.floor(hour);
    const before = column[index]!;
    return before + (column[(index + 1) % HOURS]! - before) * (hour - index);
  }

  function meanOfHour(column: Float64Array, timeMs: number): number {
    return column[(Math.floor(hourOfYear(timeMs)) + 1) % HOURS]!;
  }

  return {
    place: year,
    temperatureDegC: (timeMs: number) => between(year.temperatureDegC, timeMs),
    humidityPercent: (timeMs: number) => between(year.humidityPercent, timeMs),
    pressurePa: (timeMs: number) => between(year.pressurePa, timeMs),
    windMS: (timeMs: number) => between(year.windMS, timeMs),
    globalWm2: (timeMs: number) => meanOfHour(year.globalWm2, timeMs),
    directNormalWm2: (timeMs: number) => meanOfHour(year.directNormalWm2, timeMs),
    diffuseWm2: (timeMs: number) => meanOfHour(year.diffuseWm2, timeMs),
  };
}
