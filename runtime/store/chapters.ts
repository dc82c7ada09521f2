// Chapters: small records that checkpoints write in one piece, and that come into their tables later, sorted and each once.
// Fed by    checkpoints, inside their transaction: entries of the journal, alarms, rare records
// Gives     what lies in chapters: the tables ask here first
// Form      u32 bytes of the notes, u32 0; the notes (notes-record.ts); then text: a line of JSON with how many alarms there are, a line for each
//           alarm, and for each rare record one with its place and one with the record (null: there is none any more)
// P1  a chapter costs one record for some hundred entries; a table as many pages as it has places that change
// P2  entries are moved when there are many, in steps that let others go on; what a crash leaves of them is moved again, to the same places

import type { Database, RootDatabase } from "lmdb";
import type { TwinId } from "../../models/district.ts";
import { alarmOf, writeAlarm } from "../live/alarms.ts";
import { Ink } from "../live/ink.ts";
import { Notes } from "../live/notes.ts";
import type { AlarmView } from "../views.ts";
import { entriesIn, notesOfRecord, recordOfNotes } from "./notes-record.ts";
import { Upkeep, type Work } from "./upkeep.ts";

const HEAD_BYTES = 8;
/** Where the head and the bytes of a chapter are put together, for one put inside a transaction after the other. */
const HEAD = Buffer.alloc(HEAD_BYTES);
const ink = new Ink();
const CHAPTER_ENTRIES = 500;
/** Entries that wait in memory to be moved. The more, the more of them come to the same place. */
const TAIL_ENTRIES = 300_000;
const TAIL_CHAPTERS = 5_000;

/** By partition and place, a rare record as JSON. */
export type RareEntry = readonly [key: number, text: string];
/** There is none any more. */
export const NO_RARE = "null";

export interface Chapter {
  notes: Notes;
  alarms: readonly AlarmView[];
  rares: readonly RareEntry[];
}

/** What lies in chapters. */
export class Tail {
  readonly chapters: number[] = [];
  readonly #notes: Notes;
  /** Records of notes that a start found, and that nobody has asked for yet: oldest first, and older than all others. */
  #unread: Buffer[] = [];
  #unreadCount = 0;
  readonly alarms = new AlarmTail();
  readonly rares = new Map<number, string>();

  /** `notes`: those of a tail that was moved, whose memory is used again. */
  constructor(notes = new Notes()) {
    notes.clear();
    this.#notes = notes;
  }

  get notes(): Notes {
    for (const record of this.#unread) {
      const notes = notesOfRecord(record);
      this.#notes.addFrom(notes, 0, notes.length);
    }
    this.#unread = [];
    this.#unreadCount = 0;
    return this.#notes;
  }

  get count(): number {
    return this.#unreadCount + this.#notes.length + this.alarms.size + this.rares.size;
  }

  /** To be called before any other notes are added. */
  leaveUnread(record: Buffer): void {
    this.#unread.push(record);
    this.#unreadCount += entriesIn(record);
  }

  add(chapter: number, alarms: readonly AlarmView[], rares: readonly RareEntry[]): void {
    this.chapters.push(chapter);
    for (const alarm of alarms) this.alarms.add(alarm);
    for (const [key, text] of rares) this.rares.set(key, text);
  }
}

/** Alarms, each in its last form, in the order in which they first came: those of a twin and code are in the order of time. */
export class AlarmTail {
  readonly #alarms: AlarmView[] = [];
  /** By id, where an alarm is; by twin, its last one; by place, the one of the same twin before it (-1: there is none). */
  readonly #places = new Map<string, number>();
  readonly #lastOf = new Map<TwinId, number>();
  readonly #before: number[] = [];
  /** Whether some of them may be in their table already: a move was broken off. */
  areFound = false;

  get size(): number {
    return this.#alarms.length;
  }

  [Symbol.iterator](): IterableIterator<AlarmView> {
    return this.#alarms.values();
  }

  add(alarm: AlarmView): void {
    const place = this.#places.get(alarm.id);
    if (place !== undefined) {
      this.#alarms[place] = alarm;
      return;
    }
    this.#places.set(alarm.id, this.#alarms.push(alarm) - 1);
  }

  /** Those that have any. */
  twins(): Iterable<TwinId> {
    return this.#index().keys();
  }

  of(twin: TwinId): AlarmView[] {
    const found: AlarmView[] = [];
    for (let i = this.#index().get(twin) ?? -1; i >= 0; i = this.#before[i]!) found.push(this.#alarms[i]!);
    return found.reverse();
  }

  #index(): ReadonlyMap<TwinId, number> {
    for (let i = this.#before.length; i < this.#alarms.length; i++) {
      const { twin } = this.#alarms[i]!;
      this.#before.push(this.#lastOf.get(twin) ?? -1);
      this.#lastOf.set(twin, i);
    }
    return this.#lastOf;
  }
}

/** A table that gets its records by way of chapters. */
export interface LateTable {
  /** Puts what a tail has for it, inside transactions: each step is one put. */
  moving: (tail: Tail) => Iterable<void>;
}

export class Chapters {
  readonly #db: Database<Buffer, number>;
  readonly #tables: LateTable[] = [];
  /** What is being added to, and what is being moved. */
  #fresh = new Tail();
  #frozen = new Tail();
  #next = 1;
  #isOpen = false;
  readonly #move: Upkeep;

  constructor(root: RootDatabase) {
    this.#move = new Upkeep(root, () => this.#begin());
    this.#db = root.openDB({ name: "chapters", encoding: "binary" });
  }

  /** What earlier programs left in chapters is read when somebody first asks, or puts something behind it. */
  #open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    for (const { key, value } of this.#db.getRange({})) {
      const textAt = HEAD_BYTES + value.readUInt32LE(0);
      const [head, ...lines] = value.toString("utf8", textAt).split("\n");
      const alarms = Number(head);
      const rares: RareEntry[] = [];
      for (let i = alarms; i < lines.length; i += 2) rares.push([Number(lines[i]), lines[i + 1]!]);
      this.#fresh.add(key, lines.slice(0, alarms).map(alarmOf), rares);
      this.#fresh.alarms.areFound = true;
      this.#fresh.leaveUnread(value.subarray(HEAD_BYTES, textAt));
      this.#next = key + 1;
    }
  }

  /** What is younger than the tables, oldest first. */
  get tails(): readonly Tail[] {
    this.#open();
    return [this.#frozen, this.#fresh];
  }

  /** To be called once by each table, before anything is put. */
  join(table: LateTable): void {
    this.#tables.push(table);
  }

  /** Inside a transaction. */
  put({ notes, alarms, rares }: Chapter): void {
    const most = Math.max(notes.length, alarms.length, rares.length);
    if (most > 0) this.#open();
    for (let from = 0; from < most; from += CHAPTER_ENTRIES) {
      const to = from + CHAPTER_ENTRIES;
      const [some, few] = [alarms.slice(from, to), rares.slice(from, to)];
      const last = Math.max(from, Math.min(to, notes.length));
      const noted = recordOfNotes(notes, span(from, last));
      HEAD.writeUInt32LE(noted.length);
      ink.clear().append(HEAD).append(noted).number(some.length);
      for (const alarm of some) writeAlarm(ink.endLine(), alarm);
      for (const [key, text] of few) ink.endLine().number(key).endLine().put(text);
      this.#db.putSync(this.#next, ink.since(0));
      this.#fresh.add(this.#next++, some, few);
      this.#fresh.notes.addFrom(notes, from, last);
    }
  }

  /** To be awaited after each checkpoint: moves entries when there are many; waits when there are twice as many. */
  async keepUp(): Promise<void> {
    this.#open();
    while (this.#isTailFull) {
      if (this.#move.isRunning) await this.#move.finish();
      else this.#move.start().catch(() => {});
    }
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

  #begin(): Work {
    [this.#fresh, this.#frozen] = [this.#frozen, this.#fresh];
    const tail = this.#frozen;
    const steps = this.#steps(tail);
    return {
      step: () => steps.next().done !== true,
      done: () => {
        this.#frozen = new Tail(tail.notes);
      },
    };
  }

  *#steps(tail: Tail): IterableIterator<void> {
    for (const table of this.#tables) yield* table.moving(tail);
    for (const chapter of tail.chapters) this.#db.removeSync(chapter);
  }
}

const span = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
