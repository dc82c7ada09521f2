// BDEW standard load profiles for electricity, of 2025.
// Fed by    a profile's table (sim/profiles/): a row for each quarter-hour of the day, three day types for each month
// Gives     what a year of 1,000,000 kWh takes in each quarter-hour
// Source    BDEW, Standardlastprofile Strom, 2025; dynamisation: Fünfgeld and Tiedemann, BTU Cottbus 2000, for H0

import { DAY_MS, type LocalCalendar, QUARTER_HOUR_MS } from "./calendar.ts";
import { weightsBy, type YearWeights } from "./year-curve.ts";

const MONTHS = 12;
const DAY_TYPES = 3;
const QUARTER_HOURS_A_DAY = 96;
const HEADER_ROWS = 2;

/** kWh of each quarter-hour of the day, by month and day type: index ((month * 3) + day type) * 96 + quarter-hour. */
export type LoadProfile = Float64Array;

/** Reads a profile's table. Throws when it has not the shape of one. */
export function parseLoadProfile(csv: string): LoadProfile {
  const rows = csv.split(/\r?\n/).filter((row) => row !== "");
  const profile = new Float64Array(MONTHS * DAY_TYPES * QUARTER_HOURS_A_DAY);
  if (rows.length !== HEADER_ROWS + QUARTER_HOURS_A_DAY) throw new Error("a load profile has 96 quarter-hours");
  for (let quarter = 0; quarter < QUARTER_HOURS_A_DAY; quarter++) {
    const cells = rows[HEADER_ROWS + quarter]!.split(",").slice(1).map(Number);
    if (cells.length !== MONTHS * DAY_TYPES || !cells.every((cell) => cell >= 0)) {
      throw new Error(`row ${HEADER_ROWS + quarter + 1} of a load profile has not 36 values`);
    }
    for (const [column, kwh] of cells.entries()) profile[column * QUARTER_HOURS_A_DAY + quarter] = kwh;
  }
  return profile;
}

/** kWh of the quarter-hours of a year in legal time; `isDynamised` for the household profiles (H25, P25), which need it. */
export function loadProfileWeights(profile: LoadProfile, calendar: LocalCalendar, isDynamised: boolean): YearWeights {
  return (year) => {
    let day = Number.NaN;
    let columns = 0;
    let factor = 1;
    return weightsBy(year, (startMs) => {
      const localMs = calendar.localMs(startMs);
      if (Math.floor(localMs / DAY_MS) !== day) {
        day = Math.floor(localMs / DAY_MS);
        const date = new Date(localMs);
        columns = (date.getUTCMonth() * DAY_TYPES + calendar.dayType(localMs)) * QUARTER_HOURS_A_DAY;
        if (isDynamised) factor = dynamisation(day - Date.UTC(date.getUTCFullYear(), 0, 1) / DAY_MS + 1);
      }
      return profile[columns + Math.floor((localMs - day * DAY_MS) / QUARTER_HOUR_MS)]! * factor;
    });
  };
}

/** How much more a household takes on a day of the year (1 for 1 January) than its profile says; four decimals, as BDEW rounds it. */
function dynamisation(dayOfYear: number): number {
  const t = dayOfYear;
  const factor = -3.92e-10 * t ** 4 + 3.2e-7 * t ** 3 - 7.02e-5 * t ** 2 + 2.1e-3 * t + 1.24;
  return Math.round(factor * 1e4) / 1e4;
}
