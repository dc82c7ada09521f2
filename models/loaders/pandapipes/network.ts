// How the components of a net hang together, besides the branches that their tables name.
// Fed by    the elements by table and index
// Gives     the network; positions and set-points of valves in the words of the twins
// Must not  leave a link or a branch to a twin that is not there
// N1  a valve between two junctions is a branch; one between a junction and a pipe is a switch of that pipe's branch
// N2  what holds the pressure feeds its junction: an ext_grid over a way of its own, which is open while it is in service;
//     one that fixes only a temperature has no such way

import type { Attributes } from "../../district.ts";
import { type Element, type Elements, placeOf, shownCell } from "../pandas-json/elements.ts";
import type { Report } from "../pandas-json/format.ts";
import { Network } from "../pandas-json/network.ts";
import { indexText } from "../pandas-json/table.ts";
import { CONTROLS, PANDAPIPES } from "./component-tables.ts";
import type { PandapipesFindings } from "./findings.ts";

export function connectComponents(elements: Elements, report: Report, findings: PandapipesFindings): Network {
  for (const table of ["valve", "valve_pipe", ...CONTROLS.keys()]) setPositions(elements, table);
  for (const table of ["circ_pump_pressure", "circ_pump_mass", "heat_generator", "source"]) {
    for (const { twin } of elements.get(table)!.values()) twin.attributes.slack = holdsPressure(table, twin.attributes);
  }
  const network = new Network(elements, PANDAPIPES, report);
  for (const valve of elements.get("valve")!.values()) addValve(valve, network, findings);
  for (const grid of elements.get("ext_grid")!.values()) addExternalGrid(grid, elements, network);
  for (const table of ["circ_pump_pressure", "circ_pump_mass", "heat_generator"]) {
    // The branch goes from the return to the flow junction, and what it feeds is the flow.
    for (const { twin } of elements.get(table)!.values()) {
      for (const { to } of network.branchesOf.get(twin.id) ?? []) network.feed(twin.id, to);
    }
  }
  return network;
}

function setPositions(elements: Elements, table: string): void {
  const control = CONTROLS.get(table);
  for (const { twin } of elements.get(table)!.values()) {
    const { attributes } = twin;
    if (!control) attributes.initialStatus = attributes.opened === false ? "closed" : "open";
    else {
      attributes.initialStatus = attributes.controlActive === false ? "open" : "active";
      const setting = attributes[control.setting];
      if (setting !== undefined) Object.assign(attributes, { setting, settingUnit: control.unit });
    }
  }
}

/** Whether a node of given pressure stands at its flow: the source of a mass flow alone supplies nobody. */
function holdsPressure(table: string, attributes: Attributes): boolean {
  if (table === "source") return false;
  if (table === "heat_generator") return attributes.preturnBar !== undefined && attributes.pliftBar !== undefined;
  return fixes("p", attributes.type, attributes.pFlowBar);
}

/** `type` says what is fixed: `p`, `t` or `pt`; where it says something else, what has a value is. */
function fixes(letter: "p" | "t", type: unknown, value: unknown): boolean {
  return typeof type === "string" && /^(?:p|t|pt|tp)$/i.test(type)
    ? type.toLowerCase().includes(letter)
    : value !== undefined;
}

function addExternalGrid(grid: Element, elements: Elements, network: Network): void {
  const junction = elements.get("junction")!.get(indexText(grid.row.cells.get("junction") ?? null))?.twin.id;
  if (!junction) return;
  network.connect(grid.twin.id, junction);
  const { type, pBar } = grid.twin.attributes;
  if (fixes("p", type, pBar)) network.addBranch(grid, grid.twin.id, junction, "");
}

function addValve(valve: Element, network: Network, findings: PandapipesFindings): void {
  const twin = valve.twin.id;
  const junction = network.node(valve, "junction");
  const type = valve.row.cells.get("et");
  if (type === "ju") {
    const other = network.node(valve, "element");
    network.connect(twin, junction, other);
    if (junction && other) network.addBranch(valve, junction, other, "both of its ends are the same junction");
    return;
  }
  network.connect(twin, junction);
  if (type !== "pi") {
    findings.add("PANDAPIPES_VALVE_TYPE", placeOf(valve), `et is ${shownCell(type)}`);
    return;
  }
  const pipe = network.referenced(valve, "element", "pipe");
  if (pipe && network.addSwitch(valve, junction, pipe).isMisplaced) {
    findings.add("PANDAPIPES_VALVE_MISPLACED", placeOf(valve), `${placeOf(pipe)} does not end at its junction`);
  }
}
