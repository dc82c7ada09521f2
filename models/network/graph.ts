// The graph of all networks of a district, in typed arrays: nodes and sources as vertices, branches and ties between them as edges.
// Fed by    a directory, once; nothing of it changes with positions
// Gives     vertices and edges by numbers, the networks as connected components, the carrier of each
// Must not  make an object for each element, or know what a position means (switching.ts)
// G1  a network is what hangs together over branches, whatever their positions: the same as in models/topology.ts
// G2  a tie leads from a source to a node that it feeds; or from a node to a source of the same carrier that it feeds, as a
//     medium-voltage bus feeds the grid of a low-voltage network. It is no branch, joins no networks, and supplies one way only
// G3  branches have the numbers that the directory gives them; one with an end that is no node is in no network

import type { Directory } from "../directory.ts";
import { type Attributes, CARRIERS, type Carrier, type Kind } from "../district.ts";
import { FEEDING_KINDS, isFeedingSource, NODE_KINDS } from "../topology.ts";
import { componentsOf, rowsOf } from "./rows.ts";
import { PIECE_STEPS, type Work } from "../work.ts";

/** Branches with a length; that of all others is taken as nothing. */
export const WAY_KINDS: ReadonlySet<Kind> = new Set<Kind>(["line", "pipe"]);

/** Nodes that are sources themselves. */
const STORING_KINDS: readonly Kind[] = ["reservoir", "tank"];

export interface NetworkGraph {
  readonly directory: Directory;
  /** Vertices below this one are nodes, in the order of their ids; the others are sources that stand at nodes. */
  readonly nodes: number;
  readonly vertices: number;
  /** Number of a vertex's twin. */
  readonly twinOf: Uint32Array;
  /** Vertex of a twin; -1 for a twin that is none. */
  readonly vertexOf: Int32Array;
  /** Sources, with the nodes that are some. */
  readonly sources: Uint32Array;
  /** Of a vertex: 1 for a source that a node of its carrier feeds. */
  readonly isFed: Uint8Array;
  /** Edges below this one are branches, the others ties. */
  readonly branches: number;
  readonly edges: number;
  /** Vertices at the ends of an edge; -1 for both when one of them is no node. A tie supplies its `to` from its `from`. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** Of a branch its twin, of a tie its source. */
  readonly edgeTwin: Uint32Array;
  /** NaN for a line or pipe whose length is not known; 0 for all that has none. */
  readonly lengthKm: Float64Array;
  /** Edges at vertex v: `ways[starts[v]]` to `ways[starts[v + 1] - 1]`. */
  readonly starts: Uint32Array;
  readonly ways: Uint32Array;
  /** In the same form, of a twin the branches that it is, or that it switches. */
  readonly conductedStarts: Uint32Array;
  readonly conducted: Uint32Array;
  /** Of a vertex: the first node of its network. */
  readonly networkOf: Int32Array;
  /** Twins whose position matters, each once. */
  readonly conductors: Uint32Array;
  /** What the network of a vertex carries. */
  readonly carrierOf: (vertex: number) => Carrier;
}

export function* buildGraph(directory: Directory): Work<NetworkGraph> {
  const vertexOf = new Int32Array(directory.size).fill(-1);
  const twins: number[] = [];
  for (const kind of [...NODE_KINDS].sort()) {
    const [first, end] = directory.ofKind(kind);
    for (let twin = first; twin < end; twin++) vertexOf[twin] = twins.push(twin) - 1;
  }
  const nodes = twins.length;
  const { ends, switches } = directory.branchTable;
  const branches = ends.length / 3;
  const edges = new Edges();
  for (let branch = 0; branch < branches; branch++) {
    if (branch % PIECE_STEPS === 0) yield;
    const [twin, a, z] = [ends[3 * branch]!, vertexOf[ends[3 * branch + 1]!]!, vertexOf[ends[3 * branch + 2]!]!];
    if (a >= 0 && z >= 0) edges.add(a, z, twin);
    else edges.add(-1, -1, twin);
  }
  const networks = [...componentsOf(nodes, edges.from, edges.to)];
  yield;
  const carriers = new Map<number, Carrier>();
  const carrierOf = (vertex: number): Carrier => {
    const network = networks[vertex]!;
    const carrier = carriers.get(network) ?? carrierAt(directory, twins[network]!);
    carriers.set(network, carrier);
    return carrier;
  };
  const fedSources: number[] = [];
  for (const [count, source] of feedingSources(directory).entries()) {
    if (count % PIECE_STEPS === 0) yield;
    const fedNodes = nodesAt(directory, vertexOf, source, "feeds");
    if (fedNodes.length === 0) continue;
    const vertex = twins.push(source) - 1;
    vertexOf[source] = vertex;
    networks.push(networks[fedNodes[0]!]!);
    for (const node of fedNodes) edges.add(vertex, node, source);
    for (const node of nodesAt(directory, vertexOf, source, "fedBy")) {
      if (carrierOf(node) !== carrierOf(fedNodes[0]!)) continue;
      edges.add(node, vertex, source);
      fedSources.push(vertex);
    }
  }
  const twinOf = Uint32Array.from(twins);
  const isSource = (vertex: number) => vertex >= nodes || STORING_KINDS.includes(directory.kindAt(twinOf[vertex]!));
  const isFed = new Uint8Array(twinOf.length);
  for (const vertex of fedSources) isFed[vertex] = 1;
  const [starts, ways] = rowsOf(twinOf.length, edges.from, edges.to);
  yield;
  const [conductedStarts, conducted] = conductedBy(directory);
  yield;
  return {
    ...{ directory, nodes, vertices: twinOf.length, twinOf, vertexOf, isFed, starts, ways, conductedStarts, conducted },
    sources: Uint32Array.from(twinOf.keys()).filter(isSource),
    ...{ branches, edges: edges.twin.length, carrierOf, networkOf: Int32Array.from(networks) },
    ...{ from: Int32Array.from(edges.from), to: Int32Array.from(edges.to), edgeTwin: Uint32Array.from(edges.twin) },
    lengthKm: yield* lengthsOf(directory, edges.twin, branches),
    conductors: Uint32Array.from(new Set([...edges.twin, ...switches.values, ...storing(directory)])),
  };
}

class Edges {
  readonly from: number[] = [];
  readonly to: number[] = [];
  readonly twin: number[] = [];

  add(from: number, to: number, twin: number): void {
    this.from.push(from);
    this.to.push(to);
    this.twin.push(twin);
  }
}

export const isBranch = (graph: NetworkGraph, edge: number): boolean => edge < graph.branches;

export function otherEnd({ from, to }: NetworkGraph, edge: number, vertex: number): number {
  return from[edge] === vertex ? to[edge]! : from[edge]!;
}

/** What a network carries, by one of its nodes. Electric models name no carrier. */
export function carrierAt(directory: Directory, node: number): Carrier {
  if (directory.kindAt(node) === "bus") return "electricity";
  const { carrier } = directory.modelAt(node).attributes;
  return CARRIERS.find((each) => each === carrier) ?? "water";
}

function* storing(directory: Directory): Iterable<number> {
  for (const kind of STORING_KINDS) {
    const [first, end] = directory.ofKind(kind);
    for (let twin = first; twin < end; twin++) yield twin;
  }
}

function feedingSources(directory: Directory): number[] {
  const found: number[] = [];
  for (const kind of FEEDING_KINDS) {
    const [first, end] = directory.ofKind(kind);
    for (let twin = first; twin < end; twin++) if (isFeedingSource(directory.modelAt(twin))) found.push(twin);
  }
  return found.sort((a, b) => a - b);
}

function nodesAt(directory: Directory, vertexOf: Int32Array, twin: number, wanted: "feeds" | "fedBy"): number[] {
  const found = new Set<number>();
  directory.eachLink(twin, (role, other) => {
    if (role === wanted && NODE_KINDS.has(directory.kindAt(other))) found.add(vertexOf[other]!);
  });
  return [...found];
}

/** Of each twin the branches that it is or switches, each once. */
function conductedBy(directory: Directory): [starts: Uint32Array, branches: Uint32Array] {
  const { ends, switches } = directory.branchTable;
  const starts = new Uint32Array(directory.size + 1);
  const each = (found: (twin: number, branch: number) => void): void => {
    for (let branch = 0; branch < switches.length; branch++) {
      found(ends[3 * branch]!, branch);
      for (let at = switches.from(branch); at < switches.to(branch); at++) found(switches.values[at]!, branch);
    }
  };
  each((twin) => starts[twin + 1]!++);
  for (let twin = 0; twin < directory.size; twin++) starts[twin + 1]! += starts[twin]!;
  const next = starts.slice();
  const branches = new Uint32Array(starts[directory.size]!);
  each((twin, branch) => {
    branches[next[twin]!++] = branch;
  });
  return [starts, branches];
}

/** A model is read for each line and pipe: the most work of all. */
function* lengthsOf(directory: Directory, twins: readonly number[], branches: number): Work<Float64Array> {
  const lengths = new Float64Array(twins.length);
  for (let branch = 0; branch < branches; branch++) {
    if (branch % MODELS_OF_A_PIECE === 0) yield;
    const twin = twins[branch]!;
    if (!WAY_KINDS.has(directory.kindAt(twin))) continue;
    lengths[branch] = lengthOf(directory.modelAt(twin).attributes);
  }
  return lengths;
}

const MODELS_OF_A_PIECE = 128;

/** Networks of cables are measured in kilometres, those of pipes in EPANET's metres. */
function lengthOf({ lengthKm, lengthM }: Attributes): number {
  const km = typeof lengthKm === "number" ? lengthKm : typeof lengthM === "number" ? lengthM / 1_000 : Number.NaN;
  return km >= 0 ? km : Number.NaN;
}
