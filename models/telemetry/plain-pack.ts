// Plain packs: SenML packs in the form in which nearly all devices write them, read from their bytes.
// Fed by    the bytes of one message, and the time at which it was received
// Gives     the readings of a pack in which nothing is wrong
// Must not  say what is wrong: whatever is in another form, or cannot be read, is left to JSON.parse and senml-records.ts
// B1  what is read here, those would read to the same readings
// B2  the last two bytes are `}]`, beyond which nothing is looked for
//
// In this form: an array of objects; in each a value; numbers, and texts of ASCII without escapes, in the fields below; no white space but
// spaces after a colon, a comma or an opening bracket.

import {
  BEGIN,
  CLOSE,
  COLON,
  COMMA,
  END,
  LOWER_B,
  LOWER_N,
  LOWER_T,
  LOWER_U,
  LOWER_V,
  OPEN,
  QUOTE,
  SPACE,
} from "../characters.ts";
import { latin, Names, PLAIN, place, readNumber } from "../json-bytes.ts";
import { epochMs, MAX_UNIT_CHARS, type Naming, readingOf, type SenmlReading } from "./senml-readings.ts";

/** A label of two letters, the first of which is `b`, is the second one and this. */
const BASE = 256;

/** Of points and units. */
const names = new Names();

/** Undefined: it is in another form, or something is wrong with it. */
export function readPlainPack(bytes: Uint8Array, receivedAtMs: number, naming: Naming): SenmlReading[] | undefined {
  const last = bytes.length - 1;
  if (bytes[0] !== OPEN || bytes[last] !== CLOSE || bytes[last - 1] !== END) return undefined;
  const readings: SenmlReading[] = [];
  let baseName = "";
  let baseUnit = "";
  let baseTimeS = 0;
  let baseValue = 0;
  let i = 0;
  do {
    i = afterSpaces(bytes, i + 1);
    if (bytes[i] !== BEGIN) return undefined;
    let name = "";
    let unit: string | undefined;
    let timeS = 0;
    let value = Number.NaN;
    do {
      const at = afterSpaces(bytes, i + 1);
      const label = labelAt(bytes, at);
      const from = afterSpaces(bytes, at + (label < BASE ? 4 : 5));
      if (bytes[from] === QUOTE) {
        const to = endOfPlain(bytes, from + 1);
        if (to < 0) return undefined;
        i = to + 1;
        if (label === BASE + LOWER_N) baseName = latin(bytes, from + 1, to);
        else {
          const text = names.of(bytes, from + 1, to, hash)!;
          if (label === LOWER_N) name = text;
          else if (label === LOWER_U) unit = text;
          else if (label === BASE + LOWER_U) baseUnit = text;
          else return undefined;
        }
      } else {
        const number = readNumber(bytes, from);
        if (Number.isNaN(number)) return undefined;
        i = place;
        if (label === LOWER_V) value = number;
        else if (label === LOWER_T) timeS = number;
        else if (label === BASE + LOWER_T) baseTimeS = number;
        else if (label === BASE + LOWER_V) baseValue = number;
        else return undefined;
      }
    } while (bytes[i] === COMMA);
    if (bytes[i++] !== END) return undefined;
    const point = naming.nameOf(baseName, name);
    const inUnit = unit ?? baseUnit;
    const timeMs = epochMs(baseTimeS + timeS, receivedAtMs);
    if (point === "" || point.length > naming.maxChars || inUnit.length > MAX_UNIT_CHARS) return undefined;
    // Without a value the sum is NaN.
    if (!Number.isFinite(value + baseValue) || Number.isNaN(timeMs)) return undefined;
    readings.push(readingOf(point, inUnit, value + baseValue, timeMs));
  } while (bytes[i] === COMMA);
  return i === last ? readings : undefined;
}

function afterSpaces(bytes: Uint8Array, from: number): number {
  let i = from;
  while (bytes[i] === SPACE) i++;
  return i;
}

/** The label that stands there, in quotes and with its colon; 0 for any of another form. */
function labelAt(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== QUOTE) return 0;
  if (bytes[at + 2] === QUOTE && bytes[at + 3] === COLON) return bytes[at + 1]!;
  const isBase = bytes[at + 1] === LOWER_B && bytes[at + 3] === QUOTE && bytes[at + 4] === COLON;
  return isBase ? BASE + bytes[at + 2]! : 0;
}

/** Of what was in quotes last. */
let hash = 0;

/** The place of the quotation mark that ends what begins there; -1 where something in it does not stand for itself. */
function endOfPlain(bytes: Uint8Array, from: number): number {
  let to = from;
  let mixed = 0;
  for (; PLAIN[bytes[to]!] === 1; to++) mixed = (Math.imul(mixed, 31) + bytes[to]!) | 0;
  hash = mixed;
  return bytes[to] === QUOTE ? to : -1;
}
