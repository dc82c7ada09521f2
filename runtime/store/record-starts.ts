// Starts of records: with what each record of a twin begins, in memory, so that the record of an instant is one look-up by its key.
// Fed by    the keys of a table, when a twin is first asked for; told of every twin whose records were written
// S1  what is kept of a twin is what is committed: what is being moved meanwhile is known from elsewhere, and so is whatever it replaces
// S2  a record that was swept away meanwhile is not found under its key: then the twin is to be forgotten, and the table asked
// S3  at most MAX_STARTS are kept: beyond that all are forgotten, and read again as they are asked for

import type { Database } from "lmdb";

/** What the records of a twin, or of one of its codes, have in common. */
export type Owner = readonly string[];
/** What happened first of what is in a record. */
type Start = [at: number, sequence: number, index: number];
export type RecordKey<Of extends Owner> = [...owner: Of, ...start: Start];

/** Each takes 24 bytes, and its owner some two hundred. */
const MAX_STARTS = 1_000_000;
/** What an owner counts for, beside its starts. */
const OWNER_STARTS = 8;
/** Of a key, without the owner. */
const NUMBERS = 3;
/** No part of an owner has it. */
const SEPARATOR = "\n";

export class RecordStarts<Of extends Owner> {
  readonly #records: Database<Buffer, RecordKey<Of>>;
  readonly #known = new Map<string, Float64Array>();
  #kept = 0;

  constructor(records: Database<Buffer, RecordKey<Of>>) {
    this.#records = records;
  }

  /** Key of the last record that begins at a time or before. */
  before(owner: Of, atMs: number): RecordKey<Of> | undefined {
    const starts = this.#known.get(nameOf(owner)) ?? this.#read(owner);
    let low = 0;
    let high = starts.length / NUMBERS;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (starts[middle * NUMBERS]! <= atMs) low = middle + 1;
      else high = middle;
    }
    const i = (low - 1) * NUMBERS;
    return low === 0 ? undefined : [...owner, starts[i]!, starts[i + 1]!, starts[i + 2]!];
  }

  /** To be called when records were written, and when one was swept away. */
  forget(owner: Of): void {
    const name = nameOf(owner);
    const starts = this.#known.get(name);
    if (!starts) return;
    this.#kept -= starts.length / NUMBERS + OWNER_STARTS;
    this.#known.delete(name);
  }

  #read(owner: Of): Float64Array {
    const numbers: number[] = [];
    const range = { start: owner as never, end: [...owner, Number.POSITIVE_INFINITY] as never };
    for (const key of this.#records.getKeys(range)) {
      for (let i = owner.length; i < key.length; i++) numbers.push(key[i] as number);
    }
    const starts = Float64Array.from(numbers);
    if (this.#kept > MAX_STARTS) {
      this.#known.clear();
      this.#kept = 0;
    }
    this.#kept += starts.length / NUMBERS + OWNER_STARTS;
    this.#known.set(nameOf(owner), starts);
    return starts;
  }
}

const nameOf = (owner: Owner): string => (owner.length === 1 ? owner[0]! : owner.join(SEPARATOR));
