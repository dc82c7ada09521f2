// What only some twins have, and what is no number: why one is out of service, its timers, what others told it.
// Q1  restored(rareOf(twin)) is the same twin

import { Few } from "./few.ts";
import { type Flap, flapMoved } from "./flapping.ts";
import type { LiveTwin } from "./live-twin.ts";

export interface RareRecord {
  quarantined?: string;
  /** In watched time, see watch.ts. */
  timers?: [name: string, dueMs: number][];
  /** Feeding nodes without supply. */
  deadFeeds?: string[];
  /** Sums told by other partitions: `POINT|PARTITION` to value. */
  contributions?: [key: string, value: number][];
  /** Of alarms that were raised: how often lately, by code. */
  flaps?: [code: string, flap: Flap][];
}

/** Its record as JSON when there is none any more. */
export const NO_RARE = "null";

/** The record as JSON, as it is kept. */
export const rareText = (rare: RareRecord | undefined): string => (rare ? JSON.stringify(rare) : NO_RARE);

/** Undefined where there is nothing to remember. */
export function rareOf({ quarantined, timers, deadFeeds, contributions, flaps }: LiveTwin): RareRecord | undefined {
  let rare: RareRecord | undefined;
  if (quarantined !== undefined) rare = { quarantined };
  if (timers && !timers.isEmpty) rare = { ...rare, timers: timers.entries() };
  if (deadFeeds?.size) rare = { ...rare, deadFeeds: [...deadFeeds] };
  if (contributions?.size) rare = { ...rare, contributions: [...contributions] };
  if (flaps && !flaps.isEmpty) rare = { ...rare, flaps: flaps.entries() };
  return rare;
}

export function restore(twin: LiveTwin, { quarantined, timers, deadFeeds, contributions, flaps }: RareRecord): void {
  if (timers) twin.timers = new Few(timers);
  if (deadFeeds) twin.deadFeeds = new Set(deadFeeds);
  if (contributions) twin.contributions = new Map(contributions);
  if (flaps) twin.flaps = new Few(flaps);
  if (quarantined !== undefined) twin.quarantine(quarantined);
}

/** The same in the watched time of another partition. */
export function rareMoved({ timers, flaps, ...rare }: RareRecord, laterMs: number): RareRecord {
  return {
    ...rare,
    ...(timers && { timers: timers.map(([name, dueMs]): [string, number] => [name, dueMs + laterMs]) }),
    ...(flaps && { flaps: flaps.map(([code, flap]): [string, Flap] => [code, flapMoved(flap, laterMs)]) }),
  };
}
