// Who belongs to whom among the objects of a city, and what each is for the district.
// Fed by    the objects of a document and their parents
// Gives     the role of each object, and what it is part of
// Y1  an object may have several parents: a room lies in a storey and in a unit
// Y2  no object is its own ancestor: a circle is cut where it would close, with a finding

import type { CityDocument, CityFindings, CityObject } from "./city-object.ts";

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

/** All other types of CityJSON 1.0 to 2.0 and of CityGML 1.0 to 3.0, which are no part of a building. */
const NO_BUILDINGS: ReadonlySet<string> = new Set(
  `Bridge BridgePart BridgeInstallation BridgeConstructionElement BridgeConstructiveElement BridgeRoom BridgeFurniture
  CityFurniture CityObjectGroup GenericCityObject LandUse OtherConstruction PlantCover Railway Road
  SolitaryVegetationObject TINRelief TransportSquare Tunnel TunnelPart TunnelInstallation TunnelConstructiveElement
  TunnelHollowSpace TunnelFurniture WaterBody Waterway
  ReliefFeature TransportationComplex Track Square Intersection Section GenericOccupiedSpace GenericUnoccupiedSpace
  GenericLogicalSpace GenericThematicSurface PointCloud Version VersionTransition Dynamizer Appearance`.split(/\s+/),
);

export class Family {
  readonly #document: CityDocument;
  readonly #findings: CityFindings;
  readonly #roles = new Map<string, Role>();
  readonly #parents = new Map<string, CityObject[]>();

  constructor(document: CityDocument, findings: CityFindings) {
    this.#document = document;
    this.#findings = findings;
    for (const object of document.objects.values()) this.#roles.set(object.id, this.#roleFor(object));
    for (const object of document.objects.values()) this.#adopt(object);
  }

  role(object: CityObject): Role {
    return this.#roles.get(object.id)!;
  }

  /** The nearest object above this one that has the role. */
  above(object: CityObject, role: Role): CityObject | undefined {
    for (const above of this.#ancestors(object)) if (this.role(above) === role) return above;
    return undefined;
  }

  /** All that is above an object, the nearest first. */
  *#ancestors(object: CityObject): Iterable<CityObject> {
    const seen = new Set<CityObject>();
    let level = this.#parents.get(object.id) ?? [];
    while (level.length > 0) {
      const next: CityObject[] = [];
      for (const above of level) {
        if (seen.has(above)) continue;
        seen.add(above);
        yield above;
        next.push(...(this.#parents.get(above.id) ?? []));
      }
      level = next;
    }
  }

  #roleFor({ type, parents, at }: CityObject): Role {
    const known = ROLES.get(type);
    if (known) return known;
    if (NO_BUILDINGS.has(type)) return "other";
    const role = parents.length > 0 ? "installation" : /Building/.test(type) ? "building" : "other";
    if (!type.startsWith("+")) this.#findings.add("OBJECT_TYPE", at, `${type} is no type of city object`);
    if (role === "building") this.#findings.add("EXTENSION", at, `${type} was read as a Building`);
    return role;
  }

  #adopt(child: CityObject): void {
    const parents: CityObject[] = [];
    for (const id of child.parents) {
      const parent = this.#document.objects.get(id);
      if (!parent || parents.includes(parent)) continue;
      if (parent !== child && !this.#isBelow(parent, child)) parents.push(parent);
      else this.#findings.add("CYCLE", child.at, `${child.id} is above ${parent.id}, which is its parent`);
    }
    if (parents.length > 0) this.#parents.set(child.id, parents);
  }

  #isBelow(object: CityObject, ancestor: CityObject): boolean {
    for (const above of this.#ancestors(object)) if (above === ancestor) return true;
    return false;
  }
}
