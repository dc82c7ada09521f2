// Upkeep: one kind of errands, one at a time.
// Fed by    whoever has records to put in order
// Gives     it done, or an error for ever
// U1  an errand is given when all that it names is committed: who does it in another process sees nothing else, and would leave the rest
// U2  nothing is begun after one that failed: what it took up is not through, and what came later would be written before it

import type { RootDatabase } from "lmdb";
import type { Errand, Hands, Job } from "./errands.ts";

export interface Chore<E extends Errand> {
  /** Takes up what there is to do: all that was written until now, and not what is written after it. */
  begin: () => E;
  /** All of it is done, and may be read. */
  done: () => void | Promise<void>;
}

export class Upkeep<E extends Errand> {
  readonly #root: RootDatabase;
  readonly #hands: Hands<E>;
  readonly #chore: Chore<E>;
  #running: Promise<void> | undefined;
  #job: Job | undefined;
  #awaited = 0;
  #closing = false;
  #failed: Error | undefined;

  constructor(root: RootDatabase, hands: Hands<E>, chore: Chore<E>) {
    this.#root = root;
    this.#hands = hands;
    this.#chore = chore;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** To be awaited now and then. Begins one in the background when there is enough to do, and waits for it when there is as much again. */
  async keepUp(isEnough: () => boolean): Promise<void> {
    while (isEnough() && !this.#failed) {
      if (this.#running) await this.finish();
      else this.#start().catch(() => {});
    }
    if (this.#failed) throw this.#failed;
  }

  #start(): Promise<void> {
    if (this.#failed) return Promise.reject(this.#failed);
    this.#running ??= this.#run()
      .catch((error: Error) => {
        this.#failed = error;
        throw error;
      })
      .finally(() => {
        this.#running = this.#job = undefined;
      });
    return this.#running;
  }

  /** Begins, or goes on, without pauses; resolves when it is done. */
  async finish(): Promise<void> {
    this.#awaited++;
    this.#job?.hurry();
    try {
      await this.#start();
    } finally {
      this.#awaited--;
    }
  }

  /** Ends it where it is: a start goes on from what is on disk. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#job?.stop();
    await this.#running?.catch(() => {});
  }

  async #run(): Promise<void> {
    const errand = this.#chore.begin();
    await this.#root.committed;
    if (this.#closing) return;
    this.#job = this.#hands(errand);
    if (this.#awaited > 0) this.#job.hurry();
    if (!(await this.#job.ended)) return;
    // What another process wrote is seen by looks that begin after it; LMDB's last one may have begun before, and ends with a timer as short.
    await new Promise((resolve) => setTimeout(resolve, 0));
    await this.#chore.done();
  }
}
