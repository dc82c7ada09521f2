// What is wrong with a network whose elements could be read.
// Fed by    the twins and branches, and the nodes that elements use
// Gives     findings: what no source reaches, nodes that nothing feeds, what is out of service
// Must not  change anything

import type { TwinModel } from "../../district.ts";
import { buildTopology } from "../../topology.ts";
import type { Grid, Terminal } from "./grid.ts";
import { type DssObject, fullName, placeText } from "./objects.ts";

/** So many elements are named in one finding; the rest are counted. */
const NAMED = 5;
/** Nodes above these are neutrals and the like, which may be held by the element itself. */
const PHASE_NODES: ReadonlySet<number> = new Set([1, 2, 3]);

export function checkGrid(grid: Grid, ends: ReadonlyMap<DssObject, Terminal>): void {
  checkSupply(grid);
  checkNodes(grid, ends);
  checkService(grid);
}

function checkSupply({ buses, twins, links, branches, findings }: Grid): void {
  const byId = new Map([...buses.values()].map((bus) => [bus.twin.id, bus]));
  const twinById = new Map(twins.map((twin) => [twin.id, twin]));
  const carries = (twin: TwinModel | undefined) =>
    twin?.attributes.inService !== false && twin?.attributes.closed !== false;
  const all = [...[...buses.values()].map(({ twin }) => twin), ...twins];
  for (const topology of buildTopology(all, links, branches)) {
    const supplied = topology.supplied(
      (id) => carries(twinById.get(id)),
      (id) => carries(twinById.get(id)),
    );
    const dark = topology.nodes.filter((_, index) => supplied[index] === 0).map((id) => byId.get(id)!);
    const [first] = dark;
    if (!first) continue;
    if (topology.branches.length === 0)
      findings.add("OPENDSS_BUS_UNCONNECTED", first.at, `no line, transformer or switch ends at bus ${first.name}`);
    else {
      const names = dark.map(({ name }) => name);
      const what = dark.length === 1 ? "bus" : `${dark.length} buses`;
      findings.add("OPENDSS_UNSUPPLIED", first.at, `no source reaches ${what} ${named(names)}`);
    }
  }
}

function checkNodes({ findings }: Grid, ends: ReadonlyMap<DssObject, Terminal>): void {
  for (const [object, { bus, nodes }] of ends) {
    if (bus.fed.size === 0) continue;
    const missing = nodes.filter((node) => PHASE_NODES.has(node) && !bus.fed.has(node));
    if (missing.length === 0) continue;
    const message = `${fullName(object)} uses ${missing.map((node) => `${bus.name}.${node}`).join(", ")}, which nothing feeds`;
    findings.add("OPENDSS_NODE_UNSUPPLIED", placeText(object.place), message);
  }
}

function checkService({ twins, findings }: Grid): void {
  const byClass = new Map<string, TwinModel[]>();
  for (const twin of twins) {
    const of = String(twin.attributes.class);
    const known = byClass.get(of);
    if (known) known.push(twin);
    else byClass.set(of, [twin]);
  }
  for (const [of, all] of byClass) {
    const out = all.filter(({ attributes }) => attributes.inService === false);
    if (out.length > 0) {
      const message = `${out.length} of ${all.length} out of service: ${named(out.map(({ element }) => element))}`;
      findings.add("OPENDSS_OUT_OF_SERVICE", of, message);
    }
  }
}

function named(names: readonly string[]): string {
  const more = names.length - NAMED;
  return more > 0 ? `${names.slice(0, NAMED).join(", ")} and ${more} more` : names.join(", ");
}
