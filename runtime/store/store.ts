// The store of a world: LMDB, one environment in one folder.
// Fed by    one commit after the other: changed twins, samples, alarms, outcomes, outbox and the log's position together
// Gives     what a start needs to go on from there; history, alarms and dead letters for queries
// S1  position and state are committed in one transaction (L3); `commit` resolves when it is *flushed*, not when it is visible
// S2  a store belongs to one district and one form of records; another one is refused, never guessed at

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Database, open, type RootDatabase } from "lmdb";
import { QuartierError } from "../errors.ts";
import type { Changes, OutboxEntry } from "../live/changes.ts";
import type { PartitionRecord } from "../live/partition.ts";
import { freeze, SNAPSHOT_VERSION, type TwinRecord } from "../live/snapshot.ts";
import type { AlarmView, CommandOutcome } from "../views.ts";
import { DeadLetters } from "./dead-letters.ts";
import { History } from "./history.ts";
import { PastRecords } from "./past-records.ts";
import { TwinRecords } from "./twin-records.ts";

/** Readers that LMDB allows at a time; each open range of a query is one. */
const MAX_READERS = 256;
const MAX_DBS = 32;
/** Outcomes of commands are remembered this long, so that a repeated key gives the same answer. */
export const OUTCOME_RETENTION_MS = 7 * 24 * 3_600_000;

/** Which stream a position counts in: a stream that was made anew counts from 1 again. */
export interface StreamIdentity {
  stream: string;
  created: string;
}

interface Meta {
  version: number;
  district: string;
}

export class Store {
  readonly history: History;
  readonly past: PastRecords;
  readonly deadLetters: DeadLetters;
  readonly #root: RootDatabase;
  readonly #partitions: Database<PartitionRecord & StreamIdentity, string>;
  readonly #twins: TwinRecords;
  readonly #points: Database<number, string>;
  readonly #alarms: Database<AlarmView, string>;
  readonly #outcomes: Database<CommandOutcome & { at: number }, string>;
  readonly #ownOutcomes: Database<CommandOutcome & { at: number }, [partition: string, id: string]>;
  readonly #outbox: Database<OutboxEntry["out"], [string, number, number]>;
  readonly #numbers = new Map<string, number>();

  constructor(folder: string, district: string) {
    mkdirSync(folder, { recursive: true });
    this.#root = open({ path: join(folder, "world.lmdb"), maxDbs: MAX_DBS, maxReaders: MAX_READERS });
    this.#root.readerCheck();
    const openDb = <V, K extends string | number | (string | number)[]>(name: string) =>
      this.#root.openDB<V, K>({ name, encoding: "msgpack" });
    this.#partitions = openDb("partitions");
    this.#twins = new TwinRecords(openDb("twins"), openDb("layouts"));
    this.#points = openDb("points");
    this.#alarms = openDb("alarms");
    this.#outcomes = openDb("outcomes");
    this.#ownOutcomes = openDb("outcomes-of-partitions");
    this.#outbox = openDb("outbox");
    this.deadLetters = new DeadLetters(openDb("dead-letters"), () => this.#flushed());
    this.#checkMeta(openDb<Meta, string>("meta"), district);
    this.history = new History(this.#root);
    this.past = new PastRecords(this.#root);
    for (const { key, value } of this.#points.getRange({})) this.#numbers.set(key, value);
  }

  #checkMeta(db: Database<Meta, string>, district: string): void {
    const meta = db.get("world");
    if (!meta) db.putSync("world", { version: SNAPSHOT_VERSION, district });
    else if (meta.district !== district) {
      throw new QuartierError(
        "STORE_OTHER_DISTRICT",
        `the data folder belongs to the district ${meta.district}, not to ${district}`,
      );
    } else if (meta.version > SNAPSHOT_VERSION) {
      const message = `the data folder has records of version ${meta.version}; this program knows ${SNAPSHOT_VERSION}`;
      throw new QuartierError("STORE_TOO_NEW", message);
    }
  }

  partition(name: string): (PartitionRecord & StreamIdentity) | undefined {
    return this.#partitions.get(name);
  }

  twin(id: string): TwinRecord | undefined {
    return this.#twins.get(id);
  }

  alarms(): AlarmView[] {
    return [...this.#alarms.getRange({})].map(({ value }) => value);
  }

  outcome(id: string): CommandOutcome | undefined {
    return this.#outcomes.get(id);
  }

  /** What a partition answered itself: another one that was asked with the same key has an answer of its own. */
  outcomeOf(partition: string, id: string): CommandOutcome | undefined {
    return this.#ownOutcomes.get([partition, id]);
  }

  sampleAt(point: number, atMs: number): number | undefined {
    return this.history.at(point, atMs)?.value;
  }

  /** Numbers of points, given out once and kept for ever. Takes all names at a time, so that they cost one transaction. */
  async numberPoints(names: Iterable<string>): Promise<void> {
    const fresh = [...new Set(names)].filter((name) => !this.#numbers.has(name));
    if (fresh.length === 0) return;
    await this.#root.transaction(() => {
      for (const name of fresh) {
        const number = this.#numbers.size + 1;
        this.#numbers.set(name, number);
        this.#points.putSync(name, number);
      }
    });
    await this.#flushed();
  }

  pointNumber(name: string): number | undefined {
    return this.#numbers.get(name);
  }

  /** Writes one run of events: all of it or nothing. Resolves when it is on disk. */
  async commit(
    partition: string,
    record: PartitionRecord & StreamIdentity,
    changes: Changes,
    nowMs: number,
  ): Promise<void> {
    // A plain transaction of lmdb keeps what was put before its callback threw; a child transaction takes it back.
    const added = await this.#root.childTransaction(() => {
      for (const twin of changes.twins) this.#twins.put(twin.id, freeze(twin));
      this.past.put(partition, changes);
      for (const alarm of changes.alarms.values()) this.#alarms.putSync(alarm.id, alarm);
      for (const [id, outcome] of changes.outcomes) {
        this.#outcomes.putSync(id, { ...outcome, at: nowMs });
        this.#ownOutcomes.putSync([partition, id], { ...outcome, at: nowMs });
      }
      for (const { sequence, index, out } of changes.outbox) this.#outbox.putSync([partition, sequence, index], out);
      this.#partitions.putSync(partition, record);
      return this.history.put(changes.samples);
    });
    added();
    await this.#flushed();
    await this.history.keepUp(nowMs);
    await this.past.keepUp(nowMs);
  }

  /** What has not left yet, in the order in which it is to leave. */
  outbox(partition: string): OutboxEntry[] {
    const range = this.#outbox.getRange({ start: [partition, 0], end: [partition, Number.POSITIVE_INFINITY] });
    return [...range].map(({ key, value }) => ({ sequence: key[1], index: key[2], out: value }));
  }

  /** Strikes out what has left. Need not be flushed: what leaves twice is recognised by its id. */
  async sent(partition: string, entries: readonly OutboxEntry[]): Promise<void> {
    await this.#root.transaction(() => {
      for (const { sequence, index } of entries) this.#outbox.removeSync([partition, sequence, index]);
    });
  }

  /** Forgets outcomes that are too old to be asked for again, and alarms beyond the limit that were cleared long ago. */
  async prune(nowMs: number, staleAlarms: readonly string[]): Promise<void> {
    await this.#root.transaction(() => {
      for (const { key, value } of this.#outcomes.getRange({})) {
        if (value.at < nowMs - OUTCOME_RETENTION_MS) this.#outcomes.removeSync(key);
      }
      for (const { key, value } of this.#ownOutcomes.getRange({})) {
        if (value.at < nowMs - OUTCOME_RETENTION_MS) this.#ownOutcomes.removeSync(key);
      }
      for (const id of staleAlarms) this.#alarms.removeSync(id);
    });
  }

  async close(): Promise<void> {
    await this.history.close();
    await this.#flushed();
    await this.#root.close();
  }

  async #flushed(): Promise<void> {
    await this.#root.flushed;
  }
}
