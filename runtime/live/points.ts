// The points of a partition: columns of numbers, one row for each point of each twin.
// P1  a row is never moved: a twin keeps the number of its first row for as long as it lives

import { QUALITIES, type Quality } from "../../twins/definition.ts";

export const NONE = QUALITIES.indexOf("NONE");
export const GOOD = QUALITIES.indexOf("GOOD");
export const ESTIMATED = QUALITIES.indexOf("ESTIMATED");
export const SUSPECT = QUALITIES.indexOf("SUSPECT");

export const qualityName = (quality: number): Quality => QUALITIES[quality]!;

const FIRST_ROWS = 1024;

export class PointTable {
  /** In the point's unit; NaN while there is none. */
  value = new Float64Array(FIRST_ROWS).fill(Number.NaN);
  /** Epoch ms of the value; NaN while there is none. */
  at = new Float64Array(FIRST_ROWS).fill(Number.NaN);
  /** Latest reading time seen, also of readings that were held back. */
  seenAt = new Float64Array(FIRST_ROWS).fill(Number.NEGATIVE_INFINITY);
  /** Time of the latest sample in the history, for points that are recorded at most once in a while. */
  recordedAt = new Float64Array(FIRST_ROWS).fill(Number.NEGATIVE_INFINITY);
  quality = new Uint8Array(FIRST_ROWS);
  /** The point's number in the store. */
  number = new Uint32Array(FIRST_ROWS);
  #rows = 0;

  /** Takes `count` rows and gives the first. */
  allocate(count: number): number {
    const first = this.#rows;
    this.#rows += count;
    while (this.#rows > this.value.length) this.#grow();
    return first;
  }

  #grow(): void {
    const rows = this.value.length * 2;
    const larger = (column: Float64Array, empty: number) => {
      const grown = new Float64Array(rows).fill(empty, column.length);
      grown.set(column);
      return grown;
    };
    this.value = larger(this.value, Number.NaN);
    this.at = larger(this.at, Number.NaN);
    this.seenAt = larger(this.seenAt, Number.NEGATIVE_INFINITY);
    this.recordedAt = larger(this.recordedAt, Number.NEGATIVE_INFINITY);
    const quality = new Uint8Array(rows);
    quality.set(this.quality);
    this.quality = quality;
    const number = new Uint32Array(rows);
    number.set(this.number);
    this.number = number;
  }
}
