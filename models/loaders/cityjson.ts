// Loader of CityJSON 1.0, 1.1, 2.0 and CityJSONSeq: the buildings of a city model, with their storeys, rooms and units.
// Fed by    the bytes of one file
// Gives     twins `building`, `storey` and `space`, the links between them, and findings
// Source    CityJSON 2.0.1 (OGC 20-072r5) and its forerunners
// C1  L1 to L3 of models/loaders/loader.ts
// C2  a BuildingPart is no twin: its geometry counts in its building, and its attributes stand there in `parts`

import { type Link, newTwin, type TwinModel } from "../district.ts";
import { Findings } from "../finding.ts";
import { attributesOf, buildingAttributes, extentAttributes, nameOf } from "./cityjson/attributes.ts";
import { type CityDocument, type CityFindings, type CityObject, readDocument } from "./cityjson/document.ts";
import { frameFor, measure, readDetail } from "./cityjson/extent.ts";
import { Family } from "./cityjson/family.ts";
import { CITYJSON_FINDINGS } from "./cityjson/findings.ts";
import { Georeference } from "./cityjson/georeference.ts";
import type { DistrictPart, Loader, SourceFile } from "./loader.ts";
import { decodePlainText } from "./plain-text.ts";

/** Loads a CityJSON file or a CityJSONSeq. Areas, heights and volumes are in metres, whatever the file's system. */
export const loadCityJson: Loader = (source) => new CityLoader(source).load();

class CityLoader {
  readonly #source: string;
  readonly #findings: CityFindings;
  readonly #document: CityDocument;
  readonly #family: Family;
  readonly #georeference: Georeference;
  readonly #twins = new Map<string, TwinModel>();
  readonly #links: Link[] = [];

  constructor({ source, file, bytes }: SourceFile) {
    this.#source = source;
    this.#findings = new Findings(CITYJSON_FINDINGS, source, file);
    const { text, encoding } = decodePlainText(bytes);
    if (encoding !== "utf-8") this.#findings.add("CITYJSON_ENCODING", "", `the file is ${encoding}, not UTF-8`);
    this.#document = readDocument(text, file, this.#findings);
    this.#family = new Family(this.#document, this.#findings);
    this.#georeference = new Georeference(this.#document.referenceSystem);
  }

  load(): DistrictPart {
    const objects = [...this.#document.objects.values()];
    const members = this.#membersOfBuildings(objects);
    for (const object of objects) {
      if (this.#family.role(object) === "building") this.#addBuilding(object, members.get(object.id) ?? []);
    }
    // Storeys before rooms, whatever their order in the file: a room is contained in its storey.
    for (const object of objects) if (this.#family.role(object) === "storey") this.#addInside(object, "storey");
    for (const object of objects) if (this.#family.role(object) === "room") this.#addInside(object, "space");
    this.#georeference.report(this.#findings);
    this.#reportKinds(objects);
    return { twins: [...this.#twins.values()], links: this.#links, branches: [], findings: this.#findings.all };
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
        this.#findings.add("CITYJSON_ORPHAN", object.at, `a ${object.type} belongs to no Building`);
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
    const context = {
      templates: this.#document.templates,
      georeference: this.#georeference,
      findings: this.#findings,
    };
    const family = { parts: ofRole("part"), units: ofRole("unit"), installations: ofRole("installation") };
    const attributes = buildingAttributes(object, family, context);
    this.#twins.set(object.id, newTwin("building", this.#source, object.id, attributes, nameOf(object)));
  }

  #addInside(object: CityObject, kind: "storey" | "space"): void {
    const above = this.#family.above(
      object,
      ...(kind === "storey" ? ["building" as const] : ["storey" as const, "building" as const]),
    );
    const container = above && this.#twins.get(above.id);
    if (!container) return; // an orphan, which is a finding already
    const attributes = attributesOf(object, this.#findings);
    const unit = this.#family.above(object, "unit");
    if (unit) attributes.unit = unit.id;
    const detail = readDetail(object, this.#document.templates, this.#findings);
    const frame = frameFor([detail], this.#georeference.crs);
    const extent = frame && measure(detail, frame, "room", this.#findings);
    if (extent) {
      const { footprintAreaM2: floorAreaM2, ...others } = extentAttributes(extent);
      Object.assign(attributes, floorAreaM2 === undefined ? others : { floorAreaM2, ...others });
    }
    const twin = newTwin(kind, this.#source, object.id, attributes, nameOf(object));
    this.#twins.set(object.id, twin);
    this.#links.push({ from: container.id, role: "contains", to: twin.id });
  }

  #reportKinds(objects: CityObject[]): void {
    const hasBuilding = objects.some((object) => this.#family.role(object) === "building");
    if (this.#document.isRead && !hasBuilding) {
      this.#findings.add("CITYJSON_BUILDING_MISSING", "CityObjects", "the file has no Building");
    }
    const counts = new Map<string, number>();
    for (const object of objects) {
      if (this.#family.role(object) === "other") counts.set(object.type, (counts.get(object.type) ?? 0) + 1);
    }
    if (counts.size === 0) return;
    const list = [...counts].map(([type, count]) => `${count} ${type}`).join(", ");
    this.#findings.add("CITYJSON_NOT_TWINS", "CityObjects", `no twins were made of ${list}`);
  }
}
