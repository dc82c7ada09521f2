// How the amount of a year spreads over it: the shape behind every register.
// Fed by    weights of the quarter-hours of a year: a load profile, degree hours, sunshine
// Gives     the amount that has run through by any moment, counted in years
// Y1  it never falls, and each calendar year (UTC) adds exactly one
// Y2  it depends on the moment alone: asked again, later or in another order, it says the same

import { QUARTER_HOUR_MS } from "./calendar.ts";

/** Weights of the quarter-hours of a year in UTC, none negative and not all zero. */
export type YearWeights = (year: number) => Float64Array;

interface Year {
  number: number;
  fromMs: number;
  toMs: number;
  /** Share of the year that has run through at the start of each quarter-hour. */
  share: Float64Array;
}

export class YearCurve {
  readonly #weights: YearWeights;
  readonly #years = new Map<number, Year>();
  #last: Year = { number: 0, fromMs: 0, toMs: 0, share: new Float64Array(1) };

  constructor(weights: YearWeights) {
    this.#weights = weights;
  }

  /** Years' amounts that have run through from 1970 to a moment. */
  years(timeMs: number): number {
    if (timeMs < this.#last.fromMs || timeMs >= this.#last.toMs) {
      const number = new Date(timeMs).getUTCFullYear();
      // By Y1, a New Year needs no curve: registers start at one, and the curves of those years are never reckoned.
      if (timeMs === Date.UTC(number, 0, 1)) return number - 1970;
      this.#last = this.#yearOf(number);
    }
    const { number, fromMs, share } = this.#last;
    const slot = (timeMs - fromMs) / QUARTER_HOUR_MS;
    const index = Math.floor(slot);
    const before = share[index]!;
    const after = share[index + 1]!;
    // The last bits of the product must not lift it above the next slot's start: Y1.
    return number - 1970 + Math.min(after, before + (after - before) * (slot - index));
  }

  #yearOf(number: number): Year {
    let year = this.#years.get(number);
    if (!year) {
      const share = cumulated(this.#weights(number));
      year = { number, fromMs: Date.UTC(number, 0, 1), toMs: Date.UTC(number + 1, 0, 1), share };
      this.#years.set(number, year);
    }
    return year;
  }
}

/** How many quarter-hours a year has in UTC, where no hour is missing or twice. */
function quarterHours(year: number): number {
  return (Date.UTC(year + 1, 0, 1) - Date.UTC(year, 0, 1)) / QUARTER_HOUR_MS;
}

/** Weights of a year from a function of the start of each quarter-hour. */
export function weightsBy(year: number, weight: (startMs: number) => number): Float64Array {
  const weights = new Float64Array(quarterHours(year));
  const fromMs = Date.UTC(year, 0, 1);
  for (let index = 0; index < weights.length; index++) weights[index] = weight(fromMs + index * QUARTER_HOUR_MS);
  return weights;
}

function cumulated(weights: Float64Array): Float64Array {
  const share = new Float64Array(weights.length + 1);
  for (let index = 0; index < weights.length; index++) share[index + 1] = share[index]! + weights[index]!;
  const total = share[weights.length]!;
  for (let index = 1; index < share.length; index++) share[index]! /= total;
  return share;
}
