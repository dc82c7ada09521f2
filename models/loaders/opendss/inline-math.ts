// Numbers of a script, also as inline math.
// Fed by    a word
// Gives     its number; undefined when it is none
// I1  what stands in brackets or quotes is calculated in reverse Polish notation, on four registers x, y, z, t as in a pocket
//     calculator: entering a number pushes it, an operation leaves its result in x; angles are in degrees
// Source    OpenDSS Manual, "In-line Math"

import { rowsOf, type Token } from "./tokens.ts";

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const DEGREE = Math.PI / 180;

/** x is the first register. */
type Registers = [x: number, y: number, z: number, t: number];

const ONE: Record<string, (x: number) => number> = {
  sqrt: Math.sqrt,
  sqr: (x) => x * x,
  sin: (x) => Math.sin(x * DEGREE),
  cos: (x) => Math.cos(x * DEGREE),
  tan: (x) => Math.tan(x * DEGREE),
  asin: (x) => Math.asin(x) / DEGREE,
  acos: (x) => Math.acos(x) / DEGREE,
  atan: (x) => Math.atan(x) / DEGREE,
  ln: Math.log,
  log10: Math.log10,
  exp: Math.exp,
  inv: (x) => 1 / x,
};

const TWO: Record<string, (y: number, x: number) => number> = {
  "+": (y, x) => y + x,
  "-": (y, x) => y - x,
  "*": (y, x) => y * x,
  "/": (y, x) => y / x,
  "^": (y, x) => y ** x,
  atan2: (y, x) => Math.atan2(y, x) / DEGREE,
};

const MOVES: Record<string, (registers: Registers) => Registers> = {
  swap: ([x, y, z, t]) => [y, x, z, t],
  rollup: ([x, y, z, t]) => [t, x, y, z],
  rolldn: ([x, y, z, t]) => [y, z, t, x],
  pi: ([x, y, z]) => [Math.PI, x, y, z],
};

export function numberOf({ text, isQuoted }: Token): number | undefined {
  const plain = text.trim();
  if (NUMBER.test(plain)) return finite(Number(plain));
  return isQuoted ? calculated(plain) : undefined;
}

function calculated(text: string): number | undefined {
  const words = rowsOf(text).flat();
  if (words.length === 0) return undefined;
  let registers: Registers = [0, 0, 0, 0];
  for (const word of words) {
    const next = entered(word, registers);
    if (!next) return undefined;
    registers = next;
  }
  return finite(registers[0]);
}

function entered(word: Token, registers: Registers): Registers | undefined {
  const [x, y, z, t] = registers;
  const operation = word.text.toLowerCase();
  if (!word.isQuoted) {
    if (Object.hasOwn(TWO, operation)) return [TWO[operation]!(y, x), z, t, t];
    if (Object.hasOwn(ONE, operation)) return [ONE[operation]!(x), y, z, t];
    if (Object.hasOwn(MOVES, operation)) return MOVES[operation]!(registers);
  }
  // Brackets do not nest, so a word in brackets is no more than a number.
  const number = NUMBER.test(word.text.trim()) ? Number(word.text) : undefined;
  return number === undefined ? undefined : [number, x, y, z];
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}

const DIGITS = 15;

/** Without the last digit of what a conversion of units leaves: 2000 ft are 0.6096 km. */
export function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
