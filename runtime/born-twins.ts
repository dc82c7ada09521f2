// Born twins: which twins of a district were there at an instant. Each page of a question about the past counts all of them.
// Fed by    births as the store has them, and live twins for those that it has not
// Gives     numbers of twins in their order; for one twin, whether it was there
// B1  a twin that was born stays so: only those that were not yet are looked at again, and all of them when the store was told of births

import type { Directory } from "../models/directory.ts";
import type { TwinId } from "../models/district.ts";
import type { PastRecords } from "./store/past-records.ts";
import type { TwinDirectory } from "./twin-filter.ts";

export interface BornSources {
  directory: TwinDirectory & Pick<Directory, "cellOf">;
  isBorn: (id: TwinId) => boolean;
  records: Pick<PastRecords, "bornMs" | "births">;
}

/** Of a twin that was not born when it was last looked at. */
const NOT_BORN = Number.POSITIVE_INFINITY;
/** Of a twin whose birth nobody wrote down. */
const ALWAYS = Number.NEGATIVE_INFINITY;

export class BornTwins {
  readonly #sources: BornSources;
  /** Made when somebody asks. */
  #bornMs: Float64Array | undefined;
  #births = -1;

  constructor(sources: BornSources) {
    this.#sources = sources;
  }

  /** Numbers of those that were born at a time or before. */
  by(atMs: number): number[] {
    const { directory, records } = this.#sources;
    this.#bornMs ??= new Float64Array(directory.size);
    const bornMs = this.#bornMs;
    if (this.#births !== records.births) {
      bornMs.fill(NOT_BORN);
      this.#births = records.births;
    }
    const born: number[] = [];
    for (let twin = 0; twin < directory.size; twin++) {
      if (bornMs[twin] === NOT_BORN) bornMs[twin] = this.#look(directory.idAt(twin));
      if (bornMs[twin]! <= atMs) born.push(twin);
    }
    return born;
  }

  has(id: TwinId, atMs: number): boolean {
    return this.#look(id) <= atMs;
  }

  #look(id: TwinId): number {
    const { isBorn, directory, records } = this.#sources;
    return isBorn(id) ? (records.bornMs(id, directory.cellOf(id)!) ?? ALWAYS) : NOT_BORN;
  }
}
