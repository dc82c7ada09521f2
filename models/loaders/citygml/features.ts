// The features of a CityGML file as the objects of a city, in the order of the file.
// Fed by    the root element of a file
// Gives     a `CityDocument`, the devices of its Dynamizers, and counts of what becomes no object
// F1  a feature is part of what it stands in, and of what links to it: a room of its building, its storey and its unit
// F2  of two features with one gml:id the first is kept; one without has its place among its kind instead

import type { CityDocument, CityObject } from "../city/city-object.ts";
import { Tally } from "../tally.ts";
import type { XmlElement } from "../xml.ts";
import { boundariesOf, isBoundary, isGeometry, shapesOf } from "./boundaries.ts";
import { Dynamizers, type SensorDevice } from "./dynamizers.ts";
import { Extensions } from "./extensions.ts";
import { type FileIndex, type GmlFindings, idOf } from "./file-index.ts";
import { GeometryReader } from "./geometry.ts";
import { type GmlObject, GmlValues } from "./gml-values.ts";
import { isGeneric, Properties } from "./properties.ts";
import type { Srs } from "./srs.ts";

/** Features of buildings, by the names of CityJSON. */
const FEATURES: Record<string, string> = {
  Building: "Building",
  BuildingPart: "BuildingPart",
  Storey: "BuildingStorey",
  Room: "BuildingRoom",
  BuildingRoom: "BuildingRoom",
  BuildingUnit: "BuildingUnit",
  BuildingInstallation: "BuildingInstallation",
  IntBuildingInstallation: "BuildingInstallation",
  BuildingConstructiveElement: "BuildingConstructiveElement",
  BuildingFurniture: "BuildingFurniture",
};
/** Properties that hold features of a building, or link to them. */
const RELATIONS: ReadonlySet<string> = new Set(
  `consistsOfBuildingPart buildingPart interiorRoom buildingRoom buildingSubdivision buildingUnit storey
  outerBuildingInstallation interiorBuildingInstallation roomInstallation buildingInstallation
  buildingConstructiveElement interiorFurniture buildingFurniture`.split(/\s+/),
);
const MEMBERS = /(member|members)$/i;
/** Properties of a feature that say nothing of it: what it looks like, what stands for it elsewhere. */
const LEFT_OUT: ReadonlySet<string> = new Set(["appearance", "generalizesTo", "dynamizer", "metaDataProperty"]);
/** Those of which an object has a twin, which a Dynamizer can be bound to. */
const WITH_TWIN: ReadonlySet<string> = new Set(["Building", "BuildingStorey", "BuildingRoom"]);

interface Feature {
  element: XmlElement;
  object: CityObject;
}

export class Features {
  readonly document: CityDocument;
  readonly census = new Tally();
  readonly #index: FileIndex;
  readonly #findings: GmlFindings;
  readonly #geometry: GeometryReader;
  readonly #extensions: Extensions;
  readonly #dynamizers: Dynamizers;
  readonly #features: Feature[] = [];
  readonly #links: { from: string; property: XmlElement }[] = [];
  /** The twin that something with a gml:id lies in: an object, or a surface. */
  readonly #holders = new Map<string, string | undefined>();
  readonly #counted = new Set<XmlElement>();
  readonly #ordinals = new Map<string, number>();

  constructor(index: FileIndex, srs: Srs, findings: GmlFindings) {
    this.#index = index;
    this.#findings = findings;
    this.#geometry = new GeometryReader(index, srs, findings);
    this.#extensions = new Extensions(index, findings, this.census);
    this.#dynamizers = new Dynamizers(index, findings, this.census);
    this.document = { isRead: false, objects: new Map(), places: { crs: srs.at, objects: "" } };
    if (srs.crs) this.document.crs = srs.crs;
  }

  /** Devices that feed attributes of the objects. */
  get devices(): readonly SensorDevice[] {
    return this.#dynamizers.devices;
  }

  read(root: XmlElement): this {
    this.document.isRead = true;
    if (/^(CityModel|FeatureCollection)$/.test(root.name)) this.#readMembers(root);
    else this.#readMember(root);
    this.#readLinks();
    const { objects } = this.document;
    const properties = new Properties(this.#index, new GmlValues(this.#index, this.#findings), this.#findings);
    for (const { element, object } of this.#features) this.#say(element, object, properties);
    properties.report();
    this.#extensions.finish(objects);
    this.#dynamizers.finish(objects, (id) => this.#holders.get(id));
    return this;
  }

  #readMembers(collection: XmlElement): void {
    for (const property of collection.children) {
      if (!MEMBERS.test(property.name)) continue;
      for (const member of property.children) this.#readMember(member);
      // A link to a member of this file says nothing new.
      if (property.attributes.has("href")) this.#index.target(property);
    }
  }

  #readMember(element: XmlElement): void {
    const { name } = element;
    const extension = this.#index.extensionOf(element);
    if (/^(CityModel|FeatureCollection)$/.test(name)) this.#readMembers(element);
    else if (name === "Dynamizer") this.#dynamizers.add(element, undefined);
    else if (name === "Appearance") this.census.add("unknown", name);
    else if (extension !== undefined && !/Building$/.test(name)) this.#extensions.addLoose(element);
    else if (extension !== undefined) this.#readFeature(element, `+${name}`, undefined, undefined);
    else if (Object.hasOwn(FEATURES, name)) this.#readFeature(element, FEATURES[name]!, undefined, undefined);
    else {
      this.#addObject(element, name, undefined);
      if (name === "CityObjectGroup") this.#readMembers(element);
    }
  }

  #readFeature(element: XmlElement, type: string, parent: string | undefined, holder: string | undefined): void {
    const object = this.#addObject(element, type, parent);
    const id = object?.id ?? element.attributes.get("id")!;
    const own = WITH_TWIN.has(type) || type.startsWith("+") ? id : holder;
    if (object) {
      this.#features.push({ element, object });
      this.#holders.set(id, own);
    }
    for (const property of element.children) {
      if (property.name === "appearance") this.census.add("unknown", "Appearance");
      if (property.name === "dynamizer") this.#addDynamizers(property, id);
      if (!RELATIONS.has(property.name)) continue;
      for (const child of property.children) {
        const childType = Object.hasOwn(FEATURES, child.name) ? FEATURES[child.name]! : `+${child.name}`;
        this.#readFeature(child, childType, id, own);
      }
      if (property.attributes.has("href")) this.#links.push({ from: id, property });
    }
    for (const boundary of boundariesOf(element, this.#index)) this.#readBoundary(boundary, own, 0);
  }

  #readBoundary(boundary: XmlElement, holder: string | undefined, depth: number): void {
    const id = boundary.attributes.get("id");
    if (id !== undefined && !this.#holders.has(id)) this.#holders.set(id, holder);
    // Two rooms may share a door, and link to it.
    if (!this.#counted.has(boundary)) this.census.add(holder === undefined ? "unknown" : "kept", boundary.name);
    this.#counted.add(boundary);
    for (const property of boundary.children) {
      if (property.name === "dynamizer" && holder !== undefined) this.#addDynamizers(property, holder);
    }
    if (depth > 2) return; // a link that leads back
    for (const opening of boundariesOf(boundary, this.#index)) this.#readBoundary(opening, holder, depth + 1);
  }

  #addDynamizers(property: XmlElement, host: string): void {
    for (const child of property.children) if (child.name === "Dynamizer") this.#dynamizers.add(child, host);
  }

  /** Adds an object of the city; undefined, with a finding, when its id is taken. */
  #addObject(element: XmlElement, type: string, parent: string | undefined): CityObject | undefined {
    const index = this.#index;
    const id =
      element.attributes.get("id") ??
      this.#placeAmongItsKind(element, parent !== undefined || Object.hasOwn(FEATURES, element.name));
    if (this.document.objects.has(id)) {
      this.#findings.add(
        "CITYGML_ID_TWICE",
        index.at(element),
        `another object has the gml:id ${id.slice(0, 120)}, too`,
      );
      return undefined;
    }
    const object: CityObject = {
      ...{ id, type, word: element.name, said: [], parents: parent === undefined ? [] : [parent] },
      get at() {
        return index.at(element);
      },
      shapes: () => shapesOf(element, index, this.#geometry),
    };
    this.document.objects.set(id, object);
    return object;
  }

  #placeAmongItsKind(element: XmlElement, tells: boolean): string {
    let id: string;
    do {
      const ordinal = (this.#ordinals.get(element.name) ?? 0) + 1;
      this.#ordinals.set(element.name, ordinal);
      id = `${element.name}-${ordinal}`;
    } while (this.document.objects.has(id));
    if (tells)
      this.#findings.add("CITYGML_ID_MISSING", this.#index.at(element), `a ${element.name} has no gml:id: it is ${id}`);
    return id;
  }

  /** What links to a feature is nearer to it than what it stands in. */
  #readLinks(): void {
    const { objects } = this.document;
    for (const { from, property } of this.#links.reverse()) {
      const id = idOf(property.attributes.get("href"));
      const child = id === undefined ? undefined : objects.get(id);
      if (child) child.parents.unshift(from);
      else if (this.#index.target(property)) {
        const message = `${property.name} links to ${id}, which is no part of a building`;
        this.#findings.add("CITYGML_LINK_UNKNOWN", this.#index.at(property), message);
      }
    }
  }

  #say(element: XmlElement, object: CityObject, properties: Properties): void {
    const isOfExtension = (property: XmlElement) => this.#index.extensionOf(property) !== undefined;
    const own = element.children.filter(
      (property) =>
        !isGeometry(property) && !isBoundary(property) && !RELATIONS.has(property.name) && !LEFT_OUT.has(property.name),
    );
    object.said = properties.said(
      element,
      own.filter((property) => !isOfExtension(property)),
    );
    const name = object.said.find(([said]) => said === "name")?.[1];
    if (typeof name === "string") object.name = name;
    this.#extensions.read(object.id, own.filter(isOfExtension), this.document.objects);
    const surfaces = boundariesOf(element, this.#index).flatMap((surface) => this.#surface(surface, properties) ?? []);
    if (surfaces.length > 0) object.said.push(["surfaces", surfaces]);
  }

  /** A surface of which the file says more than its shape; most say nothing, as those of CityJSON. */
  #surface(surface: XmlElement, properties: Properties): GmlObject | undefined {
    const said = surface.children.filter((property) => !isGeometry(property) && !isBoundary(property));
    const own = said.filter(({ name }) => !LEFT_OUT.has(name));
    const saysMore = own.some((property) => isGeneric(property) || this.#index.extensionOf(property) !== undefined);
    if (!saysMore) return undefined;
    const id = surface.attributes.get("id");
    const attributes = Object.fromEntries(properties.said(surface, own));
    return { ...(id === undefined ? {} : { id }), type: surface.name, ...attributes };
  }
}
