// One entry of a block of transitions, found without the others being made: what the state of a twin at an instant costs.
// Fed by    records of transitions in the form of notes-record.ts, and an instant
// Gives     what making all entries and looking the instant up would give, of which only what came after it and its revision
// Must not  keep anything of the record: its bytes may be LMDB's own

import { AFTER, AT, type JournalEntry, NOTE_NUMBERS, NOTE_TEXTS, REVISION } from "../live/notes.ts";
import { entriesIn, FORM, formOf, HEAD_BYTES, NUMBER_BYTES, PLACE_BYTES } from "./notes-record.ts";

/** The state that a transition led to. */
export type StateAfter = Pick<JournalEntry, "after" | "revision">;

const READINGS_AT = 8;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** The list of texts is the first of a list. */
const BEFORE_TEXTS = 2;

/** The last transition at or before a time; undefined when all are later. */
export function stateIn(record: Buffer, atMs: number): StateAfter | undefined {
  const kind = record.readUInt32LE(0);
  if (kind !== FORM) throw new RangeError(`notes of the unknown form ${kind}`);
  const length = entriesIn(record);
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numberIn(record, middle, AT) <= atMs) low = middle + 1;
    else high = middle;
  }
  if (low === 0) return undefined;
  const i = low - 1;
  const { textsAt, bytes } = formOf(length, record.readUInt32LE(READINGS_AT));
  const place = record.readUInt32LE(textsAt + PLACE_BYTES * (NOTE_TEXTS * i + AFTER));
  return { after: textIn(record, bytes + BEFORE_TEXTS, place), revision: numberIn(record, i, REVISION) };
}

function numberIn(record: Buffer, i: number, which: number): number {
  return record.readDoubleLE(HEAD_BYTES + NUMBER_BYTES * (NOTE_NUMBERS * i + which));
}

/** A text of a list in JSON, without what stands before it being made. `start`: of the first one. */
function textIn(record: Buffer, start: number, place: number): string {
  let from = start;
  for (let i = 0; i < place; i++) from = endOfText(record, from) + 1;
  const text = record.toString("utf8", from, endOfText(record, from));
  // Hardly any state has anything that must be escaped.
  return text.includes("\\") ? JSON.parse(text) : text.slice(1, -1);
}

/** Place behind the quote that ends the text that begins there. Bytes of one character in UTF-8 never look like another one. */
function endOfText(record: Buffer, start: number): number {
  let place = start + 1;
  for (; record[place] !== QUOTE; place++) if (record[place] === BACKSLASH) place++;
  return place + 1;
}
