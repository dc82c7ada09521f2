// Turns: a long answer lets others have theirs, so that no question about many twins holds up readings, deadlines and other answers.
// U1  when a slice of time is over, all that waits is done before the next one begins

/** Milliseconds. */
const SLICE_MS = 10;

export class Turns {
  #endMs = performance.now() + SLICE_MS;

  /** To be asked before each small piece of work; when true, `next` is to be awaited first. */
  get isOver(): boolean {
    return performance.now() > this.#endMs;
  }

  async next(): Promise<void> {
    await new Promise(setImmediate);
    this.#endMs = performance.now() + SLICE_MS;
  }
}
