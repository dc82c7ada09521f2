// Partition: one cell of the district alive. State = fold(model, log): the same log gives the same state, bit for bit.
// Fed by    the events of its log, one after the other
// Gives     live twins; news of a run of events, to be told at once; now and then a checkpoint of all that changed
// Must not  ask a clock, a disk or a server: time comes with the events, what the store knows is handed in
// R1  deadlines up to an event's time are fired before the event, in the order (due time, place of the twin, name)
// R2  what an event sets in motion is finished before the next one: conditions first, then statecharts, then supply
// R3  a rule or statechart that throws takes its twin out of service, alone, with an alarm that says on what
// R4  deadlines are in watched time, without the times in which nobody watched: nobody is called silent because we did not listen
// R5  new twins are born in the order of their places, some with each event, and before anything reaches them

import type { TwinId } from "../../models/district.ts";
import type { ReadEvent, ResumedEvent } from "../log/events.ts";
import type { AlarmView } from "../views.ts";
import { Alarms } from "./alarms.ts";
import { Births } from "./births.ts";
import { Changes, type DecidedOutcome, type News } from "./changes.ts";
import { type Checkpoint, checkpointOf, draftRares, type PartitionRecord } from "./checkpoint.ts";
import { Conditions } from "./conditions.ts";
import { Decisions } from "./decisions.ts";
import { Intake } from "./deliver.ts";
import type { Dictionary } from "./dictionary.ts";
import { Effects } from "./effects.ts";
import { Feeders } from "./feeders.ts";
import { flood } from "./flooding.ts";
import { Flows } from "./flows.ts";
import { Imports } from "./imports.ts";
import { Known, type StoredHistory } from "./known.ts";
import { Late } from "./late.ts";
import type { LiveTwin } from "./live-twin.ts";
import { Messages } from "./messages.ts";
import { Neighbours } from "./neighbours.ts";
import type { Population } from "./population.ts";
import { Progress } from "./progress.ts";
import { Remodel } from "./remodel.ts";
import { Roster, type Seats, type Shelf } from "./roster.ts";
import type { Layout } from "./shape.ts";
import { Signals } from "./signals.ts";
import type { States } from "./states.ts";
import { Steps } from "./steps.ts";
import { Supply } from "./supply.ts";
import { Why } from "./why.ts";
import { Writes } from "./writes.ts";

export interface PartitionOptions {
  name: string;
  population: Population;
  layouts: Dictionary<Layout>;
  states: States;
  seats: Seats;
  shelf: Shelf;
  history: StoredHistory;
  /** The stored outcome of a command. */
  storedOutcome: (id: string) => DecidedOutcome | undefined;
}

export class Partition {
  readonly name: string;
  readonly twins: Roster;
  readonly births: Births;
  /** World time of the last event, epoch ms; 0 before the first. */
  now = 0;
  position = 0;
  readonly #why = new Why();
  readonly changes = new Changes(this.#why);
  readonly progress = new Progress();
  readonly #conditions: Conditions;
  readonly #late: Late;
  readonly #writes: Writes;
  readonly #messages: Messages;
  readonly #imports: Imports;
  readonly #supply: Supply;
  readonly #steps: Steps;
  readonly #signals: Signals;
  readonly #decisions: Decisions;
  readonly #remodel: Remodel;
  #alarms = new Alarms([]);
  #awayMs = 0;

  constructor(options: PartitionOptions) {
    const { name, population, seats, shelf, layouts, states } = options;
    const { directory: district } = population;
    const neighbours = new Neighbours(district);
    const cell = district.cells.indexOf(name);
    this.name = name;
    const { changes } = this;
    this.#steps = new Steps({
      ...{ changes, now: () => this.now, watched: () => this.#watchedMs, position: () => this.position },
      size: () => this.twins.slots,
      tellSupply: (change) => this.#signals.tellSupply(change),
    });
    this.twins = new Roster({
      ...{ seats, shelf, layouts, states, population, neighbours, changes },
      ...{ flows: new Flows(population), cell },
    });
    const { twins } = this;
    const refeed = (twin: LiveTwin) => this.#signals.refeed(twin, (node) => this.#supply.isAlive(node));
    this.births = new Births({ twins, changes, steps: this.#steps, now: () => this.now, refeed });
    const reached = { get: (id: TwinId) => this.births.reached(id), has: (id: TwinId) => twins.has(id) };
    this.#signals = new Signals({
      ...{ name, district, neighbours, changes, twins: reached, steps: this.#steps },
      now: () => this.now,
      taking: (sequence, signal) => this.#why.signal(sequence, signal),
    });
    const failed = (twin: LiveTwin, error: unknown) => this.#steps.quarantine(twin, "a rule", error);
    const known = new Known(changes, options.history);
    this.#late = new Late({ twins: reached, changes, known, out: this.#signals, failed });
    this.#writes = new Writes({
      ...{ twins: reached, changes, known, late: this.#late, out: this.#signals, failed },
      markDirty: (twin, bits) => this.#steps.markDirty(twin, bits),
    });
    for (const part of [this.#late, this.#signals, this.births]) part.writes = this.#writes;
    this.#signals.late = this.#late;
    const feeders = new Feeders({
      ...{ directory: district, twins, changes, steps: this.#steps, writes: this.#writes },
      ...{ reached: (id: TwinId) => this.births.reached(id), now: () => this.now },
    });
    const intake = new Intake(this.#writes, this.#late, known);
    this.#imports = new Imports({
      ...{ twins: reached, steps: this.#steps, intake, writes: this.#writes },
      ...{ changes, known, now: () => this.now },
    });
    this.#conditions = new Conditions({
      ...{ tell: (twin, type) => this.#steps.tell(twin, type), failed },
      fedMeters: feeders.fedMeters,
    });
    this.#messages = new Messages({
      ...{ twins, births: this.births, changes, why: this.#why },
      ...{ intake, feeders, conditions: this.#conditions, steps: this.#steps },
    });
    this.#supply = new Supply(district, cell, neighbours, (id) => twins.peek(id));
    feeders.conditions = this.#conditions;
    this.#steps.conditions = this.#conditions;
    this.#steps.supply = this.#supply;
    this.#steps.effects = new Effects({
      ...{ writes: this.#writes, conditions: this.#conditions, neighbours, changes },
      alarms: () => this.#alarms,
      tell: (to, event, args) => this.#signals.send({ kind: "tell", to, event, args }),
      model: (id) => district.twins.get(id),
    });
    this.#remodel = new Remodel({
      ...{ births: this.births, changes, steps: this.#steps, conditions: this.#conditions, writes: this.#writes },
      ...{ refeed, now: () => this.now, alarms: () => this.#alarms },
    });
    this.#decisions = new Decisions({
      ...{ twins: reached, changes, steps: this.#steps, conditions: this.#conditions },
      retell: (twin) => this.#signals.retell(twin, (node) => this.#supply.isAlive(node)),
      ...{ storedOutcome: options.storedOutcome, now: () => this.now, alarms: () => this.#alarms },
    });
  }

  /** `moved` is told of each twin that begins or ends to conduct, or to be a source, when it does. */
  watchPositions(moved: (twin: TwinId) => void): void {
    this.#supply.moved = moved;
  }

  /**
   * Takes up the state of the last checkpoint. To be called once, before the first event. `toldUpTo`: what was caused by events up to
   * there has left before.
   */
  wake(record: PartitionRecord | undefined, alarms: AlarmView[], toldUpTo: number): void {
    this.now = record?.now ?? 0;
    this.position = record?.position ?? 0;
    this.#awayMs = record?.awayMs ?? 0;
    this.changes.toldUpTo = toldUpTo;
    this.progress.committed(this.position);
    if (record) {
      this.#signals.restore({ ...record, exports: this.twins.renewedShares(record.exports) });
      this.births.restore(record);
      this.#remodel.restore(record.turn);
    }
    this.#alarms = new Alarms(alarms);
    this.births.foundUnfit(this.twins.survey((...deadline) => this.#conditions.watch(...deadline)));
    this.#supply.restore(new Set(record?.dead));
  }

  /** World time of the next deadline; now while twins wait for their birth. */
  get nextDueMs(): number {
    return this.births.areDone ? this.#conditions.nextDueMs + this.#awayMs : this.now;
  }

  /** Applies one event of the log. An event at or before the position was applied already and is passed over. */
  apply(event: ReadEvent, sequence: number): void {
    if (sequence <= this.position) return;
    this.position = sequence;
    this.changes.causedBy(sequence);
    this.changes.nextEvent();
    this.#why.event(event);
    this.#advance(event.type === "resumed" ? Math.min(event.since ?? this.now, event.at) : event.at);
    if (event.type === "resumed") this.#resume(event);
    this.births.next();
    switch (event.type) {
      case "readings":
        this.#messages.take(event, this.now, this.#watchedMs);
        break;
      case "imported":
        this.#imports.take(event);
        break;
      case "command":
        this.#decisions.command(event, sequence);
        break;
      case "acknowledge":
        this.#decisions.acknowledge(event, sequence);
        break;
      case "signals":
        this.#signals.take(event);
        break;
      case "flooding":
        flood(this.births.reached(event.twin), event, this.now, this.#writes, this.changes);
        break;
      case "model":
        this.#remodel.take(event);
        break;
    }
    this.#steps.settle();
    this.#late.settle();
  }

  /** The log was read up to here, also where a message was no event. */
  passed(sequence: number): void {
    this.position = Math.max(this.position, sequence);
  }

  /** Ends a run of events: what it did that others are to hear of. */
  takeNews(): News {
    this.#signals.flush();
    return this.changes.takeNews(this.position);
  }

  /** Outcomes and what is to leave, up to that place of the log, are in the store. */
  told(upTo: number): void {
    this.#decisions.stored(upTo);
  }

  /** To be called now and then while events come: prepares what the next checkpoint is to have of them, when so much of the way to it is gone. */
  draft(way: number): void {
    draftRares(this.changes.saves, way);
  }

  /** All that changed since the last time. Its pages are those of the living twins: to be stored before the next event. */
  takeCheckpoint(): Checkpoint {
    return checkpointOf(this.record(), this.changes.takeSaves());
  }

  record(): PartitionRecord {
    const { position, now } = this;
    return {
      position,
      now,
      awayMs: this.#awayMs,
      ...this.births.record(),
      turn: this.#remodel.record(),
      dead: this.#supply.dead(),
      ...this.#signals.record(),
    };
  }

  /** Puts idle twins to sleep when more than that many are awake. */
  rest(most: number): void {
    this.twins.rest(most, (twin) => this.changes.isSaved(twin));
  }

  stop(): void {
    this.twins.stop();
  }

  get #watchedMs(): number {
    return this.now - this.#awayMs;
  }

  #advance(at: number): void {
    for (;;) {
      const due = this.#conditions.takeDue(at - this.#awayMs);
      if (!due) break;
      this.now = Math.max(this.now, due.dueMs + this.#awayMs);
      const twin = this.births.reachedAt(due.slot);
      if (!twin || twin.isOut) continue;
      this.#why.deadline({ twin: twin.id, name: due.name, dueMs: due.dueMs + this.#awayMs });
      try {
        const { flapping } = this.#steps.effects;
        const outcome = flapping.fire(twin, due, this.now) ?? this.#conditions.fire(twin, due);
        if (outcome === "fired") {
          this.changes.touch(twin);
          this.changes.saveRare(twin);
        }
        if (outcome === "moved") this.changes.save(twin);
      } catch (error) {
        this.#steps.quarantine(twin, `the deadline ${due.name}`, error);
      }
      this.#steps.settle();
    }
    this.#why.deadline(undefined);
    this.now = Math.max(this.now, at);
  }

  #resume({ at, since = this.now }: ResumedEvent): void {
    if (this.now > 0 && at > since) this.#awayMs += at - since;
    this.now = Math.max(this.now, at);
  }
}
