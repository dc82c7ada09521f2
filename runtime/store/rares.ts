// Rare records of twins, by partition and place: in their table, or still in a chapter.

import type { Database, RootDatabase } from "lmdb";
import { NO_RARE, type RareRecord } from "../live/rare.ts";
import type { Chapters } from "./chapters.ts";

export type RaresDb = Database<string, number>;

export const raresDb = (root: RootDatabase): RaresDb => root.openDB({ name: "rares", encoding: "string" });

export class Rares {
  readonly #chapters: Chapters;
  readonly #db: RaresDb;

  constructor(root: RootDatabase, chapters: Chapters) {
    this.#chapters = chapters;
    this.#db = raresDb(root);
  }

  get(key: number): RareRecord | undefined {
    const { tails } = this.#chapters;
    const tail = tails.findLast(({ rares }) => rares.has(key));
    const text = tail ? tail.rares.get(key)! : this.#db.get(key);
    return text === undefined || text === NO_RARE ? undefined : JSON.parse(text);
  }

  *range(start: number, end: number): Iterable<readonly [key: number, rare: RareRecord]> {
    const late = new Map<number, string>();
    for (const { rares } of this.#chapters.tails) {
      for (const [key, text] of rares) if (key >= start && key < end) late.set(key, text);
    }
    for (const { key, value } of this.#db.getRange({ start, end })) if (!late.has(key)) yield [key, JSON.parse(value)];
    for (const [key, text] of late) if (text !== NO_RARE) yield [key, JSON.parse(text)];
  }
}

/** Puts them, inside transactions: each step is one put. */
export function* movingRares(db: RaresDb, texts: ReadonlyMap<number, string>): Iterable<void> {
  for (const key of Float64Array.from(texts.keys()).sort()) {
    const text = texts.get(key)!;
    if (text === NO_RARE) db.removeSync(key);
    else db.putSync(key, text);
    yield;
  }
}
