// History: samples of all points in LMDB, read back raw or in windows.
// Fed by    checkpoints: each writes its samples as segments, and adds them to the tail in memory
// Gives     samples in the order of time, suspect ones left out; the value at a time; the latest one before a time
// E1  a sample is its (point, time): a correction replaces, a duplicate changes nothing, what was committed later counts
// E2  segments are deleted when all samples of the tail went into blocks, never before; what a crash leaves of them is read again by the
//     next start, and merging twice changes nothing (K3): nothing is lost and nothing doubled
// E3  a compaction starts when the tail is full, and may go on in another process: what it merges stays in memory until it is through
// E4  samples older than RAW_RETENTION_MS, seen from the point's newest one, become roll-ups (U1), and these are forgotten in time;
//     a sample of the future does not count as the newest

import type { RootDatabase } from "lmdb";
import type { SampleView } from "../history-views.ts";
import { GOOD, SUSPECT } from "../live/page.ts";
import { RAW_RETENTION_MS } from "../live/samples.ts";
import type { Hands } from "./errands.ts";
import { Blocks } from "./history/blocks.ts";
import { compactingHere, type HistoryDbs, type Merge } from "./history/compaction.ts";
import { Rollups } from "./history/rollups.ts";
import { merge, Run, type Sample, take } from "./history/run.ts";
import {
  decodeSegment,
  MAX_SEGMENT_SAMPLES,
  type Samples,
  type SegmentColumns,
  SegmentMemory,
} from "./history/segment.ts";
import { Tail } from "./history/tail.ts";
import { type Unsaved, unsavedRun } from "./history/unsaved.ts";
import { Gatherer, type WindowRequest } from "./history/windows.ts";
import { SLICE_MS } from "./slices.ts";
import { Upkeep } from "./upkeep.ts";

/** At most so many samples or windows come back from one question. */
export const MAX_SAMPLES = 100_000;
/**
 * Samples in memory before they are merged into blocks: at least so many, and so many for each point, as opening the block of a point
 * costs the same for one sample and for fifty; but never more than the last. Each takes 21 bytes.
 */
export const TAIL_SAMPLES = 1_000_000;
const TAIL_SAMPLES_PER_POINT = 32;
const MAX_TAIL_SAMPLES = 8_000_000;
/** What comes in a burst waits in the tail rather than before it; and the more there is of a point, the less it takes to merge a sample. */
const MOST_TIMES_FULL = 3;
/** Segments in the tail: many small commits are merged, too, before a start would take long to read them. */
const TAIL_SEGMENTS = 20_000;

export interface HistoryOptions {
  tailSamples: number;
  /** Of a compaction that is done here. */
  sliceMs: number;
  hands: Hands<Merge>;
}

export function historyDbs(root: RootDatabase): HistoryDbs {
  return {
    segments: root.openDB({ name: "history-segments", encoding: "binary" }),
    blocks: root.openDB({ name: "history-blocks", encoding: "binary", keyEncoding: "binary" }),
    rollups: root.openDB({ name: "history-rollups", encoding: "binary", keyEncoding: "binary" }),
  };
}

export class History {
  readonly #dbs: HistoryDbs;
  readonly #blocks: Blocks;
  readonly #rollups: Rollups;
  readonly #tailSamples: number;
  #nextSegment = 1;
  readonly #drafts = new WeakMap<object, SegmentColumns[]>();
  readonly #memory = new SegmentMemory();
  /** What is being added to, and what is being merged into blocks. */
  #fresh = new Tail();
  #frozen = new Tail();
  readonly #compaction: Upkeep<Merge>;
  #nowMs = Number.NEGATIVE_INFINITY;

  /** `hands`: who compacts; without them it is done here. */
  constructor(
    root: RootDatabase,
    { tailSamples = TAIL_SAMPLES, sliceMs = SLICE_MS, hands }: Partial<HistoryOptions> = {},
  ) {
    this.#tailSamples = tailSamples;
    const dbs = historyDbs(root);
    this.#dbs = dbs;
    this.#compaction = new Upkeep(root, hands ?? compactingHere(root, dbs, sliceMs), {
      begin: () => this.#begin(),
      done: () => {
        this.#blocks.written();
        this.#memory.free(this.#frozen.clear());
      },
    });
    this.#blocks = new Blocks(dbs.blocks);
    this.#rollups = new Rollups(dbs.rollups);
    for (const { key, value } of dbs.segments.getRange({})) {
      this.#fresh.add(key, decodeSegment(value));
      this.#nextSegment = key + 1;
    }
  }

  /**
   * Prepares the segments that are full by now, while samples are added: all at once would keep readings waiting. `key`: an object that the
   * checkpoint has for itself, as the memory of samples is used again.
   */
  draft(samples: Samples, key: object): void {
    const drafted = this.#drafts.get(key) ?? [];
    this.#drafts.set(key, drafted);
    for (let to = MAX_SEGMENT_SAMPLES * (drafted.length + 1); to <= samples.length; to += MAX_SEGMENT_SAMPLES) {
      drafted.push(this.#memory.encode(samples, to - MAX_SEGMENT_SAMPLES, to));
    }
  }

  /** The samples of a checkpoint as they are kept. Throws a RangeError when a time is none. */
  segmentsOf(samples: Samples, key: object = samples): SegmentColumns[] {
    this.draft(samples, key);
    const segments = this.#drafts.get(key)!;
    this.#drafts.delete(key);
    const from = segments.length * MAX_SEGMENT_SAMPLES;
    if (from < samples.length) segments.push(this.#memory.encode(samples, from, samples.length));
    return segments;
  }

  /** Writes them, in the transaction of the checkpoint. */
  put(segments: readonly SegmentColumns[]): void {
    for (const segment of segments) {
      const number = this.#nextSegment++;
      void this.#dbs.segments.put(number, segment.bytes as Buffer);
      this.#fresh.add(number, segment);
    }
  }

  /**
   * To be awaited after each commit: starts a compaction when the tail is full, and waits when it is full again before that is done.
   * `nowMs`: world time, from which retention is reckoned.
   */
  async keepUp(nowMs: number): Promise<void> {
    this.#nowMs = Math.max(this.#nowMs, nowMs);
    await this.sorted();
    await this.#compaction.keepUp(() => this.#isTailFull(1));
  }

  /** To be awaited before many points are asked for: what is not sorted is searched from end to end for each of them. */
  async sorted(): Promise<void> {
    while (this.#fresh.sortOne()) await new Promise(setImmediate);
  }

  /** Whether the tail is full so many times over before the last one is merged that nothing may be added until it is. */
  get isBehind(): boolean {
    return this.#compaction.isRunning && this.#isTailFull(MOST_TIMES_FULL);
  }

  #isTailFull(times: number): boolean {
    const { count, segments, points } = this.#fresh;
    if (segments.length >= times * TAIL_SEGMENTS || count >= MAX_TAIL_SAMPLES) return true;
    return count >= times * Math.max(this.#tailSamples, TAIL_SAMPLES_PER_POINT * points);
  }

  /** Merges all samples of the tail into blocks; where that goes on already, resolves when it is done. */
  compact(): Promise<void> {
    return this.#compaction.finish();
  }

  /** Ends a compaction where it is: a start goes on from the segments. */
  close(): Promise<void> {
    return this.#compaction.close();
  }

  #begin(): Merge {
    [this.#fresh, this.#frozen] = [this.#frozen, this.#fresh];
    this.#blocks.writing();
    const [first = this.#nextSegment] = this.#frozen.segments;
    return { do: "merge", first, end: this.#nextSegment, nowMs: this.#nowMs };
  }

  /** The sample of exactly that time, suspect or not. */
  at(point: number, atMs: number): Sample | undefined {
    const sample = this.last(point, atMs);
    return sample?.at === atMs ? sample : undefined;
  }

  /** Tells of any time in [fromMs, toMs] whether only the roll-up is left of it, so that nobody knows any more which samples there were. */
  closed(point: number, fromMs: number, toMs: number): (atMs: number) => boolean {
    return this.#isKept({ at: fromMs }) ? () => false : this.#rollups.closed(point, fromMs, toMs);
  }

  /** The latest sample at or before a time, suspect or not. */
  last(point: number, atMs: number): Sample | undefined {
    const fresh = this.#fresh.last(point, atMs);
    if (fresh?.at === atMs) return fresh;
    const frozen = this.#frozen.last(point, atMs);
    if (frozen?.at === atMs) return frozen;
    const raw = latest(latest(fresh, frozen), this.#blocks.last(point, atMs));
    return raw && (raw.at === atMs || this.#isKept(raw)) ? raw : latest(raw, this.#rollups.last(point, atMs));
  }

  /** Whether a sample is too young for roll-ups to hold anything of its time or later (E4). */
  #isKept({ at }: Pick<Sample, "at">): boolean {
    return this.#nowMs !== Number.NEGATIVE_INFINITY && at >= this.#nowMs - RAW_RETENTION_MS;
  }

  /** The latest sample at or before a time that is not suspect. */
  lastGood(point: number, atMs: number): Sample | undefined {
    for (let untilMs = atMs; ; ) {
      const young = latest(this.#fresh.last(point, untilMs), this.#frozen.last(point, untilMs));
      const stored = this.#blocks.lastGood(point, untilMs);
      const isYoung = young !== undefined && !(stored && stored.at > young.at);
      if (!isYoung || young.quality !== SUSPECT) {
        const raw = isYoung ? young : stored;
        return raw && this.#isKept(raw) ? raw : latest(raw, this.#rollups.last(point, atMs));
      }
      // What a block has of that time was corrected.
      untilMs = young.at - 1;
    }
  }

  /**
   * Samples of a point in [fromMs, toMs), oldest first; `undefined` when there are more than the limit. `unsaved`: those that no
   * checkpoint has yet.
   */
  read(
    point: number,
    fromMs: number,
    toMs: number,
    window: WindowRequest | undefined,
    unsaved?: Unsaved,
  ): SampleView[] | undefined {
    const gatherer = new Gatherer(fromMs, toMs, window, this.#rollups.read(point, fromMs, toMs));
    const tail = this.#tailOf(point, fromMs, toMs, unsaved);
    let next = 0;
    const add = (run: Run, i: number) => gatherer.add(run.at[i]!, run.value[i]!, run.quality[i]!);
    this.#blocks.each(point, fromMs, toMs, (block) => {
      for (let i = block.from(fromMs), end = block.from(toMs); i < end; i++) {
        const at = block.at[i]!;
        while (next < tail.length && tail.at[next]! < at) add(tail, next++);
        if (next < tail.length && tail.at[next] === at) add(tail, next++);
        else add(block, i);
      }
      return gatherer.samples.length <= MAX_SAMPLES;
    });
    while (next < tail.length && gatherer.samples.length <= MAX_SAMPLES) add(tail, next++);
    const samples = gatherer.end();
    return samples.length > MAX_SAMPLES ? undefined : samples;
  }

  /**
   * The first `limit` samples of a point in [fromMs, toMs), oldest first, the suspect ones with them; of a quarter-hour that was
   * rolled up, its mean. Each time once.
   */
  page(point: number, fromMs: number, toMs: number, limit: number, unsaved?: Unsaved): Sample[] {
    const raw = new Run();
    const tail = this.#tailOf(point, fromMs, toMs, unsaved);
    let next = 0;
    this.#blocks.each(point, fromMs, toMs, (block) => {
      const from = block.from(fromMs);
      const to = Math.min(block.from(toMs), from + limit);
      for (let i = from; i < to; i++) {
        while (next < tail.length && tail.at[next]! < block.at[i]!) next = take(tail, next, raw);
        if (next < tail.length && tail.at[next] === block.at[i]) next = take(tail, next, raw);
        else take(block, i, raw);
      }
      return raw.length < limit;
    });
    if (raw.length < limit) raw.append(tail, next, Math.min(tail.length, next + limit));
    const samples: Sample[] = [];
    let i = 0;
    for (const { at, sum, count } of this.#rollups.read(point, fromMs, toMs, limit)) {
      while (i < raw.length && raw.at[i]! < at) samples.push(raw.sample(i++));
      if (i === raw.length || raw.at[i] !== at) samples.push({ at, value: sum / count, quality: GOOD });
    }
    while (i < raw.length && samples.length < limit) samples.push(raw.sample(i++));
    samples.length = Math.min(samples.length, limit);
    return samples;
  }

  #tailOf(point: number, fromMs: number, toMs: number, unsaved: Unsaved | undefined): Run {
    const newer = [this.#fresh.run(point, fromMs, toMs), unsaved && unsavedRun(unsaved, point, fromMs, toMs)];
    let run = this.#frozen.run(point, fromMs, toMs) ?? new Run();
    for (const next of newer) {
      if (!next) continue;
      const both = new Run();
      merge(run, next, 0, next.length, both);
      run = both;
    }
    return run;
  }
}

function latest(newer: Sample | undefined, older: Sample | undefined): Sample | undefined {
  return newer && (!older || newer.at >= older.at) ? newer : older;
}
