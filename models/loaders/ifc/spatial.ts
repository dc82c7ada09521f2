// Where everything stands: which object is part of, or contained in, which other.
// Fed by    models/loaders/ifc/engine.ts: IfcRelAggregates, IfcRelNests, IfcRelContainedInSpatialStructure and kin
// Gives     the way up from any object, one step or up to the first that is looked for
// Source    IFC4 ADD2 TC1, IfcProductExtension and IfcKernel (spatial structure, decomposition)
// P1  every object has at most one place: the first that the file names; a second one is a finding
// P2  the way up always ends: a circle is cut, with a finding

import type { IfcEntity, IfcModel } from "./engine.ts";
import { references } from "./entity.ts";
import type { IfcFindings } from "./findings.ts";

/** Members of a circle that its finding names. */
const MAX_TOLD = 20;

export class SpatialStructure {
  readonly #model: IfcModel;
  readonly #findings: IfcFindings;
  /** Part to whole: aggregation and nesting. */
  readonly #wholes = new Map<number, number>();
  /** Element to the spatial element that contains it. */
  readonly #containers = new Map<number, number>();
  /** Element to what carries it otherwise: window to opening to wall, controller to the device that it controls. */
  readonly #hosts = new Map<number, number>();
  /** Where circles of parts were cut: these have nothing above them. */
  readonly #cut = new Set<number>();
  /** Element to the spatial zones and structures that merely refer to it. */
  readonly referenced = new Map<number, number[]>();
  readonly elements: ReadonlySet<number>;
  readonly spaces: ReadonlySet<number>;

  constructor(model: IfcModel, findings: IfcFindings) {
    this.#model = model;
    this.#findings = findings;
    this.elements = new Set(model.labels("IFCELEMENT"));
    this.spaces = new Set(model.labels(model.schema === "IFC2X3" ? "IFCSPATIALSTRUCTUREELEMENT" : "IFCSPATIALELEMENT"));
    this.#readWholes();
    this.#readContainers();
    this.#readHosts();
    this.#reportSecondPlaces();
    this.#cutCircles();
  }

  /** The next object up; undefined at the top. */
  above(label: number): number | undefined {
    if (this.#cut.has(label)) return undefined;
    if (this.elements.has(label)) {
      return this.#containers.get(label) ?? this.#wholes.get(label) ?? this.#hosts.get(label);
    }
    return this.#wholes.get(label) ?? this.#containers.get(label);
  }

  /** The first object up that `wanted` says yes to, not counting `label` itself. */
  nearest(label: number, wanted: (label: number) => boolean): number | undefined {
    let at = this.above(label);
    while (at !== undefined && !wanted(at)) at = this.above(at);
    return at;
  }

  /** The first that carries an element, from window to opening to wall, that `wanted` says yes to. */
  hostOf(label: number, wanted: (label: number) => boolean): number | undefined {
    const seen = new Set([label]);
    let at = this.#hosts.get(label);
    for (; at !== undefined && !seen.has(at); at = this.#hosts.get(at)) {
      if (wanted(at)) return at;
      seen.add(at);
    }
    return undefined;
  }

  /** Whether the object stands in the spatial structure or is part of something that does. */
  isPlaced(label: number): boolean {
    return (
      this.nearest(label, (above) => this.spaces.has(above) || this.#model.classOf(above) === "IfcProject") !==
      undefined
    );
  }

  #readWholes(): void {
    const objects = new Set(this.#model.labels("IFCOBJECTDEFINITION"));
    for (const relation of this.#relations("IFCRELAGGREGATES", "IFCRELNESTS")) {
      const [whole] = this.#targets(relation, "RelatingObject", objects);
      const parts = this.#targets(relation, "RelatedObjects", objects);
      if (whole === undefined) continue;
      for (const part of parts) {
        this.#place(this.#wholes, part, whole, relation);
        if (this.#model.classOf(whole) !== "IfcProject" || !this.elements.has(part)) continue;
        const message = `a project has no ${this.#model.classOf(part)} (#${part}) as its part, only sites and buildings`;
        this.#findings.add("IFC_REFERENCE_WRONG", `#${relation.label}`, message);
      }
    }
  }

  #readContainers(): void {
    for (const relation of this.#relations("IFCRELCONTAINEDINSPATIALSTRUCTURE")) {
      const [structure] = this.#targets(relation, "RelatingStructure", this.spaces);
      const contained = this.#targets(relation, "RelatedElements");
      if (structure !== undefined)
        for (const element of contained) this.#place(this.#containers, element, structure, relation);
    }
    for (const relation of this.#relations("IFCRELREFERENCEDINSPATIALSTRUCTURE")) {
      const [structure] = this.#targets(relation, "RelatingStructure", this.spaces);
      if (structure === undefined) continue;
      for (const element of this.#targets(relation, "RelatedElements")) {
        const known = this.referenced.get(element);
        if (known) known.push(structure);
        else this.referenced.set(element, [structure]);
      }
    }
  }

  #readHosts(): void {
    const hosts: [relation: string, host: string, guest: string][] = [
      ["IFCRELVOIDSELEMENT", "RelatingBuildingElement", "RelatedOpeningElement"],
      ["IFCRELFILLSELEMENT", "RelatingOpeningElement", "RelatedBuildingElement"],
      ["IFCRELPROJECTSELEMENT", "RelatingElement", "RelatedFeatureElement"],
      ["IFCRELFLOWCONTROLELEMENTS", "RelatingFlowElement", "RelatedControlElements"],
    ];
    for (const [className, hostAttribute, guestAttribute] of hosts) {
      for (const relation of this.#relations(className)) {
        const [host] = this.#targets(relation, hostAttribute);
        if (host === undefined) continue;
        for (const guest of this.#targets(relation, guestAttribute))
          if (!this.#hosts.has(guest)) this.#hosts.set(guest, host);
      }
    }
  }

  #relations(...classNames: string[]): IfcEntity[] {
    return classNames
      .flatMap((className) => this.#model.labels(className))
      .flatMap((label) => this.#model.entity(label) ?? []);
  }

  /** What an attribute refers to, without what is not in the file or, when they are given, not among `allowed`. */
  #targets(relation: IfcEntity, attribute: string, allowed?: ReadonlySet<number>): number[] {
    const at = `#${relation.label}`;
    const all = references(relation, attribute);
    if (all.length === 0) this.#findings.add("IFC_REFERENCE_BROKEN", at, `${attribute} is empty`);
    return all.filter((label) => {
      const className = this.#model.classOf(label);
      if (!className) this.#findings.add("IFC_REFERENCE_BROKEN", at, `${attribute} #${label} is not in the file`);
      else if (allowed && !allowed.has(label)) {
        this.#findings.add("IFC_REFERENCE_WRONG", at, `${attribute} #${label} cannot be an ${className}`);
        return false;
      }
      return className !== undefined;
    });
  }

  #place(places: Map<number, number>, label: number, place: number, relation: IfcEntity): void {
    const first = places.get(label);
    if (first === undefined) places.set(label, place);
    else if (first !== place) {
      const message = `${this.#name(label)} is in ${this.#name(first)}, and by #${relation.label} also in ${this.#name(place)}`;
      this.#findings.add("IFC_PLACED_TWICE", `#${label}`, message);
    }
  }

  #reportSecondPlaces(): void {
    for (const [label, container] of this.#containers) {
      const whole = this.#wholes.get(label);
      if (whole === undefined || !this.elements.has(label)) continue;
      const message = `${this.#name(label)} is part of ${this.#name(whole)} and contained in ${this.#name(container)}`;
      this.#findings.add("IFC_PLACED_TWICE", `#${label}`, message);
    }
  }

  /** Walks up from every object once, and cuts where a walk comes back to itself. */
  #cutCircles(): void {
    const safe = new Set<number>();
    for (const start of [...this.#wholes.keys(), ...this.#containers.keys(), ...this.#hosts.keys()]) {
      const way: number[] = [];
      const onWay = new Set<number>();
      let at: number | undefined = start;
      for (; at !== undefined && !safe.has(at) && !onWay.has(at); at = this.above(at)) {
        way.push(at);
        onWay.add(at);
      }
      if (at !== undefined && onWay.has(at)) this.#cutCircle(way.slice(way.indexOf(at)));
      for (const label of way) safe.add(label);
    }
  }

  #cutCircle(circle: readonly number[]): void {
    const first = Math.min(...circle.slice(0, MAX_TOLD));
    this.#cut.add(first);
    const told = circle.slice(0, MAX_TOLD).map((label) => this.#name(label));
    this.#findings.add("IFC_CYCLE", `#${first}`, `these are parts of one another: ${told.join(", ")}`);
  }

  #name(label: number): string {
    return `${this.#model.classOf(label)} #${label}`;
  }
}
