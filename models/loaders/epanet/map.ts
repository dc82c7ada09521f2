// Where elements lie, and what they are tagged with.
// Fed by    [COORDINATES], [VERTICES], [TAGS]
// Gives     `position` of nodes, `vertices` of links, `tag` of both; coordinates are the file's own, of no named system

import type { Json } from "../../district.ts";
import { at, type InpNetwork } from "./network.ts";
import type { Row } from "./sections.ts";

export function readCoordinates(network: InpNetwork, rows: Row[]): void {
  for (const row of rows) {
    const node = network.nodes.get(row.tokens[0]!);
    const point = pointOf(network, row);
    if (node === undefined) tellUndefined(network, row, "node", row.tokens[0]);
    else if (point) node.twin.attributes.position = point;
  }
}

export function readVertices(network: InpNetwork, rows: Row[]): void {
  const vertices = new Map<string, Json[]>();
  for (const row of rows) {
    const id = row.tokens[0]!;
    const link = network.links.get(id);
    const point = pointOf(network, row);
    if (link === undefined) {
      tellUndefined(network, row, "link", id);
    } else if (point) {
      const points = vertices.get(id) ?? [];
      points.push(point);
      vertices.set(id, points);
      link.twin.attributes.vertices = points;
    }
  }
}

export function readTags(network: InpNetwork, rows: Row[]): void {
  for (const row of rows) {
    const [object = "", id = "", ...words] = row.tokens;
    const isNode = object.toUpperCase().startsWith("NODE");
    if (!isNode && !object.toUpperCase().startsWith("LINK")) {
      network.findings.add("EPANET_MAP_UNDEFINED", at(row), `a tag is of a NODE or a LINK, not of ${object}`);
      continue;
    }
    const element = isNode ? network.nodes.get(id) : network.links.get(id);
    if (element) element.twin.attributes.tag = words.join(" ");
    else tellUndefined(network, row, isNode ? "node" : "link", id);
  }
}

function pointOf(network: InpNetwork, row: Row): { x: number; y: number } | undefined {
  const [x, y] = [Number(row.tokens[1] ?? Number.NaN), Number(row.tokens[2] ?? Number.NaN)];
  if (Number.isFinite(x) && Number.isFinite(y)) return { x, y };
  network.findings.add("EPANET_MAP_NUMBER", at(row), `"${row.text}" has no x and y`);
  return undefined;
}

function tellUndefined(network: InpNetwork, row: Row, what: string, id: string | undefined): void {
  network.findings.add("EPANET_MAP_UNDEFINED", at(row), `no ${what} ${id} is in the file`);
}
