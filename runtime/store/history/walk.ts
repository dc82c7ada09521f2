// Walk: through the samples of a tail, point after point, each time further on in each of its parts.
// Gives     the points that have samples, ascending, and of each its samples in the order of time
// W1  of the same time the sample that was added later counts, as in the tail (T2)

import { merge, Run } from "./run.ts";
import type { Sorted } from "./sorted.ts";

const NOBODY = Number.POSITIVE_INFINITY;

export class Walk {
  readonly #parts: readonly Sorted[];
  /** For each part, how far it was walked. */
  readonly #places: Uint32Array;
  #run = new Run();
  #spare = new Run();
  readonly #newer = new Run();

  /** `parts`: the oldest first. */
  constructor(parts: readonly Sorted[]) {
    this.#parts = parts;
    this.#places = new Uint32Array(parts.length);
  }

  /** The samples of the point that `next` gave. Good until it is called again. */
  get run(): Run {
    return this.#run;
  }

  /** The next point; undefined when there are no more. */
  next(): number | undefined {
    const places = this.#places;
    let point = NOBODY;
    for (let k = 0; k < places.length; k++) {
      const { number, length } = this.#parts[k]!;
      if (places[k]! < length && number[places[k]!]! < point) point = number[places[k]!]!;
    }
    if (point === NOBODY) return undefined;
    this.#run.length = 0;
    for (let k = 0; k < places.length; k++) {
      const part = this.#parts[k]!;
      const from = places[k]!;
      let to = from;
      while (to < part.length && part.number[to] === point) to++;
      if (to === from) continue;
      places[k] = to;
      this.#add(part, from, to);
    }
    return point;
  }

  #add(part: Sorted, from: number, to: number): void {
    const run = this.#run;
    if (run.length === 0 || run.at[run.length - 1]! < part.at[from]!) {
      run.append(part, from, to);
      return;
    }
    this.#newer.length = this.#spare.length = 0;
    this.#newer.append(part, from, to);
    merge(run, this.#newer, 0, this.#newer.length, this.#spare);
    [this.#run, this.#spare] = [this.#spare, run];
  }
}
