// Readings: the readings of one message of a log, in columns of numbers, without an object for each.
// Fed by    read-readings.ts
// Gives     for each entry its twin's id, as text and as two hashes; for each row its point, time and value

import type { TwinId } from "../../models/district.ts";

/** One device message for one twin: [point, epoch ms, value in the point's unit]. */
export type ReadingRow = [point: string, timeMs: number, value: number];

/** FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/ */
export const FNV_BASIS = 0x811c9dc5 | 0;
export const FNV_PRIME = 0x01000193;
/** Of a second hash, a polynomial. */
export const FACTOR = 0x01000197;

/** Two hashes of 32 bits of an id, as of its text in a message. */
export function hashesOf(id: string): [hash: number, second: number] {
  let hash = FNV_BASIS;
  let second = 0;
  for (let i = 0; i < id.length; i++) {
    const code = id.charCodeAt(i);
    hash = Math.imul(hash ^ code, FNV_PRIME);
    second = (Math.imul(second, FACTOR) + code) | 0;
  }
  return [hash, second];
}

/** Numbers of an entry: where its id begins and ends in the text, its hashes, where its rows end. */
export const ENTRY_NUMBERS = 5;
export const [FROM, TO, HASH, SECOND, ROWS_TO] = [0, 1, 2, 3, 4];

export class Readings {
  readonly type = "readings";
  readonly at: number;
  /** Of entries: device messages. */
  readonly count: number;
  readonly #bytes: Uint8Array;
  readonly #entries: Int32Array;
  readonly #points: readonly string[];
  /** Time and value of each row. */
  readonly #numbers: Float64Array;
  /** Ids that do not stand in the text as they are, by entry. */
  readonly #odd: ReadonlyMap<number, TwinId>;

  constructor(
    at: number,
    bytes: Uint8Array,
    entries: Int32Array,
    points: readonly string[],
    numbers: Float64Array,
    odd: ReadonlyMap<number, TwinId>,
  ) {
    this.at = at;
    this.count = entries.length / ENTRY_NUMBERS;
    this.#bytes = bytes;
    this.#entries = entries;
    this.#points = points;
    this.#numbers = numbers;
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
    if (this.#odd.has(entry)) return this.#odd.get(entry) === id;
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
    return this.#numbers[2 * row]!;
  }

  /** In the point's unit. */
  value(row: number): number {
    return this.#numbers[2 * row + 1]!;
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
    return this.#entries[ENTRY_NUMBERS * entry + which]!;
  }
}

/** Text whose bytes are its characters. */
export function latin(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString("latin1");
}
