// Where equipment and nodes stand.
// Fed by    Location, PositionPoint and CoordinateSystem (CGMES profile GL, CIM100)
// Gives     `position` (the file's own x and y), `coords` of what is drawn as a line, `location` when the system is geographic
// P1  in geographic systems x is the longitude and y the latitude (CGMES profile GL)
// P2  the first point of a branch is at its first terminal, the last one at its second

import type { Attributes } from "../../district.ts";
import { locate, readCrs } from "../city/crs.ts";
import type { CimModel, CimObject } from "./model.ts";

interface Place {
  points: [number, number][];
  system: CimObject | undefined;
}

export class Places {
  readonly #model: CimModel;
  readonly #places = new Map<CimObject, Place>();

  constructor(model: CimModel) {
    this.#model = model;
  }

  of(object: CimObject): Attributes {
    const place = this.#placeOf(object);
    const [first] = place?.points ?? [];
    if (!place || !first) return {};
    const attributes = this.#point(first, place.system);
    return place.points.length > 1 ? { ...attributes, coords: place.points } : attributes;
  }

  /** Where an equipment's terminal of this number (from 0) is, of so many. */
  atTerminal(equipment: CimObject, number: number, count: number): Attributes {
    const place = this.#placeOf(equipment);
    if (!place || place.points.length === 0) return {};
    const { points, system } = place;
    const point = count > 1 && number === count - 1 ? points.at(-1) : points[Math.min(number, points.length - 1)];
    return count > 1 && points.length < 2 ? {} : this.#point(point!, system);
  }

  #placeOf(object: CimObject): Place | undefined {
    const model = this.#model;
    const location =
      model.referenced(object, "Location") ?? model.referring("PowerSystemResources", object).find(isLocation);
    if (!location || !isLocation(location)) return undefined;
    const known = this.#places.get(location);
    if (known) return known;
    location.fate ??= "kept";
    const system = model.referenced(location, "CoordinateSystem");
    if (system) system.fate ??= "kept";
    const points = [...model.referring("Location", location)]
      .filter(({ className }) => className === "PositionPoint")
      .sort((a, b) => (a.number("sequenceNumber") ?? 0) - (b.number("sequenceNumber") ?? 0));
    const place: Place = { points: [], system };
    for (const point of points) {
      point.fate ??= "kept";
      const [x, y] = [point.number("xPosition"), point.number("yPosition")];
      if (x !== undefined && y !== undefined) place.points.push([x, y]);
    }
    this.#places.set(location, place);
    return place;
  }

  #point([x, y]: [number, number], system: CimObject | undefined): Attributes {
    const crs = system?.text("crsUrn");
    const location = crs === undefined ? undefined : located(crs, x, y);
    return { position: { x, y, ...(crs ? { crs } : {}) }, ...(location ? { location } : {}) };
  }
}

function located(name: string, x: number, y: number): { latDeg: number; lonDeg: number } | undefined {
  const crs = readCrs(name);
  if (!crs) return undefined;
  if (crs.degrees) return Math.abs(y) <= 90 && Math.abs(x) <= 180 ? { latDeg: y, lonDeg: x } : undefined;
  const location = locate(crs, [x, y, 0]);
  return location && { latDeg: tidyDeg(location.latDeg), lonDeg: tidyDeg(location.lonDeg) };
}

/** A ten millionth of a degree is a centimetre. */
function tidyDeg(degrees: number): number {
  return Number(degrees.toFixed(9));
}

function isLocation({ className }: CimObject): boolean {
  return className === "Location";
}
