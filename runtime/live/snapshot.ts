// Snapshots: a live twin as a record for the store, and back.
// N1  thaw(freeze(twin)) is the same twin: state, points, conditions, deadlines, sums
// N2  points and conditions are kept by name: a definition that gained or lost one still reads old records

import type { StateValue } from "xstate";
import type { ExactSum } from "./exact-sum.ts";
import type { LiveTwin } from "./live-twin.ts";

/** Version of the form of a record; a store with a higher one is not opened. */
export const SNAPSHOT_VERSION = 1;

type PointRecord = [name: string, value: number, at: number, seenAt: number, recordedAt: number, quality: number];
type ConditionRecord = [name: string, state: 0 | 1 | 2, dueMs: number, arrivedMs: number];

export interface TwinRecord {
  state: StateValue;
  revision: number;
  born: boolean;
  quarantined?: string;
  points: PointRecord[];
  conditions: ConditionRecord[];
  heardMs?: number;
  sums?: [name: string, sum: ExactSum][];
  timers?: [name: string, dueMs: number][];
  deadFeeds?: string[];
  contributions?: [key: string, value: number][];
}

export function freeze(twin: LiveTwin): TwinRecord {
  const { shape, table, base } = twin;
  const record: TwinRecord = {
    state: twin.stateValue,
    revision: twin.revision,
    born: twin.born,
    points: [],
    conditions: [],
  };
  for (const [i, name] of shape.names.entries()) {
    const row = base + i;
    const hasValue = table.quality[row] !== 0 || !Number.isNaN(table.value[row]!);
    if (!hasValue && Number.isNaN(table.at[row]!) && table.seenAt[row] === Number.NEGATIVE_INFINITY) continue;
    record.points.push([
      name,
      table.value[row]!,
      table.at[row]!,
      table.seenAt[row]!,
      table.recordedAt[row]!,
      table.quality[row]!,
    ]);
  }
  for (const [i, { name }] of shape.conditions.entries()) {
    const bit = 1 << i;
    const state = twin.raised & bit ? 2 : twin.held & bit ? 1 : 0;
    const dueMs = twin.dueMs[i]!;
    const arrivedMs = twin.arrivedMs[i]!;
    if (state || !Number.isNaN(dueMs) || !Number.isNaN(arrivedMs))
      record.conditions.push([name, state, dueMs, arrivedMs]);
  }
  if (twin.quarantined !== undefined) record.quarantined = twin.quarantined;
  if (twin.sums)
    record.sums = twin.sums.flatMap((sum, i): [string, ExactSum][] => (sum ? [[shape.names[i]!, [...sum]]] : []));
  if (!Number.isNaN(twin.heardMs)) record.heardMs = twin.heardMs;
  if (twin.timers?.size) record.timers = [...twin.timers];
  if (twin.deadFeeds?.size) record.deadFeeds = [...twin.deadFeeds];
  if (twin.contributions?.size) record.contributions = [...twin.contributions];
  return record;
}

/** Wakes a twin as the record has it. Its deadlines are in `dueMs` and `timers` again; the partition puts them in its heap. */
export function thaw(twin: LiveTwin, record: TwinRecord): void {
  const { shape, table, base } = twin;
  for (const [name, value, at, seenAt, recordedAt, quality] of record.points) {
    const i = shape.index.get(name);
    if (i === undefined) continue;
    const row = base + i;
    table.value[row] = value;
    table.at[row] = at;
    table.seenAt[row] = seenAt;
    table.recordedAt[row] = recordedAt;
    table.quality[row] = quality;
  }
  for (const [name, state, dueMs, arrivedMs] of record.conditions) {
    const i = shape.conditions.findIndex((condition) => condition.name === name);
    if (i < 0) continue;
    if (state === 2) twin.raised |= 1 << i;
    if (state === 1) twin.held |= 1 << i;
    twin.dueMs[i] = dueMs;
    twin.arrivedMs[i] = arrivedMs;
  }
  for (const [name, sum] of record.sums ?? []) {
    const i = shape.index.get(name);
    if (i === undefined) continue;
    twin.sums ??= new Array(shape.names.length).fill(undefined);
    twin.sums[i] = [...sum];
  }
  if (record.timers) twin.timers = new Map(record.timers);
  if (record.deadFeeds) twin.deadFeeds = new Set(record.deadFeeds);
  if (record.contributions) twin.contributions = new Map(record.contributions);
  twin.heardMs = record.heardMs ?? Number.NaN;
  twin.revision = record.revision;
  twin.born = record.born;
  twin.wake(record.state);
  if (record.quarantined !== undefined) twin.quarantine(record.quarantined);
}
