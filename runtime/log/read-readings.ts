// Read readings: from the text of a `readings` event to columns of numbers.
// Fed by    the bytes of a message of a log, in the form in which `encodeEvent` writes it
// Gives     its readings
// F1  what is not exactly in that form is left to JSON.parse: nothing is read here that JSON would read otherwise
// F2  the last byte is the `}` of the event, and only what is looked for in quotes or as a long number goes on to it: no look beyond the end

import { BACKSLASH, CLOSE, COMMA, END, OPEN, QUOTE } from "../../models/characters.ts";
import type { TwinId } from "../../models/district.ts";
import { Names, PLAIN, place, readNumber, stands, textOf } from "../../models/json-bytes.ts";
import {
  ENTRY_NUMBERS,
  FROM,
  firstWith,
  HASH,
  hashesOf,
  mixedFirst,
  mixedSecond,
  Readings,
  ROWS_TO,
  SECOND,
  secondWith,
  TO,
} from "./readings.ts";
import { isTime } from "./times.ts";

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const HEAD = ascii('{"type":"readings","at":');
const ENTRIES = ascii(',"entries":[');

/** Numbers of entries, and of rows, of this message and of those before it, which are not written to again. */
const SLAB_NUMBERS = 32_768;
let entriesRead = new Int32Array(SLAB_NUMBERS);
let numbersRead = new Float64Array(SLAB_NUMBERS);
let entriesFrom = 0;
let numbersFrom = 0;

/** Where the rows of an entry end, when they were read. */
let rowsEnd = 0;
/** Names of points come again and again. */
const pointNames = new Names();
/** Of what was in quotes last: its hashes, and whether it does not stand there as it is. */
let hash = 0;
let second = 0;
let isOdd = false;

/** Undefined: it is not in the form in which such events are written; JSON may know more. */
export function readReadings(bytes: Uint8Array): Readings | undefined {
  if (!stands(HEAD, bytes, 0) || bytes[bytes.length - 1] !== END) return undefined;
  const at = readNumber(bytes, HEAD.length);
  if (!isTime(at) || !stands(ENTRIES, bytes, place)) return undefined;
  const points: string[] = [];
  const odd = new Map<number, TwinId>();
  let entries = 0;
  let i = place + ENTRIES.length;
  let goesOn = bytes[i] !== CLOSE;
  if (!goesOn) i++;
  while (goesOn) {
    if (bytes[i] !== OPEN || bytes[i + 1] !== QUOTE) return undefined;
    const from = i + 2;
    const to = readQuoted(bytes, from);
    if (to < 0) return undefined;
    let start = entriesFrom + ENTRY_NUMBERS * entries;
    if (start + ENTRY_NUMBERS > entriesRead.length) {
      entriesRead = moved(entriesRead, entriesFrom, new Int32Array(roomFor(start - entriesFrom)));
      start -= entriesFrom;
      entriesFrom = 0;
    }
    entriesRead[start + FROM] = from;
    entriesRead[start + TO] = to;
    entriesRead[start + HASH] = hash;
    entriesRead[start + SECOND] = second;
    if (isOdd) {
      const id = textOf(bytes, from, to);
      if (id === undefined) return undefined;
      odd.set(entries, id);
      [entriesRead[start + HASH], entriesRead[start + SECOND]] = hashesOf(id);
    }
    if (bytes[to + 1] !== COMMA || !readRows(bytes, to + 2, points) || bytes[rowsEnd] !== CLOSE) return undefined;
    entriesRead[start + ROWS_TO] = points.length;
    entries++;
    i = rowsEnd + 1;
    goesOn = bytes[i] === COMMA;
    if (!goesOn && bytes[i] !== CLOSE) return undefined;
    i++;
  }
  if (i !== bytes.length - 1) return undefined;
  const columns = { entries: entriesRead, entriesFrom, points, numbers: numbersRead, numbersFrom };
  entriesFrom += ENTRY_NUMBERS * entries;
  numbersFrom += 2 * points.length;
  return new Readings(at, bytes, entries, columns, odd);
}

/** The rows of an entry, which begin at `from`; false where something else stands. */
function readRows(bytes: Uint8Array, from: number, points: string[]): boolean {
  if (bytes[from] !== OPEN) return false;
  let i = from + 1;
  if (bytes[i] === CLOSE) {
    rowsEnd = i + 1;
    return true;
  }
  for (;;) {
    if (bytes[i] !== OPEN || bytes[i + 1] !== QUOTE) return false;
    const to = readQuoted(bytes, i + 2);
    if (to < 0 || bytes[to + 1] !== COMMA) return false;
    const point = pointNames.of(bytes, i + 2, to, hash);
    const timeMs = readNumber(bytes, to + 2);
    if (point === undefined || !isTime(timeMs) || bytes[place] !== COMMA) return false;
    const value = readNumber(bytes, place + 1);
    if (!Number.isFinite(value) || bytes[place] !== CLOSE) return false;
    let row = numbersFrom + 2 * points.length;
    if (row + 2 > numbersRead.length) {
      numbersRead = moved(numbersRead, numbersFrom, new Float64Array(roomFor(row - numbersFrom)));
      row -= numbersFrom;
      numbersFrom = 0;
    }
    numbersRead[row] = timeMs;
    numbersRead[row + 1] = value;
    points.push(point);
    i = place + 1;
    if (bytes[i] === COMMA) i++;
    else {
      rowsEnd = i + 1;
      return bytes[i] === CLOSE;
    }
  }
}

const roomFor = (numbers: number): number => Math.max(SLAB_NUMBERS, 2 * numbers);

/** With what stands from a place on. */
function moved<T extends Int32Array | Float64Array>(column: T, from: number, to: T): T {
  to.set(column.subarray(from));
  return to;
}

/** The place of the quotation mark that ends what begins at `from`; -1 where there is none. */
function readQuoted(bytes: Uint8Array, from: number): number {
  const end = bytes.length;
  let to = from;
  while (to < end && PLAIN[bytes[to]!] === 1) to++;
  isOdd = bytes[to] !== QUOTE;
  if (isOdd) to = endOfOdd(bytes, to);
  let first = 0;
  let other = 0;
  for (let i = from; i < to; i += 4) {
    let word = bytes[i]!;
    if (i + 4 <= to) word |= (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    else if (i + 2 <= to) word |= (bytes[i + 1]! << 8) | (i + 3 <= to ? bytes[i + 2]! << 16 : 0);
    first = firstWith(first, word);
    other = secondWith(other, word);
  }
  hash = mixedFirst(first);
  second = mixedSecond(other);
  return to;
}

/** The same, where it does not stand there as it is from `from` on. */
function endOfOdd(bytes: Uint8Array, from: number): number {
  for (let i = from; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte === QUOTE) return i;
    if (byte < 32) return -1;
    if (byte === BACKSLASH) i++;
  }
  return -1;
}
