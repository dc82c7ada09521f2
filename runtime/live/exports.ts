// Exports: what this partition's points add to sums of twins that live in others.
// X1  a sum leaves as this partition's whole share of it, so that hearing it twice does no harm
// X2  shares that moved leave once for each run of events, in the order in which they first moved; where the run goes over more than
//     RECORD_EVERY_MS of measured time, once for each such time
// X3  what changed of the past of a share leaves as steps, once; what is replayed for the state's sake lets nothing leave

import type { Signal } from "../log/events.ts";
import { type ExactSum, exchange } from "./exact-sum.ts";
import type { Flow, TermMoved } from "./flows.ts";
import { RECORD_EVERY_MS } from "./late.ts";
import { addStep, inOrderOf, type Step, type Steps } from "./sum-steps.ts";

/** `estimates`: how many of the terms are; absent when none is. */
export type ExportRecord = [key: string, share: ExactSum, estimates?: number];

/** In one signal. */
const MAX_STEPS = 500;

export const shareKey = ({ to, point }: Pick<Flow, "to" | "point">): string => `${to}|${point}`;

const total = ([high, low]: ExactSum): number => high + low;

/** This partition's share of a sum, in the unit of the sum. */
interface Share {
  sum: ExactSum;
  estimates: number;
}

/** What a run of events did to a share. */
interface Moved {
  to: string;
  point: string;
  /** Since when the share is what it is. NaN: only its past changed. */
  atMs: number;
  /** What it was at earlier times of this run. */
  earlier: Signal[];
  steps: Steps;
  /** Something of its past is changed, with which the times of what comes after that are to agree. */
  isExact: boolean;
}

export class Exports {
  /** By `TWIN|POINT`. */
  readonly #shares = new Map<string, Share>();
  readonly #moved = new Map<string, Moved>();

  /** `isTold`: whether it left before. */
  move(flow: Flow, { before, now, at, moreEstimates, isCorrection }: TermMoved, isTold: boolean): void {
    const key = shareKey(flow);
    let share = this.#shares.get(key);
    if (!share) {
      share = { sum: [0, 0], estimates: 0 };
      this.#shares.set(key, share);
    }
    if (!isTold) this.#note(this.#movedOf(flow, key), share, at, now - before, isCorrection);
    exchange(share.sum, before, now);
    share.estimates = Math.max(0, share.estimates + moreEstimates);
  }

  #note(moved: Moved, share: Share, at: number, more: number, isCorrection: boolean): void {
    moved.isExact ||= isCorrection;
    const leastMs = moved.isExact ? 0 : RECORD_EVERY_MS;
    if (at - moved.atMs > leastMs) moved.earlier.push(signalOf(moved, share));
    else if (moved.atMs - at > leastMs) {
      moved.isExact = true;
      addStep(moved.steps, at, more);
      addStep(moved.steps, moved.atMs, -more);
    }
    if (!(at <= moved.atMs)) moved.atMs = at;
  }

  /** The share was so much more from a time on; steps come in pairs. */
  step(flow: Flow, at: number, more: number): void {
    addStep(this.#movedOf(flow, shareKey(flow)).steps, at, more);
  }

  take(): Signal[] {
    const signals: Signal[] = [];
    for (const [key, moved] of this.#moved) {
      const { to, point, earlier, steps } = moved;
      signals.push(...earlier);
      if (!Number.isNaN(moved.atMs)) signals.push(signalOf(moved, this.#shares.get(key)!));
      for (const some of inPairs(steps)) signals.push({ kind: "past", to, point, steps: some });
    }
    this.#moved.clear();
    return signals;
  }

  #movedOf({ to, point }: Flow, key: string): Moved {
    let moved = this.#moved.get(key);
    if (!moved) {
      moved = { to, point, atMs: Number.NaN, earlier: [], steps: new Map(), isExact: false };
      this.#moved.set(key, moved);
    }
    return moved;
  }

  record(): ExportRecord[] {
    return [...this.#shares].map(
      ([key, { sum, estimates }]): ExportRecord => (estimates === 0 ? [key, [...sum]] : [key, [...sum], estimates]),
    );
  }

  restore(shares: Iterable<ExportRecord>): void {
    for (const [key, sum, estimates = 0] of shares) this.#shares.set(key, { sum: [...sum], estimates });
  }
}

/** Steps in the order of time, in lists of which each ends as it began: they may be taken in different events. */
function inPairs(steps: Steps): Step[][] {
  const all = inOrderOf(steps);
  const lists: Step[][] = [];
  let open = 0;
  for (let from = 0; from < all.length; from += MAX_STEPS) {
    const list = all.slice(from, from + MAX_STEPS);
    if (open !== 0) list.unshift([list[0]![0], open]);
    for (const [, more] of all.slice(from, from + MAX_STEPS)) open += more;
    const next = all[from + MAX_STEPS];
    if (next) list.push([next[0], -open]);
    lists.push(list);
  }
  return lists;
}

const signalOf = ({ to, point, atMs }: Moved, { sum, estimates }: Share): Signal => ({
  ...{ kind: "sum", to, point, value: total(sum), timeMs: atMs },
  ...(estimates > 0 && { estimates }),
});
