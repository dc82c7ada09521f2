// What the elements of a CityGML file are to each other: links by gml:id, the meaning of faces, namespaces.
// Fed by    the root element of a file
// Gives     the element that a link names, or why there is none
// X1  no link leads out of the file: what it would name there is a finding
// X2  of two elements with one id, the first is meant

import type { Findings } from "../../finding.ts";
import type { XmlDocument, XmlElement } from "../xml.ts";
import type { CITYGML_FINDINGS } from "./findings.ts";

export type GmlFindings = Findings<typeof CITYGML_FINDINGS>;

/** Surfaces that bound a building or room, and their openings: what faces within them mean. */
export const BOUNDARIES: ReadonlySet<string> = new Set(
  `GroundSurface WallSurface RoofSurface OuterCeilingSurface OuterFloorSurface ClosureSurface InteriorWallSurface
  CeilingSurface FloorSurface Window Door WindowSurface DoorSurface`.split(/\s+/),
);
const FACE = /^(Polygon|PolygonPatch|Triangle|Rectangle)$/;
/** Namespaces of CityGML itself and of what it is made of; all others are extensions. */
const OWN_NAMESPACES = /opengis\.net\/|w3\.org\/|oasis:names|^urn:iso/;

export class FileIndex {
  /** Faces that stand in the file. */
  faces = 0;
  readonly #document: XmlDocument;
  readonly #findings: GmlFindings;
  readonly #namespaces: ReadonlyMap<string, string>;
  readonly #named = new Map<string, XmlElement | undefined>();
  readonly #meanings = new Map<string, string>();
  /** Links of which it was told that they lead nowhere. */
  readonly #told = new Set<XmlElement>();

  constructor(document: XmlDocument, findings: GmlFindings) {
    this.#document = document;
    this.#findings = findings;
    this.#namespaces = document.root?.attributes ?? new Map();
    if (document.root) this.#readLinks(document.root, undefined);
    if (document.root) this.#readIds(document.root, undefined);
  }

  /** `line 12` */
  at(element: XmlElement): string {
    return `line ${this.#document.lineOf(element.start)}`;
  }

  /** The element that `xlink:href` of an element names. Undefined, with a finding, when it is not in this file. */
  target(element: XmlElement): XmlElement | undefined {
    const href = element.attributes.get("href") ?? "";
    const found = this.named(idOf(href));
    if (found || this.#told.has(element)) return found;
    this.#told.add(element);
    const isLocal = href.startsWith("#") || !/[#/:]/.test(href);
    const code = isLocal ? "CITYGML_LINK_UNKNOWN" : "CITYGML_LINK_EXTERNAL";
    const message = isLocal ? `there is no ${href.slice(0, 120)}` : `${href.slice(0, 200)} is not in this file`;
    this.#findings.add(code, this.at(element), `<${element.name}> leads nowhere: ${message}`);
    return undefined;
  }

  /** An element by its gml:id, if a link of the file names it. */
  named(id: string | undefined): XmlElement | undefined {
    return id === undefined ? undefined : this.#named.get(id);
  }

  /** The boundary surface that a geometry is part of, or that links to it. */
  meaningOf(element: XmlElement): string | undefined {
    const id = element.attributes.get("id");
    return id === undefined ? undefined : this.#meanings.get(id);
  }

  /** The name for attributes of the extension that an element is of; undefined for what is of CityGML itself. */
  extensionOf({ prefix }: XmlElement): string | undefined {
    const namespace = this.#namespaces.get(prefix === "" ? "xmlns" : prefix);
    if (namespace === undefined || OWN_NAMESPACES.test(namespace)) return undefined;
    return /energy/i.test(namespace) ? "energy" : prefix || "extension";
  }

  #readLinks(element: XmlElement, meaning: string | undefined): void {
    if (FACE.test(element.name)) this.faces += 1;
    const inside = BOUNDARIES.has(element.name) ? element.name : meaning;
    const id = idOf(element.attributes.get("href"));
    if (id !== undefined) {
      this.#named.set(id, undefined);
      if (inside !== undefined && !this.#meanings.has(id)) this.#meanings.set(id, inside);
    }
    for (const child of element.children) this.#readLinks(child, inside);
  }

  #readIds(element: XmlElement, meaning: string | undefined): void {
    const inside = BOUNDARIES.has(element.name) ? element.name : meaning;
    const id = element.attributes.get("id");
    if (id !== undefined && this.#named.has(id) && this.#named.get(id) === undefined) {
      this.#named.set(id, element);
      // Where a face stands says more than who links to it: a solid of a room may use the wall of a building.
      if (inside !== undefined) this.#meanings.set(id, inside);
    }
    for (const child of element.children) this.#readIds(child, inside);
  }
}

/** The id that a link within the file names. */
export function idOf(href: string | undefined): string | undefined {
  if (href === undefined) return undefined;
  const trimmed = href.trim();
  if (trimmed.startsWith("#")) return trimmed.slice(1);
  return /[#/:]/.test(trimmed) || trimmed === "" ? undefined : trimmed;
}
