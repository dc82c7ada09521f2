// The parameter list of one STEP statement: checks it value by value, and notes how to mend what the engine cannot take.
// Fed by    models/loaders/ifc/step.ts, with the cursor on the opening parenthesis
// Gives     where the list ends, or why it does not; the patches that make it clean; what was mended
// Source    ISO 10303-21, 5.5 and 6.4: $ * 12 1.5E3 'text' "0F" .ENUM. #12 KEYWORD(...) (list)
// V1  after the patches, the list holds nothing but well-formed values in ASCII
// V2  no byte is read more than a few times, so that any bytes are read in linear time

import { decodeStepText, encodeStepText } from "./step-text.ts";
import {
  ascii,
  BACKSLASH,
  CLOSE,
  COMMA,
  type Cursor,
  isDigit,
  isLetter,
  isLower,
  NEWLINE,
  OPEN,
  type Patch,
  QUOTE,
  RETURN,
  readSimple,
  SEMICOLON,
  skipBlanks,
  startsStatement,
} from "./step-tokens.ts";

interface Mend {
  code: "IFC_VALUE_INVALID" | "IFC_TEXT_ENCODING" | "IFC_TEXT_ESCAPE";
  at: number;
  message: string;
}

/** A string of the list, and which argument it stands in: what the header needs. */
export interface StepString {
  argument: number;
  text: string;
}

export interface ParameterList {
  /** Why the list cannot be read, if it cannot. The cursor then stands where reading may go on. */
  broken?: string;
  patches: Patch[];
  mends: Mend[];
}

const MAX_NESTING = 100;
/** Longer texts are cut: in ASCII they can grow sixfold, and the engine counts their bytes in 16 bits. */
const MAX_TEXT_BYTES = 10_000;
/** Characters of a faulty value that a finding quotes. */
const MAX_QUOTE = 40;

const SHIFT = 83; // S

/**
 * Reads one parameter list, the cursor on its `(`, and leaves the cursor behind its `)`.
 * @param strings gets every string of the list, decoded, when it is given
 */
export function readParameters(cursor: Cursor, strings?: StepString[]): ParameterList {
  const { bytes } = cursor;
  const list: ParameterList = { patches: [], mends: [] };
  let depth = 0;
  let argument = 0;
  let wantsValue = true;
  let opened = false;
  let valueStart = cursor.at;
  let afterList = false;
  for (;;) {
    skipBlanks(cursor, list.patches);
    const byte = bytes[cursor.at];
    if (byte === undefined) return breakOff(list, "the file ends within it");
    if (byte === SEMICOLON) {
      cursor.at++;
      return breakOff(list, "a parenthesis is not closed");
    }
    if (startsStatement(bytes, cursor.at)) return breakOff(list, "it does not end before the next begins");
    if (byte === CLOSE) {
      if (wantsValue && !opened) unset(list, cursor.at, cursor.at, "a value is missing");
      cursor.at++;
      if (--depth === 0) return list;
      wantsValue = opened = false;
      afterList = true;
    } else if (byte === COMMA) {
      if (wantsValue) unset(list, cursor.at, cursor.at, "a value is missing");
      if (depth === 1) argument++;
      cursor.at++;
      wantsValue = true;
      opened = false;
    } else if (!wantsValue) {
      // what looked like a value was none (1.5D3): unset it as a whole; behind a list, only the rest is dropped
      const junk = cursor.at;
      skipJunk(cursor);
      note(list, junk, `${quote(bytes, junk, cursor.at)} stands behind a value`);
      if (!afterList) dropPatchesFrom(list, valueStart);
      list.patches.push(
        afterList ? { start: junk, end: cursor.at, text: "" } : { start: valueStart, end: cursor.at, text: "$" },
      );
    } else {
      afterList = false;
      valueStart = cursor.at;
      const keyword = readKeyword(cursor, list.patches);
      if (byte === OPEN || keyword) {
        if (++depth > MAX_NESTING) return breakOff(list, `lists are nested more than ${MAX_NESTING} deep`);
        cursor.at++;
        opened = true;
        continue;
      }
      const unterminated = byte === QUOTE && !readString(cursor, list, argument, strings);
      if (unterminated) return breakOff(list, "a text has no closing quote");
      if (byte !== QUOTE && !readSimple(cursor, list.patches)) {
        cursor.at = valueStart;
        skipJunk(cursor);
        dropPatchesFrom(list, valueStart);
        unset(list, valueStart, cursor.at, `${quote(bytes, valueStart, cursor.at)} is no value`);
      }
      wantsValue = opened = false;
    }
  }
}

function breakOff(list: ParameterList, broken: string): ParameterList {
  return { ...list, broken };
}

function unset(list: ParameterList, start: number, end: number, message: string): void {
  list.patches.push({ start, end, text: "$" });
  note(list, start, message);
}

function note(list: ParameterList, at: number, message: string): void {
  list.mends.push({ code: "IFC_VALUE_INVALID", at, message });
}

function dropPatchesFrom(list: ParameterList, start: number): void {
  while (list.patches.length > 0 && list.patches.at(-1)!.start >= start) list.patches.pop();
}

/** Moves to what can end a value; always at least one byte on. */
function skipJunk(cursor: Cursor): void {
  const { bytes } = cursor;
  do cursor.at++;
  while (cursor.at < bytes.length && !endsJunk(bytes[cursor.at]!));
}

function endsJunk(byte: number): boolean {
  return byte === COMMA || byte === CLOSE || byte === SEMICOLON || byte === NEWLINE || byte === QUOTE;
}

/** `KEYWORD` in front of a parenthesis: a typed value. Leaves the cursor on the parenthesis, or where it was. */
function readKeyword(cursor: Cursor, patches: Patch[]): boolean {
  const { bytes } = cursor;
  if (!isLetter(bytes[cursor.at])) return false;
  const start = cursor.at;
  let end = start;
  let lower = false;
  while (isLetter(bytes[end]) || isDigit(bytes[end])) lower = isLower(bytes[end++]!) || lower;
  const comments: Patch[] = [];
  cursor.at = end;
  skipBlanks(cursor, comments);
  if (bytes[cursor.at] !== OPEN) {
    cursor.at = start;
    return false;
  }
  if (lower) patches.push({ start, end, text: ascii(bytes, start, end).toUpperCase() });
  patches.push(...comments);
  return true;
}

function readString(cursor: Cursor, list: ParameterList, argument: number, strings?: StepString[]): boolean {
  const { bytes } = cursor;
  const start = ++cursor.at;
  let plain = true;
  for (; ; cursor.at++) {
    const byte = bytes[cursor.at];
    if (byte === undefined) return false;
    if (byte === QUOTE) {
      if (bytes[cursor.at + 1] === QUOTE) cursor.at++;
      else if (!isShifted(bytes, cursor.at)) break;
    } else if (byte > 126 || byte === BACKSLASH) plain = false;
    else if (byte === NEWLINE && swallowsStatement(bytes, cursor.at)) return false;
  }
  const end = cursor.at++;
  const long = end - start > MAX_TEXT_BYTES;
  if (plain && !strings && !long) return true;
  const { text, guessed, loose } = decodeStepText(
    bytes.subarray(start, long ? cutAt(bytes, start + MAX_TEXT_BYTES) : end),
  );
  strings?.push({ argument, text });
  if (long) note(list, start, `a text is longer than ${MAX_TEXT_BYTES} bytes; its beginning was read`);
  if (!plain || long) list.patches.push({ start, end, text: encodeStepText(text) });
  if (guessed)
    list.mends.push({ code: "IFC_TEXT_ENCODING", at: start, message: `"${text.slice(0, MAX_QUOTE)}" is not UTF-8` });
  if (loose) {
    const message = `"${text.slice(0, MAX_QUOTE)}" has a backslash that begins no escape`;
    list.mends.push({ code: "IFC_TEXT_ESCAPE", at: start, message });
  }
  return true;
}

/** The place at or before `at` where no UTF-8 character is cut in two. */
function cutAt(bytes: Uint8Array, at: number): number {
  let cut = at;
  while (at - cut < 3 && (bytes[cut]! & 0xc0) === 0x80) cut--;
  return cut;
}

/** A quote behind `\S\` that some writers do not double: it stands for another letter and does not end the text. */
function isShifted(bytes: Uint8Array, at: number): boolean {
  if (bytes[at - 1] !== BACKSLASH || bytes[at - 2] !== SHIFT || bytes[at - 3] !== BACKSLASH) return false;
  const next = bytes[at + 1];
  return next !== COMMA && next !== CLOSE && next !== undefined && next > 32;
}

/** A line within a text that ends like a statement, before one that begins like one: the closing quote is missing. */
function swallowsStatement(bytes: Uint8Array, newline: number): boolean {
  let before = newline - 1;
  while (bytes[before] === RETURN || bytes[before] === 32) before--;
  if (bytes[before] !== SEMICOLON) return false;
  let next = newline + 1;
  while (next < bytes.length && bytes[next]! <= 32) next++;
  return startsStatement(bytes, next);
}

function quote(bytes: Uint8Array, start: number, end: number): string {
  return `"${ascii(bytes, start, Math.min(end, start + MAX_QUOTE)).trim()}"`;
}
