// The MATLAB functions that case files call.
// Fed by    evaluated arguments
// Gives     one value
// Must not  hold a function with an effect: what prints is in SILENT, what reads files is not known here

import { Unread } from "./expression.ts";
import { asMatrix, asNumber, combine, filled, type Matrix, matrix, scalar, type Value } from "./value.ts";

/** Statements that only print or warn, and are passed over. */
export const SILENT = ["disp", "fprintf", "printf", "warning", "display", "clear", "clc", "format"];

const BY_ELEMENT: Record<string, (value: number) => number> = {
  abs: Math.abs,
  sqrt: Math.sqrt,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  exp: Math.exp,
  log: Math.log,
  log10: Math.log10,
  floor: Math.floor,
  ceil: Math.ceil,
  round: (value) => Math.sign(value) * Math.round(Math.abs(value)),
  sign: Math.sign,
  deg2rad: (value) => (value * Math.PI) / 180,
  rad2deg: (value) => (value * 180) / Math.PI,
};
const CONSTANTS: Record<string, number> = {
  pi: Math.PI,
  inf: Infinity,
  Inf: Infinity,
  nan: Number.NaN,
  NaN: Number.NaN,
  eps: 2 ** -52,
  true: 1,
  false: 0,
};
const OF_COLUMNS: Record<string, (values: number[]) => number> = {
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  prod: (values) => values.reduce((product, value) => product * value, 1),
  max: (values) => values.reduce((most, value) => Math.max(most, value), -Infinity),
  min: (values) => values.reduce((least, value) => Math.min(least, value), Infinity),
  any: (values) => (values.some((value) => value !== 0) ? 1 : 0),
  all: (values) => (values.every((value) => value !== 0) ? 1 : 0),
};

/** Calls a function by its name. Throws `Unread` when it is not known or its arguments do not fit. */
export function call(name: string, args: Value[]): Value {
  if (Object.hasOwn(CONSTANTS, name) && args.length === 0)
    return scalar(CONSTANTS[name]!, name === "true" || name === "false");
  if (Object.hasOwn(BY_ELEMENT, name)) {
    const value = asMatrix(args[0]);
    return matrix(value.rows, value.columns, value.values.map(BY_ELEMENT[name]!));
  }
  if (Object.hasOwn(OF_COLUMNS, name)) return reduce(name, args);
  if (name === "zeros" || name === "ones") return sized(args, name === "ones" ? 1 : 0);
  if (name === "size" || name === "length" || name === "numel" || name === "isempty") return measure(name, args);
  if (name === "find") return find(asMatrix(args[0]));
  if (name === "mod")
    return combine(asMatrix(args[0]), asMatrix(args[1]), (a, b) => (b === 0 ? a : a - b * Math.floor(a / b)));
  if (name === "isfield" && args[0]?.is === "struct" && args[1]?.is === "string") {
    return scalar(args[0].fields.has(args[1].text) ? 1 : 0, true);
  }
  if (name === "struct") return structOf(args);
  throw new Unread(`${name} is not known`);
}

/** `struct("name", value, ...)`. */
function structOf(args: Value[]): Value {
  const fields = new Map<string, Value>();
  for (let index = 0; index < args.length; index += 2) {
    const [name, value] = [args[index], args[index + 1]];
    if (name?.is !== "string" || value === undefined) throw new Unread("struct wants names and values in turn");
    fields.set(name.text, value);
  }
  return { is: "struct", fields };
}

/** `[rows, columns]` of a value. */
export function sizeOf(value: Value | undefined): [number, number] {
  if (value?.is === "matrix") return [value.rows, value.columns];
  if (value?.is === "cell") return [value.items.length, 1];
  if (value?.is === "string") return [1, value.text.length];
  return [1, 1];
}

function reduce(name: string, args: Value[]): Matrix {
  const value = asMatrix(args[0]);
  if ((name === "max" || name === "min") && args.length === 2) return combine(value, asMatrix(args[1]), Math[name]);
  const isVector = value.rows === 1 || value.columns === 1;
  const alongRows = args.length === 2 && (name === "sum" || name === "prod") && asNumber(args[1]) === 2;
  const reduced = OF_COLUMNS[name]!;
  if (!alongRows && isVector) return scalar(reduced(value.values), name === "any" || name === "all");
  const count = alongRows ? value.rows : value.columns;
  const groups = Array.from({ length: count }, (_, group) =>
    value.values.filter(
      (_value, index) => (alongRows ? Math.floor(index / value.columns) : index % value.columns) === group,
    ),
  );
  return matrix(alongRows ? count : 1, alongRows ? 1 : count, groups.map(reduced));
}

function sized(args: Value[], value: number): Matrix {
  const sizes = args.length === 1 ? asMatrix(args[0]).values : args.map(asNumber);
  return filled(sizes[0] ?? 1, sizes[1] ?? sizes[0] ?? 1, value);
}

function measure(name: string, args: Value[]): Matrix {
  const [rows, columns] = sizeOf(args[0]);
  if (name === "isempty") return scalar(rows * columns === 0 ? 1 : 0, true);
  if (name === "numel") return scalar(rows * columns);
  if (name === "length") return scalar(rows * columns === 0 ? 0 : Math.max(rows, columns));
  if (args.length === 1) return matrix(1, 2, [rows, columns]);
  return scalar([rows, columns][asNumber(args[1]) - 1] ?? 1);
}

function find(value: Matrix): Matrix {
  if (value.rows > 1 && value.columns > 1) throw new Unread("find in a matrix of rows and columns");
  const places = value.values.flatMap((one, index) => (one ? [index + 1] : []));
  return value.rows === 1 ? matrix(1, places.length, places) : matrix(places.length, 1, places);
}
