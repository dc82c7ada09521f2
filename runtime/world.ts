// A world: a district with its logs, clock and store, alive from start to stop. Answers everything that is asked of it.
// Fed by    the model; devices and commands, by way of its works
// Gives     the `World` of views.ts, and a clean end
// W1  opened, it answers what the last checkpoints have, reads nothing that is not asked for, and changes nothing
// W2  joined, it has caught up with the log of every partition, and knows that time goes on

import type { NatsConnection } from "@nats-io/transport-node";
import type { Logger } from "pino";
import type { Directory } from "../models/directory.ts";
import type { HistoryBatch } from "../models/telemetry/history-rows.ts";
import { AlarmBook } from "./alarm-book.ts";
import { type Clock, startClock } from "./clock.ts";
import { CommandDesk } from "./command-desk.ts";
import { QuartierError } from "./errors.ts";
import type { ImportReport } from "./history-views.ts";
import { ImportDesk } from "./import-desk.ts";
import type { News } from "./live/changes.ts";
import type { Partition } from "./live/partition.ts";
import type { Catalogue } from "./live/population.ts";
import type { Streams } from "./log/streams.ts";
import { makePartitions } from "./partitions.ts";
import { Reader } from "./reader.ts";
import { Store } from "./store/store.ts";
import type { AlarmView, DeadLetterReplay, WorldStatus } from "./views.ts";
import type { Works } from "./works.ts";

export interface WorldOptions {
  directory: Directory;
  catalogue: Catalogue;
  /** Folder of the store. */
  dataDir: string;
  /** Keeps the store in order, in a process of its own; without it that is done here. */
  upkeepProgram?: URL | undefined;
  /** World seconds in a second of the wall clock. */
  speed: number;
  /** Where a log lost something, go on without it. */
  acceptLoss?: boolean;
  log: Logger;
  /** Something happened that this program must not go on from. */
  halt: (error: Error) => void;
}

export interface Joining {
  connection: NatsConnection;
  /** Of the server, for eyes. */
  nats: { url: string; version: string };
}

export class RunningWorld extends Reader {
  readonly #options: WorldOptions;
  readonly #startedAt: number;
  readonly #imports: ImportDesk;
  #nats: Joining["nats"] | undefined;
  #works: Works | undefined;
  #joining: Promise<void> | undefined;
  #stopping = false;

  static async open(options: WorldOptions): Promise<RunningWorld> {
    const { directory, catalogue, dataDir, speed, upkeepProgram } = options;
    const store = new Store(dataDir, directory.id, upkeepProgram);
    try {
      const partitions = await makePartitions(directory, catalogue, store);
      const stoodAt = partitions.map(({ name }) => store.partition(name)?.now ?? 0);
      return new RunningWorld(options, store, partitions, startClock(speed, Math.max(...stoodAt)));
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  private constructor(options: WorldOptions, store: Store, partitions: readonly Partition[], clock: Clock) {
    const { directory } = options;
    const logs = { append: async (...event: Parameters<Streams["append"]>) => this.#streams.append(...event) };
    const desk = new CommandDesk(
      logs,
      (id) => store.outcome(id),
      () => clock.now(),
    );
    super({ directory, store, partitions, book: new AlarmBook(() => store.alarms()), clock, desk });
    this.#options = options;
    this.#startedAt = Date.now();
    this.#imports = new ImportDesk({
      ...{ streams: logs, now: () => clock.now(), pointsOf: (id) => this.pointsOf(id) },
      partitionOf: (id) => directory.cellOf(id),
    });
  }

  get #streams(): Streams {
    if (this.#works) return this.#works.streams;
    throw new QuartierError("LOG_UNAVAILABLE", "the program is starting, and has not reached NATS yet");
  }

  /** To be called once. Resolves when every partition has applied all of its log. */
  join(joining: Joining): Promise<void> {
    this.#joining = this.#join(joining);
    return this.#joining;
  }

  async #join({ connection, nats }: Joining): Promise<void> {
    const { parts } = this;
    const { store, book, partitions, directory } = parts;
    const standing = new Map(partitions.map(({ name }): [string, AlarmView[]] => [name, []]));
    for (const alarm of book.standing()) standing.get(directory.cellOf(alarm.twin) ?? "")?.push(alarm);
    for (const partition of partitions) {
      const { name } = partition;
      partition.wake(store.partition(name), standing.get(name)!, store.told(name).upTo);
      // Whoever asks gets an answer between two of them.
      await new Promise(setImmediate);
    }
    // What only answers needs nothing of it.
    const { Works } = await import("./works.ts");
    const { log, halt, acceptLoss = false } = this.#options;
    const works = await Works.start(
      { parts, acceptLoss, log, halt, changed: (news) => this.#changed(news), nextNews: () => this.nextNews() },
      connection,
    );
    this.#nats = nats;
    this.#works = works;
    if (this.#stopping) works.hurry();
    await works.run();
  }

  #changed(news: News): void {
    this.parts.book.put(news.alarms);
    this.#imports.counted(news.imports);
    this.tell(news);
  }

  async status(): Promise<WorldStatus> {
    const { store, partitions } = this.parts;
    const each = partitions.map(async ({ name, twins, position }) => ({
      ...{ name, twins: twins.slots, lag: await this.#works?.lag(name) },
      position: Math.max(position, store.partition(name)?.position ?? 0),
    }));
    const { deadLettered = 0, coalesced = 0 } = this.#works?.counts ?? {};
    return {
      ...{ startedAt: this.#startedAt, now: this.now(), nats: this.#nats },
      readings: { ...this.readings, deadLettered, coalesced },
      partitions: await Promise.all(each),
    };
  }

  async replayDeadLetter(id: string): Promise<DeadLetterReplay> {
    this.#refuseWhenStopping();
    const { replay } = await import("./replay.ts");
    return replay(id, this.parts.store.deadLetters, this.#streams);
  }

  async dropDeadLetter(id: string): Promise<boolean> {
    this.#refuseWhenStopping();
    return this.parts.store.deadLetters.drop(id);
  }

  async importHistory(batches: AsyncIterable<HistoryBatch>): Promise<ImportReport> {
    return this.#imports.take(batches);
  }

  #refuseWhenStopping(): void {
    if (this.#stopping) throw new QuartierError("STOPPING", "the program is stopping");
  }

  /** Stops taking in, finishes what was begun, and closes the store. */
  async stop(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    this.parts.desk.close();
    this.#imports.close();
    this.#works?.hurry();
    this.wakeWaiting();
    await this.#joining?.catch(() => {});
    await this.#works?.stop();
    this.close();
    await this.parts.store.close();
  }
}
