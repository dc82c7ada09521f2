// What a twin of a city model says of itself: the file's own attributes, and what was measured.
// Fed by    a CityObject, for a building with its parts, units and installations
// Gives     attributes; the file's keep their names, and move to `model` only where a name of ours needs the place

import type { Attributes, Json } from "../../district.ts";
import type { CityFindings, CityObject } from "./city-object.ts";
import {
  type Detail,
  type Extent,
  frameFor,
  highestRank,
  joinExtents,
  measure,
  positionOf,
  rank,
  readDetail,
} from "./extent.ts";
import type { Georeference } from "./georeference.ts";

/** Names that are ours, on every twin. */
const OURS: ReadonlySet<string> = new Set([
  "extensionType",
  "lods",
  "footprintAreaM2",
  "floorAreaM2",
  "heightM",
  "volumeM3",
  "position",
  "location",
  "parts",
  "units",
  "unit",
  "installations",
  "model",
]);
/** Attributes nested deeper than this are left out: they would exhaust the stack of whoever writes them down. */
const MAX_ATTRIBUTE_DEPTH = 32;

export interface Relatives {
  parts: CityObject[];
  /** Each with the id of the storey that it is in, if it is in one. */
  units: { unit: CityObject; storey: string | undefined }[];
  installations: CityObject[];
}

/** What the file says of an object. */
export function attributesOf({ said, at }: CityObject, findings: CityFindings): Attributes {
  const attributes: Attributes = {};
  const moved: Attributes = {};
  for (const [name, value] of said) {
    if (name === "__proto__") continue; // would be the prototype, not an attribute
    if (isDeeperThan(MAX_ATTRIBUTE_DEPTH, value)) {
      findings.add("ATTRIBUTE_DEPTH", at, `the attribute ${name} is nested deeper than ${MAX_ATTRIBUTE_DEPTH}`);
      continue;
    }
    const place = OURS.has(name) || Object.hasOwn(attributes, name) ? moved : attributes;
    place[name] = value;
  }
  return Object.keys(moved).length > 0 ? { ...attributes, model: moved } : attributes;
}

/** Attributes of a building, its measures those of itself and its parts. */
export function buildingAttributes(
  object: CityObject,
  relatives: Relatives,
  georeference: Georeference,
  findings: CityFindings,
): Attributes {
  const attributes = attributesOf(object, findings);
  if (object.type !== "Building") attributes.extensionType = object.type;
  const own = readDetail(object);
  const parts = relatives.parts.map((part) => readDetail(part));
  const frame = frameFor([own, ...parts], georeference.crs);
  const extentOf = (detail: Detail) => frame && measure(detail, frame, "building", findings);

  // What has the lower level of detail, the building or its parts, is the same thing drawn more roughly: not added.
  const ownRank = highestRank(own);
  const partsRank = parts.reduce((highest, part) => Math.max(highest, highestRank(part)), Number.NEGATIVE_INFINITY);
  const ownExtent = ownRank >= partsRank ? extentOf(own) : undefined;
  const partExtents = parts.map(extentOf);
  const counted = [ownExtent, ...(partsRank >= ownRank ? partExtents : [])].filter((extent) => extent !== undefined);

  if (!frame || counted.length === 0) findings.add("NO_GEOMETRY", object.at, "the building has no geometry");
  else {
    const extent = joinExtents(counted);
    const measures = extentAttributes(extent);
    if (measures.footprintAreaM2 === undefined) {
      findings.add("AREA_ZERO", object.at, "the building has no ground with an area");
    }
    const lods = [own, ...parts].flatMap((detail) => detail.lods);
    attributes.lods = [...new Set(lods)].sort((a, b) => rank(a) - rank(b));
    Object.assign(attributes, measures);
    const position = positionOf(extent, frame);
    if (position) {
      const [x, y, z] = position;
      attributes.position = { x: tidy(x), y: tidy(y), z: tidy(z), crs: georeference.crs?.name ?? null };
      const location = georeference.locate(position);
      if (location) attributes.location = { latDeg: tidy(location.latDeg), lonDeg: tidy(location.lonDeg) };
    }
  }
  if (parts.length > 0) {
    attributes.parts = relatives.parts.map((part, index) => memberOf(part, partExtents[index], findings));
  }
  if (relatives.units.length > 0) {
    attributes.units = relatives.units.map(({ unit, storey }) => {
      return { ...memberOf(unit, undefined, findings), ...(storey === undefined ? {} : { storey }) };
    });
  }
  if (relatives.installations.length > 0) attributes.installations = countByType(relatives.installations);
  return attributes;
}

/** Area, height and volume, as far as there are any. */
export function extentAttributes(extent: Extent): { footprintAreaM2?: number; heightM: number; volumeM3?: number } {
  const { footprintAreaM2, low, high, volumeM3 } = extent;
  return {
    ...(footprintAreaM2 > 0 ? { footprintAreaM2: tidy(footprintAreaM2) } : {}),
    heightM: tidy(high - low),
    ...(volumeM3 === undefined ? {} : { volumeM3: tidy(volumeM3) }),
  };
}

function memberOf(object: CityObject, extent: Extent | undefined, findings: CityFindings): Attributes {
  return { id: object.id, attributes: attributesOf(object, findings), ...(extent ? extentAttributes(extent) : {}) };
}

function isDeeperThan(depth: number, json: Json): boolean {
  if (typeof json !== "object" || json === null) return false;
  return depth === 0 || Object.values(json).some((value) => isDeeperThan(depth - 1, value));
}

function countByType(objects: CityObject[]): Json {
  const counts: { [type: string]: number } = {};
  for (const { type } of objects) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}

/** Without the digits that only the arithmetic made. */
function tidy(value: number): number {
  return Math.round(value * 1e9) / 1e9;
}
