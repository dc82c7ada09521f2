// Ends: where the blocks of each point begin and end, in memory, so that samples that come after all others are merged without a look at
// LMDB.
// Fed by    block-merger.ts, which alone writes blocks

const FIRST_POINTS = 1_024;
/** Those with higher numbers are looked up each time. Each takes 13 bytes. */
const MOST_POINTS = 2 ** 24;
const DAY_MS = 86_400_000;
const UNKNOWN_DAY = -(2 ** 31);

export interface End {
  /** Epoch ms of the newest sample; undefined for a point that has none. */
  lastMs: number | undefined;
  /** Blocks at its end that were not put together yet. */
  small: number;
}

export class Ends {
  /** By the number of the point; NaN where it is not known. Numbers are given one after the other, so most have one. */
  #lastMs = new Float64Array(FIRST_POINTS).fill(Number.NaN);
  #small = new Uint8Array(FIRST_POINTS);
  /** The day of its oldest sample, counted from the epoch. */
  #firstDay = new Int32Array(FIRST_POINTS).fill(UNKNOWN_DAY);

  of(point: number): End | undefined {
    const lastMs = this.#lastMs[point];
    return lastMs === undefined || Number.isNaN(lastMs) ? undefined : { lastMs, small: this.#small[point]! };
  }

  set(point: number, lastMs: number, small: number): void {
    if (point >= MOST_POINTS) return;
    if (point >= this.#lastMs.length) this.#grow(point);
    this.#lastMs[point] = lastMs;
    this.#small[point] = small;
  }

  /** Of a point whose end is known: its oldest sample is not older than that. */
  setFirst(point: number, firstMs: number): void {
    if (point < this.#firstDay.length) this.#firstDay[point] = Math.floor(firstMs / DAY_MS);
  }

  /** Whether it is known that a point has nothing before a time. */
  isNothingBefore(point: number, atMs: number): boolean {
    const day = this.#firstDay[point] ?? UNKNOWN_DAY;
    return day !== UNKNOWN_DAY && day * DAY_MS >= atMs;
  }

  forget(point: number): void {
    if (point >= this.#lastMs.length) return;
    this.#lastMs[point] = Number.NaN;
    this.#firstDay[point] = UNKNOWN_DAY;
  }

  #grow(point: number): void {
    const before = [this.#lastMs, this.#small, this.#firstDay] as const;
    const points = Math.max(point + 1, 2 * before[0].length);
    this.#lastMs = new Float64Array(points).fill(Number.NaN);
    this.#small = new Uint8Array(points);
    this.#firstDay = new Int32Array(points).fill(UNKNOWN_DAY);
    this.#lastMs.set(before[0]);
    this.#small.set(before[1]);
    this.#firstDay.set(before[2]);
  }
}
