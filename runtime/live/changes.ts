// Changes: what a run of events did to a partition. News is told at once; saves wait for the next checkpoint.
// Gives     News: what changed for those who listen, outcomes, alarms, and what is to leave; Saves: pages, samples, transitions, alarms
// G1  the id of what leaves is (partition, sequence of the event that caused it, index): the same after a replay
// G2  what left before a crash does not leave again: up to `toldUpTo` the log is only replayed for the state's sake

import type { TwinId } from "../../models/district.ts";
import type { Signal } from "../log/events.ts";
import type { AlarmView, CommandOutcome } from "../views.ts";
import type { LiveTwin } from "./live-twin.ts";
import { type NoteKind, Notes } from "./notes.ts";
import type { Page } from "./page.ts";
import { Samples } from "./samples.ts";
import { Why } from "./why.ts";

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

/** An outcome and the place of its command in the log: the same key again, elsewhere in the log, is not decided again. */
export type DecidedOutcome = CommandOutcome & { sequence: number };

/** What became of the samples of an import, in this run of events. */
export interface ImportCounts {
  messages: number;
  fresh: number;
  duplicates: number;
  corrected: number;
  /** Their twin or point is not there any more, or failed. */
  refused: number;
}

export class News {
  /** Each once, in the order in which they were first changed. */
  readonly twins: LiveTwin[] = [];
  /** In their order: of several forms of one, the last counts. */
  readonly alarms: AlarmView[] = [];
  readonly outcomes = new Map<string, DecidedOutcome>();
  readonly outbox: OutboxEntry[] = [];
  readonly readings: ReadingCounters = { applied: 0, duplicates: 0, late: 0, corrected: 0 };
  /** By id of the import. */
  readonly imports = new Map<string, ImportCounts>();
  /** The log up to which this goes. */
  upTo = 0;

  /** Whether there is something that must be on disk before anybody hears of it. */
  get isWeighty(): boolean {
    return this.outbox.length > 0 || this.outcomes.size > 0;
  }
}

/** When a whole partition was born, or one twin after it. */
export interface Birth {
  bornMs: number;
  twin?: TwinId;
}

/** What of a twin lies outside of its page, as JSON. */
export type RareDraft = readonly [slot: number, text: string];

export class Saves {
  /** Each once: those that have numbers that changed. */
  readonly pages: Page[] = [];
  /** Each once: those of which something changed that lies outside of their page, and is not drafted yet. */
  readonly rares: LiveTwin[] = [];
  readonly rareDrafts: RareDraft[] = [];
  readonly samples: Samples;
  readonly journal: Notes;
  /** In their order: of several forms of one, the last counts. */
  readonly alarms: AlarmView[] = [];
  readonly births: Birth[] = [];

  constructor(samples = new Samples(), journal = new Notes()) {
    this.samples = samples;
    this.journal = journal;
  }
}

export class Changes {
  news = new News();
  saves = new Saves();
  /** Those of the last checkpoint, whose memory is used again: the samples that a checkpoint takes are good until the next one. */
  #taken = new Samples();
  /** What was caused by events up to here has left already, or waits in the store to leave. */
  toldUpTo = 0;
  #sequence = 0;
  #index = 0;
  #noted = 0;
  #stamp = 0;
  #newsRun = 0;
  #savesRun = 0;
  readonly #why: Why;

  /** `why`: what is at hand. */
  constructor(why = new Why()) {
    this.#why = why;
  }

  get samples(): Samples {
    return this.saves.samples;
  }

  get readings(): ReadingCounters {
    return this.news.readings;
  }

  /** From here on, what happens is caused by this event of the log. */
  causedBy(sequence: number): void {
    this.#sequence = sequence;
    this.#index = this.#noted = 0;
  }

  /** From here on, touched twins get a new revision: one for each event, and for each device message of a batch. */
  nextEvent(): void {
    this.#stamp++;
  }

  touch(twin: LiveTwin): void {
    if (twin.touchedBy !== this.#stamp) {
      twin.touchedBy = this.#stamp;
      twin.revision++;
    }
    if (twin.toldIn !== this.#newsRun) {
      twin.toldIn = this.#newsRun;
      this.news.twins.push(twin);
    }
    this.save(twin);
  }

  /** What the twin remembers is to be saved, though nothing of it changed that anybody sees: its revision stays. */
  save(twin: LiveTwin): void {
    if (twin.savedIn === this.#savesRun) return;
    twin.savedIn = this.#savesRun;
    const { page } = twin;
    if (page.savedIn === this.#savesRun) return;
    page.savedIn = this.#savesRun;
    this.saves.pages.push(page);
  }

  /** What of a twin lies outside of its page is to be saved, too. */
  saveRare(twin: LiveTwin): void {
    this.save(twin);
    if (twin.isRareChanged) return;
    twin.isRareChanged = true;
    this.saves.rares.push(twin);
  }

  /** Whether the last checkpoint has all of a twin. */
  isSaved(twin: LiveTwin): boolean {
    return twin.savedIn !== this.#savesRun;
  }

  /** A whole partition is born, with its first event; or, later on, one twin that a model added. */
  bear(bornMs: number, twin?: TwinId): void {
    this.saves.births.push(twin === undefined ? { bornMs } : { bornMs, twin });
  }

  /** A change of the twin's state. */
  moved(twin: LiveTwin, at: number, cause: string, before: string, after: string): void {
    this.#note("state", twin, at, cause, before, after);
  }

  /** A remarkable reading: `before` and `after` are values of the point. */
  remark(twin: LiveTwin, at: number, cause: string, before: string, after: string): void {
    this.#note("reading", twin, at, cause, before, after);
  }

  #note(of: NoteKind, twin: LiveTwin, at: number, cause: string, before: string, after: string): void {
    const { id, revision } = twin;
    const sequence = this.#sequence;
    const index = this.#noted++;
    this.#why.note(this.saves.journal, twin, { twin: id, of, at, sequence, index, cause, before, after, revision });
  }

  /** The counts of an import, which is begun with nothing. */
  importOf(id: string): ImportCounts {
    let counts = this.news.imports.get(id);
    if (!counts) {
      counts = { messages: 0, fresh: 0, duplicates: 0, corrected: 0, refused: 0 };
      this.news.imports.set(id, counts);
    }
    return counts;
  }

  /** Whether what the present event causes has left already. */
  get isTold(): boolean {
    return this.#sequence <= this.toldUpTo;
  }

  leave(out: Outgoing): void {
    const index = this.#index++;
    if (!this.isTold) this.news.outbox.push({ sequence: this.#sequence, index, out });
  }

  alarm(alarm: AlarmView): void {
    this.news.alarms.push(alarm);
    this.saves.alarms.push(alarm);
    this.leave({ kind: "alarm", alarm });
  }

  decided(id: string, outcome: CommandOutcome): void {
    if (!this.isTold) this.news.outcomes.set(id, { ...outcome, sequence: this.#sequence });
  }

  takeNews(upTo: number): News {
    const { news } = this;
    news.upTo = upTo;
    this.news = new News();
    this.#newsRun++;
    return news;
  }

  takeSaves(): Saves {
    const { saves } = this;
    this.#taken.clear();
    this.saves = new Saves(this.#taken, new Notes(saves.journal));
    this.#taken = saves.samples;
    this.#savesRun++;
    return saves;
  }
}
