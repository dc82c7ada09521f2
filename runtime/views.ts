// What the outside sees of a world: the one interface through which GraphQL asks and steers the live twins.
// Gives     twins, links, history, alarms, dead letters, commands and changes, as plain data read from live state
// Must not  know of HTTP or GraphQL; resolvers hold no transaction open: every call returns finished data
// V1  reads never wait for writes, and are never refused for load
// V2  a change is told (changes, alarmChanges) when the log has its event and live twins show it

import type { Area } from "../models/places/area.ts";
import type { District, Json, Kind, TwinId, TwinModel } from "../models/district.ts";
import type { HistoryBatch, HistoryRun } from "../models/telemetry/history-rows.ts";
import type { AlarmSeverity, NeighbourRole, Quality } from "../twins/definition.ts";
import type { ExportQuery, HistoryQuery, ImportReport, SampleView } from "./history-views.ts";
import type { LogEvent, Signal } from "./log/events.ts";
import type { NetworkQuestions, PlaceQuestions } from "./network-views.ts";
import type { Versions } from "./versions/version-views.ts";

export interface PointView {
  name: string;
  /** NaN never: undefined when the point has had no value yet. */
  value: number | undefined;
  unit: string;
  /** Epoch ms of the value. */
  at: number | undefined;
  quality: Quality;
}

export interface CommandView {
  name: string;
  description: string;
  /** JSON Schema of the arguments. */
  schema: Json;
  /** Whether the twin's present state takes it. */
  allowed: boolean;
}

/** A snapshot of one twin, live or as it was, taken when asked for. */
export interface TwinView {
  id: TwinId;
  kind: Kind;
  name: string | undefined;
  model: TwinModel;
  /** Dotted statechart value, parallel regions joined by `|`; `quarantined` when the twin was taken out of service. */
  state: string;
  revision: number;
  /** Points in the order of their definition; hidden ones (`#...`) are left out. */
  points: PointView[];
  /** Of a past twin: one of them, without the others being read. */
  point?: (name: string) => PointView | undefined;
  /** Codes of its alarms that come and go too often. */
  flapping: readonly string[];
  /** The past instant that it is of; none for the present. */
  moment?: PastMoment;
}

export interface LinkView {
  /** The role as seen from the twin that was asked. */
  role: NeighbourRole;
  twin: TwinId;
}

export const ALARM_STATES = ["RAISED", "ACKNOWLEDGED", "CLEARED"] as const;
export type AlarmState = (typeof ALARM_STATES)[number];

export interface AlarmView {
  id: string;
  twin: TwinId;
  code: string;
  severity: AlarmSeverity;
  message: string;
  state: AlarmState;
  raisedAt: number;
  acknowledgedAt: number | undefined;
  clearedAt: number | undefined;
  /** It came and went too often, and stands until it is calm. */
  flapping: boolean;
  /** The past instant that it is of; none for the present. */
  moment?: PastMoment;
}

export interface DeadLetterView {
  id: string;
  /** Its first arrival, also of one that was replayed. */
  at: number;
  subject: string;
  code: string;
  reason: string;
  /** The message as text; bytes that are no UTF-8 as base64 after `base64:`. Cut off at a named limit. */
  payload: string;
}

export interface DeadLetterReplay {
  id: string;
  subject: string;
  /** The id under which it is listed should it become a dead letter again. */
  nextId: string;
}

/** A reading as its device sent it, in the unit of the point. */
export interface ReadingView {
  twin: TwinId;
  point: string;
  at: number;
  value: number;
}

/** What set a change off. */
export interface WhyView {
  /** Type of the event of the log. */
  event: LogEvent["type"];
  /** The condition of the twin that changed: whether it was raised before and after. */
  condition?: { name: string; before: boolean; after: boolean };
  /** The last reading of each point of the device message. */
  readings?: ReadingView[];
  command?: { key: string; name: string; args: Record<string, unknown> };
  /** The deadline that came due; its twin may be another one, which then told this one. */
  deadline?: { twin: TwinId; name: string; at: number };
  /** What another partition said, and where that stands in its log. */
  signal?: { partition: string; sequence: number; kind: Signal["kind"] };
}

/** One change of a twin's state, or a remarkable reading, with its reason. */
export interface JournalView {
  /** What `before` and `after` are: states of the twin, or values of one of its points. */
  of: "state" | "reading";
  at: number;
  /** Sequence of the event in the log of the twin's partition. */
  sequence: number;
  /** What caused it: an event of the statechart, or what happened to a reading. */
  cause: string;
  before: string;
  after: string;
  /** Of the twin, after it. */
  revision: number;
  why: WhyView;
}

export interface CommandRequest {
  twin: TwinId;
  name: string;
  args?: Record<string, unknown>;
  /** Idempotency key: the same key gives the same outcome again, and the command is done once. */
  key?: string;
}

export interface CommandOutcome {
  outcome: "ACCEPTED" | "REFUSED";
  /** `OK`, or why it was refused: COMMAND_NOT_ALLOWED, COMMAND_UNKNOWN, COMMAND_ARGUMENTS, TWIN_QUARANTINED, or a code of the twin. */
  code: string;
  reason: string | undefined;
  twin: TwinId;
}

export interface TwinFilter {
  ids?: readonly string[];
  kinds?: readonly Kind[];
  sources?: readonly string[];
  /** A state, or a part of its dotted path: `online`, `online.normal`, `unsupplied`. */
  state?: string;
  /** Where it stands, as the models say it; who asks by it waits for `places.ready` before. */
  within?: Area;
}

export interface AlarmFilter {
  state?: AlarmState;
  twin?: TwinId;
}

export interface Page<T> {
  items: T[];
  totalCount: number;
  hasNextPage: boolean;
  hasPreviousPage: boolean;
}

/** `after` is the id of the last item of the page before; an id that is no longer there still marks its place in the order. */
export interface PageRequest {
  first: number;
  after?: string;
}

export interface PartitionStatus {
  name: string;
  twins: number;
  /** Last sequence of its log that is in the store. */
  position: number;
  /** Messages of its log that are not applied yet; undefined while that is not known: before NATS is reached, or while it does not answer. */
  lag: number | undefined;
}

export interface WorldStatus {
  startedAt: number;
  /** World time, epoch ms. */
  now: number;
  /** Undefined while the program starts, and has not reached it yet. `answers`: it did so just now. */
  nats: { url: string; version: string; answers: boolean } | undefined;
  /** Packs of devices that no log has yet; undefined while that is not known. */
  waiting: number | undefined;
  readings: {
    applied: number;
    duplicates: number;
    late: number;
    corrected: number;
    deadLettered: number;
    coalesced: number;
  };
  partitions: PartitionStatus[];
}

/** What will be looked at of each twin of a page: that is read while the page is made, and all else when somebody does look. */
export interface Asked {
  /** Its state or revision. */
  state?: boolean;
  /** Its points, all of them. */
  points?: boolean;
}

/** The twins and alarms of the district at one time: now, or at a past instant. Of the past, a page may take several turns. */
export interface Moment {
  readonly networks: NetworkQuestions;
  twin(id: TwinId): TwinView | undefined;
  /** Twins in the order of their ids. `asked`: of a past moment; what it does not say will be looked at. */
  twins(filter: TwinFilter, page: PageRequest, asked?: Asked): Page<TwinView> | Promise<Page<TwinView>>;
  /** Youngest first. */
  alarms(filter: AlarmFilter, page: PageRequest): Page<AlarmView> | Promise<Page<AlarmView>>;
  /** Alarms of a twin that stand: raised or acknowledged. Youngest first. */
  standing(twin: TwinId): AlarmView[];
}

/** Alarms are those that stood then: what was cleared before belongs to an earlier instant. */
export interface PastMoment extends Moment {
  /** Epoch ms. */
  readonly at: number;
  /** By the model of that instant. */
  links(id: TwinId, role?: string): LinkView[];
  twins(filter: TwinFilter, page: PageRequest, asked?: Asked): Promise<Page<TwinView>>;
  alarms(filter: AlarmFilter, page: PageRequest): Promise<Page<AlarmView>>;
}

export interface World extends Moment, Versions {
  twins(filter: TwinFilter, page: PageRequest): Page<TwinView>;
  readonly district: District;
  now(): number;
  status(): Promise<WorldStatus>;
  /** The district as it was. Throws a coded error for an instant that lies ahead, or before what is kept. */
  past(atMs: number): Promise<PastMoment>;
  readonly places: PlaceQuestions;
  commands(id: TwinId): CommandView[];
  links(id: TwinId, role?: string): LinkView[];
  /** Throws a coded error when the twin has no such point. */
  history(query: HistoryQuery): Promise<SampleView[]>;
  /**
   * Samples of the points that are asked for, the suspect ones with them, some thousand at a time: twins in the order of their ids, points
   * in that of their definition, oldest first. Holds nothing open between two of them. Throws a coded error at once for an unknown twin,
   * and for a point that none of the twins has.
   */
  exportHistory(query: ExportQuery): AsyncIterableIterator<HistoryRun>;
  /**
   * Takes samples of the past, as fast as they are applied; resolves when they are, and the log has them. What is refused does not keep the others
   * from being taken. Throws a coded error at a limit, when the log does not take them, and for a file that is none; what was taken by
   * then stays, and is a duplicate when it comes again.
   */
  importHistory(batches: AsyncIterable<HistoryBatch>): Promise<ImportReport>;
  /** The last changes of a twin's state and its remarkable readings, with their reasons, oldest first. `untilMs` inclusive. */
  journal(id: TwinId, last: number, untilMs?: number): Promise<JournalView[]>;
  /** The last changes of a twin's state, each with what set it off, oldest first. `untilMs` inclusive. */
  trace(id: TwinId, last: number, untilMs?: number): Promise<JournalView[]>;
  alarms(filter: AlarmFilter, page: PageRequest): Page<AlarmView>;
  acknowledgeAlarm(id: string): Promise<AlarmView>;
  /** Youngest first. */
  deadLetters(page: PageRequest): Page<DeadLetterView>;
  /**
   * Publishes a dead letter again on its subject, and drops it when the stream took it. Its readings without a time of their own keep that
   * of the first arrival. Throws a coded error when it is not there (any more), cannot be replayed, or the stream does not take it.
   */
  replayDeadLetter(id: string): Promise<DeadLetterReplay>;
  /** False when it is not there (any more). Throws a coded error for what is no id of a dead letter. */
  dropDeadLetter(id: string): Promise<boolean>;
  /** Resolves when the outcome is on disk. Throws a coded error for an unknown twin and when a limit is reached. */
  command(request: CommandRequest): Promise<CommandOutcome>;
  /** Changed twins, after each run of events; several changes of one twin that were not fetched yet come as one. */
  changes(filter: TwinFilter): AsyncIterableIterator<TwinView>;
  alarmChanges(twin?: TwinId): AsyncIterableIterator<AlarmView>;
}
