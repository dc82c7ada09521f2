// Loss: what no source reaches any more when one twin is out.
// Fed by    the present networks, a part of one
// L1  sources that count as fed by nothing go on; a fed source gives as long as its feeder is reached
// L2  what hangs on several parts of the carrier in question is lost when all of them are

import { conductedBy } from "./ends-of.ts";
import { isBranch, type NetworkGraph, otherEnd } from "./graph.ts";
import { anchorsOf, carrierOfPart } from "./hanging.ts";
import type { Present } from "./present.ts";
import { isReached, nearEnd } from "./supply-tree.ts";
import { PIECE_STEPS, type Work } from "../work.ts";

/** Tells of a twin that is supplied now whether it would not be without `out`. */
export function* lossOf(present: Present, out: number): Work<(twin: number) => boolean> {
  const { graph, tree } = present;
  const cut = new Set(conductedBy(graph, out));
  const isReachedYet = yield* reachedWithout(present, out, cut);
  const carrier = carrierOfPart(graph, out);
  const isLostBranch = (branch: number): boolean => {
    if (graph.from[branch]! < 0) return true;
    const near = cut.has(branch) ? nearEnd(graph, tree, branch) : -1;
    const ends = near < 0 ? [graph.from[branch]!, graph.to[branch]!] : [otherEnd(graph, branch, near)];
    return ends.every((end) => isReachedYet[end] === 0);
  };
  const isLostPart = (part: number): boolean => {
    const vertex = graph.vertexOf[part]!;
    if (part === out) return true;
    return vertex >= 0 ? isReachedYet[vertex] === 0 : [...conductedBy(graph, part)].every(isLostBranch);
  };
  return (twin) =>
    anchorsOf(graph, twin)
      .parts.filter((part) => carrierOfPart(graph, part) === carrier)
      .every(isLostPart);
}

function* reachedWithout({ graph, switching, tree }: Present, out: number, cut: Set<number>): Work<Uint8Array> {
  const reached = new Uint8Array(graph.vertices);
  const outVertex = graph.vertexOf[out]!;
  const stack = tree.roots.filter((root) => root !== outVertex);
  for (const root of stack) reached[root] = 1;
  for (let count = 0; stack.length > 0; count++) {
    if (count % PIECE_STEPS === 0) yield;
    const vertex = stack.pop()!;
    for (let at = graph.starts[vertex]!; at < graph.starts[vertex + 1]!; at++) {
      const edge = graph.ways[at]!;
      if (switching.isOpen[edge] === 1 || !leadsFrom(graph, edge, vertex) || (isBranch(graph, edge) && cut.has(edge))) {
        continue;
      }
      const next = otherEnd(graph, edge, vertex);
      if (next === outVertex || reached[next] === 1 || !isReached(tree, next)) continue;
      reached[next] = 1;
      stack.push(next);
    }
  }
  return reached;
}

/** Branches lead both ways, ties one way. */
const leadsFrom = (graph: NetworkGraph, edge: number, vertex: number): boolean =>
  isBranch(graph, edge) || graph.from[edge] === vertex;
