// Small IFC models for tests, written out statement by statement. Made for the purpose: no real building.

import { loadIfc } from "../../../models/loaders/ifc.ts";
import type { DistrictPart } from "../../../models/loaders/loader.ts";

/** A STEP file of these DATA statements. */
export function stepFile(statements: readonly string[], schema = "IFC4"): string {
  return `ISO-10303-21;
HEADER;
FILE_DESCRIPTION(('ViewDefinition [ReferenceView]'),'2;1');
FILE_NAME('made.ifc','2026-01-01T00:00:00',('A. Author'),('An Office'),'Preprocessor','System','');
FILE_SCHEMA(('${schema}'));
ENDSEC;
DATA;
${statements.join("\n")}
ENDSEC;
END-ISO-10303-21;
`;
}

/** A GlobalId made of a name: 22 characters of the IFC alphabet. */
export function guid(name: string): string {
  return `0${name}`.padEnd(22, "$");
}

/** Project (#1, metres), site (#10), building (#20), storey (#30) and space (#40), each part of the one before. */
export const HOUSE: readonly string[] = [
  "#2=IFCSIUNIT(*,.LENGTHUNIT.,$,.METRE.);",
  "#3=IFCSIUNIT(*,.AREAUNIT.,$,.SQUARE_METRE.);",
  "#4=IFCSIUNIT(*,.VOLUMEUNIT.,$,.CUBIC_METRE.);",
  "#5=IFCUNITASSIGNMENT((#2,#3,#4));",
  `#1=IFCPROJECT('${guid("project")}',$,'P',$,$,$,$,$,#5);`,
  `#10=IFCSITE('${guid("site")}',$,'S',$,$,$,$,$,.ELEMENT.,(48,8,0),(11,34,30),515.,$,$);`,
  `#20=IFCBUILDING('${guid("building")}',$,'B',$,$,$,$,$,.ELEMENT.,515.,514.,$);`,
  `#30=IFCBUILDINGSTOREY('${guid("storey")}',$,'EG',$,$,$,$,$,.ELEMENT.,0.);`,
  `#40=IFCSPACE('${guid("space")}',$,'1',$,$,$,$,'Office',.ELEMENT.,.INTERNAL.,$);`,
  `#11=IFCRELAGGREGATES('${guid("r11")}',$,$,$,#1,(#10));`,
  `#21=IFCRELAGGREGATES('${guid("r21")}',$,$,$,#10,(#20));`,
  `#31=IFCRELAGGREGATES('${guid("r31")}',$,$,$,#20,(#30));`,
  `#41=IFCRELAGGREGATES('${guid("r41")}',$,$,$,#30,(#40));`,
];

export async function loadText(text: string | Uint8Array, file = "made.ifc"): Promise<DistrictPart> {
  return loadIfc({ source: "s", file, bytes: typeof text === "string" ? new TextEncoder().encode(text) : text });
}

/** Loads the house with these statements besides. */
export async function loadHouse(...statements: string[]): Promise<DistrictPart> {
  return loadText(stepFile([...HOUSE, ...statements]));
}

/** Codes of the findings with their places: `IFC_CYCLE #12`. */
export function codes(part: DistrictPart): string[] {
  return part.findings.map(({ code, at }) => `${code} ${at}`.trim());
}
