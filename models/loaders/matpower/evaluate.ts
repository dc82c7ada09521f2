// What an expression is worth.
// Fed by    an Expression and the variables
// Gives     a Value, or throws `Unread`
// Must not  change a variable

import { type Expression, Unread } from "./expression.ts";
import { call, sizeOf } from "./functions.ts";
import {
  asMatrix,
  asNumber,
  combine,
  filled,
  joined,
  type Matrix,
  matrix,
  placesOf,
  scalar,
  transposed,
  type Value,
} from "./value.ts";

export type Variables = Map<string, Value>;

/** Elements of a range, so that `1:1e12` is refused. */
const MAX_RANGE = 1_000_000;

const ARITHMETIC: Record<string, (a: number, b: number) => number> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  ".*": (a, b) => a * b,
  "./": (a, b) => a / b,
  ".^": (a, b) => a ** b,
};
const COMPARISON: Record<string, (a: number, b: number) => boolean> = {
  "==": (a, b) => a === b,
  "~=": (a, b) => a !== b,
  "!=": (a, b) => a !== b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
  "&": (a, b) => a !== 0 && b !== 0,
  "|": (a, b) => a !== 0 || b !== 0,
};

export function evaluate(expression: Expression, variables: Variables, ends: number[] = []): Value {
  const of = (part: Expression) => evaluate(part, variables, ends);
  switch (expression.is) {
    case "number":
      return scalar(expression.value);
    case "string":
      return { is: "string", text: expression.value };
    case "name":
      return variables.get(expression.name) ?? call(expression.name, []);
    case "end": {
      const end = ends.at(-1);
      if (end === undefined) throw new Unread("end stands outside an index");
      return scalar(end);
    }
    case "unary":
      return unary(expression.operator, asMatrix(of(expression.operand)));
    case "transpose":
      return transposed(asMatrix(of(expression.operand)));
    case "binary":
      return binary(expression.operator, of(expression.left), () => of(expression.right));
    case "range":
      return range(of(expression.from), expression.step ? of(expression.step) : scalar(1), of(expression.to));
    case "field":
      return fieldOf(of(expression.of), expression.name);
    case "index":
      return indexed(expression, variables, ends);
    case "matrix":
      return matrixOf(expression.rows.map((row) => row.map(of)));
    case "cell":
      return { is: "cell", items: expression.rows.flatMap((row) => row.map(of)) };
    default:
      throw new Unread("a colon stands outside an index");
  }
}

/** The places that the indices of `value(i, j)` pick out, per dimension; one index picks of a row or column. */
export function placesPerDimension(
  size: [number, number],
  indices: Expression[],
  variables: Variables,
  ends: number[],
): number[][] {
  if (indices.length === 0 || indices.length > 2) throw new Unread(`an index of ${indices.length} dimensions`);
  const lengths = indices.length === 1 ? [size[0] * size[1]] : size;
  return indices.map((index, dimension) => {
    const length = lengths[dimension] ?? 1;
    const picked = index.is === "colon" ? "all" : asMatrix(evaluate(index, variables, [...ends, length]));
    return placesOf(picked, length);
  });
}

function unary(operator: string, value: Matrix): Matrix {
  if (operator === "+") return value;
  const isNot = operator !== "-";
  const values = value.values.map((one) => (isNot ? (one === 0 ? 1 : 0) : -one));
  return isNot
    ? { ...matrix(value.rows, value.columns, values), logical: true }
    : matrix(value.rows, value.columns, values);
}

function binary(operator: string, leftValue: Value, evaluateRight: () => Value): Value {
  const left = asMatrix(leftValue);
  if (operator === "&&" || operator === "||") {
    const isLeft = left.values.length > 0 && left.values.every((value) => value !== 0);
    if (isLeft === (operator === "||")) return scalar(isLeft ? 1 : 0, true);
    return scalar(asMatrix(evaluateRight()).values.every((value) => value !== 0) ? 1 : 0, true);
  }
  const right = asMatrix(evaluateRight());
  const compare = COMPARISON[operator];
  if (compare) return { ...combine(left, right, (a, b) => (compare(a, b) ? 1 : 0)), logical: true };
  const isByScalar = left.values.length === 1 || right.values.length === 1;
  if (operator === "*" && !isByScalar) return product(left, right);
  if (operator === "/" && right.values.length !== 1) throw new Unread("a division by a matrix");
  if (operator === "^" && !(left.values.length === 1 && right.values.length === 1))
    throw new Unread("a power of a matrix");
  const calculate = ARITHMETIC[operator.length === 1 && "*/^".includes(operator) ? `.${operator}` : operator];
  if (calculate === undefined) throw new Unread(`${operator} is not known`);
  return combine(left, right, calculate);
}

function product(left: Matrix, right: Matrix): Matrix {
  if (left.columns !== right.rows) throw new Unread("the sizes of a product do not fit");
  const result = filled(left.rows, right.columns, 0);
  for (let row = 0; row < left.rows; row++) {
    for (let column = 0; column < right.columns; column++) {
      let sum = 0;
      for (let k = 0; k < left.columns; k++) {
        sum += left.values[row * left.columns + k]! * right.values[k * right.columns + column]!;
      }
      result.values[row * right.columns + column] = sum;
    }
  }
  return result;
}

function range(fromValue: Value, stepValue: Value, toValue: Value): Matrix {
  const [from, step, to] = [asNumber(fromValue), asNumber(stepValue), asNumber(toValue)];
  const count = step === 0 ? 0 : Math.max(0, Math.floor((to - from) / step + 1e-10) + 1);
  if (!(count <= MAX_RANGE)) throw new Unread("a range that is too long");
  return matrix(
    1,
    count,
    Array.from({ length: count }, (_, index) => from + index * step),
  );
}

export function fieldOf(value: Value, name: string): Value {
  const field = value.is === "struct" ? value.fields.get(name) : undefined;
  if (field === undefined) throw new Unread(`${name} is not set`);
  return field;
}

function indexed(expression: Expression & { is: "index" }, variables: Variables, ends: number[]): Value {
  const { of, indices } = expression;
  if (of.is === "name" && !variables.has(of.name)) {
    if (indices.some((index) => index.is === "colon")) throw new Unread(`${of.name} is not set`);
    return call(
      of.name,
      indices.map((index) => evaluate(index, variables, ends)),
    );
  }
  const value = evaluate(of, variables, ends);
  const places = placesPerDimension(sizeOf(value), indices, variables, ends);
  if (value.is === "cell" && indices.length === 1) {
    const [place] = places[0]!;
    const item = place === undefined ? undefined : value.items[place];
    if (item === undefined || places[0]!.length !== 1) throw new Unread("one place of a cell array is needed");
    return item;
  }
  return picked(asMatrix(value), places);
}

function picked(value: Matrix, places: number[][]): Matrix {
  const [first = [], second] = places;
  if (second === undefined) {
    if (value.rows > 1 && value.columns > 1) throw new Unread("one index into rows and columns");
    const values = first.map((place) => value.values[place]);
    if (values.includes(undefined)) throw new Unread("an index beyond the end");
    return value.columns === 1
      ? matrix(values.length, 1, values as number[])
      : matrix(1, values.length, values as number[]);
  }
  if (first.some((row) => row >= value.rows) || second.some((column) => column >= value.columns)) {
    throw new Unread("an index beyond the end");
  }
  const values = first.flatMap((row) => second.map((column) => value.values[row * value.columns + column]!));
  const result = matrix(first.length, second.length, values);
  return value.logical ? { ...result, logical: true } : result;
}

function matrixOf(rows: Value[][]): Value {
  const strings = rows.flat().filter((value) => value.is === "string");
  if (strings.length > 0 && strings.length === rows.flat().length) {
    return { is: "string", text: strings.map((value) => (value.is === "string" ? value.text : "")).join("") };
  }
  return joined(rows.map((row) => row.map(asMatrix)));
}
