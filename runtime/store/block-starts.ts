// Starts of the journal's blocks: with which entry each block of a twin begins, in memory, so that the block of an instant is one look-up.
// Fed by    the keys of the blocks, when a twin is first asked for; told of every twin whose blocks were written
// S1  what is kept of a twin is what is committed: while entries of it are moved, the table itself is to be asked
// S2  a block that was swept away meanwhile is not found under its key: then the twin is to be forgotten, and the table asked
// S3  at most MAX_STARTS are kept: beyond that all are forgotten, and read again as they are asked for

import type { BlockKey, BlocksOfEntries } from "./journal.ts";

/** Each takes 24 bytes, and its twin some two hundred. */
const MAX_STARTS = 1_000_000;
/** What a twin counts for, beside its starts. */
const TWIN_STARTS = 8;
/** Of a key, without the twin: time, sequence, index. */
const NUMBERS = 3;

export class BlockStarts {
  readonly #blocks: BlocksOfEntries;
  readonly #known = new Map<string, Float64Array>();
  #kept = 0;

  constructor(blocks: BlocksOfEntries) {
    this.#blocks = blocks;
  }

  /** Key of the last block that begins at a time or before. */
  before(twin: string, atMs: number): BlockKey | undefined {
    const starts = this.#known.get(twin) ?? this.#read(twin);
    let low = 0;
    let high = starts.length / NUMBERS;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (starts[middle * NUMBERS]! <= atMs) low = middle + 1;
      else high = middle;
    }
    const i = (low - 1) * NUMBERS;
    return low === 0 ? undefined : [twin, starts[i]!, starts[i + 1]!, starts[i + 2]!];
  }

  /** To be called when blocks of a twin were written. */
  forget(twin: string): void {
    const starts = this.#known.get(twin);
    if (!starts) return;
    this.#kept -= starts.length / NUMBERS + TWIN_STARTS;
    this.#known.delete(twin);
  }

  #read(twin: string): Float64Array {
    const numbers: number[] = [];
    const range = { start: [twin], end: [twin, Number.POSITIVE_INFINITY] as never } as never;
    for (const [, at, sequence, index] of this.#blocks.getKeys(range)) numbers.push(at, sequence, index);
    const starts = Float64Array.from(numbers);
    if (this.#kept > MAX_STARTS) {
      this.#known.clear();
      this.#kept = 0;
    }
    this.#kept += starts.length / NUMBERS + TWIN_STARTS;
    this.#known.set(twin, starts);
    return starts;
  }
}
