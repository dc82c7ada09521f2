// Upkeep: long work on the store, in slices that let others go on, one at a time.
// Fed by    whoever has records to put in order
// U1  a slice is one transaction of about SLICE_MS; while others are busy there is one in PAUSE_MS, until somebody waits for the end
// U2  where it is closed it stops between two slices: what it did is on disk, and a start goes on

import type { RootDatabase } from "lmdb";

export const SLICE_MS = 10;
const PAUSE_MS = 100;
/** Whoever is not called back within that, has others before him. */
const BUSY_MS = 3;

export interface Work {
  /** Called inside a transaction. Gives false when nothing is left. */
  step: () => boolean;
  /** A transaction is through. */
  written?: () => void;
  /** All is done. */
  done: () => void;
}

export class Upkeep {
  readonly #root: RootDatabase;
  readonly #begin: () => Work;
  readonly #sliceMs: number;
  #running: Promise<void> | undefined;
  #awaited = 0;
  #hurry = () => {};
  #closing = false;

  /** `begin`: takes up what there is to do. */
  constructor(root: RootDatabase, begin: () => Work, sliceMs = SLICE_MS) {
    this.#root = root;
    this.#begin = begin;
    this.#sliceMs = sliceMs;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Begins in the background; goes on where it goes on already. */
  start(): Promise<void> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Begins, or goes on, without pauses; resolves when it is done. */
  async finish(): Promise<void> {
    this.#awaited++;
    this.#hurry();
    try {
      await this.start();
    } finally {
      this.#awaited--;
    }
  }

  /** Ends it where it is. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#hurry();
    await this.#running?.catch(() => {});
  }

  async #run(): Promise<void> {
    const work = this.#begin();
    for (let isDone = false; !isDone; ) {
      if (this.#closing) return;
      await this.#root.childTransaction(() => {
        const until = performance.now() + this.#sliceMs;
        do isDone = !work.step();
        while (!isDone && performance.now() < until);
      });
      work.written?.();
      if (!isDone) await this.#letOthers();
    }
    work.done();
  }

  async #letOthers(): Promise<void> {
    const from = performance.now();
    await new Promise(setImmediate);
    if (this.#awaited > 0 || this.#closing || performance.now() - from < BUSY_MS) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, PAUSE_MS);
      this.#hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
