// Past records: the journal of transitions and remarkable readings, the alarms, and the births, found by twin and time.
// Fed by    checkpoints: journal and alarms by way of chapters, births inside their transaction
// Gives     the transition that a twin's state at an instant comes from; the alarms that stood then; a twin's last entries
// Form      journal: see journal.ts; alarms: see alarm-records.ts; births: (of, name)
// P1  what is older than PAST_RETENTION_MS is swept away, some of it after each commit: but not the transition that a twin's state
//     at the edge comes from, nor an alarm that stood there

import type { Database, RootDatabase } from "lmdb";
import type { Birth } from "../live/changes.ts";
import type { JournalEntry } from "../live/notes.ts";
import { RAW_RETENTION_MS } from "../live/samples.ts";
import type { AlarmView } from "../views.ts";
import { AlarmRecords, lastAlarmIn } from "./alarm-records.ts";
import type { Chapters } from "./chapters.ts";
import { Journal } from "./journal.ts";
import type { StateAfter } from "./note-in.ts";
import { Sweep } from "./sweep.ts";

/** As long as samples are kept one by one. */
export const PAST_RETENTION_MS = RAW_RETENTION_MS;
const SWEEP_EVERY_MS = 86_400_000;

type BirthKey = [of: "partition" | "twin", name: string];

export class PastRecords {
  readonly #root: RootDatabase;
  readonly #journal: Journal;
  readonly #alarms: AlarmRecords;
  readonly #births: Database<number, BirthKey>;
  /** By twin, and by partition. */
  readonly #bornMs = { twin: new Map<string, number>(), partition: new Map<string, number>() };
  #puts = 0;
  #sweeps: Sweep<SweptKey, unknown>[] = [];
  #sweptMs = Number.NEGATIVE_INFINITY;

  constructor(root: RootDatabase, chapters: Chapters) {
    this.#root = root;
    this.#journal = new Journal(root, chapters);
    this.#alarms = new AlarmRecords(root, chapters);
    this.#births = root.openDB({ name: "births", encoding: "msgpack" });
    for (const { key, value } of this.#births.getRange({})) this.#note(key, value);
  }

  /** Inside a batch. */
  bear(partition: string, births: readonly Birth[]): void {
    for (const { bornMs, twin } of births) {
      const key: BirthKey = twin === undefined ? ["partition", partition] : ["twin", twin];
      void this.#births.put(key, bornMs);
      this.#note(key, bornMs);
    }
  }

  /** Grows with every birth that is put. */
  get births(): number {
    return this.#puts;
  }

  #note([of, name]: BirthKey, bornMs: number): void {
    this.#bornMs[of].set(name, bornMs);
    this.#puts++;
  }

  /** When a twin was born: by itself, or with its partition. Undefined when nobody wrote it down. */
  bornMs(twin: string, partition: string): number | undefined {
    return this.#bornMs.twin.get(twin) ?? this.#bornMs.partition.get(partition);
  }

  /** What a twin's last transition at or before a time led to. */
  transition(twin: string, atMs: number): StateAfter | undefined {
    return this.#journal.transition(twin, atMs);
  }

  /** A twin's first transition after a time: its `before` is what was until then. */
  transitionAfter(twin: string, atMs: number): JournalEntry | undefined {
    return this.#journal.after(twin, "state", atMs);
  }

  /** A twin's last transitions up to a time, oldest first. */
  trace(twin: string, last: number, untilMs = Number.POSITIVE_INFINITY): JournalEntry[] {
    return this.#journal.last(twin, "state", last, untilMs);
  }

  /** The same, with its remarkable readings. */
  journal(twin: string, last: number, untilMs = Number.POSITIVE_INFINITY): JournalEntry[] {
    const entries = (["state", "reading"] as const).flatMap((of) => this.#journal.last(twin, of, last, untilMs));
    entries.sort((a, b) => a.at - b.at || a.sequence - b.sequence || a.index - b.index);
    return entries.slice(Math.max(0, entries.length - last));
  }

  /** A twin's alarms that stood at a time, as they were then. */
  alarmsOf(twin: string, atMs: number): AlarmView[] {
    return this.#alarms.of(twin, atMs);
  }

  /** All alarms that stood at a time, as they were then: twin by twin, in the order of twins. */
  alarms(atMs: number): Iterable<AlarmView[]> {
    return this.#alarms.at(atMs);
  }

  /** Alarms that stand, and those cleared last. */
  recentAlarms(): AlarmView[] {
    return this.#alarms.all();
  }

  /** To be awaited after each commit: forgets what is too old, in small steps, once a day (P1). */
  async keepUp(nowMs: number): Promise<void> {
    if (this.#sweeps.length === 0) {
      if (nowMs - this.#sweptMs < SWEEP_EVERY_MS) return;
      this.#sweptMs = nowMs;
      const horizonMs = nowMs - PAST_RETENTION_MS;
      const isOlder = (key: SweptKey, _: unknown, next: SweptKey | undefined) =>
        next?.[0] === key[0] && (next?.[1] as number) <= horizonMs;
      this.#sweeps = [
        ...Object.values(this.#journal.blocks).map((blocks) => new Sweep(blocks as unknown as Swept, isOlder)),
        new Sweep(this.#alarms.ofTwins as Swept, (key, value) => {
          if ((key[2] as number) >= horizonMs) return false;
          const { clearedAt } = lastAlarmIn(value() as Buffer);
          return clearedAt !== undefined && clearedAt < horizonMs;
        }),
      ];
    }
    await this.#root.transaction(() => {
      if (this.#sweeps[0]?.step()) this.#sweeps.shift();
    });
  }
}

type SweptKey = (string | number)[];
type Swept = Database<unknown, SweptKey>;
