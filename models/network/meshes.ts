// Meshes: the parts of a network in which everything is fed from two sides, as rings in the street are.
// Fed by    the present networks
// Gives     each mesh with its nodes, branches and independent loops; all else is radial
// M1  a mesh is a biconnected component of two conducting branches or more: any two of its nodes lie on one loop
// Source    J. Hopcroft and R. Tarjan, Efficient algorithms for graph manipulation, CACM 16 (1973): without recursion, as networks are deep

import { type NetworkGraph, otherEnd } from "./graph.ts";
import type { Present } from "./present.ts";
import { PIECE_STEPS, type Work } from "../work.ts";

export interface Mesh {
  /** Twin of the first node of its network. */
  network: number;
  /** Twins, in the order of their ids. */
  nodes: number[];
  branches: number[];
  loops: number;
}

/** Meshes of one network, by its first node; in the order of their first nodes. */
export function* meshesOf({ graph, switching }: Present, network: number): Work<Mesh[]> {
  const { nodes, networkOf, starts, ways, branches } = graph;
  const order = new Int32Array(graph.vertices);
  const low = new Int32Array(graph.vertices);
  const nextWay = starts.slice(0, graph.vertices);
  const meshes: Mesh[] = [];
  let count = 0;
  let steps = 0;
  for (let root = 0; root < nodes; root++) {
    if (networkOf[root] !== network || order[root] !== 0) continue;
    const pending: number[] = [];
    const path: { vertex: number; via: number }[] = [{ vertex: root, via: -1 }];
    order[root] = low[root] = ++count;
    for (let top = path.at(-1); top; top = path.at(-1)) {
      if (steps++ % PIECE_STEPS === 0) yield;
      const { vertex, via } = top;
      if (nextWay[vertex]! < starts[vertex + 1]!) {
        const edge = ways[nextWay[vertex]!++]!;
        const next = otherEnd(graph, edge, vertex);
        if (edge === via || edge >= branches || switching.isOpen[edge] === 1 || next === vertex) continue;
        if (order[next] === 0) {
          pending.push(edge);
          order[next] = low[next] = ++count;
          path.push({ vertex: next, via: edge });
        } else if (order[next]! < order[vertex]!) {
          pending.push(edge);
          low[vertex] = Math.min(low[vertex]!, order[next]!);
        }
        continue;
      }
      path.pop();
      if (via < 0) continue;
      const parent = otherEnd(graph, via, vertex);
      low[parent] = Math.min(low[parent]!, low[vertex]!);
      if (low[vertex]! < order[parent]!) continue;
      const block = pending.splice(pending.lastIndexOf(via));
      if (block.length > 1) meshes.push(meshOf(graph, network, block));
    }
  }
  return meshes.sort((a, b) => a.nodes[0]! - b.nodes[0]! || a.branches[0]! - b.branches[0]!);
}

function meshOf({ from, to, twinOf, edgeTwin }: NetworkGraph, network: number, block: readonly number[]): Mesh {
  const nodes = new Set(block.flatMap((branch) => [twinOf[from[branch]!]!, twinOf[to[branch]!]!]));
  const inOrder = (twins: Iterable<number>) => [...new Set(twins)].sort((a, b) => a - b);
  return {
    network: twinOf[network]!,
    nodes: inOrder(nodes),
    branches: inOrder(block.map((branch) => edgeTwin[branch]!)),
    loops: block.length - nodes.size + 1,
  };
}
