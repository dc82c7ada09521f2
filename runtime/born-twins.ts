// Born twins: which twins of a district were there at an instant. Each page of a question about the past counts all of them.
// Fed by    births as the store has them, and live twins for those that it has not
// Gives     ids in their order; for one twin, whether it was there
// B1  a twin that was born stays so: only those that were not yet are looked at again, and all of them when the store was told of births

import type { TwinId } from "../models/district.ts";
import type { PastRecords } from "./store/past-records.ts";

export interface BornSources {
  /** All twins, in the order of their ids. */
  ids: readonly TwinId[];
  isBorn: (id: TwinId) => boolean;
  /** The twin's partition. */
  cellOf: (id: TwinId) => string;
  records: Pick<PastRecords, "bornMs" | "births">;
}

/** Of a twin that was not born when it was last looked at. */
const NOT_BORN = Number.POSITIVE_INFINITY;
/** Of a twin whose birth nobody wrote down. */
const ALWAYS = Number.NEGATIVE_INFINITY;

export class BornTwins {
  readonly #sources: BornSources;
  readonly #bornMs: Float64Array;
  #births = -1;

  constructor(sources: BornSources) {
    this.#sources = sources;
    this.#bornMs = new Float64Array(sources.ids.length);
  }

  /** Those that were born at a time or before. */
  by(atMs: number): TwinId[] {
    const { ids, records } = this.#sources;
    if (this.#births !== records.births) {
      this.#bornMs.fill(NOT_BORN);
      this.#births = records.births;
    }
    return ids.filter((id, i) => {
      if (this.#bornMs[i] === NOT_BORN) this.#bornMs[i] = this.#look(id);
      return this.#bornMs[i]! <= atMs;
    });
  }

  has(id: TwinId, atMs: number): boolean {
    return this.#look(id) <= atMs;
  }

  #look(id: TwinId): number {
    const { isBorn, cellOf, records } = this.#sources;
    return isBorn(id) ? (records.bornMs(id, cellOf(id)) ?? ALWAYS) : NOT_BORN;
  }
}
