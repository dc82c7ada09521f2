// Loader of EPANET input files (.inp, EPANET 2.0 to 2.3): a water network.
// Fed by    the bytes of one file
// Gives     twins of kind junction, reservoir, tank, pipe, pump, valve, each with `carrier: "water"`; a branch per link
// Must not  need the EPANET engine; it is the reference of the tests
// N1  attributes are in the units that their names say, whatever the file's flow units are
// N2  a link whose nodes are not both in the file is kept as a twin, without branch
// N3  what concerns the whole network (options, times, patterns, curves, controls, rules) stands once, as `network` on the first
//     reservoir or tank; patterns, curves and texts are in the file's units there, so that nothing that the file says is lost
// Source: EPANET 2.2 user manual, appendix C (input file format); docs.epanet.io

import type { Attributes, Branch, Link, TwinModel } from "../district.ts";
import { Findings } from "../finding.ts";
import { censusOf } from "./epanet/census.ts";
import { checkConnectivity } from "./epanet/connectivity.ts";
import { readControls } from "./epanet/controls.ts";
import { readDemands, readEmitters } from "./epanet/demands.ts";
import { EPANET_FINDINGS } from "./epanet/findings.ts";
import { readCoordinates, readTags, readVertices } from "./epanet/map.ts";
import type { InpNetwork } from "./epanet/network.ts";
import { readJunctions, readReservoirsAndTanks } from "./epanet/nodes.ts";
import { readOptions, readTimes } from "./epanet/options.ts";
import { readLeakage, readPipes } from "./epanet/pipes.ts";
import { readEnergy, readPumps } from "./epanet/pumps.ts";
import { readMixing, readQuality, readReactions, readSources } from "./epanet/quality.ts";
import { checkReport } from "./epanet/report.ts";
import { readRules } from "./epanet/rules.ts";
import { readSections, type Sections } from "./epanet/sections.ts";
import { findUnused, readCurves, readPatterns } from "./epanet/series.ts";
import { readStatus } from "./epanet/status.ts";
import { unitsOf } from "./epanet/units.ts";
import { readValves } from "./epanet/valves.ts";
import type { DistrictPart, Loader } from "./loader.ts";
import { decodePlainText } from "./plain-text.ts";

export { EPANET_FINDINGS };

/** Loads an EPANET input file. Never throws; see EPANET_FINDINGS for what it has to say. */
export const loadEpanet: Loader = ({ source, file, bytes }) => {
  const findings = new Findings(EPANET_FINDINGS, source, file);
  const { text, encoding } = decodePlainText(bytes);
  if (encoding !== "utf-8") findings.add("EPANET_ENCODING", "", `the file is not UTF-8; it was read as ${encoding}`);
  const sections = readSections(text, findings);
  if (sections.known === 0) {
    const notInp = new Findings(EPANET_FINDINGS, source, file);
    notInp.add("EPANET_NOT_INP", "", "the file has no section of an EPANET input file");
    return { twins: [], links: [], branches: [], findings: notInp.all };
  }
  const options = readOptions(sections.rows("OPTIONS"), findings);
  const network: InpNetwork = {
    source,
    findings,
    options,
    units: unitsOf(options.flowUnits, options.pressureUnits, options.specificGravity),
    nodes: new Map(),
    links: new Map(),
    patterns: new Map(),
    curves: new Map(),
    usedPatterns: new Set(),
    usedCurves: new Set(),
  };
  readPatterns(network, sections.rows("PATTERNS"));
  readCurves(network, sections.rows("CURVES"));
  readNodes(network, sections);
  readLinks(network, sections);
  const energy = readEnergy(network, sections.rows("ENERGY"));
  const reactions = readReactions(network, sections.rows("REACTIONS"));
  readControls(network, sections.rows("CONTROLS"));
  readRules(network, sections.rows("RULES"));
  readTags(network, sections.rows("TAGS"));
  const times = readTimes(sections.rows("TIMES"), findings);
  checkReport(sections.rows("REPORT"), findings);
  keepWhole(network, { ...wholeOf(network, sections), times, energy, reactions });
  findUnused(network);
  const census = censusOf(sections, network);
  checkConnectivity(network);
  return { ...partOf(network), census };
};

function readNodes(network: InpNetwork, sections: Sections): void {
  readJunctions(network, sections.rows("JUNCTIONS"));
  readReservoirsAndTanks(network, sections.rows("RESERVOIRS"));
  readReservoirsAndTanks(network, sections.rows("TANKS"));
  readDemands(network, sections.rows("JUNCTIONS"), sections.rows("DEMANDS"));
  readEmitters(network, sections.rows("EMITTERS"));
  readQuality(network, sections.rows("QUALITY"));
  readSources(network, sections.rows("SOURCES"));
  readMixing(network, sections.rows("MIXING"));
  readCoordinates(network, sections.rows("COORDINATES"));
}

function readLinks(network: InpNetwork, sections: Sections): void {
  readPipes(network, sections.rows("PIPES"));
  readPumps(network, sections.rows("PUMPS"));
  readValves(network, sections.rows("VALVES"));
  readStatus(network, sections.rows("STATUS"));
  readLeakage(network, sections.rows("LEAKAGE"));
  readVertices(network, sections.rows("VERTICES"));
}

function wholeOf(network: InpNetwork, sections: Sections): Attributes {
  const { options, units } = network;
  const patterns = [...network.patterns].map(([id, { multipliers }]) => [id, multipliers]);
  return {
    title: sections
      .rows("TITLE")
      .map((row) => row.text)
      .join("\n"),
    flowUnits: units.flowUnits,
    pressureUnits: units.pressureUnits,
    headlossFormula: options.headlossFormula,
    demandMultiplier: options.demandMultiplier,
    patterns: Object.fromEntries(patterns),
    curves: Object.fromEntries([...network.curves].map(([id, { points }]) => [id, points])),
    options: options.written,
    ...textsOf(sections),
  };
}

/** Sections of which the rows are kept as they stand. */
const AS_TEXT = ["CONTROLS", "RULES", "REPORT", "LABELS", "BACKDROP"];

function textsOf(sections: Sections): Attributes {
  const texts = AS_TEXT.map((name) => [name.toLowerCase(), sections.rows(name).map(({ text }) => text)] as const);
  return Object.fromEntries(texts.filter(([, rows]) => rows.length > 0));
}

function keepWhole(network: InpNetwork, whole: Attributes): void {
  const nodes = [...network.nodes.values()];
  const bearer = nodes.find((node) => node.twin.kind !== "junction") ?? nodes[0] ?? [...network.links.values()][0];
  if (bearer) bearer.twin.attributes.network = whole;
}

function partOf(network: InpNetwork): DistrictPart {
  const twins: TwinModel[] = [...network.nodes.values()].map((node) => node.twin);
  const links: Link[] = [];
  const branches: Branch[] = [];
  for (const { twin, from, to } of network.links.values()) {
    twins.push(twin);
    for (const end of new Set([from, to])) if (end) links.push({ from: twin.id, role: "connects", to: end.twin.id });
    if (from && to && from !== to) branches.push({ twin: twin.id, from: from.twin.id, to: to.twin.id, switches: [] });
  }
  return { twins, links, branches, findings: network.findings.all };
}
