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

export function rareOf(twin: LiveTwin): RareRecord | undefined {
  if (!hasRare(twin)) return undefined;
  const { quarantined, timers, deadFeeds, contributions, flaps } = twin;
  const rare: RareRecord = {};
  if (quarantined !== undefined) rare.quarantined = quarantined;
  if (timers && !timers.isEmpty) rare.timers = timers.entries();
  if (deadFeeds?.size) rare.deadFeeds = [...deadFeeds];
  if (contributions?.size) rare.contributions = [...contributions];
  if (flaps && !flaps.isEmpty) rare.flaps = flaps.entries();
  return rare;
}

export function hasRare({ quarantined, timers, deadFeeds, contributions, flaps }: LiveTwin): boolean {
  if (quarantined !== undefined || deadFeeds?.size || contributions?.size) return true;
  return (timers !== undefined && !timers.isEmpty) || (flaps !== undefined && !flaps.isEmpty);
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
