// Buildings, storeys and spaces of a campus.
// Fed by    Campus, Building, BuildingStorey, Space, and the surfaces
// Gives     twins of kind building, storey and space, and `contains` links between them
// B1  a space is part of its storey, or of its building when it names none
// B2  what belongs to the whole file (constructions, schedules, meters, systems, shades) stands on its first building: on each of
//     many it would fill the memory with copies

import { type Attributes, type Json, type Link, newTwin, type TwinModel } from "../../district.ts";
import type { XmlElement } from "../xml.ts";
import { Constructions } from "./constructions.ts";
import { child, children, type GbxmlDocument, textOf } from "./document.ts";
import { spaceAttributes } from "./spaces.ts";
import { envelopeOf, hasId, readSurfaces, type Surface } from "./surfaces.ts";

/** Elements of the whole file, and the attribute of a building that lists them. */
const OF_FILE: Record<string, string> = {
  ...{ Meter: "meters", Schedule: "schedules", WeekSchedule: "weekSchedules", DaySchedule: "daySchedules" },
  ...{
    AirLoop: "airLoops",
    HydronicLoop: "hydronicLoops",
    IntEquip: "internalEquipment",
    ExtEquip: "externalEquipment",
  },
  ...{ LightingSystem: "lightingSystems", LightingControl: "lightingControls", Weather: "weather", Results: "results" },
  ...{
    PhotometricData: "photometricData",
    SimulationParameters: "simulationParameters",
    DocumentHistory: "documentHistory",
  },
};
const BUILDING_READ_HERE: ReadonlySet<string> = new Set([
  ...["id", "Name", "Area", "Space", "BuildingStorey", "Surface", "ShellGeometry"],
]);

export class GbxmlBuildings {
  readonly twins: TwinModel[] = [];
  readonly links: Link[] = [];
  readonly #document: GbxmlDocument;
  readonly #source: string;
  readonly #constructions: Constructions;
  readonly #ofSpace = new Map<string, Surface[]>();

  constructor(document: GbxmlDocument, source: string) {
    this.#document = document;
    this.#source = source;
    this.#constructions = new Constructions(document);
  }

  read(): void {
    const { root } = this.#document;
    const campuses = children(root, "Campus");
    // Buildings right under the root are no gbXML, but some tools write them.
    const parents = [...campuses, root];
    const buildings = parents.flatMap((parent) => children(parent, "Building"));
    const surfaces = readSurfaces([...parents, ...buildings], this.#document, this.#constructions);
    for (const surface of surfaces) for (const space of surface.spaces) this.#beside(space).push(surface);
    for (const campus of campuses) {
      const about = this.#campus(campus);
      for (const building of children(campus, "Building")) this.#addBuilding(building, about);
    }
    for (const building of children(root, "Building")) this.#addBuilding(building, {});
    const [first] = this.twins;
    if (first) Object.assign(first.attributes, this.#ofFile(surfaces));
    else this.#document.findings.add("GBXML_NO_BUILDING", "", "the file has no Building with an id");
  }

  #beside(space: string): Surface[] {
    const known = this.#ofSpace.get(space) ?? [];
    this.#ofSpace.set(space, known);
    return known;
  }

  #addBuilding(building: XmlElement, about: Attributes): void {
    if (!hasId(building, this.#document)) return;
    const spaces = children(building, "Space").filter((space) => hasId(space, this.#document));
    const ids = new Set(spaces.map((space) => space.attributes.get("id")!));
    const around = [...new Set([...ids].flatMap((id) => this.#ofSpace.get(id) ?? []))];
    const outer = around.filter((surface) => surface.spaces.length === 1);
    const twin = this.#twin("building", building, {});
    const storeys = new Map<string, TwinModel>();
    for (const storey of children(building, "BuildingStorey")) this.#addStorey(storey, twin, storeys);
    const within = spaces.map((space) => this.#addSpace(space, twin, storeys));
    const sum = (name: string) => total(within.map(({ attributes }) => attributes[name]));
    const [netFloorAreaM2, volumeM3] = [sum("netFloorAreaM2"), sum("netVolumeM3")];
    const grossFloorAreaM2 = this.#document.number(building, "Area");
    const envelope = envelopeOf(outer);
    const { id: _, ...said } = this.#document.described(building, BUILDING_READ_HERE);
    Object.assign(twin.attributes, {
      ...said,
      ...(grossFloorAreaM2 === undefined ? {} : { grossFloorAreaM2 }),
      ...(netFloorAreaM2 === undefined ? {} : { netFloorAreaM2 }),
      ...(volumeM3 === undefined ? {} : { volumeM3 }),
      ...(Object.keys(envelope).length > 0 ? { envelope } : {}),
      ...(outer.length > 0 ? { surfaces: outer.map(({ attributes }) => attributes) } : {}),
      ...about,
    });
    this.#document.used.add(building);
  }

  #addStorey(storey: XmlElement, building: TwinModel, storeys: Map<string, TwinModel>): void {
    if (!hasId(storey, this.#document)) return;
    const elevationM = this.#document.number(storey, "Level");
    const twin = this.#twin("storey", storey, {
      ...this.#document.described(storey, new Set(["id", "Name", "Level"])),
      ...(elevationM === undefined ? {} : { elevationM }),
    });
    storeys.set(twin.element, twin);
    this.links.push({ from: building.id, role: "contains", to: twin.id });
  }

  #addSpace(space: XmlElement, building: TwinModel, storeys: ReadonlyMap<string, TwinModel>): TwinModel {
    const surfaces = this.#ofSpace.get(space.attributes.get("id")!) ?? [];
    const twin = this.#twin("space", space, spaceAttributes(space, surfaces, this.#document));
    const storey = storeys.get(space.attributes.get("buildingStoreyIdRef") ?? "");
    this.links.push({ from: (storey ?? building).id, role: "contains", to: twin.id });
    return twin;
  }

  #twin(kind: "building" | "storey" | "space", element: XmlElement, attributes: Attributes): TwinModel {
    const { id: _, ...said } = attributes;
    const twin = newTwin(kind, this.#source, element.attributes.get("id")!, said, textOf(element, "Name"));
    this.twins.push(twin);
    return twin;
  }

  /** Where the campus is, and what it is called. */
  #campus(campus: XmlElement): Attributes {
    const document = this.#document;
    const attributes: Attributes = { campus: document.described(campus, new Set(["Building", "Surface"])) };
    const place = child(campus, "Location");
    if (!place) return attributes;
    const [latDeg, lonDeg] = [document.number(place, "Latitude"), document.number(place, "Longitude")];
    const isPlace = latDeg !== undefined && lonDeg !== undefined && Math.abs(latDeg) <= 90 && Math.abs(lonDeg) <= 180;
    return isPlace ? { ...attributes, location: { latDeg, lonDeg } } : attributes;
  }

  #ofFile(surfaces: readonly Surface[]): Attributes {
    const document = this.#document;
    const attributes: Attributes = {};
    for (const [name, attribute] of Object.entries(OF_FILE)) {
      const elements = children(document.root, name);
      if (elements.length > 0) attributes[attribute] = elements.map((element) => document.described(element));
    }
    const constructions = new Map<string, Json>();
    for (const element of [...children(document.root, "Construction"), ...children(document.root, "WindowType")]) {
      if (!document.used.has(element)) continue;
      const id = element.attributes.get("id")!;
      const reference = element.name === "WindowType" ? "windowTypeIdRef" : "constructionIdRef";
      const described = this.#constructions.described({ ...element, attributes: new Map([[reference, id]]) });
      if (described) constructions.set(id, described);
    }
    if (constructions.size > 0) attributes.constructions = [...constructions.values()];
    const loose = surfaces.filter(({ spaces }) => spaces.length === 0);
    const shades = loose.filter(({ type }) => type === "Shade");
    const others = loose.filter(({ type }) => type !== "Shade");
    if (shades.length > 0) attributes.shades = shades.map((surface) => surface.attributes);
    if (others.length > 0) attributes.looseSurfaces = others.map((surface) => surface.attributes);
    return attributes;
  }
}

function total(values: readonly (Json | undefined)[]): number | undefined {
  const numbers = values.filter((value) => typeof value === "number");
  return numbers.length === 0 ? undefined : Number(numbers.reduce((sum, one) => sum + one, 0).toPrecision(12));
}
