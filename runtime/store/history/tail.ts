// The tail: the youngest samples of all points in memory, until they are merged into blocks.
// Fed by    segments, in the order in which they were committed
// Gives     the samples of a point in the order of time
// T1  adding costs nothing; sorting comes later, one segment at a time; small parts are merged, so that a question looks at few of them
// T2  the same time again: what was added later counts (R1)

import { merge, Run, type Sample } from "./run.ts";
import { MAX_SEGMENT_SAMPLES, type SegmentColumns } from "./segment.ts";
import { Sorted } from "./sorted.ts";

/** Parts are merged up to this size: a merge of more would hold up the events. A tail has some hundred parts at the most. */
const MAX_MERGED_SAMPLES = 20_000;

const WORD_BITS = 32;
const FIRST_POINTS = 1_024;

export class Tail {
  /** Numbers of the segments that its samples are in. */
  readonly segments: number[] = [];
  /** Samples added, those that were replaced included. */
  count = 0;
  #points = 0;
  /** One bit a point: whether it has any. */
  #isThere = new Uint32Array(FIRST_POINTS / WORD_BITS);
  /** The oldest first. */
  #parts: Sorted[] = [];
  /** Younger than all parts, not sorted yet. */
  #waiting: SegmentColumns[] = [];
  /** Of which it is not noted yet what points they have. */
  #unnoted: SegmentColumns[] = [];
  /** Full segments, whose memory can be used again. */
  #full: SegmentColumns[] = [];

  /** How many points have samples here; looked for when it is asked, not while a checkpoint is taken. */
  get points(): number {
    for (const columns of this.#unnoted) this.#note(columns);
    this.#unnoted = [];
    return this.#points;
  }

  add(segment: number, columns: SegmentColumns): void {
    this.segments.push(segment);
    this.count += columns.length;
    if (columns.length === MAX_SEGMENT_SAMPLES) this.#full.push(columns);
    this.#unnoted.push(columns);
    this.#waiting.push(columns);
  }

  #note({ number, length }: SegmentColumns): void {
    for (let i = 0; i < length; i++) {
      const word = number[i]! >>> 5;
      const bit = 1 << (number[i]! & 31);
      if (word >= this.#isThere.length) this.#grow(word);
      const bits = this.#isThere[word]!;
      if ((bits & bit) !== 0) continue;
      this.#isThere[word] = bits | bit;
      this.#points++;
    }
  }

  #grow(word: number): void {
    const larger = new Uint32Array(Math.max(word + 1, 2 * this.#isThere.length));
    larger.set(this.#isThere);
    this.#isThere = larger;
  }

  /** Sorts the oldest segment that waits for it. Gives false when none did. */
  sortOne(): boolean {
    const columns = this.#waiting.shift();
    if (!columns) return false;
    let part = Sorted.of(columns);
    for (let older = this.#parts.at(-1); older; older = this.#parts.at(-1)) {
      const isWorthIt = older.length <= 2 * part.length && older.length + part.length <= MAX_MERGED_SAMPLES;
      if (!isWorthIt) break;
      this.#parts.pop();
      part = Sorted.merged(older, part);
    }
    if (part.length > 0) this.#parts.push(part);
    return true;
  }

  /** The latest sample of a point at or before a time. Most questions are about a time before all that is here. */
  last(point: number, atMs: number): Sample | undefined {
    let latest: Sample | undefined;
    for (const part of this.#partsWith(point)) {
      const i = part.last(point, atMs);
      if (i >= 0 && !(latest && part.atMs(i) < latest.at)) latest = part.sample(i);
    }
    return latest;
  }

  /** The samples of a point in [fromMs, toMs); undefined when there are none. */
  run(point: number, fromMs?: number, toMs?: number): Run | undefined {
    let run: Run | undefined;
    for (const part of this.#partsWith(point)) {
      const [from, to] = part.span(point, fromMs, toMs);
      if (from === to) continue;
      if (!run || run.at[run.length - 1]! < part.atMs(from)) {
        run ??= new Run();
        part.appendTo(run, from, to);
      } else {
        const [both, newer] = [new Run(), new Run()];
        part.appendTo(newer, from, to);
        merge(run, newer, 0, newer.length, both);
        run = both;
      }
    }
    return run;
  }

  /** The oldest first. Of what is not sorted yet, only the point's own. */
  #partsWith(point: number): readonly Sorted[] {
    if (this.#waiting.length === 0) return this.#parts;
    return [...this.#parts, ...this.#waiting.map((columns) => Sorted.ofPoint(columns, point))];
  }

  /** Gives the full segments that it had: nothing of them is read any more. */
  clear(): SegmentColumns[] {
    const full = this.#full;
    this.#parts = [];
    this.#waiting = [];
    this.segments.length = 0;
    this.#unnoted = [];
    this.#full = [];
    this.count = this.#points = 0;
    this.#isThere.fill(0);
    return full;
  }
}
