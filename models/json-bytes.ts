// JSON from bytes: numbers, and names that come again and again, as JSON.parse reads them, but without a text of the whole.
// Fed by    packs of devices (telemetry/plain-pack.ts) and messages of logs (runtime/log/read-readings.ts)
// N1  a number with as many digits as a double holds is one division, which IEEE 754 rounds as JSON.parse does; others are parsed

import { BACKSLASH, LOWER_E, MINUS, NINE, PLUS, POINT, QUOTE, SPACE, TILDE, UPPER_E, ZERO } from "./characters.ts";

/** The place after what was read last: here, as an object for it would be written to at each byte. */
export let place = 0;

/** The greatest number below which all whole ones are doubles, and powers of ten that are doubles. */
const MAX_EXACT = 2 ** 53;
const POWERS = Array.from({ length: 19 }, (_, i) => 10 ** i);

/** A number of JSON (RFC 8259, 6) that begins at `from`; NaN where there is none. `place` is where it ends. */
export function readNumber(bytes: Uint8Array, from: number): number {
  const isNegative = bytes[from] === MINUS;
  const first = isNegative ? from + 1 : from;
  let digits = readDigits(bytes, first);
  const whole = place - first;
  if (whole === 0 || (whole > 1 && bytes[first] === ZERO)) return Number.NaN;
  let decimals = 0;
  if (bytes[place] === POINT) {
    const begin = place + 1;
    const rest = readDigits(bytes, begin);
    decimals = place - begin;
    if (decimals === 0) return Number.NaN;
    digits = decimals < POWERS.length ? digits * POWERS[decimals]! + rest : Number.POSITIVE_INFINITY;
  }
  const byte = bytes[place];
  if (byte === LOWER_E || byte === UPPER_E || digits >= MAX_EXACT) return longNumber(bytes, from);
  const value = decimals === 0 ? digits : digits / POWERS[decimals]!;
  return isNegative ? -value : value;
}

/** Digits of which 32 bits hold all. */
const SHORT_DIGITS = 9;

/** The number that the digits from here on are; infinite where there are more than twice `SHORT_DIGITS`. */
function readDigits(bytes: Uint8Array, from: number): number {
  let i = from;
  let upper = 0;
  for (; i < from + SHORT_DIGITS && isDigit(bytes[i]!); i++) upper = (upper * 10 + (bytes[i]! - ZERO)) | 0;
  if (i < from + SHORT_DIGITS || !isDigit(bytes[i]!)) {
    place = i;
    return upper;
  }
  const middle = i;
  let lower = 0;
  for (; i < middle + SHORT_DIGITS && isDigit(bytes[i]!); i++) lower = (lower * 10 + (bytes[i]! - ZERO)) | 0;
  place = i;
  if (!isDigit(bytes[i]!)) return upper * POWERS[i - middle]! + lower;
  while (isDigit(bytes[place]!)) place++;
  return Number.POSITIVE_INFINITY;
}

const isDigit = (byte: number): boolean => byte >= ZERO && byte <= NINE;

const isOfNumber = (byte: number): boolean =>
  isDigit(byte) || byte === POINT || byte === LOWER_E || byte === UPPER_E || byte === MINUS || byte === PLUS;

function longNumber(bytes: Uint8Array, from: number): number {
  while (isOfNumber(bytes[place]!)) place++;
  const text = latin(bytes, from, place);
  return NUMBER.test(text) ? Number(text) : Number.NaN;
}

const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

/** Text whose bytes are its characters. */
export function latin(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString("latin1");
}

/** A mark of the byte order within a text is a character like others. */
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** What stands in quotes, with its escapes; undefined when it is no text. */
export function textOf(bytes: Uint8Array, from: number, to: number): string | undefined {
  try {
    return JSON.parse(`"${decoder.decode(bytes.subarray(from, to))}"`);
  } catch {
    return undefined;
  }
}

/** Of bytes: 1 where one in quotes stands for itself. */
export const PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= SPACE && byte <= TILDE && byte !== QUOTE && byte !== BACKSLASH ? 1 : 0,
);

/** Of a name that is kept: whoever sends may write longer ones, each another. */
const MAX_KEPT_BYTES = 256;

/** Names by their bytes: the last one of each hash. */
export class Names {
  readonly #known = new Array<{ bytes: Uint8Array; text: string } | undefined>(1_024).fill(undefined);

  /** What stands in quotes there, and has that hash; undefined when it is no text. */
  of(bytes: Uint8Array, from: number, to: number, hash: number): string | undefined {
    const at = hash & (this.#known.length - 1);
    const known = this.#known[at];
    if (known && known.bytes.length === to - from && stands(known.bytes, bytes, from)) return known.text;
    const text = textOf(bytes, from, to);
    // A copy: a view would keep all that came through the socket with it.
    if (text !== undefined && to - from <= MAX_KEPT_BYTES)
      this.#known[at] = { bytes: Uint8Array.from(bytes.subarray(from, to)), text };
    return text;
  }
}

/** Whether that text stands there. */
export function stands(text: Uint8Array, bytes: Uint8Array, at: number): boolean {
  if (at + text.length > bytes.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text[i]) return false;
  return true;
}
