// Notes: what is to go into the journal, in columns of references and numbers, so that what waits for the disk is not many small objects.
// Fed by    transitions and remarkable readings as they happen; records of the store (store/notes-record.ts)
// Gives     the entries of a twin, made when they are asked for; columns, to be written as they are
// N1  noting makes no text: it keeps what others hold anyway
// N2  an index by twin is made only when somebody asks for one

import type { TwinId } from "../../models/district.ts";
import type { JournalView, ReadingView, WhyView } from "../views.ts";

export interface JournalEntry extends JournalView {
  twin: TwinId;
  /** Its place among the entries of its event. */
  index: number;
}

export type NoteKind = JournalEntry["of"];
export const NOTE_KINDS: readonly NoteKind[] = ["state", "reading"];

/** What only few entries have of a reason. */
export type RareWhy = Pick<WhyView, "command" | "deadline" | "signal">;

/** Texts of an entry: whose it is, cause, before, after, the type of the event, the condition that changed (empty: none). */
const TWIN = 0;
const CAUSE = 1;
const BEFORE = 2;
export const AFTER = 3;
const EVENT = 4;
const CONDITION = 5;
export const NOTE_TEXTS = 6;
/** Numbers of an entry: its kind, its place, the twin's revision, whether the condition is raised now, where its readings end. */
const KIND = 0;
export const AT = 1;
const SEQUENCE = 2;
const INDEX = 3;
export const REVISION = 4;
const RAISED = 5;
const READINGS_TO = 6;
export const NOTE_NUMBERS = 7;
/** A reading has two texts, its twin and its point, and two numbers, its time and its value. */
export const READING_PARTS = 2;

const FIRST_NOTES = 16;
const FOUND_IN_ONE_GO = 500;

export class Notes {
  length = 0;
  /** How many readings the entries have. */
  readings = 0;
  /** Of entries, and of readings, one after the other. */
  texts: string[];
  numbers: Float64Array;
  readingTexts: string[];
  readingNumbers: Float64Array;
  /** By entry. */
  rareWhys = new Map<number, RareWhy>();
  /** By twin its last entry, and by entry the one of the same twin before it (-1: there is none): one list for each would be many objects. */
  readonly #lastOf = new Map<TwinId, number>();
  #before = new Int32Array(FIRST_NOTES);
  #indexed = 0;

  /** `like`: others that had about as many. Room for those is made at once: to grow from nothing takes longer than to note. */
  constructor({ length, readings }: { length: number; readings: number } = { length: 0, readings: 0 }) {
    this.texts = new Array(NOTE_TEXTS * length);
    this.numbers = new Float64Array(NOTE_NUMBERS * Math.max(FIRST_NOTES, length));
    this.readingTexts = new Array(READING_PARTS * readings);
    this.readingNumbers = new Float64Array(READING_PARTS * Math.max(FIRST_NOTES, readings));
  }

  static of(entries: Iterable<JournalEntry>): Notes {
    const notes = new Notes();
    for (const entry of entries) {
      const { event, condition, readings = [], ...rare } = entry.why;
      notes.add(entry, event, condition?.name, condition?.after);
      for (const { twin, point, at, value } of readings) notes.reading(twin, point, at, value);
      if (Object.keys(rare).length > 0) notes.rareWhy(rare);
    }
    return notes;
  }

  /** `event`, and the condition that changed: of its reason, what all may have. What else it has follows. */
  add(
    { twin, of, at, sequence, index, cause, before, after, revision }: Omit<JournalEntry, "why">,
    event: WhyView["event"],
    condition = "",
    isRaised = false,
  ): void {
    const { texts } = this;
    const text = NOTE_TEXTS * this.length;
    texts[text + TWIN] = twin;
    texts[text + CAUSE] = cause;
    texts[text + BEFORE] = before;
    texts[text + AFTER] = after;
    texts[text + EVENT] = event;
    texts[text + CONDITION] = condition;
    const number = NOTE_NUMBERS * this.length++;
    if (number === this.numbers.length) this.numbers = grown(this.numbers, number + NOTE_NUMBERS);
    const { numbers } = this;
    numbers[number + KIND] = NOTE_KINDS.indexOf(of);
    numbers[number + AT] = at;
    numbers[number + SEQUENCE] = sequence;
    numbers[number + INDEX] = index;
    numbers[number + REVISION] = revision;
    numbers[number + RAISED] = isRaised ? 1 : 0;
    numbers[number + READINGS_TO] = this.readings;
  }

  /** A reading that led to the last entry. */
  reading(twin: TwinId, point: string, at: number, value: number): void {
    const start = READING_PARTS * this.readings++;
    if (start === this.readingNumbers.length) this.readingNumbers = grown(this.readingNumbers, start + READING_PARTS);
    this.readingTexts[start] = twin;
    this.readingTexts[start + 1] = point;
    this.readingNumbers[start] = at;
    this.readingNumbers[start + 1] = value;
    this.numbers[NOTE_NUMBERS * (this.length - 1) + READINGS_TO] = this.readings;
  }

  /** What else led to the last entry. */
  rareWhy(rare: RareWhy): void {
    this.rareWhys.set(this.length - 1, rare);
  }

  /** Those of others, [from, to). */
  addFrom(other: Notes, from: number, to: number): void {
    if (from >= to) return;
    const first = this.length;
    const readingsFrom = other.readingsFrom(from);
    const readingsTo = other.readingsTo(to - 1);
    const readingsBefore = this.readings;
    this.length += to - from;
    this.readings += readingsTo - readingsFrom;
    copy(other.texts, NOTE_TEXTS * from, NOTE_TEXTS * to, this.texts, NOTE_TEXTS * first);
    this.numbers = grown(this.numbers, NOTE_NUMBERS * this.length);
    this.numbers.set(other.numbers.subarray(NOTE_NUMBERS * from, NOTE_NUMBERS * to), NOTE_NUMBERS * first);
    for (let i = first; i < this.length; i++) {
      this.numbers[NOTE_NUMBERS * i + READINGS_TO]! += readingsBefore - readingsFrom;
    }
    const [readingFrom, readingTo] = [READING_PARTS * readingsFrom, READING_PARTS * readingsTo];
    copy(other.readingTexts, readingFrom, readingTo, this.readingTexts, READING_PARTS * readingsBefore);
    this.readingNumbers = grown(this.readingNumbers, READING_PARTS * this.readings);
    this.readingNumbers.set(other.readingNumbers.subarray(readingFrom, readingTo), READING_PARTS * readingsBefore);
    if (other.rareWhys.size === 0) return;
    for (let i = from; i < to; i++) {
      const rare = other.rareWhys.get(i);
      if (rare) this.rareWhys.set(first + i - from, rare);
    }
  }

  twin(i: number): TwinId {
    return this.texts[NOTE_TEXTS * i + TWIN]!;
  }

  kind(i: number): NoteKind {
    return NOTE_KINDS[this.numbers[NOTE_NUMBERS * i + KIND]!]!;
  }

  at(i: number): number {
    return this.numbers[NOTE_NUMBERS * i + AT]!;
  }

  sequence(i: number): number {
    return this.numbers[NOTE_NUMBERS * i + SEQUENCE]!;
  }

  index(i: number): number {
    return this.numbers[NOTE_NUMBERS * i + INDEX]!;
  }

  /** The readings of an entry are those from here up to, not including, `readingsTo`. */
  readingsFrom(i: number): number {
    return i === 0 ? 0 : this.readingsTo(i - 1);
  }

  readingsTo(i: number): number {
    return this.numbers[NOTE_NUMBERS * i + READINGS_TO]!;
  }

  entry(i: number): JournalEntry {
    const text = (which: number) => this.texts[NOTE_TEXTS * i + which]!;
    const [at, sequence, index] = [this.at(i), this.sequence(i), this.index(i)];
    return {
      ...{ twin: text(TWIN), of: this.kind(i), at, sequence, index, cause: text(CAUSE) },
      ...{ before: text(BEFORE), after: text(AFTER), revision: this.numbers[NOTE_NUMBERS * i + REVISION]! },
      why: this.#why(i, text(EVENT) as WhyView["event"], text(CONDITION)),
    };
  }

  #why(i: number, event: WhyView["event"], name: string): WhyView {
    const why: WhyView = { event };
    const isRaised = this.numbers[NOTE_NUMBERS * i + RAISED] === 1;
    if (name !== "") why.condition = { name, before: !isRaised, after: isRaised };
    const readings: ReadingView[] = [];
    for (let reading = this.readingsFrom(i); reading < this.readingsTo(i); reading++) {
      const start = READING_PARTS * reading;
      const [twin, point] = [this.readingTexts[start]!, this.readingTexts[start + 1]!];
      readings.push({ twin, point, at: this.readingNumbers[start]!, value: this.readingNumbers[start + 1]! });
    }
    if (readings.length > 0) why.readings = readings;
    return { ...why, ...this.rareWhys.get(i) };
  }

  *[Symbol.iterator](): IterableIterator<JournalEntry> {
    for (let i = 0; i < this.length; i++) yield this.entry(i);
  }

  /** Where the entries of a twin are, in their order: of one kind, or of both. */
  ofTwin(twin: TwinId, of?: NoteKind): number[] {
    const places: number[] = [];
    for (let i = this.#index().get(twin) ?? -1; i >= 0; i = this.#before[i]!) {
      if (of === undefined || this.kind(i) === of) places.push(i);
    }
    return places.reverse();
  }

  /** Twins that have entries, each once; in between, undefined: of many entries they are found bit by bit. */
  *twins(): Iterable<TwinId | undefined> {
    while (this.#indexed < this.length) {
      this.#index(this.#indexed + FOUND_IN_ONE_GO);
      yield undefined;
    }
    yield* this.#lastOf.keys();
  }

  /** With the entries up to there, at the least. */
  #index(to = this.length): ReadonlyMap<TwinId, number> {
    if (this.#before.length < this.length) {
      const larger = new Int32Array(Math.max(this.length, 2 * this.#before.length));
      larger.set(this.#before.subarray(0, this.#indexed));
      this.#before = larger;
    }
    const end = Math.min(to, this.length);
    for (; this.#indexed < end; this.#indexed++) {
      const twin = this.twin(this.#indexed);
      this.#before[this.#indexed] = this.#lastOf.get(twin) ?? -1;
      this.#lastOf.set(twin, this.#indexed);
    }
    return this.#lastOf;
  }
}

/** With room for that many numbers. */
function grown(column: Float64Array, numbers: number): Float64Array {
  if (numbers <= column.length) return column;
  const larger = new Float64Array(Math.max(numbers, 2 * column.length));
  larger.set(column);
  return larger;
}

function copy(from: readonly string[], start: number, end: number, to: string[], at: number): void {
  for (let i = start; i < end; i++) to[at + i - start] = from[i]!;
}
