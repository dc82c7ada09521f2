// Whether the network hangs together.
// Fed by    nodes and links after all sections were read
// Gives     findings: too few nodes, no source, nodes without a link, parts without a source
// C1  a closed link connects too: what is open changes while the network runs

import { at, type InpNetwork, type InpNode } from "./network.ts";

export function checkConnectivity(network: InpNetwork): void {
  const { nodes, findings } = network;
  if (nodes.size < 2)
    findings.add("EPANET_TOO_FEW_NODES", "", `the file has ${nodes.size} node${nodes.size === 1 ? "" : "s"}`);
  if (nodes.size === 0) return;
  const neighbours = neighboursOf(network);
  const sources = [...nodes.values()].filter((node) => node.twin.kind !== "junction");
  if (sources.length === 0) findings.add("EPANET_NO_SOURCE", "", "the network has neither reservoir nor tank");
  const reached = new Set<InpNode>(sources);
  // A Set hands out what is added to it while it is walked through.
  for (const node of reached) for (const next of neighbours.get(node) ?? []) reached.add(next);
  for (const [id, node] of nodes) {
    if (!neighbours.has(node))
      findings.add("EPANET_NODE_UNCONNECTED", at(node), `no link ends at ${node.twin.kind} ${id}`);
    else if (sources.length > 0 && !reached.has(node)) {
      findings.add("EPANET_NODE_UNREACHABLE", at(node), `no tank or reservoir reaches ${node.twin.kind} ${id}`);
    }
  }
}

function neighboursOf(network: InpNetwork): Map<InpNode, InpNode[]> {
  const neighbours = new Map<InpNode, InpNode[]>();
  const join = (one: InpNode, other: InpNode) => {
    const list = neighbours.get(one);
    if (list) list.push(other);
    else neighbours.set(one, [other]);
  };
  for (const { from, to } of network.links.values()) {
    if (from && to) {
      join(from, to);
      join(to, from);
    }
  }
  return neighbours;
}
