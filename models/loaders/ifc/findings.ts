// What can be wrong with an IFC file, and what to do about it.
// Fed by    every part of the IFC loader
// Gives     the catalogue `IFC_FINDINGS`, and the collector that all parts share
// An error says that something of the file could not be read or told apart; a warning that it was read with a guess or
// stands in no sensible place; an info what a twin will lack.

import { type Findings, findingCodes } from "../../finding.ts";

export const IFC_FINDINGS = findingCodes({
  IFC_NOT_STEP: { severity: "error", hint: "Export the model as IFC-SPF: a text file that begins with ISO-10303-21;" },
  IFC_ENCODING_UNSUPPORTED: { severity: "error", hint: "Export the model as .ifc (STEP), .ifcxml or .ifczip." },
  IFC_XML: { severity: "error", hint: "Mend the XML at this place; what stands around it was read." },
  IFC_ZIP_UNREADABLE: { severity: "error", hint: "Pack exactly one .ifc file into the archive, without a password." },
  IFC_TOO_LARGE: { severity: "error", hint: "Split the model by building or by discipline." },
  IFC_HEADER_INVALID: { severity: "warning", hint: "Write the HEADER section as ISO 10303-21 has it." },
  IFC_SCHEMA_MISSING: { severity: "error", hint: "Name the schema in the header: FILE_SCHEMA(('IFC4'));" },
  IFC_SCHEMA_UNSUPPORTED: { severity: "error", hint: "Export the model as IFC2X3, IFC4 or IFC4X3." },
  IFC_SCHEMA_RELATED: { severity: "warning", hint: "Export the model as IFC2X3, IFC4 or IFC4X3_ADD2 to be sure." },
  IFC_TRUNCATED: { severity: "error", hint: "The end of the file is missing: copy or export it again." },
  IFC_SYNTAX: { severity: "error", hint: "Mend this statement; it was left out, the rest was read." },
  IFC_VALUE_INVALID: { severity: "warning", hint: "Mend this value; it was read as unset ($)." },
  IFC_TEXT_ENCODING: { severity: "warning", hint: "Write texts in UTF-8 or with the escapes of ISO 10303-21." },
  IFC_TEXT_ESCAPE: {
    severity: "warning",
    hint: "Write a backslash as \\\\, and other characters as \\X2\\....\\X0\\.",
  },
  IFC_LABEL_INVALID: { severity: "error", hint: "Number the entities from #1 to #4294967295." },
  IFC_LABEL_DUPLICATE: { severity: "error", hint: "Give each entity a number of its own; the first was kept." },
  IFC_CLASS_UNKNOWN: { severity: "warning", hint: "Use classes of the schema that the header names." },
  IFC_ENGINE_FAILED: { severity: "error", hint: "Export the model again; this file breaks the IFC engine." },
  IFC_ENTITY_INVALID: { severity: "warning", hint: "Give the entity the attributes that its class has." },
  IFC_REFERENCE_BROKEN: { severity: "warning", hint: "The entity that is referred to is not in the file." },
  IFC_REFERENCE_WRONG: { severity: "warning", hint: "Refer to an entity of a class that the schema allows here." },
  IFC_GLOBALID_MISSING: { severity: "error", hint: "Give the entity a GlobalId; its number stands in until then." },
  IFC_GLOBALID_INVALID: { severity: "warning", hint: "A GlobalId has 22 characters of 0-9A-Za-z_$, the first 0 to 3." },
  IFC_GLOBALID_DUPLICATE: {
    severity: "error",
    hint: "Give each a GlobalId of its own; the second got its number added.",
  },
  IFC_GLOBALID_REUSED: { severity: "warning", hint: "Give each entity a GlobalId of its own." },
  IFC_PROJECT_MISSING: { severity: "warning", hint: "Add the IfcProject; units and georeference hang on it." },
  IFC_PROJECT_SEVERAL: { severity: "warning", hint: "Keep one IfcProject in a file; the first was used." },
  IFC_BUILDING_MISSING: { severity: "warning", hint: "Add an IfcBuilding, else nothing can be linked to this source." },
  IFC_STOREY_MISSING: { severity: "warning", hint: "Divide the building into IfcBuildingStorey." },
  IFC_SITE_SEVERAL: { severity: "info", hint: "Keep one IfcSite in a project, with parts of it below." },
  IFC_BUILDING_OUTSIDE_SITE: { severity: "warning", hint: "Aggregate the building under the IfcSite of its project." },
  IFC_UNPLACED: { severity: "warning", hint: "Put it into a storey or space with IfcRelContainedInSpatialStructure." },
  IFC_OUTSIDE_BUILDING: {
    severity: "info",
    hint: "It has no building to be part of; place it in one if it belongs there.",
  },
  IFC_PLACED_TWICE: { severity: "warning", hint: "Give it one place only; the first was used." },
  IFC_CYCLE: { severity: "warning", hint: "Break the circle of parts; it was cut here." },
  IFC_UNITS_MISSING: { severity: "warning", hint: "Assign units to the IfcProject; SI units were assumed." },
  IFC_UNIT_UNKNOWN: {
    severity: "warning",
    hint: "Define the unit as an SI or conversion-based unit of the right kind.",
  },
  IFC_UNIT_FACTOR: {
    severity: "warning",
    hint: "Correct the unit's name or its conversion factor; the factor was used.",
  },
  IFC_GEOREFERENCE_MISSING: {
    severity: "info",
    hint: "Set IfcSite.RefLatitude and RefLongitude, or an IfcMapConversion.",
  },
  IFC_GEOREFERENCE_IMPLAUSIBLE: { severity: "warning", hint: "Check the coordinates of site and map conversion." },
  IFC_GEOREFERENCE_CONFLICT: { severity: "warning", hint: "Give all model contexts the same coordinate operation." },
  IFC_CRS_UNKNOWN: { severity: "warning", hint: "Name the coordinate system by its EPSG code, such as EPSG:25832." },
  IFC_MAP_SCALE: { severity: "warning", hint: "Set IfcMapConversion.Scale to project unit over map unit." },
  IFC_PROPERTY_INVALID: { severity: "warning", hint: "Mend or remove the property." },
  IFC_QUANTITY_IMPLAUSIBLE: { severity: "warning", hint: "Check in which units the quantities were exported." },
  IFC_FEDERATED_PLACE: {
    severity: "info",
    hint: "Give the building the same GlobalId in all files; files of several buildings are sources of their own.",
  },
  IFC_PORT_LOOSE: { severity: "warning", hint: "Nest the port in its element, with IfcRelNests." },
  IFC_PORTS_MANY: { severity: "info", hint: "Say by FlowDirection which way it flows through the ports." },
  IFC_PROPERTY_SET_NAME: { severity: "info", hint: "Keep the prefix Pset_ for the sets that the standard defines." },
});

export type IfcFindings = Findings<typeof IFC_FINDINGS>;
