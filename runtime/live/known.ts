// Known: what the history has of a point, with what no checkpoint has yet.
// Fed by    the samples of the present run of events; the store
// Gives     of one point: the sample of a time, the good ones next to it, all of a span
// N1  of a time, what was added last counts: what is not committed goes before what is

import type { Changes } from "./changes.ts";
import { SUSPECT } from "./page.ts";

/** In the point's unit; `at` in epoch ms. */
export interface KnownSample {
  at: number;
  value: number;
  quality: number;
}

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
    return new KnownPoint(number, this.#changes.samples.of(number), this.#stored);
  }
}

export class KnownPoint {
  readonly #number: number;
  readonly #stored: StoredHistory;
  /** By time, what is not committed. */
  readonly #young = new Map<number, KnownSample>();

  /** `young`: what is not committed, the latest added first. */
  constructor(
    number: number,
    young: Iterable<readonly [at: number, value: number, quality: number]>,
    stored: StoredHistory,
  ) {
    this.#number = number;
    this.#stored = stored;
    for (const [at, value, quality] of young) if (!this.#young.has(at)) this.#young.set(at, { at, value, quality });
  }

  /** The sample of exactly that time, suspect or not. */
  at(atMs: number): KnownSample | undefined {
    return this.#young.get(atMs) ?? this.#stored.at(this.#number, atMs);
  }

  /** The latest sample at or before a time that is not suspect. */
  lastGood(atMs: number): KnownSample | undefined {
    let young: KnownSample | undefined;
    for (const sample of this.#young.values()) {
      if (sample.at <= atMs && isGood(sample) && !(young && young.at > sample.at)) young = sample;
    }
    let stored = this.#stored.lastGood(this.#number, atMs);
    while (stored && this.#young.has(stored.at)) stored = this.#stored.lastGood(this.#number, stored.at - 1);
    return stored && !(young && young.at > stored.at) ? stored : young;
  }

  /** The first sample at or after a time that is not suspect. */
  firstGood(atMs: number): KnownSample | undefined {
    let young: KnownSample | undefined;
    for (const sample of this.#young.values()) {
      if (sample.at >= atMs && isGood(sample) && !(young && young.at < sample.at)) young = sample;
    }
    for (let from = atMs; ; ) {
      const next = this.#stored.page(this.#number, from, END_MS, NEXT_SAMPLES);
      const stored = next.find((sample) => isGood(sample) && !this.#young.has(sample.at));
      if (stored) return young && young.at < stored.at ? young : stored;
      if (next.length < NEXT_SAMPLES || (young && young.at <= next.at(-1)!.at)) return young;
      from = next.at(-1)!.at + 1;
    }
  }

  /** All samples in [fromMs, toMs), oldest first, the suspect ones with them. */
  span(fromMs: number, toMs: number): KnownSample[] {
    const all: KnownSample[] = [];
    for (const sample of this.#young.values()) if (sample.at >= fromMs && sample.at < toMs) all.push(sample);
    for (let from = fromMs; ; ) {
      const stored = this.#stored.page(this.#number, from, toMs, SPAN_SAMPLES);
      for (const sample of stored) if (!this.#young.has(sample.at)) all.push(sample);
      if (stored.length < SPAN_SAMPLES) break;
      from = stored.at(-1)!.at + 1;
    }
    return all.sort((a, b) => a.at - b.at);
  }

  /** Values by time, suspect or not: of those times all that are known, and of others some. `times`: ascending. */
  near(times: readonly number[]): Map<number, number> {
    const values = new Map<number, number>();
    this.#near(times, 0, times.length, values);
    for (const { at, value } of this.#young.values()) values.set(at, value);
    return values;
  }

  #near(times: readonly number[], from: number, to: number, values: Map<number, number>): void {
    const limit = MAX_DENSITY * (to - from) + 1;
    const stored = this.#stored.page(this.#number, times[from]!, times[to - 1]! + 1, limit);
    if (stored.length === limit) {
      const middle = (from + to) >> 1;
      this.#near(times, from, middle, values);
      this.#near(times, middle, to, values);
      return;
    }
    for (const { at, value } of stored) values.set(at, value);
  }
}
