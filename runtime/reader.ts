// The reader: answers what is asked of a world, from live twins and the store.
// Fed by    the partitions (live state), the store (history, dead letters), the alarm book
// Must not  change anything: commands go through the log

import { randomUUID } from "node:crypto";
import type { District, TwinId } from "../models/district.ts";
import type { HistoryBatch, HistoryRun } from "../models/telemetry/history-rows.ts";
import type { AlarmBook } from "./alarm-book.ts";
import type { Clock } from "./clock.ts";
import type { CommandDesk } from "./command-desk.ts";
import { QuartierError } from "./errors.ts";
import { Feed, MAX_LISTENERS } from "./feed.ts";
import { exportHistory, type RecordedPoint } from "./history-export.ts";
import type { ExportQuery, HistoryQuery, ImportReport, SampleView } from "./history-views.ts";
import type { News, ReadingCounters } from "./live/changes.ts";
import { commandsOf } from "./live/commands.ts";
import { flappingOf } from "./live/flapping.ts";
import type { LiveTwin } from "./live/live-twin.ts";
import type { Neighbours } from "./live/neighbours.ts";
import type { JournalEntry, NoteKind } from "./live/notes.ts";
import { AT_MS, QUALITY, qualityName, VALUE } from "./live/page.ts";
import type { Partition } from "./live/partition.ts";
import { Past } from "./past.ts";
import { MAX_SAMPLES } from "./store/history.ts";
import { LocalDays } from "./store/local-days.ts";
import type { Store } from "./store/store.ts";
import { matches, twinPage } from "./twin-filter.ts";
import type {
  AlarmState,
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
  PointView,
  TwinFilter,
  TwinView,
  World,
  WorldStatus,
} from "./views.ts";

export interface WorldParts {
  district: District;
  store: Store;
  partitions: readonly Partition[];
  cellOf: ReadonlyMap<TwinId, string>;
  neighbours: Neighbours;
  book: AlarmBook;
  clock: Clock;
  desk: CommandDesk;
}

export abstract class Reader implements World {
  protected readonly parts: WorldParts;
  protected readonly readings: ReadingCounters = { applied: 0, duplicates: 0, late: 0, corrected: 0 };
  readonly #ids: TwinId[];
  readonly #partitions: ReadonlyMap<string, Partition>;
  readonly #days: LocalDays;
  readonly #changed = new Feed<TwinView>();
  readonly #alarmed = new Feed<AlarmView>();
  readonly #past: Past;
  #waiting: (() => void)[] = [];
  protected isClosed = false;

  constructor(parts: WorldParts) {
    this.parts = parts;
    this.#ids = [...parts.district.twins.keys()].sort();
    this.#partitions = new Map(parts.partitions.map((partition) => [partition.name, partition]));
    this.#days = new LocalDays(parts.district.timezone);
    this.#past = new Past({
      ...{ ids: this.#ids, records: parts.store.past, history: parts.store.history },
      live: (id) => this.#live(id),
      cellOf: (id) => parts.cellOf.get(id)!,
    });
  }

  abstract status(): Promise<WorldStatus>;
  abstract replayDeadLetter(id: string): Promise<DeadLetterReplay>;
  abstract importHistory(batches: AsyncIterable<HistoryBatch>): Promise<ImportReport>;
  abstract dropDeadLetter(id: string): Promise<boolean>;

  get district(): District {
    return this.parts.district;
  }

  now(): number {
    return this.parts.clock.now();
  }

  twin(id: TwinId): TwinView | undefined {
    const twin = this.#live(id);
    return twin && viewOf(twin);
  }

  twins(filter: TwinFilter, page: PageRequest): Page<TwinView> {
    return twinPage({ ids: this.#ids, ...this.#present, viewOf: (id) => viewOf(this.#live(id)!) }, filter, page);
  }

  async past(atMs: number): Promise<PastMoment> {
    const moment = this.#past.at(atMs, this.now());
    await Promise.all(this.parts.partitions.map((partition) => this.committed(partition)));
    return moment;
  }

  commands(id: TwinId): CommandView[] {
    return commandsOf(this.#known(id), this.now());
  }

  links(id: TwinId, role?: string): LinkView[] {
    const all = this.parts.neighbours.all(id);
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
    const window = isRaw ? undefined : { lengthMs: windowMs, aggregate: aggregate ?? "MEAN", days: this.#days };
    const unsaved = this.#partitionOf(live.id).changes.samples;
    const samples = this.parts.store.history.read(live.numberOf(i), from, to, window, unsaved);
    if (!samples) throw new QuartierError("LIMIT_EXCEEDED", `there are more than ${MAX_SAMPLES} samples in that time`);
    return samples;
  }

  exportHistory(query: ExportQuery): AsyncIterableIterator<HistoryRun> {
    const { district, store, partitions } = this.parts;
    return exportHistory(query, {
      ...{ ids: this.#ids, history: store.history, pointsOf: (id) => this.pointsOf(id) },
      kindOf: (id) => district.twins.get(id)?.kind,
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

  alarms(filter: { state?: AlarmState; twin?: TwinId }, page: PageRequest): Page<AlarmView> {
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
    return this.parts.desk.issue(this.parts.cellOf.get(twin)!, { type: "command", twin: live.id, name, args }, key);
  }

  async acknowledgeAlarm(id: string): Promise<AlarmView> {
    const { book, desk, cellOf } = this.parts;
    const alarm = book.get(id);
    const cell = alarm && cellOf.get(alarm.twin);
    if (!cell) throw new QuartierError("ALARM_UNKNOWN", `there is no alarm ${id}`);
    await desk.issue(cell, { type: "acknowledge", alarm: id }, randomUUID());
    return book.get(id)!;
  }

  changes(filter: TwinFilter): AsyncIterableIterator<TwinView> {
    refuseAtLimit(this.#changed);
    const { state: _, ...fixed } = filter;
    const ids = filter.ids && new Set(filter.ids);
    return this.#changed.listen(
      (id) => (matches(this.#present, id, filter) ? this.twin(id) : undefined),
      (id) => (ids?.has(id) ?? true) && matches(this.#present, id, fixed),
    );
  }

  alarmChanges(twin?: TwinId): AsyncIterableIterator<AlarmView> {
    refuseAtLimit(this.#alarmed);
    return this.#alarmed.listen(
      (id) => this.parts.book.get(id),
      (id) => twin === undefined || this.parts.book.get(id)?.twin === twin,
    );
  }

  /** Tells the listeners what changed (V2). */
  protected tell({ readings, twins, alarms }: News): void {
    for (const key of Object.keys(this.readings) as (keyof ReadingCounters)[]) this.readings[key] += readings[key];
    if (this.#changed.listeners > 0) this.#changed.tell(twins.map(({ id }) => id));
    this.#alarmed.tell(alarms.keys());
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
    for (const resolve of this.#waiting) resolve();
  }

  /** Waits until the store has what the live twins of a partition show. */
  protected committed({ position, progress }: Partition): Promise<void> {
    return progress.until(position);
  }

  #partitionOf(id: TwinId): Partition {
    return this.#partitions.get(this.parts.cellOf.get(id)!)!;
  }

  #live(id: TwinId): LiveTwin | undefined {
    return this.#partitions.get(this.parts.cellOf.get(id) ?? "")?.twins.get(id);
  }

  #known(id: TwinId): LiveTwin {
    const twin = this.#live(id);
    if (!twin) throw new QuartierError("TWIN_UNKNOWN", `there is no twin ${id}`);
    return twin;
  }

  readonly #present = {
    modelOf: (id: TwinId) => this.parts.district.twins.get(id),
    stateOf: (id: TwinId) => this.#partitionOf(id).twins.peek(id)!.state,
  };

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

function refuseAtLimit(feed: Feed<unknown>): void {
  if (feed.listeners >= MAX_LISTENERS) {
    throw new QuartierError("OVERLOADED", `${MAX_LISTENERS} subscriptions of this kind are open`);
  }
}

function viewOf(twin: LiveTwin): TwinView {
  const { model, shape, cells } = twin;
  const points: PointView[] = [];
  for (const [i, name] of shape.names.entries()) {
    if (name.startsWith("#")) continue;
    const row = twin.row(i);
    const value = cells[row + VALUE]!;
    const at = cells[row + AT_MS]!;
    points.push({
      ...{ name, unit: shape.specs[i]!.unit, quality: qualityName(cells[row + QUALITY]!) },
      value: Number.isNaN(value) ? undefined : value,
      at: Number.isNaN(at) ? undefined : at,
    });
  }
  const { id, state, revision } = twin;
  return { id, kind: model.kind, name: model.name, model, state, revision, points, flapping: flappingOf(twin) };
}
