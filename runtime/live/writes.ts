// Writes: sets a point, and lets follow at once what follows from it.
// Fed by    admitted readings, effects, the flows of other twins and of other partitions
// Gives     new values, samples, computed points, copies, moved sums, conditions to ask again
// W1  a change reaches everything computed or summed from it before any condition is asked
// W2  measured points are recorded at every reading; what follows from them at most once in RECORD_EVERY_MS, and what stood unrecorded
//     for that long before it is replaced: the history is at most twice that behind what the twin showed
//     What was wrong is replaced at once
// W3  the time of a sum never runs back: where a term moves by more than RECORD_EVERY_MS before it, the sum's past moves, too (late.ts)

import { convert } from "../../models/telemetry/units.ts";
import type { Changes } from "./changes.ts";
import { type ExactSum, exchange } from "./exact-sum.ts";
import type { Flow, FlowsOut } from "./flows.ts";
import type { Known } from "./known.ts";
import { type Late, RECORD_EVERY_MS } from "./late.ts";
import type { LiveTwin } from "./live-twin.ts";
import { AT_MS, ESTIMATED, GOOD, NONE, QUALITY, RECORDED_AT_MS, SUSPECT, VALUE } from "./page.ts";
import type { Roster } from "./roster.ts";

/** Added to the whole milliseconds of `recordedAt` as long as the history lacks what the point shows. */
const UNRECORDED = 0.5;
const isUnrecorded = (recordedAt: number): boolean => recordedAt - Math.floor(recordedAt) === UNRECORDED;

/** The time of a point that follows from others never runs back (W3); one that never stood has none. */
const notBefore = (standsAt: number, at: number): number => Math.max(at, standsAt || at);

export interface WritesHost {
  twins: Pick<Roster, "get">;
  /** What the current run of events changes. */
  changes: Changes;
  /** Conditions of this twin are to be asked again. */
  markDirty: (twin: LiveTwin, bits: number) => void;
  known: Known;
  late: Late;
  out: FlowsOut;
  /** A rule of the twin threw. */
  failed: (twin: LiveTwin, error: unknown) => void;
}

export class Writes {
  /** False while an import moves a point: the history of the past is what was imported, and nothing else. */
  isRecording = true;
  /** True while something takes the place of what was wrong: the history keeps nothing of that, however short it stood. */
  #isCorrecting = false;
  readonly #host: WritesHost;

  constructor(host: WritesHost) {
    this.#host = host;
  }

  /** Sets a point and lets follow what follows. `record`: whether the history keeps it however soon it comes. */
  write(twin: LiveTwin, i: number, value: number, at: number, quality: number, record: boolean): void {
    const was = twin.cells[twin.row(i) + QUALITY]!;
    if (was === ESTIMATED && quality === GOOD && twin.shape.specs[i]!.from === "set") {
      this.#host.late.endEstimates(twin, i);
    }
    this.#put(twin, i, value, at, quality, record);
    this.#compute(twin, i, at, quality, was === quality);
  }

  #compute(twin: LiveTwin, i: number, at: number, quality: number, isSameQuality: boolean): void {
    const { cells, shape } = twin;
    for (const dependent of shape.dependents[i]!) {
      if (isSameQuality && shape.byQuality[dependent]) continue;
      const spec = shape.specs[dependent]!;
      if (spec.from !== "computed") continue;
      try {
        const computed = spec.compute(twin);
        const time = notBefore(cells[twin.row(dependent) + AT_MS]!, at);
        const isWrong = this.#isCorrecting && this.#isRecordedAt(twin, dependent, time);
        this.#put(twin, dependent, computed, time, Number.isNaN(computed) ? NONE : quality, isWrong);
        if (time - at > this.#resolutionMs) this.#host.late.compute(twin, dependent, at, time);
      } catch (error) {
        this.#host.failed(twin, error);
      }
    }
  }

  /** Takes back what a point stood at since a time: it stands where it stood before, by its history. `good`: that sample. */
  revert(
    twin: LiveTwin,
    i: number,
    sinceMs: number,
    quality: number,
    good = this.#host.known.of(twin.numberOf(i)).lastGood(sinceMs - 1),
  ): void {
    const { changes, markDirty } = this.#host;
    const { cells, shape } = twin;
    const spec = shape.specs[i]!;
    const row = twin.row(i);
    const old = cells[row + VALUE]!;
    const oldQuality = cells[row + QUALITY]!;
    const initial = spec.from === "set" ? spec.initial?.(twin.model) : undefined;
    const value = good?.value ?? initial ?? Number.NaN;
    const now = Number.isNaN(value) && quality !== SUSPECT ? NONE : quality;
    cells[row + VALUE] = value;
    cells[row + AT_MS] = good?.at ?? Number.NaN;
    cells[row + QUALITY] = now;
    // Where nothing good is left, what was taken back is the latest sample: before it there was none.
    cells[row + RECORDED_AT_MS] = good?.at ?? sinceMs;
    changes.touch(twin);
    if (shape.conditionBits[i]) markDirty(twin, shape.conditionBits[i]!);
    this.correcting(() => {
      for (const flow of twin.flows[i] ?? []) {
        if (flow.kind === "sum") this.#addAlong(flow, old, oldQuality, value, sinceMs, now);
        else if (!Number.isNaN(old)) this.voidCopy(flow, old, sinceMs);
      }
      this.#compute(twin, i, sinceMs, now, now === oldQuality);
    });
  }

  correcting(change: () => void): void {
    const was = this.#isCorrecting;
    this.#isCorrecting = true;
    try {
      change();
    } finally {
      this.#isCorrecting = was;
    }
  }

  /** What a point was at a time does not count: an older sample, or the value at which it stands. `value`: if it was that. */
  voidSample(twin: LiveTwin, i: number, atMs: number, quality: number, value?: number): void {
    const { known, late, changes } = this.#host;
    const standsAt = twin.cells[twin.row(i) + AT_MS]!;
    if (!(atMs <= standsAt)) return;
    const number = twin.numberOf(i);
    const was = known.of(number).at(atMs);
    if (value !== undefined && was && was.value !== value) return;
    if (atMs < standsAt) {
      if (was) late.record(twin, i, atMs, was.value, SUSPECT);
      return;
    }
    if (was) changes.samples.add(number, atMs, was.value, SUSPECT);
    this.revert(twin, i, atMs, quality);
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

  /** Moves a summed point: a term of it that was `before` is something else now, since `at`. */
  move(twin: LiveTwin, i: number, before: number, now: number, at: number, moreEstimates: number): void {
    const { cells } = twin;
    const row = twin.row(i);
    const { high, low, estimates } = twin.shape.sums[i]!;
    const [highAt, lowAt, estimatesAt] = [twin.row(high) + VALUE, twin.row(low) + VALUE, twin.row(estimates) + VALUE];
    const sum: ExactSum = [cells[highAt]! || 0, cells[lowAt]! || 0];
    const value = exchange(sum, before, now);
    const estimated = (cells[estimatesAt]! || 0) + moreEstimates;
    cells[highAt] = sum[0];
    cells[lowAt] = sum[1];
    cells[estimatesAt] = estimated;
    const time = notBefore(cells[row + AT_MS]!, at);
    const isPast = time - at > this.#resolutionMs && this.isRecording;
    const quality = estimated > 0 ? ESTIMATED : GOOD;
    if (!isPast) {
      this.write(twin, i, value, time, quality, this.#isCorrecting && this.#isRecordedAt(twin, i, time));
      return;
    }
    this.#host.late.shift(twin, i, at, time, now - before);
    // The sums above it are to change at the very time at which its past ends to be something else.
    this.correcting(() => this.write(twin, i, value, time, quality, this.#isRecordedAt(twin, i, time)));
  }

  /** What moves by so much before a point stands is not told from what moves with it. */
  get #resolutionMs(): number {
    return this.#isCorrecting ? 0 : RECORD_EVERY_MS;
  }

  #isRecordedAt(twin: LiveTwin, i: number, at: number): boolean {
    return Math.floor(twin.cells[twin.row(i) + RECORDED_AT_MS]!) === at;
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
    // What is not shown, but kept, begins as every twin does.
    const isKept = shape.recorded[i]! && !(shape.hidden[i] && Number.isNaN(old));
    if (this.isRecording && !isHeldBack && isKept && !Number.isNaN(value) && !Number.isNaN(at)) {
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
    if (flow.kind === "sum") this.#addAlong(flow, old, oldQuality, value, at, quality);
    // A first reading that was held back gives no value.
    else if (!Number.isNaN(value)) this.copyAlong(flow, value, at, quality === SUSPECT);
  }

  #addAlong(flow: Flow, old: number, oldQuality: number, value: number, at: number, quality: number): void {
    // What is unknown, as it was, has no time either.
    if (Number.isNaN(value) && Number.isNaN(old)) return;
    const before = Number.isNaN(old) ? 0 : old * flow.factor;
    const now = Number.isNaN(value) ? 0 : value * flow.factor;
    const moreEstimates = (quality === ESTIMATED ? 1 : 0) - (oldQuality === ESTIMATED ? 1 : 0);
    const target = this.#host.twins.get(flow.to);
    if (!target) this.#host.out.sumOut(flow, { before, now, at, moreEstimates, isCorrection: this.#isCorrecting });
    else if (before !== now || moreEstimates !== 0 || Number.isNaN(old))
      this.move(target, target.shape.index.get(flow.point)!, before, now, at, moreEstimates);
  }

  /** A meter's point of the same name is that of what it measures. */
  copyAlong(flow: Flow, value: number, at: number, suspect: boolean): void {
    const target = this.#host.twins.get(flow.to);
    const converted = convert(value, flow.unit, flow.toUnit)!;
    if (target) this.copy(target, target.shape.index.get(flow.point)!, converted, at, suspect);
    else this.#host.out.copyOut(flow, converted, at, suspect);
  }

  /** Another meter may have said something else of the same time since. */
  voidCopy(flow: Flow, value: number, at: number): void {
    const target = this.#host.twins.get(flow.to);
    const converted = convert(value, flow.unit, flow.toUnit)!;
    if (target) this.voidSample(target, target.shape.index.get(flow.point)!, at, SUSPECT, converted);
    else this.#host.out.voidOut(flow, converted, at);
  }

  /** A suspect one leaves the value as it was. */
  copy(target: LiveTwin, i: number, value: number, at: number, suspect: boolean): void {
    const row = target.row(i);
    if (at < target.cells[row + AT_MS]!) {
      if (!suspect && this.isRecording) this.#host.late.record(target, i, at, value, GOOD);
    } else if (suspect) this.write(target, i, target.cells[row + VALUE]!, at, SUSPECT, false);
    else this.write(target, i, value, at, GOOD, true);
  }
}
