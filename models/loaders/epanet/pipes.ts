// Pipes of an .inp file.
// Fed by    [PIPES], and [LEAKAGE] of EPANET 2.3
// Gives     their twins with length, diameter, roughness, minor loss and initial status

import {
  addLink,
  at,
  converted,
  type InpNetwork,
  known,
  linkAt,
  numberAt,
  positiveAt,
  requireFields,
} from "./network.ts";
import type { Row } from "./sections.ts";

export function readPipes(network: InpNetwork, rows: Row[]): void {
  const { toM, toMm, roughnessToMm } = network.units;
  const { headlossFormula } = network.options;
  const isDarcyWeisbach = headlossFormula === "D-W";
  for (const row of rows) {
    if (!requireFields(network, row, 3, "id, both nodes, length, diameter, roughness") && row.tokens.length < 2)
      continue;
    if (row.tokens.length >= 3) requireFields(network, row, 6, "id, both nodes, length, diameter, roughness");
    const status = statusOf(network, row);
    const roughness = positiveAt(network, row, 5, "roughness");
    const attributes = known({
      lengthM: converted(positiveAt(network, row, 3, "length"), toM),
      diameterMm: converted(positiveAt(network, row, 4, "diameter"), toMm),
      roughness: isDarcyWeisbach ? converted(roughness, roughnessToMm) : roughness,
      roughnessUnit: isDarcyWeisbach ? "mm" : "-",
      headlossFormula,
      minorLoss: status.minorLoss,
      initialStatus: status.word,
      inService: status.word !== "closed",
    });
    addLink(network, row, "pipe", attributes);
  }
}

/** Leaks of EPANET 2.3 (FAVAD): area in mm2 per 100 units of pipe length, and its growth with pressure, as in the file. */
export function readLeakage(network: InpNetwork, rows: Row[]): void {
  for (const row of rows) {
    const link = linkAt(network, row, row.tokens[0]);
    const leakArea = numberAt(network, row, 1, "leak area");
    const leakExpansion = numberAt(network, row, 2, "leak expansion");
    if (link) Object.assign(link.twin.attributes, known({ leakArea, leakExpansion }));
  }
}

/** The seventh field is a minor loss or a status; the eighth is a status after a minor loss. */
function statusOf(network: InpNetwork, row: Row): { word: string; minorLoss: number | undefined } {
  const seventh = row.tokens[6];
  const words = ["OPEN", "CLOSED", "CV"];
  if (seventh !== undefined && words.includes(seventh.toUpperCase())) {
    const message = `minor loss of ${row.tokens[0]} is "${seventh}", as the status follows it`;
    if (row.tokens.length > 7) network.findings.add("EPANET_NUMBER", at(row), message);
    return { word: seventh.toLowerCase(), minorLoss: 0 };
  }
  const minorLoss = seventh === undefined ? 0 : positiveAt(network, row, 6, "minor loss", true);
  const eighth = row.tokens[7];
  if (eighth === undefined) return { word: "open", minorLoss };
  if (words.includes(eighth.toUpperCase())) return { word: eighth.toLowerCase(), minorLoss };
  network.findings.add("EPANET_KEYWORD", at(row), `status of pipe ${row.tokens[0]} is ${eighth}; taken as open`);
  return { word: "open", minorLoss };
}
