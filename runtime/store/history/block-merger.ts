// Block merger: brings samples into the blocks of their points.
// Fed by    merging.ts, inside transactions
// K2  a sample that falls in a block is merged with it; those after all blocks of a point become small blocks of their own, and every so
//     many small ones a full one; a block fits twice in a page of LMDB, or, packed, fills one
// K3  merging the same samples again changes nothing
// K4  nobody else writes blocks while this lives: where a point ends is looked up once

import { decodeBlock, encodeBlock } from "./block.ts";
import { type BlocksDb, blockAfter, blockBefore, type Found, found } from "./blocks.ts";
import { type End, Ends } from "./ends.ts";
import { keyOf, passingKeyOf, pointOf } from "./keys.ts";
import { merge, Run } from "./run.ts";

const BLOCK_SAMPLES = 256;
/** LMDB gives a value that is larger than half a page pages of its own. */
const MAX_BLOCK_BYTES = 1_900;
/** A block that has reached this is full, too. Each half of one that was too large has. */
const FULL_BLOCK_BYTES = 900;
/**
 * Small blocks that wait at the end of a point to be put together: to open the last one for each few samples would write each sample
 * again and again, and many are many for a question to look at.
 */
const MOST_SMALL_BLOCKS = 8;
/** Full blocks at the end of a point are packed into one that fills a page: LMDB's pages of small ones are half empty. */
const PACKED_BYTES = 4_050;
const MAX_PACKED_SAMPLES = 16 * BLOCK_SAMPLES;
/** Part of the samples that stays when a packed block turns out too large. */
const REPACK_SHARE = 0.96;
/** Samples merged in one step, so that a step stays short. */
const MAX_STEP_SAMPLES = 4_096;
/** Old samples are taken out when there are some that are too old by this much: seldom, and many at a time. */
const RETIRE_MS = 30 * 86_400_000;
/** Blocks looked at for one packing. */
const MAX_PACKED_BLOCKS = 64;

export class BlockMerger {
  readonly #db: BlocksDb;
  readonly #ends = new Ends();
  readonly #old = new Run();
  readonly #merged = new Run();
  /** Of the point that was merged last: when its newest sample was before, undefined for a new point. */
  newestBeforeMs: number | undefined;
  /** No point behind it has blocks; undefined while that was not looked up. */
  #lastPoint: number | undefined;

  constructor(db: BlocksDb) {
    this.#db = db;
  }

  /**
   * Merges the samples of a settled run, from the given one on, with the block they fall in, inside a transaction.
   * Gives the index of the first sample that belongs elsewhere, for the next step.
   */
  mergeStep(point: number, run: Run, from: number): number {
    const end = this.#ends.of(point) ?? this.#endOf(point);
    this.newestBeforeMs = end.lastMs;
    if (end.lastMs === undefined || run.at[from]! > end.lastMs) return this.#append(point, run, from, end);
    this.#ends.forget(point);
    return this.#mergeLate(point, run, from);
  }

  #append(point: number, run: Run, from: number, end: End): number {
    const to = Math.min(run.length, from + MAX_STEP_SAMPLES);
    this.#write(point, run, from, to, true);
    // A full one counts, too: several of them may make a page.
    const small = end.small + 1;
    const isDue = small >= MOST_SMALL_BLOCKS || to - from >= BLOCK_SAMPLES;
    this.#ends.set(point, run.at[to - 1]!, isDue ? this.#tidy(point) : small);
    if (end.lastMs === undefined) this.#ends.setFirst(point, run.at[from]!);
    return to;
  }

  /** Some of them belong in or between blocks that are there. */
  #mergeLate(point: number, run: Run, from: number): number {
    const at = run.at[from]!;
    const here = (blockBefore(this.#db, point, at) ?? blockAfter(this.#db, point, at))!;
    const next = blockAfter(this.#db, point, here.head.first);
    const end = next ? run.from(next.head.first) : run.length;
    const to = Math.min(end, from + MAX_STEP_SAMPLES);
    if (at > here.head.last && isFull(here.head.count, here.bytes)) {
      this.#write(point, run, from, to, !next);
      return to;
    }
    this.#old.length = this.#merged.length = 0;
    decodeBlock(here.bytes, this.#old);
    merge(this.#old, run, from, to, this.#merged);
    if (this.#merged.at[0] !== here.head.first) this.#db.removeSync(here.key);
    this.#write(point, this.#merged, 0, this.#merged.length, !next);
    return to;
  }

  /** Where a point ends, as LMDB has it. */
  #endOf(point: number): End {
    let lastMs: number | undefined;
    let small = 0;
    if (this.#isNew(point)) return { lastMs, small: point % MOST_SMALL_BLOCKS };
    for (const block of this.#fromEnd(point)) {
      lastMs ??= block.head.last;
      if (isFull(block.head.count, block.bytes) || ++small === MOST_SMALL_BLOCKS) break;
    }
    // Those of a new point are as if some were there, so that not all points are due in the same compaction.
    return { lastMs, small: lastMs === undefined ? point % MOST_SMALL_BLOCKS : small };
  }

  /** Numbers are given one after the other: most points that are new lie behind all that have blocks. */
  #isNew(point: number): boolean {
    if (this.#lastPoint === undefined) {
      this.#lastPoint = -1;
      for (const key of this.#db.getKeys({ reverse: true, limit: 1 })) this.#lastPoint = pointOf(key);
    }
    if (point <= this.#lastPoint) return false;
    this.#lastPoint = point;
    return true;
  }

  *#fromEnd(point: number): Iterable<Found> {
    for (const { key, value } of this.#db.getRange({ start: keyOf(point + 1), end: keyOf(point), reverse: true })) {
      yield found(key, value);
    }
  }

  /** Takes out, inside a transaction, what the oldest block of a point has before a time, once that is RETIRE_MS ago. */
  takeBefore(point: number, atMs: number): Run | undefined {
    if (this.#ends.isNothingBefore(point, atMs - RETIRE_MS)) return undefined;
    const oldest = blockAfter(this.#db, point, Number.MIN_SAFE_INTEGER);
    if (!oldest) return undefined;
    if (oldest.head.first >= atMs - RETIRE_MS) {
      this.#ends.setFirst(point, oldest.head.first);
      return undefined;
    }
    const run = new Run();
    decodeBlock(oldest.bytes, run);
    this.#db.removeSync(oldest.key);
    this.#ends.forget(point);
    const end = run.from(atMs);
    if (end < run.length) this.#put(point, run, end, run.length);
    run.length = end;
    return run;
  }

  /**
   * Packs the blocks at the end of a point where they are enough to fill a page; where they are not, makes full ones of the small ones.
   * Gives how many small ones there are now.
   */
  #tidy(point: number): number {
    const blocks: Found[] = [];
    let small = 0;
    let bytes = 0;
    let count = 0;
    for (const block of this.#fromEnd(point)) {
      if (block.head.count > BLOCK_SAMPLES || blocks.length === MAX_PACKED_BLOCKS) break;
      if (small === blocks.length && !isFull(block.head.count, block.bytes)) small++;
      blocks.push(block);
      bytes += block.bytes.length;
      count += block.head.count;
    }
    const isPage = bytes >= PACKED_BYTES || count >= MAX_PACKED_SAMPLES;
    if (!isPage && small < 2) return small;
    if (!isPage) blocks.length = small;
    const run = this.#old;
    run.length = 0;
    for (const block of blocks.reverse()) {
      decodeBlock(block.bytes, run);
      this.#db.removeSync(block.key);
    }
    const from = isPage ? this.#pack(point, run, Math.floor((PACKED_BYTES * count) / bytes)) : 0;
    if (from === run.length) return 0;
    return this.#write(point, run, from, run.length, true) ? 0 : 1;
  }

  /** Writes packed blocks of about so many samples. Gives the index of the first sample of the rest. */
  #pack(point: number, run: Run, samples: number): number {
    const guess = Math.min(MAX_PACKED_SAMPLES, samples);
    let from = 0;
    while (run.length - from >= guess) {
      let to = from + guess;
      let block = encodeBlock(run, from, to);
      while (block.length > PACKED_BYTES) {
        to = from + Math.floor((to - from) * REPACK_SHARE);
        block = encodeBlock(run, from, to);
      }
      this.#db.putSync(passingKeyOf(point, run.at[from]!), block);
      from = to;
    }
    return from;
  }

  /**
   * Cuts samples into blocks. At the end of a point full ones, as more will follow; between others even ones, which have room.
   * Gives whether the last one is full.
   */
  #write(point: number, run: Run, from: number, to: number, isEnd: boolean): boolean {
    const count = to - from;
    const size = isEnd ? BLOCK_SAMPLES : Math.ceil(count / Math.ceil(count / BLOCK_SAMPLES));
    let isLastFull = false;
    for (let start = from; start < to; start += size) {
      isLastFull = this.#put(point, run, start, Math.min(to, start + size));
    }
    return isLastFull;
  }

  #put(point: number, run: Run, from: number, to: number): boolean {
    const bytes = encodeBlock(run, from, to);
    if (bytes.length <= MAX_BLOCK_BYTES) {
      this.#db.putSync(passingKeyOf(point, run.at[from]!), bytes);
      return isFull(to - from, bytes);
    }
    const middle = (from + to) >> 1;
    this.#put(point, run, from, middle);
    return this.#put(point, run, middle, to);
  }
}

function isFull(count: number, bytes: Uint8Array): boolean {
  return count >= BLOCK_SAMPLES || bytes.length >= FULL_BLOCK_BYTES;
}
