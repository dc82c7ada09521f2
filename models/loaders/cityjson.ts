// Loader of CityJSON 1.0, 1.1, 2.0 and CityJSONSeq: the buildings of a city model, with their storeys, rooms and units.
// Fed by    the bytes of one file
// Gives     twins `building`, `storey` and `space`, the links between them, and findings
// Source    CityJSON 2.0.1 (OGC 20-072r5) and its forerunners
// C1  L1 to L3 of models/loaders/loader.ts

import { Findings } from "../finding.ts";
import type { CityFindings } from "./city/city-object.ts";
import { CityTwins } from "./city/city-twins.ts";
import { readDocument } from "./cityjson/document.ts";
import { CITYJSON_FINDINGS } from "./cityjson/findings.ts";
import type { Loader } from "./loader.ts";
import { decodePlainText } from "./plain-text.ts";

/** Loads a CityJSON file or a CityJSONSeq. Areas, heights and volumes are in metres, whatever the file's system. */
export const loadCityJson: Loader = ({ source, file, bytes }) => {
  const findings = new Findings(CITYJSON_FINDINGS, source, file);
  const { text, encoding } = decodePlainText(bytes);
  if (encoding !== "utf-8") findings.add("CITYJSON_ENCODING", "", `the file is ${encoding}, not UTF-8`);
  const document = readDocument(text, file, findings);
  const ofCity: CityFindings = { add: (code, at, message) => findings.add(`CITYJSON_${code}`, at, message) };
  const { twins, links, census } = new CityTwins(source, document, ofCity);
  return { twins, links, branches: [], findings: findings.all, census };
};
