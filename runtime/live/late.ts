// Late: what comes for the past of a point, and what follows from it there.
// Fed by    late and corrected readings; estimates that a reading puts an end to; terms of sums that moved before the sum did last
// Gives     samples of the point itself, of its copies, of the sums that it is a term of, of what is computed from it
// B1  the present is not touched: what follows now is for `Writes`
// B2  a point stands from one good sample to the next: what comes between two of them counts from its time to the next one
// B3  a sum's past moves by the difference, with every sample in between, as whoever were its terms then is not looked up again; once for
//     each event, however many of its terms came late
// B4  where a sum's past begins or ends to be something else it has a sample, but not more often than RECORD_EVERY_MS

import type { Changes } from "./changes.ts";
import { addTo, type ExactSum } from "./exact-sum.ts";
import type { Flow, FlowsOut } from "./flows.ts";
import type { Known } from "./known.ts";
import type { LiveTwin } from "./live-twin.ts";
import { AT_MS, ESTIMATED, GOOD, QUALITY, RECORDED_AT_MS, SUSPECT, VALUE } from "./page.ts";
import type { Roster } from "./roster.ts";
import { addStep, inOrderOf, type Step, type Steps } from "./sum-steps.ts";
import { ViewThen } from "./view-then.ts";
import type { Writes } from "./writes.ts";
import type { KnownSample } from "./young.ts";

/** Computed and summed points follow every reading; their history keeps one sample a minute. */
export const RECORD_EVERY_MS = 60_000;

export interface LateHost {
  twins: Pick<Roster, "get">;
  changes: Changes;
  known: Known;
  out: Pick<FlowsOut, "stepOut">;
  /** A rule of the twin threw. */
  failed: (twin: LiveTwin, error: unknown) => void;
}

export class Late {
  /** Set once, after both were made. */
  writes!: Writes;
  readonly #host: LateHost;
  /** By twin and point. */
  #shifted = new Map<LiveTwin, Map<number, Steps>>();

  constructor(host: LateHost) {
    this.#host = host;
  }

  /** A sample from before the point's value, which may be suspect: then what was known of that time does not count any more. */
  record(twin: LiveTwin, i: number, atMs: number, value: number, quality: number): void {
    const { known, changes } = this.#host;
    const number = twin.numberOf(i);
    const point = known.of(number);
    const was = point.at(atMs);
    if (was?.value === value && was.quality === quality) return;
    changes.samples.add(number, atMs, value, quality);
    const earlier = point.lastGood(atMs - 1)?.value ?? Number.NaN;
    const wasGood = was !== undefined && was.quality !== SUSPECT;
    if (!wasGood && quality === SUSPECT) return;
    if (quality !== SUSPECT) this.#copies(twin, i, atMs, value);
    else if (wasGood) this.#voidCopies(twin, i, atMs, was.value);
    const before = wasGood ? was.value : earlier;
    const now = quality === SUSPECT ? earlier : value;
    const until = point.firstGood(atMs + 1)?.at ?? twin.cells[twin.row(i) + AT_MS]!;
    if (Object.is(before, now) || !(atMs < until)) return;
    const more = (now || 0) - (before || 0);
    this.#stepSums(twin, i, atMs, more);
    this.#stepSums(twin, i, until, -more);
    for (const k of twin.shape.dependents[i]!) this.compute(twin, k, atMs, until);
  }

  #copies(twin: LiveTwin, i: number, atMs: number, value: number): void {
    for (const flow of twin.flows[i] ?? []) {
      if (flow.kind === "copy") this.writes.copyAlong(flow, value, atMs, false);
    }
  }

  #voidCopies(twin: LiveTwin, i: number, atMs: number, value: number): void {
    for (const flow of twin.flows[i] ?? []) if (flow.kind === "copy") this.writes.voidCopy(flow, value, atMs);
  }

  /** The sums that a point is a term of are so much more, in its unit, from a time on. */
  #stepSums(twin: LiveTwin, i: number, atMs: number, more: number): void {
    if (more === 0) return;
    for (const flow of twin.flows[i] ?? []) if (flow.kind === "sum") this.#stepAlong(flow, atMs, more * flow.factor);
  }

  /** The history has what a point stands at at a time, so that what is said of the time before it ends there. */
  pin(twin: LiveTwin, i: number, atMs: number): void {
    const { known, changes } = this.#host;
    const { cells } = twin;
    const row = twin.row(i);
    const number = twin.numberOf(i);
    const standsAt = cells[row + AT_MS]!;
    if (standsAt < atMs) {
      // It stands for longer than it did: what it stood at is the past now, which the history may lack (W2).
      if (cells[row + RECORDED_AT_MS] !== standsAt)
        changes.samples.add(number, standsAt, cells[row + VALUE]!, cells[row + QUALITY]!);
      cells[row + AT_MS] = cells[row + RECORDED_AT_MS] = atMs;
      changes.samples.add(number, atMs, cells[row + VALUE]!, cells[row + QUALITY]!);
      changes.touch(twin);
      return;
    }
    const point = known.of(number);
    const last = point.lastGood(atMs);
    if (last && last.at < atMs && atMs < standsAt) changes.samples.add(number, atMs, last.value, last.quality);
  }

  /** A summed point was so much more in [fromMs, toMs). */
  shift(twin: LiveTwin, i: number, fromMs: number, toMs: number, more: number): void {
    if (more === 0 || !(fromMs < toMs)) return;
    this.step(twin, i, fromMs, more);
    this.step(twin, i, toMs, -more);
  }

  /** A summed point is so much more from a time on. Steps come in pairs, so that the present is what it is. */
  step(twin: LiveTwin, i: number, atMs: number, more: number): void {
    let points = this.#shifted.get(twin);
    if (!points) {
      points = new Map();
      this.#shifted.set(twin, points);
    }
    let steps = points.get(i);
    if (!steps) {
      steps = new Map();
      points.set(i, steps);
    }
    addStep(steps, atMs, more);
  }

  /** A measured value comes after estimates: the history forgets them, and the point stands where it was measured last. */
  endEstimates(twin: LiveTwin, i: number): void {
    const { known, changes } = this.#host;
    const number = twin.numberOf(i);
    const newestMs = twin.cells[twin.row(i) + AT_MS]!;
    const point = known.of(number);
    const estimates: KnownSample[] = [];
    let measured = point.lastGood(newestMs);
    for (; measured?.quality === ESTIMATED; measured = point.lastGood(measured.at - 1)) estimates.push(measured);
    estimates.reverse();
    // There may be many, so that each is asked about once: what it was more than the value that was measured begins with it.
    let more = 0;
    for (const { at, value } of estimates) {
      changes.samples.add(number, at, value, SUSPECT);
      this.#voidCopies(twin, i, at, value);
      const isPresent = at === newestMs;
      const next = isPresent ? 0 : value - (measured?.value ?? 0);
      this.#stepSums(twin, i, at, more - next);
      more = next;
    }
    if (more !== 0) this.#stepSums(twin, i, newestMs, more);
    this.writes.revert(twin, i, newestMs, GOOD, measured);
  }

  /** Ends an event: brings the history of sums up to date. */
  settle(): void {
    while (this.#shifted.size > 0) {
      const shifted = this.#shifted;
      this.#shifted = new Map();
      for (const [twin, points] of shifted) for (const [i, steps] of points) this.#rewrite(twin, i, steps);
    }
  }

  #stepAlong(flow: Flow, atMs: number, more: number): void {
    const target = this.#host.twins.get(flow.to);
    if (target) this.step(target, target.shape.index.get(flow.point)!, atMs, more);
    else this.#host.out.stepOut(flow, atMs, more);
  }

  /** Computes the k-th point anew in [fromMs, toMs): something that it follows from was another value there. */
  compute(twin: LiveTwin, k: number, fromMs: number, toMs: number): void {
    const { known, failed } = this.#host;
    const spec = twin.shape.specs[k]!;
    if (spec.from !== "computed" || !twin.shape.recorded[k]) return;
    const point = known.of(twin.numberOf(k));
    const samples = point.span(fromMs + 1, toMs).filter(({ quality }) => quality !== SUSPECT);
    let isPinned = false;
    try {
      for (const atMs of [fromMs, ...samples.map(({ at }) => at)]) {
        const value = spec.compute(new ViewThen(twin, known, atMs));
        if (Number.isNaN(value) || point.lastGood(atMs)?.value === value) continue;
        if (!isPinned) this.pin(twin, k, toMs);
        isPinned = true;
        this.record(twin, k, atMs, value, GOOD);
      }
    } catch (error) {
      failed(twin, error);
    }
  }

  #rewrite(twin: LiveTwin, i: number, all: Steps): void {
    const steps = inOrderOf(all);
    const last = steps.at(-1);
    if (!last) return;
    if (twin.cells[twin.row(i) + AT_MS]! < last[0]) this.pin(twin, i, last[0]);
    for (const stretch of stretchesOf(steps)) this.#rewriteStretch(twin, i, stretch);
    for (const [at, more] of steps) this.#stepSums(twin, i, at, more);
  }

  #rewriteStretch(twin: LiveTwin, i: number, steps: readonly Step[]): void {
    const { known, changes } = this.#host;
    const [fromMs, toMs] = [steps[0]![0], steps.at(-1)![0]];
    const { cells } = twin;
    const row = twin.row(i);
    const number = twin.numberOf(i);
    const present = { at: cells[row + AT_MS]!, value: cells[row + VALUE]!, quality: cells[row + QUALITY]! };
    const point = known.of(number);
    const past = point.span(fromMs, toMs + 1).filter(({ at, quality }) => quality !== SUSPECT && at < present.at);
    if (present.at === toMs) past.push(present);
    const rewritten = new Rewriting(point.lastGood(fromMs - 1), (at, value, quality) =>
      changes.samples.add(number, at, value, quality),
    );
    let next = 0;
    for (const sample of past) {
      for (; next < steps.length && steps[next]![0] < sample.at; next++) rewritten.step(...steps[next]!);
      rewritten.sample(sample, steps[next]?.[0] === sample.at ? steps[next++]![1] : 0);
    }
    for (; next < steps.length; next++) rewritten.step(...steps[next]!);
    if (rewritten.isOpen) rewritten.end(point.firstGood(toMs + 1)?.at ?? present.at);
    for (const k of twin.shape.dependents[i]!) this.compute(twin, k, fromMs, toMs);
  }
}

/** Cut where they are taken back, so that what lies between two stretches is not looked at. */
function* stretchesOf(steps: readonly Step[]): Iterable<readonly Step[]> {
  const more: ExactSum = [0, 0];
  let from = 0;
  for (const [i, step] of steps.entries()) {
    if (addTo(more, step[1]) !== 0 && i < steps.length - 1) continue;
    yield steps.slice(from, i + 1);
    from = i + 1;
  }
}

/** A sum's past, walked through in the order of time, with what it is more since each step (B4). */
class Rewriting {
  readonly #put: (at: number, value: number, quality: number) => void;
  readonly #more: ExactSum = [0, 0];
  /** The sample before, as it was. */
  #last: KnownSample | undefined;
  #recordedMs: number;
  /** The latest step that has no sample. */
  #open: KnownSample | undefined;

  constructor(last: KnownSample | undefined, put: (at: number, value: number, quality: number) => void) {
    this.#last = last;
    this.#recordedMs = last?.at ?? Number.NEGATIVE_INFINITY;
    this.#put = put;
  }

  /** Whether the latest step has no sample. */
  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** A time that has no sample. */
  step(at: number, more: number): void {
    this.end(at);
    const value = addTo(this.#more, more) + (this.#last?.value ?? 0);
    this.#open = { at, value, quality: this.#last?.quality ?? GOOD };
    if (at - this.#recordedMs >= RECORD_EVERY_MS) this.#record(this.#open);
  }

  /** `more`: of the step of that very time. */
  sample(sample: KnownSample, more: number): void {
    this.end(sample.at);
    this.#open = undefined;
    const value = sample.value + addTo(this.#more, more);
    if (value !== sample.value) this.#put(sample.at, value, sample.quality);
    this.#last = sample;
    this.#recordedMs = sample.at;
  }

  /** Something comes next at that time: what was open for long before it has a sample. */
  end(nextMs: number): void {
    if (this.#open && nextMs - this.#open.at >= RECORD_EVERY_MS) this.#record(this.#open);
  }

  #record({ at, value, quality }: KnownSample): void {
    this.#put(at, value, quality);
    this.#recordedMs = at;
    this.#open = undefined;
  }
}
