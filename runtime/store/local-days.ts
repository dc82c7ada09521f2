// Local days: where the days of a time zone begin, whatever its clocks do.
// D1  a day that the clock is set on has 23 or 25 hours; one that a zone left out has none, and the days around it meet
// D2  days follow each other without a gap; where the clock goes back over midnight, the later midnight counts

const DAY_MS = 86_400_000;
const SECOND_MS = 1_000;
/** The last and, below zero, the first time that there is. */
const LAST_MS = 8.64e15;
/** A leap year, in which every day of a year is there. */
const LEAP_YEAR = 2000;
/** Days kept in the cache; a year of days a few times over. */
const MAX_CACHED_DAYS = 4_000;

export class LocalDays {
  readonly #format: Intl.DateTimeFormat;
  /** Days since 1970-01-01 in local reckoning to the epoch ms of their midnight. */
  readonly #midnights = new Map<number, number>();

  constructor(timezone: string) {
    this.#format = new Intl.DateTimeFormat("en-US", {
      ...{ timeZone: timezone, hourCycle: "h23", era: "short", year: "numeric", month: "numeric", day: "numeric" },
      ...{ hour: "numeric", minute: "numeric", second: "numeric" },
    });
  }

  /** Start and end, in epoch ms, of the run of `days` local days that holds the time; runs are counted from 1970-01-01. */
  span(atMs: number, days: number): [startMs: number, endMs: number] {
    let day = Math.floor((atMs + this.#offset(atMs)) / DAY_MS);
    // The clock went back over midnight since.
    if (atMs < this.#midnight(day)) day--;
    const first = Math.floor(day / days) * days;
    return [this.#midnight(first), this.#midnight(first + days)];
  }

  #midnight(day: number): number {
    const known = this.#midnights.get(day);
    if (known !== undefined) return known;
    const midnight = this.#findMidnight(day * DAY_MS);
    if (this.#midnights.size >= MAX_CACHED_DAYS) this.#midnights.clear();
    this.#midnights.set(day, midnight);
    return midnight;
  }

  /** From when on no clock of the zone shows an earlier day. `asIfUtc`: when that is in UTC; no zone is a day away from it. */
  #findMidnight(asIfUtc: number): number {
    const [from, to] = [asIfUtc - DAY_MS, asIfUtc + DAY_MS];
    const before = this.#offset(from);
    const after = this.#offset(to);
    if (before === after) return asIfUtc - before;
    const changeMs = this.#change(from, to, before);
    if (asIfUtc - after > changeMs) return asIfUtc - after;
    // Where the clock jumps over midnight, the day begins with the jump.
    return Math.min(asIfUtc - before, changeMs);
  }

  /** When the clock is set on or back, to the second: the first time that has not the offset from before. */
  #change(fromMs: number, toMs: number, before: number): number {
    let [from, to] = [fromMs, toMs];
    while (to - from > SECOND_MS) {
      const middle = from + Math.floor((to - from) / 2 / SECOND_MS) * SECOND_MS;
      if (this.#offset(middle) === before) from = middle;
      else to = middle;
    }
    return to;
  }

  /** Local time minus UTC, in ms. */
  #offset(atMs: number): number {
    const time = Math.max(-LAST_MS, Math.min(atMs, LAST_MS));
    const part: Record<string, string> = {};
    for (const { type, value } of this.#format.formatToParts(time)) part[type] = value;
    const [year, month, day] = [Number(part.year), Number(part.month), Number(part.day)];
    const [hour, minute, second] = [Number(part.hour), Number(part.minute), Number(part.second)];
    // `Date.UTC` takes the years 0 to 99 for those of the last century.
    const inLeapYear = new Date(Date.UTC(LEAP_YEAR, month - 1, day, hour, minute, second));
    const local = inLeapYear.setUTCFullYear(part.era === "BC" ? 1 - year : year);
    return local - Math.floor(time / SECOND_MS) * SECOND_MS;
  }
}
