// Read readings: from the text of a `readings` event to columns of numbers.
// Fed by    the bytes of a message of a log, in the form in which `encodeEvent` writes it
// Gives     its readings
// F1  what is not exactly in that form is left to JSON.parse: nothing is read here that JSON would read otherwise
// F2  a number with as many digits as a double holds is one division, which IEEE 754 rounds as JSON.parse does; others are parsed

import type { TwinId } from "../../models/district.ts";
import {
  ENTRY_NUMBERS,
  FACTOR,
  FNV_BASIS,
  FNV_PRIME,
  FROM,
  HASH,
  hashesOf,
  latin,
  Readings,
  ROWS_TO,
  SECOND,
  TO,
} from "./readings.ts";
import { isTime } from "./times.ts";

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const HEAD = ascii('{"type":"readings","at":');
const ENTRIES = ascii(',"entries":[');
const [QUOTE, BACKSLASH, COMMA, MINUS, POINT, ZERO, NINE, OPEN, CLOSE, END] = ascii('"\\,-.09[]}') as unknown as [
  ...[number, number, number, number, number],
  ...[number, number, number, number, number],
];
const LOWER_E = 101;
const UPPER_E = 69;

let entriesRead = new Int32Array(64 * ENTRY_NUMBERS);
let numbersRead = new Float64Array(256);

/** Undefined: it is not in the form in which such events are written; JSON may know more. */
export function readReadings(bytes: Uint8Array): Readings | undefined {
  const text = new Text(bytes);
  if (!text.has(HEAD)) return undefined;
  const at = text.number();
  if (!isTime(at) || !text.has(ENTRIES)) return undefined;
  const points: string[] = [];
  const odd = new Map<number, TwinId>();
  let entries = 0;
  let goesOn = !text.is(CLOSE);
  while (goesOn) {
    if (!text.is(OPEN) || !text.quoted()) return undefined;
    const start = ENTRY_NUMBERS * entries;
    if (start === entriesRead.length) entriesRead = grown(entriesRead, new Int32Array(2 * start));
    entriesRead[start + FROM] = text.from;
    entriesRead[start + TO] = text.to;
    entriesRead[start + HASH] = text.hash;
    entriesRead[start + SECOND] = text.second;
    if (text.isOdd) {
      const id = textOf(bytes, text.from, text.to);
      if (id === undefined) return undefined;
      odd.set(entries, id);
      [entriesRead[start + HASH], entriesRead[start + SECOND]] = hashesOf(id);
    }
    if (!text.is(COMMA) || !readRows(text, points) || !text.is(CLOSE)) return undefined;
    entriesRead[start + ROWS_TO] = points.length;
    entries++;
    goesOn = text.is(COMMA);
    if (!goesOn && !text.is(CLOSE)) return undefined;
  }
  if (!text.is(END) || text.i !== bytes.length) return undefined;
  const columns = [entriesRead.slice(0, ENTRY_NUMBERS * entries), numbersRead.slice(0, 2 * points.length)] as const;
  return new Readings(at, bytes, columns[0], points, columns[1], odd);
}

/** The rows of an entry; false where something else stands. */
function readRows(text: Text, points: string[]): boolean {
  if (!text.is(OPEN)) return false;
  if (text.is(CLOSE)) return true;
  for (;;) {
    if (!text.is(OPEN) || !text.quoted() || !text.is(COMMA)) return false;
    const point = nameOf(text);
    const timeMs = text.number();
    if (point === undefined || !isTime(timeMs) || !text.is(COMMA)) return false;
    const value = text.number();
    if (!Number.isFinite(value) || !text.is(CLOSE)) return false;
    const row = 2 * points.length;
    if (row === numbersRead.length) numbersRead = grown(numbersRead, new Float64Array(2 * row));
    numbersRead[row] = timeMs;
    numbersRead[row + 1] = value;
    points.push(point);
    if (!text.is(COMMA)) return text.is(CLOSE);
  }
}

function stands(text: Uint8Array, bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text[i]) return false;
  return true;
}

function grown<T extends Int32Array | Float64Array>(column: T, larger: T): T {
  larger.set(column);
  return larger;
}

/** The greatest number below which all whole ones are doubles, and powers of ten that are doubles. */
const MAX_EXACT = 2 ** 53;
const POWERS = Array.from({ length: 23 }, (_, i) => 10 ** i);

/** The text of a message, and the place up to which it was read. */
class Text {
  readonly bytes: Uint8Array;
  i = 0;
  /** Of the last thing in quotes: where it is, its hashes, and whether it does not stand there as it is. */
  from = 0;
  to = 0;
  hash = 0;
  second = 0;
  isOdd = false;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  is(byte: number): boolean {
    if (this.bytes[this.i] !== byte) return false;
    this.i++;
    return true;
  }

  has(text: Uint8Array): boolean {
    if (!stands(text, this.bytes, this.i)) return false;
    this.i += text.length;
    return true;
  }

  /** Something in quotes; false where there is none. */
  quoted(): boolean {
    if (!this.is(QUOTE)) return false;
    const { bytes } = this;
    let i = this.i;
    let hash = FNV_BASIS;
    let second = 0;
    this.isOdd = false;
    for (let byte = bytes[i]!; byte !== QUOTE; byte = bytes[++i]!) {
      if (byte === BACKSLASH || byte > 126) {
        this.isOdd = true;
        if (byte === BACKSLASH) i++;
      } else if (!(byte >= 32)) return false;
      hash = Math.imul(hash ^ byte, FNV_PRIME);
      second = (Math.imul(second, FACTOR) + byte) | 0;
    }
    this.from = this.i;
    this.to = i;
    this.hash = hash;
    this.second = second;
    this.i = i + 1;
    return true;
  }

  /** A number of JSON (RFC 8259, 6); NaN where there is none. */
  number(): number {
    const { bytes } = this;
    const from = this.i;
    let i = from;
    const isNegative = bytes[i] === MINUS;
    if (isNegative) i++;
    const first = i;
    let digits = 0;
    for (; bytes[i]! >= ZERO && bytes[i]! <= NINE; i++) digits = digits * 10 + (bytes[i]! - ZERO);
    const whole = i - first;
    let decimals = 0;
    if (bytes[i] === POINT) {
      const begin = ++i;
      for (; bytes[i]! >= ZERO && bytes[i]! <= NINE; i++) digits = digits * 10 + (bytes[i]! - ZERO);
      decimals = i - begin;
      if (decimals === 0) return Number.NaN;
    }
    this.i = i;
    if (whole === 0 || (whole > 1 && bytes[first] === ZERO)) return Number.NaN;
    const isLong = bytes[i] === LOWER_E || bytes[i] === UPPER_E || digits >= MAX_EXACT || decimals >= POWERS.length;
    if (isLong) return this.#longNumber(from);
    const value = decimals === 0 ? digits : digits / POWERS[decimals]!;
    return isNegative ? -value : value;
  }

  #longNumber(from: number): number {
    const { bytes } = this;
    while (bytes[this.i] !== undefined && bytes[this.i] !== COMMA && bytes[this.i] !== CLOSE) this.i++;
    const text = latin(bytes, from, this.i);
    return NUMBER.test(text) ? Number(text) : Number.NaN;
  }
}

const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

const decoder = new TextDecoder("utf-8", { fatal: true });

/** What stands in quotes, with its escapes; undefined when it is no text. */
function textOf(bytes: Uint8Array, from: number, to: number): string | undefined {
  try {
    return JSON.parse(`"${decoder.decode(bytes.subarray(from, to))}"`);
  } catch {
    return undefined;
  }
}

/** Names of points come again and again. */
const MAX_NAMES = 4_096;
const names = new Map<number, { bytes: Uint8Array; text: string }>();

/** What stands in quotes last, as the name of a point. */
function nameOf({ bytes, from, to, hash }: Text): string | undefined {
  const known = names.get(hash);
  if (known && known.bytes.length === to - from && stands(known.bytes, bytes, from)) return known.text;
  const text = textOf(bytes, from, to);
  if (text !== undefined && names.size < MAX_NAMES) names.set(hash, { bytes: bytes.slice(from, to), text });
  return text;
}
