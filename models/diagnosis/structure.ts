// Ways that lead nowhere.
// Why       a line or pipe behind which nothing stands is mostly a building that nobody linked, or a rest of what was taken down
// W1  positions do not matter: what hangs on an open switch hangs there
// What loaders tell with the place in their file is left out: ends that are not there, two ends that are one, nodes without any branch.

import type { Branch, Json, TwinId, TwinModel } from "../district.ts";
import { named } from "../loaders/reach.ts";
import type { Subject } from "./subject.ts";
import { plural } from "./subject.ts";

/** Attributes that say that something is drawn from a node, or put into it. */
const DRAWN = ["baseDemandLps", "emitterCoefficient", "pdMw", "qdMvar", "gsMw", "bsMvar"];
/** What stands at a node as a list of its attributes. */
const STANDING = [
  "demands",
  "shunts",
  "wards",
  "xwards",
  "svcs",
  "sscs",
  "capacitors",
  "reactors",
  "measurements",
  "dclines",
];

export function checkDeadEnds(subject: Subject): void {
  const gone = new Set<TwinId>();
  const left = new Map<TwinId, number>();
  const ends: TwinModel[] = [];
  for (const node of subject.nodes) {
    const count = neighboursOf(subject, node.id).length;
    left.set(node.id, count);
    if (count === 1 && isEmpty(subject, node)) ends.push(node);
  }
  // A list hands out what is added to it while it is walked through: a node becomes an end when what is behind it is gone.
  for (const node of ends) {
    gone.add(node.id);
    for (const next of neighboursOf(subject, node.id)) {
      if (gone.has(next)) continue;
      left.set(next, left.get(next)! - 1);
      const twin = subject.twins.get(next)!;
      if (left.get(next) === 1 && isEmpty(subject, twin)) ends.push(twin);
    }
  }
  tellEnds(subject, gone);
}

/** One finding for each way that leads nowhere, with all that lies on it. */
function tellEnds(subject: Subject, gone: ReadonlySet<TwinId>): void {
  const told = new Set<TwinId>();
  for (const first of gone) {
    if (told.has(first)) continue;
    const way = new Set([first]);
    const branches = new Set<Branch>();
    let isAll = true;
    for (const id of way) {
      told.add(id);
      for (const branch of subject.branchesAt.get(id)!) {
        branches.add(branch);
        const next = otherEnd(branch, id);
        if (gone.has(next)) way.add(next);
        else isAll = false;
      }
    }
    if (isAll) continue; // a network in which nothing stands: that no end of it leads anywhere says nothing
    const node = subject.twins.get(first)!;
    const over = subject.twins.get([...branches][0]!.twin)!;
    const isSwitch = way.size === 1 && branches.size === 1 && (over.kind === "switch" || over.kind === "valve");
    if (isSwitch) subject.add("NETWORK_SWITCH_LEADS_NOWHERE", over, `nothing stands or ends at ${first} but it`);
    else {
      const places = [...new Set([...branches].map(({ twin }) => twin))];
      const nodes = way.size > 1 ? ` with ${way.size} ${plural(node.kind, way.size)}` : "";
      subject.add("NETWORK_DEAD_END", node, `nothing stands at the end of ${named(places)}${nodes}`);
    }
  }
}

/** The nodes that branches lead to from a node, each once: two cables side by side are one way. */
function neighboursOf(subject: Subject, node: TwinId): TwinId[] {
  const branches = subject.branchesAt.get(node) ?? [];
  const [first] = branches;
  if (branches.length === 1) return first!.from === first!.to ? [] : [otherEnd(first!, node)];
  const all = new Set(branches.map((branch) => otherEnd(branch, node)));
  all.delete(node);
  return [...all];
}

function otherEnd({ from, to }: Branch, node: TwinId): TwinId {
  return from === node ? to : from;
}

function isEmpty(subject: Subject, { id, kind, attributes }: TwinModel): boolean {
  if (kind === "tank" || kind === "reservoir") return false;
  if (subject.fedBy.has(id) || subject.feedersOf.has(id) || subject.metersOf.has(id)) return false;
  return !DRAWN.some((name) => isSome(attributes[name])) && !STANDING.some((name) => isSome(attributes[name]));
}

function isSome(value: Json | undefined): boolean {
  return Array.isArray(value) ? value.length > 0 : typeof value === "number" && value !== 0;
}
