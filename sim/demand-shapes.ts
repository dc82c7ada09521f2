// How the demand for heat and water spreads over a year.
// Fed by    the weather, the calendar, the use of a building
// Gives     weights of the quarter-hours of a year
// Source    heating limit 15 °C: VDI 3807; hours of the day: after DVGW W 410 (water) and VDI 4655 (hot water), simplified

import { DAY_MS, type LocalCalendar, WORKDAY } from "./calendar.ts";
import { hours, type Use } from "./use.ts";
import type { Weather } from "./weather.ts";
import { weightsBy, type YearWeights } from "./year-curve.ts";

/** Daily mean outdoor temperature above which a building is not heated. */
export const HEATING_LIMIT_DEG_C = 15;
const HOUR_MS = DAY_MS / 24;
const SAMPLES_A_DAY = 8;

const HEATING_AT_HOME = hours(".6 .6 .6 .6 .7 1.2 1.6 1.5 1.2 1 1 .9 .9 .9 .9 1 1.1 1.2 1.3 1.3 1.2 1 .8 .6");
const HEATING_AT_WORK = hours(".6 .6 .6 .7 1.2 1.7 1.9 1.6 1.3 1.1 1 1 1 1 1 1 .9 .8 .7 .6 .6 .6 .6 .6");
const HEATING_AT_WORK_ON_OTHER_DAYS = hours(".6 .6 .6 .6 .6 .6 .7 .7 .7 .7 .7 .7 .7 .7 .7 .7 .7 .7 .6 .6 .6 .6 .6 .6");
const WATER_AT_HOME = hours(".3 .2 .2 .2 .3 .8 1.7 2 1.6 1.3 1.1 1.1 1.2 1.1 .9 .8 .9 1.2 1.6 1.7 1.4 1 .7 .4");
const WATER_AT_WORK = hours(".1 .1 .1 .1 .2 .5 1 1.7 2.2 2.3 2.2 2.1 2.2 2 1.9 1.7 1.4 .9 .5 .3 .2 .2 .1 .1");
/** A home's weekend starts this much later. */
const WEEKEND_LATER_HOURS = 2;
/** A workplace's water on a day off, against a workday. */
const WATER_AT_WORK_ON_OTHER_DAYS = 0.2;
/** Gardens, in July against January. */
const SUMMER_WATER = 0.25;

/** Mean outdoor temperature of the day before a moment: what the walls feel. */
export function dayMeanDegC(weather: Weather, timeMs: number): number {
  let sum = 0;
  for (let sample = 0; sample < SAMPLES_A_DAY; sample++) {
    sum += weather.temperatureDegC(timeMs - (sample * DAY_MS) / SAMPLES_A_DAY);
  }
  return sum / SAMPLES_A_DAY;
}

/** Space heating: in proportion to how far the day is below the heating limit, with a night setback. */
export function heatingWeights(use: Use, calendar: LocalCalendar, weather: Weather): YearWeights {
  return (year) =>
    weightsBy(year, (startMs) => {
      const degrees = HEATING_LIMIT_DEG_C - dayMeanDegC(weather, startMs);
      if (degrees <= 0) return 0;
      const localMs = calendar.localMs(startMs);
      const other = calendar.dayType(localMs) === WORKDAY ? HEATING_AT_WORK : HEATING_AT_WORK_ON_OTHER_DAYS;
      return degrees * atHour(use === "commercial" ? other : HEATING_AT_HOME, localMs);
    });
}

/** Drinking water, cold or warm: peaks in the morning and the evening; homes rise later at weekends. */
export function waterWeights(use: Use, calendar: LocalCalendar, isWarm: boolean): YearWeights {
  return (year) =>
    weightsBy(year, (startMs) => {
      const localMs = calendar.localMs(startMs);
      const isWorkday = calendar.dayType(localMs) === WORKDAY;
      const seasonal = isWarm ? 1 : 1 + SUMMER_WATER * summer(localMs);
      if (use === "commercial") {
        return seasonal * (isWorkday ? 1 : WATER_AT_WORK_ON_OTHER_DAYS) * atHour(WATER_AT_WORK, localMs);
      }
      return seasonal * atHour(WATER_AT_HOME, isWorkday ? localMs : localMs - WEEKEND_LATER_HOURS * HOUR_MS);
    });
}

/** From 0 in mid-January to 1 in mid-July. */
export function summer(localMs: number): number {
  const date = new Date(localMs);
  const day = (localMs - Date.UTC(date.getUTCFullYear(), 0, 15)) / DAY_MS;
  return (1 - Math.cos((2 * Math.PI * day) / 365.25)) / 2;
}

function atHour(day: readonly number[], localMs: number): number {
  return day[Math.floor((localMs - Math.floor(localMs / DAY_MS) * DAY_MS) / HOUR_MS)]!;
}
