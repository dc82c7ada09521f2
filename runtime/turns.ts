// Turns: a long answer lets others have theirs, so that no question about many twins holds up readings, deadlines and other answers.
// U1  when a slice of time is over, all that waits is done before the next one begins

import type { Work } from "../models/work.ts";

/** Milliseconds. */
const SLICE_MS = 10;

export class Turns {
  readonly #pieces: number;
  #endMs = performance.now() + SLICE_MS;
  #piece = 0;

  /** `pieces`: of work between two looks at the clock, which costs as much as the smallest of them. */
  constructor(pieces = 1) {
    this.#pieces = pieces;
  }

  /** To be asked before each small piece of work; when true, `next` is to be awaited first. */
  get isOver(): boolean {
    if (++this.#piece % this.#pieces !== 0) return false;
    return performance.now() > this.#endMs;
  }

  async next(): Promise<void> {
    await new Promise(setImmediate);
    this.#endMs = performance.now() + SLICE_MS;
  }
}

/** Does a long computation piece by piece, with turns for others between them. */
export async function inTurns<T>(work: Work<T>): Promise<T> {
  const turns = new Turns();
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    if (turns.isOver) await turns.next();
  }
}
