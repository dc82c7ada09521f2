// Areas from shape, where they are cheap: what is extruded from an outline of straight lines.
// Fed by    models/loaders/ifc/engine.ts: the body of an element
// Gives     the area of the side of a wall, or of the face of a slab, in the file's units of length, squared
// Source    IFC4 ADD2 TC1, IfcExtrudedAreaSolid, IfcProfileDef; clipped bodies count as if they were whole

import type { IfcEntity, IfcModel } from "./engine.ts";
import { number, numbers, reference, references, text } from "./entity.ts";

/** Bodies clipped from clipped bodies: more than this is a circle. */
const MAX_CLIPPED = 50;

type Point = readonly [x: number, y: number];

interface Outline {
  area: number;
  /** The longer side of a rectangle. */
  length?: number;
}

/** Area of the side of an upright body of the given thickness (when it is known), or of the face of a lying one. */
export function areaOfBody(
  element: IfcEntity,
  model: IfcModel,
  side: "upright" | "lying",
  thickness: number | undefined,
): number | undefined {
  const solid = bodyOf(element, model);
  const depth = solid && number(solid, "Depth");
  const profile = solid && reference(solid, "SweptArea");
  const outline = profile === undefined ? undefined : outlineOf(profile, model);
  if (!outline || depth === undefined || !isStraightUp(solid!, model)) return undefined;
  if (side === "lying") return outline.area;
  const length = outline.length ?? (thickness ? outline.area / thickness : undefined);
  return length === undefined ? undefined : length * depth;
}

/** The one extruded solid of an element's body. */
function bodyOf(element: IfcEntity, model: IfcModel): IfcEntity | undefined {
  const shape = reference(element, "Representation");
  const definition = shape === undefined ? undefined : model.entity(shape);
  for (const label of definition ? references(definition, "Representations") : []) {
    const representation = model.entity(label);
    if (!representation || text(representation, "RepresentationIdentifier") !== "Body") continue;
    const items = references(representation, "Items");
    let [at] = items;
    for (let depth = 0; at !== undefined && items.length === 1 && depth < MAX_CLIPPED; depth++) {
      const item = model.entity(at);
      if (!item || model.classOf(at) === "IfcExtrudedAreaSolid") return item;
      at = reference(item, "FirstOperand");
    }
  }
  return undefined;
}

/** Whether a body is extruded along its z axis, and that is upright within its element. */
function isStraightUp(solid: IfcEntity, model: IfcModel): boolean {
  const position = reference(solid, "Position");
  const placement = position === undefined ? undefined : model.entity(position);
  const axis = placement ? reference(placement, "Axis") : undefined;
  return [axis, reference(solid, "ExtrudedDirection")].every((label) => {
    const direction = label === undefined ? undefined : model.entity(label);
    const [x, y, z] = direction ? (numbers(direction, "DirectionRatios") ?? []) : [0, 0, 1];
    return x === 0 && y === 0 && z !== 0;
  });
}

function outlineOf(label: number, model: IfcModel): Outline | undefined {
  const profile = model.entity(label);
  if (!profile) return undefined;
  const [width, depth] = [number(profile, "XDim"), number(profile, "YDim")];
  if (model.classOf(label) === "IfcRectangleProfileDef" && width !== undefined && depth !== undefined) {
    return { area: width * depth, length: Math.max(width, depth) };
  }
  const curve = model.classOf(label) === "IfcArbitraryClosedProfileDef" ? reference(profile, "OuterCurve") : undefined;
  const points = pointsOf(curve, model);
  return points && { area: areaWithin(points) };
}

/** Points of a line of straight pieces; undefined for other curves. */
function pointsOf(label: number | undefined, model: IfcModel): Point[] | undefined {
  const line = label === undefined || model.classOf(label) !== "IfcPolyline" ? undefined : model.entity(label);
  const points = line && references(line, "Points").map((point) => pointAt(point, model));
  return points?.every((point) => point !== undefined) ? points : undefined;
}

function pointAt(label: number, model: IfcModel): Point | undefined {
  const point = model.entity(label);
  const [x, y] = (point && numbers(point, "Coordinates")) ?? [];
  return x === undefined || y === undefined ? undefined : [x, y];
}

/** Area within a closed line in the plane (the shoelace formula). */
function areaWithin(points: readonly Point[]): number {
  let twice = 0;
  for (const [i, [x, y]] of points.entries()) {
    const [nextX, nextY] = points[(i + 1) % points.length]!;
    twice += x * nextY - nextX * y;
  }
  return Math.abs(twice) / 2;
}

/** Area of a surface that is a plane within straight lines, or a line that is drawn out; undefined for others. */
export function areaOfSurface(label: number, model: IfcModel): number | undefined {
  const surface = model.entity(label);
  if (!surface) return undefined;
  if (model.classOf(label) === "IfcCurveBoundedPlane") {
    const outer = areaOfCurve(reference(surface, "OuterBoundary"), model);
    const inner = references(surface, "InnerBoundaries").map((curve) => areaOfCurve(curve, model));
    return inner.reduce((left, hole) => left && left - (hole ?? 0), outer);
  }
  const depth = number(surface, "Depth");
  const profile = reference(surface, "SweptCurve");
  const open = profile === undefined ? undefined : model.entity(profile);
  const points = open && pointsOf(reference(open, "Curve"), model);
  return points && depth !== undefined ? lengthOf(points) * depth : undefined;
}

function areaOfCurve(label: number | undefined, model: IfcModel): number | undefined {
  const points = pointsOf(label, model);
  return points && areaWithin(points);
}

function lengthOf(points: readonly Point[]): number {
  return points.slice(1).reduce((sum, [x, y], i) => sum + Math.hypot(x - points[i]![0], y - points[i]![1]), 0);
}
