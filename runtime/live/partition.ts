// Partition: one cell of the district alive. State = fold(model, log): the same log gives the same state, bit for bit.
// Fed by    the events of its log, one after the other
// Gives     live twins, and the changes of a run of events for one commit
// Must not  ask a clock, a disk or a server: time comes with the events, the history is handed in for looking up readings
// R1  deadlines up to an event's time are fired before the event, in the order (due time, twin id, name)
// R2  what an event sets in motion is finished before the next one: conditions first, then statecharts, then supply
// R3  a rule or statechart that throws takes its twin out of service, alone, with an alarm that says on what

import type { District, TwinId, TwinModel } from "../../models/district.ts";
import type { Definition } from "../../twins/definition.ts";
import type { LogEvent, ReadingRow, ResumedEvent } from "../log/events.ts";
import type { AlarmView, CommandOutcome } from "../views.ts";
import { Alarms } from "./alarms.ts";
import { Changes } from "./changes.ts";
import { Conditions } from "./conditions.ts";
import { Decisions } from "./decisions.ts";
import { Intake, type StoredSample, Writes } from "./deliver.ts";
import { Effects } from "./effects.ts";
import type { ExportRecord } from "./exports.ts";
import { countEstimates } from "./flows.ts";
import { LiveTwin } from "./live-twin.ts";
import type { Neighbours } from "./neighbours.ts";
import { GOOD, PointTable } from "./points.ts";
import { Progress } from "./progress.ts";
import type { Shapes } from "./shape.ts";
import { Signals } from "./signals.ts";
import { type TwinRecord, thaw } from "./snapshot.ts";
import { Steps } from "./steps.ts";
import { Supply } from "./supply.ts";
import { Why } from "./why.ts";

/** The point of a device that says whether it was ever heard; twins/device.ts has it. */
const HEARD = "#heard";

export interface PartitionRecord {
  /** Sequence of the last event in the state. */
  position: number;
  now: number;
  exports: ExportRecord[];
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

export class Partition {
  readonly name: string;
  readonly twins = new Map<TwinId, LiveTwin>();
  /** World time of the last event, epoch ms; 0 before the first. */
  now = 0;
  position = 0;
  readonly #why = new Why();
  changes = new Changes(0, 0, this.#why);
  #runs = 0;
  readonly conditions: Conditions;
  readonly progress = new Progress();
  readonly #options: PartitionOptions;
  readonly #writes: Writes;
  readonly #intake: Intake;
  readonly #supply: Supply;
  readonly #steps: Steps;
  readonly #signals: Signals;
  readonly #decisions: Decisions;
  #alarms = new Alarms([]);
  #events = 0;
  #unborn: LiveTwin[] = [];

  constructor(options: PartitionOptions) {
    const { district, models, catalogue, shapes, neighbours, name } = options;
    this.name = name;
    this.#options = options;
    const table = new PointTable();
    const changes = () => this.changes;
    this.#steps = new Steps({
      ...{ changes, now: () => this.now, position: () => this.position, size: () => this.twins.size },
      tellSupply: (change) => this.#signals.tellSupply(change),
    });
    this.#signals = new Signals({
      ...{ name, district, neighbours, changes, twins: this.twins, steps: this.#steps, cellOf: options.cellOf },
      now: () => this.now,
    });
    for (const model of models) {
      const twin = new LiveTwin(model, shapes.of(catalogue[model.kind]!, model), table, neighbours, this.#steps.emit);
      for (const [i, point] of twin.shape.names.entries()) {
        table.number[twin.base + i] = options.pointNumber(model.id, point);
      }
      this.twins.set(model.id, twin);
    }
    const failed = (twin: LiveTwin, error: unknown) => this.#steps.quarantine(twin, "a rule", error);
    this.#writes = new Writes({
      ...{ twins: this.twins, table, changes, failed },
      markDirty: (twin, bits) => this.#steps.markDirty(twin, bits),
      flowOut: (...flow) => this.#signals.flowOut(...flow),
    });
    this.#signals.writes = this.#writes;
    this.#intake = new Intake(this.#writes, options.storedSample);
    this.conditions = new Conditions((twin, type) => this.#steps.tell(twin, type), failed);
    const modelsHere = new Map(models.map((model) => [model.id, model]));
    this.#supply = new Supply(district, modelsHere, neighbours, (id) => this.twins.get(id));
    this.#steps.conditions = this.conditions;
    this.#steps.supply = this.#supply;
    this.#steps.effects = new Effects({
      ...{ writes: this.#writes, conditions: this.conditions, neighbours, changes },
      alarms: () => this.#alarms,
      tell: (to, event, args) => this.#signals.send({ kind: "tell", to, event, args }),
      model: (id) => district.twins.get(id),
    });
    this.#decisions = new Decisions({
      ...{ twins: this.twins, changes, steps: this.#steps, conditions: this.conditions },
      retell: (twin) => this.#signals.retell(twin, (node) => this.#supply.isAlive(node)),
      ...{ storedOutcome: options.storedOutcome, now: () => this.now, alarms: () => this.#alarms },
    });
  }

  /** Wakes the twins: as they were saved, or new. To be called once, before the first event. */
  wake(record: PartitionRecord | undefined, saved: (id: TwinId) => TwinRecord | undefined, alarms: AlarmView[]): void {
    this.now = record?.now ?? 0;
    this.position = record?.position ?? 0;
    this.progress.committed(this.position);
    if (record) this.#signals.restore(record);
    this.#alarms = new Alarms(alarms);
    for (const twin of this.twins.values()) {
      const twinRecord = saved(twin.id);
      if (twinRecord) thaw(twin, twinRecord);
      else twin.wake();
    }
    for (const twin of this.twins.values()) this.#tieFeeders(twin);
    this.#unborn = [...this.twins.values()].filter(({ born }) => !born);
    countEstimates(this.twins);
    this.conditions.restore(this.twins.values());
    this.#supply.restore(new Set(record?.dead));
    this.#steps.forgetEmitted();
  }

  /** Applies one event of the log. An event at or before the position was applied already and is passed over. */
  apply(event: LogEvent, sequence: number): void {
    if (sequence <= this.position) return;
    this.position = sequence;
    this.changes.causedBy(sequence);
    this.changes.nextEvent(++this.#events);
    this.#why.event(event);
    this.#advance(event.type === "resumed" ? this.now : event.at);
    if (event.type !== "resumed") this.#bear();
    switch (event.type) {
      case "readings":
        for (const [id, rows] of event.entries) this.#readings(id, rows);
        break;
      case "command":
        this.#decisions.command(event);
        break;
      case "acknowledge":
        this.#decisions.acknowledge(event);
        break;
      case "signal":
        this.#signals.take(event);
        break;
      case "resumed":
        this.#resume(event);
        break;
      case "tick":
        break;
    }
    this.#steps.settle();
  }

  /** The log was read up to here, also where a message was no event. */
  passed(sequence: number): void {
    this.position = Math.max(this.position, sequence);
  }

  /** Ends a run of events: everything it changed, ready for one commit. */
  takeChanges(): Changes {
    this.#signals.flush();
    const { changes } = this;
    this.changes = new Changes(this.position, ++this.#runs, this.#why);
    return changes;
  }

  record(): PartitionRecord {
    return { position: this.position, now: this.now, dead: this.#supply.dead(), ...this.#signals.record() };
  }

  stop(): void {
    for (const twin of this.twins.values()) if (twin.quarantined === undefined) twin.stop();
  }

  #advance(at: number): void {
    for (;;) {
      const due = this.conditions.takeDue(at);
      this.#why.deadline(due);
      if (!due) break;
      this.now = Math.max(this.now, due.dueMs);
      const twin = this.twins.get(due.twin);
      if (!twin || twin.quarantined !== undefined) continue;
      try {
        const outcome = this.conditions.fire(twin, due);
        if (outcome === "fired") this.changes.touch(twin);
        if (outcome === "moved") this.changes.save(twin);
      } catch (error) {
        this.#steps.quarantine(twin, `the deadline ${due.name}`, error);
      }
      this.#steps.settle();
    }
    this.now = Math.max(this.now, at);
  }

  #readings(id: TwinId, rows: readonly ReadingRow[]): void {
    const twin = this.twins.get(id);
    if (!twin) return;
    this.changes.nextEvent(++this.#events);
    this.#why.message(id, rows);
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
        this.#steps.quarantine(twin, `the reading ${point}=${value}`, error);
      }
    }
    if (news) {
      twin.heardMs = this.now;
      if (twin.isFeederQuiet) this.#heardOf(twin);
    }
    this.#steps.settle();
  }

  #tieFeeders(twin: LiveTwin): void {
    if (twin.model.kind !== "meter") return;
    const here = this.#options.neighbours.of(twin.id, "fedBy").map((id) => this.twins.get(id));
    const feeders = here.filter((feeder) => feeder?.model.kind === "device") as LiveTwin[];
    if (feeders.length === 0) return;
    twin.feeders = feeders;
    for (const feeder of feeders) feeder.fedMeters = [...feeder.fedMeters, twin];
  }

  /** Devices are heard of through the meters that they feed; they are touched only when they were not heard, or missed. */
  #heardOf(meter: LiveTwin): void {
    meter.isFeederQuiet = false;
    for (const device of meter.feeders) {
      const i = device.shape.index.get(HEARD);
      try {
        if (i !== undefined && device.value(HEARD) !== 1) this.#writes.write(device, i, 1, this.now, GOOD, false);
        if (this.conditions.heard(device)) this.changes.touch(device);
      } catch (error) {
        this.#steps.quarantine(device, "a pack", error);
      }
    }
  }

  #resume({ at }: ResumedEvent): void {
    if (this.now > 0 && at > this.now) {
      for (const twin of this.conditions.postpone(this.twins.values(), at - this.now)) this.changes.save(twin);
    }
    this.now = Math.max(this.now, at);
    this.#bear();
  }

  /** New twins are born with the first event that their partition sees, whichever it is: nothing reaches a twin before. */
  #bear(): void {
    const unborn = this.#unborn;
    this.#unborn = [];
    this.changes.bear(unborn, this.twins.size, this.now);
    for (const twin of unborn) {
      twin.born = true;
      this.changes.touch(twin);
      try {
        for (const [i, spec] of twin.shape.specs.entries()) {
          if (spec.from !== "set" || !spec.initial) continue;
          const value = spec.initial(twin.model);
          if (!Number.isNaN(value)) this.#writes.write(twin, i, value, this.now, GOOD, true);
        }
        this.#steps.tell(twin, "born");
      } catch (error) {
        this.#steps.quarantine(twin, "its birth", error);
      }
    }
    if (unborn.length > 0) this.#steps.settle();
  }
}
