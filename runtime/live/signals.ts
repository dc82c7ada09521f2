// Signals: what twins tell each other, in this partition at once, to others by way of the outbox and their log.
// Fed by    effects, changes of supply, flows to other partitions, and signal events from their outboxes
// Gives     events for statecharts, copied and summed points, signals that leave by way of the outbox
// G1  what another partition said is taken once: up to which place in its outbox it was seen is part of the state
// G2  what is fed by several nodes of one carrier is unsupplied only when all of them are dead

import type { Directory } from "../../models/directory.ts";
import { carrierOf, type TwinId } from "../../models/district.ts";
import { NODE_KINDS } from "../../models/topology.ts";
import type { Signal, SignalsEvent } from "../log/events.ts";
import type { Changes } from "./changes.ts";
import { type ExportRecord, Exports } from "./exports.ts";
import type { Flow, FlowsOut, TermMoved } from "./flows.ts";
import type { Late } from "./late.ts";
import type { LiveTwin } from "./live-twin.ts";
import type { Neighbours } from "./neighbours.ts";
import { SUSPECT } from "./page.ts";
import type { Roster } from "./roster.ts";
import type { Steps } from "./steps.ts";
import { SOURCE_KINDS, type SupplyChange } from "./supply.ts";
import type { Writes } from "./writes.ts";

export interface SignalsHost {
  /** Name of this partition. */
  name: string;
  district: Directory;
  twins: Pick<Roster, "get" | "has">;
  neighbours: Neighbours;
  now: () => number;
  /** This signal of another partition is taken next. */
  taking: (sequence: number, signal: Signal) => void;
  changes: Changes;
  steps: Steps;
}

type SumSignal = Extract<Signal, { kind: "sum" }>;

/** Behind the key of a share: of how many estimates it is. */
const ESTIMATES = "|estimates";

type Seen = [partition: string, sequence: number, index: number];

export class Signals implements FlowsOut {
  /** Set once, after all parts of the partition were made. */
  writes!: Writes;
  late!: Late;
  readonly #host: SignalsHost;
  readonly #exports = new Exports();
  readonly #seen = new Map<string, [sequence: number, index: number]>();

  constructor(host: SignalsHost) {
    this.#host = host;
  }

  record(): { exports: ExportRecord[]; seen: Seen[] } {
    return { exports: this.#exports.record(), seen: [...this.#seen].map(([name, [s, i]]): Seen => [name, s, i]) };
  }

  restore({ exports, seen }: { exports: ExportRecord[]; seen: Seen[] }): void {
    this.#exports.restore(exports);
    for (const [partition, sequence, index] of seen) this.#seen.set(partition, [sequence, index]);
  }

  /** Signals from another partition's outbox. */
  take({ from, entries }: SignalsEvent): void {
    for (const [sequence, index, signal] of entries) {
      const seen = this.#seen.get(from);
      if (seen && (sequence < seen[0] || (sequence === seen[0] && index <= seen[1]))) continue;
      this.#seen.set(from, [sequence, index]);
      this.#host.taking(sequence, signal);
      this.#deliver(signal, from);
    }
  }

  /** Delivers to a twin of this partition, or lets it leave for the partition where that twin lives. */
  send(signal: Signal): void {
    if (this.#host.twins.has(signal.to)) this.#deliver(signal, this.#host.name);
    else this.#leave(signal);
  }

  /** A term here of a sum in another partition moved. */
  sumOut(flow: Flow, term: TermMoved): void {
    this.#exports.move(flow, term, this.#host.changes.isTold);
  }

  /** The past of such a sum changed: it was so much more from a time on. */
  stepOut(flow: Flow, at: number, more: number): void {
    if (!this.#host.changes.isTold) this.#exports.step(flow, at, more);
  }

  copyOut({ to, point }: Flow, value: number, at: number, suspect: boolean): void {
    this.#leave({ kind: "copy", to, point, timeMs: at, value, suspect });
  }

  voidOut({ to, point }: Flow, value: number, at: number): void {
    this.#leave({ kind: "void", to, point, timeMs: at, value });
  }

  /** Lets the sums leave that moved since the last run of events. */
  flush(): void {
    for (const signal of this.#exports.take()) this.#leave(signal);
  }

  /** A node or branch twin hears of its own supply; what is attached to a node hears of that node. */
  tellSupply({ to, node, alive }: SupplyChange): void {
    const twin = this.#host.twins.get(to);
    if (twin && to === node) this.#tellAlive(twin, alive, carrierOf(twin.model), node);
    else this.send({ kind: "supply", to, node, alive });
  }

  /** What a twin missed while it was out of service: whether it is supplied just now, for each carrier. */
  retell(twin: LiveTwin, isAlive: (node: TwinId) => boolean): void {
    const { district } = this.#host;
    if (NODE_KINDS.has(twin.kind)) {
      this.#tellAlive(twin, isAlive(twin.id), carrierOf(twin.model), twin.id);
      return;
    }
    const carriers = new Map<string, TwinId>();
    for (const node of this.#feeding(twin)) carriers.set(carrierOf(district.twins.get(node)!), node);
    for (const [carrier, node] of carriers) {
      const alive = this.#feeding(twin, carrier).some((id) => !twin.deadFeeds?.has(id));
      this.#tellAlive(twin, alive, carrier, node);
    }
  }

  /** What a twin is to know of the nodes that feed it by the model of today, and of those that fed it before. */
  refeed(twin: LiveTwin, isAlive: (node: TwinId) => boolean): void {
    if (NODE_KINDS.has(twin.kind)) return;
    const feeding = this.#feeding(twin);
    for (const node of twin.deadFeeds ?? []) if (!feeding.includes(node)) twin.deadFeeds!.delete(node);
    const { twins, changes } = this.#host;
    // What those of other partitions told stands.
    for (const node of feeding.filter((id) => twins.has(id))) {
      if (isAlive(node)) twin.deadFeeds?.delete(node);
      else {
        twin.deadFeeds ??= new Set();
        twin.deadFeeds.add(node);
      }
    }
    changes.saveRare(twin);
    this.retell(twin, isAlive);
  }

  #deliver(signal: Signal, from: string): void {
    const twin = this.#host.twins.get(signal.to);
    if (!twin) return;
    const i = "point" in signal ? twin.shape.index.get(signal.point) : undefined;
    if (signal.kind === "tell") this.#host.steps.tell(twin, signal.event, signal.args);
    else if (signal.kind === "supply") this.#fed(twin, signal.node, signal.alive);
    else if (i === undefined) return;
    else if (signal.kind === "copy") this.writes.copy(twin, i, signal.value, signal.timeMs, signal.suspect);
    else if (signal.kind === "void") this.writes.voidSample(twin, i, signal.timeMs, SUSPECT, signal.value);
    // A log may tell of a sum that the definition no longer makes.
    else if (!twin.shape.sums[i]) return;
    else if (signal.kind === "past") for (const [at, more] of signal.steps) this.late.step(twin, i, at, more);
    else this.#share(twin, i, signal, from);
  }

  /** The share of another partition in a sum. */
  #share(twin: LiveTwin, i: number, signal: SumSignal, from: string): void {
    const { changes, now } = this.#host;
    const { value, estimates = 0, timeMs = now() } = signal;
    twin.contributions ??= new Map();
    const told = twin.contributions;
    const key = `${signal.point}|${from}`;
    const ofEstimates = `${key}${ESTIMATES}`;
    const moreEstimates = estimates - (told.get(ofEstimates) ?? 0);
    const before = told.get(key) ?? 0;
    told.set(key, value);
    if (estimates > 0) told.set(ofEstimates, estimates);
    else told.delete(ofEstimates);
    changes.saveRare(twin);
    // It may be a correction that moved it.
    this.writes.correcting(() => this.writes.move(twin, i, before, value, timeMs, moreEstimates));
  }

  #leave(signal: Signal): void {
    const partition = this.#host.district.cellOf(signal.to);
    if (partition !== undefined) this.#host.changes.leave({ kind: "signal", partition, signal });
  }

  /** One of the nodes that feed a twin lost or got back its supply. */
  #fed(twin: LiveTwin, node: TwinId, alive: boolean): void {
    const told = this.#host.district.twins.get(node);
    // A log may tell of a node that the model no longer has.
    if (!told) return;
    const carrier = carrierOf(told);
    const nodes = this.#feeding(twin, carrier);
    const isAlive = () => nodes.some((id) => !twin.deadFeeds?.has(id));
    const before = isAlive();
    if (!alive) twin.deadFeeds ??= new Set();
    if (alive) twin.deadFeeds?.delete(node);
    else twin.deadFeeds?.add(node);
    this.#host.changes.touch(twin);
    this.#host.changes.saveRare(twin);
    if (isAlive() !== before) this.#tellAlive(twin, alive, carrier, node);
  }

  /** The nodes that feed a twin, with one carrier or with any. Sources hear only of those that feed them, not of those they feed. */
  #feeding(twin: LiveTwin, carrier?: string): TwinId[] {
    const { district, neighbours } = this.#host;
    const fedHere = SOURCE_KINDS.has(twin.kind) ? [] : neighbours.of(twin.id, "feeds");
    return [...neighbours.of(twin.id, "fedBy"), ...fedHere].filter((id) => {
      const model = district.twins.get(id);
      return model && NODE_KINDS.has(model.kind) && (carrier === undefined || carrierOf(model) === carrier);
    });
  }

  #tellAlive(twin: LiveTwin, alive: boolean, carrier: string, via: TwinId): void {
    this.#host.steps.tell(twin, alive ? "supply.restored" : "supply.lost", { carrier, via });
  }
}
