// Supply: which nodes of the partition's networks are reached by a source, and who is to be told when that changes.
// Fed by    twins whose `conducting` or `sourcing` changed
// Gives     `supply.lost` and `supply.restored`: for nodes, for branches without any live end, for what nodes feed
// U1  supply is a function of the positions alone; after a restart only what differs from what was told is told
// U2  what is fed by several nodes of one carrier is unsupplied only when all of them are dead

import type { District, Kind, TwinId, TwinModel } from "../../models/district.ts";
import { buildTopology, NODE_KINDS, type Topology } from "../../models/topology.ts";
import type { Neighbours } from "./neighbours.ts";

/** Of a twin of the partition, as far as supply is concerned. */
interface Conductor {
  readonly conducting: boolean;
  readonly sourcing: boolean;
}

export interface SupplyChange {
  to: TwinId;
  /** The node whose supply changed; the same as `to` when the node itself is told. */
  node: TwinId;
  alive: boolean;
}

/** Kinds that supply networks: they hear only of the nodes that feed them, never of those they feed. */
export const SOURCE_KINDS: ReadonlySet<Kind> = new Set(["grid", "plant", "reservoir", "tank"]);

/** Their elements name no carrier: it goes without saying. */
const ELECTRIC_KINDS: ReadonlySet<Kind> = new Set([
  "bus",
  "line",
  "transformer",
  "switch",
  "load",
  "generator",
  "storage",
  "grid",
]);

export function carrierOf(model: TwinModel): string {
  const { carrier } = model.attributes;
  if (typeof carrier === "string") return carrier;
  return ELECTRIC_KINDS.has(model.kind) ? "electricity" : "water";
}

export class Supply {
  readonly #topologies: { topology: Topology; alive: Uint8Array; branchAlive: Map<TwinId, boolean> }[];
  readonly #concerns = new Map<TwinId, number[]>();
  readonly #dirty = new Set<number>();
  readonly #twin: (id: TwinId) => Conductor | undefined;
  /** Of twins that were asked once; asked anew when their position changed. */
  readonly #positions = new Map<TwinId, Conductor>();
  readonly #attached: (node: TwinId) => TwinId[];

  constructor(
    district: District,
    models: ReadonlyMap<TwinId, TwinModel>,
    neighbours: Neighbours,
    twin: (id: TwinId) => Conductor | undefined,
  ) {
    this.#twin = twin;
    const here = district.branches.filter((branch) => models.has(branch.twin) && models.has(branch.from));
    this.#topologies = buildTopology(models.values(), district.links, here).map((topology) => ({
      topology,
      alive: new Uint8Array(topology.nodes.length).fill(1),
      branchAlive: new Map(topology.branches.map((branch) => [branch.twin, true])),
    }));
    for (const [i, { topology }] of this.#topologies.entries()) {
      for (const id of topology.branchTwins) this.#concerns.set(id, [...(this.#concerns.get(id) ?? []), i]);
      this.#dirty.add(i);
    }
    const kindOf = (id: TwinId) => district.twins.get(id)?.kind;
    const isNode = (id: TwinId) => NODE_KINDS.has(kindOf(id)!);
    this.#attached = (node) => [
      ...neighbours.of(node, "feeds").filter((id) => !isNode(id)),
      ...neighbours.of(node, "fedBy").filter((id) => !isNode(id) && !SOURCE_KINDS.has(kindOf(id)!)),
    ];
  }

  /** Ids of the nodes and branch twins that were last told they are dead. */
  dead(): TwinId[] {
    return this.#topologies.flatMap(({ topology, alive, branchAlive }) => [
      ...topology.nodes.filter((_, i) => alive[i] === 0),
      ...[...branchAlive].filter(([, isAlive]) => !isAlive).map(([twin]) => twin),
    ]);
  }

  /** Takes up again what was told before a restart. What changed since is told by the next update. */
  restore(dead: ReadonlySet<TwinId>): void {
    for (const { topology, alive, branchAlive } of this.#topologies) {
      for (const [i, node] of topology.nodes.entries()) alive[i] = dead.has(node) ? 0 : 1;
      for (const twin of branchAlive.keys()) branchAlive.set(twin, !dead.has(twin));
    }
  }

  get isDirty(): boolean {
    return this.#dirty.size > 0;
  }

  /** A twin's `conducting` or `sourcing` changed. */
  positionChanged(twin: TwinId): void {
    this.#positions.delete(twin);
    for (const i of this.#concerns.get(twin) ?? []) this.#dirty.add(i);
  }

  /** Brings supply up to date and gives what changed, in a fixed order. */
  update(): SupplyChange[] {
    const changes: SupplyChange[] = [];
    for (const i of [...this.#dirty].sort((a, b) => a - b)) this.#updateOne(i, changes);
    this.#dirty.clear();
    return changes;
  }

  isAlive(node: TwinId): boolean {
    for (const { topology, alive } of this.#topologies) {
      const i = topology.nodeIndex.get(node);
      if (i !== undefined) return alive[i] === 1;
    }
    return true;
  }

  #position(id: TwinId): Conductor {
    let position = this.#positions.get(id);
    if (!position) {
      const { conducting, sourcing } = this.#twin(id) ?? { conducting: true, sourcing: true };
      position = { conducting, sourcing };
      this.#positions.set(id, position);
    }
    return position;
  }

  #updateOne(which: number, changes: SupplyChange[]): void {
    const network = this.#topologies[which]!;
    const { topology, alive: before, branchAlive } = network;
    const now = topology.supplied(
      (id) => this.#position(id).conducting,
      (id) => this.#position(id).sourcing,
    );
    network.alive = now;
    for (const [i, node] of topology.nodes.entries()) {
      if (now[i] === before[i]) continue;
      const alive = now[i] === 1;
      changes.push({ to: node, node, alive });
      for (const to of this.#attached(node)) changes.push({ to, node, alive });
    }
    const live = new Map<TwinId, boolean>();
    for (const { twin, from, to } of topology.branches) {
      const alive = now[topology.nodeIndex.get(from)!] === 1 || now[topology.nodeIndex.get(to)!] === 1;
      live.set(twin, alive || (live.get(twin) ?? false));
    }
    for (const [twin, alive] of live) {
      if (branchAlive.get(twin) !== alive) changes.push({ to: twin, node: twin, alive });
    }
    network.branchAlive = live;
  }
}
