// By point: samples of many segments in columns, those of each point together, so that merging passes each point once.
// Fed by    segments, in the order in which they were committed, each twice: first counted, then put in their places
// Gives     the points that have samples, ascending, and of each its samples in the order of time
// W1  of the same time the sample that was added later counts, as in the tail (T2)

import { type Columns, Run } from "./run.ts";
import type { SegmentColumns } from "./segment.ts";

const FIRST_POINTS = 1_024;

export class ByPoint {
  /** Of each point: how many samples it has; then where the next one goes, which in the end is where those of the next point begin. */
  #ends = new Uint32Array(FIRST_POINTS);
  #length = 0;
  #columns: Columns | undefined;
  #next = 0;
  readonly run = new Run();

  /** To be called for each segment, before any is put. */
  count({ number, length }: SegmentColumns): void {
    let most = 0;
    for (let i = 0; i < length; i++) if (number[i]! > most) most = number[i]!;
    if (most >= this.#ends.length) this.#grow(most);
    const counts = this.#ends;
    for (let i = 0; i < length; i++) counts[number[i]!]!++;
    this.#length += length;
  }

  /** To be called for each segment, in the order in which they were committed. */
  put({ number, at, value, quality, length }: SegmentColumns): void {
    this.#columns ??= this.#opened();
    const columns = this.#columns;
    const places = this.#ends;
    for (let i = 0; i < length; i++) {
      const place = places[number[i]!]!++;
      columns.at[place] = at[i]!;
      columns.value[place] = value[i]!;
      columns.quality[place] = quality[i]!;
    }
  }

  /** The next point, whose samples are in `run` until this is called again; undefined when there are no more. */
  next(): number | undefined {
    const ends = this.#ends;
    while (this.#next < ends.length) {
      const point = this.#next++;
      const from = point === 0 ? 0 : ends[point - 1]!;
      if (ends[point] === from) continue;
      this.#fill(from, ends[point]!);
      return point;
    }
    return undefined;
  }

  #grow(point: number): void {
    const larger = new Uint32Array(Math.max(point + 1, 2 * this.#ends.length));
    larger.set(this.#ends);
    this.#ends = larger;
  }

  #opened(): Columns {
    let before = 0;
    for (const [point, count] of this.#ends.entries()) {
      this.#ends[point] = before;
      before += count;
    }
    const length = this.#length;
    return { at: new Float64Array(length), value: new Float64Array(length), quality: new Uint8Array(length) };
  }

  #fill(from: number, to: number): void {
    const { run } = this;
    const columns = this.#columns!;
    run.length = 0;
    let ascends = true;
    for (let i = from + 1; ascends && i < to; i++) ascends = columns.at[i]! > columns.at[i - 1]!;
    if (ascends) {
      run.append(columns, from, to);
      return;
    }
    const { at } = columns;
    const order = Uint32Array.from({ length: to - from }, (_, i) => from + i).sort((a, b) => at[a]! - at[b]! || a - b);
    for (const [k, i] of order.entries()) {
      if (k + 1 < order.length && at[order[k + 1]!] === at[i]) continue;
      run.push(at[i]!, columns.value[i]!, columns.quality[i]!);
    }
  }
}
