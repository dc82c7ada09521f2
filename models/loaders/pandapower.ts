// pandapower: the JSON that pandapower.to_json writes, of all versions from 1.2 on.
// Fed by    one .json file
// Gives     buses, lines, transformers, switches, loads, generators, storages and external grids, with the network between them
// Must not  run what the file holds of Python
// P1  the same net saved by two versions of pandapower gives the same twins, in MW and with generation positive
// P2  a file that is cut off or damaged gives what stands before the fault
// Source    https://pandapower.readthedocs.io, "Datastructure and Elements"; pandapower/io_utils.py, convert_format.py

import { Findings } from "../finding.ts";
import type { DistrictPart, Loader } from "./loader.ts";
import { checkNet } from "./pandapower/checks.ts";
import { PANDAPOWER } from "./pandapower/element-tables.ts";
import { keepInAttributes } from "./pandapower/elements.ts";
import { PANDAPOWER_FINDINGS } from "./pandapower/findings.ts";
import { connectElements } from "./pandapower/switches.ts";
import { countsInKilowatts, upgradeTables } from "./pandapower/upgrade.ts";
import { censusOf } from "./pandas-json/census.ts";
import { allOf, readElements } from "./pandas-json/elements.ts";
import type { Report } from "./pandas-json/format.ts";
import { placeElements } from "./pandas-json/geo.ts";
import { readNet } from "./pandas-json/net.ts";
import { reportLeftOut } from "./pandas-json/whole.ts";
import { decodePlainText } from "./plain-text.ts";

export { PANDAPOWER_FINDINGS };

export const loadPandapower: Loader = ({ source, file, bytes }): DistrictPart => {
  const findings = new Findings(PANDAPOWER_FINDINGS, source, file);
  const report: Report = (word, at, message) => findings.add(`PANDAPOWER_${word}`, at, message);
  const { text, encoding } = decodePlainText(bytes);
  if (encoding !== "utf-8") report("ENCODING", "", `the file is read as ${encoding}`);
  const net = readNet(text, PANDAPOWER, report);
  if (!net) return { twins: [], links: [], branches: [], findings: findings.all };

  if (countsInKilowatts(net)) findings.add("PANDAPOWER_CONVERTED", "", "the net is older than pandapower 2.0");
  upgradeTables(net);
  const elements = readElements(net, PANDAPOWER, source, () => "electricity", report);
  for (const { table } of PANDAPOWER.tables.filter(({ asLine }) => asLine)) {
    const count = elements.get(table)!.size;
    if (count > 0) findings.add("PANDAPOWER_BRANCH_AS_LINE", table, `${count} of ${table} became lines`);
  }
  const kept = keepInAttributes(net, elements, report);
  reportLeftOut(net, kept, "pandapower", report);
  placeElements(net, elements, { node: "bus", way: "line", ends: ["from_bus", "to_bus"] });
  const network = connectElements(elements, report, findings);
  checkNet(elements, network, report, findings);
  const twins = allOf(elements).map(({ twin }) => twin);
  const { links, branches } = network;
  return { twins, links, branches, findings: findings.all, census: censusOf(net, elements, kept) };
};
