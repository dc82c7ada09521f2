// A run: samples of one point in columns, in the order of time. What blocks decode to and the tail consists of.
// R1  the times of a run ascend strictly, once it is settled: a time has one sample, the one that was added last

import { SUSPECT } from "../../live/page.ts";

const FIRST_ROWS = 16;

export interface Sample {
  /** Epoch ms. */
  at: number;
  value: number;
  quality: number;
}

export interface Columns {
  readonly at: Float64Array;
  readonly value: Float64Array;
  readonly quality: Uint8Array;
}

export class Run implements Columns {
  /** Epoch ms, whole. */
  at = new Float64Array(FIRST_ROWS);
  value = new Float64Array(FIRST_ROWS);
  quality = new Uint8Array(FIRST_ROWS);
  length = 0;

  push(at: number, value: number, quality: number): void {
    const i = this.length;
    if (i === this.at.length) this.reserve(i + 1);
    this.at[i] = at;
    this.value[i] = value;
    this.quality[i] = quality;
    this.length = i + 1;
  }

  /** Appends the samples [from, to) of another run. */
  append(other: Columns, from: number, to: number): void {
    this.reserve(this.length + to - from);
    const { at, value, quality } = this;
    let end = this.length;
    // Mostly a few: made views of, they would cost more than copied one by one.
    for (let i = from; i < to; i++, end++) {
      at[end] = other.at[i]!;
      value[end] = other.value[i]!;
      quality[end] = other.quality[i]!;
    }
    this.length = end;
  }

  /** Makes room for so many samples. */
  reserve(rows: number): void {
    if (rows <= this.at.length) return;
    let capacity = this.at.length;
    while (capacity < rows) capacity *= 2;
    const { at, value, quality, length } = this;
    this.at = new Float64Array(capacity);
    this.value = new Float64Array(capacity);
    this.quality = new Uint8Array(capacity);
    this.at.set(at.subarray(0, length));
    this.value.set(value.subarray(0, length));
    this.quality.set(quality.subarray(0, length));
  }

  /** Index of the first sample at or after a time; `length` when there is none. To be asked of settled runs. */
  from(atMs: number): number {
    return lowerBound(this.at, this.length, atMs);
  }

  /** The latest sample at or before a time. To be asked of settled runs. */
  last(atMs: number): Sample | undefined {
    return this.#sample(this.#lastIndex(atMs));
  }

  /** The latest one of them that is not suspect. */
  lastGood(atMs: number): Sample | undefined {
    let i = this.#lastIndex(atMs);
    while (this.quality[i] === SUSPECT) i--;
    return this.#sample(i);
  }

  #lastIndex(atMs: number): number {
    const after = this.from(atMs);
    return after < this.length && this.at[after] === atMs ? after : after - 1;
  }

  #sample(i: number): Sample | undefined {
    return i < 0 ? undefined : this.sample(i);
  }

  sample(i: number): Sample {
    return { at: this.at[i]!, value: this.value[i]!, quality: this.quality[i]! };
  }
}

/** Index of the first of `length` ascending numbers (times) that is not before the given one. */
export function lowerBound(at: Float64Array | Uint32Array, length: number, atMs: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at[middle]! < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Appends to `into` what both hold, in the order of time; for equal times the newer one's sample (R1). */
export function merge(older: Run, newer: Run, fromNewer: number, toNewer: number, into: Run): void {
  into.reserve(into.length + older.length + toNewer - fromNewer);
  let j = fromNewer;
  for (let i = 0; i < older.length; i++) {
    const at = older.at[i]!;
    while (j < toNewer && newer.at[j]! < at) j = take(newer, j, into);
    if (j < toNewer && newer.at[j] === at) j = take(newer, j, into);
    else take(older, i, into);
  }
  into.append(newer, j, toNewer);
}

/** Appends one sample; gives the place of the next one. */
export function take(from: Run, i: number, into: Run): number {
  into.push(from.at[i]!, from.value[i]!, from.quality[i]!);
  return i + 1;
}
