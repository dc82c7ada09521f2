// How the elements of a net hang together.
// Fed by    the elements by table and index
// Gives     branches, `connects` and `feeds` links, and findings on references that lead nowhere
// Must not  leave a link or a branch to a twin that is not there
// N1  a switch between a bus and a line, transformer or three-winding transformer is a switch of the branches at that
//     bus; a switch between two buses is a branch itself
// N2  out of service or open, everything stands in the network all the same: what conducts is decided live

import type { Branch, Link, TwinId } from "../../district.ts";
import { type Element, type Elements, shownCell } from "./elements.ts";
import type { PandapowerFindings } from "./findings.ts";
import { indexText } from "./table.ts";

export interface Network {
  branches: Branch[];
  links: Link[];
}

/** `et` of a switch that stands at an element, and the table of that element. */
const SWITCHED = new Map(Object.entries({ l: "line", t: "trafo", t3: "trafo3w" }));

export function connectElements(elements: Elements, findings: PandapowerFindings): Network {
  const network: Network = { branches: [], links: [] };
  const branchesOf = new Map<TwinId, Branch[]>();
  for (const byIndex of elements.values()) {
    for (const element of byIndex.values()) {
      if (element.of.branches) branchesOf.set(element.twin.id, addBranches(element, elements, network, findings));
      if (element.of.atBus) addAtBus(element, elements, network, findings);
    }
  }
  for (const element of elements.get("switch")!.values()) addSwitch(element, elements, branchesOf, network, findings);
  return network;
}

function busOf(element: Element, column: string, elements: Elements, findings: PandapowerFindings): TwinId | undefined {
  return referenced(element, column, "bus", elements, findings)?.twin.id;
}

function referenced(
  element: Element,
  column: string,
  table: string,
  elements: Elements,
  findings: PandapowerFindings,
): Element | undefined {
  const cell = element.row.cells.get(column);
  const found = cell === null || cell === undefined ? undefined : elements.get(table)!.get(indexText(cell));
  if (!found) {
    const message =
      cell === undefined ? `it has no ${column}` : `its ${column} is ${shownCell(cell)}, and there is no such ${table}`;
    findings.add("PANDAPOWER_DANGLING", placeOf(element), message);
  }
  return found;
}

function addBranches(
  element: Element,
  elements: Elements,
  { branches, links }: Network,
  findings: PandapowerFindings,
): Branch[] {
  const ends = element.of.branches!;
  const buses = new Map(
    [...new Set(ends.flat())].map((column) => [column, busOf(element, column, elements, findings)]),
  );
  const twin = element.twin.id;
  for (const bus of new Set(buses.values())) if (bus) links.push({ from: twin, role: "connects", to: bus });
  const own: Branch[] = [];
  for (const [fromColumn, toColumn] of ends) {
    const [from, to] = [buses.get(fromColumn), buses.get(toColumn)];
    if (!from || !to) continue;
    if (from === to)
      findings.add("PANDAPOWER_LOOP", placeOf(element), `${fromColumn} and ${toColumn} are the same bus`);
    own.push({ twin, from, to, switches: [] });
  }
  branches.push(...own);
  return own;
}

function addAtBus(element: Element, elements: Elements, { links }: Network, findings: PandapowerFindings): void {
  const bus = busOf(element, "bus", elements, findings);
  if (!bus) return;
  const [from, to] = element.of.atBus === "feeds" ? [element.twin.id, bus] : [bus, element.twin.id];
  links.push({ from, role: "feeds", to });
}

function addSwitch(
  element: Element,
  elements: Elements,
  branchesOf: Map<TwinId, Branch[]>,
  { branches, links }: Network,
  findings: PandapowerFindings,
): void {
  const twin = element.twin.id;
  const bus = busOf(element, "bus", elements, findings);
  if (bus) links.push({ from: twin, role: "connects", to: bus });
  const type = element.row.cells.get("et");
  if (type === "b") {
    const other = busOf(element, "element", elements, findings);
    if (other && other !== bus) links.push({ from: twin, role: "connects", to: other });
    if (bus && bus === other) findings.add("PANDAPOWER_LOOP", placeOf(element), "bus and element are the same bus");
    if (bus && other) branches.push({ twin, from: bus, to: other, switches: [] });
    return;
  }
  const table = typeof type === "string" ? SWITCHED.get(type) : undefined;
  if (!table) {
    findings.add("PANDAPOWER_SWITCH_TYPE", placeOf(element), `et is ${shownCell(type)}`);
    return;
  }
  const switched = referenced(element, "element", table, elements, findings);
  if (!switched) return;
  links.push({ from: twin, role: "connects", to: switched.twin.id });
  const own = branchesOf.get(switched.twin.id) ?? [];
  const there = own.filter((branch) => branch.from === bus || branch.to === bus);
  if (bus && there.length === 0) {
    findings.add("PANDAPOWER_SWITCH_MISPLACED", placeOf(element), `${placeOf(switched)} does not end at its bus`);
  }
  // Misplaced, it still switches its element: to leave it out would keep a line alive that the file has opened.
  for (const branch of there.length > 0 ? there : own) branch.switches.push(twin);
}

/** `line 17`: the table and the index. */
export function placeOf({ of, row }: Element): string {
  return `${of.table} ${row.index}`;
}
