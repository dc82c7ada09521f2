// Loader of OpenDSS scripts (.dss): an electricity grid, phase by phase.
// Fed by    a script, and the files that it redirects to, compiles, or takes shapes and coordinates from
// Gives     twins of kind bus, line, transformer, switch, load, generator, storage and grid; branches; a census
// Must not  solve: Solve, Show, Plot and the like have no effect here
// D1  names are the same in upper and lower case, and an id is written as the script first writes it
// D2  the circuit is what the script leaves at its end: edits, likes, Open, Disable and Clear are carried out
// D3  what stands at one bus without a kind of its own (capacitors, reactors, faults) is a list of that bus, as pandapower's
//     shunts are; controls, relays and meters are lists of the element that they name
// D4  what concerns the whole circuit (options, line codes, shapes, curves) stands once, as `network` of its source
// D5  a default of OpenDSS stands in an attribute only where physics needs it; the files in opendss/ say which
// Source: OpenDSS Manual (EPRI), opendss.epri.com; order of properties and commands as in DSS C-API 0.15

import { Findings } from "../finding.ts";
import type { DistrictPart, Loader } from "./loader.ts";
import { OpenDssCensus } from "./opendss/census.ts";
import { checkGrid } from "./opendss/checks.ts";
import { readElements } from "./opendss/elements.ts";
import { Evaluator } from "./opendss/evaluator.ts";
import { OPENDSS_FINDINGS } from "./opendss/findings.ts";
import type { Grid } from "./opendss/grid.ts";
import { checkReferences } from "./opendss/references.ts";
import { Scripts } from "./opendss/scripts.ts";
import { wholeOf } from "./opendss/whole.ts";

export { OPENDSS_FINDINGS };

/** Loads an OpenDSS script. Never throws; see OPENDSS_FINDINGS for what it has to say. */
export const loadOpenDss: Loader = async (file): Promise<DistrictPart> => {
  const findings = new Findings(OPENDSS_FINDINGS, file.source, file.file);
  const census = new OpenDssCensus();
  const evaluator = new Evaluator(findings, census);
  const scripts = new Scripts(file, evaluator, findings);
  await scripts.runAll();
  const { objects } = evaluator;
  if (!evaluator.hasUnderstood) return notScript(file.source, file.file);

  const grid: Grid = {
    source: file.source,
    findings,
    census,
    objects,
    buses: new Map(),
    codes: new Map(),
    twinOf: new Map(),
    entryOf: new Map(),
    twins: [],
    links: [],
    branches: [],
    ids: new Set(),
  };
  if (!objects.circuit) findings.add("OPENDSS_NO_CIRCUIT", "", "the script defines no circuit");
  const whole = await wholeOf(grid, scripts);
  const ends = readElements(grid, whole);
  checkReferences(grid);
  checkGrid(grid, ends);
  const twins = [...[...grid.buses.values()].map(({ twin }) => twin), ...grid.twins];
  const bearer = grid.twins.find(({ kind }) => kind === "grid") ?? twins[0];
  if (bearer && Object.keys(whole).length > 0) bearer.attributes.network = whole;
  return { twins, links: grid.links, branches: grid.branches, findings: findings.all, census: census.census };
};

/** What else was found in a file that is no script would only hide that it is none. */
function notScript(source: string, file: string): DistrictPart {
  const findings = new Findings(OPENDSS_FINDINGS, source, file);
  findings.add("OPENDSS_NOT_SCRIPT", "", "the file holds no command of OpenDSS");
  return { twins: [], links: [], branches: [], findings: findings.all };
}
