// Windows: samples in the order of time, as they are or gathered by an aggregate.
// H1  windows start at the district's local midnight and never reach over it; windows of whole days are local days
// H2  a window without samples is not there
// H3  a quarter-hour of which only the roll-up is left counts where its first sample was: windows of quarter-hours and their multiples
//     are right, to the rounding of a sum; finer ones, and raw samples, have its mean as one value, and its count

import type { Aggregate, SampleView } from "../../history-views.ts";
import { ESTIMATED, SUSPECT } from "../../live/page.ts";
import type { LocalDays } from "../local-days.ts";
import { closes, type Entry } from "./rollups.ts";

const DAY_MS = 86_400_000;

export interface WindowRequest {
  /** One window over the whole span when undefined. */
  lengthMs: number | undefined;
  aggregate: Aggregate;
  days: LocalDays;
}

/** Takes samples of [fromMs, toMs), oldest first, and puts the quarter-hours of which only the roll-up is left between them. */
export class Gatherer {
  readonly samples: SampleView[] = [];
  readonly #fromMs: number;
  readonly #toMs: number;
  readonly #request: WindowRequest | undefined;
  readonly #rollups: readonly Entry[];
  #nextRollup = 0;
  #open: Window | undefined;

  constructor(fromMs: number, toMs: number, request: WindowRequest | undefined, rollups: readonly Entry[]) {
    this.#fromMs = fromMs;
    this.#toMs = toMs;
    this.#request = request;
    this.#rollups = rollups;
  }

  add(at: number, value: number, quality: number): void {
    const rollups = this.#rollups;
    // Only late samples come for times that were rolled up. One for the very same time corrects; in a closed quarter-hour none counts.
    while (this.#nextRollup < rollups.length && rollups[this.#nextRollup]!.at <= at) {
      const entry = rollups[this.#nextRollup++]!;
      if (entry.at < at || entry.count > 1) this.#addRollup(entry);
    }
    if (quality === SUSPECT || this.#isClosed(at)) return;
    const isEstimated = quality === ESTIMATED;
    if (!this.#request) this.samples.push({ at, value, count: 1, ...(isEstimated && { isEstimated }) });
    else this.#windowAt(at).add(value, isEstimated);
  }

  #isClosed(at: number): boolean {
    if (this.#rollups.length === 0) return false;
    const around = [this.#rollups[this.#nextRollup - 1], this.#rollups[this.#nextRollup]];
    return around.some((entry) => entry !== undefined && closes(entry, at));
  }

  #addRollup(entry: Entry): void {
    const { at, count, sum } = entry;
    if (!this.#request) this.samples.push({ at, value: sum / count, count });
    else this.#windowAt(at).addRollup(entry);
  }

  #windowAt(at: number): Window {
    if (this.#open && at < this.#open.end) return this.#open;
    this.#close();
    const { lengthMs, days } = this.#request!;
    const [start, end] = lengthMs === undefined ? [this.#fromMs, this.#toMs] : windowAround(at, lengthMs, days);
    this.#open = new Window(Math.max(start, this.#fromMs), end);
    return this.#open;
  }

  end(): SampleView[] {
    while (this.#nextRollup < this.#rollups.length) this.#addRollup(this.#rollups[this.#nextRollup++]!);
    this.#close();
    return this.samples;
  }

  #close(): void {
    if (this.#open) this.samples.push(this.#open.sample(this.#request!.aggregate));
    this.#open = undefined;
  }
}

function windowAround(at: number, lengthMs: number, days: LocalDays): [start: number, end: number] {
  if (lengthMs % DAY_MS === 0) return days.span(at, lengthMs / DAY_MS);
  const [midnight, next] = days.span(at, 1);
  const start = midnight + Math.floor((at - midnight) / lengthMs) * lengthMs;
  return [start, Math.min(start + lengthMs, next)];
}

class Window {
  readonly end: number;
  readonly #start: number;
  #first = 0;
  #last = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  #sum = 0;
  #count = 0;
  #isEstimated = false;

  constructor(start: number, end: number) {
    this.#start = start;
    this.end = end;
  }

  add(value: number, isEstimated: boolean): void {
    this.#isEstimated ||= isEstimated;
    if (this.#count === 0) this.#first = value;
    this.#last = value;
    this.#min = Math.min(this.#min, value);
    this.#max = Math.max(this.#max, value);
    this.#sum += value;
    this.#count++;
  }

  addRollup({ first, last, min, max, sum, count }: Entry): void {
    if (this.#count === 0) this.#first = first;
    this.#last = last;
    this.#min = Math.min(this.#min, min);
    this.#max = Math.max(this.#max, max);
    this.#sum += sum;
    this.#count += count;
  }

  sample(aggregate: Aggregate): SampleView {
    const values: Record<Aggregate, number> = {
      MEAN: this.#sum / this.#count,
      MIN: this.#min,
      MAX: this.#max,
      SUM: this.#sum,
      COUNT: this.#count,
      FIRST: this.#first,
      LAST: this.#last,
    };
    const about = { at: this.#start, value: values[aggregate], count: this.#count };
    return this.#isEstimated ? { ...about, isEstimated: true } : about;
  }
}
