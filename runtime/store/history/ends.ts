// Ends: where the blocks of each point end, in memory, so that samples that come after all others are merged without a look at LMDB.
// Fed by    block-merger.ts, which alone writes blocks

const FIRST_POINTS = 1_024;
/** Those with higher numbers are looked up each time. Each takes nine bytes. */
const MOST_POINTS = 2 ** 24;

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

  forget(point: number): void {
    if (point < this.#lastMs.length) this.#lastMs[point] = Number.NaN;
  }

  #grow(point: number): void {
    const before = [this.#lastMs, this.#small] as const;
    const points = Math.max(point + 1, 2 * before[0].length);
    this.#lastMs = new Float64Array(points).fill(Number.NaN);
    this.#small = new Uint8Array(points);
    this.#lastMs.set(before[0]);
    this.#small.set(before[1]);
  }
}
