// A feed: tells many listeners what changed, each at its own pace.
// F1  what a listener has not fetched yet is kept once for each key, in its last form: a slow one misses steps, never the end
// F2  a listener that left is forgotten at once
// F3  no more than MAX_WAITING_KEYS wait in all; beyond that the slowest listener is let go, with an error that says so

import { QuartierError } from "./errors.ts";

/** Listeners of one feed at a time. */
export const MAX_LISTENERS = 1_000;
/** Keys that wait to be fetched, over all listeners of one feed: some 50 MB. */
export const MAX_WAITING_KEYS = 1_000_000;

export class Feed<T> {
  readonly #listeners = new Set<Listener<T>>();

  get listeners(): number {
    return this.#listeners.size;
  }

  /** `read` makes the item when it is fetched, from what is live then; undefined leaves it out. What it does not want never waits. */
  listen(read: (key: string) => T | undefined, wants: (key: string) => boolean = () => true): AsyncIterableIterator<T> {
    if (this.#listeners.size >= MAX_LISTENERS) {
      throw new QuartierError("OVERLOADED", `${MAX_LISTENERS} subscriptions of this kind are open`);
    }
    const listener = new Listener(read, wants, () => this.#listeners.delete(listener));
    this.#listeners.add(listener);
    return listener;
  }

  tell(keys: Iterable<string>): void {
    if (this.#listeners.size === 0) return;
    const all = [...keys];
    let waiting = 0;
    for (const listener of this.#listeners) {
      listener.tell(all);
      waiting += listener.waiting;
    }
    while (waiting > MAX_WAITING_KEYS) waiting -= this.#letGo();
  }

  /** Lets the slowest listener go; gives how much waited for it. */
  #letGo(): number {
    const [slowest] = [...this.#listeners].sort((a, b) => b.waiting - a.waiting);
    const { waiting } = slowest!;
    slowest!.fail(new QuartierError("OVERLOADED", `the subscription was too slow: ${waiting} changes waited for it`));
    return waiting;
  }

  close(): void {
    for (const listener of [...this.#listeners]) void listener.return();
  }
}

class Listener<T> implements AsyncIterableIterator<T> {
  readonly #waiting = new Set<string>();
  readonly #read: (key: string) => T | undefined;
  readonly #wants: (key: string) => boolean;
  readonly #left: () => void;
  /** One for each `next` that waits. */
  #sleeping: (() => void)[] = [];
  #closed = false;
  #failure: Error | undefined;

  constructor(read: (key: string) => T | undefined, wants: (key: string) => boolean, left: () => void) {
    this.#read = read;
    this.#wants = wants;
    this.#left = left;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  tell(keys: readonly string[]): void {
    for (const key of keys) if (this.#wants(key)) this.#waiting.add(key);
    this.#wake();
  }

  /** Ends it; who fetches next hears why. */
  fail(error: Error): void {
    this.#failure = error;
    this.#waiting.clear();
    void this.return();
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
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) throw failure;
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
