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
import { readElements } from "./pandapower/elements.ts";
import { PANDAPOWER_FINDINGS } from "./pandapower/findings.ts";
import { placeElements } from "./pandapower/geo.ts";
import { readNet } from "./pandapower/net.ts";
import { connectElements } from "./pandapower/network.ts";
import { countsInKilowatts, upgradeTables } from "./pandapower/upgrade.ts";
import { decodePlainText } from "./plain-text.ts";

export { PANDAPOWER_FINDINGS };

export const loadPandapower: Loader = ({ source, file, bytes }): DistrictPart => {
  const findings = new Findings(PANDAPOWER_FINDINGS, source, file);
  const { text, encoding } = decodePlainText(bytes);
  if (encoding !== "utf-8") findings.add("PANDAPOWER_ENCODING", "", `the file is read as ${encoding}`);
  const net = readNet(text, findings);
  if (!net) return { twins: [], links: [], branches: [], findings: findings.all };

  if (countsInKilowatts(net)) findings.add("PANDAPOWER_CONVERTED", "", "the net is older than pandapower 2.0");
  upgradeTables(net);
  const elements = readElements(net, source, findings);
  placeElements(net, elements);
  const network = connectElements(elements, findings);
  checkNet(elements, network, findings);
  const twins = [...elements.values()].flatMap((byIndex) => [...byIndex.values()].map(({ twin }) => twin));
  return { twins, ...network, findings: findings.all };
};
