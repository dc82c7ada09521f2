// Tally: counts what becomes of all that a file holds, while it is read.
// Gives     a Census without zeros, names in the order in which they were met

import type { Census } from "./loader.ts";

export class Tally implements Census {
  readonly read: Record<string, number> = {};
  readonly kept: Record<string, number> = {};
  readonly unknown: Record<string, number> = {};

  add(what: keyof Census, name: string, count = 1): void {
    // A table may be called __proto__ too.
    if (count > 0 && name !== "__proto__") this[what][name] = (this[what][name] ?? 0) + count;
  }
}
