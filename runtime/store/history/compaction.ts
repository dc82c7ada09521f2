// Compaction: merges the samples of segments into blocks, and deletes the segments.
// Fed by    segments of LMDB, which nothing is added to any more
// C1  segments are deleted, the oldest first, when all their samples are in blocks: those that a crash leaves are the ones that count

import type { Database, RootDatabase } from "lmdb";
import { type Hands, type Work, workIn } from "../errands.ts";
import { inSlices } from "../slices.ts";
import { BlockMerger } from "./block-merger.ts";
import type { BlocksDb } from "./blocks.ts";
import { ByPoint } from "./by-point.ts";
import { Merging } from "./merging.ts";
import { Rollups, type RollupsDb } from "./rollups.ts";
import { decodeSegment } from "./segment.ts";

/** By number, in the order in which they were committed. */
export type SegmentsDb = Database<Buffer, number>;

export interface HistoryDbs {
  segments: SegmentsDb;
  blocks: BlocksDb;
  rollups: RollupsDb;
}

/** Merge the segments [first, end). `nowMs`: world time, from which retention is reckoned. */
export interface Merge {
  do: "merge";
  first: number;
  end: number;
  nowMs: number;
}

/** Done in this process. */
export function compactingHere(root: RootDatabase, dbs: HistoryDbs, sliceMs: number): Hands<Merge> {
  const work = compactions(dbs);
  return (errand) => inSlices(root, work(errand), sliceMs);
}

/** Gives who does it, one after the other, for as long as the store is open: nobody else writes blocks (K4). */
export function compactions({ segments, blocks, rollups }: HistoryDbs): (merge: Merge) => Work {
  const merger = new BlockMerger(blocks);
  return (merge) => workIn(stepsOf(segments, merger, new Rollups(rollups), merge));
}

function* stepsOf(
  segments: SegmentsDb,
  blocks: BlockMerger,
  rollups: Rollups,
  { first, end, nowMs }: Merge,
): IterableIterator<void> {
  const numbers = [...segments.getKeys({ start: first, end })];
  const samples = new ByPoint();
  // Read twice: that costs less than to keep them all.
  for (const number of numbers) {
    samples.count(decodeSegment(segments.get(number)!));
    yield;
  }
  for (const number of numbers) {
    samples.put(decodeSegment(segments.get(number)!));
    yield;
  }
  const merging = new Merging(samples, blocks, rollups, nowMs);
  while (merging.step()) yield;
  for (const number of numbers) {
    segments.removeSync(number);
    yield;
  }
}
