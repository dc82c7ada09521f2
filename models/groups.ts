// Groups: lists of numbers as compressed sparse rows: all numbers one after the other, and where each list begins.

import type { Column } from "./columns.ts";

export function compressed(lists: readonly (readonly number[])[]): [starts: Uint32Array, values: Uint32Array] {
  const starts = new Uint32Array(lists.length + 1);
  for (const [i, list] of lists.entries()) starts[i + 1] = starts[i]! + list.length;
  const values = new Uint32Array(starts[lists.length]!);
  for (const [i, list] of lists.entries()) values.set(list, starts[i]!);
  return [starts, values];
}

/** Places of `owners`, each of which says into which list its own place goes. */
export function placesByOwner(lists: number, owners: Uint32Array): [starts: Uint32Array, places: Uint32Array] {
  const starts = new Uint32Array(lists + 1);
  for (const list of owners) starts[list + 1]!++;
  for (let list = 0; list < lists; list++) starts[list + 1]! += starts[list]!;
  const next = starts.slice();
  const places = new Uint32Array(owners.length);
  for (const [place, list] of owners.entries()) places[next[list]!++] = place;
  return [starts, places];
}

export function groupColumns(lists: readonly (readonly number[])[], name: string): Record<string, Column> {
  const [starts, values] = compressed(lists);
  return { [`${name}Starts`]: starts, [`${name}Values`]: values };
}

export class Groups {
  /** Of lists. */
  readonly length: number;
  readonly values: Uint32Array;
  readonly #starts: Uint32Array;

  constructor(columns: Readonly<Record<string, Column>>, name: string) {
    this.#starts = columns[`${name}Starts`] as Uint32Array;
    this.values = columns[`${name}Values`] as Uint32Array;
    this.length = this.#starts.length - 1;
  }

  from(list: number): number {
    return this.#starts[list]!;
  }

  to(list: number): number {
    return this.#starts[list + 1]!;
  }

  of(list: number): number[] {
    return [...this.values.subarray(this.from(list), this.to(list))];
  }
}
