// Unsaved samples: those that a partition has and no checkpoint yet.

import { Run } from "./run.ts";

/** Samples that no checkpoint has yet. */
export interface Unsaved {
  /** Of one point, the latest added first. */
  of(point: number): Iterable<readonly [at: number, value: number, quality: number]>;
}

/** Of one point, in the order of time. */
export function unsavedRun(unsaved: Unsaved, point: number, fromMs: number, toMs: number): Run {
  const latest = new Map<number, readonly [at: number, value: number, quality: number]>();
  for (const sample of unsaved.of(point)) {
    const [at] = sample;
    if (at >= fromMs && at < toMs && !latest.has(at)) latest.set(at, sample);
  }
  const run = new Run();
  for (const [at, value, quality] of [...latest.values()].sort((one, other) => one[0] - other[0])) {
    run.push(at, value, quality);
  }
  return run;
}
