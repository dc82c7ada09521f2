// What became of all that an IFC file holds: its objects by their classes.
// Fed by    models/loaders/ifc/twins.ts, when all twins are read
// Gives     the `Census` of the file
// N1  every product of the file is counted once: read as a twin, kept in the attributes of one, or unknown
// N2  relations between ports that became ways between twins are read; sets, types, groups and boundaries are kept

import type { Census } from "../loader.ts";
import type { IfcModel } from "./engine.ts";
import { references } from "./entity.ts";
import type { Ports } from "./ports.ts";
import type { PropertyReader } from "./properties.ts";
import type { SpatialStructure } from "./spatial.ts";

/** What is told of in attributes, wherever it stands: of project and site, groups, sets, materials and boundaries. */
const KEPT = [
  "IFCPROJECT",
  "IFCSITE",
  "IFCGROUP",
  "IFCPROPERTYSET",
  "IFCELEMENTQUANTITY",
  "IFCRELSPACEBOUNDARY",
  "IFCCLASSIFICATIONREFERENCE",
];

interface Became {
  twins: ReadonlyMap<number, unknown>;
  kept: ReadonlySet<number>;
  spatial: SpatialStructure;
  properties: PropertyReader;
  ports: Ports;
}

export function countEntities(model: IfcModel, { twins, kept, spatial, properties, ports }: Became): Census {
  const told = new Set([...kept, ...properties.types.keys(), ...KEPT.flatMap((name) => model.labels(name))]);
  if (model.schema !== "IFC2X3") for (const label of model.labels("IFCSPATIALZONE")) told.add(label);
  for (const label of model.labels("IFCPRODUCT")) {
    // an opening is the way from a window to its wall
    if (ports.isOwned(label) || spatial.hostOf(label, () => true) !== undefined) told.add(label);
  }
  for (const label of model.labels("IFCRELSPACEBOUNDARY")) {
    const boundary = model.entity(label);
    for (const element of boundary ? references(boundary, "RelatedBuildingElement") : []) told.add(element);
  }
  const unknown = model.labels("IFCPRODUCT").filter((label) => !twins.has(label) && !told.has(label));
  const read = countByClass(model, [...twins.keys(), ...ports.connections]);
  return {
    read,
    kept: countByClass(
      model,
      [...told].filter((label) => !twins.has(label)),
    ),
    unknown: { ...countByClass(model, unknown), ...model.unknownClasses() },
  };
}

function countByClass(model: IfcModel, labels: readonly number[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const label of labels) {
    const className = model.classOf(label);
    if (className !== undefined) counts.set(className, (counts.get(className) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
