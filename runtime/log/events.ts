// The events of a partition's log: everything that may change a twin, in the form in which it lies in JetStream.
// Fed by    the gateway (readings, floods), imports of history, GraphQL (commands), the clock (ticks), other partitions (signals), the start
//           (resumed)
// E1  an event carries its world time `at`; nothing that applies it may ask another clock
// E2  what was written can be read again: `decode(encode(e))` equals `e`; anything else is refused with a reason, never guessed

import type { TwinId } from "../../models/district.ts";
import { isSampleQuality, type SampleQuality } from "../../models/telemetry/history-rows.ts";
import { readReadings } from "./read-readings.ts";
import type { ReadingRow, Readings } from "./readings.ts";
import { isTime } from "./times.ts";

export interface ReadingsEvent {
  type: "readings";
  at: number;
  /** What devices sent, one entry for each twin and message; each entry counts as one event of that twin. */
  entries: [twin: TwinId, rows: ReadingRow[]][];
}

/** One sample of a twin's past, in the point's unit; GOOD when it does not say otherwise. */
export type ImportedRow = [point: string, timeMs: number, value: number, quality?: Exclude<SampleQuality, "GOOD">];

export interface ImportedEvent {
  type: "imported";
  at: number;
  /** Of the import: what became of its samples is counted for it. */
  id: string;
  entries: [twin: TwinId, rows: ImportedRow[]][];
  /**
   * False: the samples are history. True, at the end of an import, with samples that are history already: the newest of each measured
   * point, which becomes its value where it has no newer one.
   */
  moves: boolean;
}

export interface CommandEvent {
  type: "command";
  at: number;
  /** Idempotency key. */
  id: string;
  twin: TwinId;
  name: string;
  args: Record<string, unknown>;
}

export interface AcknowledgeEvent {
  type: "acknowledge";
  at: number;
  id: string;
  alarm: string;
}

/** The clock went on; deadlines up to `at` are due. */
export interface TickEvent {
  type: "tick";
  at: number;
  /** It stands in place of a message that the log lost after it was read; see continuity.ts. */
  instead?: string;
}

/**
 * The runtime watches again after it was stopped: twins not born yet are born, deadlines move on by the time it was away. That is from
 * `since` on, or else from the last event.
 */
export interface ResumedEvent {
  type: "resumed";
  at: number;
  since?: number;
}

/** The gateway began to leave out readings of a device that sends too often, or the device is calm again. */
export interface FloodingEvent {
  type: "flooding";
  at: number;
  /** The device. */
  twin: TwinId;
  on: boolean;
  /** Readings that were left out so far, for a later value of the same point. */
  coalesced: number;
}

/** What one partition has to tell a twin of another. */
export type Signal =
  | { kind: "tell"; to: TwinId; event: string; args: Record<string, unknown> }
  | { kind: "supply"; to: TwinId; node: TwinId; alive: boolean }
  /** A partition's whole share of a sum, of how many estimates it is, and since when; since it is told, where an earlier program tells it. */
  | { kind: "sum"; to: TwinId; point: string; value: number; timeMs?: number; estimates?: number }
  /** How much more such a share was from a time on, in pairs: the last step ends the first. */
  | { kind: "past"; to: TwinId; point: string; steps: [timeMs: number, more: number][] }
  | { kind: "copy"; to: TwinId; point: string; timeMs: number; value: number; suspect: boolean }
  /** The value that was copied for that time does not count. */
  | { kind: "void"; to: TwinId; point: string; timeMs: number; value: number };

export interface SignalsEvent {
  type: "signals";
  at: number;
  /** Partition they come from. */
  from: string;
  /** Each with its place in that partition's outbox: what was seen already is passed over. */
  entries: [sequence: number, index: number, signal: Signal][];
}

/** A flow, by the names of both ends: from a point of a twin to one of another. */
export type FlowNamed = [twin: TwinId, point: string, kind: "sum" | "copy", to: TwinId, toPoint: string];

/**
 * The district goes over to another version of its model. Before it stands on it: `retired`, `withdrawn`, in the logs of the partitions as
 * they were. After: `changed`, `joined`, in those that are. Of many twins there are several events; the one without any is the turn itself.
 */
export interface ModelEvent {
  type: "model";
  at: number;
  /** The version to which it goes. */
  model: string;
  /** Which turn of the district, and which of its events in this partition: one that comes again, after a start, is passed over. */
  turn: number;
  part: number;
  retired?: TwinId[];
  /** Sums from which a twin's point is taken away. */
  withdrawn?: FlowNamed[];
  /** Twins of which the model says something else, or that it links otherwise, or has again. */
  changed?: TwinId[];
  joined?: FlowNamed[];
}

export type LogEvent =
  | ReadingsEvent
  | ImportedEvent
  | CommandEvent
  | AcknowledgeEvent
  | TickEvent
  | ResumedEvent
  | SignalsEvent
  | FloodingEvent
  | ModelEvent;

/** An event as it is read: readings in columns. */
export type ReadEvent = Exclude<LogEvent, ReadingsEvent> | Readings;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

export function encodeEvent(event: LogEvent): Uint8Array {
  return encoder.encode(JSON.stringify(event));
}

const isText = (value: unknown): value is string => typeof value === "string";
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isPlace = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

const isRow = (row: unknown): boolean =>
  Array.isArray(row) && row.length === 3 && isText(row[0]) && isTime(row[1]) && Number.isFinite(row[2]);

const isImportedRow = (row: unknown): boolean =>
  isRow(row) ||
  (Array.isArray(row) && row.length === 4 && isRow(row.slice(0, 3)) && isSampleQuality(row[3]) && row[3] !== "GOOD");

const isEntryOf =
  (isRowHere: (row: unknown) => boolean) =>
  (entry: unknown): boolean =>
    Array.isArray(entry) &&
    entry.length === 2 &&
    isText(entry[0]) &&
    Array.isArray(entry[1]) &&
    entry[1].every(isRowHere);
const isEntry = isEntryOf(isRow);
const isImportedEntry = isEntryOf(isImportedRow);

const SIGNAL_CHECKS: Record<Signal["kind"], (signal: Record<string, unknown>) => boolean> = {
  tell: ({ event, args }) => isText(event) && isRecord(args),
  supply: ({ node, alive }) => isText(node) && typeof alive === "boolean",
  sum: ({ point, value, timeMs, estimates }) =>
    isText(point) &&
    Number.isFinite(value) &&
    (timeMs === undefined || isTime(timeMs)) &&
    (estimates === undefined || isPlace(estimates)),
  past: ({ point, steps }) => isText(point) && Array.isArray(steps) && steps.every(isStep),
  copy: ({ point, timeMs, value, suspect }) =>
    isText(point) && isTime(timeMs) && Number.isFinite(value) && typeof suspect === "boolean",
  void: ({ point, timeMs, value }) => isText(point) && isTime(timeMs) && Number.isFinite(value),
};

const isStep = (step: unknown): boolean =>
  Array.isArray(step) && step.length === 2 && isTime(step[0]) && Number.isFinite(step[1]);

const isSignal = (signal: unknown): boolean =>
  isRecord(signal) &&
  isText(signal.to) &&
  Object.hasOwn(SIGNAL_CHECKS, signal.kind as string) &&
  SIGNAL_CHECKS[signal.kind as Signal["kind"]](signal);

const isSignalEntry = (entry: unknown): boolean =>
  Array.isArray(entry) && entry.length === 3 && isPlace(entry[0]) && isPlace(entry[1]) && isSignal(entry[2]);

const isListOf = (list: unknown, isOne: (value: unknown) => boolean): boolean =>
  list === undefined || (Array.isArray(list) && list.every(isOne));
const isFlow = (flow: unknown): boolean =>
  Array.isArray(flow) && flow.length === 5 && flow.every(isText) && (flow[2] === "sum" || flow[2] === "copy");

const CHECKS: Record<LogEvent["type"], (event: Record<string, unknown>) => boolean> = {
  readings: (event) => Array.isArray(event.entries) && event.entries.every(isEntry),
  imported: (event) =>
    isText(event.id) &&
    typeof event.moves === "boolean" &&
    Array.isArray(event.entries) &&
    event.entries.every(isImportedEntry),
  command: (event) => isText(event.id) && isText(event.twin) && isText(event.name) && isRecord(event.args),
  acknowledge: (event) => isText(event.id) && isText(event.alarm),
  tick: () => true,
  resumed: (event) => event.since === undefined || isTime(event.since),
  signals: ({ from, entries }) => isText(from) && Array.isArray(entries) && entries.every(isSignalEntry),
  model: ({ model, turn, part, retired, withdrawn, changed, joined }) =>
    isText(model) &&
    isPlace(turn) &&
    isPlace(part) &&
    [retired, changed].every((list) => isListOf(list, isText)) &&
    [withdrawn, joined].every((list) => isListOf(list, isFlow)),
  flooding: (event) => isText(event.twin) && typeof event.on === "boolean" && isPlace(event.coalesced),
};

/** The event, or a sentence that says why the bytes are none. */
export function decodeEvent(bytes: Uint8Array): ReadEvent | string {
  const readings = readReadings(bytes);
  if (readings) return readings;
  let event: unknown;
  try {
    event = JSON.parse(decoder.decode(bytes));
  } catch (error) {
    return `the message is no JSON: ${(error as Error).message}`;
  }
  if (!isRecord(event)) return "the message is no event";
  const check = Object.hasOwn(CHECKS, event.type as string) ? CHECKS[event.type as LogEvent["type"]] : undefined;
  if (!check) return `the log has no events of type ${JSON.stringify(event.type)}`;
  if (!isTime(event.at)) return "the event has no time";
  if (!check(event)) return `the ${event.type} event lacks a field, or one is of the wrong type`;
  // Readings that somebody wrote in another form of JSON.
  if (event.type === "readings") return readReadings(encodeEvent(inForm(event as unknown as ReadingsEvent)))!;
  return event as unknown as ReadEvent;
}

const inForm = ({ type, at, entries }: ReadingsEvent): ReadingsEvent => ({ type, at, entries });
