// What stands at one bus and has no kind of its own, and what of it lies between two buses.
// Fed by    the objects of class Capacitor, Reactor, Fault, Isource, VCCS, VSConverter, GICsource
// Gives     entries in a list of the bus (`shunts`, `faults` ...); a line where it carries power to another bus
// S1  a shunt's qMvar is what it takes at rated voltage, as pandapower counts it: of a capacitor it is negative
// S2  a shunt of equal steps has the power of one step, with `step` of `maxStep` switched on
// Source    OpenDSS Manual, Capacitor, Reactor

import type { Attributes, Json } from "../../district.ts";
import {
  addBranch,
  addTwin,
  attributesOf,
  connect,
  connectionAt,
  type Grid,
  isInService,
  openingsOf,
  phasesOf,
  type Terminal,
  tellSameBus,
  terminalAt,
} from "./grid.ts";
import { type DssObject, fullName, numberAt, placeText, textAt, valueAt } from "./objects.ts";

const DEFAULT_PHASES = 3;
const DEFAULT_PHASES_OF: Record<string, number> = { Fault: 1, VCCS: 1, VSConverter: 4 };

/** The list of a bus that holds a class's objects. */
const LISTS: Record<string, string> = {
  Capacitor: "shunts",
  Reactor: "shunts",
  Fault: "faults",
  Isource: "currentSources",
  VCCS: "currentSources",
  VSConverter: "converters",
};

/** Between two buses in any case. */
const SERIES: ReadonlySet<string> = new Set(["UPFC", "GICLine"]);

const DERIVED: ReadonlySet<string> = new Set(["bus1", "bus2", "phases", "conn", "kvar", "numsteps", "states"]);

export function standsAtBus(className: string): boolean {
  return Object.hasOwn(LISTS, className) || SERIES.has(className);
}

/** Lists it at its bus, or adds a line; gives the ends of what stands at one bus. */
export function readAtBus(grid: Grid, object: DssObject): Terminal | undefined {
  const { name: className } = object.of;
  const phases = phasesOf(object, DEFAULT_PHASES_OF[className] ?? DEFAULT_PHASES);
  const [first, second] = [textAt(object, "bus1"), textAt(object, "bus2")];
  if (SERIES.has(className) || (second !== undefined && nameOf(second) !== nameOf(first))) {
    readSeries(grid, object, phases);
    return undefined;
  }
  const terminal = terminalAt(grid, object, first, phases);
  if (!terminal) {
    grid.census.countUnknown(`${className} without bus`);
    return undefined;
  }
  const entry: Attributes = {
    name: object.name,
    class: className,
    nodes: terminal.nodes,
    ...(second === undefined ? {} : { secondNodes: second.split(".").slice(1).map(Number).filter(Number.isInteger) }),
    phases,
    ...(LISTS[className] === "shunts" ? { conn: connectionAt(object), ...shuntPower(object) } : {}),
    ...attributesOf(object, DERIVED),
    ...openingsOf(object).attributes,
    inService: isInService(object),
  };
  addToList(terminal.bus.twin.attributes, LISTS[className]!, entry);
  grid.entryOf.set(object, entry);
  grid.census.countKept(className);
  return terminal;
}

export function addToList(attributes: Attributes, list: string, entry: Json): void {
  const listed = attributes[list];
  if (Array.isArray(listed)) listed.push(entry);
  else attributes[list] = [entry];
}

function nameOf(spec: string | undefined): string | undefined {
  return spec === undefined ? undefined : spec.split(".", 1)[0]!.trim().toLowerCase();
}

function readSeries(grid: Grid, object: DssObject, phases: number): void {
  const [from, to] = ["bus1", "bus2"].map((key) => terminalAt(grid, object, textAt(object, key), phases));
  const inService = isInService(object);
  const attributes: Attributes = {
    ...(from ? { fromBus: from.bus.name, fromNodes: from.nodes } : {}),
    ...(to ? { toBus: to.bus.name, toNodes: to.nodes } : {}),
    phases,
    ...attributesOf(object, new Set(["bus1", "bus2", "phases"])),
    [object.of.name.toLowerCase()]: true,
    ...openingsOf(object).attributes,
    inService,
  };
  const twin = addTwin(grid, object, "line", true, attributes);
  connect(grid, twin, [from, to]);
  addBranch(grid, twin, from, to);
  tellSameBus(grid, object, from, to);
  if (inService) for (const end of [from, to]) for (const node of end?.nodes ?? []) end?.bus.fed.add(node);
  grid.findings.add("OPENDSS_SERIES_AS_LINE", placeText(object.place), `${fullName(object)} lies between two buses`);
}

function shuntPower(object: DssObject): Attributes {
  const kvar = valueAt(object, "kvar");
  if (typeof kvar === "number") return { pMw: 0, qMvar: kvar / 1000, step: 1, maxStep: 1 };
  if (!Array.isArray(kvar)) return {};
  const written = kvar.filter((value) => typeof value === "number");
  const count = Math.min(Math.max(1, Math.floor(numberAt(object, "numsteps") ?? written.length)), MAX_STEPS);
  const [only] = written;
  if (only === undefined) return {};
  const steps = written.length === 1 ? Array.from({ length: count }, () => only / count) : written;
  const states = valueAt(object, "states");
  const isOn = (index: number) => !Array.isArray(states) || states[index] !== 0;
  const on = steps.filter((_, index) => isOn(index));
  if (steps.every((step) => step === steps[0])) {
    return { pMw: 0, qMvar: -steps[0]! / 1000, step: on.length, maxStep: steps.length };
  }
  const total = on.reduce((sum, step) => sum + step, 0);
  return { pMw: 0, qMvar: -total / 1000, step: 1, maxStep: 1, stepsMvar: steps.map((step) => -step / 1000) };
}

const MAX_STEPS = 1000;
