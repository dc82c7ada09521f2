// Cells: how a district is cut into the partitions that run it, so that neighbours live together.
// Fed by    a district; its topologies
// Gives     the cell of every twin, by name
// Must not  depend on positions: a cell is where a twin lives, and no switch moves it
// C1  every twin is in exactly one cell, and the district twin is alone in its own
// C2  all nodes of one connected network are in one cell, and with them its branches, switches and sources
// C3  a name is fit for a NATS subject token and a stream name: [A-Za-z0-9_-]+
// C4  there are at most MAX_CELLS cells

import type { District, Kind, TwinId, TwinModel } from "./district.ts";
import { fnv1a } from "./text-table.ts";
import { buildTopology, byCodeUnits, type Topology } from "./topology.ts";

/** A partition costs a stream and a consumer: more of them than this cost more than they give. */
export const MAX_CELLS = 32;

/** A network of a source with fewer nodes than this joins the first cell of that source. */
export const MIN_CELL_NODES = 10;

/** In which order a building chooses among what feeds it: the electric node first, then any other part of a network. */
const FEEDER_RANK: Partial<Record<Kind, number>> = {
  bus: 0,
  line: 1,
  transformer: 1,
  switch: 1,
  load: 1,
  generator: 1,
  storage: 1,
  grid: 1,
  junction: 2,
  tank: 2,
  reservoir: 2,
  exchanger: 3,
  pipe: 3,
  pump: 3,
  valve: 3,
  plant: 3,
};

/**
 * The cell of every twin of a district, each named after its source (`lv`, then `lv-2` for the source's next largest
 * network). Storeys, spaces and devices go with their building, a building with the node that feeds it, a meter with
 * what it measures, a device with the meter that it feeds; what hangs nowhere goes to the cell of its source.
 */
export function cellsOf(district: District): Map<TwinId, string> {
  const names = new Names();
  const districtCell = names.take(district.id);
  const topologies = bySource(district, buildTopology(district.twins.values(), district.links, district.branches));
  const firstCell = firstCells(district, topologies, names);

  const cells = new Map<TwinId, string>();
  const sizes = new Map<string, number>();
  for (const [source, networks] of topologies) {
    networks.forEach((network, index) => {
      const joins = index === 0 || network.nodes.length < MIN_CELL_NODES;
      const cell = joins ? firstCell.get(source)! : names.take(source, index + 1);
      sizes.set(cell, (sizes.get(cell) ?? 0) + network.nodes.length);
      for (const node of network.nodes) cells.set(node, cell);
    });
  }
  // Only now, so that a twin that several networks share never takes the place of a node.
  for (const { nodes, branchTwins } of [...topologies.values()].flat()) {
    for (const id of branchTwins) if (!cells.has(id)) cells.set(id, cells.get(nodes[0]!)!);
  }
  spreadWithinSources(district, cells);
  followOwners(district, cells, firstCell);
  for (const twin of district.twins.values()) if (twin.kind === "district") cells.set(twin.id, districtCell);
  return pack(cells, districtCell, sizes);
}

/** Networks by the source of their smallest node, sources sorted; within one, the largest first, then by smallest node id. */
function bySource(district: District, topologies: Topology[]): Map<string, Topology[]> {
  const groups = new Map<string, Topology[]>();
  for (const topology of topologies) {
    const { source } = district.twins.get(topology.nodes[0]!)!;
    const group = groups.get(source);
    if (group) group.push(topology);
    else groups.set(source, [topology]);
  }
  // The sort is stable and buildTopology orders by smallest node id, which is the second criterion.
  for (const group of groups.values()) group.sort((a, b) => b.nodes.length - a.nodes.length);
  return new Map([...groups].sort(([a], [b]) => byCodeUnits(a, b)));
}

function firstCells(district: District, topologies: Map<string, Topology[]>, names: Names): Map<string, string> {
  const sources = new Set(topologies.keys());
  for (const twin of district.twins.values()) if (twin.kind !== "district") sources.add(twin.source);
  return new Map([...sources].sort(byCodeUnits).map((source) => [source, names.take(source)]));
}

/** Loads, generators, exchangers ...: what is tied to a network by links within its source goes with the network. */
function spreadWithinSources(district: District, cells: Map<TwinId, string>): void {
  const ties = new Map<TwinId, TwinId[]>();
  const tie = (a: TwinId, b: TwinId) => {
    const list = ties.get(a);
    if (list) list.push(b);
    else ties.set(a, [b]);
  };
  for (const link of district.links) {
    if (link.role !== "feeds" && link.role !== "connects") continue;
    const from = district.twins.get(link.from);
    const to = district.twins.get(link.to);
    if (!from || !to || from.source !== to.source) continue;
    if (FEEDER_RANK[from.kind] === undefined || FEEDER_RANK[to.kind] === undefined) continue;
    tie(from.id, to.id);
    tie(to.id, from.id);
  }
  const queue = [...cells.keys()];
  for (let at = 0; at < queue.length; at++) {
    for (const next of ties.get(queue[at]!) ?? []) {
      if (cells.has(next)) continue;
      cells.set(next, cells.get(queue[at]!)!);
      queue.push(next);
    }
  }
}

/** Everything that is not part of a network goes where its owner goes; owners form chains, and rings of them are cut. */
function followOwners(district: District, cells: Map<TwinId, string>, firstCell: Map<string, string>): void {
  const owners = ownersOf(district);
  for (const twin of district.twins.values()) {
    const next = cells.get(owners.get(twin.id) ?? twin.id);
    if (next !== undefined) {
      // Mostly its owner has a cell already, or it has one itself.
      if (!cells.has(twin.id)) cells.set(twin.id, next);
      continue;
    }
    const path: TwinModel[] = [];
    const seen = new Set<TwinId>();
    let at: TwinModel | undefined = twin;
    while (at && !cells.has(at.id) && !seen.has(at.id)) {
      path.push(at);
      seen.add(at.id);
      const owner = owners.get(at.id);
      at = owner === undefined ? undefined : district.twins.get(owner);
    }
    const end = path.at(-1);
    if (!end) continue;
    // In a ring of owners no one is the end, and the smallest id stands for all of it.
    const ring = at && seen.has(at.id) ? path.slice(path.indexOf(at)).sort((a, b) => byCodeUnits(a.id, b.id)) : [];
    const cell = (at && cells.get(at.id)) ?? firstCell.get((ring[0] ?? end).source)!;
    for (const member of path) cells.set(member.id, cell);
  }
}

/** For each building, storey, space, device and meter the one twin it goes with, if any. */
function ownersOf(district: District): Map<TwinId, TwinId> {
  const owners = new Map<TwinId, TwinId>();
  /** Only of those whose rank is not zero: few. */
  const ranks = new Map<TwinId, number>();
  const offer = (twin: TwinId, owner: TwinId, rank: number) => {
    const held = owners.get(twin);
    const heldRank = (held !== undefined && ranks.get(twin)) || 0;
    if (held !== undefined && (heldRank < rank || (heldRank === rank && held <= owner))) return;
    owners.set(twin, owner);
    if (rank > 0) ranks.set(twin, rank);
    else if (heldRank > 0) ranks.delete(twin);
  };
  const CONTAINER = 10;
  for (const { from, role, to } of district.links) {
    const source = district.twins.get(from);
    const target = district.twins.get(to);
    if (!source || !target || source.kind === "district" || from === to) continue;
    if (role === "contains" && FEEDER_RANK[target.kind] === undefined) offer(to, from, CONTAINER);
    if (role === "measures" && source.kind === "meter") offer(from, to, 0);
    if (role !== "feeds") continue;
    if (target.kind === "building") offer(to, from, FEEDER_RANK[source.kind] ?? CONTAINER + 1);
    if (source.kind === "device" && target.kind === "meter") offer(from, to, 0);
  }
  return owners;
}

/** Above MAX_CELLS, the smallest networks' cells go into the others, each by a hash of its name; never into the district's own. */
function pack(cells: Map<TwinId, string>, districtCell: string, sizes: Map<string, number>): Map<TwinId, string> {
  const used = [...new Set(cells.values())].filter((cell) => cell !== districtCell);
  if (used.length < MAX_CELLS) return cells;
  used.sort((a, b) => (sizes.get(b) ?? 0) - (sizes.get(a) ?? 0) || byCodeUnits(a, b));
  const kept = used.slice(0, MAX_CELLS - 1);
  const packed = new Map(used.slice(MAX_CELLS - 1).map((cell) => [cell, kept[fnv1a(cell) % kept.length]!]));
  for (const [id, cell] of cells) cells.set(id, packed.get(cell) ?? cell);
  return cells;
}

/** Hands out names that are fit for NATS, each once: `lv`, `lv-2`, ... */
class Names {
  readonly #taken = new Set<string>();

  take(wanted: string, number = 1): string {
    const stem = wanted.replace(/[^A-Za-z0-9_-]/g, "_") || "_";
    let at = number;
    let name = at === 1 ? stem : `${stem}-${at}`;
    while (this.#taken.has(name)) name = `${stem}-${++at}`;
    this.#taken.add(name);
    return name;
  }
}
