// The present of all networks: the graph with one set of positions, and how sources reach it. (Of a past twin, the past.)

import type { NetworkGraph } from "./graph.ts";
import { type SupplyTree, supplyTreeOf } from "./supply-tree.ts";
import { type Switching, switchingOf } from "./switching.ts";
import type { Work } from "../work.ts";

export interface Present {
  readonly graph: NetworkGraph;
  readonly switching: Switching;
  readonly tree: SupplyTree;
}

export function* presentOf(graph: NetworkGraph, positions: Uint8Array): Work<Present> {
  const switching = yield* switchingOf(graph, positions);
  return { graph, switching, tree: yield* supplyTreeOf(graph, switching) };
}
