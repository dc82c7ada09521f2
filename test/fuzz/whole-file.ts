// Errors that concern a whole file: their place is the file itself, which every finding names.

/** Why no place within the file could be named, and the codes of which that is so. */
const WHOLE_FILE: Readonly<Record<string, readonly string[]>> = {
  "the file cannot be had, or not be opened": [
    "DISTRICT_FILE_UNREADABLE",
    "DISTRICT_FILE_PACKED",
    "DISTRICT_FILE_TOO_LARGE",
  ].concat([
    ...[
      "DISTRICT_FILE_IS_FOLDER",
      "SIMBENCH_FILE_UNREADABLE",
      "CGMES_FILE_UNREADABLE",
      "CGMES_ZIP_UNREADABLE",
      "IFC_ZIP_UNREADABLE",
    ],
    ...["IFC_TOO_LARGE", "CGMES_TOO_LARGE", "GBXML_TOO_LARGE", "IFC_ENCODING_UNSUPPORTED", "IFC_ENGINE_FAILED"],
  ]),
  "it is of another format": [
    "SIMBENCH_NOT_SIMBENCH",
    "MATPOWER_NOT_CASE",
    "PANDAPIPES_NOT_A_NET",
    "PANDAPOWER_NOT_A_NET",
    "EPANET_NOT_INP",
  ].concat([
    "OPENDSS_NOT_SCRIPT",
    "IFC_NOT_STEP",
    "CITYJSON_TYPE",
    "CITYGML_TYPE",
    "GBXML_NOT_GBXML",
    "CGMES_NOT_RDF",
    "IFC_SCHEMA_UNSUPPORTED",
  ]),
  "something is nowhere in it": [
    "CGMES_NO_OBJECTS",
    "CGMES_NO_NODES",
    "CGMES_NO_SOURCE",
    "BRICK_EMPTY",
    "SIMBENCH_NO_SOURCE",
  ].concat([
    ...[
      "SIMBENCH_TABLE_MISSING",
      "MATPOWER_TABLE_MISSING",
      "MATPOWER_BASE_MVA",
      "MATPOWER_NO_REFERENCE",
      "PANDAPOWER_NO_SOURCE",
      "PANDAPOWER_NO_BUS",
    ],
    ...[
      "PANDAPIPES_NO_SOURCE",
      "PANDAPIPES_NO_JUNCTION",
      "EPANET_NO_SOURCE",
      "EPANET_TOO_FEW_NODES",
      "OPENDSS_NO_CIRCUIT",
      "IFC_SCHEMA_MISSING",
    ],
    ...[
      "GBXML_NO_BUILDING",
      "DISTRICT_SHAPE",
      "DISTRICT_SOURCES_MISSING",
      "DISTRICT_ID",
      "CITYJSON_TRANSFORM",
      "CITYJSON_VERTICES",
      "CITYJSON_VERSION",
    ],
  ]),
};
const CODES: ReadonlySet<string> = new Set(Object.values(WHOLE_FILE).flat());

export function isOfWholeFile(code: string): boolean {
  return CODES.has(code);
}
