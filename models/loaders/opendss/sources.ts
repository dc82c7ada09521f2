// Voltage sources: the grid that feeds the circuit.
// Fed by    the objects of class Vsource, of which every circuit has one named `source`
// Gives     a grid each, which feeds its bus
// O1  of OpenDSS's defaults, bus1 = sourcebus, basekv = 115, pu = 1, angle = 0 and phases = 3 are taken
// Source    OpenDSS Manual, Vsource

import type { Attributes } from "../../district.ts";
import {
  addTwin,
  attributesOf,
  type Grid,
  isInService,
  openingsOf,
  phasesOf,
  type Terminal,
  terminalAt,
} from "./grid.ts";
import { type DssObject, numberAt, textAt } from "./objects.ts";

const DEFAULTS = { bus: "sourcebus", vnKv: 115, vmPu: 1, vaDegree: 0, phases: 3 };
const DERIVED: ReadonlySet<string> = new Set(["bus1", "phases"]);

export function readSource(grid: Grid, source: DssObject): Terminal | undefined {
  const phases = phasesOf(source, DEFAULTS.phases);
  const isCircuits = source.name.toLowerCase() === "source";
  const spec = textAt(source, "bus1") ?? (isCircuits ? DEFAULTS.bus : undefined);
  const terminal = terminalAt(grid, source, spec, phases);
  const inService = isInService(source);
  const { vnKv, vmPu, vaDegree } = DEFAULTS;
  const attributes: Attributes = {
    ...(terminal ? { bus: terminal.bus.name, nodes: terminal.nodes } : {}),
    phases,
    ...{ vnKv, vmPu, vaDegree },
    ...attributesOf(source, DERIVED),
    ...openingsOf(source).attributes,
    inService,
  };
  const twin = addTwin(grid, source, "grid", false, attributes);
  if (!terminal) return undefined;
  grid.links.push({ from: twin.id, role: "feeds", to: terminal.bus.twin.id });
  if (inService) for (const node of terminal.nodes) terminal.bus.fed.add(node);
  return terminal;
}

/** What it holds at its bus, phase to phase. */
export function sourceKv(source: DssObject): number {
  const kv = numberAt(source, "basekv") ?? DEFAULTS.vnKv;
  return phasesOf(source, DEFAULTS.phases) === 1 ? kv * Math.sqrt(3) : kv;
}
