// Deliveries: what a consumer gave, by the numbers of its deliveries, and how far all of it is settled.
// Fed by    an inbox: each delivery, in order; those that are settled, in any order
// D1  in columns that are used again: a map of so many that come and go would leave its outgrown tables to the garbage collector, and with
//     them all that they name

import type { Stamp } from "./address.ts";

const FIRST_CAPACITY = 16_384;

export class Deliveries {
  /** The first that is not settled, and the next one to come. */
  #first = 1;
  #next = 1;
  /** In the places of their numbers, from the lowest bits of these. */
  #sequence = new Float64Array(FIRST_CAPACITY);
  #takenMs = new Float64Array(FIRST_CAPACITY);
  #isSettled = new Uint8Array(FIRST_CAPACITY);

  /** All before this one are settled. */
  get first(): number {
    return this.#first;
  }

  /** The number of the next one. */
  get next(): number {
    return this.#next;
  }

  /** The next one. */
  add({ sequence, takenMs }: Stamp): void {
    if (this.#next - this.#first === this.#sequence.length) this.#grow();
    const place = this.#place(this.#next++);
    this.#sequence[place] = sequence;
    this.#takenMs[place] = takenMs;
    this.#isSettled[place] = 0;
  }

  /** False for one that another consumer gave, whatever its number, and for one that is settled already. */
  settle({ delivery, sequence, takenMs }: Stamp): boolean {
    if (delivery < this.#first || delivery >= this.#next) return false;
    const place = this.#place(delivery);
    const isThis = this.#sequence[place] === sequence && this.#takenMs[place] === takenMs;
    if (!isThis || this.#isSettled[place] === 1) return false;
    this.#isSettled[place] = 1;
    while (this.#first < this.#next && this.#isSettled[this.#place(this.#first)] === 1) this.#first++;
    return true;
  }

  #place(delivery: number): number {
    return delivery & (this.#sequence.length - 1);
  }

  #grow(): void {
    const { length } = this.#sequence;
    const old = { sequence: this.#sequence, takenMs: this.#takenMs, isSettled: this.#isSettled };
    this.#sequence = new Float64Array(2 * length);
    this.#takenMs = new Float64Array(2 * length);
    this.#isSettled = new Uint8Array(2 * length);
    for (let delivery = this.#first; delivery < this.#next; delivery++) {
      const [from, to] = [delivery & (length - 1), this.#place(delivery)];
      this.#sequence[to] = old.sequence[from]!;
      this.#takenMs[to] = old.takenMs[from]!;
      this.#isSettled[to] = old.isSettled[from]!;
    }
  }
}
