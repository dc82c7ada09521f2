// What a building says of its surroundings: project, site, address, place on earth, and the groups that are in it.
// Fed by    models/loaders/ifc/twins.ts, with the twins of the buildings
// Gives     the attributes that no other twin has, and findings about what is missing of them

import type { Attributes, TwinModel } from "../../district.ts";
import type { Classifications } from "./classifications.ts";
import { describeAddress, describeContext } from "./describe.ts";
import type { IfcModel } from "./engine.ts";
import { text } from "./entity.ts";
import type { IfcFindings } from "./findings.ts";
import { locationOf, mapConversionFromSets, mapConversionOf, northOfConversion, trueNorthDeg } from "./georeference.ts";
import type { Group, Groups } from "./groups.ts";
import type { PropertyReader } from "./properties.ts";
import type { SpatialStructure } from "./spatial.ts";
import type { Units } from "./units.ts";

/** What buildings are described with. */
export interface BuildingSources {
  model: IfcModel;
  findings: IfcFindings;
  units: Units;
  properties: PropertyReader;
  spatial: SpatialStructure;
  groups: Groups;
  classifications: Classifications;
  /** The nearest building above an object. */
  buildingOf(label: number): number | undefined;
}

/** The project that a file is of, and which way is north in it. */
export interface ProjectSaid {
  attributes: Attributes;
  northDeg: number;
}

export function describeProject(
  label: number | undefined,
  model: IfcModel,
  units: Units,
  properties: PropertyReader,
  findings: IfcFindings,
): ProjectSaid {
  const project = label === undefined ? undefined : model.entity(label);
  const attributes: Attributes = project ? { project: describeContext(project) } : {};
  const conversion =
    mapConversionOf(model, units, findings) ??
    (project && mapConversionFromSets(properties.of(project.label).propertySets));
  if (conversion) attributes.mapConversion = conversion;
  const north = trueNorthDeg(model);
  if (north !== undefined) attributes.trueNorthDeg = north;
  const [first] = model.labels("IFCAPPLICATION");
  const application = first === undefined ? undefined : model.entity(first);
  if (application) {
    const [name, version] = [text(application, "ApplicationFullName"), text(application, "Version")];
    attributes.application = { name: name ?? null, version: version ?? null };
  }
  return { attributes, northDeg: north ?? northOfConversion(conversion) ?? 0 };
}

export class Buildings {
  readonly #model: IfcModel;
  readonly #findings: IfcFindings;
  readonly #units: Units;
  readonly #properties: PropertyReader;
  readonly #spatial: SpatialStructure;
  readonly #groups: Groups;
  readonly #classifications: Classifications;
  readonly #buildingOf: (label: number) => number | undefined;

  constructor({ model, findings, units, properties, spatial, groups, classifications, buildingOf }: BuildingSources) {
    this.#model = model;
    this.#findings = findings;
    this.#units = units;
    this.#properties = properties;
    this.#spatial = spatial;
    this.#groups = groups;
    this.#classifications = classifications;
    this.#buildingOf = buildingOf;
  }

  describe(twins: ReadonlyMap<number, TwinModel>, shared: Attributes, header: Attributes): void {
    const buildings = [...twins].filter(([, twin]) => twin.kind === "building").map(([label]) => label);
    if (buildings.length === 0) this.#findings.add("IFC_BUILDING_MISSING", "", "the file has no IfcBuilding");
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
      Object.assign(attributes, this.#groupsOf(label, buildings.length === 1), this.#typesOf(label), header);
      this.#checkPlaceOnEarth(label, attributes);
    }
  }

  #checkPlaceOnEarth(label: number, { location, mapConversion }: Attributes): void {
    // a map conversion is part of the schema from IFC4 on
    if (mapConversion || (location && this.#model.schema === "IFC2X3")) return;
    const missing = location ? "no map conversion" : "neither latitude and longitude nor a map conversion";
    this.#findings.add("IFC_GEOREFERENCE_MISSING", `#${label}`, `this building has ${missing}`);
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

  /** Types of what is in a building, with the number of their occurrences there. */
  #typesOf(building: number): Attributes {
    const types: Attributes[] = [];
    for (const [label, objects] of this.#properties.types) {
      const occurrenceCount = objects.filter((object) => this.#buildingOf(object) === building).length;
      const type = occurrenceCount > 0 ? this.#model.entity(label) : undefined;
      if (!type) continue;
      const [name, predefinedType] = [text(type, "Name"), text(type, "PredefinedType")];
      types.push({
        globalId: text(type, "GlobalId") ?? `#${label}`,
        ...(name === undefined ? {} : { name }),
        ifcClass: this.#model.classOf(label) ?? "",
        ...(predefinedType === undefined ? {} : { predefinedType }),
        ...this.#classifications.of(label, undefined),
        occurrenceCount,
      });
    }
    types.sort((a, b) => (String(a.globalId) < String(b.globalId) ? -1 : 1)); // the same in every encoding of the file
    return types.length > 0 ? { types } : {};
  }
}
