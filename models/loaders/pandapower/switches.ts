// Switches of a pandapower net, and the network that they are part of.
// Fed by    the elements by table and index
// Gives     the network, with its switches
// N1  a switch between a bus and a line, transformer or three-winding transformer is a switch of the branches at that
//     bus; a switch between two buses is a branch itself

import { type Element, type Elements, placeOf, shownCell } from "../pandas-json/elements.ts";
import type { Report } from "../pandas-json/format.ts";
import { Network } from "../pandas-json/network.ts";
import { PANDAPOWER } from "./element-tables.ts";
import type { PandapowerFindings } from "./findings.ts";

/** `et` of a switch that stands at an element, and the table of that element. */
const SWITCHED = new Map(Object.entries({ l: "line", t: "trafo", t3: "trafo3w" }));

export function connectElements(elements: Elements, report: Report, findings: PandapowerFindings): Network {
  const network = new Network(elements, PANDAPOWER, report);
  for (const element of elements.get("switch")!.values()) addSwitch(element, network, findings);
  return network;
}

function addSwitch(element: Element, network: Network, findings: PandapowerFindings): void {
  const twin = element.twin.id;
  const bus = network.node(element, "bus");
  const type = element.row.cells.get("et");
  if (type === "b") {
    const other = network.node(element, "element");
    network.connect(twin, bus, other);
    if (bus && other) network.addBranch(element, bus, other, "bus and element are the same bus");
    return;
  }
  network.connect(twin, bus);
  const table = typeof type === "string" ? SWITCHED.get(type) : undefined;
  if (!table) {
    findings.add("PANDAPOWER_SWITCH_TYPE", placeOf(element), `et is ${shownCell(type)}`);
    return;
  }
  const switched = network.referenced(element, "element", table);
  if (switched && network.addSwitch(element, bus, switched).isMisplaced) {
    findings.add("PANDAPOWER_SWITCH_MISPLACED", placeOf(element), `${placeOf(switched)} does not end at its bus`);
  }
}
