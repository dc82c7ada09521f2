// The reader: answers what is asked of a world, from live twins and the store.
// Fed by    the partitions (live state), the store (history, dead letters), the alarm book
// Must not  change anything: commands go through the log

import { randomUUID } from "node:crypto";
import type { Directory } from "../models/directory.ts";
import type { TwinId } from "../models/district.ts";
import type { HistoryBatch, HistoryRun } from "../models/telemetry/history-rows.ts";
import type { AlarmBook } from "./alarm-book.ts";
import type { Clock } from "./clock.ts";
import type { CommandDesk } from "./command-desk.ts";
import { QuartierError } from "./errors.ts";
import { Feed } from "./feed.ts";
import type { RecordedPoint } from "./history-export.ts";
import { HistoryReader } from "./history-reader.ts";
import type { ExportQuery, HistoryQuery, ImportReport, SampleView } from "./history-views.ts";
import type { News, ReadingCounters } from "./live/changes.ts";
import { commandsOf } from "./live/commands.ts";
import type { LiveTwin } from "./live/live-twin.ts";
import { Neighbours } from "./live/neighbours.ts";
import type { Partition } from "./live/partition.ts";
import type { Catalogue } from "./live/population.ts";
import { PastVersions } from "./past-versions.ts";
import type { NetworkQuestions } from "./network-views.ts";
import { LiveNetworks } from "./networks.ts";
import { pastSources } from "./past-sources.ts";
import type { Store } from "./store/store.ts";
import { matches, numbersOf, TwinPage } from "./twin-filter.ts";
import { viewOf, viewOfRetired } from "./twin-view.ts";
import type {
  AlarmFilter,
  AlarmView,
  CommandOutcome,
  CommandRequest,
  CommandView,
  DeadLetterReplay,
  DeadLetterView,
  JournalView,
  LinkView,
  Page,
  PageRequest,
  PastMoment,
  TwinFilter,
  TwinView,
  World,
  WorldStatus,
} from "./views.ts";
import type { ApplyRequest, ModelPlanView, ModelVersionView } from "./versions/version-views.ts";

export interface WorldParts {
  directory: Directory;
  store: Store;
  /** In the order of the directory's cells. */
  partitions: readonly Partition[];
  book: AlarmBook;
  clock: Clock;
  desk: CommandDesk;
}

export abstract class Reader implements World {
  protected parts: WorldParts;
  protected readonly readings: ReadingCounters = { applied: 0, duplicates: 0, late: 0, corrected: 0 };
  readonly #catalogue: Catalogue;
  #neighbours!: Neighbours;
  #history!: HistoryReader;
  #networks: LiveNetworks | undefined;
  readonly #changed = new Feed<TwinView>();
  readonly #alarmed = new Feed<AlarmView>();
  #past!: PastVersions;
  #waiting: (() => void)[] = [];
  protected isClosed = false;

  constructor(parts: WorldParts, catalogue: Catalogue) {
    this.parts = parts;
    this.#catalogue = catalogue;
    this.look();
  }

  /** To be called when the parts are others. */
  protected look(): void {
    const { directory, store } = this.parts;
    this.#neighbours = new Neighbours(directory);
    const live = (id: TwinId) => this.#live(id);
    const partitionOf = (id: TwinId) => this.#partitionOf(id);
    const committed = () => this.#allCommitted();
    this.#history = new HistoryReader({ directory, store, live, partitionOf, committed });
    const networks = () => this.places;
    this.#past = new PastVersions({
      ...{ store, catalogue: this.#catalogue, open: (version) => this.openModel(version) },
      sources: pastSources({ directory, store, neighbours: this.#neighbours, live, partitionOf, networks }),
    });
  }

  abstract status(): Promise<WorldStatus>;
  abstract replayDeadLetter(id: string): Promise<DeadLetterReplay>;
  abstract importHistory(batches: AsyncIterable<HistoryBatch>): Promise<ImportReport>;
  abstract dropDeadLetter(id: string): Promise<boolean>;
  protected abstract openModel(version: string): Promise<Directory | undefined>;
  abstract models(): ModelVersionView[];
  abstract addModel(archive: AsyncIterable<Uint8Array>): Promise<ModelVersionView>;
  abstract planModel(version: string): Promise<ModelPlanView>;
  abstract applyModel(request: ApplyRequest): Promise<ModelPlanView>;
  /** Resolves when the district is not just turning to another version of its model. */
  protected abstract stands(): Promise<void>;

  get district(): Directory {
    return this.parts.directory;
  }

  now(): number {
    return this.parts.clock.now();
  }

  twin(id: TwinId): TwinView | undefined {
    const twin = this.#live(id);
    return twin ? viewOf(twin) : this.#retired(id);
  }

  #retired(id: TwinId): TwinView | undefined {
    const retired = this.parts.store.models.retired(id);
    return retired && viewOfRetired(id, retired);
  }

  twins(filter: TwinFilter, page: PageRequest): Page<TwinView> {
    const { directory } = this.parts;
    const present = this.#present;
    const found = new TwinPage(directory, page);
    for (const twin of numbersOf(present, filter)) if (matches(present, twin, filter)) found.add(twin);
    return { ...found.about, items: found.twins.map((twin) => viewOf(this.#live(directory.idAt(twin))!)) };
  }

  get networks(): NetworkQuestions {
    return this.places.desk;
  }

  /** Of the directory of now: another one has other networks and places. */
  get places(): LiveNetworks {
    const { directory, partitions } = this.parts;
    if (this.#networks?.directory !== directory) this.#networks = new LiveNetworks(directory, partitions);
    return this.#networks;
  }

  async past(atMs: number): Promise<PastMoment> {
    const moment = (await this.#past.of(atMs)).at(atMs, this.now());
    await this.#allCommitted();
    await this.parts.store.history.sorted();
    return moment;
  }

  commands(id: TwinId): CommandView[] {
    const twin = this.#live(id);
    if (!twin && this.#retired(id)) return [];
    return commandsOf(twin ?? this.#known(id), this.now());
  }

  links(id: TwinId, role?: string): LinkView[] {
    return this.#neighbours.all(id, role);
  }

  async history(query: HistoryQuery): Promise<SampleView[]> {
    return this.#history.samples(query);
  }

  exportHistory(query: ExportQuery): AsyncIterableIterator<HistoryRun> {
    return this.#history.export(query);
  }

  protected pointsOf(id: TwinId): RecordedPoint[] | undefined {
    return this.#history.pointsOf(id);
  }

  async journal(id: TwinId, last: number, untilMs?: number): Promise<JournalView[]> {
    return this.#history.entries(id, last, untilMs);
  }

  async trace(id: TwinId, last: number, untilMs?: number): Promise<JournalView[]> {
    return this.#history.entries(id, last, untilMs, "state");
  }

  alarms(filter: AlarmFilter, page: PageRequest): Page<AlarmView> {
    return this.parts.book.page(filter, page);
  }

  standing(twin: TwinId): AlarmView[] {
    return this.parts.book.of(twin);
  }

  deadLetters(page: PageRequest): Page<DeadLetterView> {
    return this.parts.store.deadLetters.page(page);
  }

  async command({ twin, name, args = {}, key }: CommandRequest): Promise<CommandOutcome> {
    await this.stands();
    const live = this.#known(twin);
    return this.parts.desk.issue(this.#partitionOf(live.id)!.name, { type: "command", twin: live.id, name, args }, key);
  }

  async acknowledgeAlarm(id: string): Promise<AlarmView> {
    await this.stands();
    const { book, desk, directory } = this.parts;
    const alarm = book.get(id);
    const cell = alarm && directory.cellOf(alarm.twin);
    if (!cell) throw new QuartierError("ALARM_UNKNOWN", `there is no alarm ${id}`);
    await desk.issue(cell, { type: "acknowledge", alarm: id }, randomUUID());
    return book.get(id)!;
  }

  changes(filter: TwinFilter): AsyncIterableIterator<TwinView> {
    const { state: _, ...fixed } = filter;
    const ids = filter.ids && new Set(filter.ids);
    // What is present is asked anew each time: the model may change while somebody listens.
    const isOne = (id: TwinId, by: TwinFilter) => {
      const number = this.parts.directory.indexOf(id);
      return number >= 0 && matches(this.#present, number, by);
    };
    return this.#changed.listen(
      (id) => (isOne(id, filter) ? this.twin(id) : undefined),
      (id) => (ids?.has(id) ?? true) && isOne(id, fixed),
    );
  }

  alarmChanges(twin?: TwinId): AsyncIterableIterator<AlarmView> {
    return this.#alarmed.listen(
      (id) => this.parts.book.get(id),
      (id) => twin === undefined || this.parts.book.get(id)?.twin === twin,
    );
  }

  /** Tells the listeners what changed (V2). */
  protected tell({ readings, twins, alarms }: News): void {
    for (const key of Object.keys(this.readings) as (keyof ReadingCounters)[]) this.readings[key] += readings[key];
    if (this.#changed.listeners > 0) this.#changed.tell(twins.map(({ id }) => id));
    if (this.#alarmed.listeners > 0) this.#alarmed.tell(alarms.map(({ id }) => id));
    this.wakeWaiting();
  }

  /** Lets those look again who wait for news. */
  protected wakeWaiting(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  protected nextNews(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  protected close(): void {
    this.isClosed = true;
    this.#changed.close();
    this.#alarmed.close();
    this.wakeWaiting();
  }

  /** Waits until the store has what the live twins show. */
  async #allCommitted(): Promise<void> {
    await Promise.all(this.parts.partitions.map(({ position, progress }) => progress.until(position)));
  }

  /** Of a twin that the model has. */
  #partitionOf(id: TwinId): Partition | undefined {
    const { directory, partitions } = this.parts;
    const twin = directory.indexOf(id);
    return twin < 0 ? undefined : partitions[directory.cellAt(twin)];
  }

  #live(id: TwinId): LiveTwin | undefined {
    const { directory, partitions } = this.parts;
    const twin = directory.indexOf(id);
    return twin < 0 ? undefined : partitions[directory.cellAt(twin)]!.twins.get(id);
  }

  #known(id: TwinId): LiveTwin {
    const twin = this.#live(id);
    if (!twin) throw new QuartierError("TWIN_UNKNOWN", `there is no twin ${id}`);
    return twin;
  }

  get #present() {
    const { directory, partitions } = this.parts;
    return {
      directory,
      places: () => this.places.atOnce(),
      stateOf: (twin: number) => partitions[directory.cellAt(twin)]!.twins.peek(directory.idAt(twin))!.state,
    };
  }
}
