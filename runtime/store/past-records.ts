// Past records: the journal of transitions and remarkable readings, the alarms, and the births, found by twin and time.
// Fed by    commits, inside their transaction
// Gives     the transition that a twin's state at an instant comes from; the alarms that stood then; a twin's last entries
// Form      journal: see journal.ts; alarms: (twin, code, raised at, sequence, index); births: (of, name)
// P1  the entry of an instant is one seek, however many there are; log time never decreases, so that its order is that of the events
// P2  putting the same changes again changes nothing
// P3  what is older than PAST_RETENTION_MS is swept away, some of it after each commit: but not the transition that a twin's state
//     at the edge comes from, nor an alarm that stood there

import type { Database, RangeOptions, RootDatabase } from "lmdb";
import type { JournalEntry } from "../live/changes.ts";
import type { Checkpoint } from "../live/checkpoint.ts";
import type { AlarmView } from "../views.ts";
import { RAW_RETENTION_MS } from "./history.ts";
import { Journal } from "./journal.ts";

/** As long as samples are kept one by one. */
export const PAST_RETENTION_MS = RAW_RETENTION_MS;
/** Entries looked at after one commit: less than a millisecond. */
const SWEEP_ENTRIES = 500;
const SWEEP_EVERY_MS = 86_400_000;

type AlarmKey = [twin: string, code: string, raisedAt: number, sequence: number, index: number];
type BirthKey = [of: "partition" | "twin", name: string];

const END = Number.POSITIVE_INFINITY;

export class PastRecords {
  readonly #root: RootDatabase;
  readonly #journal: Journal;
  readonly #alarms: Database<AlarmView, AlarmKey>;
  readonly #births: Database<number, BirthKey>;
  readonly #bornMs = new Map<string, number>();
  #sweeps: Sweep[] = [];
  #sweptMs = Number.NEGATIVE_INFINITY;

  constructor(root: RootDatabase) {
    this.#root = root;
    this.#journal = new Journal(root);
    this.#alarms = root.openDB({ name: "alarms-of-twins", encoding: "msgpack" });
    this.#births = root.openDB({ name: "births", encoding: "msgpack" });
    for (const { key, value } of this.#births.getRange({})) this.#bornMs.set(birthName(key), value);
  }

  /** Inside the transaction of a commit. */
  put(partition: string, { journal, alarms, births }: Pick<Checkpoint, "journal" | "alarms" | "births">): void {
    this.#journal.put(journal);
    for (const alarm of alarms.values()) this.#alarms.putSync(alarmKey(alarm), alarm);
    for (const { bornMs, twin } of births) {
      const key: BirthKey = twin === undefined ? ["partition", partition] : ["twin", twin];
      this.#births.putSync(key, bornMs);
      this.#bornMs.set(birthName(key), bornMs);
    }
  }

  /** When a twin was born: by itself, or with its partition. Undefined when nobody wrote it down. */
  bornMs(twin: string, partition: string): number | undefined {
    return this.#bornMs.get(birthName(["twin", twin])) ?? this.#bornMs.get(birthName(["partition", partition]));
  }

  /** A twin's last transition at or before a time. */
  transition(twin: string, atMs: number): JournalEntry | undefined {
    return this.#journal.last(twin, "state", 1, atMs)[0];
  }

  /** A twin's first transition after a time: its `before` is what was until then. */
  transitionAfter(twin: string, atMs: number): JournalEntry | undefined {
    return this.#journal.after(twin, "state", atMs);
  }

  /** A twin's last transitions up to a time, oldest first. */
  trace(twin: string, last: number, untilMs = END): JournalEntry[] {
    return this.#journal.last(twin, "state", last, untilMs);
  }

  /** The same, with its remarkable readings. */
  journal(twin: string, last: number, untilMs = END): JournalEntry[] {
    const entries = (["state", "reading"] as const).flatMap((of) => this.#journal.last(twin, of, last, untilMs));
    entries.sort((a, b) => a.at - b.at || a.sequence - b.sequence || a.index - b.index);
    return entries.slice(Math.max(0, entries.length - last));
  }

  /** A twin's alarms that stood at a time, as they were then. */
  alarmsOf(twin: string, atMs: number): AlarmView[] {
    return this.#standing([twin], [twin, UPPERMOST], atMs);
  }

  /** All alarms that stood at a time, as they were then, in the order of their twins. */
  alarms(atMs: number): AlarmView[] {
    return this.#standing(undefined, undefined, atMs);
  }

  /**
   * Of a twin and code at most one alarm stands at a time: the last one that was raised before it. So each code of each twin
   * costs two seeks, one for that alarm and one for the next code.
   */
  #standing(start: Key | undefined, end: Key | undefined, atMs: number): AlarmView[] {
    const found: AlarmView[] = [];
    let from = start;
    for (;;) {
      const [next] = [...this.#alarms.getKeys({ ...(from && { start: from }), ...(end && { end }), limit: 1 })];
      if (!next) return found;
      const [twin, code, raisedAt] = next as AlarmKey;
      from = [twin, code, END];
      if (raisedAt > atMs) continue;
      const before: RangeOptions = { start: [twin, code, atMs, END], end: [twin, code], reverse: true, limit: 1 };
      for (const { value } of this.#alarms.getRange(before)) {
        const alarm = asOf(value, atMs);
        if (alarm.state !== "CLEARED") found.push(alarm);
      }
    }
  }

  /** Puts the journal in order at once. */
  compact(): Promise<void> {
    return this.#journal.compact();
  }

  async close(): Promise<void> {
    await this.#journal.close();
  }

  /** To be awaited after each commit: forgets what is too old, in small steps, once a day (P3). */
  async keepUp(nowMs: number): Promise<void> {
    await this.#journal.keepUp();
    if (this.#sweeps.length === 0) {
      if (nowMs - this.#sweptMs < SWEEP_EVERY_MS) return;
      this.#sweptMs = nowMs;
      const horizonMs = nowMs - PAST_RETENTION_MS;
      const isOlder = (key: Key, _: unknown, next: Key | undefined) =>
        next?.[0] === key[0] && (next?.[1] as number) <= horizonMs;
      this.#sweeps = [
        ...Object.values(this.#journal.blocks).map((blocks) => new Sweep(blocks as unknown as Swept, isOlder)),
        new Sweep(this.#alarms as Swept, (key, value) => {
          if ((key[2] as number) >= horizonMs) return false;
          const { clearedAt } = value() as AlarmView;
          return clearedAt !== undefined && clearedAt < horizonMs;
        }),
      ];
    }
    await this.#root.transaction(() => {
      if (this.#sweeps[0]?.step()) this.#sweeps.shift();
    });
  }
}

type Key = (string | number)[];
type Swept = Database<unknown, Key>;

/** The way through all entries of a table. */
class Sweep {
  readonly #db: Swept;
  readonly #isStale: (key: Key, value: () => unknown, next: Key | undefined) => boolean;
  #from: Key | undefined;

  constructor(db: Swept, isStale: (key: Key, value: () => unknown, next: Key | undefined) => boolean) {
    this.#db = db;
    this.#isStale = isStale;
  }

  /** Inside a transaction; gives true when it is through. */
  step(): boolean {
    const keys = [...this.#db.getKeys({ ...(this.#from && { start: this.#from }), limit: SWEEP_ENTRIES + 1 })];
    for (const [i, key] of keys.slice(0, SWEEP_ENTRIES).entries()) {
      if (this.#isStale(key, () => this.#db.get(key), keys[i + 1])) this.#db.removeSync(key);
    }
    this.#from = keys[SWEEP_ENTRIES];
    return keys.length <= SWEEP_ENTRIES;
  }
}

/** Sorts after all codes, which are upper case. */
const UPPERMOST = "\uffff";

const birthName = ([of, name]: BirthKey): string => `${of} ${name}`;

/** An alarm's id ends in `/SEQUENCE`, or `/SEQUENCE.INDEX`: see live/alarms.ts. */
function alarmKey({ id, twin, code, raisedAt }: AlarmView): AlarmKey {
  const [sequence, index = 0] = id
    .slice(id.lastIndexOf("/") + 1)
    .split(".")
    .map(Number);
  return [twin, code, raisedAt, sequence!, index];
}

/** What is known of an alarm today, without what came after a time. */
function asOf(alarm: AlarmView, atMs: number): AlarmView {
  const { acknowledgedAt, clearedAt } = alarm;
  if (clearedAt !== undefined && clearedAt <= atMs) return alarm;
  const isAcknowledged = acknowledgedAt !== undefined && acknowledgedAt <= atMs;
  const state = isAcknowledged ? "ACKNOWLEDGED" : "RAISED";
  return { ...alarm, state, acknowledgedAt: isAcknowledged ? acknowledgedAt : undefined, clearedAt: undefined };
}
