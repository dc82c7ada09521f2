// What a word of a script means for the property that it is assigned to.
// Fed by    a word and the property's type
// Gives     a number, text, truth value, array or matrix, in the unit of the property's attribute
// A1  an item of an array that is no number is null, so that the others keep their places
// A2  an array may name a file instead: it stays `{ file: name }`

import type { Json } from "../../district.ts";
import type { Property } from "./classes.ts";
import { numberOf } from "./inline-math.ts";
import { itemsOf, parametersOf, rowsOf, type Token } from "./tokens.ts";

/** Items that one array may have, and rows and columns of a matrix. */
const MAX_ITEMS = 1_000_000;
const MAX_ORDER = 100;
const FILE_KEYS: ReadonlySet<string> = new Set(["file", "csvfile", "sngfile", "dblfile"]);

export interface Meaning {
  /** Undefined when nothing can be assigned. */
  value: Json | undefined;
  /** Words that should have been numbers. */
  notNumbers: string[];
  /** A quote or bracket inside is not closed. */
  isOpen: boolean;
}

export function meaningOf(token: Token, { type, divisor }: Property): Meaning {
  const meaning: Meaning = { value: undefined, notNumbers: [], isOpen: token.isOpen };
  const number = (word: Token): number | null => {
    const value = numberOf(word);
    if (value !== undefined) return value / divisor;
    meaning.notNumbers.push(word.text);
    return null;
  };
  if (type === "text" || type === "bus") meaning.value = token.text.trim();
  else if (type === "yes") meaning.value = /^\s*[yt1]/i.test(token.text);
  else if (type === "number") meaning.value = number(token) ?? undefined;
  else if (type === "matrix") {
    const rows = token.isQuoted ? rowsOf(token.text) : [[token]];
    meaning.value = rows.slice(0, MAX_ORDER).map((row) => row.slice(0, MAX_ORDER).map(number));
  } else meaning.value = fileOf(token) ?? arrayOf(token, type === "numbers" ? number : undefined, meaning);
  return meaning;
}

function arrayOf(token: Token, number: ((word: Token) => Json) | undefined, meaning: Meaning): Json {
  const items = itemsOf(token).slice(0, MAX_ITEMS);
  if (items.some((item) => item.isOpen)) meaning.isOpen = true;
  if (number && isCalculation(token, items)) return [number(token)];
  return items.map((item) => (number ? number(item) : item.text.trim()));
}

/** `kVs=(11 3 sqrt /)` is one number; an array has numbers only. */
export function isCalculation(token: Token, items: readonly Token[]): boolean {
  return items.some((item) => numberOf(item) === undefined) && numberOf(token) !== undefined;
}

/** `(file=shape.csv, column=2, header=yes)`. */
function fileOf(token: Token): Json | undefined {
  if (!/file\s*=/i.test(token.text)) return undefined;
  const parameters = parametersOf(token.text).map(({ name, value }) => [name.toLowerCase(), value.text] as const);
  const [key, file] = parameters[0] ?? [];
  if (key === undefined || file === undefined || !FILE_KEYS.has(key)) return undefined;
  const said = new Map(parameters);
  const column = Number(said.get("column") ?? said.get("col"));
  return {
    file,
    ...(key === "sngfile" || key === "dblfile" ? { packed: key === "sngfile" ? "singles" : "doubles" } : {}),
    ...(Number.isInteger(column) && column > 0 ? { column } : {}),
    ...(/^[yt]/i.test(said.get("header") ?? "") ? { header: true } : {}),
  };
}
