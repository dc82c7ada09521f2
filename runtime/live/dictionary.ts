// Dictionary: values that come again and again, each with a small number, so that a record holds the number alone.
// Fed by    what the store knows already
// Gives     the number of a value, and the value of a number; what is new, for the next transaction
// D1  a value, once numbered, keeps its number for ever; two values are the same when their JSON is

export class Dictionary<T> {
  readonly #values = new Map<number, T>();
  readonly #numbers = new Map<string, number>();
  #fresh: [number, T][] = [];

  constructor(known: Iterable<readonly [number, T]> = []) {
    for (const [number, value] of known) this.#know(number, value);
  }

  /** Numbers begin at 1. */
  numberOf(value: T): number {
    const known = this.#numbers.get(JSON.stringify(value));
    if (known !== undefined) return known;
    const number = this.#values.size + 1;
    this.#know(number, value);
    this.#fresh.push([number, value]);
    return number;
  }

  value(number: number): T | undefined {
    return this.#values.get(number);
  }

  /** What was numbered since the last time: to be stored together with the first record that uses it. */
  takeFresh(): [number, T][] {
    const fresh = this.#fresh;
    this.#fresh = [];
    return fresh;
  }

  #know(number: number, value: T): void {
    this.#values.set(number, value);
    this.#numbers.set(JSON.stringify(value), number);
  }
}
