// Path: the shortest way from one twin to another through what conducts, and the way from the source that is nearest.
// Fed by    the present networks
// Gives     the twins along the way in order, its length as far as that is known; the sources of a twin, nearest first
// P1  shortest is by kilometres of lines and pipes, then by the number of branches: where no length is known, by branches alone
// P2  a way goes through ties in either direction, from one network to the next of its carrier
// P3  a way that begins or ends with a branch begins or ends at either of its ends, and the length of that branch counts;
//     one that does not conduct is not passed through

import { DistanceHeap, isNearer } from "./distance-heap.ts";
import { conductedBy, standsAt } from "./ends-of.ts";
import { isBranch, type NetworkGraph, otherEnd } from "./graph.ts";
import { anchorsOf } from "./hanging.ts";
import type { Present } from "./present.ts";
import { isReached } from "./supply-tree.ts";
import { PIECE_STEPS, type Work } from "../work.ts";

export interface NetworkPath {
  /** From the one to the other, both included. */
  twins: number[];
  /** Of all lines and pipes on it whose length is known. */
  lengthKm: number;
  /** Lines and pipes on it whose length is not known. */
  unknownLengths: number;
  /** Branches that it passes. */
  branches: number;
}

/** Which vertices a search may go to over an edge. */
type Leads = (edge: number, from: number) => boolean;

const isEitherWay: Leads = () => true;

/** By vertices. */
interface Search {
  km: Float64Array;
  count: Int32Array;
  /** The edge over which a vertex was reached; -1 where the search began. */
  via: Int32Array;
}

/** Vertices in the order of their distance from the nearest of those where it begins. */
function* outwards(
  { graph, switching }: Present,
  begins: Iterable<number>,
  leads: Leads,
  { km, count, via }: Search,
): Generator<number, void> {
  const heap = new DistanceHeap();
  for (const vertex of begins) {
    km[vertex] = 0;
    heap.push(vertex, 0, 0);
  }
  for (let vertex = heap.pop(); vertex >= 0; vertex = heap.pop()) {
    if (heap.km !== km[vertex] || heap.branches !== count[vertex]) continue;
    const [ownKm, ownCount] = [heap.km, heap.branches];
    yield vertex;
    for (let at = graph.starts[vertex]!; at < graph.starts[vertex + 1]!; at++) {
      const edge = graph.ways[at]!;
      if (switching.isOpen[edge] === 1 || !leads(edge, vertex)) continue;
      const next = otherEnd(graph, edge, vertex);
      const [nextKm, nextCount] = [ownKm + (graph.lengthKm[edge] || 0), ownCount + 1];
      if (!isNearer(nextKm, nextCount, km[next]!, count[next]!)) continue;
      km[next] = nextKm;
      count[next] = nextCount;
      via[next] = edge;
      heap.push(next, nextKm, nextCount);
    }
  }
}

const newSearch = ({ vertices }: NetworkGraph): Search => ({
  km: new Float64Array(vertices).fill(Number.POSITIVE_INFINITY),
  count: new Int32Array(vertices),
  via: new Int32Array(vertices).fill(-1),
});

/** Undefined when nothing that conducts joins them. */
export function* pathBetween(present: Present, from: number, to: number): Work<NetworkPath | undefined> {
  const { graph } = present;
  const [start, end] = [anchorsOf(graph, from), anchorsOf(graph, to)];
  const [begins, ends] = [endsOf(graph, start.parts), endsOf(graph, end.parts)];
  if (from === to) return begins.size > 0 ? { twins: [from], lengthKm: 0, unknownLengths: 0, branches: 0 } : undefined;
  const search = newSearch(graph);
  let count = 0;
  for (const vertex of outwards(present, begins.keys(), isEitherWay, search)) {
    if (count++ % PIECE_STEPS === 0) yield;
    if (!ends.has(vertex)) continue;
    const [first, edges] = wayBack(graph, vertex, (at) => search.via[at]!);
    const [head, foot] = [begins.get(first)!, ends.get(vertex)!];
    const way = [from, ...start.between, head, ...passed(graph, first, edges), foot, ...end.between.reverse(), to];
    return measured(graph, way, edges, [head, foot]);
  }
  return undefined;
}

/** The way from the source that is nearest; undefined for what no source reaches. */
export function supplyPath({ graph, tree }: Present, twin: number): NetworkPath | undefined {
  const { km, count } = tree;
  const { parts, between } = anchorsOf(graph, twin);
  const ends = endsOf(graph, parts);
  const reached = [...ends.keys()].filter((vertex) => isReached(tree, vertex));
  if (reached.length === 0) return undefined;
  const nearest = reached.reduce((a, b) => (isNearer(km[b]!, count[b]!, km[a]!, count[a]!) ? b : a));
  const [first, edges] = wayBack(graph, nearest, (at) => tree.via[at]!);
  const foot = ends.get(nearest)!;
  return measured(graph, [...passed(graph, first, edges), foot, ...between.reverse(), twin], edges, [foot]);
}

/** Sources that reach a twin, the nearest first, with those that feed these. */
export function* sourcesOf(present: Present, twin: number): Work<number[]> {
  const { graph, switching, tree } = present;
  const against: Leads = (edge, vertex) => isBranch(graph, edge) || graph.to[edge] === vertex;
  const begins = [...endsOf(graph, anchorsOf(graph, twin).parts).keys()].filter((vertex) => isReached(tree, vertex));
  const found: number[] = [];
  let count = 0;
  for (const vertex of outwards(present, begins, against, newSearch(graph))) {
    if (count++ % PIECE_STEPS === 0) yield;
    const source = graph.twinOf[vertex]!;
    if (switching.isSourcing[vertex] === 1 && source !== twin) found.push(source);
  }
  return found;
}

/** Vertices at which a way to parts of a network may end, each with the part that is reached there. */
function endsOf(graph: NetworkGraph, parts: readonly number[]): Map<number, number> {
  const ends = new Map<number, number>();
  for (const part of parts) if (graph.vertexOf[part]! >= 0) ends.set(graph.vertexOf[part]!, part);
  for (const part of parts) {
    if (graph.vertexOf[part]! >= 0) continue;
    for (const branch of conductedBy(graph, part)) {
      for (const end of [graph.from[branch]!, graph.to[branch]!]) if (end >= 0 && !ends.has(end)) ends.set(end, part);
    }
  }
  return ends;
}

function wayBack(
  graph: NetworkGraph,
  last: number,
  viaOf: (vertex: number) => number,
): [first: number, edges: number[]] {
  const edges: number[] = [];
  let vertex = last;
  for (let edge = viaOf(vertex); edge >= 0; edge = viaOf(vertex)) {
    edges.push(edge);
    vertex = otherEnd(graph, edge, vertex);
  }
  return [vertex, edges.reverse()];
}

/** All twins that are passed, from a vertex on. */
function passed(graph: NetworkGraph, first: number, edges: readonly number[]): number[] {
  const { directory, twinOf } = graph;
  const twins = [twinOf[first]!];
  let vertex = first;
  for (const edge of edges) {
    const next = otherEnd(graph, edge, vertex);
    if (isBranch(graph, edge)) {
      const switches = new Set(directory.branchTable.switches.of(edge));
      const atNext = [...switches].filter((each) => standsAt(graph, each, next) && !standsAt(graph, each, vertex));
      for (const each of atNext) switches.delete(each);
      twins.push(...switches, graph.edgeTwin[edge]!, ...atNext);
    }
    twins.push(twinOf[next]!);
    vertex = next;
  }
  return twins;
}

/** `ends`: the parts with which the way begins and ends. */
function measured(
  graph: NetworkGraph,
  twins: readonly number[],
  edges: readonly number[],
  ends: readonly number[],
): NetworkPath {
  const branches = new Set(edges.filter((edge) => isBranch(graph, edge)));
  const own = (part: number) => conductedBy(graph, part).find((branch) => graph.edgeTwin[branch] === part);
  for (const part of ends) {
    const branch = graph.vertexOf[part]! >= 0 ? undefined : own(part);
    if (branch !== undefined) branches.add(branch);
  }
  const lengths = [...branches].map((branch) => graph.lengthKm[branch]!);
  const known = lengths.filter((km) => !Number.isNaN(km));
  return {
    twins: [...new Set(twins)],
    lengthKm: known.reduce((sum, km) => sum + km, 0),
    unknownLengths: lengths.length - known.length,
    branches: branches.size,
  };
}
