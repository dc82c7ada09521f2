// A checkpoint: what a partition is to remember, gathered for one transaction.

import type { TwinId } from "../../models/district.ts";
import type { AlarmView } from "../views.ts";
import type { BirthsRecord } from "./births.ts";
import type { Birth, Saves } from "./changes.ts";
import type { ExportRecord } from "./exports.ts";
import type { LiveTwin } from "./live-twin.ts";
import type { Notes } from "./notes.ts";
import { type Page, RARE } from "./page.ts";
import { hasRare, type RareRecord, rareOf } from "./rare.ts";
import type { TurnPart } from "./remodel.ts";
import type { Samples } from "./samples.ts";

export interface PartitionRecord extends BirthsRecord {
  /** Sequence of the last event in the state. */
  position: number;
  now: number;
  /** For how long nobody watched, in all. */
  awayMs: number;
  exports: ExportRecord[];
  /** Nodes and branch twins that were told they are dead. */
  dead: TwinId[];
  /** For each other partition, the place in its outbox up to which its signals were seen. */
  seen: [partition: string, sequence: number, index: number][];
  /** Of the turns to other versions of the model; absent in records of earlier programs. */
  turn?: TurnPart;
}

/** All that changed since the last checkpoint, as it is to be stored. */
export interface Checkpoint {
  record: PartitionRecord;
  /**
   * In the order of their numbers: what LMDB writes in the order of its keys lies together, and so does what it frees of the time before. In
   * the order in which the pages changed it spends longer on its list of free pages than on all else.
   */
  pages: readonly Page[];
  /**
   * Undefined: there is none any more. Each is made when it is its turn, as all of them at once outlive the collector's young generation: to
   * be gone through once, before the next event.
   */
  rares: Iterable<readonly [slot: number, rare: RareRecord | undefined]>;
  samples: Samples;
  journal: Notes;
  /** Of several forms of one, the last counts. */
  alarms: readonly AlarmView[];
  births: readonly Birth[];
}

export function checkpointOf(record: PartitionRecord, { pages, rares, ...saves }: Saves): Checkpoint {
  for (const twin of rares) {
    twin.flag(RARE, hasRare(twin));
    twin.isRareChanged = false;
  }
  pages.sort((a, b) => a.number - b.number);
  return { record, pages, rares: raresOf(rares), ...saves };
}

function* raresOf(changed: readonly LiveTwin[]): Iterable<readonly [slot: number, rare: RareRecord | undefined]> {
  for (const twin of changed) yield [twin.slot, rareOf(twin)];
}
