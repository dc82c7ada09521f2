// Deadlines of a partition: hold times, staleness and timers, as a heap ordered by (due time, twin id, name).
// D1  two runs over the same log fire the same deadlines in the same order
// D2  a deadline that was moved or dropped stays in the heap until it comes up; who pops it asks the twin whether it still counts

export interface Deadline {
  dueMs: number;
  twin: string;
  /** Condition or timer it belongs to. */
  name: string;
}

const before = (a: Deadline, b: Deadline): boolean => {
  if (a.dueMs !== b.dueMs) return a.dueMs < b.dueMs;
  if (a.twin !== b.twin) return a.twin < b.twin;
  return a.name < b.name;
};

export class Deadlines {
  #heap: Deadline[] = [];

  get nextDueMs(): number {
    return this.#heap[0]?.dueMs ?? Number.POSITIVE_INFINITY;
  }

  add(deadline: Deadline): void {
    const heap = this.#heap;
    let i = heap.length;
    heap.push(deadline);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!before(deadline, heap[parent]!)) break;
      heap[i] = heap[parent]!;
      i = parent;
    }
    heap[i] = deadline;
  }

  /** Takes out the first deadline that is due at or before the given time. */
  takeDue(nowMs: number): Deadline | undefined {
    const heap = this.#heap;
    const first = heap[0];
    if (!first || first.dueMs > nowMs) return undefined;
    const last = heap.pop()!;
    if (heap.length > 0) this.#sink(last);
    return first;
  }

  clear(): void {
    this.#heap = [];
  }

  #sink(deadline: Deadline): void {
    const heap = this.#heap;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (!before(heap[child]!, deadline)) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = deadline;
  }
}
