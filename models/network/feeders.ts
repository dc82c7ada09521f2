// Feeders: a network cut at its substations, each part named after the line or pipe through which it is fed.
// Fed by    the present networks
// Gives     for each line or pipe that leaves a substation: what is fed through it, how long it is, and where it could be joined to others
// F1  a substation is a source with all that transformers, switches, valves and pumps join to it: its first line or pipe begins a feeder
// F2  each node that is not of a substation is in the feeder over which its nearest way from a source leads; so every supplied node is in one, or in none
// F3  open points are what keeps a feeder apart from another one, or from a substation: what does not conduct between them
// F4  two feeders that a conducting branch joins are meshed, and each is told of the other

import { type NetworkGraph, otherEnd, WAY_KINDS } from "./graph.ts";
import type { Present } from "./present.ts";
import { isReached } from "./supply-tree.ts";
import { CONDUCTING } from "./switching.ts";
import { PIECE_STEPS, type Work } from "../work.ts";

export interface Feeder {
  /** Twin of the line or pipe with which it begins. */
  head: number;
  source: number;
  /** Twin of the first node of its network. */
  network: number;
  /** Twins of its nodes, in the order of their ids. */
  nodes: number[];
  /** Of the lines and pipes over which its nodes are fed, as far as their length is known. */
  lengthKm: number;
  /** Twins that do not conduct, each with both of its sides supplied. */
  openPoints: Set<number>;
  /** Heads of the feeders that it is meshed with. */
  meshedWith: Set<number>;
}

/** No branch: the vertex is in a substation, or is not reached. */
const NONE = -1;

/** All feeders, by the branch with which they begin. */
export function* feedersOf(present: Present): Work<Feeder[]> {
  const { graph } = present;
  const heads = yield* headsOf(present);
  const feeders = new Map<number, Feeder>();
  for (let vertex = 0; vertex < graph.nodes; vertex++) {
    if (vertex % PIECE_STEPS === 0) yield;
    const head = heads[vertex]!;
    if (head === NONE) continue;
    const feeder = feeders.get(head) ?? newFeeder(present, head, vertex);
    feeders.set(head, feeder);
    feeder.nodes.push(graph.twinOf[vertex]!);
    feeder.lengthKm += graph.lengthKm[present.tree.via[vertex]!] || 0;
  }
  yield* joinsOf(present, heads, feeders);
  return [...feeders.values()].sort((a, b) => a.head - b.head || a.nodes[0]! - b.nodes[0]!);
}

/** Of each vertex the branch that begins its feeder. */
function* headsOf({ graph, tree }: Present): Work<Int32Array> {
  const UNKNOWN = -2;
  const heads = new Int32Array(graph.vertices).fill(UNKNOWN);
  const way: number[] = [];
  for (let vertex = 0, count = 0; vertex < graph.vertices; vertex++) {
    let at = vertex;
    while (heads[at] === UNKNOWN && tree.via[at]! >= 0) {
      if (count++ % PIECE_STEPS === 0) yield;
      way.push(at);
      at = otherEnd(graph, tree.via[at]!, at);
    }
    if (heads[at] === UNKNOWN) heads[at] = NONE;
    let head = heads[at]!;
    for (let next = way.pop(); next !== undefined; next = way.pop()) {
      head = headBehind(graph, tree.via[next]!, head);
      heads[next] = head;
    }
  }
  return heads;
}

function headBehind(graph: NetworkGraph, via: number, before: number): number {
  if (via >= graph.branches) return NONE; // behind a tie another network begins, at its own substation
  if (before !== NONE) return before;
  return WAY_KINDS.has(graph.directory.kindAt(graph.edgeTwin[via]!)) ? via : NONE;
}

/** The source of its own network over which a vertex is fed. */
function sourceOf({ graph, tree }: Present, vertex: number): number {
  let at = vertex;
  for (let edge = tree.via[at]!; edge >= 0; edge = tree.via[at]!) {
    at = otherEnd(graph, edge, at);
    if (edge >= graph.branches) break;
  }
  return at;
}

function newFeeder(present: Present, head: number, vertex: number): Feeder {
  const { graph } = present;
  return {
    head: graph.edgeTwin[head]!,
    source: graph.twinOf[sourceOf(present, vertex)]!,
    network: graph.twinOf[graph.networkOf[vertex]!]!,
    ...{ nodes: [], lengthKm: 0, openPoints: new Set(), meshedWith: new Set() },
  };
}

/** What lies between two feeders, or a feeder and a substation (F3, F4). */
function* joinsOf({ graph, switching, tree }: Present, heads: Int32Array, feeders: Map<number, Feeder>): Work<void> {
  const { branches, from, to } = graph;
  for (let branch = 0; branch < branches; branch++) {
    if (branch % PIECE_STEPS === 0) yield;
    const [a, z] = [from[branch]!, to[branch]!];
    if (a < 0 || heads[a] === heads[z] || !isReached(tree, a) || !isReached(tree, z)) continue;
    if (tree.via[a] === branch || tree.via[z] === branch) continue;
    const [one, other] = [feeders.get(heads[a]!), feeders.get(heads[z]!)];
    if (switching.isOpen[branch] === 1) {
      for (const twin of openAt(graph, switching.positions, branch))
        for (const feeder of [one, other]) feeder?.openPoints.add(twin);
    } else if (one && other) {
      one.meshedWith.add(other.head);
      other.meshedWith.add(one.head);
    }
  }
}

/** What of a branch and its switches does not conduct. */
function openAt({ directory, edgeTwin }: NetworkGraph, positions: Uint8Array, branch: number): number[] {
  const twins = [edgeTwin[branch]!, ...directory.branchTable.switches.of(branch)];
  return twins.filter((twin) => (positions[twin]! & CONDUCTING) === 0);
}
