// The keeper of a partition: brings to disk what its events did - at once what others are to hear of, now and then what it remembers.
// Fed by    the pipeline, after each run of events
// Gives     checkpoints, so seldom that a restart of the world replays about MAX_REPLAY_MS of work (unsaved-work.ts); told news, whose effects may then leave
// K1  nothing leaves, and no command is answered, before it is on disk
// K2  a checkpoint takes along what is not told yet: the store never knows an event without what it lets leave
// K3  one checkpoint at a time, and events go on meanwhile; they wait when more than MAX_UNSAVED_SAMPLES, or MAX_UNTOLD, wait for the disk,
//     while the outbox is full, when checkpoints go on, and while the store's upkeep is behind: never a checkpoint for upkeep, as a restart
//     replays what has none
// K4  what is on disk leaves in the order in which it was taken, whichever of two transactions is heard of first
// K5  of an alarm that changed again before it was told only its last form leaves

import { setTimeout as pause } from "node:timers/promises";
import type { News, OutboxEntry } from "./live/changes.ts";
import type { Checkpoint } from "./live/checkpoint.ts";
import type { Partition } from "./live/partition.ts";
import type { LogMark } from "./log/continuity.ts";
import type { Store, StreamIdentity } from "./store/store.ts";
import type { Told } from "./store/tellings.ts";
import { QUIET_MS, type Share, type UnsavedWork } from "./unsaved-work.ts";

/**
 * A change waits for its checkpoint for two hundred times as long as the last one took, but no less and no more than this: of two hundred
 * readings one then comes while a checkpoint is taken, which holds it up, and the slowest of a hundred is none of these.
 */
const AGE_PER_CHECKPOINT_MS = 200;
const MIN_AGE_MS = 200;
const MAX_AGE_MS = 5_000;
const MAX_UNSAVED_SAMPLES = 2_000_000;
/** Entries that wait to be told. */
const MAX_UNTOLD = 20_000;

export interface KeeperOptions {
  partition: Partition;
  store: Pick<Store, "draft" | "tell" | "checkpoint" | "keepUp" | "isBehind">;
  stream: StreamIdentity;
  now: () => number;
  /** At once: what is live has changed. */
  changed: (news: News) => void;
  /** On disk: what may leave, and outcomes that may be answered. */
  told: (told: Told) => void;
  /** Undefined while there is room for more that is to leave; else resolves when there is. */
  room: () => Promise<void> | undefined;
  failed: (error: Error) => void;
  /** That of all partitions of the world. */
  unsaved: UnsavedWork;
  /** Twins of the partition that may be awake; beyond that a checkpoint is made, and idle ones are put to sleep. */
  maxAwake: () => number;
}

export class Keeper {
  readonly #options: KeeperOptions;
  #mark: (() => LogMark) | undefined;
  #untold: Untold = new Untold();
  /** In transactions that are under way, in their order. */
  readonly #taken: Untold[] = [];
  #telling: Promise<void> | undefined;
  #checkpoint: Promise<void> | undefined;
  #upkeep: Promise<void> | undefined;
  #hasFailed = false;
  readonly #work: Share;
  #ageMs = MIN_AGE_MS;
  #oldestMs = Number.POSITIVE_INFINITY;
  #saved: number;
  /** Its work is in the share of it. */
  #reached: number;

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#work = options.unsaved.share();
    this.#saved = options.partition.position;
    this.#reached = this.#saved;
  }

  /** How long until something is to be done, when no event comes. */
  get waitMs(): number | undefined {
    if (this.#options.partition.position === this.#saved || this.#hasFailed) return undefined;
    // What came after it was taken is for the next one: to be looked at again.
    if (this.#checkpoint) return QUIET_MS;
    if (this.#isDue(this.#way())) return 0;
    return Math.max(0, Math.min(this.#options.unsaved.quietInMs, this.#oldestMs + this.#ageMs - performance.now()));
  }

  /** To be called in the same turn as the last event of a run: what tells that message from others. */
  read(mark: () => LogMark): void {
    this.#mark = mark;
  }

  /** To be called after each run of events, also of none, with the time it took. Waits while the disk cannot keep up. */
  async keep(workMs: number): Promise<void> {
    const { partition, room, store, unsaved } = this.#options;
    if (partition.position > this.#reached) {
      this.#reached = partition.position;
      unsaved.add(this.#work, workMs);
      this.#oldestMs = Math.min(this.#oldestMs, performance.now());
    }
    this.#hear();
    if (this.#untold.isWeighty) this.#telling ??= this.#tell();
    const way = this.#way();
    partition.draft(way);
    store.draft(partition.changes.saves);
    if (this.#isDue(way)) this.#begin();
    // Not while a checkpoint is under way: what it took is not in the store yet.
    if (!this.#checkpoint) partition.rest(this.#options.maxAwake());
    while (this.#telling && this.#untold.outbox.length > MAX_UNTOLD) await this.#telling;
    const full = room();
    if (full) await this.#saveUntil(full);
    while (this.#upkeep && store.isBehind) await this.#upkeep;
    while (this.#checkpoint && partition.changes.samples.length > MAX_UNSAVED_SAMPLES) await this.#checkpoint;
  }

  /** NATS may be away for hours: what was done is saved meanwhile, and whoever waits for the disk is answered. */
  async #saveUntil(room: Promise<void>): Promise<void> {
    let isFull = true;
    const over = room.finally(() => {
      isFull = false;
    });
    while (isFull) {
      if (this.#isDue(this.#way())) this.#begin();
      await Promise.race([over, pause(QUIET_MS)]);
    }
  }

  /** Resolves when all that others are to hear of is on disk. */
  async quiet(): Promise<void> {
    while (this.#untold.isWeighty || this.#taken.length > 0) {
      if (this.#hasFailed) return;
      await (this.#telling ?? this.#checkpoint ?? new Promise(setImmediate));
    }
  }

  /** The last checkpoint, of all that was applied. */
  async finish(): Promise<void> {
    while (this.#checkpoint) await this.#checkpoint;
    if (this.#hasFailed) return;
    this.#hear();
    if (this.#options.partition.position > this.#saved || this.#untold.isWeighty) this.#begin();
    await this.#checkpoint;
    await this.#telling;
    await this.#upkeep;
  }

  #hear(): void {
    const news = this.#options.partition.takeNews();
    this.#untold.add(news);
    this.#options.changed(news);
  }

  #isDue(way: number): boolean {
    return !this.#checkpoint && !this.#hasFailed && way >= 1;
  }

  /** How much of the way to the next checkpoint is gone: 1 or more when it is to be made. */
  #way(): number {
    const { partition, unsaved, maxAwake } = this.#options;
    if (partition.position === this.#saved) return 0;
    if (partition.progress.isAwaited || partition.twins.awakeCount > maxAwake() || unsaved.quietInMs === 0) return 1;
    return Math.max(
      unsaved.way(this.#work),
      (performance.now() - this.#oldestMs) / this.#ageMs,
      partition.changes.samples.length / (MAX_UNSAVED_SAMPLES / 2),
    );
  }

  #begin(): void {
    this.#checkpoint = this.#save()
      .catch((error: Error) => this.#fail(error))
      .finally(() => {
        this.#checkpoint = undefined;
      });
  }

  /** The program ends: nothing more is written. */
  #fail(error: Error): void {
    this.#hasFailed = true;
    this.#options.failed(error);
  }

  async #tell(): Promise<void> {
    const { store, partition, now } = this.#options;
    try {
      while (this.#untold.isWeighty) {
        let told!: Untold;
        await store.tell(
          partition.name,
          () => {
            this.#hear();
            told = this.#takeUntold();
            return told;
          },
          now(),
        );
        this.#release(told);
      }
    } catch (error) {
      this.#fail(error as Error);
    } finally {
      this.#telling = undefined;
    }
  }

  async #save(): Promise<void> {
    const { store, partition, stream, now } = this.#options;
    let told!: Untold;
    let checkpoint!: Checkpoint;
    const began = performance.now();
    await store.checkpoint(
      partition.name,
      stream,
      () => {
        this.#hear();
        told = this.#takeUntold();
        checkpoint = partition.takeCheckpoint();
        this.#work.ms = 0;
        this.#oldestMs = Number.POSITIVE_INFINITY;
        return { ...checkpoint, told };
      },
      now(),
    );
    this.#saved = checkpoint.record.position;
    const tookMs = performance.now() - began;
    this.#ageMs = Math.min(MAX_AGE_MS, Math.max(MIN_AGE_MS, AGE_PER_CHECKPOINT_MS * tookMs));
    this.#release(told);
    partition.progress.committed(this.#saved);
    partition.rest(this.#options.maxAwake());
    this.#upkeep ??= store
      .keepUp(now())
      .catch((error: Error) => this.#fail(error))
      .finally(() => {
        this.#upkeep = undefined;
      });
  }

  /** To be called in the turn in which it is given to the store. */
  #takeUntold(): Untold {
    const told = this.#untold;
    this.#untold = new Untold();
    told.mark = this.#mark?.();
    this.#taken.push(told);
    return told;
  }

  #release(told: Untold): void {
    told.isOnDisk = true;
    for (let [first] = this.#taken; first?.isOnDisk; [first] = this.#taken) {
      this.#taken.shift();
      this.#options.partition.told(first.upTo);
      this.#options.told(first);
    }
  }
}

/** News that is not on disk yet. */
class Untold implements Told {
  readonly outbox: OutboxEntry[] = [];
  readonly outcomes: News["outcomes"] = new Map();
  upTo = 0;
  mark: LogMark | undefined;
  isOnDisk = false;
  /** By id, where in the outbox an alarm stands. */
  readonly #alarms = new Map<string, number>();

  get isWeighty(): boolean {
    return this.outbox.length > 0 || this.outcomes.size > 0;
  }

  add({ outbox, outcomes, upTo }: News): void {
    for (const entry of outbox) this.#add(entry);
    for (const [id, outcome] of outcomes) this.outcomes.set(id, outcome);
    this.upTo = upTo;
  }

  #add(entry: OutboxEntry): void {
    if (entry.out.kind === "alarm") {
      const { id } = entry.out.alarm;
      const earlier = this.#alarms.get(id);
      if (earlier !== undefined) {
        this.outbox[earlier] = entry;
        return;
      }
      this.#alarms.set(id, this.outbox.length);
    }
    this.outbox.push(entry);
  }
}
