// The slab: numbers of many pages in few pieces of memory, so that a reading of any twin finds them with one step.
// B1  what was freed is given out again, to a page of the same size

/** Numbers in a piece: 1 MiB. */
const PIECE_NUMBERS = 131_072;

export interface Stretch {
  cells: Float64Array;
  offset: number;
}

export class Slab {
  readonly #free = new Map<number, Stretch[]>();
  #cells = new Float64Array(0);
  #used = 0;

  /** What it holds is anything: to be filled. */
  take(size: number): Stretch {
    const freed = this.#free.get(size)?.pop();
    if (freed) return freed;
    if (this.#used + size > this.#cells.length) {
      this.#cells = new Float64Array(Math.max(PIECE_NUMBERS, size));
      this.#used = 0;
    }
    const offset = this.#used;
    this.#used += size;
    return { cells: this.#cells, offset };
  }

  free(size: number, { cells, offset }: Stretch): void {
    const freed = this.#free.get(size);
    if (freed) freed.push({ cells, offset });
    else this.#free.set(size, [{ cells, offset }]);
  }
}
