// The journal: what changed the state of twins, and remarkable readings, found by twin and time.
// Fed by    chapters, when they are moved
// Gives     the entries of a twin in their order; the last one at or before a time
// Form      blocks: (twin, time, sequence, index) of the first entry to the rows of that twin, a line each
// P1  the entry of an instant is one seek, however many there are; log time never decreases, so that its order is that of the events
// P2  putting the same entries again changes nothing that is read

import type { Database, RootDatabase } from "lmdb";
import { entryOf, type JournalEntry, type NoteKind, placeOf } from "../live/notes.ts";
import type { Chapters, Tail } from "./chapters.ts";

const BLOCK_ENTRIES = 32;

export type BlockKey = [twin: string, at: number, sequence: number, index: number];
export type BlocksOfEntries = Database<string, BlockKey>;

const END = Number.POSITIVE_INFINITY;
const ZERO = "0".charCodeAt(0);
const MINUS = "-".charCodeAt(0);

export class Journal {
  readonly #chapters: Chapters;
  readonly blocks: Readonly<Record<NoteKind, BlocksOfEntries>>;

  constructor(root: RootDatabase, chapters: Chapters) {
    this.#chapters = chapters;
    this.blocks = {
      state: root.openDB({ name: "transitions", encoding: "string" }),
      reading: root.openDB({ name: "remarks", encoding: "string" }),
    };
    chapters.join({ moving: (tail) => this.#moving(tail) });
  }

  /** The last entries of a twin up to a time, oldest first. */
  last(twin: string, of: NoteKind, limit: number, untilMs = END): JournalEntry[] {
    let found = distinct(this.#young(twin, of).filter((row) => placeOf(row).at <= untilMs));
    const range = { start: [twin, untilMs, END], end: [twin] as never, reverse: true };
    // The state of a twin at an instant: mostly one block has it, of which one row is read.
    const isOne = limit === 1 && found.length === 0;
    for (const { value } of this.blocks[of].getRange(isOne ? { ...range, limit: 1 } : range)) {
      if (found.length >= limit) break;
      const upTo = value.slice(0, endUpTo(value, timeAt(twin, of), untilMs));
      const rows = isOne ? [upTo.slice(upTo.lastIndexOf("\n") + 1)] : upTo.split("\n");
      found = distinct([...rows.slice(-limit), ...found]);
    }
    return found.slice(-limit).map(entryOf);
  }

  /** The first entry of a twin after a time. */
  after(twin: string, of: NoteKind, afterMs: number): JournalEntry | undefined {
    const isAfter = (row: string) => placeOf(row).at > afterMs;
    const before = { start: [twin, afterMs, END], end: [twin], reverse: true, limit: 1 } as never;
    for (const { value } of this.blocks[of].getRange(before)) {
      const next = endUpTo(value, timeAt(twin, of), afterMs) + 1;
      if (next < value.length) return entryOf(value.slice(next).split("\n", 1)[0]!);
    }
    const next = this.blocks[of].getRange({ start: [twin, afterMs, END], end: [twin, END] as never, limit: 1 });
    for (const { value } of next) return entryOf(value.split("\n", 1)[0]!);
    const young = this.#young(twin, of).find(isAfter);
    return young === undefined ? undefined : entryOf(young);
  }

  *#moving({ notes }: Tail): Iterable<void> {
    for (const [twin, kind, all] of notes.series()) {
      const rows = distinct(all);
      for (let from = 0; from < rows.length; from += BLOCK_ENTRIES) {
        const { at, sequence, index } = placeOf(rows[from]!);
        const block = rows.slice(from, from + BLOCK_ENTRIES);
        this.blocks[kind].putSync([twin, at, sequence, index], block.join("\n"));
        yield;
      }
    }
  }

  #young(twin: string, of: NoteKind): string[] {
    return this.#chapters.tails.flatMap(({ notes }) => notes.ofTwin(twin, of));
  }
}

/** Where in the rows of a twin the time stands. */
const timeAt = (twin: string, of: NoteKind): number => `[${JSON.stringify(twin)},"${of}",`.length;

/** Where in a block the last row up to a time ends. Its first row is one: the block's key says so. */
function endUpTo(block: string, timeAt: number, atMs: number): number {
  let low = 0; // Start of a row up to the time.
  let high = block.length; // End of the block, or of a row before one that is later.
  for (;;) {
    const middle = block.lastIndexOf("\n", (low + high) >> 1) + 1;
    const start = middle > low ? middle : block.indexOf("\n", low) + 1;
    if (start === 0 || start > high) return high;
    if (wholeAt(block, start + timeAt) <= atMs) low = start;
    else high = start - 1;
  }
}

/** The whole number that stands at a place of a text. */
function wholeAt(text: string, place: number): number {
  const isNegative = text.charCodeAt(place) === MINUS;
  let whole = 0;
  for (let i = isNegative ? place + 1 : place; ; i++) {
    const digit = text.charCodeAt(i) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return isNegative ? -whole : whole;
    whole = whole * 10 + digit;
  }
}

function isBefore(one: string, other: string): boolean {
  const [a, b] = [placeOf(one), placeOf(other)];
  return a.at !== b.at ? a.at < b.at : a.sequence !== b.sequence ? a.sequence < b.sequence : a.index < b.index;
}

/** While entries are moved, and when they were put twice, they stand in several places. */
function distinct(rows: readonly string[]): string[] {
  const kept: string[] = [];
  for (const row of rows) {
    const last = kept.at(-1);
    if (last === undefined || isBefore(last, row)) kept.push(row);
  }
  return kept;
}
