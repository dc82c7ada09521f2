// The network while its twins are made: buses by name, the twin of each object.
// Fed by    the objects that a script leaves
// Gives     twins, links and branches
// G1  a bus is there when an element ends at it; its id is the name as the script first writes it, without its nodes
// G2  the class stands before the name in an id where two classes are of one kind: `generator:S:PVSystem.roof`

import { type Attributes, type Branch, type Kind, type Link, newTwin, type TwinModel } from "../../district.ts";
import type { OpenDssCensus } from "./census.ts";
import type { OpenDssFindings } from "./findings.ts";
import type { Impedance } from "./impedance.ts";
import { type DssObject, fullName, isEnabled, numberAt, type Objects, placeText, textAt } from "./objects.ts";

export interface Bus {
  twin: TwinModel;
  name: string;
  /** Where it is first mentioned. */
  at: string;
  /** Nodes that elements use. */
  nodes: Set<number>;
  /** Nodes that a source, line or transformer brings to it. */
  fed: Set<number>;
}

/** An end of an element at a bus. */
export interface Terminal {
  bus: Bus;
  nodes: number[];
}

export interface Grid {
  source: string;
  findings: OpenDssFindings;
  census: OpenDssCensus;
  objects: Objects;
  buses: Map<string, Bus>;
  /** Impedances of line codes that were asked for. */
  codes: Map<DssObject, Impedance>;
  /** Of each object that became a twin. */
  twinOf: Map<DssObject, TwinModel>;
  /** Of each object that is listed at a bus: its entry there. */
  entryOf: Map<DssObject, Attributes>;
  twins: TwinModel[];
  links: Link[];
  branches: Branch[];
  ids: Set<string>;
}

/** Reads `bus.1.2.0`. Undefined, with a finding, when no bus is named. Without nodes they are those of the phases. */
export function terminalAt(
  grid: Grid,
  object: DssObject,
  spec: string | undefined,
  phases: number,
): Terminal | undefined {
  const [name = "", ...written] = (spec ?? "").split(".").map((part) => part.trim());
  const at = placeText(object.place);
  if (name === "") {
    grid.findings.add("OPENDSS_BUS_MISSING", at, `${fullName(object)} has an end without bus`);
    return undefined;
  }
  const nodes = written.map(Number).filter((node) => Number.isInteger(node) && node >= 0);
  if (nodes.length < written.length) grid.findings.add("OPENDSS_NODE", at, `${fullName(object)} ends at ${spec}`);
  const bus = busNamed(grid, name, at);
  const used = nodes.length > 0 ? nodes : Array.from({ length: Math.min(phases, MAX_PHASES) }, (_, index) => index + 1);
  for (const node of used) if (node > 0) bus.nodes.add(node);
  return { bus, nodes: used };
}

const MAX_PHASES = 100;

function busNamed(grid: Grid, written: string, at: string): Bus {
  const key = written.toLowerCase();
  const existing = grid.buses.get(key);
  if (existing) return existing;
  const name = grid.objects.busNames.get(key) ?? written;
  const twin = newTwin("bus", grid.source, name, { carrier: "electricity" });
  const bus: Bus = { twin, name, at, nodes: new Set(), fed: new Set() };
  grid.buses.set(key, bus);
  grid.census.countRead("Bus");
  return bus;
}

/** Adds the twin of an object. `isPrefixed` when another class has the ids without prefix. */
export function addTwin(
  grid: Grid,
  object: DssObject,
  kind: Kind,
  isPrefixed: boolean,
  attributes: Attributes,
): TwinModel {
  const { of, name } = object;
  const given = { carrier: "electricity", class: of.name, ...attributes };
  let element = isPrefixed ? fullName(object) : name;
  // Names may hold dots: `Generator.PVSystem.roof` must not be taken for `PVSystem.roof`.
  while (grid.ids.has(`${kind}:${element}`)) element = `${of.name}.${element}`;
  grid.ids.add(`${kind}:${element}`);
  const twin = newTwin(kind, grid.source, element, given);
  grid.twins.push(twin);
  grid.twinOf.set(object, twin);
  grid.census.countRead(of.name);
  return twin;
}

/** What the script says of an object, in the order in which it says it; the last word counts. */
export function attributesOf(object: DssObject, except: ReadonlySet<string> = NONE): Attributes {
  const attributes: Attributes = {};
  for (const { property, value } of object.history) {
    if (property.key !== "enabled" && !except.has(property.key) && value !== "") attributes[property.attribute] = value;
  }
  return attributes;
}

const NONE: ReadonlySet<string> = new Set();

export function phasesOf(object: DssObject, otherwise: number): number {
  const phases = numberAt(object, "phases");
  return phases !== undefined && phases >= 1 ? Math.floor(phases) : otherwise;
}

export function connect(grid: Grid, twin: TwinModel, ends: readonly (Terminal | undefined)[]): void {
  const buses = new Set(ends.flatMap((end) => (end ? [end.bus] : [])));
  for (const bus of buses) grid.links.push({ from: twin.id, role: "connects", to: bus.twin.id });
}

/** A way between two ends of an element; none when one end is missing or both are at the same bus. */
export function addBranch(grid: Grid, twin: TwinModel, from: Terminal | undefined, to: Terminal | undefined): void {
  if (from && to && from.bus !== to.bus)
    grid.branches.push({ twin: twin.id, from: from.bus.twin.id, to: to.bus.twin.id, switches: [] });
}

export function tellSameBus(grid: Grid, object: DssObject, from: Terminal | undefined, to: Terminal | undefined): void {
  if (from && from.bus === to?.bus)
    grid.findings.add(
      "OPENDSS_SAME_BUS",
      placeText(object.place),
      `${fullName(object)} starts and ends at bus ${from.bus.name}`,
    );
}

/** Terminals of which all conductors are open, and conductors that are open alone. */
export function openingsOf(object: DssObject): { isOpen: boolean; attributes: Attributes } {
  const terminals = [...object.open].filter(([, conductors]) => conductors.has(0)).map(([terminal]) => terminal);
  const single = [...object.open].filter(([, conductors]) => !conductors.has(0));
  return {
    isOpen: terminals.length > 0,
    attributes: {
      ...(terminals.length > 0 ? { openTerminals: terminals } : {}),
      ...(single.length > 0
        ? { openConductors: single.map(([terminal, conductors]) => ({ terminal, conductors: [...conductors] })) }
        : {}),
    },
  };
}

/** Whether it carries anything: enabled, and none of its ends open. */
export function isInService(object: DssObject): boolean {
  return isEnabled(object) && !openingsOf(object).isOpen;
}

/** `delta` for all ways in which OpenDSS lets one write it (delta, d, ll), else `wye`. */
export function connectionOf(written: string | undefined): "wye" | "delta" {
  return /^\s*(?:d|ll)/i.test(written ?? "") ? "delta" : "wye";
}

export function connectionAt(object: DssObject): "wye" | "delta" {
  return connectionOf(textAt(object, "conn"));
}
