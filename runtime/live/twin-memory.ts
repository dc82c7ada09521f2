// The memory of a twin: its numbers in a page, by their names.
// Fed by    the twin's place in its page
// M1  the numbers are those that lie in the store: whoever writes one here changes what the next checkpoint saves

import * as page from "./page.ts";

export class TwinMemory {
  /** The page's numbers, and where those of this twin, and those of its points, begin. */
  readonly cells: Float64Array;
  readonly base: number;
  readonly points: number;

  constructor(cells: Float64Array, base: number, pointsAt: number) {
    this.cells = cells;
    this.base = base;
    this.points = base + pointsAt;
  }

  get revision(): number {
    return this.cells[this.base + page.REVISION]!;
  }

  set revision(revision: number) {
    this.cells[this.base + page.REVISION] = revision;
  }

  get born(): boolean {
    return this.#has(page.BORN);
  }

  /** Left the model, which it may come back to. */
  get isRetired(): boolean {
    return this.#has(page.RETIRED);
  }

  #has(flag: number): boolean {
    return (this.cells[this.base + page.FLAGS]! & flag) !== 0;
  }

  flag(bit: number, isSet: boolean): void {
    const at = this.base + page.FLAGS;
    this.cells[at] = isSet ? this.cells[at]! | bit : this.cells[at]! & ~bit;
  }

  /** When any reading of it last arrived, in watched time; NaN before the first. */
  get heardMs(): number {
    return this.cells[this.base + page.HEARD_MS]!;
  }

  set heardMs(heardMs: number) {
    this.cells[this.base + page.HEARD_MS] = heardMs;
  }

  /** Bits of the conditions that stand raised. */
  get raised(): number {
    return this.cells[this.base + page.RAISED]!;
  }

  set raised(bits: number) {
    this.cells[this.base + page.RAISED] = bits;
  }

  /** Bits of the conditions that wait for their hold time. */
  get held(): number {
    return this.cells[this.base + page.HELD]!;
  }

  set held(bits: number) {
    this.cells[this.base + page.HELD] = bits;
  }

  /** When a condition's hold time or staleness is due, in watched time; NaN for never. */
  dueMs(condition: number): number {
    return this.cells[this.base + page.conditionAt(condition) + page.DUE_MS]!;
  }

  setDueMs(condition: number, dueMs: number): void {
    this.cells[this.base + page.conditionAt(condition) + page.DUE_MS] = dueMs;
  }

  /** When a reading last arrived that a stale condition watches, in watched time. */
  arrivedMs(condition: number): number {
    return this.cells[this.base + page.conditionAt(condition) + page.ARRIVED_MS]!;
  }

  setArrivedMs(condition: number, arrivedMs: number): void {
    this.cells[this.base + page.conditionAt(condition) + page.ARRIVED_MS] = arrivedMs;
  }

  /** Where the numbers of a point begin. */
  row(point: number): number {
    return this.points + point * page.POINT_NUMBERS;
  }
}
