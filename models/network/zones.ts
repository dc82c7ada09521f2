// Zones: a network cut at all branches and switches of certain kinds, whatever their positions: what can be shut off by itself.
// Fed by    the graph; the kinds that bound zones
// Gives     the twins of each zone, nodes and branches, and those that bound it
// Z1  cut at valves: what EPANET and WNTR users call valve segments; at valves and pumps pressure zones; at switches the sections
//     that can be isolated; at transformers voltage levels
// Z2  a branch with a switch at one end belongs to the zone at its other end; with switches at both it is a zone of its own
// Z3  every node is in one zone, and every branch in one or a bound

import type { Kind } from "../district.ts";
import { standsAt } from "./ends-of.ts";
import type { NetworkGraph } from "./graph.ts";
import { componentsOf } from "./rows.ts";
import { PIECE_STEPS, type Work } from "../work.ts";

export interface Zone {
  /** Twin of its first node or, where it has none, of its first branch. */
  first: number;
  /** Twin of the first node of its network. */
  network: number;
  nodes: number;
  branches: number;
  lengthKm: number;
  /** Twins that bound it, in the order of their ids. */
  bounds: number[];
  /** Its nodes and branches, in the order of their ids. */
  twins: number[];
}

/** Zones of one network, by one of its vertices; in the order of their first twins. */
export function* zonesOf(graph: NetworkGraph, network: number, boundedBy: ReadonlySet<Kind>): Work<Zone[]> {
  const { directory, from, to, nodes, branches, edgeTwin, networkOf } = graph;
  const isBound = (twin: number) => boundedBy.has(directory.kindAt(twin));
  const own: number[] = [];
  for (let branch = 0; branch < branches; branch++) {
    if (branch % PIECE_STEPS === 0) yield;
    if (from[branch]! >= 0 && networkOf[from[branch]!] === network) own.push(branch);
  }
  // Elements: vertices first, then the branches of the network; joins lead from a branch to those of its ends where nothing bounds it.
  const [joinFrom, joinTo]: [number[], number[]] = [[], []];
  const touching: (readonly [bound: number, element: number])[] = [];
  for (const [i, branch] of own.entries()) {
    if (i % PIECE_STEPS === 0) yield;
    const element = graph.vertices + i;
    const ends = new Set([from[branch]!, to[branch]!]);
    if (isBound(edgeTwin[branch]!)) {
      for (const end of ends) touching.push([edgeTwin[branch]!, end]);
      continue;
    }
    const bounding = directory.branchTable.switches.of(branch).filter(isBound);
    for (const end of ends) {
      const between = bounding.filter((twin) => standsAt(graph, twin, end));
      for (const twin of between) touching.push([twin, end], [twin, element]);
      if (between.length > 0) continue;
      joinFrom.push(end);
      joinTo.push(element);
    }
  }
  const roots = componentsOf(graph.vertices + own.length, joinFrom, joinTo);
  yield;
  const zones = new Map<number, Zone & { boundSet: Set<number> }>();
  const zoneAt = (element: number, twin: number) => {
    const root = roots[element]!;
    const known = zones.get(root);
    if (known) return known;
    const zone = {
      first: twin,
      network: graph.twinOf[network]!,
      nodes: 0,
      branches: 0,
      lengthKm: 0,
      bounds: [],
      twins: [],
    };
    const made = { ...zone, boundSet: new Set<number>() };
    zones.set(root, made);
    return made;
  };
  for (let node = 0; node < nodes; node++) {
    if (networkOf[node] !== network) continue;
    const zone = zoneAt(node, graph.twinOf[node]!);
    zone.nodes++;
    zone.twins.push(graph.twinOf[node]!);
  }
  for (const [i, branch] of own.entries()) {
    const twin = edgeTwin[branch]!;
    if (isBound(twin)) continue;
    const zone = zoneAt(graph.vertices + i, twin);
    zone.branches++;
    zone.lengthKm += graph.lengthKm[branch] || 0;
    zone.twins.push(twin);
  }
  for (const [bound, element] of touching) zones.get(roots[element]!)?.boundSet.add(bound);
  return [...zones.values()]
    .map(({ boundSet, ...zone }) => ({
      ...zone,
      bounds: [...boundSet].sort((a, b) => a - b),
      twins: [...new Set(zone.twins)].sort((a, b) => a - b),
    }))
    .sort((a, b) => a.first - b.first);
}
