// Loads CIM XML: CIM100 as CIMHub writes it, and the profiles of CGMES 2.4.15 (CIM16) and 3.0 (CIM100).
// Fed by    one file or several, a folder of them, or zip archives of them
// Gives     buses, lines, transformers, switches, loads, generators, storages and external grids, with the network between them
// Must not  hold a file as a tree: files of 100 MB are read from front to back
// G1  an id is the mRID, whichever way the file writes it; what several profiles say of it is one twin
// G2  values are in the house's units, whichever ones the dialect has (cgmes/units.ts)
// G3  every object of the files is counted once in the census
// Source: IEC 61970-301, -552 and -600; IEC 61968-11; ENTSO-E CGMES 2.4.15 and 3.0

import { Findings } from "../finding.ts";
import { censusOf, checkNetwork, checkReferences, reportLeftOut } from "./cgmes/checks.ts";
import { addEquipment } from "./cgmes/equipment.ts";
import { CimFiles } from "./cgmes/files.ts";
import { CGMES_FINDINGS, type CgmesFindings } from "./cgmes/findings.ts";
import { Grid } from "./cgmes/grid.ts";
import { CimModel } from "./cgmes/model.ts";
import { Network } from "./cgmes/network.ts";
import { type CimHeader, readRdf } from "./cgmes/rdf.ts";
import { dialectOf } from "./cgmes/units.ts";
import type { DistrictPart, Loader, SourceFile } from "./loader.ts";
import { decodeXml } from "./xml-encoding.ts";

export { CGMES_FINDINGS };

const KNOWN_NAMESPACE = /CIM-schema-cim1[67]|\bCIM100#/i;

export const loadCgmes: Loader = async (source): Promise<DistrictPart> => {
  const findings = new Findings(CGMES_FINDINGS, source.source, source.file);
  const model = new CimModel();
  const files = new CimFiles(source);
  const headers = await readFiles(source, files, model, findings);
  if (model.size === 0) findings.add("CGMES_NO_OBJECTS", "", "no file of the source holds an object of CIM");
  const grid = new Grid(source.source, model, dialectOf(headers, model, findings), findings);
  addEquipment(new Network(grid));
  checkReferences(grid);
  checkNetwork(grid);
  const census = censusOf(model);
  reportLeftOut(grid, census);
  const all = [...files.findings.flatMap((ofFile) => ofFile.all), ...findings.all];
  return { twins: grid.twins, links: grid.links, branches: grid.branches, findings: all, census };
};

async function readFiles(
  { source }: SourceFile,
  files: CimFiles,
  model: CimModel,
  findings: CgmesFindings,
): Promise<CimHeader[]> {
  const headers: CimHeader[] = [];
  let number = 0;
  for await (const { bytes, findings: ofFile } of files.files()) {
    const { text, encoding, declared, isTooLong } = decodeXml(bytes);
    if (isTooLong) ofFile.add("CGMES_TOO_LARGE", "", `the file has ${bytes.length} bytes, more than one text may have`);
    if (encoding !== "utf-8" || declared !== undefined) {
      const said = declared === undefined ? "" : `, though it says ${declared}`;
      if (!isTooLong) ofFile.add("CGMES_ENCODING", "", `the file is read as ${encoding}${said}`);
    }
    const header = isTooLong ? undefined : readRdf(text, number++, model, ofFile);
    if (!header) continue;
    headers.push(header);
    if (!KNOWN_NAMESPACE.test(header.namespace ?? "")) {
      ofFile.add("CGMES_NAMESPACE", "line 1", `the namespace of CIM is ${header.namespace ?? "not declared"}`);
    }
  }
  const models = new Set(headers.map(({ modelId }) => modelId));
  const needed = new Set(headers.flatMap(({ dependsOn }) => dependsOn));
  for (const id of needed) {
    if (!models.has(id))
      findings.add("CGMES_DEPENDENCY", source, `a file depends on the model ${id}, which is not here`);
  }
  return headers;
}
