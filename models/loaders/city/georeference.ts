// Where on the globe the buildings of one file are, and what is to be said of that once per file.
// Fed by    the reference system of the file, the positions of its buildings

import type { CityFindings } from "./city-object.ts";
import { type Crs, isConvertible, locate, type Point } from "./crs.ts";
import type { Location } from "./projections.ts";

export class Georeference {
  readonly crs: Crs | undefined;
  #positions = 0;
  #outside = 0;

  constructor(crs: Crs | undefined) {
    this.crs = crs;
  }

  /** Latitude and longitude of a position in the file's system; undefined when they cannot be told. */
  locate(position: Point): Location | undefined {
    this.#positions += 1;
    if (!this.crs || !isConvertible(this.crs)) return undefined;
    const location = locate(this.crs, position);
    if (!location) this.#outside += 1;
    return location;
  }

  report(findings: CityFindings, at: string): void {
    if (this.#positions === 0) return;
    const name = this.crs?.name.slice(0, 200);
    if (!this.crs) findings.add("CRS_MISSING", at, "the file names no reference system");
    else if (!isConvertible(this.crs))
      findings.add("CRS_UNCONVERTED", at, `${name} is not converted to latitude and longitude`);
    else if (this.crs.degrees) findings.add("CRS_DEGREES", at, `${name} was read as degrees, ${this.crs.degrees}`);
    if (this.#outside > 0) {
      const message = `${this.#outside} of ${this.#positions} buildings lie outside of where ${name} is used`;
      findings.add("CRS_AREA", at, message);
    }
  }
}
