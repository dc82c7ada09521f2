// Unsaved work: how long a restart would take for what the partitions of a world have no checkpoint of.
// Fed by    the keepers, each of which keeps its own share of it: time spent on events since its last checkpoint
// Gives     how far it is until a partition is to make a checkpoint, and how long until it can do so without holding anybody up
// U1  all of it together is about MAX_REPLAY_MS: a partition that works alone has all of that for itself, as each checkpoint writes all
//     pages that changed, however often
// U2  where none of them had an event for QUIET_MS, all of it is saved: a kill -9 then finds nothing that a restart has to do again

/** Time spent on events that a restart would have to spend again. */
export const MAX_REPLAY_MS = 2_000;

/** No event for so long, and the world is quiet. */
export const QUIET_MS = 250;

/** That of one partition. */
export interface Share {
  ms: number;
}

export class UnsavedWork {
  readonly #shares: Share[] = [];
  #workedAt = Number.NEGATIVE_INFINITY;

  /** For a partition, which has done nothing yet. */
  share(): Share {
    const share = { ms: 0 };
    this.#shares.push(share);
    return share;
  }

  /** To be called after a partition had events, with the time they took. */
  add(share: Share, ms: number): void {
    share.ms += ms;
    this.#workedAt = performance.now();
  }

  /** How long until the world is quiet, when no event comes: 0 when it is. */
  get quietInMs(): number {
    return Math.max(0, this.#workedAt + QUIET_MS - performance.now());
  }

  /** How far it is until the partition makes room, which it does at 1: there is too much in all, and it has no less than the others do on average. */
  way({ ms }: Share): number {
    const allMs = this.#shares.reduce((sum, share) => sum + share.ms, 0);
    return allMs === 0 ? 0 : Math.min(allMs / MAX_REPLAY_MS, (ms * this.#shares.length) / allMs);
  }
}
