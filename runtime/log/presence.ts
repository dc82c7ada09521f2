// Presence: whether the server is there, and that after an absence nothing is appended before the partitions know how long it was.
// Fed by    the state of the connection; appends that the server took
// Gives     a refusal at once while it is away, instead of a wait; a call to say `resumed` in every log when it is back
// A1  no deadline fires for an absence: what devices sent to the server meanwhile is read after `resumed` moved the deadlines on
// A2  what is refused here was not sent: it does not arrive later either

import type { Clock } from "../clock.ts";
import { QuartierError } from "../errors.ts";

/** A connection that falls silent is noticed after this long; it counts as lost since the last append, but no longer. */
const SILENCE_MS = 30_000;
const RETRY_MS = 500;

export class Presence {
  #clock: Clock | undefined;
  #resume: (since: number) => Promise<unknown> = async () => {};
  #heardMs = 0;
  #goneSince: number | undefined;
  #returning: Promise<void> | undefined;
  #closed = false;

  /** From now on. `resume` says in every log since when, in world time, nothing was heard. */
  begin(clock: Clock, resume: (since: number) => Promise<unknown>): void {
    this.#clock = clock;
    this.#resume = resume;
    this.heard();
  }

  get isAway(): boolean {
    return this.#goneSince !== undefined;
  }

  /** The server took an append. */
  heard(): void {
    this.#heardMs = performance.now();
  }

  gone(): void {
    if (!this.#clock || this.isAway) return;
    const silentMs = Math.min(performance.now() - this.#heardMs, SILENCE_MS);
    this.#goneSince = Math.round(this.#clock.now() - silentMs * this.#clock.speed);
  }

  /** The connection is back: the absence ends when every log knows of it. */
  returned(): void {
    if (this.isAway) this.#returning ??= this.#return();
  }

  async #return(): Promise<void> {
    while (this.#goneSince !== undefined && !this.#closed) {
      try {
        await this.#resume(this.#goneSince);
        this.#goneSince = undefined;
      } catch {
        // The server is not ready yet, or away again.
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    this.#returning = undefined;
  }

  /** Throws LOG_UNAVAILABLE while it is away. */
  demand(): void {
    if (this.isAway) throw new QuartierError("LOG_UNAVAILABLE", "NATS cannot be reached");
  }

  close(): void {
    this.#closed = true;
  }
}
