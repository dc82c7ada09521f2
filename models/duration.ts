// ISO 8601 durations of fixed length, as milliseconds: `PT15M`, `P1DT12H`, `P2W`.
// Fed by    the `interval` of meters.csv, the windows of history queries, scenarios
// Must not  accept what has no fixed length: a month or a year is refused, with the reason

/** Weeks, days, hours, minutes, seconds; a fraction, with point or comma, is checked to be in the smallest one. */
const DURATION = /^P(?:([\d.,]+)W)?(?:([\d.,]+)D)?(?:T(?:([\d.,]+)H)?(?:([\d.,]+)M)?(?:([\d.,]+)S)?)?$/;
const UNIT_MS = [604_800_000, 86_400_000, 3_600_000, 60_000, 1_000];
const WHOLE = /^\d+$/;
const FRACTION = /^\d+[.,]\d+$/;
const CALENDAR = /^P(?=.*\d)[\d.,YMWD]*[YM]/;

/** Longest duration that is accepted: 100 years of 365 days, so that sums of times stay exact. */
const MAX_DURATION_MS = 100 * 365 * 86_400_000;

type Duration = { ms: number } | { fault: string };

/** Milliseconds of an ISO 8601 duration (clause 5.5.2.2), or undefined: see `durationFault` for the reason. */
export function parseDuration(text: string): number | undefined {
  const read = readDuration(text);
  return "ms" in read ? read.ms : undefined;
}

/** Why a text is not a duration that `parseDuration` accepts, as the end of a sentence; undefined when it is one. */
export function durationFault(text: string): string | undefined {
  const read = readDuration(text);
  return "fault" in read ? read.fault : undefined;
}

function readDuration(text: string): Duration {
  if (text.startsWith("-")) return { fault: "is negative" };
  if (CALENDAR.test(text)) return { fault: "has years or months, whose length varies: use days" };
  const match = DURATION.exec(text);
  const parts = match?.slice(1) ?? [];
  const last = parts.findLastIndex((part) => part !== undefined);
  if (!match || last < 0 || text.endsWith("T")) return { fault: "is no ISO 8601 duration such as PT15M" };
  let ms = 0;
  for (const [index, part] of parts.entries()) {
    if (part === undefined) continue;
    if (!WHOLE.test(part) && !(index === last && FRACTION.test(part))) return { fault: `has no number in ${part}` };
    ms += Number(part.replace(",", ".")) * UNIT_MS[index]!;
  }
  if (ms > MAX_DURATION_MS) return { fault: "is longer than 100 years" };
  const rounded = Math.round(ms);
  return rounded > 0 ? { ms: rounded } : { fault: "is zero" };
}
