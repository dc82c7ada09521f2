// Conditions at work: asks those whose points changed, keeps hold times and staleness as deadlines.
// Fed by    changed points, arrivals of readings, the deadlines that come due; all times are watched time (watch.ts)
// Gives     `NAME.raised` and `NAME.cleared` for the statechart, and only on a change
// K1  a hold time starts anew when the predicate broke in between
// K2  an arrival costs two writes: a stale deadline moves on only when it comes up

import type { Deadline } from "./deadlines.ts";
import { Deadlines } from "./deadlines.ts";
import { Few } from "./few.ts";
import { flapDeadlines } from "./flapping.ts";
import type { LiveTwin } from "./live-twin.ts";

const ELAPSED = ".elapsed";

/** The name of a timer's deadline, and of the event that it brings. */
export const timerDeadline = (timer: string): string => `${timer}${ELAPSED}`;

export interface ConditionsHost {
  tell: (twin: LiveTwin, type: string) => void;
  /** A rule of the twin threw. */
  failed: (twin: LiveTwin, error: unknown) => void;
  /** For a device, the meters that it feeds; nobody for others. */
  fedMeters: (twin: LiveTwin) => readonly LiveTwin[];
}

export class Conditions {
  readonly #deadlines = new Deadlines();
  readonly #host: ConditionsHost;

  constructor(host: ConditionsHost) {
    this.#host = host;
  }

  get nextDueMs(): number {
    return this.#deadlines.nextDueMs;
  }

  takeDue(nowMs: number): Deadline | undefined {
    return this.#deadlines.takeDue(nowMs);
  }

  /** The deadlines of a twin that came back into service: those that came up meanwhile were passed over. */
  renew(twin: LiveTwin): void {
    for (const [i, { name }] of twin.shape.conditions.entries()) {
      if (!Number.isNaN(twin.dueMs(i))) this.#deadlines.add(twin.dueMs(i), twin.slot, name);
    }
    for (const [name, dueMs] of twin.timers ?? []) this.#deadlines.add(dueMs, twin.slot, timerDeadline(name));
    for (const [due, name] of flapDeadlines(twin.flaps ?? [])) this.#deadlines.add(due, twin.slot, name);
  }

  /** A deadline that a twin had when it was stored, or one of somebody else, who fires it. */
  watch(dueMs: number, slot: number, name: string): void {
    this.#deadlines.add(dueMs, slot, name);
  }

  /** Asks the conditions that were marked. */
  evaluate(twin: LiveTwin, nowMs: number): void {
    const bits = twin.dirty;
    twin.dirty = 0;
    try {
      for (let i = 0; bits >> i; i++) if (bits & (1 << i)) this.#ask(twin, i, nowMs);
    } catch (error) {
      this.#host.failed(twin, error);
    }
  }

  #ask(twin: LiveTwin, i: number, nowMs: number): void {
    const { condition, raised, cleared } = twin.shape.conditions[i]!;
    if (condition.type !== "threshold") return;
    const bit = 1 << i;
    if (twin.raised & bit) {
      if (!condition.clear(twin)) return;
      twin.raised &= ~bit;
      this.#host.tell(twin, cleared);
    } else if (twin.held & bit) {
      if (condition.raise(twin)) return;
      twin.held &= ~bit;
      twin.setDueMs(i, Number.NaN);
    } else if (condition.raise(twin)) {
      if (condition.forMs > 0) {
        twin.held |= bit;
        this.#schedule(twin, i, nowMs + condition.forMs);
      } else {
        twin.raised |= bit;
        this.#host.tell(twin, raised);
      }
    }
  }

  /** A reading of the measured point `i` arrived. */
  arrived(twin: LiveTwin, i: number, nowMs: number): void {
    for (const watcher of twin.shape.staleWatchers[i]!) {
      twin.setArrivedMs(watcher, nowMs);
      if (twin.raised & (1 << watcher)) {
        twin.raised &= ~(1 << watcher);
        this.#host.tell(twin, twin.shape.conditions[watcher]!.cleared);
      }
      if (Number.isNaN(twin.dueMs(watcher))) this.#scheduleStale(twin, watcher);
    }
  }

  /** A device was heard through one of its meters: what it was missed for is over. Tells whether that changed it. */
  heard(device: LiveTwin): boolean {
    let changed = false;
    for (const [i, { condition, cleared }] of device.shape.conditions.entries()) {
      if (condition.type !== "stale") continue;
      if (device.raised & (1 << i)) {
        device.raised &= ~(1 << i);
        this.#host.tell(device, cleared);
        changed = true;
      }
      if (!Number.isNaN(device.dueMs(i))) continue;
      this.#scheduleStale(device, i);
      // Of a device that nobody expects at any time nothing changed.
      changed ||= !Number.isNaN(device.dueMs(i));
    }
    return changed;
  }

  /** A timer of unknown length (an attribute of the model is missing) never elapses. */
  startTimer(twin: LiveTwin, name: string, dueMs: number): void {
    if (!Number.isFinite(dueMs)) {
      twin.timers?.delete(name);
      return;
    }
    twin.timers ??= new Few();
    twin.timers.set(name, dueMs);
    this.#deadlines.add(dueMs, twin.slot, timerDeadline(name));
  }

  /** The model says something else of a twin: how long it may be silent may be another time. */
  remodelled(twin: LiveTwin): void {
    for (const i of twin.shape.conditions.keys()) if (!Number.isNaN(twin.dueMs(i))) this.#scheduleStale(twin, i);
  }

  /** Fires a deadline, if it still counts. Tells whether the twin saw it, or whether it was only moved on. */
  fire(twin: LiveTwin, { name, dueMs }: Deadline): "fired" | "moved" | "void" {
    if (name.endsWith(ELAPSED)) {
      const timer = name.slice(0, -ELAPSED.length);
      if (twin.timers?.get(timer) !== dueMs) return "void";
      twin.timers.delete(timer);
      this.#host.tell(twin, name);
      return "fired";
    }
    const i = twin.shape.conditionIndex.get(name);
    if (i === undefined || twin.dueMs(i) !== dueMs) return "void";
    twin.setDueMs(i, Number.NaN);
    const { condition, raised } = twin.shape.conditions[i]!;
    if (condition.type === "stale" && this.#lastArrivalMs(twin, i) + condition.afterMs(twin) > dueMs) {
      this.#scheduleStale(twin, i);
      return "moved";
    }
    twin.held &= ~(1 << i);
    twin.raised |= 1 << i;
    for (const meter of this.#host.fedMeters(twin)) meter.isFeederQuiet = true;
    this.#host.tell(twin, raised);
    return "fired";
  }

  #scheduleStale(twin: LiveTwin, i: number): void {
    const { condition } = twin.shape.conditions[i]!;
    if (condition.type !== "stale") return;
    const dueMs = this.#lastArrivalMs(twin, i) + condition.afterMs(twin);
    if (!Number.isNaN(dueMs)) this.#schedule(twin, i, dueMs);
  }

  #schedule(twin: LiveTwin, i: number, dueMs: number): void {
    twin.setDueMs(i, dueMs);
    this.#deadlines.add(dueMs, twin.slot, twin.shape.conditions[i]!.name);
  }

  /** A device has no readings of its own: it was heard when one of its meters was. */
  #lastArrivalMs(twin: LiveTwin, i: number): number {
    const meters = this.#host.fedMeters(twin);
    if (meters.length === 0) return twin.arrivedMs(i);
    let last = Number.NEGATIVE_INFINITY;
    for (const { heardMs } of meters) if (heardMs > last) last = heardMs;
    return last;
  }
}
