// Local days: where the days of a time zone begin, daylight saving included.
// D1  a day that the clock is set on has 23 or 25 hours

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Days kept in the cache; a year of days a few times over. */
const MAX_CACHED_DAYS = 4_000;

export class LocalDays {
  readonly #format: Intl.DateTimeFormat;
  /** Days since 1970-01-01 in local reckoning to the epoch ms of their midnight. */
  readonly #midnights = new Map<number, number>();

  constructor(timezone: string) {
    this.#format = new Intl.DateTimeFormat("en-US", {
      ...{ timeZone: timezone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric" },
      ...{ hour: "numeric", minute: "numeric", second: "numeric" },
    });
  }

  /** Start and end, in epoch ms, of the run of `days` local days that holds the time; runs are counted from 1970-01-01. */
  span(atMs: number, days: number): [startMs: number, endMs: number] {
    const day = Math.floor((atMs + this.#offset(atMs)) / DAY_MS);
    const first = Math.floor(day / days) * days;
    return [this.#midnight(first), this.#midnight(first + days)];
  }

  #midnight(day: number): number {
    const known = this.#midnights.get(day);
    if (known !== undefined) return known;
    const asIfUtc = day * DAY_MS;
    // The offset at midnight itself is wanted; a first guess with the offset of that hour in UTC may be one clock change off.
    const guess = asIfUtc - this.#offset(asIfUtc);
    let midnight = asIfUtc - this.#offset(guess);
    // Where midnight does not exist (the clock jumps over it), the day starts an hour later.
    if (Math.floor((midnight + this.#offset(midnight)) / DAY_MS) < day) midnight += HOUR_MS;
    if (this.#midnights.size >= MAX_CACHED_DAYS) this.#midnights.clear();
    this.#midnights.set(day, midnight);
    return midnight;
  }

  /** Local time minus UTC, in ms. */
  #offset(atMs: number): number {
    const part: Record<string, number> = {};
    for (const { type, value } of this.#format.formatToParts(atMs)) part[type] = Number(value);
    const local = Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!, part.second!);
    return local - Math.floor(atMs / 1000) * 1000;
  }
}
