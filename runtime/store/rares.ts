// Rare records of twins, by partition and place: in their table, or still in a chapter.

import type { Database, RootDatabase } from "lmdb";
import type { RareRecord } from "../live/rare.ts";
import type { Chapters, RareEntry, Tail } from "./chapters.ts";

export class Rares {
  readonly #chapters: Chapters;
  readonly #db: Database<RareRecord, number>;

  constructor(root: RootDatabase, chapters: Chapters) {
    this.#chapters = chapters;
    this.#db = root.openDB({ name: "rares", encoding: "json" });
    chapters.join({ moving: (tail) => this.#moving(tail) });
  }

  get(key: number): RareRecord | undefined {
    const { tails } = this.#chapters;
    const tail = tails.findLast(({ rares }) => rares.has(key));
    return tail ? (tail.rares.get(key) ?? undefined) : this.#db.get(key);
  }

  *range(start: number, end: number): Iterable<readonly [key: number, rare: RareRecord]> {
    const late = new Map<number, RareRecord | null>();
    for (const { rares } of this.#chapters.tails) {
      for (const [key, rare] of rares) if (key >= start && key < end) late.set(key, rare);
    }
    for (const { key, value } of this.#db.getRange({ start, end })) if (!late.has(key)) yield [key, value];
    for (const [key, rare] of late) if (rare) yield [key, rare];
  }

  *#moving({ rares }: Tail): Iterable<void> {
    for (const [key, rare] of [...rares].sort(([a]: RareEntry, [b]: RareEntry) => a - b)) {
      if (rare) this.#db.putSync(key, rare);
      else this.#db.removeSync(key);
      yield;
    }
  }
}
