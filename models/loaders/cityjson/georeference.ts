// Where on the globe the buildings of one file are, and what is to be said of that once per file.
// Fed by    the reference system of the file, the positions of its buildings

import { type Crs, isConvertible, locate, type Point, readCrs } from "./crs.ts";
import type { CityFindings } from "./document.ts";
import type { Location } from "./projections.ts";

const PLACE = "metadata/referenceSystem";

export class Georeference {
  readonly crs: Crs | undefined;
  #positions = 0;
  #outside = 0;

  constructor(referenceSystem: string | undefined) {
    this.crs = referenceSystem === undefined ? undefined : readCrs(referenceSystem);
  }

  /** Latitude and longitude of a position in the file's system; undefined when they cannot be told. */
  locate(position: Point): Location | undefined {
    this.#positions += 1;
    if (!this.crs || !isConvertible(this.crs)) return undefined;
    const location = locate(this.crs, position);
    if (!location) this.#outside += 1;
    return location;
  }

  report(findings: CityFindings): void {
    if (this.#positions === 0) return;
    const name = this.crs?.name.slice(0, 200);
    if (!this.crs) findings.add("CITYJSON_CRS_MISSING", PLACE, "the file names no reference system");
    else if (!isConvertible(this.crs))
      findings.add("CITYJSON_CRS_UNCONVERTED", PLACE, `${name} is not converted to latitude and longitude`);
    else if (this.crs.degrees)
      findings.add("CITYJSON_CRS_DEGREES", PLACE, `${name} was read as degrees, ${this.crs.degrees}`);
    if (this.#outside > 0) {
      const message = `${this.#outside} of ${this.#positions} buildings lie outside of where ${name} is used`;
      findings.add("CITYJSON_CRS_AREA", PLACE, message);
    }
  }
}
