// Mutate: one change of a file, drawn from a seed: what editors, exports, copies, transfers and people do to files, and what nobody does.
// Fed by    the text of a file, one byte a character, and that of another of its format
// X1  the same text, other text and seed give the same change
// X2  a change never makes a file longer than MAX_LENGTH

import { Chance } from "../chaos/chance.ts";

export const MAX_LENGTH = 4 << 20;

const NUMBERS = [
  "0",
  "-0",
  "-1",
  "1",
  "1e308",
  "-1e308",
  "1e-320",
  "1e999",
  "NaN",
  "Infinity",
  "-inf",
  "2147483648",
  "4294967296",
].concat([
  "9007199254740993",
  "1e5",
  "1000000",
  "99999999",
  "0x10",
  "1,5",
  "1.5.2",
  ".",
  "-",
  "1e",
  "1.#QNAN",
  "",
  "null",
  "٣",
  "9".repeat(400),
]);
const WORDS = [
  "__proto__",
  "constructor",
  "prototype",
  "hasOwnProperty",
  "toString",
  "valueOf",
  "null",
  "true",
  "NaN",
  "",
  "0",
].concat([
  "$",
  "*",
  "é",
  "\xff\xfe",
  "\0",
  "a".repeat(5000),
  "../../x",
  "%s%n",
  "&x;",
  "[0]",
  "-",
  "PT1S",
  "kWh",
  "{}",
  "[]",
  '""',
]);
const OPENERS = [
  "(",
  "[",
  "{",
  "<a>",
  '{"a":',
  "[[",
  '"',
  "'",
  "/*",
  "<!--",
  "<![CDATA[",
  "<!DOCTYPE a [",
  "if 1\n",
  "((",
  "\\",
  "#1=(",
  "@prefix ",
];
/** Mostly few: what grows with the square of them shows with the many, and costs the time of a hundred others. */
const TIMES = [...Array<number>(20).fill(2), ...Array<number>(10).fill(20), 1000, 1000, 20_000];
const DEPTHS = [...Array<number>(20).fill(1), ...Array<number>(10).fill(100), 5000, 5000, 60_000];
const NUMBER = /[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?/y;
const WORD = /[A-Za-z_][\w.-]*/y;
const QUOTED = /"[^"\n]{0,400}"|'[^'\n]{0,400}'/y;
/** How far from where it looks a token is searched for. */
const NEAR = 400;

type Change = (text: string, chance: Chance, other: string) => string;

const put = (text: string, at: number, removed: number, added: string) =>
  text.slice(0, at) + added + text.slice(at + removed);
const place = (text: string, chance: Chance) => chance.whole(0, text.length);
/** Mostly short, seldom long. */
const length = (text: string, chance: Chance) =>
  chance.whole(0, Math.min(text.length, chance.one([4, 16, 64, 256, 2048, text.length])));

/** The first token of that form from a random place on. */
function token(text: string, form: RegExp, chance: Chance): { at: number; word: string } | undefined {
  const from = place(text, chance);
  for (let at = from; at < Math.min(text.length, from + NEAR); at++) {
    form.lastIndex = at;
    const word = form.exec(text)?.[0];
    if (word !== undefined) return { at, word };
  }
  return undefined;
}

function exchange(text: string, form: RegExp, chance: Chance, by: (chance: Chance) => string): string {
  const found = token(text, form, chance);
  return found ? put(text, found.at, found.word.length, by(chance)) : text;
}

/** From one separator to the next. */
function piece(text: string, chance: Chance): { at: number; end: number } {
  const separator = chance.one(["\n", "\n", "<", ",", ";", " ", "{", "}", "#"]);
  const from = text.indexOf(separator, place(text, chance));
  const end = from < 0 ? -1 : text.indexOf(separator, from + 1);
  return { at: Math.max(from, 0), end: end < 0 ? text.length : end };
}

const CHANGES: Record<string, Change> = {
  bytes: (text, chance) => {
    let changed = text;
    for (let left = chance.whole(1, 6); left > 0; left--)
      changed = put(changed, place(text, chance), chance.whole(0, 1), String.fromCharCode(chance.whole(0, 255)));
    return changed;
  },
  removed: (text, chance) => put(text, place(text, chance), length(text, chance), ""),
  cutOff: (text, chance) => text.slice(0, place(text, chance)),
  headless: (text, chance) => text.slice(length(text, chance)),
  spliced: (text, chance, other) => {
    const from = place(other, chance);
    return put(
      text,
      place(text, chance),
      chance.once(2) ? 0 : length(text, chance),
      other.slice(from, from + length(other, chance)),
    );
  },
  copied: (text, chance) => {
    const from = place(text, chance);
    return put(text, place(text, chance), 0, text.slice(from, from + length(text, chance)));
  },
  repeated: (text, chance) => {
    const { at, end } = piece(text, chance);
    const one = text.slice(at, Math.min(end, at + 2000));
    return put(text, at, 0, one.repeat(Math.min(chance.one(TIMES), Math.floor(MAX_LENGTH / 4 / (one.length + 1)))));
  },
  exchanged: (text, chance) => {
    const [one, two] = [piece(text, chance), piece(text, chance)];
    const [first, last] = one.at <= two.at ? [one, two] : [two, one];
    if (first.end > last.at) return text;
    const middle = text.slice(first.end, last.at);
    return (
      text.slice(0, first.at) +
      text.slice(last.at, last.end) +
      middle +
      text.slice(first.at, first.end) +
      text.slice(last.end)
    );
  },
  pieceLost: (text, chance) => {
    const { at, end } = piece(text, chance);
    return put(text, at, end - at, "");
  },
  number: (text, chance) => exchange(text, NUMBER, chance, () => chance.one(NUMBERS)),
  anotherNumber: (text, chance) => exchange(text, NUMBER, chance, () => token(text, NUMBER, chance)?.word ?? "7"),
  word: (text, chance) => exchange(text, WORD, chance, () => chance.one(WORDS)),
  anotherWord: (text, chance) => exchange(text, WORD, chance, () => token(text, WORD, chance)?.word ?? "x"),
  quoted: (text, chance) => exchange(text, QUOTED, chance, () => JSON.stringify(chance.one(WORDS))),
  anotherQuoted: (text, chance) => exchange(text, QUOTED, chance, () => token(text, QUOTED, chance)?.word ?? '"x"'),
  everywhere: (text, chance) => {
    const [one, two] = [token(text, WORD, chance), token(text, WORD, chance)];
    return one && two ? text.replaceAll(one.word, two.word.slice(0, 100)) : text;
  },
  nested: (text, chance) => put(text, place(text, chance), 0, chance.one(OPENERS).repeat(chance.one(DEPTHS))),
  json: (text, chance) => jsonChanged(text, chance),
  encoded: (text, chance) => {
    const bytes = Buffer.from(text, "latin1");
    const utf16 = Buffer.from(bytes.toString("utf8"), "utf16le");
    return chance.one([
      () => `\xef\xbb\xbf${text}`,
      () => `\xff\xfe${utf16.toString("latin1")}`,
      () => `\xfe\xff${utf16.swap16().toString("latin1")}`,
      () => utf16.toString("latin1"),
      () => bytes.toString("base64"),
      () => text.replaceAll("\n", "\r"),
      () => text.replaceAll("\r", "").replaceAll("\n", "\r\n"),
      () => text.toUpperCase(),
      () => text.replaceAll(",", ";"),
      () => "",
    ])();
  },
};

const WEIGHTS: Record<string, number> = {
  number: 6,
  anotherNumber: 6,
  word: 5,
  anotherWord: 5,
  quoted: 3,
  anotherQuoted: 3,
  json: 6,
};
const NAMES = Object.keys(CHANGES).flatMap((name) => Array<string>(WEIGHTS[name] ?? 2).fill(name));

/** Its name, and the text after it. */
export function mutate(text: string, seed: number, other: string): { change: string; text: string } {
  const chance = new Chance(seed);
  const change = chance.one(NAMES);
  return { change, text: CHANGES[change]!(text, chance, other).slice(0, MAX_LENGTH) };
}

type Value = unknown;

/** One value of a JSON text, also in the JSON texts that stand in it as strings, replaced, doubled or removed. Of other texts, nothing. */
function jsonChanged(text: string, chance: Chance): string {
  if (text[0] !== "{" && text[0] !== "[") return text;
  try {
    const root = JSON.parse(text) as Value;
    changeWithin(root, chance);
    return JSON.stringify(root);
  } catch {
    return text;
  }
}

const JSON_VALUES: readonly Value[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  1e20,
  "",
  "x",
  "NaN",
  "__proto__",
  [],
  {},
  [[]],
  [null],
  { a: 1 },
  "{}",
  "[1",
];

function changeWithin(holder: Value, chance: Chance): void {
  if (typeof holder !== "object" || holder === null) return;
  const within = holder as Record<string, Value>;
  const keys = Object.keys(within);
  if (keys.length === 0) return;
  const key = chance.one(keys);
  const value = within[key];
  const isDeep = (typeof value === "object" && value !== null) || (typeof value === "string" && /^[[{]/.test(value));
  const way = isDeep && !chance.once(6) ? "deeper" : chance.weighted({ removed: 3, renamed: 3, another: 3, odd: 6 });
  if (way === "deeper" && typeof value === "string") within[key] = jsonChanged(value, chance);
  else if (way === "deeper") changeWithin(value, chance);
  else if (way === "removed") delete within[key];
  else if (way === "renamed") within[chance.one([...keys, "constructor", "x"])] = value;
  else within[key] = way === "another" ? within[chance.one(keys)] : chance.one(JSON_VALUES);
}
