// The tail of chapters: their entries in memory, until they are moved into their tables.
// Fed by    checkpoints as they write chapters; the records of chapters, after a start

import type { TwinId } from "../../models/district.ts";
import { alarmOf } from "../live/alarms.ts";
import { Notes } from "../live/notes.ts";
import type { AlarmView } from "../views.ts";
import type { ChapterParts, RareEntry } from "./chapter-record.ts";
import { entriesIn, notesOfRecord } from "./notes-record.ts";

/** So many notes of one checkpoint are kept as they are; fewer are put together, as a question looks through each sheet. */
const SHEET_NOTES = 10_000;

/** What lies in chapters. */
export class ChapterTail {
  readonly chapters: number[] = [];
  readonly rares = new Map<number, string>();
  /** The last one takes what is put together. */
  #sheets: Notes[] = [new Notes()];
  #alarms = new AlarmTail();
  /** Those of the last checkpoints that have no place among the others yet. */
  #waiting: AlarmView[] = [];
  /** Of chapters that a start found, what nobody has asked for yet: oldest first, and older than all others. */
  #unreadNotes: Buffer[] = [];
  #unreadAlarms: string[] = [];
  #notes = 0;

  /** All notes, oldest first. */
  get sheets(): readonly Notes[] {
    if (this.#unreadNotes.length > 0) {
      const younger = this.#sheets;
      this.#sheets = [new Notes()];
      for (const record of this.#unreadNotes) this.#put(notesOfRecord(record));
      this.#sheets.push(...younger);
      this.#unreadNotes = [];
    }
    return this.#sheets;
  }

  get alarms(): AlarmTail {
    if (this.#unreadAlarms.length > 0) {
      const younger = this.#alarms;
      this.#alarms = new AlarmTail();
      for (const text of this.#unreadAlarms) this.#alarms.add(alarmOf(text));
      for (const alarm of younger) this.#alarms.add(alarm);
      this.#unreadAlarms = [];
    }
    this.placeAlarms(this.#waiting.length);
    return this.#alarms;
  }

  /** Gives so many alarms that wait for it their places: all at once would keep readings waiting. */
  placeAlarms(most: number): void {
    if (this.#waiting.length === 0) return;
    for (const alarm of this.#waiting.splice(0, most)) this.#alarms.add(alarm);
  }

  /** Of an alarm that waits for its place, each form counts. */
  get count(): number {
    return this.#notes + this.#unreadAlarms.length + this.#alarms.size + this.#waiting.length + this.rares.size;
  }

  /** A chapter as it was read. To be called before any other is added. */
  addRecord(chapter: number, { notes, alarms, rares }: ChapterParts): void {
    this.#unreadNotes.push(notes);
    this.#notes += entriesIn(notes);
    for (const text of alarms) this.#unreadAlarms.push(text);
    this.add(chapter, [], rares);
  }

  /** They are the tail's from now on, and are not added to any more. */
  addNotes(notes: Notes): void {
    this.#notes += notes.length;
    this.#put(notes);
  }

  #put(notes: Notes): void {
    const last = this.#sheets.at(-1)!;
    if (notes.length < SHEET_NOTES) last.addFrom(notes, 0, notes.length);
    else if (last.length === 0) this.#sheets.splice(-1, 0, notes);
    else this.#sheets.push(notes, new Notes());
  }

  add(chapter: number, alarms: readonly AlarmView[], rares: readonly RareEntry[]): void {
    this.chapters.push(chapter);
    for (const alarm of alarms) this.#waiting.push(alarm);
    for (const [key, text] of rares) this.rares.set(key, text);
  }
}

/** Alarms, each in its last form, in the order in which they first came: those of a twin and code are in the order of time. */
export class AlarmTail<A extends Pick<AlarmView, "id" | "twin"> = AlarmView> {
  readonly #alarms: A[] = [];
  /** By id, where an alarm is; by twin, its last one; by place, the one of the same twin before it (-1: there is none). */
  readonly #places = new Map<string, number>();
  readonly #lastOf = new Map<TwinId, number>();
  readonly #before: number[] = [];
  get size(): number {
    return this.#alarms.length;
  }

  [Symbol.iterator](): IterableIterator<A> {
    return this.#alarms.values();
  }

  add(alarm: A): void {
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

  of(twin: TwinId): A[] {
    const found: A[] = [];
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
