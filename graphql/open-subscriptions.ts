// The subscriptions that are open: how many there may be, and how they all end when the server closes.
// S1  there are never more than MAX_SUBSCRIPTIONS
// S2  an iterator that ended, for whatever reason, has released its source
// S3  `end` ends every one of them at once, also those that wait for an event that never comes

import { limitExceeded } from "./errors.ts";
import { MAX_SUBSCRIPTIONS } from "./limits.ts";

type Source<T> = AsyncIterator<T> & AsyncIterable<T>;

export class OpenSubscriptions {
  readonly #open = new Set<() => void>();

  get count(): number {
    return this.#open.size;
  }

  /** Follows a source that `start` opens; throws LIMIT_EXCEEDED without opening it. `before` runs before each event is given. */
  follow<T>(start: () => Source<T>, before: () => void): AsyncIterableIterator<T> {
    if (this.#open.size >= MAX_SUBSCRIPTIONS) {
      throw limitExceeded(
        `${MAX_SUBSCRIPTIONS} subscriptions are open already`,
        "Close a subscription first, or follow several twins in one with `filter`.",
      );
    }
    const source = start();
    const ended: IteratorResult<T> = { done: true, value: undefined };
    let giveUpWaiting: (() => void) | undefined;

    const end = () => {
      if (!this.#open.delete(end)) return;
      giveUpWaiting?.();
      // What a source says while it is let go is of no use to anyone.
      source.return?.()?.catch(() => undefined);
    };
    this.#open.add(end);

    const next = () =>
      new Promise<IteratorResult<T>>((resolve, reject) => {
        if (!this.#open.has(end)) return resolve(ended);
        giveUpWaiting = () => resolve(ended);
        source.next().then(
          (result) => {
            giveUpWaiting = undefined;
            if (result.done) end();
            else before();
            resolve(result);
          },
          (error: unknown) => {
            giveUpWaiting = undefined;
            end();
            reject(error);
          },
        );
      });

    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      next,
      return: async () => {
        end();
        return ended;
      },
      throw: async (error: unknown) => {
        end();
        throw error;
      },
    };
  }

  end(): void {
    for (const end of [...this.#open]) end();
  }
}
