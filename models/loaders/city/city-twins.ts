// The twins of a city model: its buildings, with their storeys, rooms and units, whatever the format of the file.
// Fed by    the document of a reader
// Gives     twins `building`, `storey` and `space`, the links between them, and what became of all objects
// T1  a BuildingPart is no twin: its geometry counts in its building, and its attributes stand there in `parts`

import { type Link, newTwin, type TwinModel } from "../../district.ts";
import { Tally } from "../tally.ts";
import { attributesOf, buildingAttributes, extentAttributes } from "./attributes.ts";
import type { CityDocument, CityFindings, CityObject } from "./city-object.ts";
import { frameFor, measure, readDetail } from "./extent.ts";
import { Family } from "./family.ts";
import { Georeference } from "./georeference.ts";

export class CityTwins {
  readonly twins: TwinModel[] = [];
  readonly links: Link[] = [];
  readonly census = new Tally();
  readonly #source: string;
  readonly #document: CityDocument;
  readonly #findings: CityFindings;
  readonly #family: Family;
  readonly #georeference: Georeference;
  readonly #twinOf = new Map<string, TwinModel>();

  constructor(source: string, document: CityDocument, findings: CityFindings) {
    this.#source = source;
    this.#document = document;
    this.#findings = findings;
    this.#family = new Family(document, findings);
    this.#georeference = new Georeference(document.crs);
    this.#make([...document.objects.values()]);
  }

  /** The twin of an object of the document. */
  twinOf(id: string): TwinModel | undefined {
    return this.#twinOf.get(id);
  }

  #make(objects: CityObject[]): void {
    const members = this.#membersOfBuildings(objects);
    for (const object of objects) {
      if (this.#family.role(object) === "building") this.#addBuilding(object, members.get(object.id) ?? []);
    }
    // Storeys before rooms, whatever their order in the file: a room is contained in its storey.
    for (const object of objects) if (this.#family.role(object) === "storey") this.#addInside(object, "storey");
    for (const object of objects) if (this.#family.role(object) === "room") this.#addInside(object, "space");
    this.#georeference.report(this.#findings, this.#document.places.crs);
    this.#reportKinds(objects);
    for (const object of objects) this.#count(object);
  }

  /** Parts, units, rooms and installations by their building; what has no building is a finding. */
  #membersOfBuildings(objects: CityObject[]): Map<string, CityObject[]> {
    const members = new Map<string, CityObject[]>();
    for (const object of objects) {
      const role = this.#family.role(object);
      if (role === "building" || role === "other") continue;
      const building = this.#family.above(object, "building");
      if (!building) {
        // An object of an extension may well belong to something that is no building.
        if (object.type.startsWith("+")) continue;
        this.#findings.add("ORPHAN", object.at, `a ${object.type} belongs to no Building`);
        continue;
      }
      const list = members.get(building.id) ?? [];
      members.set(building.id, list);
      list.push(object);
    }
    return members;
  }

  #addBuilding(object: CityObject, members: CityObject[]): void {
    const ofRole = (role: string) => members.filter((member) => this.#family.role(member) === role);
    const relatives = {
      parts: ofRole("part"),
      units: ofRole("unit").map((unit) => ({ unit, storey: this.#family.above(unit, "storey")?.id })),
      installations: ofRole("installation"),
    };
    const attributes = buildingAttributes(object, relatives, this.#georeference, this.#findings);
    this.#add(object, newTwin("building", this.#source, object.id, attributes, object.name));
  }

  #addInside(object: CityObject, kind: "storey" | "space"): void {
    const storey = kind === "space" ? this.#family.above(object, "storey") : undefined;
    const above = storey ?? this.#family.above(object, "building");
    const container = above && this.#twinOf.get(above.id);
    if (!container) return; // an orphan, which is a finding already
    const attributes = attributesOf(object, this.#findings);
    const unit = this.#family.above(object, "unit");
    if (unit) attributes.unit = unit.id;
    const detail = readDetail(object);
    const frame = frameFor([detail], this.#georeference.crs);
    const extent = frame && measure(detail, frame, "room", this.#findings);
    if (extent) {
      const { footprintAreaM2: floorAreaM2, ...others } = extentAttributes(extent);
      Object.assign(attributes, floorAreaM2 === undefined ? others : { floorAreaM2, ...others });
    }
    const twin = newTwin(kind, this.#source, object.id, attributes, object.name);
    this.#add(object, twin);
    this.links.push({ from: container.id, role: "contains", to: twin.id });
  }

  #add(object: CityObject, twin: TwinModel): void {
    this.#twinOf.set(object.id, twin);
    this.twins.push(twin);
  }

  #reportKinds(objects: CityObject[]): void {
    const { objects: at } = this.#document.places;
    const hasBuilding = objects.some((object) => this.#family.role(object) === "building");
    if (this.#document.isRead && !hasBuilding) {
      this.#findings.add("BUILDING_MISSING", at, "the file has no Building");
    }
    const counts = new Map<string, number>();
    for (const object of objects) {
      if (this.#family.role(object) === "other") counts.set(object.type, (counts.get(object.type) ?? 0) + 1);
    }
    if (counts.size === 0) return;
    const list = [...counts].map(([type, count]) => `${count} ${type}`).join(", ");
    this.#findings.add("NOT_TWINS", at, `no twins were made of ${list}`);
  }

  #count(object: CityObject): void {
    const isMember = this.#family.role(object) !== "other" && this.#family.above(object, "building") !== undefined;
    const became = this.#twinOf.has(object.id) ? "read" : isMember ? "kept" : "unknown";
    this.census.add(became, object.word ?? object.type);
  }
}
