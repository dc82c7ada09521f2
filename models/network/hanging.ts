// Hanging: where a twin hangs on the networks that is no part of one itself, and what hangs on a part of one.
// Fed by    the links of the district: feeds, measures, and what is part of what
// Gives     the parts (vertices, branches, switches) that a twin hangs on, and those between; all that hangs on a part
// H1  a load, generator, storage, building ... hangs on what feeds it, over others of them, too (a building on its load on its
//     bus); what nothing feeds hangs on what it feeds, and without that where the building hangs that it is part of
// H2  a meter hangs on what it measures; where that is a building, on networks of the meter's own carrier alone
// H3  a part of another network that is fed (an electric pump, a plant) hangs as a consumer, and nothing of its network with it

import type { Carrier, Role } from "../district.ts";
import type { NetworkGraph } from "./graph.ts";

/** Whether a twin is part of a network: a node or a source, a branch, or a switch of one. */
export function isPart({ vertexOf, conductedStarts }: NetworkGraph, twin: number): boolean {
  return vertexOf[twin]! >= 0 || conductedStarts[twin]! < conductedStarts[twin + 1]!;
}

/** What the network carries that a part belongs to. */
export function carrierOfPart(
  { vertexOf, conductedStarts, conducted, from, carrierOf }: NetworkGraph,
  part: number,
): Carrier {
  if (vertexOf[part]! >= 0) return carrierOf(vertexOf[part]!);
  const end = from[conducted[conductedStarts[part]!]!]!;
  return end < 0 ? "electricity" : carrierOf(end);
}

export interface Anchors {
  /** The parts that it hangs on; itself, when it is one. */
  parts: number[];
  /** Twins on the way to them, the nearest first. */
  between: number[];
}

/** Links that lead to what a twin hangs on; the next ones count where those before lead nowhere. */
const WAYS_UP: readonly (readonly Role[])[] = [["measures", "fedBy"], ["feeds"], ["isPartOf"]];

export function anchorsOf(graph: NetworkGraph, twin: number): Anchors {
  if (isPart(graph, twin)) return { parts: [twin], between: [] };
  const roles: Role[] = [];
  for (const more of WAYS_UP) {
    roles.push(...more);
    const anchors = climb(graph, twin, roles);
    if (anchors.parts.length > 0) return anchors;
  }
  return { parts: [], between: [] };
}

function climb(graph: NetworkGraph, twin: number, roles: readonly Role[]): Anchors {
  const { directory } = graph;
  const cameFrom = new Map<number, number>([[twin, -1]]);
  const parts: number[] = [];
  for (const at of cameFrom.keys()) {
    if (at !== twin && isPart(graph, at)) {
      if (isMeteredThere(graph, at, cameFrom)) parts.push(at);
      continue;
    }
    directory.eachLink(at, (role, other) => {
      if (!roles.includes(role) || cameFrom.has(other) || directory.kindAt(other) === "district") return;
      cameFrom.set(other, at);
    });
  }
  const between = new Set<number>();
  for (const part of parts) {
    for (let at = cameFrom.get(part)!; at !== twin; at = cameFrom.get(at)!) between.add(at);
  }
  return { parts, between: [...cameFrom.keys()].filter((each) => between.has(each)) };
}

/** Whether a part is of the carrier of the meter over which it was reached. What a meter measures itself is, whatever the models call it. */
function isMeteredThere(graph: NetworkGraph, part: number, cameFrom: ReadonlyMap<number, number>): boolean {
  let at = cameFrom.get(part)!;
  if (graph.directory.kindAt(at) === "meter") return true;
  while (at >= 0 && graph.directory.kindAt(at) !== "meter") at = cameFrom.get(at)!;
  return at < 0 || isOfCarrier(graph, at, part);
}

function meterCarrier({ directory }: NetworkGraph, twin: number): Carrier | undefined {
  if (directory.kindAt(twin) !== "meter") return undefined;
  const { carrier } = directory.modelAt(twin).attributes;
  return typeof carrier === "string" ? (carrier as Carrier) : undefined;
}

/** `isFed`: it takes something, or measures; not so what only gives, as a photovoltaic plant. `depth`: 1 for what hangs on the twin itself. */
export type FoundHanging = (twin: number, depth: number, isFed: boolean) => void;

/** All that hangs on a twin, each once, the nearest first. The twin is part of a network, or hangs on one itself. */
export function eachHanging(graph: NetworkGraph, twin: number, found: FoundHanging): void {
  const { directory } = graph;
  const isItselfPart = isPart(graph, twin);
  const depths = new Map<number, number>([[twin, 0]]);
  for (const [at, depth] of depths) {
    const isHere = at === twin && isItselfPart;
    if (at !== twin && isPart(graph, at)) continue;
    directory.eachLink(at, (role, other) => {
      if (depths.has(other)) return;
      // Two loads of one building do not hang on each other: only a part has what feeds it hanging on it.
      if (role === "fedBy" ? !isHere : role !== "feeds" && role !== "measuredBy") return;
      if (isPart(graph, other) && !(role === "feeds" && isConsumer(graph, at, other))) return;
      if (role === "measuredBy" && !isHere && isItselfPart && !isOfCarrier(graph, other, twin)) return;
      depths.set(other, depth + 1);
      found(other, depth + 1, role !== "fedBy");
    });
  }
}

function isOfCarrier(graph: NetworkGraph, meter: number, part: number): boolean {
  const carrier = meterCarrier(graph, meter);
  return carrier === undefined || carrier === carrierOfPart(graph, part);
}

/** Whether a part is fed as a consumer (H3): no node is, and no source to which a tie leads from here. */
function isConsumer({ vertexOf, nodes, starts, ways, from }: NetworkGraph, feeder: number, fed: number): boolean {
  const vertex = vertexOf[fed]!;
  if (vertex < 0) return true;
  if (vertex < nodes || vertexOf[feeder]! < 0) return vertex >= nodes;
  return !ways.subarray(starts[vertex]!, starts[vertex + 1]!).some((edge) => from[edge] === vertexOf[feeder]);
}
