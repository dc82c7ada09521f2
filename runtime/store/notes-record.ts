// Notes as a record: columns of numbers as they lie in memory, and each text once.
// Fed by    chapters, and blocks of the journal
// Form      u32 form, u32 entries, u32 readings, u32 0; f64 numbers of entries, of readings; u32 texts of entries, of readings, as places in a
//           list; then JSON: [the list, rare reasons by entry]. In host order: little endian
// N1  read again, it is what was written
// N2  the list has each text once; only twins, which are many, may be in it again

import { NOTE_NUMBERS, NOTE_TEXTS, Notes, type RareWhy, READING_PARTS } from "../live/notes.ts";

export const FORM = 1;
export const HEAD_BYTES = 16;
export const NUMBER_BYTES = 8;
export const PLACE_BYTES = 4;
/** UTF-8 takes no more for a character of a string. */
const MAX_CHARACTER_BYTES = 3;

/** Where a record is put together: most are small, and memory of its own for each would cost more than all else. */
let bench = new ArrayBuffer(64 * 1024);
let numbers = new Float64Array(bench);
let places = new Uint32Array(bench);
let bytes = Buffer.from(bench);

/**
 * Of the entries at those places, in that order. To be put inside a transaction, before the next record is made: they lie in the same
 * memory.
 */
export function recordOfNotes(notes: Notes, entries: readonly number[]): Buffer {
  const { length } = entries;
  let readings = 0;
  for (const i of entries) readings += notes.readingsTo(i) - notes.readingsFrom(i);
  const form = formOf(length, readings);
  makeRoom(form.bytes);
  places.set([FORM, length, readings, 0]);
  texts.clear();
  let number = HEAD_BYTES / NUMBER_BYTES;
  let readingNumber = form.readingNumbersAt / NUMBER_BYTES;
  let place = form.textsAt / PLACE_BYTES;
  let readingPlace = form.readingTextsAt / PLACE_BYTES;
  let readingsTo = 0;
  const rares: [number, RareWhy][] = [];
  for (let k = 0; k < length; k++) {
    const i = entries[k]!;
    for (let n = 0; n < NOTE_NUMBERS; n++) numbers[number++] = notes.numbers[NOTE_NUMBERS * i + n]!;
    const text = NOTE_TEXTS * i;
    places[place++] = texts.placeOfTwin(notes.texts[text]!);
    for (let n = 1; n < NOTE_TEXTS; n++) places[place++] = texts.placeOf(notes.texts[text + n]!, n);
    const end = READING_PARTS * notes.readingsTo(i);
    for (let n = READING_PARTS * notes.readingsFrom(i); n < end; n += READING_PARTS) {
      numbers[readingNumber++] = notes.readingNumbers[n]!;
      numbers[readingNumber++] = notes.readingNumbers[n + 1]!;
      places[readingPlace++] = texts.placeOfTwin(notes.readingTexts[n]!);
      places[readingPlace++] = texts.placeOf(notes.readingTexts[n + 1]!, POINT);
    }
    readingsTo += notes.readingsTo(i) - notes.readingsFrom(i);
    numbers[number - 1] = readingsTo;
    const rare = notes.rareWhys.get(i);
    if (rare) rares.push([k, rare]);
  }
  const text = JSON.stringify([texts.list, rares]);
  makeRoom(form.bytes + text.length * MAX_CHARACTER_BYTES);
  return bytes.subarray(0, form.bytes + bytes.write(text, form.bytes));
}

/** How many entries a record holds. */
export const entriesIn = (record: Buffer): number => record.readUInt32LE(PLACE_BYTES);

export function notesOfRecord(record: Uint8Array): Notes {
  // A copy of its own: views of doubles must begin at a multiple of eight bytes. Of what LMDB gives, the length counts, and no more.
  const { buffer } = new Uint8Array(record.subarray(0, record.length));
  const [kind, length, readings] = new Uint32Array(buffer, 0, 3) as unknown as [number, number, number];
  if (kind !== FORM) throw new RangeError(`notes of the unknown form ${kind}`);
  const form = formOf(length, readings);
  const [list, rares] = JSON.parse(Buffer.from(buffer, form.bytes).toString()) as [string[], [number, RareWhy][]];
  const textsOf = (from: number, count: number) =>
    Array.from(new Uint32Array(buffer, from, count), (place) => list[place]!);
  const notes = new Notes();
  notes.length = length;
  notes.readings = readings;
  notes.numbers = new Float64Array(buffer, HEAD_BYTES, NOTE_NUMBERS * length);
  notes.readingNumbers = new Float64Array(buffer, form.readingNumbersAt, READING_PARTS * readings);
  notes.texts = textsOf(form.textsAt, NOTE_TEXTS * length);
  notes.readingTexts = textsOf(form.readingTextsAt, READING_PARTS * readings);
  notes.rareWhys = new Map(rares);
  return notes;
}

/** Where the columns begin, and where they end. */
export function formOf(length: number, readings: number) {
  const readingNumbersAt = HEAD_BYTES + NUMBER_BYTES * NOTE_NUMBERS * length;
  const textsAt = readingNumbersAt + NUMBER_BYTES * READING_PARTS * readings;
  const readingTextsAt = textsAt + PLACE_BYTES * NOTE_TEXTS * length;
  return { readingNumbersAt, textsAt, readingTextsAt, bytes: readingTextsAt + PLACE_BYTES * READING_PARTS * readings };
}

function makeRoom(wanted: number): void {
  if (wanted <= bench.byteLength) return;
  const before = bytes;
  bench = new ArrayBuffer(NUMBER_BYTES * Math.ceil((2 * wanted) / NUMBER_BYTES));
  numbers = new Float64Array(bench);
  places = new Uint32Array(bench);
  bytes = Buffer.from(bench);
  bytes.set(before);
}

/** Texts, each once; of twins it is enough not to have one twice in a row. */
class Texts {
  list: string[] = [];
  /** All but twins, and where they are in the list. */
  #few: string[] = [];
  #fewPlaces: number[] = [];
  #many: Map<string, number> | undefined;
  readonly #recent: (string | undefined)[] = new Array(2 * COLUMNS).fill(undefined);
  readonly #recentPlaces: number[] = new Array(2 * COLUMNS).fill(0);
  #twin: string | undefined;
  #twinPlace = 0;

  clear(): void {
    this.list = [];
    this.#twin = undefined;
    this.#few = [];
    this.#fewPlaces = [];
    this.#many = undefined;
    this.#recent.fill(undefined);
  }

  placeOfTwin(twin: string): number {
    if (twin === this.#twin) return this.#twinPlace;
    this.#twin = twin;
    this.#twinPlace = this.list.push(twin) - 1;
    return this.#twinPlace;
  }

  /** `column`: most often a text is one of the two that came last in the same column. */
  placeOf(text: string, column: number): number {
    const [last, before] = [2 * column, 2 * column + 1];
    if (text === this.#recent[last]) return this.#recentPlaces[last]!;
    const place = text === this.#recent[before] ? this.#recentPlaces[before]! : this.#find(text);
    this.#recent[before] = this.#recent[last];
    this.#recentPlaces[before] = this.#recentPlaces[last]!;
    this.#recent[last] = text;
    this.#recentPlaces[last] = place;
    return place;
  }

  #find(text: string): number {
    if (this.#many) {
      const known = this.#many.get(text);
      if (known !== undefined) return known;
    } else {
      const known = this.#few.indexOf(text);
      if (known >= 0) return this.#fewPlaces[known]!;
    }
    const place = this.list.push(text) - 1;
    if (this.#many) this.#many.set(text, place);
    else if (this.#few.push(text) && this.#fewPlaces.push(place) > FEW) {
      this.#many = new Map(this.#few.map((each, i) => [each, this.#fewPlaces[i]!]));
    }
    return place;
  }
}

/** The texts of an entry, of which the first is its twin, and the point of a reading. */
const POINT = NOTE_TEXTS;
const COLUMNS = NOTE_TEXTS + 1;
/** Looking through so few texts is faster than an index. */
const FEW = 16;

/** Of one record after the other. */
const texts = new Texts();
