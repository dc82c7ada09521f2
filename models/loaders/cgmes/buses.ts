// Buses: a twin per connectivity node, and per topological node that has none.
// Fed by    the model, its terminals, containers, limits and places
// Gives     twins of kind bus; what a node is to the equipment that ends there
// B1  the nominal voltage is that of the node's base voltage or voltage level; without one, that of equipment there
// B2  busbar sections, and the topological node of a connectivity node, are attributes of the bus

import type { Attributes, Json, TwinModel } from "../../district.ts";
import type { Containers } from "./containers.ts";
import type { Grid } from "./grid.ts";
import type { Limits } from "./limits.ts";
import { type CimObject, named } from "./model.ts";
import type { Terminals } from "./terminals.ts";
import { quantity, tidy } from "./units.ts";

export class Buses {
  readonly #grid: Grid;
  readonly #terminals: Terminals;
  readonly #containers: Containers;
  readonly #limits: Limits;
  /** By topological node: of those with many connectivity nodes, all ask for it. */
  readonly #states = new Map<CimObject, readonly CimObject[]>();
  readonly #kv = new Map<CimObject, number | undefined>();

  constructor(grid: Grid, terminals: Terminals, containers: Containers, limits: Limits) {
    this.#grid = grid;
    this.#terminals = terminals;
    this.#containers = containers;
    this.#limits = limits;
  }

  /** The bus of a node, made already or not: all buses are made before they are linked. */
  of(node: CimObject | undefined): TwinModel | undefined {
    return node && this.#grid.twinOf.get(node);
  }

  add(node: CimObject): void {
    const { model } = this.#grid;
    const terminals = this.#terminals.at(node);
    const vnKv = this.kvOf(node);
    const busbars = terminals.flatMap(({ object }) => {
      const equipment = model.referenced(object, "ConductingEquipment");
      return equipment?.className === "BusbarSection" && equipment !== node ? [equipment] : [];
    });
    const topological = node.className === "TopologicalNode" ? node : model.referenced(node, "TopologicalNode");
    const result = topological && this.#result(topological, vnKv);
    const attributes: Attributes = {
      ...this.#grid.own(node),
      ...this.#containers.of(node),
      ...(vnKv === undefined ? {} : { vnKv }),
      ...this.#limits.ofNode(node, this.#containers.within(node, "VoltageLevel"), terminals, vnKv),
      ...this.#place(node),
      ...(busbars.length > 0 ? { busbarSections: busbars.map((one) => this.#busbar(one)) } : {}),
      ...(topological && topological !== node ? { topologicalNode: this.#grid.described(topological) } : {}),
      ...(result ? { result } : {}),
    };
    if (vnKv === undefined)
      this.#grid.findings.add("CGMES_VOLTAGE", named(node), "no base voltage leads to its nominal voltage");
    else if (!(vnKv > 0)) this.#grid.findings.add("CGMES_VOLTAGE", named(node), `its nominal voltage is ${vnKv} kV`);
    this.#grid.addTwin("bus", node, attributes, node.name ?? busbars[0]?.name);
    for (const { object } of terminals) object.fate ??= "kept";
  }

  /** Nominal voltage of a node. */
  kvOf(node: CimObject): number | undefined {
    if (!this.#kv.has(node)) this.#kv.set(node, this.#findKv(node));
    return this.#kv.get(node);
  }

  #findKv(node: CimObject): number | undefined {
    const { model, dialect } = this.#grid;
    const own = this.#containers.nominalKv(node);
    const topological = own === undefined ? model.referenced(node, "TopologicalNode") : undefined;
    const found = own ?? (topological && this.#containers.nominalKv(topological));
    if (found !== undefined) return found;
    let rated: number | undefined;
    for (const { object } of this.#terminals.at(node)) {
      const [end] = model.referring("Terminal", object).filter(({ className }) => className.endsWith("End"));
      const equipment = model.referenced(object, "ConductingEquipment");
      const isTransformer = end !== undefined || equipment?.className === "PowerTransformer";
      const kv = isTransformer
        ? end && this.#containers.nominalKv(end)
        : equipment && this.#containers.nominalKv(equipment);
      if (kv !== undefined) return kv;
      rated ??= quantity(end, "ratedU", dialect);
    }
    return rated;
  }

  #busbar(section: CimObject): Json {
    const described = this.#grid.described(section);
    section.fate = "kept";
    return described;
  }

  /** A node has no place of its own in CIM: it is where the ends of its equipment are. */
  #place(node: CimObject): Attributes {
    const { model } = this.#grid;
    const own = this.#grid.places.of(node);
    if (own.position) return own;
    for (const terminal of this.#terminals.at(node)) {
      const equipment = model.referenced(terminal.object, "ConductingEquipment");
      if (!equipment) continue;
      const all = this.#terminals.of(equipment);
      const there = this.#grid.places.atTerminal(equipment, all.indexOf(terminal), all.length);
      if (there.position) return there;
    }
    const substation = this.#containers.within(node, "Substation");
    return substation ? this.#grid.places.of(substation) : {};
  }

  /** What a power flow found at the node: SvVoltage and SvInjection of the profile SV. */
  #result(topological: CimObject, vnKv: number | undefined): Json | undefined {
    const { dialect } = this.#grid;
    const result: { [name: string]: Json } = {};
    for (const state of this.#statesOf(topological)) {
      if (state.className === "SvVoltage") {
        const [vmKv, angle] = [quantity(state, "v", dialect), state.number("angle")];
        if (vmKv !== undefined) result.vmKv = vmKv;
        if (vmKv !== undefined && vnKv !== undefined && vnKv > 0) result.vmPu = tidy(vmKv / vnKv);
        if (angle !== undefined) result.vaDegree = angle;
      } else {
        const [pMw, qMvar] = [quantity(state, "pInjection", dialect), quantity(state, "qInjection", dialect)];
        if (pMw !== undefined) result.pMw = pMw;
        if (qMvar !== undefined) result.qMvar = qMvar;
      }
      state.fate ??= "kept";
    }
    return Object.keys(result).length > 0 ? result : undefined;
  }

  #statesOf(topological: CimObject): readonly CimObject[] {
    const known = this.#states.get(topological);
    if (known) return known;
    const referring = this.#grid.model.referring("TopologicalNode", topological);
    const states = referring.filter(({ className }) => className === "SvVoltage" || className === "SvInjection");
    this.#states.set(topological, states);
    return states;
  }
}
