// Impedances of lines and line codes, and the units of lengths.
// Fed by    what was assigned to a line or a line code, in its order
// Gives     resistance, reactance and capacitance per unit of length, as symmetrical components or as matrices
// Z1  the last word counts: a line code after r1 takes its place, and r1 after a line code takes the code's
// Z2  where only one of line and line code says its unit, that is the unit of both, as in OpenDSS
// Z3  of a matrix, the positive sequence is the mean of its diagonal less the mean of the rest
// Source    OpenDSS Manual, Line and LineCode

import type { Json } from "../../district.ts";
import type { DssObject } from "./objects.ts";

const KM_PER_UNIT: Record<string, number> = {
  mi: 1.609344,
  kf: 0.3048,
  km: 1,
  mm: 1e-6,
  me: 0.001,
  m: 0.001,
  ft: 0.0003048,
  in: 0.0000254,
  cm: 0.00001,
};

export type Sequence = Partial<Record<"r1" | "x1" | "r0" | "x0" | "c1" | "c0" | "b1" | "b0", number>>;
export type Matrices = Partial<Record<"rmatrix" | "xmatrix" | "cmatrix", number[][]>>;

export interface Impedance {
  /** Which of the two counts; undefined when neither was given. */
  model: "sequence" | "matrix" | undefined;
  sequence: Sequence;
  matrices: Matrices;
  /** Unit of length that it is per; undefined for none. */
  unit: string | undefined;
  phases: number | undefined;
}

const SEQUENCE_KEYS: ReadonlySet<string> = new Set(["r1", "x1", "r0", "x0", "c1", "c0", "b1", "b0"]);
const MATRIX_KEYS: ReadonlySet<string> = new Set(["rmatrix", "xmatrix", "cmatrix"]);
/** What `switch=yes` sets, by the manual: ohms and nanofarads on a thousandth of a unit. */
const SWITCH: Sequence = { r1: 1, x1: 1, r0: 1, x0: 1, c1: 1.1, c0: 1 };
const SWITCH_LENGTH = 0.001;
/** OpenDSS's default length. */
const DEFAULT_LENGTH = 1;

/** Km of a unit, `none` for no unit; undefined when it is not known. */
export function kmPerUnit(written: string): number | "none" | undefined {
  const unit = written.trim().toLowerCase();
  if (unit === "" || unit.startsWith("no")) return "none";
  return KM_PER_UNIT[unit.slice(0, 2)] ?? (unit === "m" ? KM_PER_UNIT.m : undefined);
}

export function impedanceOfCode(code: DssObject): Impedance {
  const impedance = noImpedance();
  for (const { property, value } of code.history) {
    if (property.key === "units" && typeof value === "string") impedance.unit = value;
    else if (property.key === "nphases" && typeof value === "number") impedance.phases = value;
    else take(impedance, property.key, value);
  }
  return impedance;
}

export interface LineImpedance extends Impedance {
  length: number;
  /** Of the line's own `units`. */
  lengthUnit: string | undefined;
  isOfCode: boolean;
}

export function impedanceOfLine(
  line: DssObject,
  codeNamed: (name: string) => Impedance | undefined,
  phasesOfGeometry: (name: string) => number | undefined,
): LineImpedance {
  const impedance: LineImpedance = { ...noImpedance(), length: DEFAULT_LENGTH, lengthUnit: undefined, isOfCode: false };
  for (const { property, value } of line.history) {
    const { key } = property;
    if (key === "length" && typeof value === "number") impedance.length = value;
    else if (key === "units" && typeof value === "string") impedance.lengthUnit = value;
    else if (key === "phases" && typeof value === "number") impedance.phases = value;
    else if (key === "geometry" && typeof value === "string")
      impedance.phases = phasesOfGeometry(value) ?? impedance.phases;
    else if (key === "linecode" && typeof value === "string") {
      const code = codeNamed(value);
      if (!code) continue;
      const { model, unit, phases = impedance.phases } = code;
      // Copies: the code's own belong to all lines that name it.
      const [sequence, matrices] = [{ ...code.sequence }, { ...code.matrices }];
      Object.assign(impedance, { model, unit, phases, sequence, matrices, isOfCode: true });
    } else if (key === "switch" && value === true) {
      Object.assign(impedance, { model: "sequence", sequence: { ...SWITCH }, length: SWITCH_LENGTH, unit: undefined });
    } else if (take(impedance, key, value)) Object.assign(impedance, { unit: undefined, isOfCode: false });
  }
  return impedance;
}

function noImpedance(): Impedance {
  return { model: undefined, sequence: {}, matrices: {}, unit: undefined, phases: undefined };
}

function take(impedance: Impedance, key: string, value: Json): boolean {
  if (SEQUENCE_KEYS.has(key) && typeof value === "number") {
    impedance.sequence[key as keyof Sequence] = value;
    impedance.model = "sequence";
    return true;
  }
  if (!MATRIX_KEYS.has(key) || !Array.isArray(value)) return false;
  impedance.matrices[key as keyof Matrices] = symmetric(value);
  impedance.model = "matrix";
  return true;
}

/** A matrix whose rows may end at the diagonal, written out. */
function symmetric(rows: Json[]): number[][] {
  const order = rows.length;
  const at = (row: number, column: number): number | undefined => {
    const cells = rows[row];
    const value = Array.isArray(cells) ? cells[column] : undefined;
    return typeof value === "number" ? value : undefined;
  };
  return Array.from({ length: order }, (_, row) =>
    Array.from({ length: order }, (_, column) => at(row, column) ?? at(column, row) ?? 0),
  );
}

export function positiveSequenceOf(matrix: number[][]): number {
  const order = matrix.length;
  let [diagonal, rest] = [0, 0];
  for (const [row, cells] of matrix.entries()) {
    for (const [column, value] of cells.entries()) {
      if (row === column) diagonal += value / order;
      else rest += value / (order * (order - 1));
    }
  }
  return diagonal - rest;
}
