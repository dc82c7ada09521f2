// What the sources of a file reach, with everything in it as it stands there.
// Fed by    the twins, links and branches that a loader made; attributes `inService`, `closed` and `initialStatus` say what conducts
// Gives     the connected parts of the network, each with the nodes that no source reaches

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

export function reachOf(twins: readonly TwinModel[], links: readonly Link[], branches: readonly Branch[]): Reach {
  const byId = new Map(twins.map((twin) => [twin.id, twin]));
  const asleep = new Set(twins.filter((twin) => !isInService(twin)).map(({ id }) => id));
  // What ends at a node that is out of service is dead with it; a three-winding transformer only when all its ways are.
  const alive = new Set(
    branches.filter(({ from, to }) => !asleep.has(from) && !asleep.has(to)).map(({ twin }) => twin),
  );
  const ways = new Set(branches.map(({ twin }) => twin));
  const conducts = (id: TwinId): boolean => {
    const { closed, initialStatus } = byId.get(id)!.attributes;
    const isAlive = !asleep.has(id) && (!ways.has(id) || alive.has(id));
    return isAlive && closed !== false && initialStatus !== "closed";
  };
  let isSupplied = false;
  const parts = buildTopology(twins, links, branches).map((topology) => {
    const supplied = topology.supplied(conducts, (id) => !asleep.has(id));
    isSupplied ||= supplied.includes(1);
    const dark = topology.nodes.filter((id, at) => supplied[at] === 0 && !asleep.has(id));
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
