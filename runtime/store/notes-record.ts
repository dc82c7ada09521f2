// Notes as a record: columns of numbers as they lie in memory, and each text once.
// Fed by    chapters, and blocks of the journal
// Form      u32 form, u32 entries, u32 readings, u32 0; f64 numbers of entries, of readings; u32 texts of entries, of readings, as places in a
//           list; then JSON: [the list, rare reasons by entry]. In host order: little endian
// N1  read again, it is what was written

import { NOTE_NUMBERS, NOTE_TEXTS, Notes, type RareWhy, READING_PARTS } from "../live/notes.ts";

const FORM = 1;
const HEAD_BYTES = 16;

/** Of the entries at those places, in that order. */
export function recordOfNotes(notes: Notes, places: readonly number[]): Uint8Array {
  let readings = 0;
  for (const i of places) readings += notes.readingsTo(i) - notes.readingsFrom(i);
  const columns = columnsOf(new ArrayBuffer(bytesOfColumns(places.length, readings)), places.length, readings);
  const texts = new Texts();
  const rares: [number, RareWhy][] = [];
  let next = 0;
  for (let k = 0; k < places.length; k++) {
    const i = places[k]!;
    for (let n = 0; n < NOTE_NUMBERS; n++) columns.numbers[NOTE_NUMBERS * k + n] = notes.numbers[NOTE_NUMBERS * i + n]!;
    for (let n = 0; n < NOTE_TEXTS; n++) {
      columns.texts[NOTE_TEXTS * k + n] = texts.placeOf(notes.texts[NOTE_TEXTS * i + n]!);
    }
    const readingsTo = READING_PARTS * notes.readingsTo(i);
    for (let n = READING_PARTS * notes.readingsFrom(i); n < readingsTo; n++, next++) {
      columns.readingNumbers[next] = notes.readingNumbers[n]!;
      columns.readingTexts[next] = texts.placeOf(notes.readingTexts[n]!);
    }
    columns.numbers[NOTE_NUMBERS * (k + 1) - 1] = next / READING_PARTS;
    const rare = notes.rareWhys.get(i);
    if (rare) rares.push([k, rare]);
  }
  return Buffer.concat([columns.bytes, Buffer.from(JSON.stringify([texts.list, rares]))]);
}

export function notesOfRecord(record: Uint8Array): Notes {
  // A copy of its own: views of doubles must begin at a multiple of eight bytes.
  const { buffer, byteLength } = new Uint8Array(record);
  const [form, length, readings] = new Uint32Array(buffer, 0, 3) as unknown as [number, number, number];
  if (form !== FORM) throw new RangeError(`notes of the unknown form ${form}`);
  const columns = columnsOf(buffer, length, readings);
  const from = columns.bytes.length;
  const text = Buffer.from(buffer, from, byteLength - from).toString();
  const [list, rares] = JSON.parse(text) as [string[], [number, RareWhy][]];
  const named = (places: Uint32Array) => Array.from(places, (place) => list[place]!);
  const notes = new Notes();
  notes.length = length;
  notes.numbers = columns.numbers;
  notes.texts = named(columns.texts);
  notes.readingNumbers = columns.readingNumbers;
  notes.readingTexts = named(columns.readingTexts);
  notes.rareWhys = new Map(rares);
  return notes;
}

const bytesOfColumns = (length: number, readings: number): number =>
  HEAD_BYTES + length * (8 * NOTE_NUMBERS + 4 * NOTE_TEXTS) + readings * READING_PARTS * (8 + 4);

function columnsOf(buffer: ArrayBuffer, length: number, readings: number) {
  new Uint32Array(buffer, 0, 4).set([FORM, length, readings, 0]);
  const readingsAt = HEAD_BYTES + 8 * NOTE_NUMBERS * length;
  const textsAt = readingsAt + 8 * READING_PARTS * readings;
  const readingTextsAt = textsAt + 4 * NOTE_TEXTS * length;
  return {
    numbers: new Float64Array(buffer, HEAD_BYTES, NOTE_NUMBERS * length),
    readingNumbers: new Float64Array(buffer, readingsAt, READING_PARTS * readings),
    texts: new Uint32Array(buffer, textsAt, NOTE_TEXTS * length),
    readingTexts: new Uint32Array(buffer, readingTextsAt, READING_PARTS * readings),
    bytes: new Uint8Array(buffer, 0, bytesOfColumns(length, readings)),
  };
}

/** Texts, each once. */
class Texts {
  readonly list: string[] = [];
  readonly #places = new Map<string, number>();

  placeOf(text: string): number {
    let place = this.#places.get(text);
    if (place === undefined) {
      place = this.list.push(text) - 1;
      this.#places.set(text, place);
    }
    return place;
  }
}
