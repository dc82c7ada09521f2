// Block merger: brings samples into the blocks of their points.
// Fed by    merging.ts, inside transactions
// K2  a sample that falls in a block is merged with it; a block fits twice in a page of LMDB, or, packed, fills one
// K3  merging the same samples again changes nothing

import { decodeBlock, encodeBlock } from "./block.ts";
import { type BlocksDb, blockAfter, blockBefore, type Found, found } from "./blocks.ts";
import { keyOf } from "./keys.ts";
import { merge, Run } from "./run.ts";

const BLOCK_SAMPLES = 256;
/** LMDB gives a value that is larger than half a page pages of its own. */
const MAX_BLOCK_BYTES = 1_900;
/** A block that has reached this is left alone by samples that come after it. */
const FULL_BLOCK_BYTES = 1_500;
/** Full blocks at the end of a point are packed into one that fills a page: LMDB's pages of small ones are half empty. */
const PACKED_BYTES = 4_050;
const MAX_PACKED_SAMPLES = 16 * BLOCK_SAMPLES;
/** Part of the samples that stays when a packed block turns out too large. */
const REPACK_SHARE = 0.96;
/** Samples merged in one step, so that a step stays short. */
const MAX_STEP_SAMPLES = 4_096;
/** Old samples are taken out when there are some that are too old by this much: seldom, and many at a time. */
const RETIRE_MS = 30 * 86_400_000;
/** Small blocks looked at for one packing. */
const MAX_PACKED_BLOCKS = 64;

export class BlockMerger {
  readonly #db: BlocksDb;
  readonly #old = new Run();
  readonly #merged = new Run();
  /** Of the point that was merged last: when its newest sample was before, undefined for a new point. */
  newestBeforeMs: number | undefined;

  constructor(db: BlocksDb) {
    this.#db = db;
  }

  /**
   * Merges the samples of a settled run, from the given one on, with the block they fall in, inside a transaction.
   * Gives the index of the first sample that belongs elsewhere, for the next step.
   */
  mergeStep(point: number, run: Run, from: number): number {
    const at = run.at[from]!;
    const last = blockBefore(this.#db, point, Number.MAX_SAFE_INTEGER);
    this.newestBeforeMs = last?.head.last;
    const here =
      !last || last.head.first <= at ? last : (blockBefore(this.#db, point, at) ?? blockAfter(this.#db, point, at));
    const isLast = here?.head.first === last?.head.first;
    const next = here && !isLast ? blockAfter(this.#db, point, here.head.first) : undefined;
    const end = next ? run.from(next.head.first) : run.length;
    const to = Math.min(end, from + MAX_STEP_SAMPLES);
    if (!here || (at > here.head.last && isFull(here))) {
      this.#write(point, run, from, to, !next);
      if (!next) this.#pack(point);
      return to;
    }
    this.#old.length = this.#merged.length = 0;
    decodeBlock(here.bytes, this.#old);
    merge(this.#old, run, from, to, this.#merged);
    if (this.#merged.at[0] !== here.head.first) this.#db.removeSync(here.key);
    this.#write(point, this.#merged, 0, this.#merged.length, !next);
    if (!next && this.#merged.length > BLOCK_SAMPLES) this.#pack(point);
    return to;
  }

  /** Takes out, inside a transaction, what the oldest block of a point has before a time, once that is RETIRE_MS ago. */
  takeBefore(point: number, atMs: number): Run | undefined {
    const oldest = blockAfter(this.#db, point, Number.MIN_SAFE_INTEGER);
    if (!oldest || oldest.head.first >= atMs - RETIRE_MS) return undefined;
    const run = new Run();
    decodeBlock(oldest.bytes, run);
    this.#db.removeSync(oldest.key);
    const end = run.from(atMs);
    if (end < run.length) this.#put(point, run, end, run.length);
    run.length = end;
    return run;
  }

  /** Packs the small blocks at the end of a point where they are enough to fill a page. The rest stays the last block. */
  #pack(point: number): void {
    const small: Found[] = [];
    let bytes = 0;
    let count = 0;
    for (const { key, value } of this.#db.getRange({ start: keyOf(point + 1), end: keyOf(point), reverse: true })) {
      const block = found(key, value);
      if (block.head.count > BLOCK_SAMPLES || small.length === MAX_PACKED_BLOCKS) break;
      small.unshift(block);
      bytes += value.length;
      count += block.head.count;
    }
    if (bytes < PACKED_BYTES && count < MAX_PACKED_SAMPLES) return;
    const run = this.#old;
    run.length = 0;
    for (const block of small) {
      decodeBlock(block.bytes, run);
      this.#db.removeSync(block.key);
    }
    const guess = Math.min(MAX_PACKED_SAMPLES, Math.floor((PACKED_BYTES * count) / bytes));
    let from = 0;
    while (run.length - from >= guess) {
      let to = from + guess;
      let block = encodeBlock(run, from, to);
      while (block.length > PACKED_BYTES) {
        to = from + Math.floor((to - from) * REPACK_SHARE);
        block = encodeBlock(run, from, to);
      }
      this.#db.putSync(keyOf(point, run.at[from]!), block);
      from = to;
    }
    this.#write(point, run, from, run.length, true);
  }

  /** Cuts samples into blocks. At the end of a point full ones, as more will follow; between others even ones, which have room. */
  #write(point: number, run: Run, from: number, to: number, isEnd: boolean): void {
    const count = to - from;
    const size = isEnd ? BLOCK_SAMPLES : Math.ceil(count / Math.ceil(count / BLOCK_SAMPLES));
    for (let start = from; start < to; start += size) this.#put(point, run, start, Math.min(to, start + size));
  }

  #put(point: number, run: Run, from: number, to: number): void {
    const bytes = encodeBlock(run, from, to);
    if (bytes.length <= MAX_BLOCK_BYTES) {
      this.#db.putSync(keyOf(point, run.at[from]!), bytes);
      return;
    }
    const middle = (from + to) >> 1;
    this.#put(point, run, from, middle);
    this.#put(point, run, middle, to);
  }
}

function isFull({ head, bytes }: Found): boolean {
  return head.count >= BLOCK_SAMPLES || bytes.length >= FULL_BLOCK_BYTES;
}
