// Unsaved work: how long a restart would take for what the partitions of a world have no checkpoint of.
// Fed by    the keepers: time spent on events, and what a checkpoint took along
// Gives     whether a partition is to make a checkpoint
// U1  all of it together is about MAX_REPLAY_MS: a partition that works alone has all of that for itself, as each checkpoint writes all
//     pages that changed, however often

/** Time spent on events that a restart would have to spend again. */
export const MAX_REPLAY_MS = 2_000;

export class UnsavedWork {
  readonly #partitions: number;
  #ms = 0;

  constructor(partitions: number) {
    this.#partitions = partitions;
  }

  add(ms: number): void {
    this.#ms += ms;
  }

  /** A checkpoint has taken along so much of it. */
  saved(ms: number): void {
    this.#ms -= ms;
  }

  /** Whether the partition that has so much of it makes room: there is too much, and it has its share of it. */
  isDue(ownMs: number): boolean {
    return this.#ms >= MAX_REPLAY_MS && ownMs >= this.#ms / this.#partitions;
  }
}
