// The vertices of a CityJSON file, in the metres (or degrees) of its reference system.
// Fed by    `vertices` and `transform`, or the vertices of the geometry templates, which have no transform

import type { Json } from "../../district.ts";
import type { Point } from "../city/crs.ts";

export interface Transform {
  scale: Point;
  translate: Point;
}

/** The transform of a file; undefined when it is missing or broken. */
export function readTransform(json: Json | undefined): Transform | undefined {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return undefined;
  const [scale, translate] = [pointOf(json.scale), pointOf(json.translate)];
  return scale && translate && scale.every((factor) => factor !== 0) ? { scale, translate } : undefined;
}

function pointOf(json: Json | undefined): Point | undefined {
  if (!Array.isArray(json) || json.length < 3) return undefined;
  const [x, y, z] = json;
  if (typeof x !== "number" || typeof y !== "number" || typeof z !== "number") return undefined;
  return Number.isFinite(x) && Number.isFinite(y) && Number.isFinite(z) ? [x, y, z] : undefined;
}

export class Vertices {
  /** Indices of vertices that are no three numbers. */
  readonly broken: number[] = [];
  readonly #points: (Point | undefined)[];
  readonly #transform: Transform | undefined;

  constructor(list: Json[], transform?: Transform) {
    this.#transform = transform;
    this.#points = list.map(pointOf);
    for (const [index, point] of this.#points.entries()) if (!point) this.broken.push(index);
  }

  /** Whether there are any, and all are whole numbers, as they are when a transform is applied to them. */
  get areWhole(): boolean {
    return this.#points.length > 0 && this.#points.every((point) => point?.every(Number.isInteger) ?? true);
  }

  at(index: number): Point | undefined {
    const point = this.#points[index];
    if (!point || !this.#transform) return point;
    const { scale, translate } = this.#transform;
    return [point[0] * scale[0] + translate[0], point[1] * scale[1] + translate[1], point[2] * scale[2] + translate[2]];
  }
}
