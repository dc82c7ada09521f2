// Patterns and curves of an .inp file.
// Fed by    [PATTERNS] and [CURVES]
// Gives     multipliers and points by id, in the file's units; who uses them says what they mean
// S1  the rows of one id need not stand together; each adds to the end

import { at, type Curve, type InpNetwork, type Pattern } from "./network.ts";
import type { Row } from "./sections.ts";

export function readPatterns(network: InpNetwork, rows: Row[]): void {
  for (const row of rows) {
    const [id = "", ...tokens] = row.tokens;
    const pattern: Pattern = network.patterns.get(id) ?? { line: row.line, multipliers: [] };
    network.patterns.set(id, pattern);
    if (tokens.length === 0)
      network.findings.add("EPANET_FIELD_MISSING", at(row), `pattern ${id} has no multipliers here`);
    for (const token of tokens) {
      const multiplier = Number(token);
      // A place is kept for what cannot be read, so that the hours after it stay where they are.
      pattern.multipliers.push(Number.isFinite(multiplier) ? multiplier : 1);
      if (!Number.isFinite(multiplier)) {
        network.findings.add("EPANET_NUMBER", at(row), `a multiplier of pattern ${id} is "${token}"; taken as 1`);
      }
    }
  }
}

export function readCurves(network: InpNetwork, rows: Row[]): void {
  for (const row of rows) {
    const [id = "", ...tokens] = row.tokens;
    const curve: Curve = network.curves.get(id) ?? { line: row.line, points: [], used: {} };
    network.curves.set(id, curve);
    const values = tokens.map(Number);
    if (values.length < 2)
      network.findings.add("EPANET_FIELD_MISSING", at(row), `curve ${id} has no pair of x and y here`);
    const [x, y] = values;
    if (x === undefined || y === undefined) continue;
    if (!Number.isFinite(x) || !Number.isFinite(y)) {
      network.findings.add("EPANET_NUMBER", at(row), `a point of curve ${id} is "${tokens.slice(0, 2).join(" ")}"`);
      continue;
    }
    const last = curve.points.at(-1);
    if (last && x <= last[0]) {
      network.findings.add("EPANET_CURVE_ORDER", at(row), `curve ${id} goes from x = ${last[0]} to ${x}`);
    }
    curve.points.push([x, y]);
  }
}

/** Tells of patterns and curves that nothing in the file uses. */
export function findUnused(network: InpNetwork): void {
  for (const [id, pattern] of network.patterns) {
    if (!network.usedPatterns.has(id))
      network.findings.add("EPANET_PATTERN_UNUSED", at(pattern), `nothing uses pattern ${id}`);
  }
  for (const [id, curve] of network.curves) {
    if (!network.usedCurves.has(id)) network.findings.add("EPANET_CURVE_UNUSED", at(curve), `nothing uses curve ${id}`);
  }
}
