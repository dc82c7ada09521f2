// Trace: what lies upstream and downstream of a twin, at one set of positions.
// Fed by    the graph, its switching and supply tree
// Gives     twins by number, nearest first
// T1  upstream is all that lies on a way from a source along which the distance to sources falls with every branch: in a
//     ring the ways on both sides; downstream is the same the other way round
// T2  downstream are also loads, buildings, meters ... that hang there; of branches with ends as near as each other, the branch and nothing behind it
// T3  solely downstream is what has no other way from any source: what loses its supply when the twin is out; what hangs
//     on several parts of one carrier does so when all of them do
// T4  what a source supplies is all that consumes on the networks that it reaches; what anything else does, all of it downstream
// T5  what no source reaches has nothing upstream and, but for what hangs on it, nothing downstream

import { sidesOf } from "./ends-of.ts";
import { Found, type FoundTwins } from "./found.ts";
import { isBranch, type NetworkGraph, otherEnd } from "./graph.ts";
import { anchorsOf, eachHanging, isPart } from "./hanging.ts";
import { lossOf } from "./loss.ts";
import type { Present } from "./present.ts";
import { isReached, nearEnd } from "./supply-tree.ts";
import { PIECE_STEPS, type Work } from "../work.ts";

export type IsWanted = (twin: number) => boolean;

export function* upstreamOf(present: Present, twin: number, isWanted: IsWanted): Work<FoundTwins> {
  const { graph, switching, tree } = present;
  const found = new Found();
  const { parts, between } = anchorsOf(graph, twin);
  const step = parts[0] === twin ? 0 : 2 * (between.length + 1);
  const starts = new Map<number, number>();
  for (const part of parts) {
    const vertex = graph.vertexOf[part]!;
    const { before, between: sides } = sidesOf(graph, switching, tree, part);
    if (vertex >= 0 ? !isReached(tree, vertex) : before.size === 0) continue;
    found.add(part, step);
    emit(present, sides.before, step + 1, found, false);
    // A plant may be a node's source and a branch, too: its supply begins where it is a source.
    if (vertex >= 0) starts.set(vertex, step);
    else for (const end of before) starts.set(end, step + 2);
  }
  if (starts.size > 0) for (const [i, each] of between.entries()) found.add(each, i + 1);
  yield* walk(present, starts, "up", found);
  return found.sorted((each) => each !== twin && isWanted(each));
}

export function* downstreamOf(present: Present, twin: number, isSole: boolean, isWanted: IsWanted): Work<FoundTwins> {
  const found = yield* below(present, twin);
  if (!isSole || !isPart(present.graph, twin)) return found.sorted((each) => each !== twin && isWanted(each));
  const isLost = yield* lossOf(present, twin);
  return found.sorted((each) => each !== twin && isLost(each) && isWanted(each));
}

/** What consumes: loads, buildings, meters ...; exchangers; junctions with a demand, which is what `demands` says. */
export function* suppliesOf(present: Present, twin: number, demands: Uint8Array, isWanted: IsWanted): Work<FoundTwins> {
  const { graph, switching } = present;
  const { directory } = graph;
  const vertex = graph.vertexOf[twin]!;
  const isSource = vertex >= 0 && graph.sources.includes(vertex);
  let found: Found;
  if (!isSource) found = yield* below(present, twin);
  else {
    found = new Found();
    if (switching.isSourcing[vertex] === 1) yield* walk(present, new Map([[vertex, 0]]), "over", found);
  }
  const consumes = (each: number) =>
    found.isConsumer(each) || directory.kindAt(each) === "exchanger" || demands[each] === 1;
  return found.sorted((each) => each !== twin && isWanted(each) && consumes(each));
}

function* below(present: Present, twin: number): Work<Found> {
  const { graph, switching, tree } = present;
  const found = new Found();
  found.add(twin, 0);
  hang(present, twin, 0, found);
  if (!isPart(graph, twin)) return found;
  const { behind, between } = sidesOf(graph, switching, tree, twin);
  emit(present, between.behind, 1, found, true);
  const own = graph.vertexOf[twin]!;
  const starts = own >= 0 ? [[own, 0] as const] : [...behind].map((vertex) => [vertex, 2] as const);
  yield* walk(present, new Map(starts), "down", found);
  return found;
}

function hang({ graph }: Present, twin: number, step: number, found: Found): void {
  eachHanging(graph, twin, (each, depth, isFed) => void found.add(each, step + depth, isFed));
}

function emit(present: Present, twins: Iterable<number>, step: number, found: Found, isHanging: boolean): void {
  for (const twin of twins) if (found.add(twin, step) && isHanging) hang(present, twin, step, found);
}

function* withSwitches({ directory, edgeTwin }: NetworkGraph, branch: number): Iterable<number> {
  const { switches } = directory.branchTable;
  yield edgeTwin[branch]!;
  for (let at = switches.from(branch); at < switches.to(branch); at++) yield switches.values[at]!;
}

/** Against supply, with it, or over all that conducts. */
type Way = "up" | "down" | "over";

/** `steps`: of the vertices where it begins; those of all that it comes to are put there, too. */
function* walk(present: Present, steps: Map<number, number>, way: Way, found: Found): Work<void> {
  const { graph, switching, tree } = present;
  const isUp = way === "up";
  let count = 0;
  for (const [vertex, step] of steps) {
    if (count++ % PIECE_STEPS === 0) yield;
    found.add(graph.twinOf[vertex]!, step);
    if (!isUp) hang(present, graph.twinOf[vertex]!, step, found);
    for (let at = graph.starts[vertex]!; at < graph.starts[vertex + 1]!; at++) {
      const edge = graph.ways[at]!;
      if (switching.isOpen[edge] === 1) continue;
      const near = nearEnd(graph, tree, edge);
      const isEither = way === "over" && (isBranch(graph, edge) || graph.from[edge] === vertex);
      const goesOn = isEither || (isUp ? near >= 0 && near !== vertex : near === vertex);
      // Between ends as near as each other a branch is fed from both, and feeds nothing.
      const isLevel = near < 0 && !isUp && isReached(tree, vertex);
      if (isBranch(graph, edge) && (goesOn || isLevel)) {
        emit(present, withSwitches(graph, edge), step + 1, found, !isUp);
      }
      const next = otherEnd(graph, edge, vertex);
      if (goesOn && !steps.has(next)) steps.set(next, step + 2);
    }
  }
}
