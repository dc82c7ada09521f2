// Awake: the live twins of a partition, found by the id of an entry in a message, or by its text, without making text of it first.
// A1  open addressing with two hashes of the id, 64 bits; whether what `find` gives is the twin, its text says: see roster.ts

import type { TwinId } from "../../models/district.ts";
import { hashesOf, type Readings } from "../log/readings.ts";
import type { LiveTwin } from "./live-twin.ts";

const FIRST_PLACES = 64;
/** Places for each twin at the least. */
const ROOM = 2;

export class Awake {
  size = 0;
  /** Both hashes, for each place. */
  #hashes = new Int32Array(2 * FIRST_PLACES);
  #twins: (LiveTwin | undefined)[] = new Array(FIRST_PLACES).fill(undefined);

  *[Symbol.iterator](): IterableIterator<LiveTwin> {
    for (const twin of this.#twins) if (twin) yield twin;
  }

  get(id: TwinId): LiveTwin | undefined {
    const [hash, second] = hashesOf(id);
    const twins = this.#twins;
    const mask = twins.length - 1;
    for (let i = hash & mask; ; i = (i + 1) & mask) {
      const twin = twins[i];
      if (twin === undefined || (this.#has(i, hash, second) && twin.id === id)) return twin;
    }
  }

  /** The only twin that an entry can be for, but for one of the same two hashes. */
  find(readings: Readings, entry: number): LiveTwin | undefined {
    const hash = readings.hash(entry);
    const second = readings.second(entry);
    const twins = this.#twins;
    const mask = twins.length - 1;
    for (let i = hash & mask; ; i = (i + 1) & mask) {
      const twin = twins[i];
      if (twin === undefined || this.#has(i, hash, second)) return twin;
    }
  }

  add(twin: LiveTwin): void {
    if (ROOM * ++this.size > this.#twins.length) this.#grow();
    const [hash, second] = hashesOf(twin.id);
    this.#put(twin, hash, second);
  }

  delete({ id }: LiveTwin): void {
    const twins = this.#twins;
    const hashes = this.#hashes;
    const mask = twins.length - 1;
    let gap = hashesOf(id)[0] & mask;
    while (twins[gap]?.id !== id) {
      if (twins[gap] === undefined) return;
      gap = (gap + 1) & mask;
    }
    this.size--;
    // Those behind it that would not be found over a gap move up.
    for (let i = (gap + 1) & mask; twins[i]; i = (i + 1) & mask) {
      const home = hashes[2 * i]! & mask;
      if (((i - home) & mask) < ((i - gap) & mask)) continue;
      twins[gap] = twins[i];
      hashes.copyWithin(2 * gap, 2 * i, 2 * i + 2);
      gap = i;
    }
    twins[gap] = undefined;
  }

  #has(place: number, hash: number, second: number): boolean {
    return this.#hashes[2 * place] === hash && this.#hashes[2 * place + 1] === second;
  }

  #put(twin: LiveTwin, hash: number, second: number): void {
    const mask = this.#twins.length - 1;
    let i = hash & mask;
    while (this.#twins[i]) i = (i + 1) & mask;
    this.#twins[i] = twin;
    this.#hashes[2 * i] = hash;
    this.#hashes[2 * i + 1] = second;
  }

  #grow(): void {
    const [twins, hashes] = [this.#twins, this.#hashes];
    this.#twins = new Array(twins.length * 2).fill(undefined);
    this.#hashes = new Int32Array(2 * this.#twins.length);
    for (let i = 0; i < twins.length; i++) {
      const twin = twins[i];
      if (twin) this.#put(twin, hashes[2 * i]!, hashes[2 * i + 1]!);
    }
  }
}
