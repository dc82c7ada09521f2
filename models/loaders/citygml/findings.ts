// What can be wrong with a CityGML file.

import { findingCodes } from "../../finding.ts";

export const CITYGML_FINDINGS = findingCodes({
  CITYGML_XML: { severity: "error", hint: "Mend the XML at this line: what can be read besides was read." },
  CITYGML_TRUNCATED: { severity: "error", hint: "The file is cut off: write it again. What stands before was read." },
  CITYGML_ENTITIES: {
    severity: "error",
    hint: "Take the entities out of the DOCTYPE and write their text: they are never replaced.",
  },
  CITYGML_ENCODING: { severity: "warning", hint: "Save the file as UTF-8: names may be wrong." },
  CITYGML_TYPE: {
    severity: "error",
    hint: "Give a file whose root element is a CityModel of CityGML 1.0, 2.0 or 3.0.",
  },
  CITYGML_VERSION: {
    severity: "warning",
    hint: "Give the namespaces of CityGML 1.0, 2.0 or 3.0: elements were known by their names alone.",
  },
  CITYGML_ID_MISSING: {
    severity: "warning",
    hint: "Give it a gml:id: its twin changes its id when elements before it come or go.",
  },
  CITYGML_ID_TWICE: { severity: "error", hint: "Give every object a gml:id of its own: the first was kept." },
  CITYGML_LINK_UNKNOWN: { severity: "warning", hint: "Mend the xlink:href: the file has no element of that gml:id." },
  CITYGML_LINK_EXTERNAL: {
    severity: "warning",
    hint: "Put what the xlink:href names into this file: no other file and no server is asked.",
  },
  CITYGML_LINK_CYCLE: { severity: "error", hint: "Mend the xlink:href: what it names leads back to itself." },
  CITYGML_OBJECT_TYPE: { severity: "warning", hint: "The type is none of CityGML: nothing was made of it." },
  CITYGML_BUILDING_MISSING: {
    severity: "warning",
    hint: "Add a Building, else nothing can be linked to this source.",
  },
  CITYGML_EXTENSION: {
    severity: "info",
    hint: "It was read as a Building; what the extension adds stands in the attributes.",
  },
  CITYGML_EXTENSION_LOOSE: {
    severity: "info",
    hint: "Let a building refer to it, or let it refer to a building: it was left out.",
  },
  CITYGML_NOT_TWINS: { severity: "info", hint: "Only buildings, storeys, rooms and units become twins." },
  CITYGML_CYCLE: { severity: "warning", hint: "Mend the relations: the circle was cut here." },
  CITYGML_ORPHAN: { severity: "error", hint: "Put the object into a Building, or link it from one: it was left out." },
  CITYGML_ATTRIBUTE_DEPTH: { severity: "error", hint: "Flatten the attribute: it was left out." },
  CITYGML_CODE_SPACE: {
    severity: "info",
    hint: "Codes stand in the attributes as in the file; what they mean is said at that address.",
  },
  CITYGML_DYNAMIZER: {
    severity: "warning",
    hint: "Let attributeRef name the gml:id of a building, storey, room or surface of this file.",
  },
  CITYGML_SERIES_LENGTH: { severity: "warning", hint: "Give the series as a file beside: it was cut." },
  CITYGML_CRS_MISSING: {
    severity: "warning",
    hint: "Give srsName at the Envelope: without it positions are local, and not on the map.",
  },
  CITYGML_CRS_UNCONVERTED: {
    severity: "info",
    hint: "Positions stay in the system of the file, taken to be in metres; use EPSG:7415, 28992, 258xx, 326xx or 4326 to see them on the map.",
  },
  CITYGML_CRS_AREA: { severity: "warning", hint: "Check srsName: the buildings get no place on the map." },
  CITYGML_CRS_DEGREES: {
    severity: "info",
    hint: "Check the order of the axes if the buildings are in the wrong place.",
  },
  CITYGML_CRS_AXES: {
    severity: "info",
    hint: "Coordinates were turned to east before north, as only so they lie where the system is used.",
  },
  CITYGML_CRS_COMPOUND: { severity: "info", hint: "Positions name the system of the plane alone." },
  CITYGML_CRS_MIXED: {
    severity: "error",
    hint: "Write all geometries in the reference system of the file: this one was left out.",
  },
  CITYGML_NO_GEOMETRY: {
    severity: "warning",
    hint: "Give the building a geometry: it has no area, height or volume.",
  },
  CITYGML_GEOMETRY: { severity: "error", hint: "Mend the geometry: it was left out." },
  CITYGML_COORDINATES: { severity: "error", hint: "Mend the coordinates: the surface was left out." },
  CITYGML_RING: { severity: "warning", hint: "Give every ring three different points. The surface was left out." },
  CITYGML_AREA_ZERO: { severity: "warning", hint: "Check the ground surface: the building has no footprint." },
  CITYGML_SOLID_OPEN: {
    severity: "warning",
    hint: "Close the solid, for instance with val3dity's report: it has no volume as it is.",
  },
  CITYGML_SOLID_INVERTED: {
    severity: "warning",
    hint: "Let the outer faces of the solid look outwards: the volume was taken without its sign.",
  },
});
