// Where objects stand and which way they face: the chain of placements from an object up to the project.
// Fed by    models/loaders/ifc/engine.ts: IfcLocalPlacement, IfcAxis2Placement3D
// Gives     the frame of an object in the project's coordinates; compass directions
// Source    IFC4 ADD2 TC1, IfcGeometricConstraintResource, IfcGeometryResource (axes that are not given are those of the whole)

import type { IfcEntity, IfcModel } from "./engine.ts";
import { numbers, reference } from "./entity.ts";

export type Vector = readonly [x: number, y: number, z: number];

/** An origin (in the file's units of length) and three axes of length 1. */
export interface Frame {
  origin: Vector;
  x: Vector;
  y: Vector;
  z: Vector;
}

const WORLD: Frame = { origin: [0, 0, 0], x: [1, 0, 0], y: [0, 1, 0], z: [0, 0, 1] };
/** Placements in placements in placements: more than this is a circle. */
const MAX_CHAIN = 200;
const SMALLEST = 1e-9;
/** A direction that rises no more than this is level. */
const MAX_RISE = 0.1;

export class Placements {
  readonly #model: IfcModel;
  readonly #frames = new Map<number, Frame | undefined>();

  constructor(model: IfcModel) {
    this.#model = model;
  }

  /** Frame of an object; undefined when it has none, or one along a grid or an alignment. */
  of(object: IfcEntity): Frame | undefined {
    const label = reference(object, "ObjectPlacement");
    return label === undefined ? undefined : this.#frame(label, 0);
  }

  /** Frame of an IfcAxis2Placement3D within another. */
  axes(label: number | undefined, within: Frame): Frame | undefined {
    const placement = label === undefined ? undefined : this.#model.entity(label);
    if (!placement) return undefined;
    const z = unit(this.#vector(placement, "Axis", "DirectionRatios") ?? WORLD.z);
    const x = z && unit(across(this.#vector(placement, "RefDirection", "DirectionRatios") ?? WORLD.x, z));
    const origin = this.#vector(placement, "Location", "Coordinates");
    if (!origin || !x || !z) return undefined;
    const y = cross(z, x);
    const out = (vector: Vector): Vector => outOf(within, vector);
    return { origin: add(within.origin, out(origin)), x: out(x), y: out(y), z: out(z) };
  }

  #frame(label: number, depth: number): Frame | undefined {
    if (this.#frames.has(label) || depth > MAX_CHAIN) return this.#frames.get(label);
    const placement = this.#model.entity(label);
    if (!placement || this.#model.classOf(label) !== "IfcLocalPlacement") return undefined;
    const above = reference(placement, "PlacementRelTo");
    const whole = above === undefined ? WORLD : this.#frame(above, depth + 1);
    const frame = whole && this.axes(reference(placement, "RelativePlacement"), whole);
    this.#frames.set(label, frame);
    return frame;
  }

  #vector(entity: IfcEntity, attribute: string, values: string): Vector | undefined {
    const label = reference(entity, attribute);
    const held = label === undefined ? undefined : this.#model.entity(label);
    const [x, y, z = 0] = (held && numbers(held, values)) ?? [];
    return x === undefined || y === undefined ? undefined : [x, y, z];
  }
}

/** A direction within a frame, as it is outside. */
export function outOf({ x, y, z }: Frame, [a, b, c]: Vector): Vector {
  return [a * x[0] + b * y[0] + c * z[0], a * x[1] + b * y[1] + c * z[1], a * x[2] + b * y[2] + c * z[2]];
}

export function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/** Compass direction (clockwise from true north, 0 to 360 degrees) of a level direction; undefined for others. */
export function azimuthDeg(direction: Vector, northDeg: number): number | undefined {
  const level = unit(direction);
  if (!level || Math.abs(level[2]) > MAX_RISE) return undefined;
  const angle = (Math.atan2(level[0], level[1]) * 180) / Math.PI - northDeg;
  const rounded = Math.round((angle + 720) * 100) / 100;
  return Math.round((rounded % 360) * 100) / 100;
}

function add(a: Vector, b: Vector): Vector {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

/** The part of a vector that is at right angles to a unit vector. */
function across(vector: Vector, axis: Vector): Vector {
  const along = dot(vector, axis);
  return [vector[0] - along * axis[0], vector[1] - along * axis[1], vector[2] - along * axis[2]];
}

function unit(vector: Vector): Vector | undefined {
  const length = Math.sqrt(dot(vector, vector));
  return length > SMALLEST ? [vector[0] / length, vector[1] / length, vector[2] / length] : undefined;
}
