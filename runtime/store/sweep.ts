// Sweeps: what is too old is taken out of a table, some of it after each commit.
// Fed by    whoever knows what is stale
// W1  a step is one short way through the table, inside a transaction; the next one goes on from there

import type { Database, Key } from "lmdb";

/** Entries looked at in a step: less than a millisecond. */
const SWEEP_ENTRIES = 500;

/** The way through all entries of a table. */
export class Sweep<K extends Key, V> {
  readonly #db: Database<V, K>;
  readonly #isStale: (key: K, value: () => V, next: K | undefined) => boolean;
  #from: K | undefined;

  constructor(db: Database<V, K>, isStale: (key: K, value: () => V, next: K | undefined) => boolean) {
    this.#db = db;
    this.#isStale = isStale;
  }

  /** Inside a transaction; gives true when it is through. */
  step(): boolean {
    const start = this.#from;
    const keys = [...this.#db.getKeys({ ...(start !== undefined && { start }), limit: SWEEP_ENTRIES + 1 })];
    for (const [i, key] of keys.slice(0, SWEEP_ENTRIES).entries()) {
      if (this.#isStale(key, () => this.#db.get(key)!, keys[i + 1])) this.#db.removeSync(key);
    }
    this.#from = keys[SWEEP_ENTRIES];
    return keys.length <= SWEEP_ENTRIES;
  }
}
