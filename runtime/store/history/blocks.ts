// Blocks: the compressed samples of all points in LMDB, found by point and time.
// Fed by    mergers.ts, in this process or another
// Form      key: (point, time of the first sample), see keys.ts; value: a block
// K1  the blocks of a point do not overlap, and none is empty

import type { Database } from "lmdb";
import { type BlockHead, blockHead, decodeBlock } from "./block.ts";
import { keyOf, passingKeyOf } from "./keys.ts";
import { Run, type Sample } from "./run.ts";
import { sampleIn } from "./sample-in.ts";
import { Starts } from "./starts.ts";

export type BlocksDb = Database<Buffer, Uint8Array>;

export interface Found {
  key: Buffer;
  bytes: Buffer;
  head: BlockHead;
}

export class Blocks {
  readonly #db: BlocksDb;
  readonly #old = new Run();
  readonly #starts: Starts;

  constructor(db: BlocksDb) {
    this.#db = db;
    this.#starts = new Starts(db);
  }

  /** From now on, until `written`, blocks may change at any time. */
  writing(): void {
    this.#starts.writing();
  }

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
    for (
      let block = blockBefore(this.#db, point, atMs);
      block;
      block = blockBefore(this.#db, point, block.head.first - 1)
    ) {
      this.#old.length = 0;
      decodeBlock(block.bytes, this.#old);
      const good = this.#old.lastGood(atMs);
      if (good) return good;
    }
    return undefined;
  }

  /** Hands over the blocks that may have samples in [fromMs, toMs), oldest first, for as long as `take` gives true. */
  each(point: number, fromMs: number, toMs: number, take: (block: Run) => boolean): void {
    const first = blockBefore(this.#db, point, fromMs);
    const start = first?.key ?? keyOf(point, fromMs);
    for (const { value } of this.#db.getRange({ start, end: keyOf(point, toMs) })) {
      this.#old.length = 0;
      decodeBlock(value, this.#old);
      if (!take(this.#old)) return;
    }
  }
}

/** The block whose span the time is in or after, or none when it lies before the point's first one. */
export function blockBefore(db: BlocksDb, point: number, atMs: number): Found | undefined {
  const range = db.getRange({ start: keyOf(point, atMs), end: keyOf(point), reverse: true, limit: 1 });
  for (const { key, value } of range) return found(key, value);
  return undefined;
}

export function blockAfter(db: BlocksDb, point: number, atMs: number): Found | undefined {
  const start = keyOf(point, atMs + 1);
  for (const { key, value } of db.getRange({ start, end: keyOf(point + 1), limit: 1 })) return found(key, value);
  return undefined;
}

export function found(key: Uint8Array, bytes: Buffer): Found {
  return { key: Buffer.from(key), bytes, head: blockHead(bytes) };
}
