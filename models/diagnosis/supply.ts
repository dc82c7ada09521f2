// Who has no supply as the district is modelled.
// Why       a load, a building or a meter behind an open switch or a closed valve is dead from the first moment on, and stays so
// Y1  a source that a node of another network feeds is one only while that node is supplied
// Y2  what is fed by several nodes of one carrier is unsupplied only when all of them are
// Y3  a link that its file opens and closes by controls or rules counts as open for flow: its first position is not its only one
// Nodes without supply are told by the loaders, with their places in the file; here stands who is hit by it.

import type { Branch, TwinId, TwinModel } from "../district.ts";
import { isInService, named, positionsOf } from "../loaders/reach.ts";
import { NODE_KINDS } from "../topology.ts";
import { countsOf, plural, type Subject } from "./subject.ts";

/** Kinds that draw from the node that feeds them, or need its voltage or pressure. */
const NO_CONSUMERS: ReadonlySet<string> = new Set([
  "grid",
  "generator",
  "bus",
  "junction",
  "tank",
  "reservoir",
  "device",
]);

interface Island {
  nodes: TwinModel[];
  consumers: Set<TwinModel>;
  /** What would reach it if it conducted. */
  open: Set<TwinId>;
}

export function checkReach(subject: Subject): void {
  const { twins, branches } = subject.district;
  const { isAsleep, conducts } = positionsOf(twins, branches);
  const isControlled = ({ attributes }: TwinModel) =>
    Array.isArray(attributes.controls) || Array.isArray(attributes.rules);
  const flows = (id: TwinId) => conducts(id) || isControlled(twins.get(id)!);
  const dark = darkNodes(subject, flows, isAsleep);
  const isOpen = ({ twin, switches }: Branch) => ![twin, ...switches].every(flows);
  for (const { nodes, consumers, open } of islandsOf(subject, dark, isOpen, flows)) {
    const where = `${nodes.length} ${plural(nodes[0]!.kind, nodes.length)}`;
    const by = open.size > 0 ? `; it is cut off by ${named([...open])}` : "";
    subject.add("NETWORK_UNREACHABLE", nodes[0]!, `no source reaches ${countsOf(consumers)} at ${where}${by}`);
  }
}

/** Nodes in service that no source reaches. */
function darkNodes(subject: Subject, flows: (id: TwinId) => boolean, isAsleep: (id: TwinId) => boolean): Set<TwinId> {
  let dark = new Set<TwinId>();
  for (let before = -1; before < dark.size; ) {
    before = dark.size;
    const known = dark;
    const isFedInVain = (id: TwinId) => {
      const feeders = subject.feedersOf.get(id)?.filter(({ kind }) => NODE_KINDS.has(kind)) ?? [];
      return feeders.length > 0 && feeders.every((feeder) => known.has(feeder.id));
    };
    dark = new Set();
    for (const topology of subject.topologies) {
      const supplied = topology.supplied(flows, (id) => !isAsleep(id) && !isFedInVain(id));
      topology.nodes.forEach((id, at) => {
        if (supplied[at] === 0 && !isAsleep(id)) dark.add(id);
      });
    }
  }
  return dark;
}

/** The dark nodes that hang together, with who stands there; those with most consumers first. */
function islandsOf(
  subject: Subject,
  dark: ReadonlySet<TwinId>,
  isOpen: (branch: Branch) => boolean,
  flows: (id: TwinId) => boolean,
): Island[] {
  const seen = new Set<TwinId>();
  const islands: Island[] = [];
  for (const first of dark) {
    if (seen.has(first)) continue;
    const ids = new Set([first]);
    const island: Island = { nodes: [], consumers: new Set(), open: new Set() };
    for (const id of ids) {
      seen.add(id);
      const node = subject.twins.get(id)!;
      island.nodes.push(node);
      for (const consumer of consumersAt(subject, node, dark)) island.consumers.add(consumer);
      for (const branch of subject.branchesAt.get(id) ?? []) {
        const next = branch.from === id ? branch.to : branch.from;
        if (!isOpen(branch)) {
          if (dark.has(next)) ids.add(next);
        } else if (!dark.has(next)) {
          for (const by of [branch.twin, ...branch.switches]) if (!flows(by)) island.open.add(by);
        }
        const twin = subject.twins.get(branch.twin)!;
        if (twin.kind === "exchanger" && dark.has(next) && isInService(twin)) island.consumers.add(twin);
      }
    }
    if (island.consumers.size > 0) islands.push(island);
  }
  return islands.sort((a, b) => b.consumers.size - a.consumers.size || b.nodes.length - a.nodes.length);
}

function* consumersAt(subject: Subject, node: TwinModel, dark: ReadonlySet<TwinId>): Iterable<TwinModel> {
  if (Number(node.attributes.baseDemandLps ?? 0) > 0) yield node;
  yield* subject.metersOf.get(node.id) ?? [];
  for (const fed of subject.fedBy.get(node.id) ?? []) {
    if (NO_CONSUMERS.has(fed.kind) || !isInService(fed)) continue;
    const others = subject.feedersOf.get(fed.id)!.filter((feeder) => feeder.kind === node.kind);
    if (!others.every(({ id }) => dark.has(id))) continue;
    yield fed;
    yield* subject.metersOf.get(fed.id) ?? [];
  }
}

/**
 * What two networks of one carrier feed that do not hang together. Why: it may have two supplies, but mostly a link was
 * written for the model of before and one for the model of now.
 */
export function checkFeeds(subject: Subject): void {
  const networkOf = new Map<TwinId, number>();
  for (const [at, topology] of subject.topologies.entries()) for (const id of topology.nodes) networkOf.set(id, at);
  for (const [id, feeders] of subject.feedersOf) {
    const fed = subject.twins.get(id)!;
    if (feeders.length < 2 || fed.kind === "grid") continue;
    for (const kind of ["bus", "junction"] as const) {
      const nodes = feeders.filter((feeder) => feeder.kind === kind);
      const carriers = new Set(nodes.map(({ attributes }) => attributes.carrier ?? kind));
      const networks = new Set(nodes.map((node) => networkOf.get(node.id)));
      if (carriers.size === 1 && networks.size > 1) {
        const names = nodes.map((node) => node.id);
        subject.add("FEED_TWICE", fed, `${named(names)} feed it, and belong to networks that do not hang together`);
      }
    }
  }
}
