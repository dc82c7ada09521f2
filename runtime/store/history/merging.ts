// Merging: the way of a compaction through its samples: point after point, step by step; each is merged, then what is too old rolled up.
// Fed by    samples by point, which nothing is added to any more
// Gives     blocks, and roll-ups in place of those older than RAW_RETENTION_MS, seen from the point's newest sample

import { RAW_RETENTION_MS } from "../../live/samples.ts";
import type { BlockMerger } from "./block-merger.ts";
import type { ByPoint } from "./by-point.ts";
import type { Rollups } from "./rollups.ts";
import type { Run } from "./run.ts";

const DAY_MS = 86_400_000;
export const ROLLUP_RETENTION_MS = 10 * 366 * DAY_MS;

/** Whether a point may have something too old: it is new and long, has late samples, or went on to another day. */
function mayRetire(newestBeforeMs: number | undefined, run: Run): boolean {
  const [first, last] = [run.at[0]!, run.at[run.length - 1]!];
  if (newestBeforeMs === undefined) return last - first > RAW_RETENTION_MS;
  return first <= newestBeforeMs || Math.floor(newestBeforeMs / DAY_MS) !== Math.floor(last / DAY_MS);
}

export class Merging {
  readonly #samples: ByPoint;
  readonly #blocks: BlockMerger;
  readonly #rollups: Rollups;
  readonly #nowMs: number;
  #point: number | undefined;
  #sample = 0;
  #mayRetire = true;

  constructor(samples: ByPoint, blocks: BlockMerger, rollups: Rollups, nowMs: number) {
    this.#samples = samples;
    this.#blocks = blocks;
    this.#rollups = rollups;
    this.#nowMs = nowMs;
    this.#point = samples.next();
  }

  /** Gives false when nothing is left. */
  step(): boolean {
    if (this.#point === undefined) return false;
    const { run } = this.#samples;
    if (this.#sample < run.length) {
      const isFirst = this.#sample === 0;
      this.#sample = this.#blocks.mergeStep(this.#point, run, this.#sample);
      if (isFirst) this.#mayRetire = mayRetire(this.#blocks.newestBeforeMs, run);
    } else if (!this.#mayRetire || !this.#retire(this.#point, run.last(this.#nowMs)?.at)) {
      this.#point = this.#samples.next();
      this.#sample = 0;
    }
    return true;
  }

  /** Rolls up one block, or the old part of one, if there is one. */
  #retire(point: number, newestMs: number | undefined): boolean {
    if (newestMs === undefined) return false;
    const old = this.#blocks.takeBefore(point, newestMs - RAW_RETENTION_MS);
    if (!old) return false;
    this.#rollups.add(point, old);
    this.#rollups.forget(point, newestMs - ROLLUP_RETENTION_MS);
    return true;
  }
}
