// Texts in STEP files: what the bytes between two quotes say, and how to write that in plain ASCII again.
// Fed by    models/loaders/ifc/step-values.ts, which meets the strings
// Gives     the text, and whether its bytes or escapes had to be guessed
// Source    ISO 10303-21, 6.4.3 (string encoding); the wild, which also has raw UTF-8 and Windows-1252

export interface StepText {
  text: string;
  /** The bytes were not UTF-8 and were read as Windows-1252. */
  guessed: boolean;
  /** A backslash that begins no escape was kept as it stands. */
  loose: boolean;
}

const UTF8 = new TextDecoder("utf-8", { fatal: true });
const WESTERN = new TextDecoder("windows-1252");
const LONE_SURROGATE = /\p{Surrogate}/gu;
const HIGHEST_CODE_POINT = 0x10ffff;

/** Reads the bytes between the quotes of a STEP string, with doubled quotes still in it. */
export function decodeStepText(bytes: Uint8Array): StepText {
  let raw: string;
  let guessed = false;
  try {
    raw = UTF8.decode(bytes);
  } catch {
    raw = WESTERN.decode(bytes);
    guessed = true;
  }
  raw = raw.replaceAll("''", "'");
  if (!raw.includes("\\")) return { text: raw, guessed, loose: false };
  const { text, loose } = resolveEscapes(raw);
  return { text, guessed, loose };
}

const ESCAPE =
  /\\\\|\\S\\([\s\S])|\\P([A-I])\\|\\X\\([0-9A-Fa-f]{2})|\\X2\\((?:[0-9A-Fa-f]{4})*)\\X0\\|\\X4\\((?:[0-9A-Fa-f]{8})*)\\X0\\|\\/g;

function resolveEscapes(raw: string): { text: string; loose: boolean } {
  let page = 1; // ISO 8859-1 until \P.\ says otherwise
  let loose = false;
  const text = raw.replace(ESCAPE, (all, high?: string, letter?: string, byte?: string, x2?: string, x4?: string) => {
    if (all === "\\\\") return "\\";
    if (high !== undefined) return upperHalf(page, high);
    if (letter !== undefined) {
      page = letter.charCodeAt(0) - 64;
      return "";
    }
    if (byte !== undefined) return String.fromCharCode(Number.parseInt(byte, 16));
    if (x2 !== undefined)
      return (x2.match(/.{4}/g) ?? []).map((hex) => String.fromCharCode(Number.parseInt(hex, 16))).join("");
    if (x4 !== undefined) return (x4.match(/.{8}/g) ?? []).map(codePoint).join("");
    loose = true;
    return all;
  });
  return { text: text.replace(LONE_SURROGATE, "\ufffd"), loose };
}

function upperHalf(page: number, character: string): string {
  const code = character.charCodeAt(0) + 0x80;
  return code > 0xff ? character : new TextDecoder(`iso-8859-${page}`).decode(new Uint8Array([code]));
}

function codePoint(hex: string): string {
  const code = Number.parseInt(hex, 16);
  return code > HIGHEST_CODE_POINT ? "\ufffd" : String.fromCodePoint(code);
}

/** Writes a text as the inside of a STEP string, in ASCII only: what every reader understands alike. */
export function encodeStepText(text: string): string {
  return text
    .replaceAll("'", "''")
    .replaceAll("\\", "\\\\")
    .replace(BEYOND_PLANE_0, (run) => `\\X4\\${[...run].map((character) => hexOf(character, 8)).join("")}\\X0\\`)
    .replace(NOT_ASCII, (run) => `\\X2\\${[...run].map((character) => hexOf(character, 4)).join("")}\\X0\\`);
}

const BEYOND_PLANE_0 = /[\u{10000}-\u{10ffff}]+/gu;
const NOT_ASCII = /[^\u{20}-\u{7e}]+/gu;

function hexOf(character: string, digits: number): string {
  return character.codePointAt(0)!.toString(16).toUpperCase().padStart(digits, "0");
}
