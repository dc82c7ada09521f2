// Changes: what a run of events did to a partition, gathered for one commit.
// Gives     the twins to save, samples, transitions, alarms, outcomes, dead letters, and what is to leave after the commit
// G1  the id of what leaves is (partition, sequence of the event that caused it, index): the same after a replay

import type { TwinId } from "../../models/district.ts";
import type { Signal } from "../log/events.ts";
import type { AlarmView, CommandOutcome, JournalView } from "../views.ts";
import type { LiveTwin } from "./live-twin.ts";
import { Samples } from "./samples.ts";

export interface JournalEntry extends JournalView {
  twin: TwinId;
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

/** What became of the samples of an import, in this run of events. */
export interface ImportCounts {
  messages: number;
  fresh: number;
  duplicates: number;
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
  /** By id of the import. */
  readonly imports = new Map<string, ImportCounts>();
  #sequence: number;
  #index = 0;
  #stamp = 0;
  readonly #run: number;

  /** `run`: number of the run of events, so that each changed twin is gathered once. */
  constructor(sequence = 0, run = 0) {
    this.#sequence = sequence;
    this.#run = run;
  }

  /** From here on, what happens is caused by this event of the log. */
  causedBy(sequence: number): void {
    this.#sequence = sequence;
    this.#index = 0;
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

  note(twin: LiveTwin, at: number, cause: string, before: string, after: string): void {
    this.journal.push({ twin: twin.id, at, sequence: this.#sequence, cause, before, after });
  }

  /** The counts of an import, which is begun with nothing. */
  importOf(id: string): ImportCounts {
    let counts = this.imports.get(id);
    if (!counts) {
      counts = { messages: 0, fresh: 0, duplicates: 0, corrected: 0 };
      this.imports.set(id, counts);
    }
    return counts;
  }

  leave(out: Outgoing): void {
    this.outbox.push({ sequence: this.#sequence, index: this.#index++, out });
  }

  alarm(alarm: AlarmView): void {
    this.alarms.set(alarm.id, alarm);
    this.leave({ kind: "alarm", alarm });
  }
}
