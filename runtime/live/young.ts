// Young samples of a point: those that no checkpoint has yet, in the order of time.
// Y1  of a time, what was added last counts

/** In the point's unit; `at` in epoch ms. */
export interface KnownSample {
  at: number;
  value: number;
  quality: number;
}

export class Young {
  /** Ascending, each once. */
  readonly #times: number[] = [];
  readonly #samples = new Map<number, KnownSample>();

  add(at: number, value: number, quality: number): void {
    const isKnown = this.#samples.has(at);
    this.#samples.set(at, { at, value, quality });
    if (isKnown) return;
    if (at > (this.#times.at(-1) ?? Number.NEGATIVE_INFINITY)) this.#times.push(at);
    else this.#times.splice(this.#from(at), 0, at);
  }

  at(atMs: number): KnownSample | undefined {
    return this.#samples.get(atMs);
  }

  /** Those at or after a time, oldest first. */
  *since(atMs: number): Iterable<KnownSample> {
    for (let i = this.#from(atMs); i < this.#times.length; i++) yield this.#samples.get(this.#times[i]!)!;
  }

  /** Those at or before a time, youngest first. */
  *until(atMs: number): Iterable<KnownSample> {
    for (let i = this.#from(atMs + 1) - 1; i >= 0; i--) yield this.#samples.get(this.#times[i]!)!;
  }

  /** Index of the first at or after a time. */
  #from(atMs: number): number {
    let low = 0;
    let high = this.#times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#times[middle]! < atMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
