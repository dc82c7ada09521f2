// Neighbours: who stands at the other end of a twin's links, by role.
// N1  the order is that of the model's links, so that what is told to neighbours is told in the same order every time

import type { Directory } from "../../models/directory.ts";
import type { Role, TwinId } from "../../models/district.ts";

export class Neighbours {
  readonly #directory: Directory;

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  of(twin: TwinId, role: Role): TwinId[] {
    const found: TwinId[] = [];
    this.#each(twin, (as, other) => {
      if (as === role) found.push(this.#directory.idAt(other));
    });
    return found;
  }

  count(twin: TwinId, role: Role): number {
    let count = 0;
    this.#each(twin, (as) => {
      if (as === role) count++;
    });
    return count;
  }

  /** All of them, or those in a role, in the order of links. */
  all(twin: TwinId, wanted?: string): { role: Role; twin: TwinId }[] {
    const all: { role: Role; twin: TwinId }[] = [];
    this.#each(twin, (role, other) => {
      if (wanted === undefined || role === wanted) all.push({ role, twin: this.#directory.idAt(other) });
    });
    return all;
  }

  #each(twin: TwinId, found: (role: Role, other: number) => void): void {
    const i = this.#directory.indexOf(twin);
    if (i >= 0) this.#directory.eachLink(i, found);
  }
}
