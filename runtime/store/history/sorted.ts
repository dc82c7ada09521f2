// Sorted samples: those of many points in columns, by point and then by time. Made from a segment in some ten nanoseconds a sample.
// O1  a (point, time) stands once, with the sample that was added last
// O2  made once, never changed

import { lowerBound } from "./run.ts";
import type { Samples } from "./segment.ts";

const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;

export class Sorted {
  readonly length: number;
  readonly number: Uint32Array;
  readonly at: Float64Array;
  readonly value: Float64Array;
  readonly quality: Uint8Array;
  /** Time of the earliest sample. */
  readonly firstMs: number;

  private constructor(columns: Samples, order: Uint32Array, length: number) {
    this.length = length;
    this.number = new Uint32Array(length);
    this.at = new Float64Array(length);
    this.value = new Float64Array(length);
    this.quality = new Uint8Array(length);
    let firstMs = Number.POSITIVE_INFINITY;
    for (let i = 0; i < length; i++) {
      const from = order[i]!;
      const number = columns.number[from]!;
      // The earliest sample is the first one of some point.
      if ((i === 0 || number !== this.number[i - 1]) && columns.at[from]! < firstMs) firstMs = columns.at[from]!;
      this.number[i] = number;
      this.at[i] = columns.at[from]!;
      this.value[i] = columns.value[from]!;
      this.quality[i] = columns.quality[from]!;
    }
    this.firstMs = firstMs;
  }

  /** Of samples in any order; of the same point and time the last one counts. */
  static of(samples: Samples): Sorted {
    return Sorted.#inOrder(samples, byNumber(samples.number, samples.length));
  }

  /** Those of one point alone, in the time that it takes to look at all. */
  static ofPoint(samples: Samples, point: number): Sorted {
    const mine: number[] = [];
    for (let i = 0; i < samples.length; i++) if (samples.number[i] === point) mine.push(i);
    return Sorted.#inOrder(samples, Uint32Array.from(mine));
  }

  /** `order`: where they stand, by point and in the order in which they were added. */
  static #inOrder(samples: Samples, order: Uint32Array): Sorted {
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
    return new Sorted(samples, order, kept);
  }

  /** Both in one; of the same point and time the newer one's sample counts. */
  static merged(older: Sorted, newer: Sorted): Sorted {
    const length = older.length + newer.length;
    const both = {
      ...{ length, number: new Uint32Array(length), at: new Float64Array(length) },
      ...{ value: new Float64Array(length), quality: new Uint8Array(length) },
    };
    for (const [part, from] of [
      [older, 0],
      [newer, older.length],
    ] as const) {
      both.number.set(part.number, from);
      both.at.set(part.at, from);
      both.value.set(part.value, from);
      both.quality.set(part.quality, from);
    }
    return Sorted.of(both);
  }

  /** Index of the latest sample of a point at or before a time; -1 when there is none. */
  last(point: number, atMs: number): number {
    if (atMs < this.firstMs) return -1;
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const number = this.number[middle]!;
      if (number < point || (number === point && this.at[middle]! <= atMs)) low = middle + 1;
      else high = middle;
    }
    return low > 0 && this.number[low - 1] === point ? low - 1 : -1;
  }

  /** Where the samples of a point stand: [from, to). */
  span(point: number): [from: number, to: number] {
    return [lowerBound(this.number, this.length, point), lowerBound(this.number, this.length, point + 1)];
  }
}

/** Indexes by number, those of one number in their order: a radix sort, as comparing costs ten times as much. */
function byNumber(number: ArrayLike<number>, length: number): Uint32Array {
  let order = new Uint32Array(length);
  for (let i = 0; i < length; i++) order[i] = i;
  let next = new Uint32Array(length);
  const starts = new Uint32Array(DIGITS);
  let most = 0;
  for (let i = 0; i < length; i++) if (number[i]! > most) most = number[i]!;
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
      const from = order[i]!;
      const digit = (number[from]! >>> shift) & (DIGITS - 1);
      const to = starts[digit]!;
      starts[digit] = to + 1;
      next[to] = from;
    }
    [order, next] = [next, order];
  }
  return order;
}
