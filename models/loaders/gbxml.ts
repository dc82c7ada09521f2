// Loads a building energy model: gbXML, schema versions 0.37 to 7.03.
// Fed by    the bytes of one file
// Gives     twins of kind building, storey and space, `contains` links between them; envelope, zones, schedules, systems and
//           meters as attributes
// Must not  follow a DOCTYPE
// X1  values are in SI, whatever units the root or the element names (gbxml/units.ts)
// X2  every element with an id is counted once in the census
// Source: gbXML schema, www.gbxml.org

import { Findings } from "../finding.ts";
import { GbxmlBuildings } from "./gbxml/buildings.ts";
import { censusOf, checkHeader, checkReferences } from "./gbxml/checks.ts";
import { GbxmlDocument } from "./gbxml/document.ts";
import { GBXML_FINDINGS, type GbxmlFindings } from "./gbxml/findings.ts";
import type { DistrictPart, Loader } from "./loader.ts";
import { readXml, type XmlDocument } from "./xml.ts";
import { decodeXml } from "./xml-encoding.ts";

export { GBXML_FINDINGS };

export const loadGbxml: Loader = ({ source, file, bytes }): DistrictPart => {
  const findings = new Findings(GBXML_FINDINGS, source, file);
  const xml = documentOf(bytes, findings);
  const root = xml?.root;
  if (!xml || !root) return { twins: [], links: [], branches: [], findings: findings.all };
  const document = new GbxmlDocument(xml, root, findings);
  checkHeader(document);
  const buildings = new GbxmlBuildings(document, source);
  buildings.read();
  checkReferences(document);
  const census = censusOf(document, buildings.twins);
  return { twins: buildings.twins, links: buildings.links, branches: [], findings: findings.all, census };
};

/** The tree of the file; undefined, with a finding, when it is none of gbXML. */
function documentOf(bytes: Uint8Array, findings: GbxmlFindings): XmlDocument | undefined {
  const { text, encoding, declared, isTooLong } = decodeXml(bytes);
  if (isTooLong) {
    findings.add("GBXML_TOO_LARGE", "", `the file has ${bytes.length} bytes, more than one text may have`);
    return undefined;
  }
  if (encoding !== "utf-8" || declared !== undefined) {
    const said = declared === undefined ? "" : `, though it says ${declared}`;
    findings.add("GBXML_ENCODING", "", `the file is read as ${encoding}${said}`);
  }
  const xml = readXml(text);
  if (xml.entitiesAt !== undefined) {
    findings.add("GBXML_ENTITIES", `line ${xml.lineOf(xml.entitiesAt)}`, "the DOCTYPE declares entities");
    return undefined;
  }
  if (xml.root?.name !== "gbXML") {
    const what = xml.root ? `the root is <${xml.root.name}>` : "there is no XML element";
    findings.add("GBXML_NOT_GBXML", "line 1", what);
    return undefined;
  }
  for (const { line, message } of xml.faults) findings.add("GBXML_XML", `line ${line}`, message);
  if (xml.isTruncated)
    findings.add("GBXML_TRUNCATED", `line ${xml.lineOf(text.length)}`, "the file stops within <gbXML>");
  return xml;
}
