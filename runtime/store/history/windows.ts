// Windows: samples in the order of time, as they are or gathered by an aggregate.
// H1  windows start at the district's local midnight and never reach over it; windows of whole days are local days
// H2  a window without samples is not there

import type { Aggregate, SampleView } from "../../views.ts";
import type { LocalDays } from "../local-days.ts";

const DAY_MS = 86_400_000;

export interface WindowRequest {
  /** One window over the whole span when undefined. */
  lengthMs: number | undefined;
  aggregate: Aggregate;
  days: LocalDays;
}

/** Takes samples of [fromMs, toMs), oldest first. */
export class Gatherer {
  readonly samples: SampleView[] = [];
  readonly #fromMs: number;
  readonly #toMs: number;
  readonly #request: WindowRequest | undefined;
  #open: Window | undefined;

  constructor(fromMs: number, toMs: number, request: WindowRequest | undefined) {
    this.#fromMs = fromMs;
    this.#toMs = toMs;
    this.#request = request;
  }

  add(at: number, value: number): void {
    if (!this.#request) this.samples.push({ at, value, count: 1 });
    else if (this.#open && at < this.#open.end) this.#open.add(value);
    else {
      this.#close();
      const { lengthMs, days } = this.#request;
      const [start, end] = lengthMs === undefined ? [this.#fromMs, this.#toMs] : windowAround(at, lengthMs, days);
      this.#open = new Window(Math.max(start, this.#fromMs), end, value);
    }
  }

  end(): SampleView[] {
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
  readonly #first: number;
  #last: number;
  #min: number;
  #max: number;
  #sum: number;
  #count = 1;

  constructor(start: number, end: number, value: number) {
    this.#start = start;
    this.end = end;
    this.#first = this.#last = this.#min = this.#max = this.#sum = value;
  }

  add(value: number): void {
    this.#last = value;
    this.#min = Math.min(this.#min, value);
    this.#max = Math.max(this.#max, value);
    this.#sum += value;
    this.#count++;
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
    return { at: this.#start, value: values[aggregate], count: this.#count };
  }
}
