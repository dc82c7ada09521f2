// What can be wrong with a CityJSON file.

import { findingCodes } from "../../finding.ts";

export const CITYJSON_FINDINGS = findingCodes({
  CITYJSON_JSON: {
    severity: "error",
    hint: "The file is cut off or no JSON: write it again. What stands before that place was read.",
  },
  CITYJSON_ENCODING: { severity: "warning", hint: "Save the file as UTF-8: names may be wrong." },
  CITYJSON_TYPE: {
    severity: "error",
    hint: "Give a file whose `type` is CityJSON; CityGML is a source of the type citygml.",
  },
  CITYJSON_VERSION: {
    severity: "error",
    hint: "Upgrade the file to CityJSON 1.0, 1.1 or 2.0, with `cjio upgrade`. It was read all the same.",
  },
  CITYJSON_SEQ_HEADER: {
    severity: "error",
    hint: "Begin a CityJSONSeq with a line of the type CityJSON that has the transform.",
  },
  CITYJSON_SEQ_LINE: { severity: "error", hint: "Give each line one CityJSONFeature. The other lines were read." },
  CITYJSON_ID_TWICE: { severity: "error", hint: "Give every CityObject an id of its own: only one of them was kept." },
  CITYJSON_TRANSFORM: {
    severity: "error",
    hint: "Give `transform` a scale and a translate of three numbers: without it no size is known.",
  },
  CITYJSON_VERTICES: { severity: "error", hint: "Give `vertices` as a list of [x, y, z]." },
  CITYJSON_VERTEX_INDEX: {
    severity: "error",
    hint: "Mend the boundaries: they name a vertex that is not there. The surface was left out.",
  },
  CITYJSON_OBJECT: { severity: "error", hint: "Give every CityObject a `type`." },
  CITYJSON_OBJECT_TYPE: {
    severity: "warning",
    hint: "Types outside the standard begin with a plus sign and belong to an extension.",
  },
  CITYJSON_BUILDING_MISSING: {
    severity: "warning",
    hint: "Add a Building, else nothing can be linked to this source.",
  },
  CITYJSON_EXTENSION: {
    severity: "info",
    hint: "It was read as a Building; what the extension adds stands in the attributes.",
  },
  CITYJSON_NOT_TWINS: { severity: "info", hint: "Only buildings, storeys, rooms and units become twins." },
  CITYJSON_RELATIVE_UNKNOWN: {
    severity: "warning",
    hint: "Mend `parents` and `children`: they name an object that is not there.",
  },
  CITYJSON_RELATIVE_ONE_SIDED: {
    severity: "warning",
    hint: "Name the child in `children` of its parent, and the parent in `parents` of the child. It was read as if both were.",
  },
  CITYJSON_CYCLE: { severity: "warning", hint: "Mend `parents` and `children`: the circle was cut here." },
  CITYJSON_ORPHAN: { severity: "error", hint: "Give the object a Building as its parent: it was left out." },
  CITYJSON_ATTRIBUTE_DEPTH: { severity: "error", hint: "Flatten the attribute: it was left out." },
  CITYJSON_CRS_MISSING: {
    severity: "warning",
    hint: "Give metadata.referenceSystem: without it positions are local, and not on the map.",
  },
  CITYJSON_CRS_UNCONVERTED: {
    severity: "info",
    hint: "Positions stay in the system of the file, taken to be in metres; use EPSG:7415, 28992, 258xx, 326xx or 4326 to see them on the map.",
  },
  CITYJSON_CRS_AREA: {
    severity: "warning",
    hint: "Check metadata.referenceSystem: the buildings get no place on the map.",
  },
  CITYJSON_CRS_DEGREES: {
    severity: "info",
    hint: "Check the order of the axes if the buildings are in the wrong place.",
  },
  CITYJSON_NO_GEOMETRY: {
    severity: "warning",
    hint: "Give the building a geometry: it has no area, height or volume.",
  },
  CITYJSON_GEOMETRY: { severity: "error", hint: "Mend the geometry: it was left out." },
  CITYJSON_RING: { severity: "warning", hint: "Give every ring three different vertices. The surface was left out." },
  CITYJSON_AREA_ZERO: { severity: "warning", hint: "Check the ground surface: the building has no footprint." },
  CITYJSON_SOLID_OPEN: {
    severity: "warning",
    hint: "Close the solid, for instance with val3dity's report: it has no volume as it is.",
  },
  CITYJSON_SOLID_INVERTED: {
    severity: "warning",
    hint: "Let the outer faces of the solid look outwards: the volume was taken without its sign.",
  },
});
