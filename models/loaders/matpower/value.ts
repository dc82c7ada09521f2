// MATLAB values, as far as case files need them: matrices of numbers, strings, cell arrays, structs.
// V1  a matrix is never changed: whoever changes one makes another

import { Unread } from "./expression.ts";

export interface Matrix {
  is: "matrix";
  rows: number;
  columns: number;
  /** Row by row. */
  values: number[];
  /** Came out of a comparison: as an index it picks where it is true. */
  logical?: boolean;
}

interface Cell {
  is: "cell";
  items: Value[];
}

export interface Struct {
  is: "struct";
  fields: Map<string, Value>;
}

export type Value = Matrix | Cell | Struct | { is: "string"; text: string };

/** Elements that one matrix may have, so that `zeros(1e9)` is refused. */
const MAX_ELEMENTS = 20_000_000;

export function scalar(value: number, logical = false): Matrix {
  return logical ? { is: "matrix", rows: 1, columns: 1, values: [value], logical } : matrix(1, 1, [value]);
}

export function matrix(rows: number, columns: number, values: number[]): Matrix {
  return { is: "matrix", rows, columns, values };
}

/** A matrix of one value everywhere. */
export function filled(rows: number, columns: number, value: number): Matrix {
  if (!(rows >= 0 && columns >= 0 && rows * columns <= MAX_ELEMENTS))
    throw new Unread(`a matrix of ${rows} x ${columns}`);
  return matrix(rows, columns, new Array<number>(rows * columns).fill(value));
}

export function asMatrix(value: Value | undefined): Matrix {
  if (value?.is === "matrix") return value;
  throw new Unread(`a matrix is needed, not ${value === undefined ? "nothing" : `a ${value.is}`}`);
}

export function asNumber(value: Value | undefined): number {
  const { values } = asMatrix(value);
  if (values.length !== 1) throw new Unread("one number is needed, not a matrix");
  return values[0]!;
}

export function transposed(value: Matrix): Matrix {
  const values = value.values.map((_, index) => {
    const [row, column] = [Math.floor(index / value.rows), index % value.rows];
    return value.values[column * value.columns + row]!;
  });
  return matrix(value.columns, value.rows, values);
}

/** Element by element; a scalar, a row or a column is stretched to the other's size. */
export function combine(left: Matrix, right: Matrix, calculate: (a: number, b: number) => number): Matrix {
  const rows = sizeOf(left.rows, right.rows);
  const columns = sizeOf(left.columns, right.columns);
  const result = filled(rows, columns, 0);
  const pick = (from: Matrix, row: number, column: number) =>
    from.values[(from.rows === 1 ? 0 : row) * from.columns + (from.columns === 1 ? 0 : column)]!;
  for (let index = 0; index < result.values.length; index++) {
    const [row, column] = [Math.floor(index / columns), index % columns];
    result.values[index] = calculate(pick(left, row, column), pick(right, row, column));
  }
  return result;
}

function sizeOf(one: number, other: number): number {
  if (one === other || other === 1) return one;
  if (one === 1) return other;
  throw new Unread(`sizes ${one} and ${other} do not fit`);
}

/** Sets matrices side by side, and rows of them one below the other. */
export function joined(rows: Matrix[][]): Matrix {
  const bands = rows
    .map((parts) => joinBeside(parts.filter((part) => part.values.length > 0)))
    .filter((band) => band.values.length > 0);
  const columns = bands[0]?.columns ?? 0;
  if (bands.some((band) => band.columns !== columns)) throw new Unread("rows of different length");
  return matrix(
    bands.reduce((sum, band) => sum + band.rows, 0),
    columns,
    bands.flatMap((band) => band.values),
  );
}

function joinBeside(parts: Matrix[]): Matrix {
  const [first] = parts;
  if (first === undefined) return matrix(0, 0, []);
  if (parts.length === 1) return first;
  if (parts.some((part) => part.rows !== first.rows)) throw new Unread("columns of different length");
  const values: number[] = [];
  for (let row = 0; row < first.rows; row++) {
    for (const part of parts) values.push(...part.values.slice(row * part.columns, (row + 1) * part.columns));
  }
  return matrix(first.rows, values.length / first.rows, values);
}

/** What an index picks out of `length` places, counted from zero. */
export function placesOf(index: Matrix | "all", length: number): number[] {
  if (index === "all") return Array.from({ length }, (_, place) => place);
  if (index.logical) return index.values.flatMap((value, place) => (value ? [place] : []));
  return index.values.map((value) => {
    if (!Number.isInteger(value) || value < 1 || value > MAX_ELEMENTS) throw new Unread(`${value} is no index`);
    return value - 1;
  });
}

/** A matrix with some places set anew; it grows where a place lies beyond its end. */
export function withPart(held: Matrix, places: number[][], given: Matrix): Matrix {
  const isColumn = held.columns === 1 && held.rows > 1;
  const [rowPlaces, columnPlaces] =
    places.length === 2 ? (places as [number[], number[]]) : isColumn ? [places[0]!, [0]] : [[0], places[0]!];
  if (places.length === 1 && held.rows > 1 && held.columns > 1) throw new Unread("one index into rows and columns");
  const count = rowPlaces.length * columnPlaces.length;
  if (given.values.length !== 1 && given.values.length !== count)
    throw new Unread("the sizes of an assignment do not fit");
  const rows = rowPlaces.reduce((most, row) => Math.max(most, row + 1), held.rows);
  const columns = columnPlaces.reduce((most, column) => Math.max(most, column + 1), held.columns);
  const result = filled(rows, columns, 0);
  for (let row = 0; row < held.rows; row++) {
    for (let column = 0; column < held.columns; column++) {
      result.values[row * columns + column] = held.values[row * held.columns + column]!;
    }
  }
  let next = 0;
  for (const row of rowPlaces) {
    for (const column of columnPlaces) {
      result.values[row * columns + column] = given.values.length === 1 ? given.values[0]! : given.values[next]!;
      next++;
    }
  }
  return result;
}
