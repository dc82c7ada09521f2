// A block of the journal: rows of one twin and kind as they lie in LMDB, in the order of time, searched without being taken apart.
// Form      rows of notes.ts in UTF-8, a line each; a row has no line break of its own
// B1  only the rows that are asked for become text

import type { NoteKind } from "../live/notes.ts";

const BREAK = "\n".charCodeAt(0);
const ZERO = "0".charCodeAt(0);
const MINUS = "-".charCodeAt(0);

/** Where in each row of a twin the time stands, in bytes. */
export const timeAt = (twin: string, of: NoteKind): number =>
  Buffer.byteLength(JSON.stringify(twin)) + of.length + '[,"",'.length;

/** Where in a block the last row up to a time ends. Its first row is one: the block's key says so. */
export function endUpTo(block: Buffer, timeAt: number, atMs: number): number {
  let low = 0; // Start of a row up to the time.
  let high = block.length; // End of the block, or of a row before one that is later.
  for (;;) {
    const middle = (low + high) >> 1;
    const before = startOfRow(block, middle, low);
    const start = before > low ? before : endOfRow(block, middle, high) + 1;
    if (start > high) return high;
    if (wholeAt(block, start + timeAt) <= atMs) low = start;
    else high = start - 1;
  }
}

/** The row that ends there. */
export const lastRow = (block: Buffer, end: number): string => textIn(block, startOfRow(block, end, 0), end);

/** The row that starts there. */
export const firstRow = (block: Buffer, start: number): string =>
  textIn(block, start, endOfRow(block, start, block.length));

export const textIn = (block: Buffer, start: number, end: number): string => block.toString("utf8", start, end);

/** Start of the row that a byte is in or at the end of; no further down than `least`, where one starts. */
function startOfRow(block: Buffer, place: number, least: number): number {
  let start = place;
  while (start > least && block[start - 1] !== BREAK) start--;
  return start;
}

/** End of the row that a byte is in; no further up than `most`, where one ends. */
function endOfRow(block: Buffer, place: number, most: number): number {
  let end = place;
  while (end < most && block[end] !== BREAK) end++;
  return end;
}

/** The whole number that stands at a place of a text. */
function wholeAt(text: Buffer, place: number): number {
  const isNegative = text[place] === MINUS;
  let whole = 0;
  for (let i = isNegative ? place + 1 : place; ; i++) {
    const digit = text[i]! - ZERO;
    if (!(digit >= 0 && digit <= 9)) return isNegative ? -whole : whole;
    whole = whole * 10 + digit;
  }
}
