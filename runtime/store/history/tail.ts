// The tail: the youngest samples of all points in memory, until they are merged into blocks.
// Fed by    segments, in the order in which they were committed
// Gives     the samples of a point in the order of time
// T1  adding costs an append; order is made when somebody asks, and only from the earliest late sample on
// T2  the same time again: what was added later counts (R1)

import { lowerBound, merge, Run } from "./run.ts";
import type { SegmentColumns } from "./segment.ts";

/** Rows kept allocated over a `clear`, as a multiple of those that were in use. */
const MAX_SPARE = 4;

/** A point's samples; those from `ordered` on came in any order. */
class Series extends Run {
  ordered = 0;

  add(at: number, value: number, quality: number): void {
    const { length } = this;
    if (this.ordered === length && (length === 0 || at > this.at[length - 1]!)) this.ordered++;
    this.push(at, value, quality);
  }

  settle(): Run {
    if (this.ordered < this.length) this.#sortLate();
    return this;
  }

  #sortLate(): void {
    const { at, ordered, length } = this;
    const indices = Array.from({ length: length - ordered }, (_, i) => ordered + i);
    indices.sort((a, b) => at[a]! - at[b]! || a - b);
    const late = new Run();
    for (const [k, i] of indices.entries()) {
      const next = indices[k + 1];
      if (next === undefined || at[next] !== at[i]) late.push(at[i]!, this.value[i]!, this.quality[i]!);
    }
    const first = lowerBound(at, ordered, late.at[0]!);
    const early = new Run();
    early.append(this, first, ordered);
    this.length = first;
    merge(early, late, 0, late.length, this);
    this.ordered = this.length;
  }
}

export class Tail {
  /** Numbers of the segments that its samples are in. */
  readonly segments: number[] = [];
  /** Samples added, those that were replaced included. */
  count = 0;
  /** By number of the point. */
  #series: (Series | undefined)[] = [];
  #points: number[] = [];

  add(segment: number, { length, number, at, value, quality }: SegmentColumns): void {
    this.segments.push(segment);
    this.count += length;
    for (let i = 0; i < length; i++) {
      const point = number[i]!;
      const series = this.#series[point] ?? this.#open(point);
      if (series.length === 0) this.#points.push(point);
      series.add(at[i]!, value[i]!, quality[i]!);
    }
  }

  #open(point: number): Series {
    // Without holes, so that the look-up stays one of a plain array.
    while (this.#series.length <= point) this.#series.push(undefined);
    const series = new Series();
    this.#series[point] = series;
    return series;
  }

  /** Numbers of the points that have samples here, ascending. */
  points(): number[] {
    return this.#points.sort((a, b) => a - b);
  }

  run(point: number): Run | undefined {
    const series = this.#series[point];
    return series && series.length > 0 ? series.settle() : undefined;
  }

  /** Empties it. Memory is kept for the next samples, unless it is much more than these needed. */
  clear(): void {
    let rows = 0;
    for (const series of this.#series) rows += series?.at.length ?? 0;
    if (rows > MAX_SPARE * this.count) this.#series = [];
    else for (const point of this.#points) this.#series[point]!.length = this.#series[point]!.ordered = 0;
    this.#points = [];
    this.segments.length = 0;
    this.count = 0;
  }
}
