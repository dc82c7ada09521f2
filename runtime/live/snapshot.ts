// Snapshots: a live twin as a record for the store, and back.
// N1  thaw(freeze(twin)) is the same twin: state, points, conditions, deadlines, sums
// N2  the columns of a record are read by the names of its layout: a definition that gained or lost a point still reads old records

import type { StateValue } from "xstate";
import type { ExactSum } from "./exact-sum.ts";
import type { LiveTwin } from "./live-twin.ts";
import type { Layout } from "./shape.ts";

/** Version of the form of a record; a store with a higher one is not opened. */
export const SNAPSHOT_VERSION = 1;

/** Numbers of a point: value, its time, the latest reading time seen, the time of the latest sample, quality. */
export const POINT_NUMBERS = 5;
/** Numbers of a condition: 0 clear, 1 waiting for its hold time, 2 raised; when it is due; when a reading arrived. */
export const CONDITION_NUMBERS = 3;

/** What only some twins have. */
export interface RareRecord {
  quarantined?: string;
  sums?: [name: string, sum: ExactSum][];
  timers?: [name: string, dueMs: number][];
  deadFeeds?: string[];
  contributions?: [key: string, value: number][];
}

export interface TwinRecord {
  layout: Layout;
  state: StateValue;
  revision: number;
  born: boolean;
  heardMs: number;
  points: Float64Array;
  conditions: Float64Array;
  rare: RareRecord | undefined;
}

export function freeze(twin: LiveTwin): TwinRecord {
  const { shape, table, base, raised, held, dueMs, arrivedMs } = twin;
  const points = new Float64Array(shape.names.length * POINT_NUMBERS);
  for (let i = 0, at = 0, row = base; i < shape.names.length; i++, row++) {
    points[at++] = table.value[row]!;
    points[at++] = table.at[row]!;
    points[at++] = table.seenAt[row]!;
    points[at++] = table.recordedAt[row]!;
    points[at++] = table.quality[row]!;
  }
  const conditions = new Float64Array(dueMs.length * CONDITION_NUMBERS);
  for (let i = 0, at = 0; i < dueMs.length; i++) {
    const bit = 1 << i;
    conditions[at++] = raised & bit ? 2 : held & bit ? 1 : 0;
    conditions[at++] = dueMs[i]!;
    conditions[at++] = arrivedMs[i]!;
  }
  const { stateValue: state, revision, born, heardMs } = twin;
  return { layout: shape.layout, state, revision, born, heardMs, points, conditions, rare: rareOf(twin) };
}

function rareOf({ quarantined, sums, timers, deadFeeds, contributions, shape }: LiveTwin): RareRecord | undefined {
  const rare: RareRecord = {};
  if (quarantined !== undefined) rare.quarantined = quarantined;
  if (sums) rare.sums = sums.flatMap((sum, i): [string, ExactSum][] => (sum ? [[shape.names[i]!, [...sum]]] : []));
  if (timers?.size) rare.timers = [...timers];
  if (deadFeeds?.size) rare.deadFeeds = [...deadFeeds];
  if (contributions?.size) rare.contributions = [...contributions];
  for (const _ in rare) return rare;
  return undefined;
}

/** Wakes a twin as the record has it. Its deadlines are in `dueMs` and `timers` again; the partition puts them in its heap. */
export function thaw(twin: LiveTwin, record: TwinRecord): void {
  const { shape, table, base } = twin;
  const { layout, points, conditions, rare = {} } = record;
  for (const [j, name] of layout.points.entries()) {
    const i = shape.index.get(name);
    if (i === undefined) continue;
    const [row, at] = [base + i, j * POINT_NUMBERS];
    table.value[row] = points[at]!;
    table.at[row] = points[at + 1]!;
    table.seenAt[row] = points[at + 2]!;
    table.recordedAt[row] = points[at + 3]!;
    table.quality[row] = points[at + 4]!;
  }
  for (const [j, name] of layout.conditions.entries()) {
    const i = shape.layout.conditions.indexOf(name);
    if (i < 0) continue;
    const at = j * CONDITION_NUMBERS;
    if (conditions[at] === 2) twin.raised |= 1 << i;
    if (conditions[at] === 1) twin.held |= 1 << i;
    twin.dueMs[i] = conditions[at + 1]!;
    twin.arrivedMs[i] = conditions[at + 2]!;
  }
  for (const [name, sum] of rare.sums ?? []) {
    const i = shape.index.get(name);
    if (i === undefined) continue;
    twin.sums ??= new Array(shape.names.length).fill(undefined);
    twin.sums[i] = [...sum];
  }
  if (rare.timers) twin.timers = new Map(rare.timers);
  if (rare.deadFeeds) twin.deadFeeds = new Set(rare.deadFeeds);
  if (rare.contributions) twin.contributions = new Map(rare.contributions);
  twin.heardMs = record.heardMs;
  twin.revision = record.revision;
  twin.born = record.born;
  twin.wake(record.state);
  if (rare.quarantined !== undefined) twin.quarantine(rare.quarantined);
}
