// A checkpoint: what a partition is to remember, gathered for one transaction.

import type { TwinId } from "../../models/district.ts";
import type { AlarmView } from "../views.ts";
import type { BirthsRecord } from "./births.ts";
import type { Birth, RareDraft, Saves } from "./changes.ts";
import type { ExportRecord } from "./exports.ts";
import type { Notes } from "./notes.ts";
import { type Page, RARE } from "./page.ts";
import { rareOf, rareText } from "./rare.ts";
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
  /** Of several of one twin, the last counts. */
  rares: readonly RareDraft[];
  samples: Samples;
  journal: Notes;
  /** Of several forms of one, the last counts. */
  alarms: readonly AlarmView[];
  births: readonly Birth[];
}

export function checkpointOf(record: PartitionRecord, saves: Saves): Checkpoint {
  draftRares(saves, 1);
  const { pages, rareDrafts: rares, samples, journal, alarms, births } = saves;
  pages.sort((a, b) => a.number - b.number);
  return { record, pages, rares, samples, journal, alarms, births };
}

/** Before that, what was written down would change again before the checkpoint, and more often than not. */
const DRAFT_FROM = 2 / 3;
/** Of what waits, one in so many is written down each time: most of it, with a hundred times to go. */
const DRAFTED_PART = 1 / 32;

/**
 * Writes down what changed outside of pages: all of it when all the way to the checkpoint is gone, some of it in the last part before. To be
 * called now and then while events come, as all at once would keep readings waiting.
 */
export function draftRares({ rares, rareDrafts }: Pick<Saves, "rares" | "rareDrafts">, way: number): void {
  if (way < DRAFT_FROM) return;
  const drafted = way < 1 ? Math.ceil(rares.length * DRAFTED_PART) : rares.length;
  for (const twin of rares.splice(0, drafted)) {
    const rare = rareOf(twin);
    twin.flag(RARE, rare !== undefined);
    twin.isRareChanged = false;
    rareDrafts.push([twin.slot, rareText(rare)]);
  }
}
