// Chance: all that is random in a simulated world, from one seed.
// C1  the same seed gives the same numbers on every machine: whole 32-bit arithmetic only

export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed, 0x9e3779b1) >>> 0;
  }

  /** The next 32 bits (Mulberry32, T. Ettinger 2017). */
  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return (bits ^ (bits >>> 14)) >>> 0;
  }

  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number {
    return least + (this.#next() % (most - least + 1));
  }

  /** True once in `times`. */
  once(times: number): boolean {
    return this.#next() % times === 0;
  }

  one<T>(of: readonly T[]): T {
    return of[this.#next() % of.length]!;
  }

  /** One of the names, each as often as its weight says. */
  weighted<Name extends string>(weights: Record<Name, number>): Name {
    const entries = Object.entries(weights) as [Name, number][];
    let left = this.whole(0, entries.reduce((sum, [, weight]) => sum + weight, 0) - 1);
    for (const [name, weight] of entries) {
      left -= weight;
      if (left < 0) return name;
    }
    throw new Error("there is nothing to choose from");
  }

  shuffled<T>(items: readonly T[]): T[] {
    const all = [...items];
    for (let i = all.length - 1; i > 0; i--) {
      const j = this.whole(0, i);
      [all[i], all[j]] = [all[j]!, all[i]!];
    }
    return all;
  }
}
