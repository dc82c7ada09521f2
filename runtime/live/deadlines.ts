// Deadlines of a partition: hold times, staleness and timers, as a heap ordered by (due time, place of the twin, name).
// D1  two runs over the same log fire the same deadlines in the same order
// D2  a deadline that was moved or dropped stays in the heap until it comes up; who pops it asks the twin whether it still counts
// D3  a deadline costs no object, as every meter has one: the heap is columns of numbers, and names stand in a table

export interface Deadline {
  /** In watched time. */
  dueMs: number;
  /** Place of the twin in its partition. */
  slot: number;
  /** Condition or timer it belongs to. */
  name: string;
}

export class Deadlines {
  readonly #dueMs: number[] = [];
  readonly #slots: number[] = [];
  /** Indexes into the table of names. */
  readonly #names: number[] = [];
  readonly #table: string[] = [];
  readonly #index = new Map<string, number>();

  get nextDueMs(): number {
    return this.#dueMs[0] ?? Number.POSITIVE_INFINITY;
  }

  get size(): number {
    return this.#dueMs.length;
  }

  add(dueMs: number, slot: number, name: string): void {
    const named = this.#named(name);
    let i = this.#dueMs.length;
    this.#dueMs.push(dueMs);
    this.#slots.push(slot);
    this.#names.push(named);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!this.#isBefore(dueMs, slot, named, parent)) break;
      this.#move(parent, i);
      i = parent;
    }
    this.#put(i, dueMs, slot, named);
  }

  /** Takes out the first deadline that is due at or before the given time. */
  takeDue(nowMs: number): Deadline | undefined {
    const dueMs = this.#dueMs[0];
    if (dueMs === undefined || dueMs > nowMs) return undefined;
    const first = { dueMs, slot: this.#slots[0]!, name: this.#table[this.#names[0]!]! };
    const [lastMs, slot, named] = [this.#dueMs.pop()!, this.#slots.pop()!, this.#names.pop()!];
    if (this.#dueMs.length > 0) this.#sink(lastMs, slot, named);
    return first;
  }

  #sink(dueMs: number, slot: number, named: number): void {
    const { length } = this.#dueMs;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= length) break;
      const right = child + 1;
      if (right < length && this.#isBefore(this.#dueMs[right]!, this.#slots[right]!, this.#names[right]!, child)) {
        child = right;
      }
      if (this.#isBefore(dueMs, slot, named, child)) break;
      this.#move(child, i);
      i = child;
    }
    this.#put(i, dueMs, slot, named);
  }

  #named(name: string): number {
    let named = this.#index.get(name);
    if (named === undefined) {
      named = this.#table.push(name) - 1;
      this.#index.set(name, named);
    }
    return named;
  }

  #isBefore(dueMs: number, slot: number, named: number, other: number): boolean {
    if (dueMs !== this.#dueMs[other]!) return dueMs < this.#dueMs[other]!;
    if (slot !== this.#slots[other]!) return slot < this.#slots[other]!;
    return this.#table[named]! < this.#table[this.#names[other]!]!;
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#dueMs[from]!, this.#slots[from]!, this.#names[from]!);
  }

  #put(i: number, dueMs: number, slot: number, named: number): void {
    this.#dueMs[i] = dueMs;
    this.#slots[i] = slot;
    this.#names[i] = named;
  }
}
