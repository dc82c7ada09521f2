// Who belongs to whom among the CityObjects, and what each is for the district.
// Fed by    the objects of document.ts, their `parents` and `children`
// Gives     the role of each object, and its parent
// Y1  a family told from one side only is still a family, with a finding
// Y2  no object is its own ancestor: a circle is cut where it would close, with a finding

import { type CityDocument, type CityFindings, type CityObject, listOf, shown } from "./document.ts";

export type Role = "building" | "part" | "storey" | "room" | "unit" | "installation" | "other";

const ROLES = new Map<string, Role>([
  ["Building", "building"],
  ["BuildingPart", "part"],
  ["BuildingStorey", "storey"],
  ["BuildingRoom", "room"],
  ["BuildingUnit", "unit"],
  ["BuildingInstallation", "installation"],
  ["BuildingConstructiveElement", "installation"],
  ["BuildingFurniture", "installation"],
]);

/** All other types of CityJSON 1.0 to 2.0, which are no part of a building. */
const NO_BUILDINGS: ReadonlySet<string> = new Set(
  `Bridge BridgePart BridgeInstallation BridgeConstructionElement BridgeConstructiveElement BridgeRoom BridgeFurniture
  CityFurniture CityObjectGroup GenericCityObject LandUse OtherConstruction PlantCover Railway Road
  SolitaryVegetationObject TINRelief TransportSquare Tunnel TunnelPart TunnelInstallation TunnelConstructiveElement
  TunnelHollowSpace TunnelFurniture WaterBody Waterway`.split(/\s+/),
);

export class Family {
  readonly #document: CityDocument;
  readonly #findings: CityFindings;
  readonly #roles = new Map<string, Role>();
  readonly #parents = new Map<string, string>();
  /** Objects at which a circle was cut: both its `parents` and another's `children` lead there. */
  readonly #cut = new Set<string>();

  constructor(document: CityDocument, findings: CityFindings) {
    this.#document = document;
    this.#findings = findings;
    for (const object of document.objects.values()) this.#roles.set(object.id, this.#roleFor(object));
    for (const object of document.objects.values()) this.#readParents(object);
    for (const object of document.objects.values()) this.#readChildren(object);
  }

  role(object: CityObject): Role {
    return this.#roles.get(object.id)!;
  }

  parent(object: CityObject): CityObject | undefined {
    const id = this.#parents.get(object.id);
    return id === undefined ? undefined : this.#document.objects.get(id);
  }

  /** The nearest object above this one that has one of the roles. */
  above(object: CityObject, ...roles: Role[]): CityObject | undefined {
    let parent = this.parent(object);
    while (parent && !roles.includes(this.role(parent))) parent = this.parent(parent);
    return parent;
  }

  #roleFor({ type, json, at }: CityObject): Role {
    const known = ROLES.get(type);
    if (known) return known;
    if (NO_BUILDINGS.has(type)) return "other";
    const hasParents = listOf(json.parents).length > 0;
    const role = hasParents ? "installation" : /Building/.test(type) ? "building" : "other";
    if (!type.startsWith("+")) this.#findings.add("CITYJSON_OBJECT_TYPE", at, `${type} is no type of CityJSON`);
    if (role === "building") this.#findings.add("CITYJSON_EXTENSION", at, `${type} was read as a Building`);
    return role;
  }

  #readParents(object: CityObject): void {
    for (const id of listOf(object.json.parents)) {
      const parent = typeof id === "string" ? this.#document.objects.get(id) : undefined;
      if (!parent) {
        this.#findings.add("CITYJSON_RELATIVE_UNKNOWN", object.at, `its parent ${shown(id)} is not in the file`);
        continue;
      }
      // A group is not a parent: its members stay where they are.
      if (parent.type !== "CityObjectGroup" && !listOf(parent.json.children).includes(object.id)) {
        this.#findings.add(
          "CITYJSON_RELATIVE_ONE_SIDED",
          object.at,
          `its parent ${parent.id} does not name it as a child`,
        );
      }
      this.#adopt(parent, object);
    }
  }

  #readChildren(parent: CityObject): void {
    if (parent.type === "CityObjectGroup") return;
    for (const id of listOf(parent.json.children)) {
      const child = typeof id === "string" ? this.#document.objects.get(id) : undefined;
      if (!child) {
        this.#findings.add("CITYJSON_RELATIVE_UNKNOWN", parent.at, `its child ${shown(id)} is not in the file`);
        continue;
      }
      if (!listOf(child.json.parents).includes(parent.id)) {
        this.#findings.add(
          "CITYJSON_RELATIVE_ONE_SIDED",
          parent.at,
          `its child ${child.id} does not name it as a parent`,
        );
      }
      this.#adopt(parent, child);
    }
  }

  #adopt(parent: CityObject, child: CityObject): void {
    if (this.#parents.has(child.id) || parent.type === "CityObjectGroup") return;
    const seen = new Set<string>([child.id]);
    for (let above: CityObject | undefined = parent; above; above = this.parent(above)) {
      if (seen.has(above.id)) {
        if (this.#cut.has(child.id)) return;
        this.#cut.add(child.id);
        this.#findings.add("CITYJSON_CYCLE", child.at, `${child.id} is above ${parent.id}, which is its parent`);
        return;
      }
      seen.add(above.id);
    }
    this.#parents.set(child.id, parent.id);
  }
}
