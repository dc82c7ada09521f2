// Times of events: whole milliseconds that ECMAScript has a date for.

/** ECMA-262, 21.4.1.1: 275,760 years around 1970. */
const MAX_TIME_MS = 8.64e15;

export const isTime = (value: unknown): value is number =>
  Number.isInteger(value) && Math.abs(value as number) <= MAX_TIME_MS;
