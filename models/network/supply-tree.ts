// Supply tree: how far every vertex is from the source that is nearest to it, and over which edge it is reached.
// Fed by    the graph and one set of positions
// Gives     the distance in kilometres of lines and pipes, among equal ones in branches; the last edge of the nearest way
// D1  a vertex is reached exactly when it is supplied: a sourcing source is joined to it over conducting branches
// D2  a fed source is as far from the source that feeds its feeder as it is; where nothing reaches its feeder, it counts as one that nothing feeds
// D3  along the nearest way, and along every branch from the nearer end to the further one, distance grows: so directions form no ring

import { DistanceHeap, isNearer } from "./distance-heap.ts";
import { type NetworkGraph, otherEnd } from "./graph.ts";
import type { Switching } from "./switching.ts";
import { PIECE_STEPS, type Work } from "../work.ts";

export interface SupplyTree {
  /** Infinity for a vertex that is not reached. */
  readonly km: Float64Array;
  readonly count: Int32Array;
  /** The last edge of the way from the source; -1 where the way begins, and where there is none. */
  readonly via: Int32Array;
  /** The source where the way begins; -1 where there is none. */
  readonly origin: Int32Array;
  /** Sources that count as fed by nothing. */
  readonly roots: readonly number[];
}

export function* supplyTreeOf(graph: NetworkGraph, switching: Switching): Work<SupplyTree> {
  const { vertices, sources, isFed } = graph;
  const km = new Float64Array(vertices).fill(Number.POSITIVE_INFINITY);
  const count = new Int32Array(vertices);
  const [via, origin] = [new Int32Array(vertices).fill(-1), new Int32Array(vertices).fill(-1)];
  const tree: SupplyTree = { km, count, via, origin, roots: [] };
  const giving = Array.from(sources).filter((vertex) => switching.isSourcing[vertex] === 1);
  yield* grow(graph, switching, tree, giving.filter((vertex) => isFed[vertex] === 0)); // biome-ignore format: one line
  for (const vertex of giving)
    if (km[vertex] === Number.POSITIVE_INFINITY) yield* grow(graph, switching, tree, [vertex]);
  return tree;
}

function* grow(graph: NetworkGraph, { isOpen }: Switching, tree: SupplyTree, roots: readonly number[]): Work<void> {
  const { starts, ways, branches, from, lengthKm } = graph;
  const { km, count, via, origin } = tree;
  const heap = new DistanceHeap();
  for (const root of roots) {
    km[root] = 0;
    count[root] = 0;
    origin[root] = root;
    (tree.roots as number[]).push(root);
    heap.push(root, 0, 0);
  }
  for (let step = 0, vertex = heap.pop(); vertex >= 0; vertex = heap.pop(), step++) {
    if (step % PIECE_STEPS === 0) yield;
    if (heap.km !== km[vertex] || heap.branches !== count[vertex]) continue;
    for (let at = starts[vertex]!; at < starts[vertex + 1]!; at++) {
      const edge = ways[at]!;
      if (isOpen[edge] === 1 || (edge >= branches && from[edge] !== vertex)) continue;
      const next = otherEnd(graph, edge, vertex);
      const nextKm = km[vertex]! + (lengthKm[edge] || 0);
      const nextCount = count[vertex]! + 1;
      if (!isNearer(nextKm, nextCount, km[next]!, count[next]!)) continue;
      km[next] = nextKm;
      count[next] = nextCount;
      via[next] = edge;
      origin[next] = origin[vertex]!;
      heap.push(next, nextKm, nextCount);
    }
  }
}

export const isReached = ({ km }: SupplyTree, vertex: number): boolean => km[vertex]! < Number.POSITIVE_INFINITY;

/** The end of a conducting edge that it is supplied from; -1 when both are as near, or none is reached. A tie has its `from`. */
export function nearEnd({ from, to, branches }: NetworkGraph, { km, count }: SupplyTree, edge: number): number {
  const [a, z] = [from[edge]!, to[edge]!];
  if (a < 0) return -1;
  if (isNearer(km[a]!, count[a]!, km[z]!, count[z]!)) return a;
  return edge < branches && isNearer(km[z]!, count[z]!, km[a]!, count[a]!) ? z : -1;
}
