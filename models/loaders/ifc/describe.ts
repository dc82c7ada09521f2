// What the twins of an IFC model say of themselves: the attributes of one object, kind by kind.
// Fed by    models/loaders/ifc/twins.ts
// Gives     `Attributes`, with IFC's own attribute names in camel case and SI values with the unit last
// Source    IFC4 ADD2 TC1: IfcRoot to IfcSpace; the standard's quantity names (Qto_SpaceBaseQuantities ...)

import type { Attributes, Json, Kind } from "../../district.ts";
import type { IfcEntity, IfcModel } from "./engine.ts";
import { number, reference, text, texts } from "./entity.ts";
import type { ObjectProperties, PropertyReader, Sets } from "./properties.ts";
import type { Units } from "./units.ts";

/** Texts and enumerations that are taken over as they are. */
const PLAIN = {
  longName: "LongName",
  description: "Description",
  objectType: "ObjectType",
  compositionType: "CompositionType",
  predefinedType: "PredefinedType",
  interiorOrExterior: "InteriorOrExteriorSpace", // IFC2x3
  tag: "Tag",
};

/** Lengths of the object itself, converted to metres. */
const LENGTHS: Partial<Record<Kind, Record<string, string>>> = {
  building: { elevationM: "ElevationOfRefHeight", terrainElevationM: "ElevationOfTerrain" },
  storey: { elevationM: "Elevation" },
  space: { elevationM: "ElevationWithFlooring" },
};

/** Quantity names, best first, for the attributes that everybody asks for. */
const QUANTITIES: Record<string, readonly string[]> = {
  netFloorAreaM2: ["NetFloorArea", "GSA BIM Area"], // Revit: the area within the walls, by the GSA BIM Guide
  grossFloorAreaM2: ["GrossFloorArea"],
  netVolumeM3: ["NetVolume"],
  grossVolumeM3: ["GrossVolume"],
  heightM: ["Height", "GrossHeight", "FinishCeilingHeight", "ClearHeight"],
  usableHeightM: ["FinishCeilingHeight", "ClearHeight", "NetHeight", "Height"], // COBie: SpaceUsableHeight
  netPerimeterM: ["NetPerimeter"],
  grossPerimeterM: ["GrossPerimeter"],
  netWallAreaM2: ["NetWallArea"],
  grossWallAreaM2: ["GrossWallArea"],
  netCeilingAreaM2: ["NetCeilingArea"],
  grossCeilingAreaM2: ["GrossCeilingArea"],
};

/** What facility managers ask of a component (COBie), by its names in Pset_Manufacturer... and Pset_Warranty. */
const OF_COMPONENT: Record<string, readonly string[]> = {
  serialNumber: ["SerialNumber"],
  barCode: ["BarCode"],
  assetIdentifier: ["AssetIdentifier"],
  tagNumber: ["TagNumber"],
  manufacturer: ["Manufacturer"],
  modelLabel: ["ModelLabel"],
  modelReference: ["ModelReference", "ModelNumber"],
  productionYear: ["ProductionYear"],
  installationDate: ["InstallationDate"],
  warrantyStartDate: ["WarrantyStartDate"],
};
/** What exporters write when nobody filled it in. */
const NOT_FILLED_IN = /^(n\/?a|none|-*)$/i;

/** What IFC says of one building, storey, space or device. */
export function describeObject(
  kind: Kind,
  entity: IfcEntity,
  model: IfcModel,
  units: Units,
  reader: PropertyReader,
): Attributes {
  const attributes: Attributes = { ifcClass: model.classOf(entity.label) ?? "", ...plain(entity) };
  for (const [key, attribute] of Object.entries(LENGTHS[kind] ?? {})) {
    const length = number(entity, attribute);
    if (length !== undefined) attributes[key] = metres(length, units);
  }
  if (kind === "device" || kind === "space") Object.assign(attributes, describeType(entity, model, reader));
  const properties = reader.of(entity.label);
  if (kind === "device") Object.assign(attributes, describeComponent(properties.propertySets));
  else Object.assign(attributes, standardQuantities(properties.quantities));
  return { ...attributes, ...nonEmpty(properties) };
}

/** GlobalId, names and descriptions of what is no twin itself: project, site. */
export function describeContext(entity: IfcEntity): Attributes {
  return {
    globalId: text(entity, "GlobalId") ?? `#${entity.label}`,
    name: text(entity, "Name") ?? null,
    ...plain(entity),
  };
}

/** An IfcPostalAddress that an object refers to. */
export function describeAddress(entity: IfcEntity, attribute: string, model: IfcModel): Attributes | undefined {
  const label = reference(entity, attribute);
  const address = label === undefined ? undefined : model.entity(label);
  if (!address) return undefined;
  const described: Attributes = {};
  for (const name of [
    "InternalLocation",
    "PostalBox",
    "Town",
    "Region",
    "PostalCode",
    "Country",
    "Purpose",
    "Description",
  ]) {
    const said = text(address, name);
    if (said !== undefined) described[name.charAt(0).toLowerCase() + name.slice(1)] = said;
  }
  const lines = texts(address, "AddressLines");
  if (lines.length > 0) described.addressLines = lines;
  return Object.keys(described).length > 0 ? described : undefined;
}

function metres(length: number, units: Units): number {
  return Number((length * units.factor("LENGTHUNIT")).toPrecision(12));
}

function plain(entity: IfcEntity): Attributes {
  const attributes: Attributes = {};
  for (const [key, attribute] of Object.entries(PLAIN)) {
    const said = text(entity, attribute);
    if (said !== undefined) attributes[key] = said;
  }
  return attributes;
}

/** Name, class and predefined type of the type object; a type's predefined type stands in for a missing one. */
function describeType(entity: IfcEntity, model: IfcModel, reader: PropertyReader): Attributes {
  const label = reader.typeOf(entity.label);
  const type = label === undefined ? undefined : model.entity(label);
  if (label === undefined || !type) return {};
  const described: Attributes = { typeClass: model.classOf(label) ?? "" };
  const globalId = text(type, "GlobalId");
  if (globalId !== undefined) described.typeGlobalId = globalId;
  const name = text(type, "Name");
  if (name !== undefined) described.typeName = name;
  const predefined = reader.predefinedTypeOf(entity);
  if (predefined !== undefined) described.predefinedType = predefined;
  const elementType = text(type, "ElementType");
  if (predefined === "USERDEFINED" && elementType !== undefined) described.userDefinedType = elementType;
  return described;
}

function describeComponent(sets: Sets): Attributes {
  const found: Attributes = {};
  for (const [key, names] of Object.entries(OF_COMPONENT)) {
    const said = names.map((name) => valueNamed(sets, name)).find((one) => one !== undefined && one !== null);
    if (said !== undefined && !NOT_FILLED_IN.test(String(said).trim())) found[key] = said;
  }
  return found;
}

function standardQuantities(sets: Sets): Attributes {
  const found: Attributes = {};
  for (const [key, names] of Object.entries(QUANTITIES)) {
    const amount = names.map((name) => valueNamed(sets, name)).find((one) => typeof one === "number");
    if (amount !== undefined) found[key] = amount;
  }
  return found;
}

function valueNamed(sets: Sets, name: string): Json | undefined {
  for (const values of Object.values(sets)) if (Object.hasOwn(values, name)) return values[name];
  return undefined;
}

function nonEmpty({ propertySets, quantities }: ObjectProperties): Attributes {
  const attributes: Attributes = {};
  if (Object.keys(propertySets).length > 0) attributes.propertySets = propertySets;
  if (Object.keys(quantities).length > 0) attributes.quantities = quantities;
  return attributes;
}
