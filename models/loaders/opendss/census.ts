// What became of all that a script holds, counted by OpenDSS's own words.
// Fed by    the evaluator (what it did not understand) and the builders of twins
// Gives     the census of the source
// Must not  grow with garbage: beyond MAX_UNKNOWN different words the rest is one number

import type { Census } from "../loader.ts";

const MAX_UNKNOWN = 200;
const OTHER = "other";

export class OpenDssCensus {
  readonly #read = new Map<string, number>();
  readonly #kept = new Map<string, number>();
  readonly #unknown = new Map<string, number>();

  /** It became a twin. */
  countRead(what: string): void {
    add(this.#read, what, 1);
  }

  /** It is an attribute of a twin. */
  countKept(what: string, count = 1): void {
    if (count > 0) add(this.#kept, what, count);
  }

  countUnknown(what: string): void {
    const isNew = !this.#unknown.has(what);
    add(this.#unknown, isNew && this.#unknown.size >= MAX_UNKNOWN ? OTHER : what, 1);
  }

  get census(): Census {
    return {
      read: Object.fromEntries(this.#read),
      kept: Object.fromEntries(this.#kept),
      unknown: Object.fromEntries(this.#unknown),
    };
  }
}

function add(counts: Map<string, number>, what: string, count: number): void {
  counts.set(what, (counts.get(what) ?? 0) + count);
}
