// What the gbXML loader has to say of a file.

import { type Findings, findingCodes } from "../../finding.ts";

export const GBXML_FINDINGS = findingCodes({
  GBXML_NOT_GBXML: { severity: "error", hint: "Name a file whose root is <gbXML>." },
  GBXML_XML: { severity: "error", hint: "Mend the XML: what stands before and after the fault was read." },
  GBXML_TRUNCATED: { severity: "error", hint: "Export the file again: it is not complete." },
  GBXML_ENTITIES: {
    severity: "error",
    hint: "Take the DOCTYPE out: gbXML needs none, and a file that declares entities is not read.",
  },
  GBXML_ENCODING: { severity: "info", hint: "Save the file as UTF-8." },
  GBXML_TOO_LARGE: { severity: "error", hint: "Export each building into a file of its own." },
  GBXML_VERSION: { severity: "warning", hint: "Check the counts: versions 0.37 to 7.03 of the schema are known." },
  GBXML_UNIT_MISSING: {
    severity: "warning",
    hint: "Give the root the unit attributes of the schema; metres, square metres and cubic metres were taken.",
  },
  GBXML_UNIT_UNKNOWN: { severity: "warning", hint: "Use a unit of the gbXML schema; the value was left out." },
  GBXML_VALUE: { severity: "warning", hint: "Write a number; the value was left out." },
  GBXML_NO_BUILDING: { severity: "error", hint: "Export a Campus with a Building: no twin can be made." },
  GBXML_NO_ID: { severity: "error", hint: "Give the element an id; it was left out." },
  GBXML_DUPLICATE_ID: { severity: "error", hint: "Give every element an id of its own: the first was kept." },
  GBXML_DANGLING: { severity: "warning", hint: "Add the element with that id, or correct the reference." },
  GBXML_SURFACE_LOOSE: {
    severity: "warning",
    hint: "Give the surface an AdjacentSpaceId, or the type Shade; it belongs to no space.",
  },
  GBXML_NO_GEOMETRY: {
    severity: "warning",
    hint: "Give the surface a PlanarGeometry, or a width and a height; it has no area.",
  },
  GBXML_OPENINGS_TOO_LARGE: { severity: "warning", hint: "Correct the geometry: openings lie within their surface." },
  GBXML_U_VALUE: {
    severity: "info",
    hint: "Give the construction a U-value, or its materials an R-value or a thickness and a conductivity.",
  },
  GBXML_U_VALUE_IMPLAUSIBLE: { severity: "warning", hint: "Check the unit: building parts have 0.05 to 10 W/(m2 K)." },
  GBXML_AREA_MISSING: { severity: "warning", hint: "Give the space an Area: it has none, and no outline either." },
  GBXML_ELEMENT_UNKNOWN: { severity: "info", hint: "Nothing to do, unless the district needs them." },
  GBXML_UNATTACHED: { severity: "info", hint: "Nothing to do: nothing refers to these elements." },
});

export type GbxmlFindings = Findings<typeof GBXML_FINDINGS>;
