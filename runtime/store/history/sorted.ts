// Sorted samples: those of many points, by point and then by time: an order over the columns of a segment, which stay as they are.
// O1  a (point, time) stands once, with the sample that was added last
// O2  made once, never changed

import type { Run, Sample } from "./run.ts";
import type { Samples } from "./segment.ts";

/** So many can be put in order: a place takes two bytes. */
export const MAX_SORTED = 2 ** 16;
const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;

export class Sorted {
  readonly length: number;
  readonly #columns: Samples;
  /** Where each stands in the columns. */
  readonly #order: Uint16Array;
  /** Time of the earliest sample. */
  readonly #firstMs: number;

  private constructor(columns: Samples, order: Uint16Array) {
    this.length = order.length;
    this.#columns = columns;
    this.#order = order;
    const { number, at } = columns;
    let firstMs = Number.POSITIVE_INFINITY;
    let before: number | undefined;
    for (const place of order) {
      // The earliest sample is the first one of some point.
      if (number[place] !== before && at[place]! < firstMs) firstMs = at[place]!;
      before = number[place];
    }
    this.#firstMs = firstMs;
  }

  /** Of at most MAX_SORTED samples in any order; of the same point and time the last one counts. They must not change any more. */
  static of(samples: Samples): Sorted {
    return Sorted.#inOrder(samples, byNumber(samples.number, samples.length));
  }

  /** Those of one point alone, in the time that it takes to look at all. */
  static ofPoint(samples: Samples, point: number): Sorted {
    const mine: number[] = [];
    for (let i = 0; i < samples.length; i++) if (samples.number[i] === point) mine.push(i);
    return Sorted.#inOrder(samples, Uint16Array.from(mine));
  }

  /** `order`: where they stand, by point and in the order in which they were added. */
  static #inOrder(samples: Samples, order: Uint16Array): Sorted {
    const { number, at } = samples;
    let kept = 0;
    for (let from = 0, to = 0; from < order.length; from = to) {
      const point = number[order[from]!]!;
      let ascends = true;
      for (to = from + 1; to < order.length && number[order[to]!] === point; to++) {
        ascends &&= at[order[to]!]! > at[order[to - 1]!]!;
      }
      if (!ascends) order.subarray(from, to).sort((a, b) => at[a]! - at[b]! || a - b);
      for (let i = from; i < to; i++) {
        const isLast = i + 1 === to || at[order[i + 1]!] !== at[order[i]!];
        if (isLast) order[kept++] = order[i]!;
      }
    }
    return new Sorted(samples, order.slice(0, kept));
  }

  /** Both in one; of the same point and time the newer one's sample counts. */
  static merged(older: Sorted, newer: Sorted): Sorted {
    const length = older.length + newer.length;
    const both = {
      ...{ length, number: new Uint32Array(length), at: new Float64Array(length) },
      ...{ value: new Float64Array(length), quality: new Uint8Array(length) },
    };
    let i = 0;
    for (const part of [older, newer]) {
      const { number, at, value, quality } = part.#columns;
      for (const place of part.#order) {
        both.number[i] = number[place]!;
        both.at[i] = at[place]!;
        both.value[i] = value[place]!;
        both.quality[i++] = quality[place]!;
      }
    }
    return Sorted.of(both);
  }

  atMs(i: number): number {
    return this.#columns.at[this.#order[i]!]!;
  }

  sample(i: number): Sample {
    const { at, value, quality } = this.#columns;
    const place = this.#order[i]!;
    return { at: at[place]!, value: value[place]!, quality: quality[place]! };
  }

  /** Appends the samples [from, to), which are of one point, to a run. */
  appendTo(run: Run, from: number, to: number): void {
    const { at, value, quality } = this.#columns;
    run.reserve(run.length + to - from);
    for (let i = from; i < to; i++) {
      const place = this.#order[i]!;
      run.push(at[place]!, value[place]!, quality[place]!);
    }
  }

  /** Index of the latest sample of a point at or before a time; -1 when there is none. */
  last(point: number, atMs: number): number {
    if (atMs < this.#firstMs) return -1;
    const i = this.#after(point, atMs, true) - 1;
    return i >= 0 && this.#columns.number[this.#order[i]!] === point ? i : -1;
  }

  /** Where the samples of a point in [fromMs, toMs) stand: [from, to). */
  span(point: number, fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY): [from: number, to: number] {
    const from = this.#after(point, fromMs, false);
    return [from, Math.max(from, this.#after(point, toMs, false))];
  }

  /** Index of the first sample behind a point and time; `isPassed`: behind one of that very time, too. */
  #after(point: number, atMs: number, isPassed: boolean): number {
    const { number, at } = this.#columns;
    const order = this.#order;
    let low = 0;
    let high = order.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const place = order[middle]!;
      const here = number[place]!;
      if (here < point || (here === point && (at[place]! < atMs || (isPassed && at[place] === atMs)))) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Where samples are sorted, one segment after the other: memory of its own for each would make the collector run. */
let places = new Uint16Array(MAX_SORTED);
let others = new Uint16Array(MAX_SORTED);
const starts = new Uint32Array(DIGITS);

/** Places by number, those of one number in their order: a radix sort, as comparing costs ten times as much. Good until the next call. */
function byNumber(number: ArrayLike<number>, length: number): Uint16Array {
  if (length > MAX_SORTED) throw new RangeError(`${length} samples are too many to be put in order at once`);
  let most = 0;
  for (let i = 0; i < length; i++) {
    places[i] = i;
    if (number[i]! > most) most = number[i]!;
  }
  for (let shift = 0; shift < 32 && most >>> shift > 0; shift += DIGIT_BITS) {
    starts.fill(0);
    for (let i = 0; i < length; i++) {
      const digit = (number[i]! >>> shift) & (DIGITS - 1);
      starts[digit] = starts[digit]! + 1;
    }
    let sum = 0;
    for (let digit = 0; digit < DIGITS; digit++) {
      const count = starts[digit]!;
      starts[digit] = sum;
      sum += count;
    }
    for (let i = 0; i < length; i++) {
      const from = places[i]!;
      const digit = (number[from]! >>> shift) & (DIGITS - 1);
      const to = starts[digit]!;
      starts[digit] = to + 1;
      others[to] = from;
    }
    [places, others] = [others, places];
  }
  return places.subarray(0, length);
}
