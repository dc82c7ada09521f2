// What is wrong with a net that can be read: the questions of pandapower's own diagnostic, and what no source reaches.
// Fed by    the elements and the network between them
// Gives     findings only
// Must not  change anything

import type { Attributes, TwinId } from "../../district.ts";
import { buildTopology, type Topology } from "../../topology.ts";
import type { Element, Elements } from "./elements.ts";
import type { PandapowerFindings } from "./findings.ts";
import { type Network, placeOf } from "./network.ts";
import { indexText } from "./table.ts";

/** Nominal voltages that differ by less are the same voltage, written with other rounding. */
const SAME_VOLTAGE = 0.001;

/** So many elements are named in one finding; the rest are counted. */
const NAMED = 5;

export function checkNet(elements: Elements, network: Network, findings: PandapowerFindings): void {
  if (elements.get("bus")!.size === 0) findings.add("PANDAPOWER_NO_BUS", "", "the net has no bus");
  checkVoltages(elements, findings);
  checkParameters(elements, findings);
  checkService(elements, findings);
  checkSupply(elements, network, findings);
}

function checkVoltages(elements: Elements, findings: PandapowerFindings): void {
  const buses = elements.get("bus")!;
  for (const bus of buses.values()) {
    const { vnKv } = bus.twin.attributes;
    if (vnKv === undefined) findings.add("PANDAPOWER_VOLTAGE", placeOf(bus), "it has no vn_kv");
    else if (!isAboveZero(vnKv))
      findings.add("PANDAPOWER_VOLTAGE", placeOf(bus), `its vn_kv is ${JSON.stringify(vnKv)}`);
  }
  const voltageAt = (element: Element, column: string) =>
    buses.get(indexText(element.row.cells.get(column) ?? null))?.twin.attributes.vnKv;
  const compare = (element: Element, a: string, b: string) => {
    const [one, other] = [voltageAt(element, a), voltageAt(element, b)];
    if (!isAboveZero(one) || !isAboveZero(other) || Math.abs(one - other) <= SAME_VOLTAGE * Math.max(one, other))
      return;
    findings.add(
      "PANDAPOWER_VOLTAGE_MISMATCH",
      placeOf(element),
      `it connects a bus of ${one} kV and one of ${other} kV`,
    );
  };
  for (const line of elements.get("line")!.values()) compare(line, "from_bus", "to_bus");
  for (const each of elements.get("switch")!.values())
    if (each.row.cells.get("et") === "b") compare(each, "bus", "element");
}

function checkParameters(elements: Elements, findings: PandapowerFindings): void {
  const report = (element: Element, message: string) => findings.add("PANDAPOWER_PARAMETER", placeOf(element), message);
  const positive = (table: string, ...names: string[]) => {
    for (const element of elements.get(table)!.values()) {
      for (const name of names) {
        const value = element.twin.attributes[name];
        if (value === undefined) report(element, `it has no ${name}`);
        else if (!isAboveZero(value)) report(element, `its ${name} is ${JSON.stringify(value)}`);
      }
    }
  };
  positive("line", "lengthKm");
  positive("trafo", "snMva", "vnHvKv", "vnLvKv", "vkPercent");
  positive("trafo3w", "vnHvKv", "vnMvKv", "vnLvKv", "vkHvPercent", "vkMvPercent", "vkLvPercent");
  const shorted = (table: string, r: string, x: string) => {
    for (const element of elements.get(table)!.values()) {
      const { [r]: resistance, [x]: reactance } = element.twin.attributes;
      if (!resistance && !reactance) report(element, `its impedance is zero (${r}, ${x})`);
    }
  };
  shorted("line", "rOhmPerKm", "xOhmPerKm");
  shorted("impedance", "rftPu", "xftPu");
}

function checkService(elements: Elements, findings: PandapowerFindings): void {
  for (const [table, byIndex] of elements) {
    const out = [...byIndex.values()].filter(({ twin }) => !inService(twin.attributes)).map(placeOf);
    if (out.length > 0)
      findings.add(
        "PANDAPOWER_OUT_OF_SERVICE",
        table,
        `${out.length} of ${byIndex.size} out of service: ${named(out)}`,
      );
  }
}

function checkSupply(elements: Elements, network: Network, findings: PandapowerFindings): void {
  const all = [...elements.values()].flatMap((byIndex) => [...byIndex.values()]);
  const byId = new Map(all.map((element) => [element.twin.id, element]));
  const asleep = new Set(all.filter(({ twin }) => !inService(twin.attributes)).map(({ twin }) => twin.id));
  // What ends at a bus that is out of service is dead with it; a three-winding transformer only when all its ways are.
  const alive = new Set(
    network.branches.filter(({ from, to }) => !asleep.has(from) && !asleep.has(to)).map(({ twin }) => twin),
  );
  const branchTwins = new Set(network.branches.map(({ twin }) => twin));
  const conducts = (id: TwinId): boolean =>
    !asleep.has(id) && (!branchTwins.has(id) || alive.has(id)) && byId.get(id)!.twin.attributes.closed !== false;
  const sourcing = (id: TwinId): boolean => !asleep.has(id);

  const topologies = buildTopology(
    all.map(({ twin }) => twin),
    network.links,
    network.branches,
  );
  const reaches = topologies.map((topology) => topology.supplied(conducts, sourcing));
  const isSupplied = reaches.some((reach) => reach.includes(1));
  if (!isSupplied && topologies.length > 0) {
    findings.add("PANDAPOWER_NO_SOURCE", "", "there is no ext_grid and no gen with slack in service");
  }
  topologies.forEach((topology, at) => {
    const dark = darkBuses(topology, reaches[at]!, byId, asleep);
    if (topology.branches.length === 0 && !asleep.has(topology.nodes[0]!)) {
      findings.add(
        "PANDAPOWER_BUS_ISOLATED",
        placeOf(byId.get(topology.nodes[0]!)!),
        "no line, transformer or switch ends at it",
      );
    } else if (isSupplied && dark.length > 0) {
      findings.add(
        "PANDAPOWER_UNSUPPLIED",
        dark[0]!,
        `no source reaches ${count(dark.length, "bus", "buses")}: ${named(dark)}`,
      );
    }
  });
}

function darkBuses(
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

function isAboveZero(value: unknown): value is number {
  return typeof value === "number" && value > 0;
}

function named(places: string[]): string {
  const more = places.length - NAMED;
  return more > 0 ? `${places.slice(0, NAMED).join(", ")} and ${more} more` : places.join(", ");
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
