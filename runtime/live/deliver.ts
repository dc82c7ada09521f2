// Deliver: what a reading does to a twin, from its identity to all that follows from it at once.
// Fed by    readings in the point's unit, in any order, any number of times; effects; the flows of other twins
// Gives     an outcome (applied, duplicate, corrected, late); new values, samples, computed points, moved sums, conditions to ask again
// I1  the same reading again changes nothing at all: its identity is (twin, point, time)
// I2  another value for the same time is a correction: the history has the new one, the journal both
// I3  a reading older than the point's value goes to the history and leaves the value as it is
// I4  a reading that the twin's rule holds back is in the history as suspect, and leaves the value as it is, and what the history has of it;
//     so is one that cannot be, whenever it comes. A correction of the newest reading, if that was held back, is a reading like any other
// W1  a change reaches everything computed or summed from it before any condition is asked
// W2  measured points are recorded at every reading; what follows from them at most once in RECORD_EVERY_MS, and what stood unrecorded
//     for that long before it is replaced: the history is at most twice that behind what the twin showed

import { convert } from "../../models/telemetry/units.ts";
import type { PointValue, Reading } from "../../twins/definition.ts";
import type { Changes } from "./changes.ts";
import { type ExactSum, exchange } from "./exact-sum.ts";
import type { Flow } from "./flows.ts";
import type { LiveTwin } from "./live-twin.ts";
import { AT_MS, ESTIMATED, GOOD, NONE, QUALITY, RECORDED_AT_MS, SEEN_AT_MS, SUSPECT, VALUE } from "./page.ts";
import type { Roster } from "./roster.ts";

export type IntakeOutcome = "applied" | "duplicates" | "corrected" | "late";

/** Looks up the committed history: the value of a point at exactly that time. */
export type StoredSample = (pointNumber: number, at: number) => number | undefined;

export class Intake {
  readonly #writes: Writes;
  readonly #stored: StoredSample;
  /** The one that a rule is asked about, which keeps nothing: one for each would be most of what the collector finds. */
  readonly #reading: Reading = { value: Number.NaN, timeMs: Number.NaN };

  constructor(writes: Writes, stored: StoredSample) {
    this.#writes = writes;
    this.#stored = stored;
  }

  /** Takes one reading of a measured point. `nowMs`: world time, for the journal. */
  take(twin: LiveTwin, i: number, timeMs: number, value: number, nowMs: number, changes: Changes): IntakeOutcome {
    const row = twin.row(i);
    if (timeMs > twin.cells[row + SEEN_AT_MS]!) {
      this.#admit(twin, i, timeMs, value, nowMs, changes);
      return "applied";
    }
    const number = twin.numberOf(i);
    const known = changes.samples.find(number, timeMs) ?? this.#stored(number, timeMs);
    if (known === value) return "duplicates";
    changes.touch(twin);
    const spec = twin.shape.specs[i]!;
    const impossible = spec.from === "measured" ? spec.impossible?.(value) : undefined;
    const quality = impossible === undefined ? GOOD : SUSPECT;
    if (known === undefined) {
      if (impossible !== undefined)
        changes.remark(twin, nowMs, impossible, String(twin.cells[row + VALUE]), String(value));
      changes.samples.add(number, timeMs, value, quality);
      return "late";
    }
    const name = twin.shape.names[i]!;
    changes.remark(twin, nowMs, `corrected ${name} at ${new Date(timeMs).toISOString()}`, String(known), String(value));
    const isNewest = timeMs === twin.cells[row + SEEN_AT_MS]!;
    if (timeMs === twin.cells[row + AT_MS]! && impossible === undefined) this.#correct(twin, i, timeMs, value);
    else if (isNewest) this.#admit(twin, i, timeMs, value, nowMs, changes);
    else changes.samples.add(number, timeMs, value, quality);
    return "corrected";
  }

  #correct(twin: LiveTwin, i: number, timeMs: number, value: number): void {
    const spec = twin.shape.specs[i]!;
    const also = spec.from === "measured" ? spec.corrected?.({ value, timeMs }, twin) : undefined;
    this.#writes.write(twin, i, value, timeMs, GOOD, true);
    this.#set(twin, also, timeMs);
  }

  #admit(twin: LiveTwin, i: number, timeMs: number, value: number, nowMs: number, changes: Changes): void {
    const { cells, shape } = twin;
    const row = twin.row(i);
    const spec = shape.specs[i]!;
    const name = shape.names[i]!;
    const reading = this.#reading;
    reading.value = value;
    reading.timeMs = timeMs;
    const admission = spec.from === "measured" ? spec.admit?.(reading, name, twin) : undefined;
    cells[row + SEEN_AT_MS] = timeMs;
    if (!admission) {
      this.#writes.write(twin, i, value, timeMs, GOOD, true);
      return;
    }
    if (admission.reason) changes.remark(twin, nowMs, admission.reason, String(cells[row + VALUE]), String(value));
    const quality = admission.quality === "SUSPECT" ? SUSPECT : GOOD;
    if (admission.hold) {
      changes.touch(twin);
      changes.samples.add(twin.numberOf(i), timeMs, value, SUSPECT);
      this.#writes.write(twin, i, cells[row + VALUE]!, cells[row + AT_MS]!, quality, false);
    } else {
      this.#writes.write(twin, i, value, timeMs, quality, true);
    }
    this.#set(twin, admission.also, timeMs);
  }

  #set(twin: LiveTwin, values: readonly PointValue[] | undefined, timeMs: number): void {
    for (const [other, value] of values ?? []) {
      const at = twin.shape.index.get(other);
      if (at !== undefined) this.#writes.write(twin, at, value, timeMs, GOOD, false);
    }
  }
}

/** Computed and summed points follow every reading; their history keeps one sample a minute. */
export const RECORD_EVERY_MS = 60_000;

/** Added to the whole milliseconds of `recordedAt` as long as the history lacks what the point shows. */
const UNRECORDED = 0.5;
const isUnrecorded = (recordedAt: number): boolean => recordedAt - Math.floor(recordedAt) === UNRECORDED;

export interface WritesHost {
  twins: Pick<Roster, "get">;
  /** What the current run of events changes. */
  changes: Changes;
  /** Conditions of this twin are to be asked again. */
  markDirty: (twin: LiveTwin, bits: number) => void;
  /** A flow to a twin of another partition: what it brings to a sum, before and now, and the value itself. */
  flowOut: (flow: Flow, before: number, now: number, value: number, at: number, quality: number) => void;
  /** A rule of the twin threw. */
  failed: (twin: LiveTwin, error: unknown) => void;
}

export class Writes {
  /** False while an import moves a point: the history of the past is what was imported, and nothing else. */
  isRecording = true;
  readonly #host: WritesHost;

  constructor(host: WritesHost) {
    this.#host = host;
  }

  /** Sets a point and lets follow what follows. `record`: whether the history keeps it however soon it comes. */
  write(twin: LiveTwin, i: number, value: number, at: number, quality: number, record: boolean): void {
    const { shape } = twin;
    const isSameQuality = twin.cells[twin.row(i) + QUALITY] === quality;
    this.#put(twin, i, value, at, quality, record);
    for (const dependent of shape.dependents[i]!) {
      if (isSameQuality && shape.byQuality[dependent]) continue;
      const spec = shape.specs[dependent]!;
      if (spec.from !== "computed") continue;
      try {
        const computed = spec.compute(twin);
        this.#put(twin, dependent, computed, at, Number.isNaN(computed) ? NONE : quality, false);
      } catch (error) {
        this.#host.failed(twin, error);
      }
    }
  }

  /** Computes anew what follows from other points and from the model, which says something else now. */
  renew(twin: LiveTwin, at: number): void {
    const { specs } = twin.shape;
    for (const [i, spec] of specs.entries()) {
      if (spec.from !== "computed") continue;
      const computed = spec.compute(twin);
      const quality = twin.cells[twin.row(i) + QUALITY]!;
      this.#put(twin, i, computed, at, Number.isNaN(computed) ? NONE : quality === NONE ? GOOD : quality, false);
    }
  }

  /** A flow of the twin's i-th point that there was not before. */
  join(twin: LiveTwin, i: number, flow: Flow, nowMs: number): void {
    const { cells } = twin;
    const row = twin.row(i);
    const at = flow.kind === "sum" ? nowMs : cells[row + AT_MS]!;
    this.#follow(flow, Number.NaN, NONE, cells[row + VALUE]!, at, cells[row + QUALITY]!);
  }

  /** A flow that ends: what it brought to a sum is taken away again. */
  withdraw(twin: LiveTwin, i: number, flow: Flow, nowMs: number): void {
    const { cells } = twin;
    const row = twin.row(i);
    if (flow.kind !== "sum" || Number.isNaN(cells[row + VALUE]!)) return;
    this.#follow(flow, cells[row + VALUE]!, cells[row + QUALITY]!, 0, nowMs, GOOD);
  }

  /** Moves a summed point: a term of it that was `before` is something else now. */
  move(twin: LiveTwin, i: number, before: number, now: number, at: number, moreEstimates: number): void {
    const { cells } = twin;
    const { high, low, estimates } = twin.shape.sums[i]!;
    const [highAt, lowAt, estimatesAt] = [twin.row(high) + VALUE, twin.row(low) + VALUE, twin.row(estimates) + VALUE];
    const sum: ExactSum = [cells[highAt]! || 0, cells[lowAt]! || 0];
    const value = exchange(sum, before, now);
    const estimated = (cells[estimatesAt]! || 0) + moreEstimates;
    cells[highAt] = sum[0];
    cells[lowAt] = sum[1];
    cells[estimatesAt] = estimated;
    this.write(twin, i, value, at, estimated > 0 ? ESTIMATED : GOOD, false);
  }

  #put(twin: LiveTwin, i: number, value: number, at: number, quality: number, record: boolean): void {
    const { cells, shape } = twin;
    const row = twin.row(i);
    const old = cells[row + VALUE]!;
    const oldQuality = cells[row + QUALITY]!;
    if (!record && Object.is(value, old) && quality === oldQuality) return;
    const { changes } = this.#host;
    const wasAt = cells[row + AT_MS]!;
    const isUntold = at - wasAt >= RECORD_EVERY_MS && isUnrecorded(cells[row + RECORDED_AT_MS]!) && !Number.isNaN(old);
    if (isUntold) changes.samples.add(twin.numberOf(i), wasAt, old, oldQuality);
    cells[row + VALUE] = value;
    cells[row + AT_MS] = at;
    cells[row + QUALITY] = quality;
    changes.touch(twin);
    if (shape.conditionBits[i]) this.#host.markDirty(twin, shape.conditionBits[i]!);
    // What was held back is in the history by itself, and what it left as it was is there already.
    const isHeldBack = quality === SUSPECT && at === wasAt && Object.is(value, old);
    if (this.isRecording && !isHeldBack && !shape.hidden[i] && !Number.isNaN(value) && !Number.isNaN(at)) {
      const recordedAt = Math.floor(cells[row + RECORDED_AT_MS]!);
      if (record || !(at - recordedAt < RECORD_EVERY_MS)) {
        cells[row + RECORDED_AT_MS] = at;
        changes.samples.add(twin.numberOf(i), at, value, quality);
      } else cells[row + RECORDED_AT_MS] = recordedAt + UNRECORDED;
    }
    const flows = twin.flows[i];
    if (flows) for (const flow of flows) this.#follow(flow, old, oldQuality, value, at, quality);
  }

  #follow(flow: Flow, old: number, oldQuality: number, value: number, at: number, quality: number): void {
    // A first reading that was held back gives no value, and one that is unknown has no time either.
    if (Number.isNaN(value) && (flow.kind === "copy" || Number.isNaN(old))) return;
    const before = Number.isNaN(old) ? 0 : old * flow.factor;
    const now = Number.isNaN(value) ? 0 : value * flow.factor;
    const target = this.#host.twins.get(flow.to);
    if (!target) {
      this.#host.flowOut(flow, before, now, value, at, quality);
      return;
    }
    const i = target.shape.index.get(flow.point)!;
    if (flow.kind === "sum") {
      const moreEstimates = (quality === ESTIMATED ? 1 : 0) - (oldQuality === ESTIMATED ? 1 : 0);
      if (before !== now || moreEstimates !== 0 || Number.isNaN(old))
        this.move(target, i, before, now, at, moreEstimates);
      return;
    }
    this.copy(target, i, convert(value, flow.unit, flow.toUnit)!, at, quality === SUSPECT);
  }

  /** A meter's point of the same name is that of what it measures. A suspect one leaves the value as it was. */
  copy(target: LiveTwin, i: number, value: number, at: number, suspect: boolean): void {
    const row = target.row(i);
    if (at < target.cells[row + AT_MS]!) return;
    if (suspect) this.write(target, i, target.cells[row + VALUE]!, at, SUSPECT, false);
    else this.write(target, i, value, at, GOOD, true);
  }
}
