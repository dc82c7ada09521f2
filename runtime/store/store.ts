// The store of a world: LMDB, one environment in one folder.
// Fed by    told news (what is to leave, outcomes) every few milliseconds; checkpoints (twins, samples, journal, alarms, position) seldom
// Gives     what a start needs to go on from there; history, alarms and dead letters for queries
// S1  position and state are committed in one transaction (L3), in the order of calls; `checkpoint` and `tell` resolve when it is *flushed*, not when it
//     is visible
// S2  a store belongs to one district and one form of records; another one is refused, never guessed at
// S3  what was told is never behind a checkpoint: effects of events after it are in the outbox, or have left

import type { Database, Key, RootDatabase } from "lmdb";
import { QuartierError } from "../errors.ts";
import type { DecidedOutcome, OutboxEntry } from "../live/changes.ts";
import type { Checkpoint, PartitionRecord } from "../live/checkpoint.ts";
import { Dictionary } from "../live/dictionary.ts";
import { Notes } from "../live/notes.ts";
import type { Population } from "../live/population.ts";
import type { Shelf } from "../live/roster.ts";
import type { Layout } from "../live/shape.ts";
import type { StateName } from "../live/states.ts";
import type { LogMark } from "../log/continuity.ts";
import type { AlarmView } from "../views.ts";
import type { RareEntry } from "./chapter-record.ts";
import { Chapters } from "./chapters.ts";
import { Copies } from "./copies.ts";
import { DeadLetters } from "./dead-letters.ts";
import { openEnvironment } from "./environment.ts";
import type { Hands } from "./errands.ts";
import { makeFolder } from "./folder.ts";
import { History } from "./history.ts";
import { ModelRecords } from "./model-records.ts";
import { movingHere } from "./moving.ts";
import { Outcomes } from "./outcomes.ts";
import { PastRecords } from "./past-records.ts";
import { bytesOf, type Cell, type Enrolled, keyIn, type Placed, Places } from "./places.ts";
import { Rares } from "./rares.ts";
import { Roll, type RollColumns, type RollDb } from "./roll.ts";
import { StoredShelf } from "./shelf.ts";
import { Tellings, type Told, type ToldPlace } from "./tellings.ts";
import { UpkeepProcess } from "./upkeep-process.ts";
import { Writing } from "./writing.ts";

/** Version of the form of the records; a store with a higher one is not opened, one with a lower one is made anew from the log. */
export const STORE_VERSION = 4;

/** Twins that get their places in one transaction. */
const MAX_ENROLLED = 50_000;

/** Which stream a position counts in: a stream that was made anew counts from 1 again. */
export interface StreamIdentity {
  stream: string;
  created: string;
  /** Of the message at the position. */
  mark?: LogMark;
}

interface Meta {
  version: number;
  district: string;
}

export class Store {
  readonly chapters: Chapters;
  readonly past: PastRecords;
  readonly deadLetters: DeadLetters;
  readonly models: ModelRecords;
  readonly layouts: Dictionary<Layout>;
  readonly states: Dictionary<StateName>;
  readonly #root: RootDatabase;
  readonly #upkeep: UpkeepProcess | undefined;
  #history: History | undefined;
  readonly #writing: Writing;
  readonly #partitions: Database<PartitionRecord & Partial<StreamIdentity>, string>;
  readonly #tellings: Tellings;
  readonly #copies = new Copies();
  readonly #places: Places;
  readonly #rolls: RollDb;
  readonly #pages: Database<Buffer, number>;
  readonly #rares: Rares;
  readonly #layoutsDb: Database<Layout, number>;
  readonly #statesDb: Database<StateName, number>;
  readonly #outcomes: Outcomes;

  /** `upkeepProgram`: what does the long work of keeping the store in order, in a process of its own; without it that is done here. */
  constructor(folder: string, district: string, upkeepProgram?: URL) {
    makeFolder(folder);
    this.#writing = new Writing(folder);
    this.#writing.demandRoom();
    this.#root = openEnvironment(folder);
    this.#root.readerCheck();
    this.#upkeep = upkeepProgram && new UpkeepProcess(upkeepProgram, folder);
    const openDb = <V, K extends Key>(name: string) => this.#root.openDB<V, K>({ name, encoding: "msgpack" });
    this.#checkMeta(openDb<Meta, string>("meta"), district);
    this.#partitions = openDb("partitions");
    this.#pages = this.#root.openDB({ name: "pages", encoding: "binary" });
    this.chapters = new Chapters(this.#root, this.#hands ?? movingHere(this.#root));
    this.#rares = new Rares(this.#root, this.chapters);
    this.#layoutsDb = openDb("layouts");
    this.#statesDb = openDb("states");
    this.layouts = new Dictionary(entriesOf(this.#layoutsDb));
    this.states = new Dictionary(entriesOf(this.#statesDb));
    this.#places = new Places(
      {
        ...{ places: openDb("places"), cells: openDb<Cell, string>("cells") },
        ...{ counters: openDb("counters"), pages: this.#pages, partitions: this.#partitions },
        rares: this.#rares,
      },
      this.layouts,
    );
    this.#rolls = this.#root.openDB({ name: "rolls", encoding: "binary" });
    this.#outcomes = new Outcomes(this.#root);
    this.#tellings = new Tellings(this.#root, this.#outcomes);
    this.deadLetters = new DeadLetters(openDb("dead-letters"), (begin) => this.#kept(begin));
    this.past = new PastRecords(this.#root, this.chapters);
    this.models = new ModelRecords(this.#root, (begin) => this.#kept(begin));
  }

  #checkMeta(db: Database<Meta, string>, district: string): void {
    const meta = db.get("world");
    if (!meta) db.putSync("world", { version: STORE_VERSION, district });
    else if (meta.district !== district) {
      throw new QuartierError(
        "STORE_OTHER_DISTRICT",
        `the data folder belongs to the district ${meta.district}, not to ${district}`,
      );
    } else if (meta.version !== STORE_VERSION) {
      const message = `the data folder has records of version ${meta.version}; this program knows ${STORE_VERSION}`;
      throw new QuartierError(meta.version > STORE_VERSION ? "STORE_TOO_NEW" : "STORE_TOO_OLD", message);
    }
  }

  get #hands(): Hands | undefined {
    const process = this.#upkeep;
    return process && ((errand) => process.give(errand));
  }

  /** Opened when it is first asked for: what of it is younger than its blocks is read into memory then. */
  get history(): History {
    this.#history ??= new History(this.#root, this.#hands && { hands: this.#hands });
    return this.#history;
  }

  /** Without a stream while none of its log was read. */
  partition(name: string): (PartitionRecord & Partial<StreamIdentity>) | undefined {
    return this.#partitions.get(name);
  }

  /** What events of the log up to there were to let leave has left, or is in the outbox. */
  told(partition: string): ToldPlace {
    return this.#tellings.place(partition);
  }

  shelf(partition: string): Shelf {
    return new StoredShelf(partition, this.#places, this.#pages, this.#rares);
  }

  /** The places of all twins, as an earlier start enrolled them; undefined for another directory, or other points. */
  lastRoll(population: Population): Roll | undefined {
    return Roll.last(this.#rolls, population.directory, population.layouts(), this.#places);
  }

  /** The places of all twins, as they were given when they were enrolled. */
  async makeRoll(population: Population, places: RollColumns): Promise<Roll> {
    const make = () => Roll.make(this.#rolls, population.directory, population.layouts(), this.#places, places);
    return this.#kept(() => this.#root.childTransaction(make));
  }

  /** Gives places to the twins of a partition that have none yet: in the order of their ids, in which `placed` hears of each. */
  async enrol(partition: string, twins: readonly Enrolled[], placed: Placed = () => {}): Promise<void> {
    for (let from = 0; from === 0 || from < twins.length; from += MAX_ENROLLED) {
      const some = twins.slice(from, from + MAX_ENROLLED);
      const enrol = () => {
        this.#putFresh();
        this.chapters.put({ notes: new Notes(), alarms: [], rares: this.#places.enrol(partition, some, placed) });
      };
      await this.#kept(() => this.#root.childTransaction(enrol));
    }
  }

  /** Those that stand, and those cleared last. */
  alarms(): AlarmView[] {
    return this.past.recentAlarms();
  }

  outcome(id: string): DecidedOutcome | undefined {
    return this.#outcomes.get(id);
  }

  /** What a partition answered itself: another one that was asked with the same key has an answer of its own. */
  outcomeOf(partition: string, id: string): DecidedOutcome | undefined {
    return this.#outcomes.ofPartition(partition, id);
  }

  /** What is to leave, and what was decided: all of it or nothing. `take` is called at once. Resolves when it is on disk; only then may anything leave. */
  async tell(partition: string, take: () => Told, nowMs: number): Promise<void> {
    const told = this.#tellings.encoded(take());
    await this.#kept(() => this.#root.batch(() => this.#tellings.put(partition, told, nowMs)));
  }

  /** To be called now and then while events come: prepares what the next checkpoint is to have of that. */
  draft({ journal: notes, alarms, samples }: Pick<Checkpoint, "journal" | "alarms" | "samples">): void {
    this.chapters.draft({ notes, alarms });
    this.history.draft(samples, alarms);
  }

  /**
   * Writes all that changed since the last checkpoint, with the position: all of it or nothing. `take` is called at once, and what it gives
   * is copied, so that events may go on; LMDB writes it in a thread of its own. Resolves when it is on disk.
   */
  async checkpoint(
    partition: string,
    stream: StreamIdentity,
    take: () => Checkpoint & { told: Told },
    nowMs: number,
  ): Promise<void> {
    const { history } = this;
    const { record, pages, rares, samples, journal, alarms, births, told: toTell } = take();
    const told = this.#tellings.encoded(toTell);
    const segments = history.segmentsOf(samples, alarms);
    const cell = this.#places.cell(partition);
    const entries = rares.map(([slot, text]): RareEntry => [keyIn(cell, slot), text]);
    const copies = this.#copies.of(pages.map(({ numbers }) => bytesOf(numbers)));
    const put = () => {
      this.#tellings.put(partition, told, nowMs);
      for (const [i, { number }] of pages.entries()) void this.#pages.put(keyIn(cell, number), copies.list[i]!);
      this.chapters.put({ notes: journal, alarms, rares: entries });
      this.past.bear(partition, births);
      this.#putFresh();
      void this.#partitions.put(partition, { ...record, ...stream, ...(told.mark && { mark: told.mark }) });
      history.put(segments);
    };
    await this.#kept(() => this.#root.batch(put));
    this.#copies.free(copies);
  }

  /** To be awaited after each checkpoint: what is kept for long is put in order, in small steps. */
  async keepUp(nowMs: number): Promise<void> {
    await this.#writing.write(() => this.history.keepUp(nowMs));
    await this.#writing.write(() => this.chapters.keepUp());
    await this.#writing.write(() => this.past.keepUp(nowMs));
    await this.#writing.write(() => this.#outcomes.keepUp(nowMs));
  }

  /** Whether more waits to be put in order than there should be: what comes meanwhile is to wait. */
  get isBehind(): boolean {
    return this.history.isBehind || this.chapters.isBehind;
  }

  /** Layouts and states that were not seen before. */
  #putFresh(): void {
    for (const [number, layout] of this.layouts.takeFresh()) void this.#layoutsDb.put(number, layout);
    for (const [number, state] of this.states.takeFresh()) void this.#statesDb.put(number, state);
  }

  /** What has not left yet, in the order in which it is to leave. */
  outbox(partition: string): OutboxEntry[][] {
    return this.#tellings.waiting(partition);
  }

  /** Strikes out a batch that has left. Need not be flushed: what leaves twice is recognised by its id. */
  async sent(partition: string, batch: readonly OutboxEntry[]): Promise<void> {
    await this.#writing.write(() => this.#tellings.sent(partition, batch));
  }

  /** After a write that failed, LMDB would not end, either: the end of the program closes it. */
  async close(): Promise<void> {
    if (this.#writing.hasFailed) return this.#upkeep?.close();
    await this.#history?.close();
    await this.chapters.close();
    await this.#upkeep?.close();
    await this.#flushed();
    await this.#root.close();
  }

  /** The outcome of a write, when it is on disk. */
  async #kept<T>(begin: () => PromiseLike<T>): Promise<T> {
    const outcome = await this.#writing.write(begin);
    await this.#flushed();
    return outcome;
  }

  async #flushed(): Promise<void> {
    await this.#writing.done(this.#root.flushed);
  }
}

function* entriesOf<T>(db: Database<T, number>): Iterable<readonly [number, T]> {
  for (const { key, value } of db.getRange({})) yield [key, value];
}
