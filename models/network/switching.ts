// Switching: which edges of the graph let something through, and which sources give something, at one set of positions.
// Fed by    positions of twins, as a byte for each of the district
// S1  a branch conducts when its twin and all its switches do, a tie when its source is sourcing: the same as T3 of models/topology.ts
// S2  it is of one instant: positions that change later change nothing in it

import type { NetworkGraph } from "./graph.ts";
import { PIECE_STEPS, type Work } from "../work.ts";

/** Bits of a position. */
export const CONDUCTING = 1;
export const SOURCING = 2;

export interface Switching {
  /** As they were given; they must not change. */
  readonly positions: Uint8Array;
  /** Of an edge: 1 when nothing gets through. */
  readonly isOpen: Uint8Array;
  /** Of a vertex: 1 when it is a source that gives something. */
  readonly isSourcing: Uint8Array;
}

/** `positions`: by the numbers of twins; what is no conductor is not looked at. */
export function* switchingOf(graph: NetworkGraph, positions: Uint8Array): Work<Switching> {
  const { directory, branches, edges, edgeTwin, from, twinOf } = graph;
  const { switches } = directory.branchTable;
  const isOpen = new Uint8Array(edges);
  for (let branch = 0; branch < branches; branch++) {
    if (branch % PIECE_STEPS === 0) yield;
    let conducts = from[branch]! < 0 ? 0 : positions[edgeTwin[branch]!]!;
    for (let at = switches.from(branch); at < switches.to(branch); at++) conducts &= positions[switches.values[at]!]!;
    isOpen[branch] = (conducts & CONDUCTING) === 0 ? 1 : 0;
  }
  for (let tie = branches; tie < edges; tie++) isOpen[tie] = positions[edgeTwin[tie]!]! & SOURCING ? 0 : 1;
  const isSourcing = new Uint8Array(graph.vertices);
  for (const vertex of graph.sources) isSourcing[vertex] = positions[twinOf[vertex]!]! & SOURCING ? 1 : 0;
  return { positions, isOpen, isSourcing };
}
