// Errands: long work that keeps the store in order, and who does it, in this process or in one of its own.
// E1  an errand names what is on disk, and nothing else: whoever does it reads it there; done again, it changes nothing

import type { Merge } from "./history/compaction.ts";
import type { Move } from "./moving.ts";

export type Errand = Merge | Move;

/** Does the next step, inside a transaction. Gives false when nothing is left. */
export type Work = () => boolean;

/** Work that is written down as steps. */
export const workIn =
  (steps: Iterator<void>): Work =>
  () =>
    steps.next().done !== true;

/** An errand that is being done. */
export interface Job {
  /** Resolves to whether all of it is done: it may have been stopped before. */
  ended: Promise<boolean>;
  /** From now on, without pauses. */
  hurry: () => void;
  /** Ends it where it is: what was done is on disk. */
  stop: () => void;
}

export type Hands<E extends Errand = Errand> = (errand: E) => Job;
