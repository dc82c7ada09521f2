// Compaction: merges the samples of segments into blocks, and deletes the segments.
// Fed by    segments of LMDB, which nothing is added to any more
// C1  segments are deleted, the oldest first, when all their samples are in blocks: those that a crash leaves are the ones that count

import type { Database, RootDatabase } from "lmdb";
import type { Hands, Work } from "../errands.ts";
import { inSlices } from "../slices.ts";
import { BlockMerger } from "./block-merger.ts";
import type { BlocksDb } from "./blocks.ts";
import { Merging } from "./merging.ts";
import { Rollups, type RollupsDb } from "./rollups.ts";
import { decodeSegment } from "./segment.ts";
import { Tail } from "./tail.ts";

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
  return (merge) => compaction(segments, merger, new Rollups(rollups), merge);
}

function compaction(segments: SegmentsDb, blocks: BlockMerger, rollups: Rollups, { first, end, nowMs }: Merge): Work {
  const tail = new Tail();
  // Listed inside the first transaction: the last of them may be in one that is not through yet when the errand is given.
  let numbers: number[] | undefined;
  let read = 0;
  let merging: Merging | undefined;
  let removed = 0;
  return () => {
    numbers ??= [...segments.getKeys({ start: first, end })];
    if (read < numbers.length) {
      const segment = segments.get(numbers[read]!);
      if (segment) tail.add(numbers[read]!, decodeSegment(segment));
      tail.sortOne();
      read++;
      return true;
    }
    merging ??= new Merging(tail.walk(), blocks, rollups, nowMs);
    if (merging.step()) return true;
    if (removed < numbers.length) segments.removeSync(numbers[removed++]!);
    return removed < numbers.length;
  };
}
