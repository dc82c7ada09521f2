// Loader of CityGML 1.0, 2.0 and 3.0, with Energy ADE and Dynamizers: the buildings of a city model, their storeys and rooms.
// Fed by    the bytes of one file
// Gives     the twins that models/loaders/cityjson.ts gives of the same buildings, the devices of Dynamizers, and findings
// Source    OGC 08-007r1 (CityGML 1.0), 12-019 (2.0), 20-010 and 21-006r2 (3.0); Energy ADE 1.0 and 2.0
// C1  L1 to L3 of models/loaders/loader.ts
// C2  the file is read into the document of models/loaders/city, and what makes twins of it is the same as for CityJSON

import { newTwin, twinId } from "../district.ts";
import { Findings } from "../finding.ts";
import type { CityFindings } from "./city/city-object.ts";
import { CityTwins } from "./city/city-twins.ts";
import { Features } from "./citygml/features.ts";
import { FileIndex, type GmlFindings } from "./citygml/file-index.ts";
import { CITYGML_FINDINGS } from "./citygml/findings.ts";
import { Srs } from "./citygml/srs.ts";
import type { DistrictPart, Loader } from "./loader.ts";
import { decodePlainText, type PlainText } from "./plain-text.ts";
import { readXml, type XmlDocument, type XmlElement } from "./xml.ts";

const ROOT = /^(CityModel|FeatureCollection|Building)$/;
const VERSION = /opengis\.net\/citygml\/(?:.*\/)?(1\.0|2\.0|3\.0)$/;

/** Loads a CityGML file. Areas, heights and volumes are in metres, whatever the file's system. */
export const loadCityGml: Loader = ({ source, file, bytes }) => {
  const findings = new Findings(CITYGML_FINDINGS, source, file);
  const read = decodePlainText(bytes);
  checkEncoding(read, findings);
  const document = readXml(read.text);
  reportXml(document, read.text, findings);
  const part: DistrictPart = { twins: [], links: [], branches: [], findings: findings.all };
  if (!isCityGml(document.root, findings)) return part;

  const index = new FileIndex(document, findings);
  const features = new Features(index, new Srs(document.root, index, findings), findings).read(document.root);
  const ofCity: CityFindings = { add: (code, at, message) => findings.add(`CITYGML_${code}`, at, message) };
  const city = new CityTwins(source, features.document, ofCity);
  part.twins.push(...city.twins);
  part.links.push(...city.links);
  addDevices(source, features, city, part);
  city.census.addAll(features.census);
  return { ...part, census: city.census };
};

/** Devices that feed attributes, each in the twin of which it feeds one. */
function addDevices(source: string, { devices }: Features, city: CityTwins, { twins, links }: DistrictPart): void {
  const taken = new Set<string>();
  for (const { element, name, attributes, of } of devices) {
    const container = city.twinOf(of);
    if (!container || taken.has(element)) continue;
    taken.add(element);
    twins.push(newTwin("device", source, element, attributes, name));
    links.push({ from: container.id, role: "contains", to: twinId("device", source, element) });
  }
}

function checkEncoding({ text, encoding }: PlainText, findings: GmlFindings): void {
  const declared = /^<\?xml[^>]*\sencoding\s*=\s*["']([\w.-]+)["']/.exec(text)?.[1]?.toLowerCase() ?? "utf-8";
  const isAsDeclared = encoding === "windows-1252" ? /^(iso-?8859-1|latin-?1|windows-1252)$/.test(declared) : true;
  if (!isAsDeclared)
    findings.add("CITYGML_ENCODING", "line 1", `the file is no ${declared}: it was read as ${encoding}`);
}

function reportXml(document: XmlDocument, text: string, findings: GmlFindings): void {
  for (const { line, message } of document.faults) findings.add("CITYGML_XML", `line ${line}`, message);
  if (document.entitiesAt !== undefined) {
    const at = `line ${document.lineOf(document.entitiesAt)}`;
    findings.add("CITYGML_ENTITIES", at, "a DOCTYPE declares entities");
  }
  if (document.isTruncated) {
    const at = `line ${document.lineOf(text.length)}`;
    findings.add("CITYGML_TRUNCATED", at, `the file stops within <${document.root?.name}>`);
  }
}

function isCityGml(root: XmlElement | undefined, findings: GmlFindings): root is XmlElement {
  if (!root || !ROOT.test(root.name)) {
    const reason = root ? `its root element is <${root.name.slice(0, 80)}>` : "it has no XML element";
    findings.add("CITYGML_TYPE", "line 1", `the file is no CityGML: ${reason}`);
    return false;
  }
  const versions = [...root.attributes.values()].filter((value) => VERSION.test(value));
  if (versions.length === 0) findings.add("CITYGML_VERSION", "line 1", "no namespace of CityGML is named");
  return true;
}
