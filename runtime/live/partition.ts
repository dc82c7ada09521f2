// Partition: one cell of the district alive. State = fold(model, log): the same log gives the same state, bit for bit.
// Fed by    the events of its log, one after the other
// Gives     live twins, and the changes of a run of events for one commit
// Must not  ask a clock, a disk or a server: time comes with the events, the history is handed in for looking up readings
// R1  deadlines up to an event's time are fired before the event, in the order (due time, twin id, name)
// R2  what an event sets in motion is finished before the next one: conditions first, then statecharts, then supply
// R3  a rule or statechart that throws takes its twin out of service, alone, with an alarm that says on what

import type { District, TwinId, TwinModel } from "../../models/district.ts";
import type { Definition } from "../../twins/definition.ts";
import type { Effect } from "../../twins/effects.ts";
import type { CommandEvent, LogEvent, ReadingRow, ResumedEvent, Signal, SignalEvent } from "../log/events.ts";
import type { AlarmView, CommandOutcome } from "../views.ts";
import { Alarms, twinOfAlarm } from "./alarms.ts";
import { Changes } from "./changes.ts";
import { type Decision, decideCommand } from "./commands.ts";
import { Conditions } from "./conditions.ts";
import { Effects } from "./effects.ts";
import { Exports } from "./exports.ts";
import { Intake, type StoredSample } from "./intake.ts";
import { LiveTwin } from "./live-twin.ts";
import type { Neighbours } from "./neighbours.ts";
import { ESTIMATED, GOOD, PointTable } from "./points.ts";
import type { Shapes } from "./shape.ts";
import { type TwinRecord, thaw } from "./snapshot.ts";
import { carrierOf, Supply, type SupplyChange } from "./supply.ts";
import { Writes } from "./writes.ts";

/** What one event may set in motion before a twin is held to run in circles: so many steps, and so many more for each twin. */
const MAX_STEPS_PER_EVENT = 1_000;
const MAX_STEPS_PER_TWIN = 50;

export interface PartitionRecord {
  /** Sequence of the last event in the state. */
  position: number;
  now: number;
  exports: [key: string, value: number][];
  /** Nodes and branch twins that were told they are dead. */
  dead: TwinId[];
  /** For each other partition, the place in its outbox up to which its signals were seen. */
  seen: [partition: string, sequence: number, index: number][];
}

export interface PartitionOptions {
  name: string;
  district: District;
  models: readonly TwinModel[];
  catalogue: Record<string, Definition>;
  shapes: Shapes;
  neighbours: Neighbours;
  cellOf: (twin: TwinId) => string | undefined;
  storedSample: StoredSample;
  /** The committed outcome of a command. */
  storedOutcome: (id: string) => CommandOutcome | undefined;
  pointNumber: (twin: TwinId, point: string) => number;
}

interface Step {
  twin: LiveTwin;
  type: string;
  args: Record<string, unknown>;
}

export class Partition {
  readonly name: string;
  readonly twins = new Map<TwinId, LiveTwin>();
  /** World time of the last event, epoch ms; 0 before the first. */
  now = 0;
  position = 0;
  changes = new Changes();
  readonly conditions: Conditions;
  readonly #options: PartitionOptions;
  readonly #writes: Writes;
  readonly #intake: Intake;
  readonly #effects: Effects;
  readonly #exports = new Exports();
  readonly #supply: Supply;
  readonly #seen = new Map<string, [sequence: number, index: number]>();
  #alarms = new Alarms([]);
  #dirty: LiveTwin[] = [];
  #steps: Step[] = [];
  #events = 0;
  #emitted: Effect[] = [];

  constructor(options: PartitionOptions) {
    const { district, models, catalogue, shapes, neighbours, name } = options;
    this.name = name;
    this.#options = options;
    const table = new PointTable();
    const emit = (effect: Effect) => this.#emitted.push(effect);
    for (const model of models) {
      const twin = new LiveTwin(model, shapes.of(catalogue[model.kind]!, model), table, emit);
      for (const [i, point] of twin.shape.names.entries()) {
        table.number[twin.base + i] = options.pointNumber(model.id, point);
      }
      this.twins.set(model.id, twin);
    }
    const changes = () => this.changes;
    const failed = (twin: LiveTwin, error: unknown) => this.#quarantine(twin, "a rule", error);
    this.#writes = new Writes({
      ...{ twins: this.twins, table, changes, failed },
      markDirty: (twin, bits) => this.#markDirty(twin, bits),
      flowOut: (flow, difference, value, at, quality) => {
        const signal = this.#exports.flowOut(flow, difference, value, at, quality);
        if (signal) this.#signalOut(signal);
      },
    });
    this.#intake = new Intake(this.#writes, options.storedSample);
    this.conditions = new Conditions((twin, type) => this.#steps.push({ twin, type, args: {} }), failed);
    this.#effects = new Effects({
      ...{ writes: this.#writes, conditions: this.conditions, neighbours, changes },
      alarms: () => this.#alarms,
      tell: (to, event, args) => this.#signal({ kind: "tell", to, event, args }),
      model: (id) => district.twins.get(id),
    });
    const modelsHere = new Map(models.map((model) => [model.id, model]));
    this.#supply = new Supply(district, modelsHere, neighbours, (id) => this.twins.get(id));
  }

  /** Wakes the twins: as they were saved, or new. To be called once, before the first event. */
  wake(record: PartitionRecord | undefined, saved: (id: TwinId) => TwinRecord | undefined, alarms: AlarmView[]): void {
    this.now = record?.now ?? 0;
    this.position = record?.position ?? 0;
    this.#exports.restore(record?.exports ?? []);
    for (const [partition, sequence, index] of record?.seen ?? []) this.#seen.set(partition, [sequence, index]);
    this.#alarms = new Alarms(alarms);
    for (const twin of this.twins.values()) {
      const twinRecord = saved(twin.id);
      if (twinRecord) thaw(twin, twinRecord);
      else twin.wake();
    }
    for (const twin of this.twins.values()) this.#countEstimates(twin);
    this.conditions.restore(this.twins.values());
    this.#supply.restore(new Set(record?.dead));
    this.#emitted = [];
  }

  /** Applies one event of the log. An event at or before the position was applied already and is passed over. */
  apply(event: LogEvent, sequence: number): void {
    if (sequence <= this.position) return;
    this.position = sequence;
    this.changes.causedBy(sequence);
    this.changes.nextEvent(++this.#events);
    this.#advance(event.type === "resumed" ? this.now : event.at);
    switch (event.type) {
      case "readings":
        for (const [id, rows] of event.entries) this.#readings(id, rows);
        break;
      case "command":
        this.#command(event);
        break;
      case "acknowledge":
        this.#acknowledge(event.id, event.alarm);
        break;
      case "signal":
        this.#signalIn(event);
        break;
      case "resumed":
        this.#resume(event);
        break;
      case "tick":
        break;
    }
    this.#settle();
  }

  /** The log was read up to here, also where a message was no event. */
  passed(sequence: number): void {
    this.position = Math.max(this.position, sequence);
  }

  /** Ends a run of events: everything it changed, ready for one commit. */
  takeChanges(): Changes {
    for (const signal of this.#exports.take()) this.#signalOut(signal);
    const { changes } = this;
    this.changes = new Changes(this.position);
    return changes;
  }

  record(): PartitionRecord {
    const seen = [...this.#seen].map(([name, [sequence, index]]): PartitionRecord["seen"][number] => [
      name,
      sequence,
      index,
    ]);
    const { position, now } = this;
    return { position, now, exports: this.#exports.record(), dead: this.#supply.dead(), seen };
  }

  isAlive(node: TwinId): boolean {
    return this.#supply.isAlive(node);
  }

  stop(): void {
    for (const twin of this.twins.values()) if (twin.quarantined === undefined) twin.stop();
  }

  #advance(at: number): void {
    for (;;) {
      const due = this.conditions.takeDue(at);
      if (!due) break;
      this.now = Math.max(this.now, due.dueMs);
      const twin = this.twins.get(due.twin);
      if (!twin || twin.quarantined !== undefined) continue;
      if (this.conditions.fire(twin, due)) this.changes.touch(twin);
      this.#settle();
    }
    this.now = Math.max(this.now, at);
  }

  #readings(id: TwinId, rows: readonly ReadingRow[]): void {
    const twin = this.twins.get(id);
    if (!twin) return;
    this.changes.nextEvent(++this.#events);
    let news = false;
    for (const [point, timeMs, value] of rows) {
      const i = twin.shape.index.get(point);
      if (i === undefined) continue;
      try {
        const outcome = this.#intake.take(twin, i, timeMs, value, this.now, this.changes);
        this.changes.readings[outcome]++;
        if (outcome === "duplicates") continue;
        news = true;
        this.conditions.arrived(twin, i, this.now);
      } catch (error) {
        this.#quarantine(twin, `the reading ${point}=${value}`, error);
      }
    }
    if (news) for (const device of this.#options.neighbours.of(id, "fedBy")) this.#heardOf(device);
    this.#settle();
  }

  /** A device is heard of through the meters that it feeds. */
  #heardOf(id: TwinId): void {
    const device = this.twins.get(id);
    const i = device?.shape.index.get("packs");
    if (!device || i === undefined) return;
    const packs = this.#writes.read(device, i);
    this.#writes.write(device, i, (Number.isNaN(packs) ? 0 : packs) + 1, this.now, GOOD, false);
    this.conditions.arrived(device, i, this.now);
  }

  #command(event: CommandEvent): void {
    if (this.changes.outcomes.has(event.id) || this.#options.storedOutcome(event.id)) return;
    const twin = this.twins.get(event.twin);
    const { outcome, args, release } = this.#decide(twin, event);
    if (twin && outcome.outcome === "ACCEPTED") {
      this.changes.touch(twin);
      if (release) this.#release(twin);
      else this.#steps.push({ twin, type: event.name, args });
    }
    this.#answer(event.id, outcome);
  }

  #decide(twin: LiveTwin | undefined, event: CommandEvent): Decision {
    try {
      return decideCommand(twin, event, this.now);
    } catch (error) {
      this.#quarantine(twin!, `the command ${event.name}`, error);
      return decideCommand(twin, event, this.now);
    }
  }

  #answer(id: string, outcome: CommandOutcome): void {
    this.changes.outcomes.set(id, outcome);
  }

  #acknowledge(id: string, alarmId: string): void {
    const alarm = this.#alarms.acknowledge(alarmId, this.now);
    if (alarm) this.changes.alarm(alarm);
    const twin = twinOfAlarm(alarmId);
    this.#answer(id, {
      outcome: alarm ? "ACCEPTED" : "REFUSED",
      code: alarm ? "OK" : "ALARM_UNKNOWN",
      reason: undefined,
      twin,
    });
  }

  #resume({ at }: ResumedEvent): void {
    if (this.now > 0 && at > this.now) this.conditions.postpone(this.twins.values(), at - this.now);
    this.now = Math.max(this.now, at);
    for (const twin of this.twins.values()) {
      if (twin.born) continue;
      twin.born = true;
      this.changes.touch(twin);
      for (const [i, spec] of twin.shape.specs.entries()) {
        if (spec.from !== "set" || !spec.initial) continue;
        const value = spec.initial(twin.model);
        if (!Number.isNaN(value)) this.#writes.write(twin, i, value, this.now, GOOD, true);
      }
      this.#steps.push({ twin, type: "born", args: {} });
    }
  }

  #signalIn(event: SignalEvent): void {
    const seen = this.#seen.get(event.from);
    if (seen && (event.sequence < seen[0] || (event.sequence === seen[0] && event.index <= seen[1]))) return;
    this.#seen.set(event.from, [event.sequence, event.index]);
    this.#signal(event.signal, event.from);
  }

  /** Delivers a signal to a twin of this partition, or lets it leave for the partition where that twin lives. */
  #signal(signal: Signal, from = this.name): void {
    const twin = this.twins.get(signal.to);
    if (!twin) {
      if (from === this.name) this.#signalOut(signal);
      return;
    }
    const i = "point" in signal ? twin.shape.index.get(signal.point) : undefined;
    if (signal.kind === "tell") this.#steps.push({ twin, type: signal.event, args: signal.args });
    else if (signal.kind === "supply") this.#supplyOf(twin, signal.node, signal.alive);
    else if (i === undefined) return;
    else if (signal.kind === "copy") this.#writes.copy(twin, i, signal.value, signal.timeMs, signal.suspect);
    else {
      const key = `${signal.point}|${from}`;
      const difference = signal.value - (twin.contributions.get(key) ?? 0);
      twin.contributions.set(key, signal.value);
      this.#writes.move(twin, i, difference, this.now, 0);
    }
  }

  #signalOut(signal: Signal): void {
    const partition = this.#options.cellOf(signal.to);
    if (partition !== undefined) this.changes.leave({ kind: "signal", partition, signal });
  }

  #tellSupply({ to, node, alive }: SupplyChange): void {
    const twin = this.twins.get(to);
    if (twin && to === node) {
      const type = alive ? "supply.restored" : "supply.lost";
      this.#steps.push({ twin, type, args: { carrier: carrierOf(twin.model), via: node } });
    } else this.#signal({ kind: "supply", to, node, alive });
  }

  /** One of the nodes at a fed twin lost or got back its supply; the twin hears when the last one is lost and the first one is back. */
  #supplyOf(twin: LiveTwin, node: TwinId, alive: boolean): void {
    const { district, neighbours } = this.#options;
    const carrier = carrierOf(district.twins.get(node)!);
    const feeding = [...neighbours.of(twin.id, "fedBy"), ...neighbours.of(twin.id, "feeds")].filter((id) => {
      const model = district.twins.get(id);
      return (
        model !== undefined &&
        (id === node || (carrierOf(model) === carrier && "bus junction tank reservoir".includes(model.kind)))
      );
    });
    const isAlive = () => feeding.some((id) => !twin.deadFeeds.has(id));
    const before = isAlive();
    if (alive) twin.deadFeeds.delete(node);
    else twin.deadFeeds.add(node);
    this.changes.touch(twin);
    if (isAlive() !== before) {
      this.#steps.push({ twin, type: alive ? "supply.restored" : "supply.lost", args: { carrier, via: node } });
    }
  }

  /** After a restart: how many of the inputs of each sum are estimates. */
  #countEstimates(twin: LiveTwin): void {
    for (const [i, flows] of twin.flows.entries()) {
      if (!flows || twin.table.quality[twin.base + i] !== ESTIMATED) continue;
      for (const { kind, to, point } of flows) {
        const target = this.twins.get(to);
        const at = target?.shape.index.get(point);
        if (kind === "sum" && target && at !== undefined) target.estimates[at] = target.estimates[at]! + 1;
      }
    }
  }

  #markDirty(twin: LiveTwin, bits: number): void {
    if (twin.dirty === 0) this.#dirty.push(twin);
    twin.dirty |= bits;
  }

  /** Runs until nothing moves any more (R2). */
  #settle(): void {
    const limit = MAX_STEPS_PER_EVENT + MAX_STEPS_PER_TWIN * this.twins.size;
    let left = limit;
    for (;;) {
      const dirty = this.#dirty.shift();
      const step = dirty ? undefined : this.#steps.shift();
      if (dirty) this.conditions.evaluate(dirty, this.now);
      else if (step) this.#step(step);
      else if (this.#supply.isDirty) for (const change of this.#supply.update()) this.#tellSupply(change);
      else return;
      const twin = dirty ?? step?.twin;
      if (--left < 0 && twin) {
        this.#quarantine(twin, "one event", new Error(`it set more than ${limit} steps in motion`));
        left = limit;
      }
    }
  }

  #step({ twin, type, args }: Step): void {
    if (twin.quarantined !== undefined) return;
    const { state, conducting, sourcing } = twin;
    const error = twin.send(type, this.now, args);
    const emitted = this.#emitted;
    this.#emitted = [];
    if (error) {
      this.#quarantine(twin, `the event ${type}`, error);
      return;
    }
    if (twin.state !== state) {
      this.changes.touch(twin);
      this.changes.note(twin, this.now, type, state, twin.state);
    }
    if (twin.conducting !== conducting || twin.sourcing !== sourcing) this.#supply.positionChanged(twin.id);
    for (const effect of emitted) this.#effects.apply(twin, effect, this.now, this.position);
  }

  #quarantine(twin: LiveTwin, cause: string, error: unknown): void {
    if (twin.quarantined !== undefined) return;
    const message = `${cause} failed: ${error instanceof Error ? error.message : String(error)}`;
    const before = twin.state;
    twin.quarantine(message);
    this.changes.touch(twin);
    this.changes.note(twin, this.now, cause, before, twin.state);
    this.#steps = this.#steps.filter((step) => step.twin !== twin);
    this.#effects.raise(twin, "TWIN_QUARANTINED", "CRITICAL", message, this.now, this.position);
  }

  #release(twin: LiveTwin): void {
    twin.release();
    this.#emitted = [];
    this.conditions.restore(this.twins.values());
    this.changes.note(twin, this.now, "release", "quarantined", twin.state);
    this.#effects.apply(twin, { type: "clearAlarm", code: "TWIN_QUARANTINED" }, this.now, this.position);
  }
}
