// Geometries of GML as shapes: surfaces, shells and solids, wherever in the file their faces stand.
// Fed by    the geometry properties of CityGML (`lod2Solid`, `lod2MultiSurface`, `lod1ImplicitRepresentation` ...)
// Gives     surfaces with the meaning of the boundary that they are part of
// G1  what is broken is a finding and left out, the rest is kept
// G2  links are followed once in each shell, and never in a circle; all links together cost a limit of faces

import type { Point } from "../city/crs.ts";
import { placed, ringOf, type Surface } from "../city/shape.ts";
import type { XmlElement } from "../xml.ts";
import { dimensionOf, numbersOf, pointsOf } from "./coordinates.ts";
import type { FileIndex, GmlFindings } from "./file-index.ts";
import type { Srs } from "./srs.ts";

/** What stands in one geometry property. */
export interface Geometry {
  loose: Surface[];
  solids: Surface[][][];
}

/** Geometries without surfaces. */
const WITHOUT_SURFACES = /^(Multi)?(Point|Curve|LineString)$|^(Composite|Orientable)Curve$/;
const SOLIDS = /^(Multi|Composite)?Solid$/;
const SURFACES =
  /^(Polygon|PolygonPatch|Triangle|Rectangle|(Multi|Composite|Orientable|Polyhedral|Triangulated)?Surface|Tin|Shell)$/;
const FACE = /^(Polygon|PolygonPatch|Triangle|Rectangle)$/;
const MIXED = /^(MultiGeometry|GeometricComplex)$/;
/** Links that lead on through other links. */
const MAX_LINK_DEPTH = 50;
/** Faces read in all, for each that stands in the file: those of a solid stand in a boundary, a zone and a storey as well. */
const MAX_READS_PER_FACE = 20;

interface Context {
  dimension: number | undefined;
  meaning: string | undefined;
  isTurned: boolean;
  /** Where the geometry is not in the coordinates of the file: within a template. */
  isTemplate: boolean;
  /** What was followed in this shell, and what is being followed. */
  followed: Set<XmlElement>;
  path: XmlElement[];
}

export class GeometryReader {
  readonly #index: FileIndex;
  readonly #findings: GmlFindings;
  readonly #srs: Srs;
  /** Faces that were read since the last question. */
  #read = new Set<XmlElement>();
  #left: number;

  constructor(index: FileIndex, srs: Srs, findings: GmlFindings) {
    this.#index = index;
    this.#srs = srs;
    this.#findings = findings;
    this.#left = index.faces * MAX_READS_PER_FACE + 1_000;
  }

  /** The faces that stand in what was read since the last call. */
  takeFaces(): Set<XmlElement> {
    const faces = this.#read;
    this.#read = new Set();
    return faces;
  }

  /** Reads a geometry property; faces of `but` are left out. */
  read(property: XmlElement, meaning?: string, but?: ReadonlySet<XmlElement>): Geometry {
    const geometry: Geometry = { loose: [], solids: [] };
    const context: Context = {
      ...{ dimension: dimensionOf(property, undefined), meaning, isTurned: false, isTemplate: false },
      ...{ followed: new Set(but ?? []), path: [] },
    };
    this.#addMembers(property, context, geometry);
    return geometry;
  }

  #addMembers(element: XmlElement, context: Context, to: Geometry): void {
    for (const child of element.children) this.#add(child, context, to);
    if (element.attributes.has("href")) {
      this.#follow(element, context, (target, within) => this.#add(target, within, to));
    }
  }

  #add(element: XmlElement, outer: Context, to: Geometry): void {
    const context = { ...outer, dimension: dimensionOf(element, outer.dimension) };
    const { name } = element;
    if (name === "Solid") to.solids.push(this.#solid(element, context));
    else if (SOLIDS.test(name) || MIXED.test(name)) {
      for (const member of element.children) this.#addMembers(member, context, to);
    } else if (SURFACES.test(name)) this.#addSurfaces(element, outer, to.loose);
    else if (name === "ImplicitGeometry") this.#addTemplate(element, context, to);
    else if (!WITHOUT_SURFACES.test(name)) {
      this.#fault("CITYGML_GEOMETRY", element, `<${name.slice(0, 80)}> is no geometry that can be read`);
    }
  }

  #solid(solid: XmlElement, context: Context): Surface[][] {
    const shells = solid.children.filter(({ name }) => name === "exterior" || name === "interior");
    const outerFirst = [...shells].sort((a, b) => Number(a.name === "interior") - Number(b.name === "interior"));
    return outerFirst.map((shell) => {
      const surfaces: Surface[] = [];
      this.#addSurfacesOf(shell, { ...context, followed: new Set() }, surfaces);
      return surfaces;
    });
  }

  /** Surfaces in a property: in its elements, and where its link leads. */
  #addSurfacesOf(property: XmlElement, context: Context, to: Surface[]): void {
    for (const child of property.children) this.#addSurfaces(child, context, to);
    if (property.attributes.has("href")) {
      this.#follow(property, context, (target, within) => this.#addSurfaces(target, within, to));
    }
  }

  #addSurfaces(element: XmlElement, outer: Context, to: Surface[]): void {
    const { name } = element;
    if (!SURFACES.test(name)) {
      this.#fault("CITYGML_GEOMETRY", element, `<${name.slice(0, 80)}> stands where a surface is expected`);
      return;
    }
    if (!outer.isTemplate && !this.#srs.isOwn(element)) return;
    const turns = name === "OrientableSurface" && element.attributes.get("orientation") === "-";
    const context = {
      ...outer,
      dimension: dimensionOf(element, outer.dimension),
      meaning: this.#index.meaningOf(element) ?? outer.meaning,
      isTurned: outer.isTurned !== turns,
    };
    if (FACE.test(name)) this.#addFace(element, context, to);
    // surfaceMember, surfaceMembers, baseSurface, patches ...
    else for (const member of element.children) this.#addSurfacesOf(member, context, to);
  }

  #addFace(face: XmlElement, context: Context, to: Surface[]): void {
    if (context.followed.has(face) && !context.path.includes(face)) return; // left out, or read in this shell already
    context.followed.add(face);
    this.#left -= 1;
    if (this.#left === 0) {
      this.#fault("CITYGML_GEOMETRY", face, "links name the same faces over and over: no more geometry is read");
    }
    if (this.#left <= 0) return;
    this.#read.add(face);
    const rings: Point[][] = [];
    for (const boundary of face.children) {
      const isOuter = /^(exterior|outerBoundaryIs)$/.test(boundary.name);
      if (!isOuter && !/^(interior|innerBoundaryIs)$/.test(boundary.name)) continue;
      const ring = boundary.children[0] && this.#ring(boundary.children[0], context);
      if (isOuter && !ring) return;
      if (ring && isOuter) rings.unshift(ring);
      else if (ring) rings.push(ring);
    }
    const hasOuter = face.children.some(({ name }) => /^(exterior|outerBoundaryIs)$/.test(name));
    if (!hasOuter) this.#fault("CITYGML_RING", face, "a face has no outer ring");
    else if (rings.length > 0) to.push(context.meaning === undefined ? { rings } : { rings, meaning: context.meaning });
  }

  #ring(element: XmlElement, context: Context): Point[] | undefined {
    const points = pointsOf(element, context.dimension);
    if (typeof points === "string") {
      this.#fault("CITYGML_COORDINATES", element, points);
      return undefined;
    }
    const read = ringOf(context.isTemplate ? points : points.map(this.#srs.placeOf));
    if ("points" in read) {
      this.#fault("CITYGML_RING", element, `a ring has ${read.points} different points`);
      return undefined;
    }
    return context.isTurned ? read.ring.reverse() : read.ring;
  }

  /** A template of its own coordinates, turned by its matrix and moved to its point. */
  #addTemplate(element: XmlElement, context: Context, to: Geometry): void {
    const child = (pattern: RegExp) => element.children.find(({ name }) => pattern.test(name));
    const matrix = numbersOf(child(/^transformationMatrix$/)?.text ?? "");
    const anchor = child(/^referencePoint$/);
    const anchors = anchor ? pointsOf(anchor, context.dimension) : [];
    const shape = child(/^relative(GML)?Geometry$/);
    if (!shape) return; // a library outside of the file, which says nothing of sizes
    if (matrix?.length !== 16 || typeof anchors === "string" || !anchors[0]) {
      this.#fault("CITYGML_GEOMETRY", element, "an ImplicitGeometry has no point, or no matrix of 16 numbers");
      return;
    }
    const template: Geometry = { loose: [], solids: [] };
    this.#addMembers(shape, { ...context, isTemplate: true }, template);
    const at = this.#srs.placeOf(anchors[0]);
    const move = (surface: Surface): Surface => {
      return { ...surface, rings: surface.rings.map((ring) => ring.map((point) => placed(point, matrix, at))) };
    };
    to.loose.push(...template.loose.map(move));
    to.solids.push(...template.solids.map((solid) => solid.map((shell) => shell.map(move))));
  }

  #follow(link: XmlElement, context: Context, add: (target: XmlElement, within: Context) => void): void {
    const target = this.#index.target(link);
    if (!target) return;
    if (context.path.includes(target) || context.path.length >= MAX_LINK_DEPTH) {
      const what = context.path.includes(target) ? "leads back to itself" : `leads on over ${MAX_LINK_DEPTH} links`;
      this.#fault("CITYGML_LINK_CYCLE", link, `${link.attributes.get("href")?.slice(0, 120)} ${what}`);
      return;
    }
    if (context.followed.has(target)) return;
    context.followed.add(target);
    const meaning = this.#index.meaningOf(target) ?? context.meaning;
    add(target, { ...context, meaning, path: [...context.path, target] });
  }

  #fault(code: Parameters<GmlFindings["add"]>[0], element: XmlElement, message: string): void {
    this.#findings.add(code, this.#index.at(element), message);
  }
}
