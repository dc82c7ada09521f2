// From entities to twins: buildings, storeys, spaces and devices, and what contains what.
// Fed by    models/loaders/ifc.ts, with an open model
// Gives     the twins and links of the file, and findings about its structure
// T1  every IfcBuilding, IfcBuildingStorey, IfcSpace and IfcDistributionElement is a twin, wherever it hangs
// T2  a twin is part of the nearest twin above it; what has none above it is a finding, unless it is a building

import { type Attributes, type Kind, type Link, newTwin, type TwinModel } from "../../district.ts";
import { describeAddress, describeContext, describeObject } from "./describe.ts";
import type { IfcModel } from "./engine.ts";
import { text } from "./entity.ts";
import type { IfcFindings } from "./findings.ts";
import { locationOf, mapConversionFromSets, mapConversionOf, trueNorthDeg } from "./georeference.ts";
import { type Group, Groups } from "./groups.ts";
import { identify } from "./identity.ts";
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

export interface IfcTwins {
  twins: TwinModel[];
  links: Link[];
}

/** Reads all twins of an open model; `header` becomes an attribute of every building. */
export function readTwins(model: IfcModel, source: string, header: Attributes, findings: IfcFindings): IfcTwins {
  return new TwinReader(model, source, findings).read(header);
}

class TwinReader {
  readonly #model: IfcModel;
  readonly #source: string;
  readonly #findings: IfcFindings;
  readonly #kinds = new Map<number, Kind>();
  readonly #project: number | undefined;
  readonly #spatial: SpatialStructure;
  readonly #units: Units;
  readonly #properties: PropertyReader;
  readonly #groups: Groups;

  constructor(model: IfcModel, source: string, findings: IfcFindings) {
    this.#model = model;
    this.#source = source;
    this.#findings = findings;
    for (const [kind, className] of CLASSES) for (const label of model.labels(className)) this.#kinds.set(label, kind);
    this.#project = this.#findProject();
    this.#spatial = new SpatialStructure(model, findings);
    this.#units = readUnits(model, this.#project, findings);
    this.#properties = new PropertyReader(model, this.#units, findings);
    this.#groups = new Groups(model, this.#spatial, findings);
  }

  read(header: Attributes): IfcTwins {
    const elements = identify(this.#model, [...this.#kinds.keys()], this.#findings);
    const twins = new Map<number, TwinModel>();
    for (const [label, kind] of this.#kinds) {
      const entity = this.#model.entity(label);
      if (!entity) continue; // the engine has told why
      const attributes = describeObject(kind, entity, this.#model, this.#units, this.#properties);
      if (kind === "space") this.#checkQuantities(label, attributes);
      for (const groups of ["zones", "systems"] as const) {
        const own = this.#groups.of(label, groups).map((group) => ({ ...group.attributes }));
        if (own.length > 0) attributes[groups] = own;
      }
      const element = elements.get(label) ?? `#${label}`;
      twins.set(
        label,
        newTwin(kind, this.#source, element, attributes, text(entity, "Name") ?? text(entity, "LongName")),
      );
    }
    const links = this.#link(twins);
    this.#describeBuildings(twins, header);
    return { twins: [...twins.values()], links };
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

  #describeBuildings(twins: ReadonlyMap<number, TwinModel>, header: Attributes): void {
    const buildings = [...this.#kinds]
      .filter(([label, kind]) => kind === "building" && twins.has(label))
      .map(([label]) => label);
    if (buildings.length === 0) this.#findings.add("IFC_BUILDING_MISSING", "", "the file has no IfcBuilding");
    const counts = this.#countElements();
    const shared = this.#describeProject();
    const sites = this.#model.labels("IFCSITE");
    const top = sites.filter((label) => this.#spatial.nearest(label, (at) => sites.includes(at)) === undefined);
    for (const other of top.slice(1))
      this.#findings.add("IFC_SITE_SEVERAL", `#${other}`, `the file has another site, #${top[0]}`);
    for (const label of buildings) {
      const entity = this.#model.entity(label)!;
      const attributes = twins.get(label)!.attributes;
      const site = this.#siteOf(label, sites);
      const address = describeAddress(entity, "BuildingAddress", this.#model);
      Object.assign(attributes, address ? { address } : {}, shared, this.#describeSite(site));
      attributes.elementCounts = Object.fromEntries(
        [...(counts.get(label) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1)),
      );
      Object.assign(attributes, this.#groupsOf(label, buildings.length === 1), header);
      this.#checkPlaceOnEarth(label, attributes);
    }
  }

  #checkPlaceOnEarth(label: number, { location, mapConversion }: Attributes): void {
    // a map conversion is part of the schema from IFC4 on
    if (mapConversion || (location && this.#model.schema === "IFC2X3")) return;
    const missing = location ? "no map conversion" : "neither latitude and longitude nor a map conversion";
    this.#findings.add("IFC_GEOREFERENCE_MISSING", `#${label}`, `this building has ${missing}`);
  }

  #describeProject(): Attributes {
    const project = this.#project === undefined ? undefined : this.#model.entity(this.#project);
    const attributes: Attributes = project ? { project: describeContext(project) } : {};
    const conversion =
      mapConversionOf(this.#model, this.#units, this.#findings) ??
      (project && mapConversionFromSets(this.#properties.of(project.label).propertySets));
    if (conversion) attributes.mapConversion = conversion;
    const north = trueNorthDeg(this.#model);
    if (north !== undefined) attributes.trueNorthDeg = north;
    const [label] = this.#model.labels("IFCAPPLICATION");
    const application = label === undefined ? undefined : this.#model.entity(label);
    if (application) {
      const [name, version] = [text(application, "ApplicationFullName"), text(application, "Version")];
      attributes.application = { name: name ?? null, version: version ?? null };
    }
    return attributes;
  }

  /** The site above a building; else the only site of the file, with a finding. */
  #siteOf(building: number, sites: readonly number[]): number | undefined {
    const site = this.#spatial.nearest(building, (at) => sites.includes(at));
    if (site === undefined && sites.length > 0) {
      this.#findings.add(
        "IFC_BUILDING_OUTSIDE_SITE",
        `#${building}`,
        `the file has an IfcSite (#${sites[0]}), but this building is not on it`,
      );
    } else if (!this.#spatial.isPlaced(building)) {
      this.#findings.add("IFC_UNPLACED", `#${building}`, "this building is part of no project");
    }
    return site ?? (sites.length === 1 ? sites[0] : undefined);
  }

  #describeSite(label: number | undefined): Attributes {
    const site = label === undefined ? undefined : this.#model.entity(label);
    if (!site) return {};
    const address = describeAddress(site, "SiteAddress", this.#model);
    const { propertySets } = this.#properties.of(site.label);
    const location = locationOf(site, this.#units, this.#findings);
    const conversion = mapConversionFromSets(propertySets);
    const sets = Object.keys(propertySets).length > 0 ? { propertySets } : {};
    return {
      site: { ...describeContext(site), ...(address ? { address } : {}), ...sets },
      ...(location ? { location } : {}),
      ...(conversion ? { mapConversion: conversion } : {}),
    };
  }

  /** Elements that are no twins (walls, windows, ...) by class, for each building; openings and virtual boundaries do not count. */
  #countElements(): Map<number, Map<string, number>> {
    const counts = new Map<number, Map<string, number>>();
    const features = new Set([...this.#model.labels("IFCFEATUREELEMENT"), ...this.#model.labels("IFCVIRTUALELEMENT")]);
    for (const label of this.#spatial.elements) {
      if (this.#kinds.has(label) || features.has(label)) continue;
      const className = this.#model.classOf(label) ?? "";
      const building = this.#buildingOf(label);
      if (building === undefined && !this.#spatial.isPlaced(label)) {
        this.#findings.add("IFC_UNPLACED", `#${label}`, `this ${className} has no place in the spatial structure`);
      }
      if (building === undefined) continue;
      const ofBuilding = counts.get(building) ?? new Map<string, number>();
      counts.set(building, ofBuilding.set(className, (ofBuilding.get(className) ?? 0) + 1));
    }
    return counts;
  }

  /** Zones and systems with members in a building, or that serve it; those of no building count for the only one. */
  #groupsOf(building: number, isOnly: boolean): Attributes {
    const attributes: Attributes = {};
    const inside = (label: number): boolean => label === building || this.#buildingOf(label) === building;
    for (const kind of ["zones", "systems"] as const) {
      const relevant = (group: Group): boolean =>
        group.kind === kind && (isOnly || group.serves.includes(building) || [...group.members].some(inside));
      const list = this.#groups.all
        .filter(relevant)
        .map((group) => ({ ...group.attributes, memberCount: group.members.size }));
      if (list.length > 0) attributes[kind] = list;
    }
    return attributes;
  }
}
