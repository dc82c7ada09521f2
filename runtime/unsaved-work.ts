// Unsaved work: how long a restart would take for what the partitions of a world have no checkpoint of.
// Fed by    the keepers, each of which keeps its own share of it: time spent on events since its last checkpoint
// Gives     how far it is until a partition is to make a checkpoint
// U1  all of it together is about MAX_REPLAY_MS: a partition that works alone has all of that for itself, as each checkpoint writes all
//     pages that changed, however often

/** Time spent on events that a restart would have to spend again. */
export const MAX_REPLAY_MS = 2_000;

/** That of one partition. */
export interface Share {
  ms: number;
}

export class UnsavedWork {
  readonly #shares: Share[] = [];

  /** For a partition, which has done nothing yet. */
  share(): Share {
    const share = { ms: 0 };
    this.#shares.push(share);
    return share;
  }

  /** How far it is until the partition makes room, which it does at 1: there is too much in all, and it has no less than the others do on average. */
  way({ ms }: Share): number {
    const allMs = this.#shares.reduce((sum, share) => sum + share.ms, 0);
    return allMs === 0 ? 0 : Math.min(allMs / MAX_REPLAY_MS, (ms * this.#shares.length) / allMs);
  }
}
