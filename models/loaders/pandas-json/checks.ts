// What any net is asked: what is out of service, what no source reaches, which parameters cannot be.
// Fed by    the elements and the network between them
// Gives     findings only
// Must not  change anything

import type { Attributes, TwinId } from "../../district.ts";
import { buildTopology, type Topology } from "../../topology.ts";
import { allOf, type Element, type Elements, placeOf } from "./elements.ts";
import type { NetFormat, Report } from "./format.ts";
import type { Network } from "./network.ts";

/** So many elements are named in one finding; the rest are counted. */
const NAMED = 5;

export function checkPositive(elements: Elements, table: string, names: readonly string[], report: Report): void {
  for (const element of elements.get(table)!.values()) {
    for (const name of names) {
      const value = element.twin.attributes[name];
      if (value === undefined) report("PARAMETER", placeOf(element), `it has no ${name}`);
      else if (!isAboveZero(value)) report("PARAMETER", placeOf(element), `its ${name} is ${JSON.stringify(value)}`);
    }
  }
}

export function checkService(elements: Elements, report: Report): void {
  for (const [table, byIndex] of elements) {
    const out = [...byIndex.values()].filter(({ twin }) => !inService(twin.attributes)).map(placeOf);
    if (out.length > 0) {
      report("OUT_OF_SERVICE", table, `${out.length} of ${byIndex.size} out of service: ${named(out)}`);
    }
  }
}

/** What supply means in a format's words. */
export interface SupplyWords {
  nodes: string;
  /** Why nothing is supplied at all: `there is no ext_grid in service`. */
  noSource: string;
  /** Told of a node at which nothing ends; without it such a node is only without supply. */
  isolated?: (place: string) => void;
}

export function checkSupply(
  elements: Elements,
  network: Network,
  format: NetFormat,
  words: SupplyWords,
  report: Report,
): void {
  const all = allOf(elements);
  const byId = new Map(all.map((element) => [element.twin.id, element]));
  const asleep = new Set(all.filter(({ twin }) => !inService(twin.attributes)).map(({ twin }) => twin.id));
  // What ends at a node that is out of service is dead with it; a three-winding transformer only when all its ways are.
  const alive = new Set(
    network.branches.filter(({ from, to }) => !asleep.has(from) && !asleep.has(to)).map(({ twin }) => twin),
  );
  const conducts = (id: TwinId): boolean => {
    const { closed, initialStatus } = byId.get(id)!.twin.attributes;
    const isAlive = !asleep.has(id) && (!network.branchesOf.has(id) || alive.has(id));
    return isAlive && closed !== false && initialStatus !== "closed";
  };
  const sourcing = (id: TwinId): boolean => !asleep.has(id);

  const topologies = buildTopology(
    all.map(({ twin }) => twin),
    network.links,
    network.branches,
  );
  const reaches = topologies.map((topology) => topology.supplied(conducts, sourcing));
  const isSupplied = reaches.some((reach) => reach.includes(1));
  if (!isSupplied && topologies.length > 0) report("NO_SOURCE", "", words.noSource);
  topologies.forEach((topology, at) => {
    const dark = darkNodes(topology, reaches[at]!, byId, asleep);
    if (words.isolated && topology.branches.length === 0 && !asleep.has(topology.nodes[0]!)) {
      words.isolated(placeOf(byId.get(topology.nodes[0]!)!));
    } else if (isSupplied && dark.length > 0) {
      const count = `${dark.length} ${dark.length === 1 ? format.node : words.nodes}`;
      report("UNSUPPLIED", dark[0]!, `no source reaches ${count}: ${named(dark)}`);
    }
  });
}

function darkNodes(
  topology: Topology,
  supplied: Uint8Array,
  byId: Map<TwinId, Element>,
  asleep: Set<TwinId>,
): string[] {
  return topology.nodes.filter((id, at) => supplied[at] === 0 && !asleep.has(id)).map((id) => placeOf(byId.get(id)!));
}

function inService(attributes: Attributes): boolean {
  return attributes.inService !== false;
}

export function isAboveZero(value: unknown): value is number {
  return typeof value === "number" && value > 0;
}

function named(places: string[]): string {
  const more = places.length - NAMED;
  return more > 0 ? `${places.slice(0, NAMED).join(", ")} and ${more} more` : places.join(", ");
}
