// Zones and systems: groups that cut across the spatial structure.
// Fed by    models/loaders/ifc/engine.ts: IfcZone, IfcSystem, IfcSpatialZone and the relations that assign to them
// Gives     the groups of every object, and the objects of every group
// G1  a member of a zone within a zone is a member of both; circles of groups are cut, with a finding

import type { Attributes } from "../../district.ts";
import type { Classifications } from "./classifications.ts";
import type { IfcModel } from "./engine.ts";
import { reference, references, text } from "./entity.ts";
import type { IfcFindings } from "./findings.ts";
import type { SpatialStructure } from "./spatial.ts";

export interface Group {
  label: number;
  kind: "zones" | "systems";
  /** `{ globalId, name, ... }`, without the number of its members. */
  attributes: Attributes;
  members: Set<number>;
  /** Buildings that it serves by its own word (IfcRelServicesBuildings). */
  serves: number[];
}

export class Groups {
  readonly all: Group[] = [];
  readonly #model: IfcModel;
  readonly #findings: IfcFindings;
  readonly #classifications: Classifications;
  readonly #byLabel = new Map<number, Group>();
  readonly #ofObject = new Map<number, Group[]>();

  constructor(model: IfcModel, spatial: SpatialStructure, classifications: Classifications, findings: IfcFindings) {
    this.#model = model;
    this.#classifications = classifications;
    this.#findings = findings;
    this.#declare("zones", "IFCZONE");
    this.#declare("systems", "IFCSYSTEM");
    if (model.schema !== "IFC2X3") this.#declare("zones", "IFCSPATIALZONE");
    const parents = this.#assign();
    for (const [element, structures] of spatial.referenced) {
      for (const structure of structures) this.#join(element, structure, parents);
      this.#byLabel.get(element)?.serves.push(...structures); // IFC4x3: a system that is referenced in a building serves it
    }
    this.#serve();
  }

  /** The groups of one kind that an object belongs to. */
  of(label: number, kind: Group["kind"]): Group[] {
    return (this.#ofObject.get(label) ?? []).filter((group) => group.kind === kind);
  }

  #declare(kind: Group["kind"], className: string): void {
    for (const label of this.#model.labels(className)) {
      const entity = this.#model.entity(label);
      if (!entity || this.#byLabel.has(label)) continue;
      const attributes: Attributes = {
        globalId: text(entity, "GlobalId") ?? `#${label}`,
        name: text(entity, "Name") ?? null,
      };
      const ifcClass = this.#model.classOf(label) ?? "";
      Object.assign(attributes, { ifcClass }, this.#classifications.of(label, undefined));
      const written = {
        longName: "LongName",
        description: "Description",
        objectType: "ObjectType",
        predefinedType: "PredefinedType",
      };
      for (const [key, attribute] of Object.entries(written)) {
        const said = text(entity, attribute);
        if (said !== undefined) attributes[key] = said;
      }
      const group: Group = { label, kind, attributes, members: new Set(), serves: [] };
      this.all.push(group);
      this.#byLabel.set(label, group);
    }
  }

  #assign(): Map<number, number[]> {
    const pairs: [member: number, group: number][] = [];
    const parents = new Map<number, number[]>();
    for (const label of this.#model.labels("IFCRELASSIGNSTOGROUP")) {
      const relation = this.#model.entity(label);
      const group = relation && reference(relation, "RelatingGroup");
      if (!relation || group === undefined || !this.#isThere(label, "RelatingGroup", group)) continue;
      for (const member of references(relation, "RelatedObjects")) {
        if (!this.#isThere(label, "RelatedObjects", member)) continue;
        pairs.push([member, group]);
        const known = parents.get(member);
        if (known) known.push(group);
        else parents.set(member, [group]);
      }
    }
    for (const [member, group] of pairs) this.#join(member, group, parents);
    return parents;
  }

  /** Makes an object a member of a group and of all that this group is in. */
  #join(member: number, group: number, parents: ReadonlyMap<number, number[]>): void {
    const seen = new Set<number>();
    const waiting = [group];
    for (let label = waiting.pop(); label !== undefined; label = waiting.pop()) {
      if (label === member) this.#findings.add("IFC_CYCLE", `#${label}`, "this group is a member of itself");
      if (label === member || seen.has(label)) continue;
      seen.add(label);
      waiting.push(...(parents.get(label) ?? []));
      const known = this.#byLabel.get(label);
      if (!known || known.members.has(member)) continue;
      known.members.add(member);
      const groups = this.#ofObject.get(member);
      if (groups) groups.push(known);
      else this.#ofObject.set(member, [known]);
    }
  }

  #serve(): void {
    for (const label of this.#model.labels("IFCRELSERVICESBUILDINGS")) {
      const relation = this.#model.entity(label);
      const system = relation && reference(relation, "RelatingSystem");
      if (!relation || system === undefined || !this.#isThere(label, "RelatingSystem", system)) continue;
      this.#byLabel.get(system)?.serves.push(...references(relation, "RelatedBuildings"));
    }
  }

  #isThere(relation: number, attribute: string, label: number): boolean {
    if (this.#model.classOf(label)) return true;
    this.#findings.add("IFC_REFERENCE_BROKEN", `#${relation}`, `${attribute} #${label} is not in the file`);
    return false;
  }
}
