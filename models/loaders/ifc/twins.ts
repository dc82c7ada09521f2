// From entities to twins: buildings, storeys, spaces and devices, and what contains what.
// Fed by    models/loaders/ifc.ts, with an open model
// Gives     the twins and links of the file, and findings about its structure
// T1  every IfcBuilding, IfcBuildingStorey, IfcSpace and IfcDistributionElement is a twin, wherever it hangs
// T2  a twin is part of the nearest twin above it; what has none above it is a finding, unless it is a building

import { type Attributes, type Kind, type Link, newTwin, type TwinModel } from "../../district.ts";
import type { Census } from "../loader.ts";
import { SpaceBoundaries } from "./boundaries.ts";
import { Buildings, describeProject } from "./buildings.ts";
import { countEntities } from "./census.ts";
import { Classifications } from "./classifications.ts";
import { describeObject } from "./describe.ts";
import { ElementReader } from "./elements.ts";
import type { IfcEntity, IfcModel } from "./engine.ts";
import { text } from "./entity.ts";
import { tell } from "./federation.ts";
import type { IfcFindings } from "./findings.ts";
import { Groups } from "./groups.ts";
import { identify } from "./identity.ts";
import { Ports } from "./ports.ts";
import { PropertyReader } from "./properties.ts";
import { SpatialStructure } from "./spatial.ts";
import { readUnits, type Units } from "./units.ts";

const CLASSES: [Kind, string][] = [
  ["building", "IFCBUILDING"],
  ["storey", "IFCBUILDINGSTOREY"],
  ["space", "IFCSPACE"],
  ["device", "IFCDISTRIBUTIONELEMENT"],
];

/** Sloping roofs and voids keep a space's volume within this factor of its floor area times its height. */
const MAX_VOLUME_RATIO = 20;

/** The file that twins are read of: its source in district.yaml, its name, and what becomes an attribute of every building. */
export interface IfcOrigin {
  source: string;
  file: string;
  header: Attributes;
}

export interface IfcTwins {
  twins: TwinModel[];
  links: Link[];
  census: Census;
}

/** Reads all twins of an open model. */
export function readTwins(model: IfcModel, origin: IfcOrigin, findings: IfcFindings): IfcTwins {
  return new TwinReader(model, origin, findings).read(origin.header);
}

class TwinReader {
  readonly #model: IfcModel;
  readonly #source: string;
  readonly #file: string;
  readonly #findings: IfcFindings;
  readonly #kinds = new Map<number, Kind>();
  readonly #project: number | undefined;
  readonly #spatial: SpatialStructure;
  readonly #units: Units;
  readonly #properties: PropertyReader;
  readonly #groups: Groups;
  readonly #boundaries: SpaceBoundaries;
  readonly #classifications: Classifications;
  /** Products that are told of in the attributes of twins. */
  readonly #kept = new Set<number>();

  constructor(model: IfcModel, { source, file }: IfcOrigin, findings: IfcFindings) {
    this.#model = model;
    this.#source = source;
    this.#file = file;
    this.#findings = findings;
    for (const [kind, className] of CLASSES) for (const label of model.labels(className)) this.#kinds.set(label, kind);
    this.#project = this.#findProject();
    this.#spatial = new SpatialStructure(model, findings);
    this.#units = readUnits(model, this.#project, findings);
    this.#properties = new PropertyReader(model, this.#units, findings);
    this.#classifications = new Classifications(model);
    this.#groups = new Groups(model, this.#spatial, this.#classifications, findings);
    this.#boundaries = new SpaceBoundaries(model, findings);
  }

  read(header: Attributes): IfcTwins {
    const model = this.#model;
    const ids = identify(model, [...this.#kinds.keys()], this.#findings);
    const twins = new Map<number, TwinModel>();
    for (const [label, kind] of this.#kinds) {
      const entity = model.entity(label);
      if (!entity) continue; // the engine has told why
      const name = text(entity, "Name") ?? text(entity, "LongName");
      const attributes = this.#describe(kind, entity, ids);
      twins.set(label, newTwin(kind, this.#source, ids.get(label) ?? `#${label}`, attributes, name));
    }
    const links = this.#link(twins);
    const ports = new Ports(model, this.#findings);
    links.push(...ports.link(twins));
    const [units, properties, spatial] = [this.#units, this.#properties, this.#spatial];
    const project = describeProject(this.#project, model, units, properties, this.#findings);
    const [boundaries, { northDeg }] = [this.#boundaries, project];
    this.#tellElements(twins, ids, new ElementReader({ model, units, properties, spatial, boundaries, northDeg }));
    const [findings, groups, classifications] = [this.#findings, this.#groups, this.#classifications];
    const buildingOf = (label: number) => this.#buildingOf(label);
    const sources = { model, findings, units, properties, spatial, groups, classifications, buildingOf };
    const buildings = new Buildings(sources);
    buildings.describe(twins, project.attributes, header);
    const census = countEntities(model, { twins, kept: this.#kept, spatial, properties, ports });
    return { twins: [...twins.values()], links, census };
  }

  #describe(kind: Kind, entity: IfcEntity, ids: ReadonlyMap<number, string>): Attributes {
    const { label } = entity;
    const attributes = describeObject(kind, entity, this.#model, this.#units, this.#properties);
    Object.assign(attributes, this.#classifications.of(label, this.#properties.typeOf(label)));
    if (kind === "space") {
      this.#checkQuantities(label, attributes);
      const areaFactor = this.#units.factor("LENGTHUNIT") ** 2;
      const idOf = (other: number) => ids.get(other) ?? `#${other}`;
      Object.assign(attributes, this.#boundaries.describe(label, idOf, areaFactor));
    }
    for (const groups of ["zones", "systems"] as const) {
      const own = this.#groups.of(label, groups).map((group) => ({ ...group.attributes }));
      if (own.length > 0) attributes[groups] = own;
    }
    return attributes;
  }

  /** Exporters that mix units up give volumes a thousand times too large; the value stays, with a finding. */
  #checkQuantities(
    label: number,
    { netFloorAreaM2, grossFloorAreaM2, netVolumeM3, grossVolumeM3, heightM }: Attributes,
  ): void {
    const [area, volume] = [grossFloorAreaM2 ?? netFloorAreaM2, grossVolumeM3 ?? netVolumeM3];
    if (typeof area !== "number" || typeof volume !== "number" || typeof heightM !== "number") return;
    const ratio = volume / (area * heightM);
    if (!(ratio > MAX_VOLUME_RATIO || ratio < 1 / MAX_VOLUME_RATIO)) return;
    const message = `a volume of ${volume} m3 does not fit a floor area of ${area} m2 and a height of ${heightM} m`;
    this.#findings.add("IFC_QUANTITY_IMPLAUSIBLE", `#${label}`, message);
  }

  #findProject(): number | undefined {
    const [first, ...others] = this.#model.labels("IFCPROJECT");
    if (first === undefined) this.#findings.add("IFC_PROJECT_MISSING", "", "the file has no IfcProject");
    for (const other of others)
      this.#findings.add("IFC_PROJECT_SEVERAL", `#${other}`, `the project of this file is #${first}`);
    return first;
  }

  #link(twins: ReadonlyMap<number, TwinModel>): Link[] {
    const links: Link[] = [];
    const storeyed = new Set<number>();
    for (const [label, twin] of twins) {
      const above = this.#spatial.nearest(label, (at) => twins.has(at));
      if (above !== undefined) links.push({ from: twins.get(above)!.id, role: "contains", to: twin.id });
      else if (twin.kind !== "building") this.#reportLoose(label);
      const building = twin.kind === "storey" ? this.#buildingOf(label) : undefined;
      if (building !== undefined) storeyed.add(building);
    }
    for (const [label, twin] of twins) {
      if (twin.kind !== "building" || storeyed.has(label)) continue;
      const parts = links.some((link) => link.from === twin.id && link.to.startsWith("building:"));
      if (!parts) this.#findings.add("IFC_STOREY_MISSING", `#${label}`, "this building has no storey");
    }
    return links;
  }

  #reportLoose(label: number): void {
    const what = `this ${this.#model.classOf(label)}`;
    if (!this.#spatial.isPlaced(label))
      this.#findings.add("IFC_UNPLACED", `#${label}`, `${what} has no place in the spatial structure`);
    else this.#findings.add("IFC_OUTSIDE_BUILDING", `#${label}`, `${what} is in no building`);
  }

  #buildingOf(label: number): number | undefined {
    return this.#spatial.nearest(label, (at) => this.#kinds.get(at) === "building");
  }

  /** Elements that are no twins (walls, windows, ...) of each building and storey; openings and virtual boundaries do not count. */
  #tellElements(twins: ReadonlyMap<number, TwinModel>, ids: ReadonlyMap<number, string>, reader: ElementReader): void {
    const features = new Set([...this.#model.labels("IFCFEATUREELEMENT"), ...this.#model.labels("IFCVIRTUALELEMENT")]);
    const ofTwin = new Map<number, number[]>();
    for (const [label, { kind }] of twins) if (kind === "building" || kind === "storey") ofTwin.set(label, []);
    for (const label of this.#spatial.elements) {
      if (this.#kinds.has(label) || features.has(label)) continue;
      const building = this.#buildingOf(label);
      if (building === undefined && !this.#spatial.isPlaced(label)) {
        const message = `this ${this.#model.classOf(label)} has no place in the spatial structure`;
        this.#findings.add("IFC_UNPLACED", `#${label}`, message);
      }
      if (building !== undefined) ofTwin.get(building)?.push(label);
      const storey = this.#spatial.nearest(label, (at) => this.#kinds.get(at) === "storey");
      if (storey !== undefined) ofTwin.get(storey)?.push(label);
      if (building !== undefined || storey !== undefined) this.#kept.add(label);
    }
    for (const [label, labels] of ofTwin) if (this.#kinds.get(label) === "building") reader.orient(labels);
    for (const [label, twin] of twins) {
      const own = ofTwin.get(label) ?? (twin.kind === "space" ? this.#boundaries.elementsOf(label) : undefined);
      if (own) tell(twin, new Map(own.map((element) => [this.#idOf(element, ids), reader.of(element)])));
    }
  }

  /** What names an element within its building; a number that stands in for a GlobalId names it in this file only. */
  #idOf(label: number, ids: ReadonlyMap<number, string>): string {
    const id = ids.get(label) ?? `#${label}`;
    return id.includes("#") ? `${this.#file} ${id}` : id;
  }
}
