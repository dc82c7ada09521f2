// Connectivity: what of a district hangs together, and what of it a source reaches.
// Fed by    the twins, links and branches of a district, once; then positions and source states at every switch operation
// Gives     one Topology per connected network, and per node whether it is supplied
// Must not  know what a position means (that is `conducts`), or allocate while it answers
// T1  a topology is a connected component over all branches, whatever their positions: switching never changes it
// T2  a node is supplied when a path of conducting branches joins it to a node of a source that is sourcing
// T3  a branch conducts when its twin and all its switches do
// T4  the same district gives the same topologies in the same order, whatever the order of its twins

import type { Branch, Kind, Link, TwinId, TwinModel } from "./district.ts";
import { compressed, placesByOwner } from "./groups.ts";

/** Kinds that stand at the ends of branches. */
export const NODE_KINDS: ReadonlySet<Kind> = new Set<Kind>(["bus", "junction", "tank", "reservoir"]);

/** Kinds of which some feed networks. */
export const FEEDING_KINDS: ReadonlySet<Kind> = new Set<Kind>(["generator", "grid", "plant"]);

/** What of a twin tells whether it stands in a network, or feeds one. */
export type StandingTwin = Pick<TwinModel, "id" | "kind" | "attributes">;

export interface TopologySource {
  /** A grid, a slack generator, a plant, a reservoir or a tank. */
  twin: TwinId;
  /** The nodes of this topology that it feeds; a reservoir or a tank is its own node. */
  nodes: TwinId[];
}

export class Topology {
  /** Sorted by id. */
  readonly nodes: TwinId[];
  /** In the order of the district. */
  readonly branches: Branch[];
  /** Sorted by twin id. */
  readonly sources: TopologySource[];
  readonly nodeIndex: Map<TwinId, number>;
  /** All twins whose state matters to `supplied`: of branches, their switches, sources; each once. */
  readonly branchTwins: TwinId[];

  // Compressed sparse rows: the ways out of node n are `#way[#start[n]]` to `#way[#start[n + 1] - 1]`.
  readonly #start: Uint32Array;
  readonly #wayNode: Uint32Array;
  readonly #wayBranch: Uint32Array;
  // The same shape again: the conductors (its twin, then its switches) of branch b, and the nodes of source s.
  readonly #conductorStart: Uint32Array;
  readonly #conductor: Uint32Array;
  readonly #sourceNodeStart: Uint32Array;
  readonly #sourceNode: Uint32Array;
  /** Index into `branchTwins`: those below conduct or not, each asked once. */
  readonly #conductors: number;
  readonly #conducting: Uint8Array;
  readonly #open: Uint8Array;
  readonly #stack: Int32Array;

  constructor(nodes: TwinId[], branches: Branch[], sources: TopologySource[]) {
    this.nodes = nodes;
    this.branches = branches;
    this.sources = sources;
    this.nodeIndex = new Map(nodes.map((id, index) => [id, index]));
    [this.#start, this.#wayNode, this.#wayBranch] = waysOf(nodes.length, branches, this.nodeIndex);

    const twins = new Map<TwinId, number>();
    const numbered = (twin: TwinId): number => {
      const known = twins.get(twin);
      if (known !== undefined) return known;
      twins.set(twin, twins.size);
      return twins.size - 1;
    };
    [this.#conductorStart, this.#conductor] = compressed(
      branches.map(({ twin, switches }) => (switches.length === 0 ? [twin] : [twin, ...switches]).map(numbered)),
    );
    this.#conductors = twins.size;
    for (const source of sources) numbered(source.twin);
    this.branchTwins = [...twins.keys()];
    [this.#sourceNodeStart, this.#sourceNode] = compressed(
      sources.map((source) => source.nodes.map((node) => this.nodeIndex.get(node)!)),
    );

    this.#conducting = new Uint8Array(this.#conductors);
    this.#open = new Uint8Array(branches.length);
    this.#stack = new Int32Array(nodes.length);
  }

  /**
   * 1 for each node (in the order of `nodes`) that a sourcing source reaches over conducting branches, else 0.
   * `conducts` is asked once for each branch twin and switch, `sourcing` once for each source.
   * The answer is written to `into`; without it, to a new array.
   */
  supplied(
    conducts: (twin: TwinId) => boolean,
    sourcing: (twin: TwinId) => boolean,
    into: Uint8Array = new Uint8Array(this.nodes.length),
  ): Uint8Array {
    into.fill(0);
    this.#askConductors(conducts);
    const stack = this.#stack;
    let height = 0;
    for (let source = 0; source < this.sources.length; source++) {
      if (!sourcing(this.sources[source]!.twin)) continue;
      for (let at = this.#sourceNodeStart[source]!; at < this.#sourceNodeStart[source + 1]!; at++) {
        const node = this.#sourceNode[at]!;
        if (into[node] === 1) continue;
        into[node] = 1;
        stack[height++] = node;
      }
    }
    while (height > 0) {
      const node = stack[--height]!;
      for (let way = this.#start[node]!; way < this.#start[node + 1]!; way++) {
        const next = this.#wayNode[way]!;
        if (into[next] === 1 || this.#open[this.#wayBranch[way]!] === 1) continue;
        into[next] = 1;
        stack[height++] = next;
      }
    }
    return into;
  }

  #askConductors(conducts: (twin: TwinId) => boolean): void {
    for (let twin = 0; twin < this.#conductors; twin++) {
      this.#conducting[twin] = conducts(this.branchTwins[twin]!) ? 1 : 0;
    }
    for (let branch = 0; branch < this.branches.length; branch++) {
      let open = 0;
      for (let at = this.#conductorStart[branch]!; at < this.#conductorStart[branch + 1]!; at++) {
        if (this.#conducting[this.#conductor[at]!] === 0) open = 1;
      }
      this.#open[branch] = open;
    }
  }
}

/** Each branch at both of its ends, in the order of branches. */
function waysOf(
  nodes: number,
  branches: readonly Branch[],
  indexOf: ReadonlyMap<TwinId, number>,
): [start: Uint32Array, node: Uint32Array, branch: Uint32Array] {
  const ends = new Uint32Array(2 * branches.length);
  for (const [branch, { from, to }] of branches.entries()) {
    ends[2 * branch] = indexOf.get(from)!;
    ends[2 * branch + 1] = indexOf.get(to)!;
  }
  const [start, ways] = placesByOwner(nodes, ends);
  return [start, ways.map((end) => ends[end ^ 1]!), ways.map((end) => end >> 1)];
}

/**
 * The connected networks of a district, each once, sorted by their smallest node id. Nodes without any branch are
 * networks of their own. A branch with an end that is no node of the district is left out (D2 forbids it).
 */
export function buildTopology(
  twins: Iterable<StandingTwin>,
  links: Iterable<Link>,
  branches: readonly Branch[],
): Topology[] {
  const byId = new Map<TwinId, StandingTwin>();
  for (const twin of twins) if (NODE_KINDS.has(twin.kind) || isFeedingSource(twin)) byId.set(twin.id, twin);
  const nodes = [...byId.values()].filter((twin) => NODE_KINDS.has(twin.kind)).map((twin) => twin.id);
  nodes.sort(byCodeUnits);
  const indexOf = new Map(nodes.map((id, index) => [id, index]));
  const standing = branches.filter((branch) => indexOf.has(branch.from) && indexOf.has(branch.to));

  const root = Int32Array.from(nodes.keys());
  const find = (node: number): number => {
    let at = node;
    while (root[at] !== at) {
      root[at] = root[root[at]!]!;
      at = root[at]!;
    }
    return at;
  };
  for (const branch of standing) {
    const from = find(indexOf.get(branch.from)!);
    const to = find(indexOf.get(branch.to)!);
    root[Math.max(from, to)] = Math.min(from, to);
  }

  // The root is the smallest node of its network, so roots are met in the order of the networks.
  const parts = new Map<number, { nodes: TwinId[]; branches: Branch[]; sources: Map<TwinId, Set<TwinId>> }>();
  nodes.forEach((id, index) => {
    const of = find(index);
    if (!parts.has(of)) parts.set(of, { nodes: [], branches: [], sources: new Map() });
    parts.get(of)!.nodes.push(id);
  });
  const partOf = (node: TwinId) => parts.get(find(indexOf.get(node)!))!;
  for (const branch of standing) partOf(branch.from).branches.push(branch);

  const addSource = (twin: TwinId, node: TwinId): void => {
    const { sources } = partOf(node);
    if (!sources.has(twin)) sources.set(twin, new Set());
    sources.get(twin)!.add(node);
  };
  for (const id of nodes) {
    const { kind } = byId.get(id)!;
    if (kind === "reservoir" || kind === "tank") addSource(id, id);
  }
  for (const link of links) {
    const from = byId.get(link.from);
    if (link.role === "feeds" && from && isFeedingSource(from) && indexOf.has(link.to)) addSource(from.id, link.to);
  }

  return [...parts.values()].map(
    (part) =>
      new Topology(
        part.nodes,
        part.branches,
        [...part.sources]
          .sort(([a], [b]) => byCodeUnits(a, b))
          .map(([twin, fed]) => ({ twin, nodes: [...fed].sort(byCodeUnits) })),
      ),
  );
}

/** Of generators only those that the model makes the slack; of plants all but those that it says only follow the network. */
export function isFeedingSource({ kind, attributes }: StandingTwin): boolean {
  if (kind === "generator") return attributes.slack === true;
  return FEEDING_KINDS.has(kind) && attributes.slack !== false;
}

/** The order of ids: independent of locale. */
export function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
