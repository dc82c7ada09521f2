// Rare records of twins, by partition and place: in their table, or still in a chapter.

import type { Database, RootDatabase } from "lmdb";
import type { Flap } from "../live/flapping.ts";
import { Ink } from "../live/ink.ts";
import type { RareRecord } from "../live/rare.ts";
import { type Chapters, NO_RARE, type RareEntry, type Tail } from "./chapters.ts";

export class Rares {
  readonly #chapters: Chapters;
  readonly #db: Database<string, number>;

  constructor(root: RootDatabase, chapters: Chapters) {
    this.#chapters = chapters;
    this.#db = root.openDB({ name: "rares", encoding: "string" });
    chapters.join({ moving: (tail) => this.#moving(tail) });
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

  *#moving({ rares }: Tail): Iterable<void> {
    for (const key of Float64Array.from(rares.keys()).sort()) {
      const text = rares.get(key)!;
      if (text === NO_RARE) this.#db.removeSync(key);
      else this.#db.putSync(key, text);
      yield;
    }
  }
}

export const rareEntry = (key: number, rare: RareRecord | undefined): RareEntry => [key, rare ? textOf(rare) : NO_RARE];

const ink = new Ink();

/** As JSON. What changes with every alarm is put together by hand, in half of the time. */
function textOf(rare: RareRecord): string {
  const { quarantined, timers, deadFeeds, contributions, flaps } = rare;
  if (quarantined !== undefined || deadFeeds || contributions) return JSON.stringify(rare);
  ink.clear().put("{");
  if (timers) list('"timers":[', timers, (dueMs) => ink.number(dueMs));
  if (timers && flaps) ink.put(",");
  if (flaps) list('"flaps":[', flaps, writeFlap);
  return ink.put("}").text();
}

function list<T>(head: string, named: readonly (readonly [name: string, what: T])[], write: (what: T) => void): void {
  ink.put(head);
  for (const [i, [name, what]] of named.entries()) {
    ink
      .put(i === 0 ? "[" : ",[")
      .quote(name)
      .put(",");
    write(what);
    ink.put("]");
  }
  ink.put("]");
}

function writeFlap(flap: Flap): void {
  if (flap.chatter) {
    ink.put(JSON.stringify(flap));
    return;
  }
  ink.put('{"raisedMs":[');
  for (const [i, ms] of flap.raisedMs.entries()) (i === 0 ? ink : ink.put(",")).number(ms);
  ink.put("]}");
}
