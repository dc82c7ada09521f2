// Few: a map of the few things that a twin has by name, most often one. Started and stopped again and again, they keep their place.
// F1  they come in the order of their names: a twin that was restored has them as it had them before

interface Entry<T> {
  readonly name: string;
  /** Undefined: there is none at present. */
  value: T | undefined;
  readonly next: Entry<T> | undefined;
}

export class Few<T> {
  #first: Entry<T> | undefined;

  constructor(entries: Iterable<readonly [name: string, value: T]> = []) {
    for (const [name, value] of entries) this.set(name, value);
  }

  get(name: string): T | undefined {
    return this.#find(name)?.value;
  }

  set(name: string, value: T): void {
    const known = this.#find(name);
    if (known) known.value = value;
    else this.#first = { name, value, next: this.#first };
  }

  /** Tells whether there was one. */
  delete(name: string): boolean {
    const known = this.#find(name);
    if (known?.value === undefined) return false;
    known.value = undefined;
    return true;
  }

  [Symbol.iterator](): IterableIterator<[name: string, value: T]> {
    return this.entries()[Symbol.iterator]();
  }

  /** In the order of names. */
  entries(): [name: string, value: T][] {
    let all: [string, T][] | undefined;
    for (let entry = this.#first; entry; entry = entry.next) {
      if (entry.value === undefined) continue;
      const named: [string, T] = [entry.name, entry.value];
      // Most have one: an empty array would make room for seventeen.
      if (all) all.push(named);
      else all = [named];
    }
    if (all && all.length > 1) all.sort(([a], [b]) => (a < b ? -1 : 1));
    return all ?? [];
  }

  #find(name: string): Entry<T> | undefined {
    let entry = this.#first;
    while (entry && entry.name !== name) entry = entry.next;
    return entry;
  }
}
