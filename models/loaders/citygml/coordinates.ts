// Coordinates of GML: pos, posList, coordinates, in rings and points.
// Fed by    elements of a geometry
// Gives     points, or what is wrong with them
// Source    GML 3.1.1 and 3.2.1 (ISO 19136), clause 10; GML 2 `coordinates`

import type { Point } from "../city/crs.ts";
import type { XmlElement } from "../xml.ts";

const SPACE = /\s+/;

/** The number of coordinates of a point, as an element says it. */
export function dimensionOf({ attributes }: XmlElement, inherited: number | undefined): number | undefined {
  const said = Number(attributes.get("srsDimension") ?? attributes.get("dimension"));
  return said === 2 || said === 3 ? said : inherited;
}

/** The numbers of a text; undefined when something else stands there. */
export function numbersOf(text: string): number[] | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return [];
  const numbers = trimmed.split(SPACE).map(Number);
  return numbers.every(Number.isFinite) ? numbers : undefined;
}

/** All points right within a ring, line or point; a text when they cannot be read. */
export function pointsOf(element: XmlElement, dimension: number | undefined): Point[] | string {
  const own = dimensionOf(element, dimension);
  const points: Point[] = [];
  for (const child of element.children) {
    const read = pointsIn(child, dimensionOf(child, own));
    if (typeof read === "string") return read;
    for (const point of read) points.push(point);
  }
  return points;
}

function pointsIn(element: XmlElement, dimension: number | undefined): Point[] | string {
  const { name, text } = element;
  if (name === "pos" || name === "posList") return tuples(numbersOf(text), dimension);
  if (name === "coordinates") return tuples(gml2Numbers(element), dimension ?? gml2Dimension(element));
  if (name === "coord") {
    const axes = ["X", "Y", "Z"].flatMap((axis) => element.children.find((child) => child.name === axis)?.text ?? []);
    return tuples(numbersOf(axes.join(" ")), axes.length);
  }
  // Points and lines within: pointProperty, curveMember, segments ...
  return pointsOf(element, dimension);
}

function tuples(numbers: number[] | undefined, said: number | undefined): Point[] | string {
  if (!numbers) return "not all of its coordinates are numbers";
  const dimension = said ?? (numbers.length % 3 !== 0 && numbers.length % 2 === 0 ? 2 : 3);
  if (numbers.length % dimension !== 0) return `${numbers.length} coordinates make no points of ${dimension}`;
  const points: Point[] = [];
  for (let at = 0; at < numbers.length; at += dimension) {
    points.push([numbers[at]!, numbers[at + 1]!, dimension === 3 ? numbers[at + 2]! : 0]);
  }
  return points;
}

function gml2Tuples({ attributes, text }: XmlElement): string[][] {
  const [cs, ts] = [attributes.get("cs") ?? ",", attributes.get("ts") ?? " "];
  const tuplesOf = ts.trim() === "" ? text.trim().split(SPACE) : text.trim().split(ts);
  return tuplesOf.map((tuple) => tuple.trim().split(cs));
}

function gml2Numbers(element: XmlElement): number[] | undefined {
  const point = element.attributes.get("decimal") ?? ".";
  const numbers = gml2Tuples(element).flatMap((tuple) =>
    tuple.map((part) => (part.trim() === "" ? Number.NaN : Number(part.replaceAll(point, ".")))),
  );
  return numbers.every(Number.isFinite) ? numbers : undefined;
}

function gml2Dimension(element: XmlElement): number | undefined {
  const { length } = gml2Tuples(element)[0] ?? [];
  return length === 2 || length === 3 ? length : undefined;
}
