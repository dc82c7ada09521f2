// What only some twins have, and what is no number: why one is out of service, its timers, what others told it.
// Q1  restored(rareOf(twin)) is the same twin

import { Few } from "./few.ts";
import { type Flap, flapMoved } from "./flapping.ts";
import type { LiveTwin } from "./live-twin.ts";

export interface RareRecord {
  quarantined?: string | undefined;
  /** In watched time, see watch.ts. */
  timers?: [name: string, dueMs: number][] | undefined;
  /** Feeding nodes without supply. */
  deadFeeds?: string[] | undefined;
  /** Sums told by other partitions: `POINT|PARTITION` to value. */
  contributions?: [key: string, value: number][] | undefined;
  /** Of alarms that were raised: how often lately, by code. */
  flaps?: [code: string, flap: Flap][] | undefined;
}

/** Its record as JSON when there is none any more. */
export const NO_RARE = "null";

/** The record as JSON, as it is kept. */
export const rareText = (rare: RareRecord | undefined): string => (rare ? JSON.stringify(rare) : NO_RARE);

/** Undefined where there is nothing to remember. */
export function rareOf({ quarantined, timers, deadFeeds, contributions, flaps }: LiveTwin): RareRecord | undefined {
  // All of the same form, for speed: what is undefined is not in the JSON.
  const rare: RareRecord = {
    quarantined,
    timers: some(timers?.entries()),
    deadFeeds: some(deadFeeds && [...deadFeeds]),
    contributions: some(contributions && [...contributions]),
    flaps: some(flaps?.entries()),
  };
  const isThere = quarantined ?? rare.timers ?? rare.deadFeeds ?? rare.contributions ?? rare.flaps;
  return isThere === undefined ? undefined : rare;
}

const some = <T>(all: T[] | undefined): T[] | undefined => (all && all.length > 0 ? all : undefined);

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
