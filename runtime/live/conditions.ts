// Conditions at work: asks those whose points changed, keeps hold times and staleness as deadlines.
// Fed by    changed points, arrivals of readings, the deadlines that come due
// Gives     `NAME.raised` and `NAME.cleared` for the statechart, and only on a change
// K1  a hold time starts anew when the predicate broke in between
// K2  an arrival costs two writes: a stale deadline moves on only when it comes up

import type { Deadline } from "./deadlines.ts";
import { Deadlines } from "./deadlines.ts";
import { flapDeadlines, postponeFlaps } from "./flapping.ts";
import type { LiveTwin } from "./live-twin.ts";

export class Conditions {
  readonly #deadlines = new Deadlines();
  readonly #send: (twin: LiveTwin, type: string) => void;
  readonly #failed: (twin: LiveTwin, error: unknown) => void;

  constructor(send: (twin: LiveTwin, type: string) => void, failed: (twin: LiveTwin, error: unknown) => void) {
    this.#send = send;
    this.#failed = failed;
  }

  get nextDueMs(): number {
    return this.#deadlines.nextDueMs;
  }

  takeDue(nowMs: number): Deadline | undefined {
    return this.#deadlines.takeDue(nowMs);
  }

  /** Keeps a deadline of somebody else, who fires it. */
  watch(deadline: Deadline): void {
    this.#deadlines.add(deadline);
  }

  /** Asks the conditions that were marked. */
  evaluate(twin: LiveTwin, nowMs: number): void {
    const bits = twin.dirty;
    twin.dirty = 0;
    try {
      for (let i = 0; bits >> i; i++) if (bits & (1 << i)) this.#ask(twin, i, nowMs);
    } catch (error) {
      this.#failed(twin, error);
    }
  }

  #ask(twin: LiveTwin, i: number, nowMs: number): void {
    const { condition, raised, cleared } = twin.shape.conditions[i]!;
    if (condition.type !== "threshold") return;
    const bit = 1 << i;
    if (twin.raised & bit) {
      if (!condition.clear(twin)) return;
      twin.raised &= ~bit;
      this.#send(twin, cleared);
    } else if (twin.held & bit) {
      if (condition.raise(twin)) return;
      twin.held &= ~bit;
      twin.dueMs[i] = Number.NaN;
    } else if (condition.raise(twin)) {
      if (condition.forMs > 0) {
        twin.held |= bit;
        this.#schedule(twin, i, nowMs + condition.forMs);
      } else {
        twin.raised |= bit;
        this.#send(twin, raised);
      }
    }
  }

  /** A reading of the measured point `i` arrived. */
  arrived(twin: LiveTwin, i: number, nowMs: number): void {
    for (const watcher of twin.shape.staleWatchers[i]!) {
      twin.arrivedMs[watcher] = nowMs;
      if (twin.raised & (1 << watcher)) {
        twin.raised &= ~(1 << watcher);
        this.#send(twin, twin.shape.conditions[watcher]!.cleared);
      }
      if (Number.isNaN(twin.dueMs[watcher]!)) this.#scheduleStale(twin, watcher);
    }
  }

  /** A device was heard through one of its meters: what it was missed for is over. Tells whether that changed it. */
  heard(device: LiveTwin): boolean {
    let changed = false;
    for (const [i, { condition, cleared }] of device.shape.conditions.entries()) {
      if (condition.type !== "stale") continue;
      if (device.raised & (1 << i)) {
        device.raised &= ~(1 << i);
        this.#send(device, cleared);
        changed = true;
      }
      if (!Number.isNaN(device.dueMs[i]!)) continue;
      this.#scheduleStale(device, i);
      changed = true;
    }
    return changed;
  }

  /** A timer of unknown length (an attribute of the model is missing) never elapses. */
  startTimer(twin: LiveTwin, name: string, dueMs: number): void {
    if (!Number.isFinite(dueMs)) {
      twin.timers?.delete(name);
      return;
    }
    twin.timers ??= new Map();
    twin.timers.set(name, dueMs);
    this.#deadlines.add({ dueMs, twin: twin.id, name: `${name}.elapsed` });
  }

  /** Fires a deadline, if it still counts. Tells whether the twin saw it, or whether it was only moved on. */
  fire(twin: LiveTwin, { name, dueMs }: Deadline): "fired" | "moved" | "void" {
    if (name.endsWith(".elapsed")) {
      const timer = name.slice(0, -".elapsed".length);
      if (twin.timers?.get(timer) !== dueMs) return "void";
      twin.timers.delete(timer);
      this.#send(twin, name);
      return "fired";
    }
    const i = twin.shape.conditions.findIndex((condition) => condition.name === name);
    if (i < 0 || twin.dueMs[i] !== dueMs) return "void";
    twin.dueMs[i] = Number.NaN;
    const { condition, raised } = twin.shape.conditions[i]!;
    if (condition.type === "stale" && lastArrivalMs(twin, i) + condition.afterMs(twin) > dueMs) {
      this.#scheduleStale(twin, i);
      return "moved";
    }
    twin.held &= ~(1 << i);
    twin.raised |= 1 << i;
    for (const meter of twin.fedMeters) meter.isFeederQuiet = true;
    this.#send(twin, raised);
    return "fired";
  }

  /** Moves all deadlines on: nobody watched for that long. Gives the twins that remember a time of which this is true. */
  postpone(twins: Iterable<LiveTwin>, byMs: number): LiveTwin[] {
    const all = [...twins];
    const moved = all.filter((twin) => postponed(twin, byMs));
    this.restore(all);
    return moved;
  }

  /** Puts the deadlines that the twins remember into the heap, and no others. */
  restore(twins: Iterable<LiveTwin>): void {
    this.#deadlines.clear();
    for (const twin of twins) {
      for (const [i, { name }] of twin.shape.conditions.entries()) {
        const dueMs = twin.dueMs[i]!;
        if (!Number.isNaN(dueMs)) this.#deadlines.add({ dueMs, twin: twin.id, name });
      }
      for (const [name, dueMs] of twin.timers ?? [])
        this.#deadlines.add({ dueMs, twin: twin.id, name: `${name}.elapsed` });
      for (const deadline of flapDeadlines(twin)) this.#deadlines.add(deadline);
    }
  }

  #scheduleStale(twin: LiveTwin, i: number): void {
    const { condition } = twin.shape.conditions[i]!;
    if (condition.type !== "stale") return;
    const dueMs = lastArrivalMs(twin, i) + condition.afterMs(twin);
    if (!Number.isNaN(dueMs)) this.#schedule(twin, i, dueMs);
  }

  #schedule(twin: LiveTwin, i: number, dueMs: number): void {
    twin.dueMs[i] = dueMs;
    this.#deadlines.add({ dueMs, twin: twin.id, name: twin.shape.conditions[i]!.name });
  }
}

/** Moves a twin's deadlines, and what they are reckoned from. Tells whether it has any. */
function postponed(twin: LiveTwin, byMs: number): boolean {
  const { dueMs, arrivedMs, timers } = twin;
  let isMoved = !Number.isNaN(twin.heardMs);
  for (const i of dueMs.keys()) {
    isMoved ||= !Number.isNaN(dueMs[i]!) || !Number.isNaN(arrivedMs[i]!);
    dueMs[i] = dueMs[i]! + byMs;
    arrivedMs[i] = arrivedMs[i]! + byMs;
  }
  twin.heardMs += byMs;
  for (const [name, due] of timers ?? []) timers?.set(name, due + byMs);
  return postponeFlaps(twin, byMs) || isMoved || (timers?.size ?? 0) > 0;
}

/** A device has no readings of its own: it was heard when one of its meters was. */
function lastArrivalMs(twin: LiveTwin, i: number): number {
  if (twin.fedMeters.length === 0) return twin.arrivedMs[i]!;
  let last = Number.NEGATIVE_INFINITY;
  for (const { heardMs } of twin.fedMeters) if (heardMs > last) last = heardMs;
  return last;
}
