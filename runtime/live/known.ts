// Known: what the history has of a point, with what no checkpoint has yet.
// Fed by    the samples of the present run of events; the store
// Gives     of one point: the sample of a time, the good ones next to it, all of a span
// N1  of a time, what was added last counts: what is not committed goes before what is

import type { Changes } from "./changes.ts";
import { SUSPECT } from "./page.ts";
import type { KnownSample, Young } from "./young.ts";

/** The committed history. */
export interface StoredHistory {
  /** The sample of exactly that time, suspect or not. */
  at: (point: number, atMs: number) => KnownSample | undefined;
  /** The latest sample at or before a time that is not suspect. */
  lastGood: (point: number, atMs: number) => KnownSample | undefined;
  /** The first `limit` samples of a point in [fromMs, toMs), oldest first, the suspect ones with them, each time once. */
  page: (point: number, fromMs: number, toMs: number, limit: number) => readonly KnownSample[];
  /** Tells of any time in [fromMs, toMs] whether only a roll-up is left of it: it has what came in time, and nothing is added to it. */
  closed: (point: number, fromMs: number, toMs: number) => (atMs: number) => boolean;
}

/** How far ahead the next sample is looked for, one after the other: what is not merged into blocks yet is gathered for all of the span. */
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Samples that are looked up in one go: most often the very next one is wanted, or all of a span. */
const NEXT_SAMPLES = 8;
const SPAN_SAMPLES = 4_096;
/** Samples looked up in one go, as a multiple of the times that they are for: where the history is denser, the times are halved. */
const MAX_DENSITY = 4;
/** After every time that there is. */
const END_MS = 8.64e15 + 1;

const isGood = ({ quality }: KnownSample): boolean => quality !== SUSPECT;

export class Known {
  readonly #changes: Pick<Changes, "samples">;
  readonly #stored: StoredHistory;
  /** The one that was asked for last, and what there was then: what judges a reading asks the same as what records it. */
  #last: KnownPoint | undefined;
  #lastLength = 0;

  constructor(changes: Pick<Changes, "samples">, stored: StoredHistory) {
    this.#changes = changes;
    this.#stored = stored;
  }

  /** The value of a point at exactly that time, suspect or not. */
  valueAt(number: number, atMs: number): number | undefined {
    return this.#changes.samples.find(number, atMs) ?? this.#stored.at(number, atMs)?.value;
  }

  /** Tells of any time in [fromMs, toMs] whether nothing is added any more to what the history has of it. */
  closed(number: number, fromMs: number, toMs: number): (atMs: number) => boolean {
    return this.#stored.closed(number, fromMs, toMs);
  }

  /** What is known of a point now: good until more is added. */
  of(number: number): KnownPoint {
    const { samples } = this.#changes;
    // After each checkpoint there are others.
    const young = samples.young(number);
    if (this.#last?.young !== young || this.#lastLength !== samples.length) {
      this.#last = new KnownPoint(number, young, this.#stored);
      this.#lastLength = samples.length;
    }
    return this.#last;
  }
}

/** An answer that is asked for again and again. */
type Answer = readonly [atMs: number, sample: KnownSample | undefined];

export class KnownPoint {
  readonly #number: number;
  readonly #stored: StoredHistory;
  /** What is not committed. */
  readonly young: Young;
  #lastGood: Answer | undefined;
  #firstGood: Answer | undefined;

  constructor(number: number, young: Young, stored: StoredHistory) {
    this.#number = number;
    this.young = young;
    this.#stored = stored;
  }

  /** The sample of exactly that time, suspect or not. */
  at(atMs: number): KnownSample | undefined {
    return this.young.at(atMs) ?? this.#stored.at(this.#number, atMs);
  }

  /** The latest sample at or before a time that is not suspect. */
  lastGood(atMs: number): KnownSample | undefined {
    if (this.#lastGood?.[0] !== atMs) this.#lastGood = [atMs, this.#findLastGood(atMs)];
    return this.#lastGood[1];
  }

  /** The first sample at or after a time that is not suspect. */
  firstGood(atMs: number): KnownSample | undefined {
    if (this.#firstGood?.[0] !== atMs) this.#firstGood = [atMs, this.#findFirstGood(atMs)];
    return this.#firstGood[1];
  }

  #findLastGood(atMs: number): KnownSample | undefined {
    const young = firstOf(this.young.until(atMs), isGood);
    for (let untilMs = atMs; ; ) {
      const stored = this.#stored.lastGood(this.#number, untilMs);
      if (!stored || (young && young.at >= stored.at)) return young;
      if (!this.young.at(stored.at)) return stored;
      untilMs = stored.at - 1;
    }
  }

  #findFirstGood(atMs: number): KnownSample | undefined {
    const young = firstOf(this.young.since(atMs), isGood);
    const endMs = young?.at ?? END_MS;
    let fromMs = atMs;
    for (const within of [HOUR_MS, DAY_MS, END_MS]) {
      const toMs = Math.min(atMs + within, endMs);
      while (fromMs < toMs) {
        const next = this.#stored.page(this.#number, fromMs, toMs, NEXT_SAMPLES);
        const stored = next.find((sample) => isGood(sample) && !this.young.at(sample.at));
        if (stored) return stored;
        fromMs = next.length < NEXT_SAMPLES ? toMs : next.at(-1)!.at + 1;
      }
    }
    return young;
  }

  /** All samples in [fromMs, toMs), oldest first, the suspect ones with them. */
  span(fromMs: number, toMs: number): KnownSample[] {
    const all: KnownSample[] = [];
    for (const sample of this.young.since(fromMs)) {
      if (sample.at >= toMs) break;
      all.push(sample);
    }
    for (let from = fromMs; ; ) {
      const stored = this.#stored.page(this.#number, from, toMs, SPAN_SAMPLES);
      for (const sample of stored) if (!this.young.at(sample.at)) all.push(sample);
      if (stored.length < SPAN_SAMPLES) break;
      from = stored.at(-1)!.at + 1;
    }
    return all.sort((a, b) => a.at - b.at);
  }

  /** Samples by time, suspect or not: of those times all that are known, and of others some. `times`: ascending. */
  near(times: readonly number[]): Map<number, KnownSample> {
    const samples = new Map<number, KnownSample>();
    this.#near(times, 0, times.length, samples);
    for (const sample of this.young.since(times[0]!)) {
      if (sample.at > times.at(-1)!) break;
      samples.set(sample.at, sample);
    }
    return samples;
  }

  #near(times: readonly number[], from: number, to: number, samples: Map<number, KnownSample>): void {
    const limit = MAX_DENSITY * (to - from) + 1;
    const stored = this.#stored.page(this.#number, times[from]!, times[to - 1]! + 1, limit);
    if (stored.length === limit) {
      const middle = (from + to) >> 1;
      this.#near(times, from, middle, samples);
      this.#near(times, middle, to, samples);
      return;
    }
    for (const sample of stored) samples.set(sample.at, sample);
  }
}

function firstOf<T>(all: Iterable<T>, is: (one: T) => boolean): T | undefined {
  for (const one of all) if (is(one)) return one;
  return undefined;
}
