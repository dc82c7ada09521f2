// What a building is used for, and when people are in it.
// Fed by    the attributes of a building, of whichever source
// Gives     household, commercial or farm; the share of its people that is there at an hour
// Source    hours: drawn after EN 16798-1, annex C (residential, office), simplified

import type { Attributes } from "../models/district.ts";
import { DAY_MS, type LocalCalendar, WORKDAY } from "./calendar.ts";
import { drawn } from "./seeded.ts";

export type Use = "household" | "commercial" | "farm";

/** Buildings of unknown use that are homes, and those of the rest that are farms. */
const HOUSEHOLD_SHARE = 0.8;
const FARM_SHARE = 0.1;

// Words of IFC, CityGML and cadastres (English, German, Dutch, French), and the codes of ALKIS and CityGML.
const WORDS: readonly (readonly [Use, RegExp])[] = [
  ["farm", /farm|landwirt|agrar|agric|stall|scheune|boerderij|31001_27/],
  ["household", /wohn|resid|dwelling|house\b|haus\b|apart|logement|woon|home|family|31001_1\d{3}|^10[0-4]\d$/],
  ["commercial", /office|büro|buero|gewerbe|commerc|industr|retail|shop|school|schule|hotel|kantoor|winkel|hospital/],
  ["commercial", /public|öffentlich|31001_[23]\d{3}|gymnas|university|church|kirche|museum|business|trade|handel/],
];

/** Reads the use from whatever says it (function, usage, class, occupancy, type); else draws it from the hash. */
export function useOf(attributes: Attributes, hash: number): Use {
  for (const [name, value] of Object.entries(attributes)) {
    if (!/function|usage|\buse$|class|occupancy|buildingtype|category/i.test(name)) continue;
    const text = (
      typeof value === "string" || typeof value === "number" ? String(value) : JSON.stringify(value)
    ).toLowerCase();
    const known = WORDS.find(([, words]) => words.test(text));
    if (known) return known[0];
  }
  if (drawn(hash, "use", 0, 1) < HOUSEHOLD_SHARE) return "household";
  return drawn(hash, "farm", 0, 1) < FARM_SHARE ? "farm" : "commercial";
}

const AT_HOME_ON_WORKDAYS = hours("1 1 1 1 1 1 .9 .6 .4 .3 .3 .3 .3 .3 .3 .4 .5 .7 .8 .9 .9 1 1 1");
const AT_HOME_ON_OTHER_DAYS = hours("1 1 1 1 1 1 1 1 .9 .8 .7 .6 .7 .7 .6 .6 .6 .7 .8 .8 .9 .9 1 1");
const AT_WORK = hours("0 0 0 0 0 0 .1 .4 .8 1 1 1 .7 .9 1 1 .8 .4 .1 0 0 0 0 0");
const NOBODY = hours("0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0");

/** Share of the people of a building that is in it, from 0 to 1. */
export function occupancy(use: Use, calendar: LocalCalendar, timeMs: number): number {
  const localMs = calendar.localMs(timeMs);
  const hour = (localMs - Math.floor(localMs / DAY_MS) * DAY_MS) / (DAY_MS / 24);
  const isWorkday = calendar.dayType(localMs) === WORKDAY;
  const atHome = isWorkday ? AT_HOME_ON_WORKDAYS : AT_HOME_ON_OTHER_DAYS;
  const day = use === "commercial" ? (isWorkday ? AT_WORK : NOBODY) : atHome;
  const before = day[Math.floor(hour)]!;
  return before + (day[(Math.floor(hour) + 1) % 24]! - before) * (hour % 1);
}

/** The 24 values of a day, hour by hour. */
export function hours(values: string): readonly number[] {
  return values.split(" ").map(Number);
}
