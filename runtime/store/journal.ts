// The journal: what changed the state of twins, and remarkable readings, found by twin and time.
// Fed by    chapters, when they are moved
// Gives     the entries of a twin in their order; the last one at or before a time
// Form      blocks: (twin, time, sequence, index) of the first entry to notes of that twin, see notes-record.ts
// P1  the entry of an instant is one seek, however many there are; log time never decreases, so that its order is that of the events
// P2  putting the same entries again changes nothing that is read

import type { Database, RootDatabase } from "lmdb";
import { type JournalEntry, NOTE_KINDS, type NoteKind, type Notes } from "../live/notes.ts";
import type { ChapterTail } from "./chapter-tail.ts";
import type { Chapters } from "./chapters.ts";
import { inOrder } from "./in-order.ts";
import { type StateAfter, stateIn } from "./note-in.ts";
import { notesOfRecord, recordOfNotes } from "./notes-record.ts";
import { type RecordKey, RecordStarts } from "./record-starts.ts";

const BLOCK_ENTRIES = 32;

export type BlockKey = RecordKey<[twin: string]>;
export type BlocksOfEntries = Database<Buffer, BlockKey>;

export type JournalDbs = Readonly<Record<NoteKind, BlocksOfEntries>>;

export const journalDbs = (root: RootDatabase): JournalDbs => ({
  state: root.openDB({ name: "transitions", encoding: "binary" }),
  reading: root.openDB({ name: "remarks", encoding: "binary" }),
});

/** An entry, where it lies. */
type Noted = readonly [notes: Notes, place: number];
const atOf = ([notes, place]: Noted): number => notes.at(place);
const entryOf = ([notes, place]: Noted): JournalEntry => notes.entry(place);

const END = Number.POSITIVE_INFINITY;

export class Journal {
  readonly #chapters: Chapters;
  readonly blocks: JournalDbs;
  /** Of transitions. */
  readonly #starts: RecordStarts<[twin: string]>;

  constructor(root: RootDatabase, chapters: Chapters) {
    this.#chapters = chapters;
    this.blocks = journalDbs(root);
    this.#starts = new RecordStarts(this.blocks.state);
    chapters.join({ moved: (tail) => this.#moved(tail) });
  }

  /** What a twin's last transition at or before a time led to. */
  transition(twin: string, atMs: number): StateAfter | undefined {
    const young = this.#young(twin, "state").findLast((noted) => atOf(noted) <= atMs);
    if (young !== undefined) return entryOf(young);
    const [moving] = this.#chapters.tails;
    if (moving.sheets.some((notes) => notes.ofTwin(twin, "state").length > 0))
      return this.last(twin, "state", 1, atMs)[0];
    const key = this.#starts.before([twin], atMs);
    if (key === undefined) return undefined;
    // The bytes are LMDB's own: they are read before anything else is asked of it.
    const block = this.blocks.state.getBinaryFast(key);
    if (block) return stateIn(block, atMs);
    this.#starts.forget([twin]);
    return this.last(twin, "state", 1, atMs)[0];
  }

  /** The last entries of a twin up to a time, oldest first. */
  last(twin: string, of: NoteKind, limit: number, untilMs = END): JournalEntry[] {
    let found = distinct(this.#young(twin, of).filter((noted) => atOf(noted) <= untilMs));
    const range = this.blocks[of].getRange({ start: [twin, untilMs, END], end: [twin] as never, reverse: true });
    for (const { value } of range) {
      if (found.length >= limit) break;
      const notes = notesOfRecord(value);
      const to = firstAfter(notes, untilMs);
      found = distinct([...span(notes, Math.max(0, to - limit), to), ...found]);
    }
    return found.slice(-limit).map(entryOf);
  }

  /** The first entry of a twin after a time. */
  after(twin: string, of: NoteKind, afterMs: number): JournalEntry | undefined {
    const before = { start: [twin, afterMs, END], end: [twin], reverse: true, limit: 1 } as never;
    for (const { value } of this.blocks[of].getRange(before)) {
      const notes = notesOfRecord(value);
      const found = firstAfter(notes, afterMs);
      if (found < notes.length) return notes.entry(found);
    }
    const next = this.blocks[of].getRange({ start: [twin, afterMs, END], end: [twin, END] as never, limit: 1 });
    for (const { value } of next) return notesOfRecord(value).entry(0);
    const young = this.#young(twin, of).find((noted) => atOf(noted) > afterMs);
    return young && entryOf(young);
  }

  *#moved({ sheets }: ChapterTail): Iterable<void> {
    for (const notes of sheets) {
      for (let i = 0; i < notes.length; i++) {
        this.#starts.forget([notes.twin(i)]);
        yield;
      }
    }
  }

  #young(twin: string, of: NoteKind): Noted[] {
    const sheets = this.#chapters.tails.flatMap((tail) => tail.sheets);
    return sheets.flatMap((notes) => notes.ofTwin(twin, of).map((place) => [notes, place] as const));
  }
}

/** Puts them, inside transactions: each step is one put, or less. */
export function* movingNotes(blocks: JournalDbs, notes: Notes): Iterable<void> {
  for (const twin of inOrder(notes.twins())) {
    if (twin === undefined) {
      yield;
      continue;
    }
    for (const kind of NOTE_KINDS) {
      const places = eachOnce(notes, notes.ofTwin(twin, kind));
      for (let from = 0; from < places.length; from += BLOCK_ENTRIES) {
        const block = places.length <= BLOCK_ENTRIES ? places : places.slice(from, from + BLOCK_ENTRIES);
        const [first] = block as [number];
        const key: BlockKey = [twin, notes.at(first), notes.sequence(first), notes.index(first)];
        blocks[kind].putSync(key, recordOfNotes(notes, block));
        yield;
      }
    }
  }
}

const span = (notes: Notes, from: number, to: number): Noted[] =>
  Array.from({ length: to - from }, (_, i) => [notes, from + i]);

/** Place of the first entry of a block after a time; their number when there is none. */
function firstAfter(notes: Notes, atMs: number): number {
  let low = 0;
  let high = notes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (notes.at(middle) <= atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Places of one twin's entries without those that were put twice: most often all of them. */
function eachOnce(notes: Notes, places: number[]): number[] {
  for (let i = 1; i < places.length; i++) {
    if (isBefore(notes, places[i - 1]!, notes, places[i]!)) continue;
    return distinct(places.map((place) => [notes, place] as const)).map(([, place]) => place);
  }
  return places;
}

function isBefore(one: Notes, i: number, other: Notes, k: number): boolean {
  if (one.at(i) !== other.at(k)) return one.at(i) < other.at(k);
  return one.sequence(i) !== other.sequence(k) ? one.sequence(i) < other.sequence(k) : one.index(i) < other.index(k);
}

/** While entries are moved, and when they were put twice, they stand in several places. */
function distinct(all: readonly Noted[]): Noted[] {
  const kept: Noted[] = [];
  for (const noted of all) {
    const last = kept.at(-1);
    if (last === undefined || isBefore(...last, ...noted)) kept.push(noted);
  }
  return kept;
}
