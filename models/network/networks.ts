// Networks and islands: what hangs together whatever the positions are, and what of it hangs together just now.
// Fed by    the graph; for islands the present networks
// Gives     each with its first node, sources and sizes, in the order of the ids of their first nodes
// N1  a network is what branches join, in any position; an island what conducting branches join: each node is in one of each
// N2  an island is supplied when a source in it gives something, and then all of its nodes are
// N3  a branch belongs to the island of its ends; one that does not conduct to that of its `from`

import type { Carrier } from "../district.ts";
import type { NetworkGraph } from "./graph.ts";
import type { Present } from "./present.ts";
import { componentsOf } from "./rows.ts";
import { PIECE_STEPS, type Work } from "../work.ts";

/** A network, or an island of one. */
export interface Part {
  /** Twin of its first node, in the order of ids. */
  first: number;
  carrier: Carrier;
  nodes: number;
  branches: number;
  /** Of lines and pipes whose length is known. */
  lengthKm: number;
  /** Twins of the sources that feed it, giving something or not. */
  sources: number[];
  /** How many independent loops it has: branches beyond those that it takes to join its nodes. */
  loops: number;
}

export interface Island extends Part {
  /** Twin of the first node of its network. */
  network: number;
  isSupplied: boolean;
}

export function* networksOf(graph: NetworkGraph): Work<Part[]> {
  return [...(yield* partsOf(graph, graph.networkOf, () => true)).values()];
}

export function* islandsOf({ graph, switching, tree }: Present): Work<Island[]> {
  const { isOpen } = switching;
  const roots = componentsOf(
    graph.vertices,
    graph.from.subarray(0, graph.branches),
    graph.to.subarray(0, graph.branches),
    (branch) => isOpen[branch] === 0,
  );
  yield;
  const parts = yield* partsOf(graph, roots, (branch) => isOpen[branch] === 0);
  return [...parts].map(([root, part]) => ({
    ...part,
    network: graph.twinOf[graph.networkOf[root]!]!,
    isSupplied: tree.km[root]! < Number.POSITIVE_INFINITY,
  }));
}

/** `roots`: of each vertex the first node of its part. `joins`: whether a branch counts where loops are counted. */
function* partsOf(graph: NetworkGraph, roots: Int32Array, joins: (branch: number) => boolean): Work<Map<number, Part>> {
  const { nodes, branches, edges, from, to, sources, twinOf, edgeTwin, lengthKm } = graph;
  const parts = new Map<number, Part>();
  for (let node = 0; node < nodes; node++) {
    if (node % PIECE_STEPS === 0) yield;
    const root = roots[node]!;
    const part = parts.get(root);
    if (part) part.nodes++;
    else {
      const [first, carrier] = [twinOf[root]!, graph.carrierOf(root)];
      // A tree of n nodes has n - 1 branches: each one more closes a loop.
      parts.set(root, { first, carrier, nodes: 1, branches: 0, lengthKm: 0, sources: [], loops: 1 });
    }
  }
  for (const part of parts.values()) part.loops -= part.nodes;
  for (let branch = 0; branch < branches; branch++) {
    if (branch % PIECE_STEPS === 0) yield;
    if (from[branch]! < 0) continue;
    const part = parts.get(roots[from[branch]!]!)!;
    part.branches++;
    part.lengthKm += lengthKm[branch] || 0;
    if (joins(branch) && roots[from[branch]!] === roots[to[branch]!]) part.loops++;
  }
  for (const source of sources) if (source < nodes) parts.get(roots[source]!)!.sources.push(twinOf[source]!);
  for (let tie = branches; tie < edges; tie++) {
    const fed = to[tie]!;
    if (fed >= nodes) continue;
    const known = parts.get(roots[fed]!)!.sources;
    if (known.at(-1) !== edgeTwin[tie]) known.push(edgeTwin[tie]!);
  }
  return parts;
}
