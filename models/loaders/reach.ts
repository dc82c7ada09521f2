// What the sources of a file reach, with everything in it as it stands there.
// Fed by    the twins, links and branches that a loader made; attributes `inService`, `closed` and `initialStatus` say what conducts
// Gives     what conducts; the connected parts of the network, each with the nodes that no source reaches

import type { Branch, Link, TwinId, TwinModel } from "../district.ts";
import { buildTopology } from "../topology.ts";

interface NetworkPart {
  nodes: TwinId[];
  /** No branch ends at it: it is one node. */
  isAlone: boolean;
  /** Nodes in service that no source reaches. */
  dark: TwinId[];
}

export interface Reach {
  /** Whether any node is supplied at all. */
  isSupplied: boolean;
  parts: NetworkPart[];
}

export function isInService({ attributes }: TwinModel): boolean {
  return attributes.inService !== false;
}

/** What of a network conducts with everything as it stands in the file. */
export interface Positions {
  isAsleep(id: TwinId): boolean;
  conducts(id: TwinId): boolean;
}

/** What ends at a node that is out of service is dead with it; a three-winding transformer only when all its ways are. */
export function positionsOf(
  twins: { get(id: TwinId): TwinModel | undefined; values(): Iterable<TwinModel> },
  branches: readonly Branch[],
): Positions {
  const asleep = new Set<TwinId>();
  for (const twin of twins.values()) if (!isInService(twin)) asleep.add(twin.id);
  const ways = new Set<TwinId>();
  const alive = new Set<TwinId>();
  for (const { twin, from, to } of branches) {
    ways.add(twin);
    if (!asleep.has(from) && !asleep.has(to)) alive.add(twin);
  }
  const conducts = (id: TwinId): boolean => {
    const { closed, initialStatus } = twins.get(id)!.attributes;
    const isAlive = !asleep.has(id) && (!ways.has(id) || alive.has(id));
    return isAlive && closed !== false && initialStatus !== "closed";
  };
  return { isAsleep: (id) => asleep.has(id), conducts };
}

export function reachOf(twins: readonly TwinModel[], links: readonly Link[], branches: readonly Branch[]): Reach {
  const { isAsleep, conducts } = positionsOf(new Map(twins.map((twin) => [twin.id, twin])), branches);
  let isSupplied = false;
  const parts = buildTopology(twins, links, branches).map((topology) => {
    const supplied = topology.supplied(conducts, (id) => !isAsleep(id));
    isSupplied ||= supplied.includes(1);
    const dark = topology.nodes.filter((id, at) => supplied[at] === 0 && !isAsleep(id));
    return { nodes: topology.nodes, isAlone: topology.branches.length === 0, dark };
  });
  return { isSupplied, parts };
}

/** So many elements are named in one finding; the rest are counted. */
const NAMED = 5;

export function named(places: readonly string[]): string {
  const more = places.length - NAMED;
  return more > 0 ? `${places.slice(0, NAMED).join(", ")} and ${more} more` : places.join(", ");
}
