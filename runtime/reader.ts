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
import { exportHistory, type RecordedPoint } from "./history-export.ts";
import type { ExportQuery, HistoryQuery, ImportReport, SampleView } from "./history-views.ts";
import type { News, ReadingCounters } from "./live/changes.ts";
import { commandsOf } from "./live/commands.ts";
import type { LiveTwin } from "./live/live-twin.ts";
import { Neighbours } from "./live/neighbours.ts";
import type { JournalEntry, NoteKind } from "./live/notes.ts";
import type { Partition } from "./live/partition.ts";
import type { NetworkQuestions } from "./network-views.ts";
import { LiveNetworks } from "./networks.ts";
import { Past } from "./past.ts";
import { pastSources } from "./past-sources.ts";
import { MAX_SAMPLES } from "./store/history.ts";
import { LocalDays } from "./store/local-days.ts";
import type { Store } from "./store/store.ts";
import { matches, numbersOf, TwinPage } from "./twin-filter.ts";
import { viewOf } from "./twin-view.ts";
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
  protected readonly parts: WorldParts;
  protected readonly readings: ReadingCounters = { applied: 0, duplicates: 0, late: 0, corrected: 0 };
  readonly #neighbours: Neighbours;
  #days: LocalDays | undefined;
  #networks: LiveNetworks | undefined;
  readonly #changed = new Feed<TwinView>();
  readonly #alarmed = new Feed<AlarmView>();
  readonly #past: Past;
  #waiting: (() => void)[] = [];
  protected isClosed = false;

  constructor(parts: WorldParts) {
    this.parts = parts;
    const { directory } = parts;
    this.#neighbours = new Neighbours(directory);
    this.#past = new Past(
      pastSources(
        parts,
        (id) => this.#partitionOf(id),
        () => this.places,
      ),
    );
  }

  abstract status(): Promise<WorldStatus>;
  abstract replayDeadLetter(id: string): Promise<DeadLetterReplay>;
  abstract importHistory(batches: AsyncIterable<HistoryBatch>): Promise<ImportReport>;
  abstract dropDeadLetter(id: string): Promise<boolean>;

  get district(): Directory {
    return this.parts.directory;
  }

  now(): number {
    return this.parts.clock.now();
  }

  twin(id: TwinId): TwinView | undefined {
    const twin = this.#live(id);
    return twin && viewOf(twin);
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
    const moment = this.#past.at(atMs, this.now());
    await Promise.all(this.parts.partitions.map((partition) => this.committed(partition)));
    await this.parts.store.history.sorted();
    return moment;
  }

  commands(id: TwinId): CommandView[] {
    return commandsOf(this.#known(id), this.now());
  }

  links(id: TwinId, role?: string): LinkView[] {
    const all = this.#neighbours.all(id);
    return role === undefined ? all : all.filter((link) => link.role === role);
  }

  async history({ twin, point, from, to, windowMs, aggregate }: HistoryQuery): Promise<SampleView[]> {
    const live = this.#known(twin);
    const i = live.shape.index.get(point);
    if (i === undefined || point.startsWith("#")) {
      const names = live.shape.names.filter((name) => !name.startsWith("#")).join(", ");
      throw new QuartierError("POINT_UNKNOWN", `the twin ${twin} has no point ${point}; it has: ${names || "none"}`);
    }
    const isRaw = windowMs === undefined && aggregate === undefined;
    this.#days ??= new LocalDays(this.parts.directory.timezone);
    const window = isRaw ? undefined : { lengthMs: windowMs, aggregate: aggregate ?? "MEAN", days: this.#days };
    const unsaved = this.#partitionOf(live.id).changes.samples;
    const samples = this.parts.store.history.read(live.numberOf(i), from, to, window, unsaved);
    if (!samples) throw new QuartierError("LIMIT_EXCEEDED", `there are more than ${MAX_SAMPLES} samples in that time`);
    return samples;
  }

  exportHistory(query: ExportQuery): AsyncIterableIterator<HistoryRun> {
    const { directory, store, partitions } = this.parts;
    return exportHistory(query, {
      ...{ district: directory, history: store.history, pointsOf: (id) => this.pointsOf(id) },
      committed: async () => void (await Promise.all(partitions.map((partition) => this.committed(partition)))),
    });
  }

  /** The points that are kept in the history; undefined when there is no such twin. */
  protected pointsOf(id: TwinId): RecordedPoint[] | undefined {
    const twin = this.#live(id);
    return twin?.shape.specs
      .map(({ unit, from }, i) => {
        const number = twin.numberOf(i);
        return { name: twin.shape.names[i]!, unit, isMeasured: from === "measured", number };
      })
      .filter((_, i) => !twin.shape.hidden[i]);
  }

  async journal(id: TwinId, last: number, untilMs?: number): Promise<JournalView[]> {
    return this.#entries(id, last, untilMs, undefined, this.parts.store.past.journal(id, last, untilMs));
  }

  async trace(id: TwinId, last: number, untilMs?: number): Promise<JournalView[]> {
    return this.#entries(id, last, untilMs, "state", this.parts.store.past.trace(id, last, untilMs));
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
    const live = this.#known(twin);
    return this.parts.desk.issue(this.#partitionOf(live.id).name, { type: "command", twin: live.id, name, args }, key);
  }

  async acknowledgeAlarm(id: string): Promise<AlarmView> {
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
    const present = this.#present;
    const numberOf = (id: TwinId) => present.directory.indexOf(id);
    return this.#changed.listen(
      (id) => (matches(present, numberOf(id), filter) ? this.twin(id) : undefined),
      (id) => (ids?.has(id) ?? true) && matches(present, numberOf(id), fixed),
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

  /** Waits until the store has what the live twins of a partition show. */
  protected committed({ position, progress }: Partition): Promise<void> {
    return progress.until(position);
  }

  /** Of a twin that there is. */
  #partitionOf(id: TwinId): Partition {
    const { directory, partitions } = this.parts;
    return partitions[directory.cellAt(directory.indexOf(id))]!;
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

  /** The last entries of a twin, those that no checkpoint has yet included. */
  #entries(
    id: TwinId,
    last: number,
    untilMs = Number.POSITIVE_INFINITY,
    of: NoteKind | undefined,
    stored: readonly JournalEntry[],
  ): JournalEntry[] {
    const { journal } = this.#partitionOf(this.#known(id).id).changes.saves;
    const unsaved = journal.ofTwin(id, of).map((i) => journal.entry(i));
    return [...stored, ...unsaved.filter(({ at }) => at <= untilMs)].slice(-last);
  }
}
