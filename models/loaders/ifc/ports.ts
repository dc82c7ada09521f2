// Ports: what the systems of a building carry from device to device, through pipes, ducts, cables and fittings.
// Fed by    models/loaders/ifc/engine.ts: IfcDistributionPort, IfcRelConnectsPorts, IfcRelConnectsPortToElement, IfcRelNests
// Gives     links between devices: `feeds` where the ports say which way it flows, `connects` where they do not
// Source    IFC4 ADD2 TC1, IfcSharedBldgServiceElements (FlowDirection SOURCE is out of the element, SINK into it)
// R1  a chain of segments and fittings between two devices is one link; what it runs through is counted in the attributes
// R2  what flows in two ways, or in none that is said, feeds nothing

import type { Attributes, Link, TwinModel } from "../../district.ts";
import type { IfcModel } from "./engine.ts";
import { reference, references, text } from "./entity.ts";
import type { IfcFindings } from "./findings.ts";

/** What ports run through, and devices do not: pipes, ducts, cables, and what joins them. */
const BETWEEN = ["IFCFLOWSEGMENT", "IFCFLOWFITTING"];
/** Devices that one device is linked to: a net without directions would join each with each. */
const MAX_REACHED = 100;

/** A way from one element to the next; `flow` is 1 with it, -1 against it, 0 when no port says. */
interface Way {
  to: number;
  flow: -1 | 0 | 1;
}

interface Reached {
  flow: -1 | 0 | 1;
  segments: number;
  fittings: number;
}

export class Ports {
  readonly #model: IfcModel;
  readonly #findings: IfcFindings;
  readonly #elementOf = new Map<number, number>();
  readonly #ways = new Map<number, Way[]>();
  readonly #segments: ReadonlySet<number>;
  readonly #fittings: ReadonlySet<number>;
  readonly #crowded: number[] = [];
  /** Relations between ports that lead from one element to another. */
  readonly connections: number[] = [];

  constructor(model: IfcModel, findings: IfcFindings) {
    this.#model = model;
    this.#findings = findings;
    const [segments, fittings] = BETWEEN.map((name) => new Set(model.labels(name)));
    this.#segments = segments!;
    this.#fittings = fittings!;
    this.#readOwners();
    this.#readConnections();
  }

  /** Whether it is a port of an element. */
  isOwned(port: number): boolean {
    return this.#elementOf.has(port);
  }

  /** Links the devices among the twins, and writes into each what its chains run through. */
  link(twins: ReadonlyMap<number, TwinModel>): Link[] {
    const links: Link[] = [];
    const order = new Map([...twins.keys()].map((label, i) => [label, i]));
    for (const [label, twin] of twins) {
      if (!this.#ways.has(label) || this.#isBetween(label)) continue;
      const reached = this.#reach(label, twins);
      const connections: Attributes[] = [];
      for (const [other, { flow, segments, fittings }] of reached) {
        const target = twins.get(other)!;
        const role = flow === 0 ? "connects" : flow === 1 ? "feeds" : "fedBy";
        connections.push({ role, element: target.element, segmentCount: segments, fittingCount: fittings });
        if (flow === 1) links.push({ from: twin.id, role: "feeds", to: target.id });
        else if (flow === 0 && order.get(label)! < order.get(other)!) {
          links.push({ from: twin.id, role: "connects", to: target.id });
        }
      }
      if (connections.length > 0) twin.attributes.connections = connections;
    }
    const [first] = this.#crowded;
    if (first !== undefined) {
      const message = `${this.#crowded.length} devices are connected with more than ${MAX_REACHED} others; the nearest were linked`;
      this.#findings.add("IFC_PORTS_MANY", `#${first}`, message);
    }
    return links;
  }

  /** The next devices of one, along chains of segments and fittings; each by the way with the fewest of them. */
  #reach(start: number, twins: ReadonlyMap<number, TwinModel>): Map<number, Reached> {
    const reached = new Map<number, Reached>();
    // a chain is followed along or against the flow, or as long as nothing is said of it: each once for every element
    const seen = new Set<string>([`${start} 0`]);
    let waiting: (Reached & { at: number })[] = [{ at: start, flow: 0, segments: 0, fittings: 0 }];
    while (waiting.length > 0) {
      const next: typeof waiting = [];
      for (const from of waiting) {
        for (const { to, flow: along } of this.#ways.get(from.at) ?? []) {
          if (along !== 0 && from.flow !== 0 && along !== from.flow) continue;
          const flow = along === 0 ? from.flow : along;
          const key = `${to} ${flow}`;
          if (to === start || seen.has(key)) continue;
          seen.add(key);
          const segments = from.segments + (this.#segments.has(to) ? 1 : 0);
          const fittings = from.fittings + (this.#fittings.has(to) ? 1 : 0);
          if (this.#isBetween(to)) next.push({ at: to, flow, segments, fittings });
          else if (twins.has(to)) put(reached, to, { flow, segments: from.segments, fittings: from.fittings });
          if (reached.size > MAX_REACHED) return this.#cut(start, reached);
        }
      }
      waiting = next;
    }
    return reached;
  }

  #cut(start: number, reached: Map<number, Reached>): Map<number, Reached> {
    this.#crowded.push(start);
    return new Map([...reached].slice(0, MAX_REACHED));
  }

  #isBetween(label: number): boolean {
    return this.#segments.has(label) || this.#fittings.has(label);
  }

  #readOwners(): void {
    const ports = new Set(this.#model.labels("IFCPORT"));
    if (ports.size === 0) return;
    for (const label of this.#model.labels("IFCRELCONNECTSPORTTOELEMENT")) {
      const relation = this.#model.entity(label);
      const [port, element] = [
        relation && reference(relation, "RelatingPort"),
        relation && reference(relation, "RelatedElement"),
      ];
      if (port !== undefined && element !== undefined) this.#elementOf.set(port, element);
    }
    for (const label of this.#model.labels("IFCRELNESTS")) {
      const relation = this.#model.entity(label);
      const element = relation && reference(relation, "RelatingObject");
      if (!relation || element === undefined) continue;
      for (const port of references(relation, "RelatedObjects")) {
        if (ports.has(port) && !this.#elementOf.has(port)) this.#elementOf.set(port, element);
      }
    }
  }

  #readConnections(): void {
    for (const label of this.#model.labels("IFCRELCONNECTSPORTS")) {
      const relation = this.#model.entity(label);
      if (!relation) continue;
      const [out, into] = (["RelatingPort", "RelatedPort"] as const).map((attribute) => reference(relation, attribute));
      const [from, to] = [this.#elementOf.get(out ?? -1), this.#elementOf.get(into ?? -1)];
      if (from === undefined || to === undefined) {
        const lost = from === undefined ? "RelatingPort" : "RelatedPort";
        this.#findings.add("IFC_PORT_LOOSE", `#${label}`, `the ${lost} belongs to no element of the file`);
      } else if (from !== to) {
        const flow = this.#flow(out!, into!);
        this.connections.push(label);
        append(this.#ways, from, { to, flow });
        append(this.#ways, to, { to: from, flow: flow === 0 ? 0 : flow === 1 ? -1 : 1 });
      }
    }
  }

  /** 1 when it flows from the first port to the second. What two ports say must agree. */
  #flow(first: number, second: number): -1 | 0 | 1 {
    const [out, into] = [first, second].map((port) => {
      const entity = this.#model.entity(port);
      return entity ? text(entity, "FlowDirection") : undefined;
    });
    const forth = out === "SOURCE" || into === "SINK";
    const back = out === "SINK" || into === "SOURCE";
    return forth === back ? 0 : forth ? 1 : -1;
  }
}

/** Two ways between two devices: the shorter is told; if they flow apart, neither feeds the other. */
function put(reached: Map<number, Reached>, label: number, found: Reached): void {
  const known = reached.get(label);
  if (!known) reached.set(label, found);
  else if (known.flow !== found.flow) {
    reached.set(label, { ...known, flow: known.flow === 0 ? found.flow : found.flow === 0 ? known.flow : 0 });
  }
}

function append<K, V>(lists: Map<K, V[]>, key: K, entry: V): void {
  const list = lists.get(key);
  if (list) list.push(entry);
  else lists.set(key, [entry]);
}
