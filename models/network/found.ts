// Found twins: an answer by numbers, the nearest to where it was asked first.
// F1  each twin stands in it once, at the first step at which it was found; those of one step in the order of their ids

export interface FoundTwins {
  readonly twins: Uint32Array;
  /** Of each of them, how far along it was found: even for vertices, odd for what lies between them, except beside networks. */
  readonly steps: Uint32Array;
}

export class Found {
  readonly #steps = new Map<number, number>();
  readonly #consumers = new Set<number>();

  /** Whether it is new. To be called in the order of steps. */
  add(twin: number, step: number, isConsumer = false): boolean {
    if (this.#steps.has(twin)) return false;
    this.#steps.set(twin, step);
    if (isConsumer) this.#consumers.add(twin);
    return true;
  }

  /** Whether it was said to be one. */
  isConsumer(twin: number): boolean {
    return this.#consumers.has(twin);
  }

  /** Of those that are wanted. */
  sorted(isWanted: (twin: number) => boolean): FoundTwins {
    const entries = [...this.#steps].filter(([twin]) => isWanted(twin));
    entries.sort(([a, stepA], [b, stepB]) => stepA - stepB || a - b);
    return {
      twins: Uint32Array.from(entries, ([twin]) => twin),
      steps: Uint32Array.from(entries, ([, step]) => step),
    };
  }
}
