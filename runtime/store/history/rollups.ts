// Roll-ups: what is left of samples when they leave the history: quarter-hours with their count, sum, least, greatest, first, last.
// Fed by    blocks, or parts of them, that are older than RAW_RETENTION_MS
// Form      key: (point, time of the first quarter-hour); value: blocks, each after its length (u32): of (time, first value), and, for
//           the quarter-hours that have more than one sample, of (place, count), (place, last), (place, min), (place, max), (place, sum)
// U1  a quarter-hour has the time of its first sample, so that one with a single sample is that sample, exactly
// U2  suspect samples are left out; a quarter-hour with several samples is closed: what comes for it afterwards is not added
// U3  a quarter-hour that two blocks share is kept in two parts, which windows add up

import type { Database } from "lmdb";
import { GOOD, SUSPECT } from "../../live/page.ts";
import { blockHead, decodeBlock, encodeBlock } from "./block.ts";
import { keyOf } from "./keys.ts";
import { Run, type Sample } from "./run.ts";

const QUARTER_MS = 900_000;
const LENGTH_BYTES = 4;
/** Quarter-hours in one record. */
const MAX_ENTRIES = 4_096;

export interface Entry {
  /** Epoch ms of the first sample. */
  at: number;
  count: number;
  first: number;
  last: number;
  min: number;
  max: number;
  sum: number;
}

/** What a quarter-hour with several samples has beside its first value. */
const MORE = ["count", "last", "min", "max", "sum"] as const;

export type RollupsDb = Database<Buffer, Uint8Array>;

export class Rollups {
  readonly #db: RollupsDb;

  constructor(db: RollupsDb) {
    this.#db = db;
  }

  /** Adds the samples of a block, inside a transaction. */
  add(point: number, run: Run): void {
    const fresh = rollUp(run);
    if (fresh.length === 0) return;
    const [from, to] = [fresh[0]!.at, fresh.at(-1)!.at];
    const known: Entry[] = [];
    for (const { key, value } of [...this.#records(point, from, to + 1)]) {
      if (lastTime(value) < from) continue;
      decodeEntries(value, known);
      this.#db.removeSync(key);
    }
    const entries = known.length > 0 ? combine(known, fresh) : fresh;
    for (let i = 0; i < entries.length; i += MAX_ENTRIES) {
      this.#db.putSync(keyOf(point, entries[i]!.at), encodeEntries(entries.slice(i, i + MAX_ENTRIES)));
    }
  }

  /** Quarter-hours whose first sample is in [fromMs, toMs), oldest first; the rest may be missing once there are `enough`. */
  read(point: number, fromMs: number, toMs: number, enough = Number.POSITIVE_INFINITY): Entry[] {
    const entries: Entry[] = [];
    for (const { value } of this.#records(point, fromMs, toMs)) {
      decodeEntries(value, entries);
      if (entries.length >= enough + MAX_ENTRIES) break;
    }
    return entries.filter(({ at }) => at >= fromMs && at < toMs);
  }

  /** Tells of any time in [fromMs, toMs] whether it lies in a quarter-hour that is closed (U2). */
  closed(point: number, fromMs: number, toMs: number): (atMs: number) => boolean {
    const closed = new Set<number>();
    for (const { at, count } of this.read(point, quarterOf(fromMs), quarterOf(toMs) + QUARTER_MS)) {
      if (count > 1) closed.add(quarterOf(at));
    }
    return (atMs) => closed.has(quarterOf(atMs));
  }

  /** The latest value at or before a time. Within a quarter-hour that is its first one: the times of the others are not kept. */
  last(point: number, atMs: number): Sample | undefined {
    const entries: Entry[] = [];
    for (const { value } of this.#records(point, atMs, atMs + 1)) decodeEntries(value, entries);
    const entry = entries.findLast(({ at }) => at <= atMs);
    if (!entry) return undefined;
    const value = atMs < quarterOf(entry.at) + QUARTER_MS ? entry.first : entry.last;
    return { at: entry.at, value, quality: GOOD };
  }

  /** Forgets, inside a transaction, the records of a point that lie before a time. */
  forget(point: number, beforeMs: number): void {
    for (const { key, value } of [...this.#db.getRange({ start: keyOf(point), end: keyOf(point, beforeMs) })]) {
      if (lastTime(value) < beforeMs) this.#db.removeSync(key);
    }
  }

  /** Records that may have something in [fromMs, toMs). */
  #records(point: number, fromMs: number, toMs: number): Iterable<{ key: Uint8Array; value: Buffer }> {
    let start = keyOf(point, fromMs);
    for (const key of this.#db.getKeys({ start, end: keyOf(point), reverse: true, limit: 1 })) start = Buffer.from(key);
    return this.#db.getRange({ start, end: keyOf(point, toMs) });
  }
}

/** Whether a quarter-hour is closed, and a time lies in it. */
export const closes = ({ at, count }: Entry, atMs: number): boolean => count > 1 && quarterOf(at) === quarterOf(atMs);

const quarterOf = (at: number) => Math.floor(at / QUARTER_MS) * QUARTER_MS;

function rollUp(run: Run): Entry[] {
  const entries: Entry[] = [];
  let open: Entry | undefined;
  for (let i = 0; i < run.length; i++) {
    if (run.quality[i] === SUSPECT) continue;
    const at = run.at[i]!;
    const value = run.value[i]!;
    if (open && quarterOf(open.at) === quarterOf(at)) {
      open.count++;
      open.last = value;
      open.min = Math.min(open.min, value);
      open.max = Math.max(open.max, value);
      open.sum += value;
    } else {
      open = { at, count: 1, first: value, last: value, min: value, max: value, sum: value };
      entries.push(open);
    }
  }
  return entries;
}

/** Late quarter-hours among those that are there (U2). */
function combine(known: readonly Entry[], late: readonly Entry[]): Entry[] {
  const closed = new Set(known.filter(({ count }) => count > 1).map(({ at }) => quarterOf(at)));
  const taken = late.filter(({ at }) => !closed.has(quarterOf(at)));
  const corrected = new Set(taken.map(({ at }) => at));
  return [...known.filter(({ at }) => !corrected.has(at)), ...taken].sort((a, b) => a.at - b.at);
}

function encodeEntries(entries: readonly Entry[]): Buffer {
  const firsts = new Run();
  for (const { at, first } of entries) firsts.push(at, first, GOOD);
  const columns = [firsts];
  if (entries.some(({ count }) => count > 1)) {
    for (const name of MORE) {
      const column = new Run();
      for (const [i, entry] of entries.entries()) if (entry.count > 1) column.push(i, entry[name], GOOD);
      columns.push(column);
    }
  }
  const parts: Buffer[] = [];
  for (const column of columns) {
    const block = encodeBlock(column, 0, column.length);
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32LE(block.length);
    parts.push(length, block);
  }
  return Buffer.concat(parts);
}

function decodeEntries(record: Buffer, into: Entry[]): void {
  const base = into.length;
  const columns: Run[] = [];
  for (let start = 0; start < record.length; ) {
    const end = start + LENGTH_BYTES + record.readUInt32LE(start);
    const column = new Run();
    decodeBlock(record.subarray(start + LENGTH_BYTES, end), column);
    columns.push(column);
    start = end;
  }
  const [firsts, ...more] = columns as [Run, ...Run[]];
  for (let i = 0; i < firsts.length; i++) {
    const value = firsts.value[i]!;
    into.push({ at: firsts.at[i]!, count: 1, first: value, last: value, min: value, max: value, sum: value });
  }
  for (const [c, column] of more.entries()) {
    for (let i = 0; i < column.length; i++) into[base + column.at[i]!]![MORE[c]!] = column.value[i]!;
  }
}

const lastTime = (record: Buffer) => blockHead(record.subarray(LENGTH_BYTES)).last;
