// The parameter list of one STEP statement: checks it value by value, and notes how to mend what the engine cannot take.
// Fed by    models/loaders/ifc/step.ts, with the cursor on the opening parenthesis
// Gives     where the list ends, or why it does not; the patches that make it clean; what was mended
// Source    ISO 10303-21, 5.5 and 6.4: $ * 12 1.5E3 'text' "0F" .ENUM. #12 KEYWORD(...) (list)
// V1  after the patches, the list holds nothing but well-formed values in ASCII
// V2  the cursor only moves forward, so that any bytes are read in linear time

import { decodeStepText, encodeStepText } from "./step-text.ts";

export interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
  /** No comment ends any more from here on: known once, so that it is not looked for again and again. */
  commentsOver?: boolean;
}

export interface Patch {
  start: number;
  end: number;
  text: string;
}

export interface Mend {
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
/** Characters of a faulty value that a finding quotes. */
const MAX_QUOTE = 40;

const [OPEN, CLOSE, COMMA, SEMICOLON, HASH, QUOTE, STAR, SLASH] = [..."(),;#'*/"].map((c) => c.charCodeAt(0)) as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];
const [DOUBLE, DOLLAR, DOT, MINUS, PLUS, UNDERSCORE, EQUALS, BACKSLASH] = [...'"$.-+_=\\'].map((c) =>
  c.charCodeAt(0),
) as [number, number, number, number, number, number, number, number];
const NEWLINE = 10;
const SHIFT = 83; // S

export const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 48 && byte <= 57;
export const isLetter = (byte: number | undefined): boolean =>
  byte !== undefined && ((byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122) || byte === UNDERSCORE);
const isLower = (byte: number): boolean => byte >= 97 && byte <= 122;

/** Moves over blanks and comments; a comment that never ends is not taken for one. */
export function skipBlanks(cursor: Cursor, patches?: Patch[]): void {
  const { bytes } = cursor;
  for (;;) {
    while (cursor.at < bytes.length && bytes[cursor.at]! <= 32) cursor.at++;
    if (bytes[cursor.at] !== SLASH || bytes[cursor.at + 1] !== STAR || cursor.commentsOver) return;
    let end = cursor.at + 2;
    while (end < bytes.length && !(bytes[end] === STAR && bytes[end + 1] === SLASH)) end++;
    if (end >= bytes.length) {
      cursor.commentsOver = true;
      return;
    }
    patches?.push({ start: cursor.at, end: end + 2, text: " " });
    cursor.at = end + 2;
  }
}

/** Whether `#12 =` stands here: the beginning of the next statement. */
export function startsStatement(bytes: Uint8Array, at: number): boolean {
  if (bytes[at] !== HASH || !isDigit(bytes[at + 1])) return false;
  let end = at + 1;
  while (isDigit(bytes[end])) end++;
  while (bytes[end] === 32 || bytes[end] === 9) end++;
  return bytes[end] === EQUALS;
}

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
      valueStart = cursor.at;
    } else if (byte === COMMA) {
      if (wantsValue) unset(list, cursor.at, cursor.at, "a value is missing");
      if (depth === 1) argument++;
      cursor.at++;
      wantsValue = true;
      opened = false;
    } else if (!wantsValue) {
      const junk = cursor.at;
      skipJunk(cursor);
      if (bytes[valueStart - 1] === CLOSE) list.patches.push({ start: junk, end: cursor.at, text: "" });
      else dropPatchesFrom(list, valueStart);
      const start = bytes[valueStart - 1] === CLOSE ? cursor.at : valueStart;
      note(list, junk, `${quote(bytes, junk, cursor.at)} stands behind a value`);
      if (start === valueStart) list.patches.push({ start, end: cursor.at, text: "$" });
    } else {
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
      if (byte !== QUOTE && !readSimple(cursor)) {
        skipJunk(cursor);
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
  if (plain && !strings) return true;
  const { text, guessed, loose } = decodeStepText(bytes.subarray(start, end));
  strings?.push({ argument, text });
  if (!plain) list.patches.push({ start, end, text: encodeStepText(text) });
  if (guessed)
    list.mends.push({ code: "IFC_TEXT_ENCODING", at: start, message: `"${text.slice(0, MAX_QUOTE)}" is not UTF-8` });
  if (loose) {
    const message = `"${text.slice(0, MAX_QUOTE)}" has a backslash that begins no escape`;
    list.mends.push({ code: "IFC_TEXT_ESCAPE", at: start, message });
  }
  return true;
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
  while (bytes[before] === 13 || bytes[before] === 32) before--;
  if (bytes[before] !== SEMICOLON) return false;
  let next = newline + 1;
  while (next < bytes.length && bytes[next]! <= 32) next++;
  return startsStatement(bytes, next);
}

/** `$ * 12 -1.5E-3 .ENUM. #12 "0F"`, and behind it something that may stand behind a value. */
function readSimple(cursor: Cursor): boolean {
  const { bytes } = cursor;
  const byte = bytes[cursor.at];
  if (byte === DOLLAR || byte === STAR) cursor.at++;
  else if (byte === HASH) return readReference(cursor);
  else if (byte === DOT && isLetter(bytes[cursor.at + 1])) return readEnumeration(cursor);
  else if (byte === DOUBLE) return readBinary(cursor);
  else return readNumber(cursor);
  return true;
}

function readReference(cursor: Cursor): boolean {
  cursor.at++;
  const start = cursor.at;
  while (isDigit(cursor.bytes[cursor.at])) cursor.at++;
  return cursor.at > start && Number(ascii(cursor.bytes, start, cursor.at)) <= MAX_LABEL;
}

/** Above this the engine's 32-bit numbers wrap around, and an entity would be taken for another. */
export const MAX_LABEL = 0xffff_ffff;

function readEnumeration(cursor: Cursor): boolean {
  const { bytes } = cursor;
  cursor.at++;
  while (isLetter(bytes[cursor.at]) || isDigit(bytes[cursor.at])) cursor.at++;
  return bytes[cursor.at++] === DOT;
}

function readBinary(cursor: Cursor): boolean {
  const { bytes } = cursor;
  cursor.at++;
  while (isDigit(bytes[cursor.at]) || isLetter(bytes[cursor.at])) cursor.at++;
  return bytes[cursor.at++] === DOUBLE;
}

function readNumber(cursor: Cursor): boolean {
  const { bytes } = cursor;
  if (bytes[cursor.at] === MINUS || bytes[cursor.at] === PLUS) cursor.at++;
  const start = cursor.at;
  while (isDigit(bytes[cursor.at])) cursor.at++;
  let digits = cursor.at - start;
  if (bytes[cursor.at] === DOT) {
    const fraction = ++cursor.at;
    while (isDigit(bytes[cursor.at])) cursor.at++;
    digits += cursor.at - fraction;
  }
  if (digits === 0) return false;
  if (bytes[cursor.at] === 69 || bytes[cursor.at] === 101) {
    let exponent = cursor.at + 1;
    if (bytes[exponent] === MINUS || bytes[exponent] === PLUS) exponent++;
    if (!isDigit(bytes[exponent])) return false;
    while (isDigit(bytes[exponent])) exponent++;
    cursor.at = exponent;
  }
  return true;
}

function quote(bytes: Uint8Array, start: number, end: number): string {
  return `"${ascii(bytes, start, Math.min(end, start + MAX_QUOTE)).trim()}"`;
}

/** Bytes as characters, one each. */
export function ascii(bytes: Uint8Array, start: number, end: number): string {
  const part = bytes.subarray(start, end);
  return part.length > MAX_SPREAD ? LATIN.decode(part) : String.fromCharCode(...part);
}

const LATIN = new TextDecoder("latin1");
/** More arguments than this could overflow the call stack. */
const MAX_SPREAD = 1024;
