// Lines and what else carries power between two nodes; switches.
// Fed by    ACLineSegment, SeriesCompensator, EquivalentBranch; Switch and its subclasses
// Gives     twins of kind line and switch with their branches
// L1  impedances per kilometre come from per-length impedances, or from the totals over the length (CGMES)
// L2  of a phase matrix the positive and zero sequence are those of a transposed line: diagonal less or plus the rest
// Source: IEC 61970-301, Wires package; IEC 61968-11 for per-length impedances (ohm per metre)

import type { Attributes, Json } from "../../district.ts";
import { type CimObject, named } from "./model.ts";
import { type Network, phasesOf } from "./network.ts";
import { quantity, tidy } from "./units.ts";

/** Totals of CGMES, and what each is per kilometre; susceptance and conductance in microsiemens. */
const TOTALS = {
  rOhmPerKm: ["r", 1],
  xOhmPerKm: ["x", 1],
  bUsPerKm: ["bch", 1e6],
  gUsPerKm: ["gch", 1e6],
  r0OhmPerKm: ["r0", 1],
  x0OhmPerKm: ["x0", 1],
  b0UsPerKm: ["b0ch", 1e6],
  g0UsPerKm: ["g0ch", 1e6],
} as const;
/** Values of a per-length sequence impedance, per metre. */
const PER_METRE = {
  rOhmPerKm: ["r", 1e3],
  xOhmPerKm: ["x", 1e3],
  bUsPerKm: ["bch", 1e9],
  gUsPerKm: ["gch", 1e9],
  r0OhmPerKm: ["r0", 1e3],
  x0OhmPerKm: ["x0", 1e3],
  b0UsPerKm: ["b0ch", 1e9],
  g0UsPerKm: ["g0ch", 1e9],
} as const;
const MATRICES = { rOhmPerKm: ["r", 1e3], xOhmPerKm: ["x", 1e3], bUsPerKm: ["b", 1e9] } as const;
/** More conductors than any line has: what claims more is no matrix. */
const MAX_CONDUCTORS = 20;

export function addLine(network: Network, object: CimObject): void {
  const { grid } = network;
  const terminals = network.terminals.of(object);
  const lengthKm = quantity(object, "length", grid.dialect);
  const parts = grid.model
    .referring("ACLineSegment", object)
    .filter(({ className }) => className === "ACLineSegmentPhase");
  const attributes: Attributes = {
    ...network.common(object, terminals),
    ...phasesOf(parts, "phase"),
    ...(lengthKm !== undefined && lengthKm > 0 ? perKilometre(object, lengthKm) : {}),
    ...perLength(network, object),
    ...network.flows(terminals),
    inService: network.inService(object, terminals),
  };
  if (object.className !== "ACLineSegment") attributes[asLine(object)] = true;
  const twin = grid.addTwin("line", object, attributes);
  network.addBranch(twin, object, terminals);
  check(network, object, attributes, lengthKm);
}

export function addSwitch(network: Network, object: CimObject): void {
  const { grid } = network;
  const terminals = network.terminals.of(object);
  const parts = grid.model.referring("Switch", object).filter(({ className }) => className === "SwitchPhase");
  const states = grid.model.referring("Switch", object).filter(({ className }) => className === "SvSwitch");
  for (const state of states) state.fate ??= "kept";
  const open =
    states[0]?.flag("open") ?? object.flag("open") ?? openByPhases(parts) ?? object.flag("normalOpen") ?? false;
  const twin = grid.addTwin("switch", object, {
    ...network.common(object, terminals),
    ...phasesOf(parts, "phaseSide1"),
    ...network.flows(terminals),
    closed: !open,
    inService: network.inService(object, terminals),
  });
  // A grounding switch has one node: the other end is the earth.
  if (object.className.startsWith("Ground") && terminals.length === 1) network.connect(twin, object, terminals, 1);
  else network.addBranch(twin, object, terminals);
}

function openByPhases(parts: readonly CimObject[]): boolean | undefined {
  const closed = parts.flatMap((part) => part.flag("closed") ?? []);
  return closed.length === 0 ? undefined : closed.every((one) => !one);
}

function asLine({ className }: CimObject): string {
  return className.charAt(0).toLowerCase() + className.slice(1);
}

function perKilometre(object: CimObject, lengthKm: number): Attributes {
  const attributes: Attributes = {};
  for (const [name, [property, factor]] of Object.entries(TOTALS)) {
    const total = object.number(property);
    if (total !== undefined) attributes[name] = tidy((total * factor) / lengthKm);
  }
  return attributes;
}

function perLength({ grid }: Network, object: CimObject): Attributes {
  const impedance = grid.model.referenced(object, "PerLengthImpedance");
  if (!impedance) return {};
  impedance.fate ??= "kept";
  if (impedance.className === "PerLengthSequenceImpedance") {
    const attributes: Attributes = impedance.name ? { stdType: impedance.name } : {};
    for (const [name, [property, factor]] of Object.entries(PER_METRE)) {
      const value = impedance.number(property);
      if (value !== undefined) attributes[name] = tidy(value * factor);
    }
    return attributes;
  }
  const cells = grid.model.referring("PhaseImpedance", impedance);
  for (const cell of cells) cell.fate ??= "kept";
  const count = Math.max(impedance.number("conductorCount") ?? 0, ...cells.map((cell) => cell.number("row") ?? 0));
  if (!(count >= 1 && count <= MAX_CONDUCTORS) || cells.length === 0) return {};
  const phaseImpedance: { [name: string]: Json } = { id: impedance.id, conductorCount: count };
  const sequences: Attributes = impedance.name ? { stdType: impedance.name } : {};
  for (const [name, [property, factor]] of Object.entries(MATRICES)) {
    const matrix = matrixOf(cells, property, factor, count);
    if (!matrix) continue;
    phaseImpedance[name] = matrix;
    const [own, mutual] = meansOf(matrix);
    sequences[name] = tidy(own - mutual);
    if (count === 3) sequences[name.replace(/^./, "$&0")] = tidy(own + 2 * mutual);
  }
  return { ...sequences, phaseImpedance };
}

/** A symmetric matrix of which the file has one triangle; undefined when no cell has the property. */
function matrixOf(
  cells: readonly CimObject[],
  property: string,
  factor: number,
  count: number,
): number[][] | undefined {
  const matrix = Array.from({ length: count }, () => new Array<number>(count).fill(0));
  let isGiven = false;
  for (const cell of cells) {
    const [row, column] = [cell.number("row") ?? cell.number("sequenceNumber"), cell.number("column")];
    const value = cell.number(property);
    if (row === undefined || column === undefined || value === undefined) continue;
    if (!matrix[row - 1] || !matrix[column - 1]) continue;
    matrix[row - 1]![column - 1] = tidy(value * factor);
    matrix[column - 1]![row - 1] = tidy(value * factor);
    isGiven = true;
  }
  return isGiven ? matrix : undefined;
}

/** Mean of the diagonal, and of all else. */
function meansOf(matrix: readonly number[][]): [own: number, mutual: number] {
  const count = matrix.length;
  let [own, mutual] = [0, 0];
  matrix.forEach((row, at) => {
    row.forEach((value, column) => {
      if (at === column) own += value;
      else mutual += value;
    });
  });
  return [own / count, count > 1 ? mutual / (count * (count - 1)) : 0];
}

function check({ grid }: Network, object: CimObject, attributes: Attributes, lengthKm: number | undefined): void {
  const say = (message: string) => grid.findings.add("CGMES_PARAMETER", named(object), message);
  if (lengthKm !== undefined && !(lengthKm > 0)) say(`its length is ${lengthKm} km`);
  const isZero = (...names: string[]) => names.every((name) => !attributes[name]);
  if (
    isZero("rOhm", "xOhm", "rOhmPerKm", "xOhmPerKm", "r21Ohm", "x21Ohm", "rPu", "xPu") &&
    !attributes.wireSpacing &&
    !attributes.info
  ) {
    say("it has neither resistance nor reactance");
  }
}
