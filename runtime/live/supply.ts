// Supply: which nodes of the partition's networks are reached by a source, and who is to be told when that changes.
// Fed by    twins whose `conducting` or `sourcing` changed
// Gives     `supply.lost` and `supply.restored`: for nodes, for branches without any live end, for what nodes feed
// U1  supply is a function of the positions alone; after a restart only what differs from what was told is told
// U2  what is fed by several nodes of one carrier is unsupplied only when all of them are dead

import type { Directory } from "../../models/directory.ts";
import type { Branch, Kind, Link, TwinId } from "../../models/district.ts";
import { buildTopology, FEEDING_KINDS, NODE_KINDS, type StandingTwin, type Topology } from "../../models/topology.ts";
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

const NO_KINDS: ReadonlySet<Kind> = new Set();

interface Network {
  topology: Topology;
  alive: Uint8Array;
  branchAlive: Map<TwinId, boolean>;
}

export class Supply {
  /** None before `restore`. */
  #networks: Network[] = [];
  readonly #concerns = new Map<TwinId, number[]>();
  readonly #dirty = new Set<number>();
  readonly #directory: Directory;
  readonly #neighbours: Neighbours;
  /** The partition, as the directory numbers it. */
  readonly #cell: number;
  readonly #twin: (id: TwinId) => Conductor | undefined;
  /** Of twins that were asked once; asked anew when their position changed. */
  readonly #positions = new Map<TwinId, Conductor>();
  /** Told of each twin whose position changed. */
  moved: ((twin: TwinId) => void) | undefined;

  constructor(directory: Directory, cell: number, neighbours: Neighbours, twin: (id: TwinId) => Conductor | undefined) {
    this.#directory = directory;
    this.#neighbours = neighbours;
    this.#cell = cell;
    this.#twin = twin;
  }

  /** Ids of the nodes and branch twins that were last told they are dead. */
  dead(): TwinId[] {
    return this.#networks.flatMap(({ topology, alive, branchAlive }) => [
      ...topology.nodes.filter((_, i) => alive[i] === 0),
      ...[...branchAlive].filter(([, isAlive]) => !isAlive).map(([twin]) => twin),
    ]);
  }

  /** To be called once: takes up what was told before a restart. What changed since is told by the next update. */
  restore(dead: ReadonlySet<TwinId>): void {
    const [twins, links] = this.#standing();
    for (const [i, topology] of buildTopology(twins, links, this.#directory.branchesIn(this.#cell)).entries()) {
      const branches = branchesBesideNodes(topology).map(({ twin }) => [twin, !dead.has(twin)] as const);
      const alive = Uint8Array.from(topology.nodes, (node) => (dead.has(node) ? 0 : 1));
      this.#networks.push({ topology, alive, branchAlive: new Map(branches) });
      for (const id of topology.branchTwins) {
        const known = this.#concerns.get(id);
        if (known) known.push(i);
        else this.#concerns.set(id, [i]);
      }
      this.#dirty.add(i);
    }
  }

  /** Twins of the partition that stand in networks or feed them, and what those feed. */
  #standing(): [StandingTwin[], Link[]] {
    const directory = this.#directory;
    const twins: StandingTwin[] = [];
    const links: Link[] = [];
    for (const kind of NODE_KINDS) {
      for (const i of this.#ofKind(kind)) twins.push({ id: directory.idAt(i), kind, attributes: {} });
    }
    for (const kind of FEEDING_KINDS) {
      for (const i of this.#ofKind(kind)) {
        const twin = directory.modelAt(i);
        twins.push(twin);
        directory.eachLink(i, (role, to) => {
          if (role === "feeds") links.push({ from: twin.id, role, to: directory.idAt(to) });
        });
      }
    }
    return [twins, links];
  }

  *#ofKind(kind: Kind): Iterable<number> {
    const [from, to] = this.#directory.ofKind(kind);
    for (let i = from; i < to; i++) if (this.#directory.cellAt(i) === this.#cell) yield i;
  }

  /** What hangs on a node, and is no node. */
  #attached(node: TwinId): TwinId[] {
    const isFed = (id: TwinId, besides: ReadonlySet<Kind>): boolean => {
      const kind = this.#directory.kindOf(id)!;
      return !NODE_KINDS.has(kind) && !besides.has(kind);
    };
    return [
      ...this.#neighbours.of(node, "feeds").filter((id) => isFed(id, NO_KINDS)),
      ...this.#neighbours.of(node, "fedBy").filter((id) => isFed(id, SOURCE_KINDS)),
    ];
  }

  get isDirty(): boolean {
    return this.#dirty.size > 0;
  }

  /** A twin's `conducting` or `sourcing` changed. */
  positionChanged(twin: TwinId): void {
    this.#positions.delete(twin);
    this.moved?.(twin);
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
    for (const { topology, alive } of this.#networks) {
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
    const network = this.#networks[which]!;
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
    for (const { twin, from, to } of branchesBesideNodes(topology)) {
      const alive = now[topology.nodeIndex.get(from)!] === 1 || now[topology.nodeIndex.get(to)!] === 1;
      live.set(twin, alive || (live.get(twin) ?? false));
    }
    for (const [twin, alive] of live) {
      if (branchAlive.get(twin) !== alive) changes.push({ to: twin, node: twin, alive });
    }
    network.branchAlive = live;
  }
}

/** Without the ways that are themselves nodes: a reservoir hears of itself as of a node. */
function branchesBesideNodes({ branches, nodeIndex }: Topology): Branch[] {
  return branches.filter(({ twin }) => !nodeIndex.has(twin));
}
