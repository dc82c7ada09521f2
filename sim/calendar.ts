// The local calendar of a district: legal time with daylight saving, and the kinds of days that load profiles know.
// Fed by    an IANA time zone
// Gives     local time and day types, fast enough to be asked for every reading
// A1  local times stand as milliseconds that read as if they were UTC: `new Date(localMs).getUTCHours()` is the hour

const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
export const QUARTER_HOUR_MS = HOUR_MS / 4;
/** How close two changes of a zone's offset may be: Morocco changes twice around Ramadan. */
const PROBE_MS = 7 * DAY_MS;

/** Day types of the standard load profiles, in the order of their columns: Saturday, Sunday and holiday, workday. */
export const SATURDAY = 0;
export const SUNDAY_OR_HOLIDAY = 1;
export const WORKDAY = 2;
export type DayType = typeof SATURDAY | typeof SUNDAY_OR_HOLIDAY | typeof WORKDAY;

interface Stretch {
  fromMs: number;
  toMs: number;
  offsetMs: number;
}

export class LocalCalendar {
  readonly #format: Intl.DateTimeFormat;
  readonly #years = new Map<number, Stretch[]>();
  readonly #holidays = new Map<number, Set<number>>();
  #last: Stretch = { fromMs: 0, toMs: 0, offsetMs: 0 };

  /** Throws a RangeError when the time zone is unknown. */
  constructor(timezone: string) {
    this.#format = new Intl.DateTimeFormat("en-US", {
      timeZone: timezone,
      calendar: "iso8601",
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  }

  /** Offset of legal time to UTC. */
  offsetMs(timeMs: number): number {
    if (timeMs < this.#last.fromMs || timeMs >= this.#last.toMs) {
      const stretches = this.#stretches(new Date(timeMs).getUTCFullYear());
      this.#last = stretches.find(({ fromMs, toMs }) => timeMs >= fromMs && timeMs < toMs)!;
    }
    return this.#last.offsetMs;
  }

  localMs(timeMs: number): number {
    return timeMs + this.offsetMs(timeMs);
  }

  /** Offset of the zone's standard time in a year: what legal time is without daylight saving. */
  standardOffsetMs(year: number): number {
    return Math.min(...this.#stretches(year).map(({ offsetMs }) => offsetMs));
  }

  /**
   * Day type by the rules of BDEW: the public holidays of all of Germany count as Sundays, 24 and 31 December as
   * Saturdays unless they are Sundays. Holidays of single states and of other countries are not known.
   */
  dayType(localMs: number): DayType {
    const day = Math.floor(localMs / DAY_MS);
    const weekday = (((day + 4) % 7) + 7) % 7;
    const date = new Date(day * DAY_MS);
    if (weekday === 0 || this.#holidaysOf(date.getUTCFullYear()).has(day)) return SUNDAY_OR_HOLIDAY;
    if (weekday === 6) return SATURDAY;
    const isFestive = date.getUTCMonth() === 11 && (date.getUTCDate() === 24 || date.getUTCDate() === 31);
    return isFestive ? SATURDAY : WORKDAY;
  }

  #stretches(year: number): Stretch[] {
    const known = this.#years.get(year);
    if (known) return known;
    const endMs = Date.UTC(year + 1, 0, 1);
    const stretches: Stretch[] = [];
    let fromMs = Date.UTC(year, 0, 1);
    let offsetMs = this.#offsetByIntl(fromMs);
    for (let probeMs = fromMs; probeMs < endMs; probeMs += PROBE_MS) {
      const untilMs = Math.min(probeMs + PROBE_MS, endMs - 1);
      const until = this.#offsetByIntl(untilMs);
      if (until === offsetMs) continue;
      const toMs = this.#changeBetween(probeMs, untilMs, offsetMs);
      stretches.push({ fromMs, toMs, offsetMs });
      fromMs = toMs;
      offsetMs = until;
    }
    stretches.push({ fromMs, toMs: endMs, offsetMs });
    this.#years.set(year, stretches);
    return stretches;
  }

  /** The first moment after `fromMs` that has another offset; halved down to the second. */
  #changeBetween(fromMs: number, toMs: number, offsetMs: number): number {
    let before = Math.floor(fromMs / 1000);
    let after = Math.ceil(toMs / 1000);
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      if (this.#offsetByIntl(middle * 1000) === offsetMs) before = middle;
      else after = middle;
    }
    return after * 1000;
  }

  #offsetByIntl(timeMs: number): number {
    const secondMs = Math.floor(timeMs / 1000) * 1000;
    const part: Record<string, number> = {};
    for (const { type, value } of this.#format.formatToParts(secondMs)) part[type] = Number(value);
    const { year, month, day, hour, minute, second } = part;
    return Date.UTC(year!, month! - 1, day!, hour!, minute!, second!) - secondMs;
  }

  #holidaysOf(year: number): Set<number> {
    let holidays = this.#holidays.get(year);
    if (!holidays) {
      holidays = nationalHolidays(year);
      this.#holidays.set(year, holidays);
    }
    return holidays;
  }
}

/** Public holidays of all of Germany, as days since 1970. */
function nationalHolidays(year: number): Set<number> {
  const day = (month: number, date: number) => Date.UTC(year, month - 1, date) / DAY_MS;
  const easter = easterSunday(year);
  const fixed = [day(1, 1), day(5, 1), day(10, 3), day(12, 25), day(12, 26)];
  // Good Friday, Easter Monday, Ascension Day, Whit Monday
  return new Set([...fixed, easter - 2, easter + 1, easter + 39, easter + 50]);
}

/** Easter Sunday as days since 1970 (Meeus, Jones and Butcher). */
function easterSunday(year: number): number {
  const golden = year % 19;
  const century = Math.floor(year / 100);
  const ofCentury = year % 100;
  const correction = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const epact = (19 * golden + century - Math.floor(century / 4) - correction + 15) % 30;
  const weekday = (32 + 2 * (century % 4) + 2 * Math.floor(ofCentury / 4) - epact - (ofCentury % 4)) % 7;
  const late = Math.floor((golden + 11 * epact + 22 * weekday) / 451);
  const days = epact + weekday - 7 * late + 114;
  return Date.UTC(year, Math.floor(days / 31) - 1, (days % 31) + 1) / DAY_MS;
}
