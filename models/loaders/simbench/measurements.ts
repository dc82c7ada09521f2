// Measurements: which quantity is measured, at which node or end of an element.
// Fed by    Measurement
// Gives     `measurements` of buses, lines and transformers
// M1  a measurement names a node, or a node and the line or transformer that is measured at that end, in either order
// M2  of its two names, that of a node is the one that is in Node

import type { Grid } from "./grid.ts";
import { attributesOf, placeOf, type Row } from "./table.ts";

export function readMeasurements(grid: Grid): void {
  for (const row of grid.rows("Measurement")) {
    const isKept = readOne(grid, row);
    grid.tally.add(isKept ? "kept" : "unknown", "Measurement");
  }
}

function readOne(grid: Grid, row: Row): boolean {
  const id = grid.idOf(row) ?? "";
  const names = ["element1", "element2"].flatMap((column) => row.cells.get(column) ?? []);
  const node = names.find((name) => grid.nodes.has(name));
  const other = names.find((name) => name !== node);
  const complain = (message: string): false => {
    grid.findings.add("SIMBENCH_MEASUREMENT", placeOf(row), message);
    return false;
  };
  if (node === undefined) return complain(`neither of ${names.join(" and ") || "its elements"} is a node`);
  const entry = { id, ...attributesOf(row, grid.findings, ["id", "element1", "element2"]) };
  const bus = grid.nodes.get(node)!;
  if (other === undefined) {
    grid.list(bus, "measurements", entry);
    return true;
  }
  const element = ["Line", "Transformer", "Transformer3W", "Switch"]
    .map((table) => grid.of(table).get(other))
    .find((twin) => twin !== undefined);
  if (!element) return complain(`there is no line or transformer ${other}`);
  if (!grid.endsAt(element, bus)) complain(`${other} does not end at ${node}`);
  grid.list(element, "measurements", { ...entry, bus: node });
  return true;
}
