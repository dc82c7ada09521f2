// The network while it is made: what all equipment has in common, and how it is joined to its buses.
// Fed by    the grid, its terminals, buses, containers, limits and places
// Gives     attributes that any equipment has; `connects` and `feeds` links, branches
// W1  equipment whose terminals end nowhere becomes a twin all the same, with a finding
// W2  open, disconnected or out of service, everything stands in the network all the same: what conducts is decided live

import type { Attributes, Json, TwinModel } from "../../district.ts";
import { Buses } from "./buses.ts";
import { Containers } from "./containers.ts";
import type { Grid } from "./grid.ts";
import { Limits } from "./limits.ts";
import { type CimObject, named } from "./model.ts";
import { lacking, type Terminal, Terminals } from "./terminals.ts";
import { quantity } from "./units.ts";

export class Network {
  readonly grid: Grid;
  readonly terminals: Terminals;
  readonly containers: Containers;
  readonly buses: Buses;
  readonly #limits: Limits;

  constructor(grid: Grid) {
    this.grid = grid;
    this.terminals = new Terminals(grid.model);
    this.containers = new Containers(grid);
    this.#limits = new Limits(grid);
    this.buses = new Buses(grid, this.terminals, this.containers, this.#limits);
  }

  /** What the file says of an equipment, and where it belongs. */
  common(object: CimObject, terminals: readonly Terminal[]): Attributes {
    const vnKv = this.containers.nominalKv(object) ?? this.#kvAt(terminals);
    return {
      ...this.grid.own(object),
      ...this.containers.of(object),
      ...(vnKv === undefined ? {} : { vnKv }),
      ...this.#limits.of(object, terminals),
      ...this.grid.places.of(object),
    };
  }

  /** In service is what the profiles SSH and SV say so of, and what all terminals are connected of. */
  inService(object: CimObject, terminals: readonly Terminal[]): boolean {
    const states = this.grid.model
      .referring("ConductingEquipment", object)
      .filter(({ className }) => className === "SvStatus");
    for (const state of states) state.fate ??= "kept";
    const said = states[0]?.flag("inService") ?? object.flag("inService") ?? object.flag("normallyInService");
    return said !== false && terminals.every(({ connected }) => connected);
  }

  /** Links a twin to the buses at its terminals, and tells when it lacks one. */
  connect(twin: TwinModel, object: CimObject, terminals: readonly Terminal[], needed: number): TwinModel[] {
    const { findings, links } = this.grid;
    const lack = lacking(terminals, needed);
    if (lack) findings.add("CGMES_UNCONNECTED", named(object), lack);
    for (const terminal of terminals) terminal.object.fate ??= "kept";
    const buses = terminals.flatMap(({ node }) => this.buses.of(node) ?? []);
    for (const bus of new Set(buses)) links.push({ from: twin.id, role: "connects", to: bus.id });
    return buses;
  }

  /** One way between two terminals. */
  addBranch(twin: TwinModel, object: CimObject, terminals: readonly Terminal[]): void {
    const buses = this.connect(twin, object, terminals, 2);
    const [from, to] = terminals.map(({ node }) => this.buses.of(node));
    if (!from || !to) return;
    if (from === to && buses.length > 1)
      this.grid.findings.add("CGMES_SAME_ENDS", named(object), `both terminals end at ${from.name ?? from.element}`);
    else this.grid.branches.push({ twin: twin.id, from: from.id, to: to.id, switches: [] });
  }

  /** What stands at one bus: it feeds the bus, or the bus feeds it. */
  addAtBus(twin: TwinModel, object: CimObject, terminals: readonly Terminal[], does: "feeds" | "isFed"): void {
    const bus = this.oneBus(object, terminals);
    if (!bus) return;
    const [from, to] = does === "feeds" ? [twin.id, bus.id] : [bus.id, twin.id];
    this.grid.links.push({ from, role: "feeds", to });
  }

  /** The bus of equipment that has one terminal; a finding when there is none. */
  oneBus(object: CimObject, terminals: readonly Terminal[]): TwinModel | undefined {
    const lack = lacking(terminals, 1);
    if (lack) this.grid.findings.add("CGMES_UNCONNECTED", named(object), lack);
    for (const terminal of terminals) terminal.object.fate ??= "kept";
    return terminals.map(({ node }) => this.buses.of(node)).find((bus) => bus !== undefined);
  }

  /** What a power flow found at a terminal, as the file counts it: positive is what flows into the equipment. */
  flow(terminal: Terminal | undefined): { pMw?: number; qMvar?: number } {
    if (!terminal) return {};
    const { model, dialect } = this.grid;
    const state = model.referring("Terminal", terminal.object).find(({ className }) => className === "SvPowerFlow");
    if (!state) return {};
    state.fate ??= "kept";
    const [pMw, qMvar] = [quantity(state, "p", dialect), quantity(state, "q", dialect)];
    return { ...(pMw === undefined ? {} : { pMw }), ...(qMvar === undefined ? {} : { qMvar }) };
  }

  /** Flows at both ends of a branch, as `result`. */
  flows([from, to]: readonly Terminal[]): Attributes {
    const [at, other] = [this.flow(from), this.flow(to)];
    const result: { [name: string]: Json } = {};
    if (at.pMw !== undefined) result.pFromMw = at.pMw;
    if (at.qMvar !== undefined) result.qFromMvar = at.qMvar;
    if (other.pMw !== undefined) result.pToMw = other.pMw;
    if (other.qMvar !== undefined) result.qToMvar = other.qMvar;
    return Object.keys(result).length > 0 ? { result } : {};
  }

  #kvAt(terminals: readonly Terminal[]): number | undefined {
    for (const { node } of terminals) {
      const kv = node && this.buses.kvOf(node);
      if (kv !== undefined) return kv;
    }
    return undefined;
  }
}

/** The phases of an equipment, in the order of their sequence numbers: `ABC`; of three-phase equipment nothing is said. */
export function phasesOf(parts: readonly CimObject[], property: string): { phases?: string } {
  if (parts.length === 0) return {};
  const ordered = [...parts].sort((a, b) => (a.number("sequenceNumber") ?? 0) - (b.number("sequenceNumber") ?? 0));
  const phases = ordered.flatMap((part) => part.text(property) ?? []).join("");
  return phases === "" ? {} : { phases };
}
