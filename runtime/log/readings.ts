// Readings: the readings of one message of a log, in columns of numbers, without an object for each.
// Fed by    read-readings.ts
// Gives     for each entry its twin's id, as text and as two hashes; for each row its point, time and value

import type { TwinId } from "../../models/district.ts";
import { latin } from "../../models/json-bytes.ts";

/** One device message for one twin: [point, epoch ms, value in the point's unit]. */
export type ReadingRow = [point: string, timeMs: number, value: number];

/** Two hashes, which take four characters at a time, by factors of MurmurHash3. */
export function firstWith(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, 0xcc9e2d51);
  return (product << 15) | (product >>> 17);
}

export function secondWith(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, 0x1b873593);
  return (product << 13) | (product >>> 19);
}

/** Two hashes of 32 bits of an id, as of its text in a message. */
export function hashesOf(id: string): [hash: number, second: number] {
  let first = 0;
  let second = 0;
  for (let i = 0; i < id.length; i += 4) {
    let word = 0;
    for (let at = Math.min(i + 4, id.length) - 1; at >= i; at--) word = (word << 8) ^ id.charCodeAt(at);
    first = firstWith(first, word);
    second = secondWith(second, word);
  }
  return [mixedFirst(first), mixedSecond(second)];
}

/** Each bit of the hash follows from all of what was put in: https://github.com/aappleby/smhasher (fmix32), https://nullprogram.com/blog/2018/07/31/ */
export function mixedFirst(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  const again = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return again ^ (again >>> 16);
}

export function mixedSecond(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  const again = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return again ^ (again >>> 16);
}

/** Numbers of an entry: where its id begins and ends in the text, its hashes, where its rows end. */
export const ENTRY_NUMBERS = 5;
export const FROM = 0;
export const TO = 1;
export const HASH = 2;
export const SECOND = 3;
export const ROWS_TO = 4;

/** The columns of a message lie among those of others. */
export interface ReadingColumns {
  entries: Int32Array;
  entriesFrom: number;
  /** The point of each row. */
  points: readonly string[];
  /** Time and value of each row. */
  numbers: Float64Array;
  numbersFrom: number;
}

export class Readings {
  readonly type = "readings";
  readonly at: number;
  /** Of entries: device messages. */
  readonly count: number;
  readonly #bytes: Uint8Array;
  readonly #entries: Int32Array;
  readonly #entriesFrom: number;
  readonly #points: readonly string[];
  readonly #numbers: Float64Array;
  readonly #numbersFrom: number;
  /** Ids that do not stand in the text as they are, by entry. */
  readonly #odd: ReadonlyMap<number, TwinId>;

  constructor(
    at: number,
    bytes: Uint8Array,
    count: number,
    { entries, entriesFrom, points, numbers, numbersFrom }: ReadingColumns,
    odd: ReadonlyMap<number, TwinId>,
  ) {
    this.at = at;
    this.count = count;
    this.#bytes = bytes;
    this.#entries = entries;
    this.#entriesFrom = entriesFrom;
    this.#points = points;
    this.#numbers = numbers;
    this.#numbersFrom = numbersFrom;
    this.#odd = odd;
  }

  id(entry: number): TwinId {
    return this.#odd.get(entry) ?? latin(this.#bytes, this.#entry(entry, FROM), this.#entry(entry, TO));
  }

  hash(entry: number): number {
    return this.#entry(entry, HASH);
  }

  second(entry: number): number {
    return this.#entry(entry, SECOND);
  }

  /** Whether an entry is for a twin. */
  isFor(entry: number, id: TwinId): boolean {
    if (this.#odd.size > 0 && this.#odd.has(entry)) return this.#odd.get(entry) === id;
    const from = this.#entry(entry, FROM);
    const length = this.#entry(entry, TO) - from;
    if (length !== id.length) return false;
    for (let i = 0; i < length; i++) if (id.charCodeAt(i) !== this.#bytes[from + i]) return false;
    return true;
  }

  /** The rows of an entry are those from here up to, not including, `rowsTo`. */
  rowsFrom(entry: number): number {
    return entry === 0 ? 0 : this.#entry(entry - 1, ROWS_TO);
  }

  rowsTo(entry: number): number {
    return this.#entry(entry, ROWS_TO);
  }

  point(row: number): string {
    return this.#points[row]!;
  }

  /** Epoch ms. */
  timeMs(row: number): number {
    return this.#numbers[this.#numbersFrom + 2 * row]!;
  }

  /** In the point's unit. */
  value(row: number): number {
    return this.#numbers[this.#numbersFrom + 2 * row + 1]!;
  }

  /** The rows of an entry, as they were written. */
  rows(entry: number): ReadingRow[] {
    const rows: ReadingRow[] = [];
    for (let row = this.rowsFrom(entry); row < this.rowsTo(entry); row++) {
      rows.push([this.point(row), this.timeMs(row), this.value(row)]);
    }
    return rows;
  }

  #entry(entry: number, which: number): number {
    return this.#entries[this.#entriesFrom + ENTRY_NUMBERS * entry + which]!;
  }
}
