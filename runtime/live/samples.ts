// Samples: new values for the history, in columns of numbers, as they come.
// S1  adding one costs a few stores; the index by point is made only when somebody asks for a sample that is not committed yet, and the
//     order of time only of points of which somebody asks for it

import { Young } from "./young.ts";

/** Each sample is kept for so long; quarter-hours for longer. */
export const RAW_RETENTION_MS = 400 * 86_400_000;

const FIRST_ROWS = 256;
const NONE = -1;

export class Samples {
  length = 0;
  /** The point's number in the store. */
  number = new Uint32Array(FIRST_ROWS);
  /** Epoch ms. */
  at = new Float64Array(FIRST_ROWS);
  /** In the point's unit. */
  value = new Float64Array(FIRST_ROWS);
  quality = new Uint8Array(FIRST_ROWS);
  /** For each point its last sample that is in the index, and for each sample the one before it of the same point. */
  readonly #last = new Map<number, number>();
  #before = new Int32Array(0);
  #indexed = 0;
  /** Of points that were asked for, and the sample up to which each has them. */
  readonly #young = new Map<number, { young: Young; upTo: number }>();

  /** Empty again, with its memory. */
  clear(): void {
    this.length = this.#indexed = 0;
    this.#last.clear();
    this.#young.clear();
  }

  add(number: number, at: number, value: number, quality: number): void {
    const i = this.length++;
    if (i === this.number.length) this.#grow();
    this.number[i] = number;
    this.at[i] = at;
    this.value[i] = value;
    this.quality[i] = quality;
  }

  /** The value of a sample that is not committed yet; the latest one when there are several. */
  find(number: number, at: number): number | undefined {
    this.#bringUpToDate();
    for (let i = this.#last.get(number) ?? NONE; i !== NONE; i = this.#before[i]!) {
      if (this.at[i] === at) return this.value[i];
    }
    return undefined;
  }

  /** All samples of a point that are not committed yet, the latest added first. */
  *of(number: number): Iterable<readonly [at: number, value: number, quality: number]> {
    for (const i of this.#indexesOf(number)) yield [this.at[i]!, this.value[i]!, this.quality[i]!];
  }

  /** The same in the order of time; good until the next one is added. */
  young(number: number): Young {
    let known = this.#young.get(number);
    if (!known) {
      known = { young: new Young(), upTo: NONE };
      this.#young.set(number, known);
    }
    const { young, upTo } = known;
    const fresh: number[] = [];
    for (const i of this.#indexesOf(number)) {
      if (i === upTo) break;
      fresh.push(i);
    }
    for (const i of fresh.reverse()) young.add(this.at[i]!, this.value[i]!, this.quality[i]!);
    known.upTo = fresh.at(-1) ?? upTo;
    return young;
  }

  *#indexesOf(number: number): Iterable<number> {
    this.#bringUpToDate();
    for (let i = this.#last.get(number) ?? NONE; i !== NONE; i = this.#before[i]!) yield i;
  }

  #bringUpToDate(): void {
    if (this.#before.length < this.length) {
      const longer = new Int32Array(this.number.length);
      longer.set(this.#before);
      this.#before = longer;
    }
    for (; this.#indexed < this.length; this.#indexed++) {
      const number = this.number[this.#indexed]!;
      this.#before[this.#indexed] = this.#last.get(number) ?? NONE;
      this.#last.set(number, this.#indexed);
    }
  }

  #grow(): void {
    const rows = this.number.length * 2;
    const grown = <T extends Float64Array | Uint32Array | Uint8Array>(column: T, larger: T): T => {
      larger.set(column);
      return larger;
    };
    this.number = grown(this.number, new Uint32Array(rows));
    this.at = grown(this.at, new Float64Array(rows));
    this.value = grown(this.value, new Float64Array(rows));
    this.quality = grown(this.quality, new Uint8Array(rows));
  }
}
