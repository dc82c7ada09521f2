// Small CityJSON files for the tests: a cube with its ground at z = 0, in the forms that the format has.

import { loadCityJson } from "../../../models/loaders/cityjson.ts";
import type { DistrictPart } from "../../../models/loaders/loader.ts";

export type Json = Record<string, unknown>;

/** Corners of a cube of 10 units, as [0,0,0], [10,0,0], [10,10,0], [0,10,0] and the same above. */
export const CORNERS = [0, 10].flatMap((z) => [
  [0, 0, z],
  [10, 0, z],
  [10, 10, z],
  [0, 10, z],
]);
/** Faces of the cube, counterclockwise seen from outside: ground, roof, walls. */
export const FACES = [[[0, 3, 2, 1]], [[4, 5, 6, 7]], [[0, 1, 5, 4]], [[1, 2, 6, 5]], [[2, 3, 7, 6]], [[3, 0, 4, 7]]];
export const MEANINGS = {
  surfaces: [{ type: "GroundSurface" }, { type: "RoofSurface" }, { type: "WallSurface" }],
  values: [[0, 1, 2, 2, 2, 2]],
};

export function solid(more: Json = {}): Json {
  return { type: "Solid", lod: "1", boundaries: [FACES], ...more };
}

/** A file with these objects; its transform makes the units of its vertices decimetres, so that the cube is 1 m. */
export function city(objects: Json, more: Json = {}): Json {
  return {
    type: "CityJSON",
    version: "2.0",
    transform: { scale: [0.1, 0.1, 0.1], translate: [85_000, 447_500, 0] },
    metadata: { referenceSystem: "https://www.opengis.net/def/crs/EPSG/0/7415" },
    CityObjects: objects,
    vertices: CORNERS,
    ...more,
  };
}

export function house(geometry: Json = solid(), more: Json = {}): Json {
  return city({ b1: { type: "Building", geometry: [geometry] } }, more);
}

/** Loads a file given as text, bytes or JSON. */
export async function load(file: string | Uint8Array | Json, name = "a.city.json"): Promise<DistrictPart> {
  const text = typeof file === "string" ? file : JSON.stringify(file);
  const bytes = file instanceof Uint8Array ? file : new TextEncoder().encode(text);
  return await loadCityJson({ source: "s", file: name, bytes });
}

export async function attributesOf(file: string | Uint8Array | Json, id = "building:s:b1") {
  return (await load(file)).twins.find((twin) => twin.id === id)!.attributes;
}

export async function codesOf(file: string | Uint8Array | Json, name?: string): Promise<string[]> {
  return (await load(file, name)).findings.map((finding) => `${finding.severity} ${finding.code} ${finding.at}`);
}
