// The smallest pieces of a STEP file: blanks, comments, numbers, enumerations, references.
// Fed by    models/loaders/ifc/step.ts and models/loaders/ifc/step-values.ts, which share one cursor
// Gives     whether such a piece stands at the cursor, and moves behind it
// Source    ISO 10303-21, 6.3 and 6.4
// K1  what does not stand here moves the cursor no further than the piece that it breaks

export interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
  /** No comment ends any more from here on: known once, so that it is not looked for again and again. */
  commentsOver?: boolean;
}

/** Bytes of the file that the clean copy replaces. */
export interface Patch {
  start: number;
  end: number;
  text: string;
}

export const NEWLINE = 10;
export const RETURN = 13;
export const OPEN = 40; // (
export const CLOSE = 41; // )
export const COMMA = 44; // ,
export const SEMICOLON = 59; // ;
export const HASH = 35; // #
export const QUOTE = 39; // '
const STAR = 42; // *
const SLASH = 47; // /
const DOUBLE = 34; // "
const DOLLAR = 36; // $
const DOT = 46; // .
export const MINUS = 45; // -
const PLUS = 43; // +
const UPPER_E = 69;
const LOWER_E = 101;
const UNDERSCORE = 95; // _
export const EQUALS = 61; // =
export const BACKSLASH = 92; // \

export const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 48 && byte <= 57;
export const isLetter = (byte: number | undefined): boolean =>
  byte !== undefined && ((byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122) || byte === UNDERSCORE);
export const isLower = (byte: number): boolean => byte >= 97 && byte <= 122;

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

/** Longer numbers, enumerations and binaries than this are none. The engine counts their bytes in 16 bits. */
const MAX_TOKEN_BYTES = 1000;
/** An integer with more digits does not fit the engine's 64 bits, nor a JSON number; written as a real it does. */
const MAX_INTEGER_DIGITS = 15;

/**
 * Moves over `$ * 12 -1.5E-3 .ENUM. #12 "0F"`; false when nothing of the kind stands here.
 * Notes patches for numbers that are clear but not as the standard writes them: `.5` and very long integers.
 */
export function readSimple(cursor: Cursor, patches: Patch[]): boolean {
  const { bytes } = cursor;
  const start = cursor.at;
  const byte = bytes[start];
  if (byte === DOLLAR || byte === STAR) {
    cursor.at++;
    return true;
  }
  const reads =
    byte === HASH ? readReference(cursor) : byte === DOUBLE ? readBinary(cursor) : readOther(cursor, patches);
  return reads && cursor.at - start <= MAX_TOKEN_BYTES;
}

function readOther(cursor: Cursor, patches: Patch[]): boolean {
  const { bytes } = cursor;
  return bytes[cursor.at] === DOT && isLetter(bytes[cursor.at + 1])
    ? readEnumeration(cursor)
    : readNumber(cursor, patches);
}

function readReference(cursor: Cursor): boolean {
  const start = ++cursor.at;
  skipDigits(cursor);
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

/** `"` a digit from 0 to 3 (bits to leave out), hexadecimal digits `"`. */
function readBinary(cursor: Cursor): boolean {
  const { bytes } = cursor;
  const start = ++cursor.at;
  while (isLetter(bytes[cursor.at]) || isDigit(bytes[cursor.at])) cursor.at++;
  if (bytes[cursor.at] !== DOUBLE) return false;
  return /^[0-3][0-9A-Fa-f]*$/.test(ascii(bytes, start, cursor.at++));
}

function readNumber(cursor: Cursor, patches: Patch[]): boolean {
  const { bytes } = cursor;
  if (bytes[cursor.at] === MINUS || bytes[cursor.at] === PLUS) cursor.at++;
  const start = cursor.at;
  const whole = skipDigits(cursor);
  const isInteger = bytes[cursor.at] !== DOT;
  if (!isInteger) cursor.at++;
  if (whole + (isInteger ? 0 : skipDigits(cursor)) === 0) return false;
  if (bytes[cursor.at] === UPPER_E || bytes[cursor.at] === LOWER_E) {
    cursor.at++;
    if (bytes[cursor.at] === MINUS || bytes[cursor.at] === PLUS) cursor.at++;
    if (skipDigits(cursor) === 0) return false;
  } else if (isInteger && whole > MAX_INTEGER_DIGITS) patches.push({ start: cursor.at, end: cursor.at, text: "." });
  if (whole === 0) patches.push({ start, end: start, text: "0" });
  return true;
}

function skipDigits(cursor: Cursor): number {
  const start = cursor.at;
  while (isDigit(cursor.bytes[cursor.at])) cursor.at++;
  return cursor.at - start;
}

/** Bytes as characters, one each. */
export function ascii(bytes: Uint8Array, start: number, end: number): string {
  const part = bytes.subarray(start, end);
  return part.length > MAX_SPREAD ? LATIN.decode(part) : String.fromCharCode(...part);
}

const LATIN = new TextDecoder("latin1");
/** More arguments than this could overflow the call stack. */
const MAX_SPREAD = 1024;
