// The journal: what changed the state of twins, and remarkable readings, found by twin and time.
// Fed by    checkpoints, inside their transaction: their entries as chapters, in the order in which they came
// Gives     the entries of a twin in their order; the last one at or before a time
// Form      chapters: entries of any twins; blocks: (twin, time, sequence, index) of the first entry to the entries of that twin
// P1  the entry of an instant is one seek, however many there are; log time never decreases, so that its order is that of the events
// P2  putting the same entries again changes nothing: what is there already is passed over
// P3  a chapter costs one record for some hundred entries; they are moved into the blocks of their twins when there are many, in steps
//     that let others go on; what a crash leaves of them is moved again (P2)

import type { Database, RootDatabase } from "lmdb";
import type { JournalEntry } from "../live/changes.ts";

const CHAPTER_ENTRIES = 500;
/** Entries that wait in memory to be moved into blocks. The more, the fewer blocks. */
const TAIL_ENTRIES = 100_000;
const TAIL_CHAPTERS = 5_000;
const SLICE_MS = 10;
const BLOCK_ENTRIES = 32;

export type BlockKey = [twin: string, at: number, sequence: number, index: number];
export type BlocksOfEntries = Database<JournalEntry[], BlockKey>;

const END = Number.POSITIVE_INFINITY;
type Of = JournalEntry["of"];

export class Journal {
  readonly #root: RootDatabase;
  readonly #chapters: Database<JournalEntry[], number>;
  readonly blocks: Readonly<Record<Of, BlocksOfEntries>>;
  /** Of what lies in chapters: what is being added to, and what is being moved. */
  #fresh = new Tail();
  #frozen = new Tail();
  #nextChapter = 1;
  #moving: Promise<void> | undefined;
  #closing = false;

  constructor(root: RootDatabase) {
    this.#root = root;
    // Written as JSON twice as fast as packed.
    this.#chapters = root.openDB({ name: "chapters", encoding: "json" });
    this.blocks = {
      state: root.openDB({ name: "transitions", encoding: "msgpack" }),
      reading: root.openDB({ name: "remarks", encoding: "msgpack" }),
    };
    for (const { key, value } of this.#chapters.getRange({})) {
      this.#fresh.add(key, value);
      this.#nextChapter = key + 1;
    }
  }

  /** Inside a transaction. */
  put(entries: readonly JournalEntry[]): void {
    for (let from = 0; from < entries.length; from += CHAPTER_ENTRIES) {
      const chapter = entries.slice(from, from + CHAPTER_ENTRIES);
      this.#chapters.putSync(this.#nextChapter, chapter);
      this.#fresh.add(this.#nextChapter++, chapter);
    }
  }

  /** The last entries of a twin up to a time, oldest first. */
  last(twin: string, of: Of, limit: number, untilMs = END): JournalEntry[] {
    const young = this.#young(twin, of).filter(({ at }) => at <= untilMs);
    const found: JournalEntry[][] = [young];
    let count = young.length;
    const range = this.blocks[of].getRange({ start: [twin, untilMs, END], end: [twin] as never, reverse: true });
    for (const { value } of range) {
      if (count >= limit) break;
      const block = value.filter(({ at }) => at <= untilMs);
      found.push(block);
      count += block.length;
    }
    return distinct(found.reverse().flat()).slice(-limit);
  }

  /** The first entry of a twin after a time. */
  after(twin: string, of: Of, afterMs: number): JournalEntry | undefined {
    const isAfter = ({ at }: JournalEntry) => at > afterMs;
    const range = this.blocks[of].getRange({
      start: [twin, afterMs, END],
      end: [twin] as never,
      reverse: true,
      limit: 1,
    });
    for (const { value } of range) {
      const found = value.find(isAfter);
      if (found) return found;
    }
    const next = this.blocks[of].getRange({ start: [twin, afterMs, END], end: [twin, END] as never, limit: 1 });
    for (const { value } of next) return value[0];
    return this.#young(twin, of).find(isAfter);
  }

  /** To be awaited after each checkpoint: moves entries into blocks when there are many; waits when there are twice as many. */
  async keepUp(): Promise<void> {
    while (this.#fresh.count >= TAIL_ENTRIES || this.#fresh.chapters.length >= TAIL_CHAPTERS) {
      if (this.#moving) await this.#moving;
      else this.compact().catch(() => {});
    }
  }

  /** Moves all entries into blocks; where that goes on already, resolves when it is done. */
  compact(): Promise<void> {
    this.#moving ??= this.#move().finally(() => {
      this.#moving = undefined;
    });
    return this.#moving;
  }

  /** Ends a move where it is: a start goes on from the chapters. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#moving?.catch(() => {});
  }

  async #move(): Promise<void> {
    [this.#fresh, this.#frozen] = [this.#frozen, this.#fresh];
    const { chapters } = this.#frozen;
    const waiting = this.#frozen.series();
    let next = waiting.next();
    while ((!next.done || chapters.length > 0) && !this.#closing) {
      await this.#root.childTransaction(() => {
        const until = performance.now() + SLICE_MS;
        for (; !next.done && performance.now() < until; next = waiting.next()) this.#append(...next.value);
        if (next.done) for (const chapter of chapters.splice(0)) this.#chapters.removeSync(chapter);
      });
    }
    if (!this.#closing) this.#frozen = new Tail();
  }

  /** Adds entries of a twin to its last block, or in a new one. */
  #append(twin: string, of: Of, entries: readonly JournalEntry[]): void {
    const db = this.blocks[of];
    let block: JournalEntry[] = [];
    for (const { value } of db.getRange({ start: [twin, END], end: [twin] as never, reverse: true, limit: 1 }))
      block = value;
    const last = block.at(-1);
    const fresh = distinct(entries).filter((entry) => !last || isBefore(last, entry));
    if (fresh.length === 0) return;
    const first = block[0];
    const joined = block.length + fresh.length <= BLOCK_ENTRIES && first ? [...block, ...fresh] : fresh;
    for (let from = 0; from < joined.length; from += BLOCK_ENTRIES) {
      const part = joined.slice(from, from + BLOCK_ENTRIES);
      const { at, sequence, index } = part[0]!;
      db.putSync([twin, at, sequence, index], part);
    }
  }

  #young(twin: string, of: Of): JournalEntry[] {
    return [...this.#frozen.of(twin, of), ...this.#fresh.of(twin, of)];
  }
}

const isBefore = (a: JournalEntry, b: JournalEntry): boolean =>
  a.at !== b.at ? a.at < b.at : a.sequence !== b.sequence ? a.sequence < b.sequence : a.index < b.index;

/** While entries are moved, and when they were put twice, they stand in several places. */
function distinct(entries: readonly JournalEntry[]): JournalEntry[] {
  const kept: JournalEntry[] = [];
  for (const entry of entries) {
    const last = kept.at(-1);
    if (!last || isBefore(last, entry)) kept.push(entry);
  }
  return kept;
}

/** Entries that lie in chapters, by twin. */
class Tail {
  readonly chapters: number[] = [];
  count = 0;
  readonly #twins: Record<Of, Map<string, JournalEntry[]>> = { state: new Map(), reading: new Map() };

  add(chapter: number, entries: readonly JournalEntry[]): void {
    this.chapters.push(chapter);
    this.count += entries.length;
    for (const entry of entries) {
      const known = this.#twins[entry.of].get(entry.twin);
      if (known) known.push(entry);
      else this.#twins[entry.of].set(entry.twin, [entry]);
    }
  }

  of(twin: string, of: Of): readonly JournalEntry[] {
    return this.#twins[of].get(twin) ?? [];
  }

  *series(): IterableIterator<[twin: string, of: Of, entries: readonly JournalEntry[]]> {
    for (const of of ["state", "reading"] as const)
      for (const [twin, entries] of this.#twins[of]) yield [twin, of, entries];
  }
}
