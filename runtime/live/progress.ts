// Progress: how far the state of a partition is ahead of what is on disk, and whether somebody waits for the disk.
// Fed by    the pipeline, after each commit; readers of the store

export class Progress {
  #committed = 0;
  #awaited = 0;

  /** All up to that position of the log is on disk. */
  committed(position: number): void {
    this.#committed = position;
  }

  hasCommitted(position: number): boolean {
    return this.#committed >= position;
  }

  /** Somebody wants to read from the store what is on disk at that position. */
  awaitCommit(position: number): void {
    this.#awaited = Math.max(this.#awaited, position);
  }

  get isAwaited(): boolean {
    return this.#awaited > this.#committed;
  }
}
