// The spatial reference system of a CityGML file, and the order of its axes.
// Fed by    `srsName` of the envelope of the file, or else of its first geometry
// Gives     a `Crs` by the name that CityJSON has for it, and points in its order
// R1  a geometry in another system than the file's is a finding: its numbers would be taken for what they are not

import { type Crs, isConvertible, locate, type Point, readCrs } from "../city/crs.ts";
import type { XmlElement } from "../xml.ts";
import { numbersOf } from "./coordinates.ts";
import type { FileIndex, GmlFindings } from "./file-index.ts";

/** Names that stand for the definition in the registry, and so for its order of the axes; `EPSG:4326` is read as maps are, x first. */
const BY_DEFINITION = /^urn:|\/def\/crs/i;

export class Srs {
  readonly crs: Crs | undefined;
  /** Where it stands in the file. */
  readonly at: string;
  readonly #index: FileIndex;
  readonly #findings: GmlFindings;
  readonly #known = new Map<string, boolean>();
  readonly #isTurned: boolean;

  constructor(root: XmlElement | undefined, index: FileIndex, findings: GmlFindings) {
    this.#index = index;
    this.#findings = findings;
    const named = root && (envelopeOf(root) ?? firstNamed(root));
    const name = named?.attributes.get("srsName")?.trim();
    this.at = named ? index.at(named) : "";
    if (!named || !name) {
      this.#isTurned = false;
      return;
    }
    const crs = crsOf(name);
    const sample = numbersOf(named.children.find((child) => child.name === "lowerCorner")?.text ?? "") ?? [];
    const [x, y] = sample;
    const turned = x !== undefined && y !== undefined ? turnedAt(crs, [x, y, 0]) : undefined;
    this.#isTurned = turned !== undefined && !crs.degrees;
    this.crs = turned ?? crs;
    if (turned) {
      findings.add("CITYGML_CRS_AXES", this.at, `the lower corner ${x} ${y} lies outside of where ${name} is used`);
    }
    const others = systemsOf(name).slice(1);
    if (others.length > 0) {
      findings.add("CITYGML_CRS_COMPOUND", this.at, `heights are in ${others.join(", ").slice(0, 200)}`);
    }
  }

  /** A point of the file, east before north where the system has metres. */
  readonly placeOf = (point: Point): Point => (this.#isTurned ? [point[1], point[0], point[2]] : point);

  /** Whether a geometry is in the system of the file. */
  isOwn(geometry: XmlElement): boolean {
    const name = geometry.attributes.get("srsName")?.trim();
    if (!name || !this.crs) return true;
    let isOwn = this.#known.get(name);
    if (isOwn === undefined) {
      const other = crsOf(name);
      isOwn = other.name === this.crs.name || (other.epsg !== undefined && other.epsg === this.crs.epsg);
      this.#known.set(name, isOwn);
    }
    if (!isOwn) {
      const message = `a geometry is in ${name.slice(0, 200)}, the file in ${this.crs.name.slice(0, 200)}`;
      this.#findings.add("CITYGML_CRS_MIXED", this.#index.at(geometry), message);
    }
    return isOwn;
  }
}

/** The systems of a compound one, the plane before the height; or the name itself. */
function systemsOf(name: string): string[] {
  if (/^urn:/i.test(name)) return name.split(/,(?=crs:|urn:)/).slice(/,(crs|urn):/.test(name) ? 1 : 0);
  const parts = [...name.matchAll(/[?&]\d+=([^&]+)/g)].map(([, part]) => part!);
  return parts.length > 0 ? parts : [name];
}

/** Reads `urn:ogc:def:crs:EPSG::25832`, `urn:ogc:def:crs,crs:EPSG::25832,crs:EPSG::5783`, `http://www.opengis.net/def/crs/EPSG/0/25832` ... */
export function crsOf(srsName: string): Crs {
  const [plane = srsName] = systemsOf(srsName);
  const crs = readCrs(plane.replace(/epsg\.xml#/i, "EPSG:"));
  const [, version = "0"] = /EPSG[:/]+([\d.]+)[:/]+\d{4,6}/i.exec(plane) ?? [];
  const degrees = crs.degrees && !BY_DEFINITION.test(srsName) ? "longitude first" : crs.degrees;
  // CityJSON names the definition by its address, which says as well that latitude comes first.
  const isByCode = crs.epsg !== undefined && /EPSG/i.test(plane) && degrees === crs.degrees;
  const isAddress = /^https?:.*\/def\/crs\//i.test(plane);
  const address = `http://www.opengis.net/def/crs/EPSG/${version}/${crs.epsg}`;
  const name = isAddress ? plane : isByCode ? address : srsName;
  return degrees ? { ...crs, name, degrees } : { ...crs, name };
}

/** The system with its axes the other way round, when a point lies where it is used only so. */
function turnedAt(crs: Crs, [x, y]: Point): Crs | undefined {
  if (!isConvertible(crs) || locate(crs, [x, y, 0])) return undefined;
  if (!locate(crs, [y, x, 0])) return undefined;
  if (!crs.degrees) return crs;
  return { ...crs, degrees: crs.degrees === "latitude first" ? "longitude first" : "latitude first" };
}

function envelopeOf(root: XmlElement): XmlElement | undefined {
  const bounds = root.children.find(({ name }) => name === "boundedBy")?.children[0];
  return bounds?.attributes.has("srsName") ? bounds : undefined;
}

/** The first element that names a system; an address may have a point in another one. */
function firstNamed(element: XmlElement): XmlElement | undefined {
  if (element.attributes.has("srsName")) return element;
  for (const child of element.children) {
    const found = child.name === "address" ? undefined : firstNamed(child);
    if (found) return found;
  }
  return undefined;
}
