// Starts: where the blocks of a point begin, in memory, so that the block of an instant is one look-up by its key.
// Fed by    the keys of the blocks, when a point or a neighbour of it is first asked for; told of when blocks are written
// S1  what is kept is what is committed: while blocks are written, here or in another process, LMDB itself is asked, and afterwards nothing is kept
// S2  at most MAX_STARTS are kept: beyond that all are forgotten, and read again as they are asked for

import type { BlocksDb } from "./blocks.ts";
import { keyOf, pointOf, timeOf } from "./keys.ts";

/** Each takes eight bytes, and its point some hundred. */
const MAX_STARTS = 2_000_000;
/** What a point counts for, beside its starts. */
const POINT_STARTS = 12;
/** Points read in one go. */
const NEIGHBOURS = 16;

export class Starts {
  readonly #db: BlocksDb;
  readonly #known = new Map<number, Float64Array>();
  #isChanging = false;
  #kept = 0;

  constructor(db: BlocksDb) {
    this.#db = db;
  }

  /** When the block begins that a time is in or after; none when it lies before the point's first one. */
  before(point: number, atMs: number): number | undefined {
    if (this.#isChanging) return this.#ask(point, atMs);
    const starts = this.#known.get(point) ?? this.#read(point);
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (starts[middle]! <= atMs) low = middle + 1;
      else high = middle;
    }
    return starts[low - 1];
  }

  writing(): void {
    this.#isChanging = true;
  }

  written(): void {
    this.#isChanging = false;
    this.#forget();
  }

  #forget(): void {
    this.#known.clear();
    this.#kept = 0;
  }

  #ask(point: number, atMs: number): number | undefined {
    const range = { start: keyOf(point, atMs), end: keyOf(point), reverse: true, limit: 1 };
    for (const key of this.#db.getKeys(range)) return timeOf(key);
    return undefined;
  }

  /** Reads the neighbours with it: points of a twin, and twins of a page, follow each other, and one cursor passes them all. */
  #read(point: number): Float64Array {
    const first = point - (point % NEIGHBOURS);
    const times: number[][] = Array.from({ length: NEIGHBOURS }, () => []);
    for (const key of this.#db.getKeys({ start: keyOf(first), end: keyOf(first + NEIGHBOURS) })) {
      times[pointOf(key) - first]!.push(timeOf(key));
    }
    if (this.#kept > MAX_STARTS) this.#forget();
    for (const [i, some] of times.entries()) {
      if (this.#known.has(first + i)) continue;
      this.#kept += some.length + POINT_STARTS;
      this.#known.set(first + i, Float64Array.from(some));
    }
    return Float64Array.from(times[point - first]!);
  }
}
