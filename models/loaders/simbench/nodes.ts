// Nodes, their places, what stands at them without a twin of its own, and what a power flow found there.
// Fed by    Node, Coordinates, Shunt, NodePFResult
// Gives     buses with `position` and `location`, `shunts` and `result`
// N1  auxiliary nodes are buses too: in SimBench a switch of a line stands between a busbar and such a node

import { isMap, type Point, type Way } from "../map-or-drawing.ts";
import type { Grid } from "./grid.ts";
import { attributesOf, numberOf, placeOf } from "./table.ts";

export function readNodes(grid: Grid): void {
  for (const row of grid.rows("Node")) {
    const bus = grid.add(row, "bus", { inService: true });
    if (!bus) continue;
    grid.nodes.set(bus.name!, bus);
    const { vnKv } = bus.attributes;
    if (!(typeof vnKv === "number" && vnKv > 0)) {
      grid.findings.add("SIMBENCH_VOLTAGE", placeOf(row), vnKv === undefined ? "it has no vmR" : `its vmR is ${vnKv}`);
    }
  }
}

/** To be called when the lines are read: their lengths tell a map from a drawing. */
export function placeNodes(grid: Grid): void {
  const places = new Map<string, Point>();
  for (const row of grid.rows("Coordinates")) {
    const [id, x, y] = [grid.idOf(row), numberOf(row, "x", grid.findings), numberOf(row, "y", grid.findings)];
    if (id !== undefined && places.has(id))
      grid.findings.add("SIMBENCH_ID", placeOf(row), `Coordinates has ${id} already`);
    const isKept = id !== undefined && x !== undefined && y !== undefined && !places.has(id);
    grid.tally.add(isKept ? "kept" : "unknown", "Coordinates");
    if (isKept) places.set(id, { x, y });
  }
  const positions = new Map<string, Point>();
  for (const { id, attributes } of grid.nodes.values()) {
    const { coordId } = attributes;
    if (coordId === undefined) continue;
    const place = places.get(String(coordId));
    if (place) {
      positions.set(id, place);
      attributes.position = { ...place };
    } else grid.findings.add("SIMBENCH_COORDINATE_UNKNOWN", grid.placeOf(id), `there is no place ${String(coordId)}`);
  }
  const lengths = new Map([...grid.of("Line").values()].map(({ id, attributes }) => [id, attributes.lengthKm]));
  const ways = grid.branches.flatMap(({ twin, from, to }): Way[] => {
    const [a, b, lengthKm] = [positions.get(from), positions.get(to), lengths.get(twin)];
    return a && b && typeof lengthKm === "number" ? [{ from: a, to: b, lengthKm }] : [];
  });
  if (!isMap(positions.values(), ways)) return;
  for (const { id, attributes } of grid.nodes.values()) {
    const place = positions.get(id);
    if (place) attributes.location = { latDeg: place.y, lonDeg: place.x };
  }
}

export function readAtNodes(grid: Grid): void {
  for (const row of grid.rows("Shunt")) {
    const node = grid.node(row, "node");
    grid.tally.add(node ? "kept" : "unknown", "Shunt");
    const id = grid.idOf(row) ?? "";
    if (node) grid.list(node, "shunts", { id, ...attributesOf(row, grid.findings, ["id", "node"]) });
  }
  for (const row of grid.rows("NodePFResult")) {
    const node = grid.node(row, "node");
    grid.tally.add(node ? "kept" : "unknown", "NodePFResult");
    const without = ["id", "node", "subnet", "voltLvl", "substation"];
    if (node) node.attributes.result = attributesOf(row, grid.findings, without);
  }
}
