// The tail of chapters: their entries in memory, until they are moved into their tables.
// Fed by    checkpoints as they write chapters; the records of chapters, after a start

import type { TwinId } from "../../models/district.ts";
import { Notes } from "../live/notes.ts";
import type { AlarmView } from "../views.ts";
import type { ChapterParts, RareEntry } from "./chapter-record.ts";
import { entriesIn, notesOfRecord } from "./notes-record.ts";

/** What lies in chapters. */
export class ChapterTail {
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
    return this.#unreadCount + this.#notes.length + this.alarms.byId.size + this.rares.size;
  }

  /** A chapter as it was read. To be called before any other is added. */
  addRecord(chapter: number, { notes, alarms, rares }: ChapterParts): void {
    this.#unread.push(notes);
    this.#unreadCount += entriesIn(notes);
    this.add(chapter, alarms, rares);
  }

  add(chapter: number, alarms: readonly AlarmView[], rares: readonly RareEntry[]): void {
    this.chapters.push(chapter);
    for (const alarm of alarms) this.alarms.add(alarm);
    for (const [key, text] of rares) this.rares.set(key, text);
  }
}

/** Alarms, each in its last form. */
export class AlarmTail {
  readonly byId = new Map<string, AlarmView>();
  readonly #ids: string[] = [];
  readonly #byTwin = new Map<TwinId, string[]>();
  #indexed = 0;

  add(alarm: AlarmView): void {
    if (!this.byId.has(alarm.id)) this.#ids.push(alarm.id);
    this.byId.set(alarm.id, alarm);
  }

  of(twin: TwinId): AlarmView[] {
    for (; this.#indexed < this.#ids.length; this.#indexed++) {
      const id = this.#ids[this.#indexed]!;
      const { twin: whose } = this.byId.get(id)!;
      const known = this.#byTwin.get(whose);
      if (known) known.push(id);
      else this.#byTwin.set(whose, [id]);
    }
    return (this.#byTwin.get(twin) ?? []).map((id) => this.byId.get(id)!);
  }
}
