// The shelf of a partition: its twins as the last checkpoint left them, read when they are asked for.

import type { Database } from "lmdb";
import type { RareRecord } from "../live/rare.ts";
import type { Shelf } from "../live/roster.ts";
import { keyIn, numbersOf, type Places } from "./places.ts";
import type { Rares } from "./rares.ts";

export class StoredShelf implements Shelf {
  readonly #partition: string;
  readonly #places: Places;
  readonly #pages: Database<Buffer, number>;
  readonly #rares: Rares;

  constructor(partition: string, places: Places, pages: Database<Buffer, number>, rares: Rares) {
    this.#partition = partition;
    this.#places = places;
    this.#pages = pages;
    this.#rares = rares;
  }

  page(page: number): Float64Array | undefined {
    // The bytes are LMDB's own, and are copied at once.
    const bytes = this.#pages.getBinaryFast(this.#key(page));
    return bytes && numbersOf(bytes);
  }

  *pages(): Iterable<readonly [page: number, numbers: Float64Array]> {
    for (const { key, value } of this.#pages.getRange(this.#range())) yield [key - this.#key(0), numbersOf(value)];
  }

  rare(slot: number): RareRecord | undefined {
    return this.#rares.get(this.#key(slot));
  }

  *rares(): Iterable<readonly [slot: number, rare: RareRecord]> {
    const { start, end } = this.#range();
    for (const [key, rare] of this.#rares.range(start, end)) yield [key - this.#key(0), rare];
  }

  #key(n: number): number {
    return keyIn(this.#places.cell(this.#partition), n);
  }

  #range(): { start: number; end: number } {
    const { number } = this.#places.cell(this.#partition);
    return { start: this.#key(0), end: keyIn({ number: number + 1 }, 0) };
  }
}
