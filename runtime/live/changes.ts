// Changes: what a run of events did to a partition, gathered for one commit.
// Gives     the twins to save, samples, transitions, alarms, outcomes, dead letters, and what is to leave after the commit
// G1  the id of what leaves is (partition, sequence of the event that caused it, index): the same after a replay

import type { TwinId } from "../../models/district.ts";
import type { Signal } from "../log/events.ts";
import type { AlarmView, CommandOutcome, JournalView } from "../views.ts";
import type { LiveTwin } from "./live-twin.ts";
import { Samples } from "./samples.ts";
import { Why } from "./why.ts";

export interface JournalEntry extends JournalView {
  twin: TwinId;
  /** Its place among the entries of its event. */
  index: number;
}

export type Outgoing =
  | { kind: "signal"; partition: string; signal: Signal }
  | { kind: "alarm"; alarm: AlarmView }
  | { kind: "drive"; device: string; point: string; unit: string; value: number };

export interface OutboxEntry {
  sequence: number;
  index: number;
  out: Outgoing;
}

export interface ReadingCounters {
  applied: number;
  duplicates: number;
  late: number;
  corrected: number;
}

export class Changes {
  /** Each once, in the order in which they were first changed. */
  readonly twins: LiveTwin[] = [];
  readonly samples = new Samples();
  readonly journal: JournalEntry[] = [];
  /** By id; the last form counts. */
  readonly alarms = new Map<string, AlarmView>();
  readonly outcomes = new Map<string, CommandOutcome>();
  readonly outbox: OutboxEntry[] = [];
  readonly readings: ReadingCounters = { applied: 0, duplicates: 0, late: 0, corrected: 0 };
  #sequence: number;
  #index = 0;
  #noted = 0;
  #stamp = 0;
  readonly #run: number;
  readonly #why: Why;
  /** When all twins of the partition were born, or, later on, one of them. */
  readonly births: { bornMs: number; twin?: TwinId }[] = [];

  /** `run`: number of the run of events, so that each changed twin is gathered once. `why`: what is at hand. */
  constructor(sequence = 0, run = 0, why = new Why()) {
    this.#sequence = sequence;
    this.#run = run;
    this.#why = why;
  }

  /** From here on, what happens is caused by this event of the log. */
  causedBy(sequence: number): void {
    this.#sequence = sequence;
    this.#index = this.#noted = 0;
  }

  /** From here on, touched twins get a new revision: one for each event, and for each device message of a batch. */
  nextEvent(stamp: number): void {
    this.#stamp = stamp;
  }

  touch(twin: LiveTwin): void {
    if (twin.touchedBy !== this.#stamp) {
      twin.touchedBy = this.#stamp;
      twin.revision++;
    }
    this.save(twin);
  }

  /** What the twin remembers is to be saved, though nothing of it changed that anybody sees: its revision stays. */
  save(twin: LiveTwin): void {
    if (twin.changedIn === this.#run) return;
    twin.changedIn = this.#run;
    this.twins.push(twin);
  }

  /** Twins that are born: a whole partition at its first event, by and by those that a model adds. */
  bear(twins: readonly LiveTwin[], size: number, bornMs: number): void {
    if (twins.length === size && size > 0) this.births.push({ bornMs });
    else for (const { id } of twins) this.births.push({ bornMs, twin: id });
  }

  /** A change of the twin's state. */
  moved(twin: LiveTwin, at: number, cause: string, before: string, after: string): void {
    this.#note("state", twin, at, cause, before, after);
  }

  /** A remarkable reading: `before` and `after` are values of the point. */
  remark(twin: LiveTwin, at: number, cause: string, before: string, after: string): void {
    this.#note("reading", twin, at, cause, before, after);
  }

  #note(of: JournalEntry["of"], twin: LiveTwin, at: number, cause: string, before: string, after: string): void {
    const { id, revision } = twin;
    const place = { at, sequence: this.#sequence, index: this.#noted++ };
    this.journal.push({ twin: id, ...place, of, cause, before, after, revision, why: this.#why.of(twin, cause) });
  }

  leave(out: Outgoing): void {
    this.outbox.push({ sequence: this.#sequence, index: this.#index++, out });
  }

  alarm(alarm: AlarmView): void {
    this.alarms.set(alarm.id, alarm);
    this.leave({ kind: "alarm", alarm });
  }
}
