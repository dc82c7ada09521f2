// Progress: how far the state of a partition is ahead of what is on disk, and who waits for the disk.
// Fed by    the keeper, after each checkpoint; readers of the store

export class Progress {
  #committed = 0;
  #waiting: { position: number; resolve: () => void }[] = [];

  /** All up to that position of the log is on disk. */
  committed(position: number): void {
    this.#committed = position;
    const waiting = this.#waiting;
    this.#waiting = waiting.filter((one) => one.position > position);
    for (const one of waiting) if (one.position <= position) one.resolve();
  }

  /** Resolves when the state of that position is on disk; a checkpoint is made for whoever waits. */
  until(position: number): Promise<void> {
    if (position <= this.#committed) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ position, resolve }));
  }

  get isAwaited(): boolean {
    return this.#waiting.length > 0;
  }
}
