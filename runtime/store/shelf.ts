// The shelf of a partition: its twins as the last checkpoint left them, read when they are asked for.
// H1  a start reads all pages, and a replay most of them: they come into one piece of memory, one after the other

import type { Database } from "lmdb";
import { PAGE_TWINS } from "../live/page.ts";
import type { RareRecord } from "../live/rare.ts";
import type { Shelf } from "../live/roster.ts";
import { keyIn, type Places } from "./places.ts";
import type { Rares } from "./rares.ts";

export class StoredShelf implements Shelf {
  readonly #partition: string;
  readonly #places: Places;
  readonly #pages: Database<Buffer, number>;
  readonly #rares: Rares;
  /** The page that was asked for last. */
  #numbers = new Float64Array(0);
  #bytes = new Uint8Array(this.#numbers.buffer);

  constructor(partition: string, places: Places, pages: Database<Buffer, number>, rares: Rares) {
    this.#partition = partition;
    this.#places = places;
    this.#pages = pages;
    this.#rares = rares;
  }

  page(page: number): Float64Array | undefined {
    return this.#read(this.#key(page));
  }

  *pages(): Iterable<readonly [page: number, numbers: Float64Array]> {
    const first = this.#key(0);
    const count = Math.ceil(this.#places.slots(this.#partition) / PAGE_TWINS);
    // Each by its key: a range would have memory of its own for every one of them.
    for (let page = 0; page < count; page++) {
      const numbers = this.#read(first + page);
      if (numbers) yield [page, numbers];
    }
  }

  rare(slot: number): RareRecord | undefined {
    return this.#rares.get(this.#key(slot));
  }

  *rares(): Iterable<readonly [slot: number, rare: RareRecord]> {
    const { start, end } = this.#range();
    for (const [key, rare] of this.#rares.range(start, end)) yield [key - this.#key(0), rare];
  }

  #read(key: number): Float64Array | undefined {
    const found = this.#pages.getBinaryFast(key);
    if (!found) return undefined;
    // The bytes are LMDB's own, lie anywhere, and are good for now. Their length counts: what lies behind it is of something else.
    const { buffer, byteOffset, length } = found;
    if (length > this.#bytes.length) {
      this.#numbers = new Float64Array((2 * length) / Float64Array.BYTES_PER_ELEMENT);
      this.#bytes = new Uint8Array(this.#numbers.buffer);
    }
    this.#bytes.set(new Uint8Array(buffer, byteOffset, length));
    return this.#numbers.subarray(0, length / Float64Array.BYTES_PER_ELEMENT);
  }

  #key(n: number): number {
    return keyIn(this.#places.cell(this.#partition), n);
  }

  #range(): { start: number; end: number } {
    const { number } = this.#places.cell(this.#partition);
    return { start: this.#key(0), end: keyIn({ number: number + 1 }, 0) };
  }
}
