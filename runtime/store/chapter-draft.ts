// The draft of a checkpoint's chapters: written down while events come, as all at once would keep readings waiting.
// Fed by    notes and alarms that grow until the checkpoint; its rare records, which are known only then
// Gives     the records of chapters, with what of each is to be found in memory

import type { Notes } from "../live/notes.ts";
import type { AlarmView } from "../views.ts";
import { type RareEntry, recordOfChapter } from "./chapter-record.ts";
import { recordOfNotes } from "./notes-record.ts";

/** Entries of each kind in one chapter, at the most. */
const CHAPTER_ENTRIES = 500;

/** What grows until the next checkpoint. */
export interface Growing {
  notes: Notes;
  alarms: readonly AlarmView[];
}

export interface Chapter extends Growing {
  rares: readonly RareEntry[];
}

interface Written {
  record: Buffer;
  alarms: readonly AlarmView[];
  rares: readonly RareEntry[];
}

export class Draft {
  readonly #of: Growing;
  readonly #written: Written[] = [];
  #notes = 0;
  #alarms = 0;

  constructor({ notes, alarms }: Growing) {
    this.#of = { notes, alarms };
  }

  get #left(): number {
    return Math.max(this.#of.notes.length - this.#notes, this.#of.alarms.length - this.#alarms);
  }

  writeFull(): void {
    while (this.#left >= CHAPTER_ENTRIES) this.#write([]);
  }

  /** All chapters, with what is left and the rare records in the last ones. */
  finish(rares: readonly RareEntry[]): readonly Written[] {
    for (let from = 0; from < rares.length || this.#left > 0; from += CHAPTER_ENTRIES) {
      this.#write(rares.slice(from, from + CHAPTER_ENTRIES));
    }
    return this.#written;
  }

  #write(rares: readonly RareEntry[]): void {
    const { notes, alarms: all } = this.#of;
    const to = Math.min(this.#notes + CHAPTER_ENTRIES, notes.length);
    const noted = recordOfNotes(notes, span(this.#notes, to));
    const alarms = all.slice(this.#alarms, this.#alarms + CHAPTER_ENTRIES);
    // A copy: the record lies in memory that is used again, and is put later.
    const record = Buffer.from(recordOfChapter({ notes: noted, alarms, rares }));
    this.#written.push({ record, alarms, rares });
    this.#notes = to;
    this.#alarms += alarms.length;
  }
}

const span = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
