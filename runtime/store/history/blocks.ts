// Blocks: the compressed samples of all points in LMDB, found by point and time.
// Form      key: (point, time of the first sample), see keys.ts; value: a block
// K1  the blocks of a point do not overlap, and none is empty
// K2  a sample that falls in a block is merged with it; a block fits twice in a page of LMDB, or, packed, fills one
// K3  merging the same samples again changes nothing

import type { Database } from "lmdb";
import { type BlockHead, blockHead, decodeBlock, encodeBlock } from "./block.ts";
import { keyOf, passingKeyOf } from "./keys.ts";
import { merge, Run, type Sample } from "./run.ts";
import { sampleIn } from "./sample-in.ts";
import { Starts } from "./starts.ts";

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

export type BlocksDb = Database<Buffer, Uint8Array>;

interface Found {
  key: Buffer;
  bytes: Buffer;
  head: BlockHead;
}

export class Blocks {
  readonly #db: BlocksDb;
  readonly #old = new Run();
  readonly #merged = new Run();
  readonly #starts: Starts;
  /** Of the point that was merged last: when its newest sample was before, undefined for a new point. */
  newestBeforeMs: number | undefined;

  constructor(db: BlocksDb) {
    this.#db = db;
    this.#starts = new Starts(db);
  }

  /** To be called when a transaction in which samples were merged or taken out is through. */
  written(): void {
    this.#starts.written();
  }

  /** The latest sample at or before a time. */
  last(point: number, atMs: number): Sample | undefined {
    const start = this.#starts.before(point, atMs);
    if (start === undefined) return undefined;
    // The bytes are LMDB's own: they are read before anything else is asked of it.
    const block = this.#db.getBinaryFast(passingKeyOf(point, start));
    return block && sampleIn(block, atMs);
  }

  /** The latest sample at or before a time that is not suspect. */
  lastGood(point: number, atMs: number): Sample | undefined {
    for (let block = this.#before(point, atMs); block; block = this.#before(point, block.head.first - 1)) {
      this.#old.length = 0;
      decodeBlock(block.bytes, this.#old);
      const good = this.#old.lastGood(atMs);
      if (good) return good;
    }
    return undefined;
  }

  /** The block whose span the time is in or after, or none when it lies before the point's first one. */
  #before(point: number, atMs: number): Found | undefined {
    const range = this.#db.getRange({ start: keyOf(point, atMs), end: keyOf(point), reverse: true, limit: 1 });
    for (const { key, value } of range) return found(key, value);
    return undefined;
  }

  #after(point: number, atMs: number): Found | undefined {
    const start = keyOf(point, atMs + 1);
    for (const { key, value } of this.#db.getRange({ start, end: keyOf(point + 1), limit: 1 }))
      return found(key, value);
    return undefined;
  }

  /** Hands over the blocks that may have samples in [fromMs, toMs), oldest first, for as long as `take` gives true. */
  each(point: number, fromMs: number, toMs: number, take: (block: Run) => boolean): void {
    const first = this.#before(point, fromMs);
    const start = first?.key ?? keyOf(point, fromMs);
    for (const { value } of this.#db.getRange({ start, end: keyOf(point, toMs) })) {
      this.#old.length = 0;
      decodeBlock(value, this.#old);
      if (!take(this.#old)) return;
    }
  }

  /**
   * Merges the samples of a settled run, from the given one on, with the block they fall in, inside a transaction.
   * Gives the index of the first sample that belongs elsewhere, for the next step.
   */
  mergeStep(point: number, run: Run, from: number): number {
    this.#starts.writing(point);
    const at = run.at[from]!;
    const last = this.#before(point, Number.MAX_SAFE_INTEGER);
    this.newestBeforeMs = last?.head.last;
    const here = !last || last.head.first <= at ? last : (this.#before(point, at) ?? this.#after(point, at));
    const isLast = here?.head.first === last?.head.first;
    const next = here && !isLast ? this.#after(point, here.head.first) : undefined;
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
    const oldest = this.#after(point, Number.MIN_SAFE_INTEGER);
    if (!oldest || oldest.head.first >= atMs - RETIRE_MS) return undefined;
    this.#starts.writing(point);
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

function found(key: Uint8Array, bytes: Buffer): Found {
  return { key: Buffer.from(key), bytes, head: blockHead(bytes) };
}
