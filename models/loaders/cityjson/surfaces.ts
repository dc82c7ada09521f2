// The geometry of one CityObject as surfaces of points.
// Fed by    a geometry of the file, its vertices, the file's geometry templates
// Gives     a `Shape`: surfaces with the meaning that the file gives them, grouped in shells and solids
// S1  what is broken is said to `fault` and left out, the rest is kept

import type { Json } from "../../district.ts";
import type { Point } from "../city/crs.ts";
import { placed, ringOf, type Shape, type Surface } from "../city/shape.ts";
import { isObject, listOf, shown, type Templates } from "./document.ts";
import type { CITYJSON_FINDINGS } from "./findings.ts";
import type { Vertices } from "./vertices.ts";

export type Fault = (code: keyof typeof CITYJSON_FINDINGS, message: string) => void;
type Place = (vertex: number) => Point | undefined;

/** How deep the surfaces of each type of geometry are nested in its boundaries (CityJSON 2.0, clause 3.2). */
const SURFACE_DEPTH = new Map([
  ["MultiSurface", 0],
  ["CompositeSurface", 0],
  ["Solid", 1],
  ["MultiSolid", 2],
  ["CompositeSolid", 2],
]);
const WITHOUT_SURFACES: ReadonlySet<string> = new Set(["MultiPoint", "MultiLineString"]);

/** The shape of a geometry; undefined when it has no surfaces or cannot be read. */
export function shapeOf(geometry: Json, vertices: Vertices, templates: Templates, fault: Fault): Shape | undefined {
  if (!isObject(geometry)) {
    fault("CITYJSON_GEOMETRY", "a geometry is no object");
    return undefined;
  }
  if (geometry.type !== "GeometryInstance") return shapeAt(geometry, (index) => vertices.at(index), fault);
  const template = typeof geometry.template === "number" ? templates.shapes[geometry.template] : undefined;
  const [anchorIndex] = listOf(geometry.boundaries);
  const anchor = typeof anchorIndex === "number" ? vertices.at(anchorIndex) : undefined;
  const matrix = listOf(geometry.transformationMatrix).filter((value) => typeof value === "number");
  if (!isObject(template) || !anchor || matrix.length !== 16) {
    fault("CITYJSON_GEOMETRY", "a GeometryInstance has no template, no vertex or no matrix of 16 numbers");
    return undefined;
  }
  const place = (index: number): Point | undefined => {
    const point = templates.vertices.at(index);
    return point && placed(point, matrix, anchor);
  };
  return template.type === "GeometryInstance" ? undefined : shapeAt(template, place, fault);
}

function shapeAt(geometry: { [key: string]: Json }, place: Place, fault: Fault): Shape | undefined {
  const type = typeof geometry.type === "string" ? geometry.type : shown(geometry.type);
  if (WITHOUT_SURFACES.has(type)) return undefined;
  const depth = SURFACE_DEPTH.get(type);
  if (depth === undefined || !Array.isArray(geometry.boundaries)) {
    fault(
      "CITYJSON_GEOMETRY",
      depth === undefined ? `${type.slice(0, 80)} is no type of geometry` : `a ${type} has no boundaries`,
    );
    return undefined;
  }
  const semantics = isObject(geometry.semantics) ? geometry.semantics : {};
  const meanings = listOf(semantics.surfaces).map((surface) => (isObject(surface) ? surface.type : undefined));
  const reader = new SurfaceReader(place, meanings, fault);
  const values = semantics.values;
  const lod = typeof geometry.lod === "number" || typeof geometry.lod === "string" ? String(geometry.lod) : "";
  if (depth === 0) return { lod, loose: reader.shell(geometry.boundaries, values), solids: [] };
  const solids = depth === 1 ? [geometry.boundaries] : geometry.boundaries;
  return {
    lod,
    loose: [],
    solids: solids.map((solid, s) => {
      const ofSolid = depth === 1 ? values : listOf(values)[s];
      return listOf(solid).map((shell, index) => reader.shell(shell, listOf(ofSolid)[index]));
    }),
  };
}

class SurfaceReader {
  readonly #place: Place;
  readonly #meanings: (Json | undefined)[];
  readonly #fault: Fault;

  constructor(place: Place, meanings: (Json | undefined)[], fault: Fault) {
    this.#place = place;
    this.#meanings = meanings;
    this.#fault = fault;
  }

  shell(surfaces: Json, values: Json | undefined): Surface[] {
    return listOf(surfaces).flatMap((rings, index) => {
      const read = listOf(rings).map((ring) => this.#ring(ring));
      const whole = read.filter((ring) => ring !== undefined);
      if (whole.length === 0 || read[0] === undefined) return [];
      const value = listOf(values)[index];
      const meaning = typeof value === "number" ? this.#meanings[value] : undefined;
      return [typeof meaning === "string" ? { rings: whole, meaning } : { rings: whole }];
    });
  }

  #ring(ring: Json): Point[] | undefined {
    const corners: Point[] = [];
    for (const index of listOf(ring)) {
      const point = typeof index === "number" ? this.#place(index) : undefined;
      if (!point) {
        this.#fault("CITYJSON_VERTEX_INDEX", `there is no usable vertex ${shown(index)}`);
        return undefined;
      }
      corners.push(point);
    }
    const read = ringOf(corners);
    if ("ring" in read) return read.ring;
    this.#fault("CITYJSON_RING", `a ring has ${read.points} different vertices`);
    return undefined;
  }
}
