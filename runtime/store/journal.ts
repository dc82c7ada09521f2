// The journal: what changed the state of twins, and remarkable readings, found by twin and time.
// Fed by    chapters, when they are moved
// Gives     the entries of a twin in their order; the last one at or before a time
// Form      blocks: (twin, time, sequence, index) of the first entry to the rows of that twin, a line each
// P1  the entry of an instant is one seek, however many there are; log time never decreases, so that its order is that of the events
// P2  putting the same entries again changes nothing that is read

import type { Database, RootDatabase } from "lmdb";
import { entryOf, type JournalEntry, type NoteKind, placeOf } from "../live/notes.ts";
import { BlockStarts } from "./block-starts.ts";
import type { Chapters, Tail } from "./chapters.ts";
import { endUpTo, firstRow, lastRow, textIn, timeAt } from "./journal-block.ts";

const BLOCK_ENTRIES = 32;

export type BlockKey = [twin: string, at: number, sequence: number, index: number];
export type BlocksOfEntries = Database<Buffer, BlockKey>;

const END = Number.POSITIVE_INFINITY;

export class Journal {
  readonly #chapters: Chapters;
  readonly blocks: Readonly<Record<NoteKind, BlocksOfEntries>>;
  /** Of states alone: remarkable readings are asked for one twin at a time. */
  readonly #starts: BlockStarts;

  constructor(root: RootDatabase, chapters: Chapters) {
    this.#chapters = chapters;
    this.blocks = {
      state: root.openDB({ name: "transitions", encoding: "binary" }),
      reading: root.openDB({ name: "remarks", encoding: "binary" }),
    };
    this.#starts = new BlockStarts(this.blocks.state);
    chapters.join({ moving: (tail) => this.#moving(tail) });
  }

  /** A twin's last transition at or before a time. */
  transition(twin: string, atMs: number): JournalEntry | undefined {
    const young = this.#young(twin, "state").findLast((row) => placeOf(row).at <= atMs);
    if (young !== undefined) return entryOf(young);
    const [moved] = this.#chapters.tails;
    if (moved?.count === 0) this.#starts.written();
    const key = this.#starts.before(twin, atMs);
    if (key === undefined) return undefined;
    // The bytes are LMDB's own: the row is read before anything else is asked of it.
    const block = key ? this.blocks.state.getBinaryFast(key) : undefined;
    if (block) return entryOf(lastRow(block, endUpTo(block, timeAt(twin, "state"), atMs)));
    this.#starts.forget(twin);
    return this.last(twin, "state", 1, atMs)[0];
  }

  /** The last entries of a twin up to a time, oldest first. */
  last(twin: string, of: NoteKind, limit: number, untilMs = END): JournalEntry[] {
    let found = distinct(this.#young(twin, of).filter((row) => placeOf(row).at <= untilMs));
    const range = this.blocks[of].getRange({ start: [twin, untilMs, END], end: [twin] as never, reverse: true });
    for (const { value } of range) {
      if (found.length >= limit) break;
      const rows = textIn(value, 0, endUpTo(value, timeAt(twin, of), untilMs)).split("\n");
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
      if (next < value.length) return entryOf(firstRow(value, next));
    }
    const next = this.blocks[of].getRange({ start: [twin, afterMs, END], end: [twin, END] as never, limit: 1 });
    for (const { value } of next) return entryOf(firstRow(value, 0));
    const young = this.#young(twin, of).find(isAfter);
    return young === undefined ? undefined : entryOf(young);
  }

  *#moving({ notes }: Tail): Iterable<void> {
    for (const [twin, kind, all] of notes.series()) {
      const rows = distinct(all);
      for (let from = 0; from < rows.length; from += BLOCK_ENTRIES) {
        const { at, sequence, index } = placeOf(rows[from]!);
        const block = rows.slice(from, from + BLOCK_ENTRIES);
        if (kind === "state") this.#starts.writing(twin);
        this.blocks[kind].putSync([twin, at, sequence, index], Buffer.from(block.join("\n")));
        yield;
      }
    }
  }

  #young(twin: string, of: NoteKind): string[] {
    return this.#chapters.tails.flatMap(({ notes }) => notes.ofTwin(twin, of));
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
