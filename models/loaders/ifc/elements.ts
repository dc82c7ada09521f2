// The elements that a building is made of: what each says of itself, in the words of energy models.
// Fed by    models/loaders/ifc/engine.ts: IfcWall, IfcWindow, IfcDoor, IfcRoof, IfcSlab, IfcCurtainWall, their sets and materials
// Gives     `ElementFacts` of any element
// Areas are those that quantities state; else width by height of windows and doors, else from the shape (without openings).
// Thermal transmittance is the one stated, else the one of layers of known conductivity.

import type { Json } from "../../district.ts";
import type { SpaceBoundaries } from "./boundaries.ts";
import type { IfcEntity, IfcModel } from "./engine.ts";
import { number, text } from "./entity.ts";
import { Materials, transmittanceOf } from "./materials.ts";
import { areaOfBody } from "./outline.ts";
import { azimuthDeg, dot, type Frame, Placements, type Vector } from "./placement.ts";
import type { ObjectProperties, PropertyReader, Sets } from "./properties.ts";
import type { SpatialStructure } from "./spatial.ts";
import type { Units } from "./units.ts";

/** Parts of an envelope, by their classes with all subclasses. */
export const ENVELOPE_CLASSES = {
  walls: "IFCWALL",
  windows: "IFCWINDOW",
  doors: "IFCDOOR",
  roofs: "IFCROOF",
  slabs: "IFCSLAB",
  curtainWalls: "IFCCURTAINWALL",
} as const;
export type EnvelopePart = keyof typeof ENVELOPE_CLASSES;

export interface ElementFacts {
  ifcClass: string;
  /** None of the envelope: it is only counted. */
  part?: EnvelopePart;
  name?: string;
  predefinedType?: string;
  isExternal?: boolean;
  loadBearing?: boolean;
  areaM2?: number;
  grossAreaM2?: number;
  areaFrom?: "quantities" | "size" | "shape";
  thicknessM?: number;
  uValueWPerM2K?: number;
  uValueFrom?: "stated" | "layers";
  azimuthDeg?: number;
}

/** Quantity names of the areas, best first (Qto_WallBaseQuantities ... and BaseQuantities, which is its older name). */
const NET_AREAS: Record<EnvelopePart, readonly string[]> = {
  walls: ["NetSideArea"],
  curtainWalls: ["NetSideArea"],
  slabs: ["NetArea"],
  roofs: ["NetArea", "ProjectedArea"],
  windows: ["Area"],
  doors: ["Area"],
};
const GROSS_AREAS: Record<EnvelopePart, readonly string[]> = {
  walls: ["GrossSideArea"],
  curtainWalls: ["GrossSideArea"],
  slabs: ["GrossArea"],
  roofs: ["GrossArea"],
  windows: [],
  doors: [],
};
/** Sets whose quantities are the standard's; makers' own sets use the same names for other things. */
const BASE_SET = /^(Qto_.*)?BaseQuantities$/i;
const COMMON_SET = /^Pset_.*Common$/i;
const FACING: ReadonlySet<EnvelopePart | undefined> = new Set(["walls", "windows", "doors", "curtainWalls"]);

/** What elements are read with. */
export interface ElementSources {
  model: IfcModel;
  units: Units;
  properties: PropertyReader;
  spatial: SpatialStructure;
  boundaries: SpaceBoundaries;
  northDeg: number;
}

export class ElementReader {
  readonly #from: ElementSources;
  readonly #materials: Materials;
  readonly #placements: Placements;
  readonly #parts = new Map<number, EnvelopePart>();
  readonly #facts = new Map<number, ElementFacts>();

  constructor(from: ElementSources) {
    this.#from = from;
    this.#materials = new Materials(from.model, from.units);
    this.#placements = new Placements(from.model);
    for (const [part, className] of Object.entries(ENVELOPE_CLASSES)) {
      for (const label of from.model.labels(className)) this.#parts.set(label, part as EnvelopePart);
    }
  }

  of(label: number): ElementFacts {
    const known = this.#facts.get(label);
    if (known) return known;
    const { model } = this.#from;
    const facts: ElementFacts = { ifcClass: model.classOf(label) ?? "" };
    this.#facts.set(label, facts);
    const part = this.#parts.get(label);
    const entity = part && model.entity(label);
    if (part && entity) this.#describe(facts, part, entity);
    return facts;
  }

  /** Gives the external elements of one building their compass directions: away from the middle of its external walls. */
  orient(elements: readonly number[]): void {
    const facing = elements.flatMap((label) => {
      const facts = this.of(label);
      const frame = facts.isExternal && FACING.has(facts.part) ? this.#frameOf(label) : undefined;
      return frame ? { facts, frame } : [];
    });
    const walls = facing.filter(({ facts }) => facts.part === "walls");
    const middle = middleOf((walls.length > 0 ? walls : facing).map(({ frame }) => frame.origin));
    for (const { facts, frame } of facing) {
      const outward = outwardOf(frame, middle);
      const azimuth = outward && azimuthDeg(outward, this.#from.northDeg);
      if (azimuth !== undefined) facts.azimuthDeg = azimuth;
    }
  }

  /** Frame of a wall; of the wall that a window or door is in, as it lies in the plane of that. */
  #frameOf(label: number): Frame | undefined {
    const { model, spatial } = this.#from;
    const wall = spatial.hostOf(label, (at) => this.#parts.get(at) === "walls");
    const entity = model.entity(wall ?? label);
    return entity && this.#placements.of(entity);
  }

  #describe(facts: ElementFacts, part: EnvelopePart, entity: IfcEntity): void {
    const { label } = entity;
    const { properties, spatial, boundaries, model } = this.#from;
    const said = properties.of(label);
    const type = properties.typeOf(label);
    facts.part = part;
    const [name, predefined] = [text(entity, "Name"), properties.predefinedTypeOf(entity)];
    if (name !== undefined) facts.name = name;
    if (predefined !== undefined) facts.predefinedType = predefined;
    const host = spatial.hostOf(label, (at) => this.#parts.has(at));
    const isExternal =
      common(said, "IsExternal") ??
      boundaries.isExternal(label) ??
      (host === undefined || model.classOf(host) === undefined ? undefined : this.of(host).isExternal);
    if (typeof isExternal === "boolean") facts.isExternal = isExternal;
    const loadBearing = common(said, "LoadBearing");
    if (typeof loadBearing === "boolean") facts.loadBearing = loadBearing;
    const layers = this.#materials.layersOf(label, type);
    const thickness = layers.reduce((sum, layer) => sum + layer.thicknessM, 0);
    if (thickness > 0) facts.thicknessM = Number(thickness.toPrecision(12));
    this.#measure(facts, part, entity, said, thickness);
    const stated = common(said, "ThermalTransmittance");
    const ofLayers = transmittanceOf(layers);
    if (typeof stated === "number" && stated > 0) Object.assign(facts, { uValueWPerM2K: stated, uValueFrom: "stated" });
    else if (ofLayers !== undefined) Object.assign(facts, { uValueWPerM2K: ofLayers, uValueFrom: "layers" });
  }

  #measure(
    facts: ElementFacts,
    part: EnvelopePart,
    entity: IfcEntity,
    { quantities }: ObjectProperties,
    thicknessM: number,
  ): void {
    const lengthM = this.#from.units.factor("LENGTHUNIT");
    const [net, gross] = [quantity(quantities, NET_AREAS[part]), quantity(quantities, GROSS_AREAS[part])];
    const [width, height] = [number(entity, "OverallWidth"), number(entity, "OverallHeight")];
    if (gross !== undefined) facts.grossAreaM2 = gross;
    if (net !== undefined || gross !== undefined) {
      Object.assign(facts, { areaM2: net ?? gross, areaFrom: "quantities" });
    } else if (width && height) {
      Object.assign(facts, { areaM2: tidy(width * height * lengthM ** 2), areaFrom: "size" });
    } else if (part === "walls" || part === "slabs") {
      const side = part === "walls" ? "upright" : "lying";
      const area = areaOfBody(entity, this.#from.model, side, thicknessM > 0 ? thicknessM / lengthM : undefined);
      if (area) Object.assign(facts, { areaM2: tidy(area * lengthM ** 2), areaFrom: "shape" });
    }
  }
}

function common({ propertySets }: ObjectProperties, name: string): Json | undefined {
  for (const [set, values] of Object.entries(propertySets)) {
    if (COMMON_SET.test(set) && Object.hasOwn(values, name) && values[name] !== null) return values[name];
  }
  return undefined;
}

function quantity(sets: Sets, names: readonly string[]): number | undefined {
  for (const name of names) {
    for (const [set, values] of Object.entries(sets)) {
      const amount = BASE_SET.test(set) && Object.hasOwn(values, name) ? values[name] : undefined;
      if (typeof amount === "number" && amount > 0) return amount;
    }
  }
  return undefined;
}

function middleOf(points: readonly Vector[]): Vector | undefined {
  if (points.length === 0) return undefined;
  const sum = points.reduce(([a, b, c], [x, y, z]) => [a + x, b + y, c + z] as const, [0, 0, 0] as const);
  return [sum[0] / points.length, sum[1] / points.length, sum[2] / points.length];
}

/** Of the two sides of an element (its y axis runs across it), the one that looks away from the middle. */
function outwardOf({ origin, y }: Frame, middle: Vector | undefined): Vector | undefined {
  if (!middle) return undefined;
  const away = dot([origin[0] - middle[0], origin[1] - middle[1], 0], y);
  return away < 0 ? [-y[0], -y[1], -y[2]] : y;
}

function tidy(amount: number): number {
  return Number(amount.toPrecision(9));
}
