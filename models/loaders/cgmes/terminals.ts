// Terminals: which equipment ends at which node, and which nodes are buses.
// Fed by    the model
// Gives     the bus object of every terminal, the terminals of every equipment in their order
// N1  a terminal ends at its connectivity node; without one, at its topological node (bus-branch models)
// N2  a topological node is a bus only when no connectivity node belongs to it: else it is the state of switches, not a place

import { type CimModel, type CimObject, named } from "./model.ts";

export interface Terminal {
  object: CimObject;
  /** ConnectivityNode or TopologicalNode (or a BusbarSection that has neither); undefined when it ends nowhere. */
  node: CimObject | undefined;
  connected: boolean;
}

export class Terminals {
  readonly #model: CimModel;
  readonly #of = new Map<string, Terminal[]>();
  readonly #byObject = new Map<CimObject, Terminal>();
  readonly #at = new Map<CimObject, Terminal[]>();

  /** The first connectivity node of each topological node that has any. */
  readonly #placeOf = new Map<CimObject, CimObject>();

  constructor(model: CimModel) {
    this.#model = model;
    for (const node of model.of("ConnectivityNode")) {
      const topological = model.referenced(node, "TopologicalNode");
      if (topological && !this.#placeOf.has(topological)) this.#placeOf.set(topological, node);
    }
    for (const object of model.of("Terminal")) {
      const terminal = { object, node: this.#nodeOf(object), connected: object.flag("connected") !== false };
      this.#byObject.set(object, terminal);
      if (terminal.node) push(this.#at, terminal.node, terminal);
      const equipment = object.reference("ConductingEquipment");
      if (equipment !== undefined) push(this.#of, equipment, terminal);
    }
    for (const list of this.#of.values()) {
      if (list.length > 1) list.sort((a, b) => sequence(a.object) - sequence(b.object));
    }
  }

  /** In the order of their sequence numbers. */
  of(equipment: CimObject): readonly Terminal[] {
    return this.#of.get(equipment.key) ?? [];
  }

  terminal(object: CimObject | undefined): Terminal | undefined {
    return object && this.#byObject.get(object);
  }

  at(node: CimObject): readonly Terminal[] {
    return this.#at.get(node) ?? [];
  }

  /** Whether a node is made a bus. */
  isBus(node: CimObject): boolean {
    return !this.#placeOf.has(node);
  }

  #nodeOf(terminal: CimObject): CimObject | undefined {
    const node = this.#model.referenced(terminal, "ConnectivityNode");
    if (node?.className === "ConnectivityNode") return node;
    const topological = this.#model.referenced(terminal, "TopologicalNode");
    if (topological?.className === "TopologicalNode") {
      return this.#placeOf.get(topological) ?? topological;
    }
    const equipment = this.#model.referenced(terminal, "ConductingEquipment");
    return equipment?.className === "BusbarSection" ? equipment : undefined;
  }
}

function sequence(terminal: CimObject): number {
  return terminal.number("sequenceNumber") ?? 0;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

/** Where a finding about a terminal's equipment is: its name, and what it lacks. */
export function lacking(terminals: readonly Terminal[], needed: number): string | undefined {
  if (terminals.length < needed) return `it has ${terminals.length} of ${needed} terminals`;
  const loose = terminals.find(({ node }) => node === undefined);
  return loose && `${named(loose.object)} ends at no node`;
}
