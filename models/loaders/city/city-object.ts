// What the files of city models have in common: objects that say things, belong together and have shapes.
// Fed by    the readers of CityJSON and CityGML
// Gives     one `CityDocument`, of which city-twins.ts makes twins, whatever the file was
// O1  an id is one object; `parents` name objects of the same document

import type { Json } from "../../district.ts";
import type { Crs } from "./crs.ts";
import type { Shape } from "./shape.ts";

/** What can be wrong with a city, whatever its file. Each format has these codes with its own name before them. */
export type CityCode =
  | "AREA_ZERO"
  | "ATTRIBUTE_DEPTH"
  | "BUILDING_MISSING"
  | "CRS_AREA"
  | "CRS_DEGREES"
  | "CRS_MISSING"
  | "CRS_UNCONVERTED"
  | "CYCLE"
  | "EXTENSION"
  | "NOT_TWINS"
  | "NO_GEOMETRY"
  | "OBJECT_TYPE"
  | "ORPHAN"
  | "SOLID_INVERTED"
  | "SOLID_OPEN";

export interface CityFindings {
  add(code: CityCode, at: string, message: string): void;
}

export interface CityObject {
  id: string;
  /** Its place in the file, for findings. */
  at: string;
  /** By the names of CityJSON 2.0: `Building`, `BuildingStorey` ... */
  type: string;
  /** The type in the words of the file, where they are others: `Room`. */
  word?: string;
  name?: string;
  /** All that the file says of it, in its order; a name may come twice. */
  said: [name: string, value: Json][];
  /** Ids, the nearest first. */
  parents: string[];
  /** Reads its geometries; what is broken is a finding, each time that they are read. */
  shapes(): Shape[];
}

export interface CityDocument {
  /** False when the file is no city model at all, which is a finding already. */
  isRead: boolean;
  objects: Map<string, CityObject>;
  crs?: Crs;
  /** Where in the file the reference system stands, and where the objects do. */
  places: { crs: string; objects: string };
}
