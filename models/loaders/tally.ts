// Tally: counts what becomes of all that a file holds, while it is read.
// Gives     a Census without zeros, names in the order in which they were met

import type { Census } from "./loader.ts";

export class Tally implements Census {
  readonly read: Record<string, number> = {};
  readonly kept: Record<string, number> = {};
  readonly unknown: Record<string, number> = {};

  add(what: keyof Census, name: string, count = 1): void {
    // A name may be anything, __proto__ and constructor too.
    if (count === 0 || name === "__proto__") return;
    const counts = this[what];
    counts[name] = (Object.hasOwn(counts, name) ? counts[name]! : 0) + count;
  }

  addAll(other: Census): void {
    for (const what of ["read", "kept", "unknown"] as const) {
      for (const [name, count] of Object.entries(other[what])) this.add(what, name, count);
    }
  }
}
