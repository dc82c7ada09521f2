// Distance heap: the nearest vertex first, in a binary heap over typed arrays.
// H1  a distance is kilometres first, then branches: of two equal ways the one with fewer branches is the shorter one

const FIRST_SIZE = 64;

/** Whether one distance is shorter than another (H1). */
export function isNearer(kmA: number, branchesA: number, kmB: number, branchesB: number): boolean {
  return kmA < kmB || (kmA === kmB && branchesA < branchesB);
}

export class DistanceHeap {
  /** Of the vertex that `pop` gave last. */
  km = 0;
  branches = 0;
  #kms = new Float64Array(FIRST_SIZE);
  #counts = new Int32Array(FIRST_SIZE);
  #vertices = new Int32Array(FIRST_SIZE);
  #size = 0;

  push(vertex: number, km: number, branches: number): void {
    if (this.#size === this.#vertices.length) this.#grow();
    let at = this.#size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isNearer(km, branches, this.#kms[parent]!, this.#counts[parent]!)) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#put(at, vertex, km, branches);
  }

  /** The nearest vertex; -1 when there is none. */
  pop(): number {
    if (this.#size === 0) return -1;
    const vertex = this.#vertices[0]!;
    this.km = this.#kms[0]!;
    this.branches = this.#counts[0]!;
    const last = --this.#size;
    const [km, branches] = [this.#kms[last]!, this.#counts[last]!];
    let at = 0;
    for (let child = 1; child < last; child = 2 * at + 1) {
      if (child + 1 < last && this.#isNearer(child + 1, child)) child++;
      if (!isNearer(this.#kms[child]!, this.#counts[child]!, km, branches)) break;
      this.#move(child, at);
      at = child;
    }
    this.#put(at, this.#vertices[last]!, km, branches);
    return vertex;
  }

  #isNearer(a: number, b: number): boolean {
    return isNearer(this.#kms[a]!, this.#counts[a]!, this.#kms[b]!, this.#counts[b]!);
  }

  #put(at: number, vertex: number, km: number, branches: number): void {
    this.#vertices[at] = vertex;
    this.#kms[at] = km;
    this.#counts[at] = branches;
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#vertices[from]!, this.#kms[from]!, this.#counts[from]!);
  }

  #grow(): void {
    const [kms, counts, vertices] = [this.#kms, this.#counts, this.#vertices];
    this.#kms = new Float64Array(2 * kms.length);
    this.#counts = new Int32Array(2 * kms.length);
    this.#vertices = new Int32Array(2 * kms.length);
    this.#kms.set(kms);
    this.#counts.set(counts);
    this.#vertices.set(vertices);
  }
}
