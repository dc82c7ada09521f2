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
    let found = distinct(this.#young(twin, of).filter(({ at }) => at <= untilMs));
    const range = this.blocks[of].getRange({ start: [twin, untilMs, END], end: [twin] as never, reverse: true });
    for (const { value } of range) {
      if (found.length >= limit) break;
      found = distinct([...entriesOf(value).filter(({ at }) => at <= untilMs), ...found]);
    }
    return found.slice(-limit);
  }

  /** The first entry of a twin after a time. */
  after(twin: string, of: NoteKind, afterMs: number): JournalEntry | undefined {
    const isAfter = ({ at }: JournalEntry) => at > afterMs;
    const before = { start: [twin, afterMs, END], end: [twin], reverse: true, limit: 1 } as never;
    for (const { value } of this.blocks[of].getRange(before)) {
      const found = entriesOf(value).find(isAfter);
      if (found) return found;
    }
    const next = this.blocks[of].getRange({ start: [twin, afterMs, END], end: [twin, END] as never, limit: 1 });
    for (const { value } of next) return entriesOf(value)[0];
    return this.#young(twin, of).find(isAfter);
  }

  *#moving({ notes }: Tail): Iterable<void> {
    for (const [twin, kind, rows] of notes.series()) {
      for (let from = 0; from < rows.length; from += BLOCK_ENTRIES) {
        const { at, sequence, index } = placeOf(rows[from]!);
        const block = rows.slice(from, from + BLOCK_ENTRIES);
        this.blocks[kind].putSync([twin, at, sequence, index], block.join("\n"));
        yield;
      }
    }
  }

  #young(twin: string, of: NoteKind): JournalEntry[] {
    return this.#chapters.tails.flatMap(({ notes }) => notes.ofTwin(twin).filter((entry) => entry.of === of));
  }
}

const entriesOf = (block: string): JournalEntry[] => block.split("\n").map(entryOf);

const isBefore = (a: JournalEntry, b: JournalEntry): boolean =>
  a.at !== b.at ? a.at < b.at : a.sequence !== b.sequence ? a.sequence < b.sequence : a.index < b.index;

/** While entries are moved, and when they were put twice, they stand in several places. */
function distinct(entries: readonly JournalEntry[]): JournalEntry[] {
  const kept: JournalEntry[] = [];
  for (const entry of entries) {
    const last = kept.at(-1);
    if (!last || isBefore(last, entry)) kept.push(entry);
  }
  return kept;
}
