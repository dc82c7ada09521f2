// Chapters: small records that checkpoints write in one piece, and that come into their tables later, sorted and each once.
// Fed by    checkpoints, inside their transaction: entries of the journal, alarms, rare records
// Gives     what lies in chapters: the tables ask here first
// Form      see chapter-record.ts
// P1  a chapter costs one record for some hundred entries; a table as many pages as it has places that change
// P2  entries are moved when there are many, in this process or in another: what is moved stays in memory until it is through

import type { Database, RootDatabase } from "lmdb";
import type { Notes } from "../live/notes.ts";
import { type Chapter, Draft, type Growing } from "./chapter-draft.ts";
import { chapterOfRecord } from "./chapter-record.ts";
import { ChapterTail } from "./chapter-tail.ts";
import type { Hands } from "./errands.ts";
import type { Move } from "./moving.ts";
import { Upkeep } from "./upkeep.ts";

/** Entries that wait in memory to be moved. The more, the more of them come to the same place. */
const TAIL_ENTRIES = 600_000;
const TAIL_CHAPTERS = 5_000;
/** Alarms that get their places in one go. */
const PLACED_AT_ONCE = 500;
/** Entries after whose move others get their turn. */
const TURN_ENTRIES = 5_000;

/** A table that gets its records by way of chapters. */
export interface LateTable {
  /** What a tail had for it is in the table, and will be gone from the tail after that: a step for each entry. */
  moved: (tail: ChapterTail) => Iterable<void>;
}

/** By number, in the order in which they were committed. */
export type ChaptersDb = Database<Buffer, number>;

export const chaptersDb = (root: RootDatabase): ChaptersDb => root.openDB({ name: "chapters", encoding: "binary" });

export class Chapters {
  readonly #db: ChaptersDb;
  readonly #tables: LateTable[] = [];
  /** What is being added to, and what is being moved. */
  #fresh = new ChapterTail();
  #frozen = new ChapterTail();
  #next = 1;
  /** The last chapter that an earlier program left: a move of it may have been broken off. */
  #foundUpTo = 0;
  #isOpen = false;
  readonly #drafts = new WeakMap<Notes, Draft>();
  readonly #move: Upkeep<Move>;

  constructor(root: RootDatabase, hands: Hands<Move>) {
    this.#move = new Upkeep(root, hands, { begin: () => this.#begin(), done: () => this.#moved() });
    this.#db = chaptersDb(root);
  }

  /** What earlier programs left in chapters is read when somebody first asks, or puts something behind it. */
  #open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    for (const { key, value } of this.#db.getRange({})) {
      this.#fresh.addRecord(key, chapterOfRecord(value));
      this.#foundUpTo = key;
      this.#next = key + 1;
    }
  }

  /** What is younger than the tables, oldest first. What is being moved may be in the tables already, or in part. */
  get tails(): readonly [moving: ChapterTail, fresh: ChapterTail] {
    this.#open();
    return [this.#frozen, this.#fresh];
  }

  /** To be called once by each table, before anything is put. */
  join(table: LateTable): void {
    this.#tables.push(table);
  }

  /** Writes down the chapters that are full by now, and goes on with what the last ones left to do. To be called while what is to be put grows. */
  draft(growing: Growing): void {
    this.#draftOf(growing).writeFull();
    this.#fresh.placeAlarms(PLACED_AT_ONCE);
  }

  #draftOf(growing: Growing): Draft {
    let draft = this.#drafts.get(growing.notes);
    if (!draft) {
      draft = new Draft(growing);
      this.#drafts.set(growing.notes, draft);
    }
    return draft;
  }

  /** Inside a transaction, or a batch. */
  put(chapter: Chapter): void {
    const { notes, alarms, rares } = chapter;
    if (Math.max(notes.length, alarms.length, rares.length) === 0) return;
    this.#open();
    const pieces = this.#draftOf(chapter).finish(rares);
    this.#drafts.delete(notes);
    for (const { record, ...piece } of pieces) {
      void this.#db.put(this.#next, record);
      this.#fresh.add(this.#next++, piece.alarms, piece.rares);
    }
    this.#fresh.addNotes(notes);
  }

  /** To be awaited after each checkpoint: moves entries when there are many; waits when there are twice as many. */
  async keepUp(): Promise<void> {
    this.#open();
    await this.#move.keepUp(() => this.#isTailFull);
  }

  /** Whether there are many again before the last ones are moved. */
  get isBehind(): boolean {
    return this.#move.isRunning && this.#isTailFull;
  }

  get #isTailFull(): boolean {
    return this.#fresh.count >= TAIL_ENTRIES || this.#fresh.chapters.length >= TAIL_CHAPTERS;
  }

  /** Moves all entries into their tables; where that goes on already, resolves when it is done. */
  compact(): Promise<void> {
    this.#open();
    return this.#move.finish();
  }

  /** Ends a move where it is: a start goes on from the chapters. */
  close(): Promise<void> {
    return this.#move.close();
  }

  #begin(): Move {
    [this.#fresh, this.#frozen] = [this.#frozen, this.#fresh];
    const [first = this.#next] = this.#frozen.chapters;
    return { do: "move", first, end: this.#next, mayBeMoved: first <= this.#foundUpTo };
  }

  async #moved(): Promise<void> {
    const tail = this.#frozen;
    let steps = 0;
    for (const table of this.#tables) {
      for (const _ of table.moved(tail)) if (++steps % TURN_ENTRIES === 0) await new Promise(setImmediate);
    }
    this.#frozen = new ChapterTail();
  }
}
