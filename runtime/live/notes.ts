// Notes: what is to go into the journal, each as a row of text, so that what waits for the disk is not many small objects.
// Fed by    transitions and remarkable readings as they happen; chapters of the store
// Gives     the entries of a twin; rows, to be written as they are
// N1  an index by twin is made only when somebody asks for one

import type { TwinId } from "../../models/district.ts";
import type { JournalView } from "../views.ts";

export interface JournalEntry extends JournalView {
  twin: TwinId;
  /** Its place among the entries of its event. */
  index: number;
}

export type NoteKind = JournalEntry["of"];

/** The same as a row without names, half as long. */
function rowOf(entry: JournalEntry): string {
  const { twin, of, at, sequence, index, cause, before, after, revision, why } = entry;
  return JSON.stringify([twin, of, at, sequence, index, cause, before, after, revision, why]);
}

export function entryOf(row: string): JournalEntry {
  const [twin, of, at, sequence, index, cause, before, after, revision, why] = JSON.parse(row);
  return { twin, of, at, sequence, index, cause, before, after, revision, why };
}

/** Whose row it is, and of what kind, and its place among others: what it begins with. */
const HEAD = /^\[("(?:[^"\\]|\\.)*"),"(state|reading)",(-?\d+),(\d+),(\d+)/;

export function placeOf(row: string): Pick<JournalEntry, "at" | "sequence" | "index"> {
  const [, , , at, sequence, index] = HEAD.exec(row)!;
  return { at: Number(at), sequence: Number(sequence), index: Number(index) };
}

export class Notes {
  readonly rows: string[] = [];
  readonly #twins: TwinId[] = [];
  readonly #kinds: NoteKind[] = [];
  readonly #byTwin = new Map<TwinId, number[]>();
  #indexed = 0;

  static of(entries: Iterable<JournalEntry>): Notes {
    const notes = new Notes();
    for (const entry of entries) notes.add(entry);
    return notes;
  }

  get length(): number {
    return this.rows.length;
  }

  add(entry: JournalEntry): void {
    this.#put(entry.twin, entry.of, rowOf(entry));
  }

  /** Rows as they were written. */
  addRows(rows: Iterable<string>): void {
    for (const row of rows) {
      const [, twin, kind] = HEAD.exec(row)!;
      this.#put(JSON.parse(twin!), kind as NoteKind, row);
    }
  }

  addFrom(notes: Notes, from: number, to: number): void {
    for (let i = from; i < to && i < notes.length; i++) this.#put(notes.#twins[i]!, notes.#kinds[i]!, notes.rows[i]!);
  }

  #put(twin: TwinId, kind: NoteKind, row: string): void {
    this.rows.push(row);
    this.#twins.push(twin);
    this.#kinds.push(kind);
  }

  *[Symbol.iterator](): IterableIterator<JournalEntry> {
    for (const row of this.rows) yield entryOf(row);
  }

  /** The rows of a twin, in their order: of one kind, or of both. */
  ofTwin(twin: TwinId, of?: NoteKind): string[] {
    const mine = this.#index().get(twin) ?? [];
    return mine.flatMap((i) => (of === undefined || this.#kinds[i] === of ? [this.rows[i]!] : []));
  }

  /** All rows, those of each twin and kind together, in the order of twins. */
  *series(): Iterable<[twin: TwinId, kind: NoteKind, rows: string[]]> {
    const byTwin = this.#index();
    for (const twin of [...byTwin.keys()].sort()) {
      for (const kind of ["state", "reading"] as const) {
        const rows = byTwin.get(twin)!.flatMap((i) => (this.#kinds[i] === kind ? [this.rows[i]!] : []));
        if (rows.length > 0) yield [twin, kind, rows];
      }
    }
  }

  #index(): ReadonlyMap<TwinId, readonly number[]> {
    for (; this.#indexed < this.rows.length; this.#indexed++) {
      const twin = this.#twins[this.#indexed]!;
      const known = this.#byTwin.get(twin);
      if (known) known.push(this.#indexed);
      else this.#byTwin.set(twin, [this.#indexed]);
    }
    return this.#byTwin;
  }
}
