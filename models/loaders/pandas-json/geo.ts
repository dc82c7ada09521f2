// Where the elements of a net stand.
// Fed by    the column `geo` (GeoJSON, pandapower from 3.0 on), or the tables bus_geodata, line_geodata and their like
// Gives     `position` (the file's own x and y) and `location` of nodes, `coords` of ways
// Must not  take a drawing for a map

import type { Json } from "../../district.ts";
import { readJson } from "../json-text.ts";
import { isMap, type Point, type Way } from "../map-or-drawing.ts";
import type { Elements } from "./elements.ts";
import type { Net } from "./net.ts";
import { indexText, isObject, type Row } from "./table.ts";

/** What is placed: the table of nodes, and that of the ways between them with the columns of their ends. */
export interface Plan {
  node: string;
  way: string;
  ends: readonly [from: string, to: string];
}

export function placeElements(net: Net, elements: Elements, plan: Plan): void {
  const nodes = elements.get(plan.node)!;
  const nodePlaces = placesByIndex(net, `${plan.node}_geodata`);
  const positions = new Map<string, Point>();
  for (const [index, { row, twin }] of nodes) {
    const position = pointOf(nodePlaces.get(index)) ?? pointOf(row);
    if (!position) continue;
    positions.set(index, position);
    twin.attributes.position = { x: position.x, y: position.y };
  }
  if (isMap(positions.values(), waysOf(elements, positions, plan))) {
    for (const [index, { x, y }] of positions) {
      nodes.get(index)!.twin.attributes.location = { latDeg: y, lonDeg: x };
    }
  }
  const wayPlaces = placesByIndex(net, `${plan.way}_geodata`);
  for (const [index, { row, twin }] of elements.get(plan.way)!) {
    const coords = courseOf(wayPlaces.get(index)) ?? courseOf(row);
    if (coords) twin.attributes.coords = coords;
  }
}

function placesByIndex(net: Net, name: string): Map<string, Row> {
  return new Map((net.tables.get(name)?.rows ?? []).map((row) => [row.index, row]));
}

function pointOf(row: Row | undefined): Point | undefined {
  if (!row) return undefined;
  const geometry = geometryOf(row);
  const [x, y] = geometry?.type === "Point" && Array.isArray(geometry.coordinates) ? geometry.coordinates : [];
  if (isCoordinate(x) && isCoordinate(y)) return { x, y };
  const [plainX, plainY] = [row.cells.get("x"), row.cells.get("y")];
  return isCoordinate(plainX) && isCoordinate(plainY) ? { x: plainX, y: plainY } : undefined;
}

function courseOf(row: Row | undefined): [number, number][] | undefined {
  if (!row) return undefined;
  const geometry = geometryOf(row);
  const course =
    geometry?.type === "LineString"
      ? pairs(geometry.coordinates)
      : geometry?.type === "MultiLineString" && Array.isArray(geometry.coordinates)
        ? geometry.coordinates.flatMap(pairs)
        : pairs(parsed(row.cells.get("coords")));
  if (course.length > 0) return course;
  // Before 1.6 the course lay in columns x0, y0, x1, y1 ...
  const numbered: Json[] = [];
  for (let n = 0; row.cells.has(`x${n}`); n++) numbered.push([row.cells.get(`x${n}`)!, row.cells.get(`y${n}`) ?? null]);
  const plain = pairs(numbered);
  return plain.length > 0 ? plain : undefined;
}

function geometryOf(row: Row): { [key: string]: Json } | undefined {
  const geometry = parsed(row.cells.get("geo") ?? row.cells.get("geometry"));
  return isObject(geometry) ? geometry : undefined;
}

function parsed(cell: Json | undefined): Json | undefined {
  return typeof cell === "string" ? readJson(cell).value : cell;
}

function pairs(value: Json | undefined): [number, number][] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((pair): [number, number][] => {
    const [x, y] = Array.isArray(pair) ? pair : [];
    return isCoordinate(x) && isCoordinate(y) ? [[x, y]] : [];
  });
}

function isCoordinate(value: Json | undefined): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

/** The ways whose ends both have a place. */
function* waysOf(elements: Elements, positions: Map<string, Point>, { way, ends }: Plan): Iterable<Way> {
  for (const { row, twin } of elements.get(way)!.values()) {
    const [from, to] = ends.map((end) => positions.get(indexText(row.cells.get(end) ?? null)));
    const { lengthKm } = twin.attributes;
    if (from && to && typeof lengthKm === "number") yield { from, to, lengthKm };
  }
}
