// What junctions draw: base demand, demand categories, emitters.
// Fed by    [JUNCTIONS] again, [DEMANDS], [EMITTERS]
// Gives     baseDemandLps (the sum), demandPattern and, from [DEMANDS], each category in `demands`
// D1  demands under [DEMANDS] replace the one under [JUNCTIONS]; several of a junction add up (EPANET 2.2 manual, [DEMANDS])
// D2  a demand without a pattern follows the default pattern, when that one is defined
// D3  values are the file's; the demand multiplier of the options is not applied

import type { Attributes } from "../../district.ts";
import {
  at,
  type InpNetwork,
  type InpNode,
  known,
  nodeAt,
  numberAt,
  positiveAt,
  requireFields,
  usePattern,
} from "./network.ts";
import type { Row } from "./sections.ts";

export function readDemands(network: InpNetwork, junctions: Row[], demands: Row[]): void {
  for (const row of junctions) {
    const node = network.nodes.get(row.tokens[0]!);
    if (node?.line !== row.line) continue;
    const demand = demandOf(network, row, 2, 3);
    // A row whose demand cannot be read has none, rather than a demand of zero.
    if (demand.baseDemandLps !== undefined) node.twin.attributes.baseDemandLps = demand.baseDemandLps;
    if (demand.pattern !== undefined) node.twin.attributes.demandPattern = demand.pattern;
  }
  const categories = new Map<InpNode, Attributes[]>();
  for (const row of demands) {
    const node = nodeAt(network, row, row.tokens[0]);
    const isComplete = requireFields(network, row, 2, "junction, demand");
    if (node === undefined || !isComplete || !requireJunction(network, row, node)) continue;
    const category = known({ ...demandOf(network, row, 1, 2), category: row.comment || undefined });
    categories.set(node, [...(categories.get(node) ?? []), category]);
  }
  for (const [node, all] of categories) {
    const { attributes } = node.twin;
    const total = all.reduce((sum, { baseDemandLps }) => sum + Number(baseDemandLps ?? 0), 0);
    attributes.demands = all;
    attributes.baseDemandLps = Number(total.toPrecision(12));
    const pattern = all[0]?.pattern;
    if (pattern === undefined) delete attributes.demandPattern;
    else attributes.demandPattern = pattern;
  }
}

/** Emitters as the flow in L/s at one metre of pressure: flow = coefficient * pressure ^ exponent. */
export function readEmitters(network: InpNetwork, rows: Row[]): void {
  const { emitterExponent } = network.options;
  const { toLps, pressureToM } = network.units;
  for (const row of rows) {
    const node = nodeAt(network, row, row.tokens[0]);
    requireFields(network, row, 2, "junction, coefficient");
    const coefficient = positiveAt(network, row, 1, "emitter coefficient", true);
    if (node === undefined || coefficient === undefined || !requireJunction(network, row, node)) continue;
    const atOneMetre = toLps(coefficient) / pressureToM(1) ** emitterExponent;
    node.twin.attributes.emitterCoefficient = Number(atOneMetre.toPrecision(12));
    node.twin.attributes.emitterExponent = emitterExponent;
  }
}

function demandOf(
  network: InpNetwork,
  row: Row,
  value: number,
  pattern: number,
): { baseDemandLps?: number; pattern?: string } {
  const { toLps } = network.units;
  const written = row.tokens[value];
  const demand = written === undefined ? 0 : numberAt(network, row, value, "demand");
  const named = usePattern(network, row, row.tokens[pattern]);
  const fallback = network.options.defaultPattern;
  const follows = named ?? (network.patterns.has(fallback) ? fallback : undefined);
  if (follows !== undefined && named === undefined) network.usedPatterns.add(follows);
  return {
    ...(demand === undefined ? {} : { baseDemandLps: toLps(demand) }),
    ...(follows === undefined ? {} : { pattern: follows }),
  };
}

function requireJunction(network: InpNetwork, row: Row, node: InpNode): boolean {
  if (node.twin.kind === "junction") return true;
  network.findings.add("EPANET_DEMAND_IGNORED", at(row), `${row.tokens[0]} is a ${node.twin.kind}`);
  return false;
}
