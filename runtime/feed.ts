// A feed: tells many listeners what changed, each at its own pace.
// F1  what a listener has not fetched yet is kept once for each key, in its last form: a slow one misses steps, never the end
// F2  a listener that left is forgotten at once

/** Listeners of one feed at a time. */
export const MAX_LISTENERS = 1_000;

export class Feed<T> {
  readonly #listeners = new Set<Listener<T>>();

  get listeners(): number {
    return this.#listeners.size;
  }

  /** `read` makes the item when it is fetched, from what is live then; undefined leaves it out. */
  listen(read: (key: string) => T | undefined): AsyncIterableIterator<T> {
    const listener = new Listener(read, () => this.#listeners.delete(listener));
    this.#listeners.add(listener);
    return listener;
  }

  tell(keys: Iterable<string>): void {
    if (this.#listeners.size === 0) return;
    const all = [...keys];
    for (const listener of this.#listeners) listener.tell(all);
  }

  close(): void {
    for (const listener of [...this.#listeners]) void listener.return();
  }
}

class Listener<T> implements AsyncIterableIterator<T> {
  readonly #waiting = new Set<string>();
  readonly #read: (key: string) => T | undefined;
  readonly #left: () => void;
  /** One for each `next` that waits. */
  #sleeping: (() => void)[] = [];
  #closed = false;

  constructor(read: (key: string) => T | undefined, left: () => void) {
    this.#read = read;
    this.#left = left;
  }

  tell(keys: readonly string[]): void {
    for (const key of keys) this.#waiting.add(key);
    this.#wake();
  }

  async next(): Promise<IteratorResult<T>> {
    while (!this.#closed) {
      for (const key of this.#waiting) {
        this.#waiting.delete(key);
        const value = this.#read(key);
        if (value !== undefined) return { value, done: false };
      }
      await new Promise<void>((resolve) => this.#sleeping.push(resolve));
    }
    return { value: undefined, done: true };
  }

  async return(): Promise<IteratorResult<T>> {
    this.#closed = true;
    this.#left();
    this.#wake();
    return { value: undefined, done: true };
  }

  #wake(): void {
    const sleeping = this.#sleeping;
    this.#sleeping = [];
    for (const wake of sleeping) wake();
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<T> {
    return this;
  }
}
