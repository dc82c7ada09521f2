// Loader of MATPOWER case files (.m, format versions 1 and 2): an electricity grid.
// Fed by    the bytes of one file
// Gives     twins of kind bus, load, generator, line, transformer, each with `carrier: "electricity"`; a branch per branch row
// Must not  run MATLAB: statements that convert units are carried out by a small evaluator, others are told of
// M1  a bus and its load are named by the bus number; a generator and a branch by their row, counted from one
// M2  values are those after the statements at the end of the file (kW to MW, ohm to per unit)
// M3  what concerns the whole case stands once, as `network` on the bus with the lowest number
// Source: MATPOWER User's Manual 8.0, appendix B (data file format); help of caseformat

import { Findings } from "../finding.ts";
import type { DistrictPart, Loader } from "./loader.ts";
import { checkReach, readBranches } from "./matpower/branches.ts";
import { readBuses, readDcLines } from "./matpower/buses.ts";
import { readCase } from "./matpower/case.ts";
import { MATPOWER_FINDINGS } from "./matpower/findings.ts";
import { readGenerators } from "./matpower/generators.ts";
import type { Grid } from "./matpower/grid.ts";
import { readStatements } from "./matpower/statements.ts";
import { keepWhole } from "./matpower/whole.ts";
import { decodePlainText } from "./plain-text.ts";
import { Tally } from "./tally.ts";

export { MATPOWER_FINDINGS };

/** Loads a MATPOWER case file. Never throws; see MATPOWER_FINDINGS for what it has to say. */
export const loadMatpower: Loader = ({ source, file, bytes }) => {
  const findings = new Findings(MATPOWER_FINDINGS, source, file);
  const { text, encoding } = decodePlainText(bytes);
  if (encoding !== "utf-8") findings.add("MATPOWER_ENCODING", "", `the file is not UTF-8; it was read as ${encoding}`);
  const matpower = readCase(readStatements(text, findings), findings);
  if (matpower === undefined) return notCase(source, file);
  const census = new Tally();
  const grid: Grid = { source, findings, matpower, buses: new Map(), twins: [], links: [], branches: [], census };
  const { baseMva, version } = matpower;
  if (baseMva === undefined || !(baseMva > 0))
    findings.add("MATPOWER_BASE_MVA", "", `baseMVA is ${baseMva ?? "not set"}`);
  if (version !== "2") findings.add("MATPOWER_VERSION", "", `the case is of format version ${version}`);
  readBuses(grid);
  readGenerators(grid);
  readBranches(grid);
  readDcLines(grid);
  keepWhole(grid);
  census.add("unknown", "statement", findings.count("MATPOWER_STATEMENT_UNREAD"));
  checkReach(grid);
  return { twins: grid.twins, links: grid.links, branches: grid.branches, findings: findings.all, census };
};

/** What else was found in a file that is no case would only hide that it is none. */
function notCase(source: string, file: string): DistrictPart {
  const findings = new Findings(MATPOWER_FINDINGS, source, file);
  findings.add("MATPOWER_NOT_CASE", "", "the file sets neither a bus, nor a gen, nor a branch table");
  return { twins: [], links: [], branches: [], findings: findings.all };
}
