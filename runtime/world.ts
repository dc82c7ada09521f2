// A world: a district with its logs, clock and store, alive from start to stop. Answers everything that is asked of it.
// Fed by    the model; devices by way of the gateway; commands
// Gives     the `World` of views.ts, and a clean end
// W1  it is started when every partition has caught up with its log and knows that time goes on

import type { NatsConnection } from "@nats-io/transport-node";
import type { Logger } from "pino";
import type { Directory } from "../models/directory.ts";
import type { HistoryBatch } from "../models/telemetry/history-rows.ts";
import { AlarmBook } from "./alarm-book.ts";
import { bindDevices } from "./bindings.ts";
import { type Clock, startClock } from "./clock.ts";
import { CommandDesk } from "./command-desk.ts";
import { QuartierError } from "./errors.ts";
import { runGateway } from "./gateway.ts";
import type { ImportReport } from "./history-views.ts";
import { ImportDesk } from "./import-desk.ts";
import { Keeper, MAX_REPLAY_MS } from "./keeper.ts";
import type { News } from "./live/changes.ts";
import type { Partition } from "./live/partition.ts";
import type { Catalogue } from "./live/population.ts";
import { goOn, type LogPlace } from "./log/continuity.ts";
import type { Inbox } from "./log/inbox.ts";
import { Streams } from "./log/streams.ts";
import { Outbox } from "./outbox.ts";
import { makePartitions, mayBeAwake } from "./partitions.ts";
import { runPipeline } from "./pipeline.ts";
import { floodingDevices, RateLimits } from "./rate-limits.ts";
import { Reader } from "./reader.ts";
import { replay } from "./replay.ts";
import { Store, type StreamIdentity } from "./store/store.ts";
import type { DeadLetterReplay, WorldStatus } from "./views.ts";
import { Watch } from "./watch.ts";

export interface WorldOptions {
  directory: Directory;
  catalogue: Catalogue;
  connection: NatsConnection;
  /** Of the server, for eyes. */
  nats: { url: string; version: string };
  /** Folder of the store. */
  dataDir: string;
  /** World seconds in a second of the wall clock. */
  speed: number;
  /** Where a log lost something, go on without it. */
  acceptLoss?: boolean;
  log: Logger;
  /** Something happened that this program must not go on from. */
  halt: (error: Error) => void;
}

interface Runner {
  partition: Partition;
  inbox: Inbox;
  outbox: Outbox;
  stream: StreamIdentity;
  pipeline: Promise<void>;
}

export class RunningWorld extends Reader {
  readonly #options: WorldOptions;
  readonly #streams: Streams;
  readonly #runners: Runner[] = [];
  readonly #startedAt: number;
  readonly #imports: ImportDesk;
  #gatewayInbox!: Inbox;
  #gateway!: Promise<void>;
  #watch: Watch | undefined;
  readonly #counts = { deadLettered: 0, coalesced: 0 };
  #stopping = false;

  static async start(options: WorldOptions): Promise<RunningWorld> {
    const { directory, catalogue, connection, dataDir, speed } = options;
    const streams = await Streams.open(connection, directory.id);
    const store = new Store(dataDir, directory.id);
    let world: RunningWorld | undefined;
    try {
      const partitions = await makePartitions(directory, catalogue, store);
      const book = new AlarmBook(store.alarms());
      for (const partition of partitions) {
        const here = book.standing().filter(({ twin }) => partition.twins.has(twin));
        partition.wake(store.partition(partition.name), here, store.told(partition.name).upTo);
      }
      const clock = startClock(speed, Math.max(...partitions.map(({ now }) => now)));
      world = new RunningWorld(options, streams, store, partitions, book, clock);
      await world.#open(partitions);
      return world;
    } catch (error) {
      if (world) await world.stop();
      else await store.close();
      throw error;
    }
  }

  private constructor(
    options: WorldOptions,
    streams: Streams,
    store: Store,
    partitions: readonly Partition[],
    book: AlarmBook,
    clock: Clock,
  ) {
    const desk = new CommandDesk(
      streams,
      (id) => store.outcome(id),
      () => clock.now(),
    );
    super({ directory: options.directory, store, partitions, book, clock, desk });
    this.#options = options;
    this.#streams = streams;
    this.#startedAt = Date.now();
    this.#imports = new ImportDesk({
      ...{ streams, now: () => clock.now(), pointsOf: (id) => this.pointsOf(id) },
      partitionOf: (id) => options.directory.cellOf(id),
    });
  }

  async #open(partitions: readonly Partition[]): Promise<void> {
    const { store, clock, directory } = this.parts;
    const { log } = this.#options;
    await this.#streams.events();
    for (const partition of partitions) this.#runners.push(await this.#runner(partition));
    await store.prune(clock.now());
    for (const { outbox } of this.#runners) outbox.send([]);
    await Promise.all(this.#runners.map(({ partition }) => this.#resume(partition)));
    this.#gatewayInbox = await this.#streams.telemetry();
    this.#gateway = runGateway({
      ...{ inbox: this.#gatewayInbox, streams: this.#streams, deadLetters: store.deadLetters },
      bindings: bindDevices(directory, { get: (twin) => directory.cellOf(twin) }),
      limits: new RateLimits(() => performance.now(), floodingDevices(this.parts.book.standing())),
      cellOf: (twin) => directory.cellOf(twin),
      now: () => clock.now(),
      failed: (error) => log.warn({ err: error }, "the log did not take readings; trying again"),
      counted: ({ deadLettered, coalesced }) => {
        this.#counts.deadLettered += deadLettered;
        this.#counts.coalesced += coalesced;
      },
    }).catch((error: Error) => this.#options.halt(error));
    this.#watch = new Watch({
      ...{ clock, partitions, log, unsettled: () => this.#gatewayInbox.unsettled() },
      append: (partition, event) => this.#streams.append(partition, event),
    });
  }

  async #runner(partition: Partition): Promise<Runner> {
    const { store, clock } = this.parts;
    const { log, halt, acceptLoss = false } = this.#options;
    const { config, created } = await this.#streams.log(partition.name);
    const stream: StreamIdentity = { stream: config.name, created: String(created) };
    const saved = store.partition(partition.name);
    let place: LogPlace = {
      created: saved?.created ?? stream.created,
      position: partition.position,
      mark: saved?.mark,
    };
    const told = (sentence: string) => log.warn({ partition: partition.name }, sentence);
    const logbook = this.#streams.logbook(partition.name);
    const { upTo, mark } = store.told(partition.name);
    const toldPlace = { ...place, position: upTo, mark };
    const isAhead = upTo > place.position;
    if (isAhead) place = await goOn(logbook, toldPlace, { acceptLoss, told, otherwise: place });
    const from = await goOn(logbook, place, { acceptLoss, told });
    partition.passed(from.position);
    const inbox = await this.#streams.follow(partition.name, from);
    const now = () => clock.now();
    const failed = (error: unknown) => {
      if (error instanceof QuartierError && error.disposition === "halt") halt(error);
      else log.warn({ err: error, partition: partition.name }, "could not send; trying again");
    };
    const outbox = new Outbox(partition.name, this.#streams, store, now, failed);
    const keeper = new Keeper({
      ...{ partition, store, stream, now, failed: halt },
      changed: (news) => this.#changed(news),
      told: ({ outcomes, outbox: entries }) => {
        this.parts.desk.decided(outcomes);
        outbox.send(entries);
      },
      room: () => outbox.room(),
      maxReplayMs: MAX_REPLAY_MS / this.parts.partitions.length,
      maxAwake: () => mayBeAwake(partition, this.parts.partitions),
    });
    const { deadLetters } = store;
    const pipeline = runPipeline({ partition, inbox, keeper, deadLetters }).catch((error: Error) => halt(error));
    return { partition, inbox, outbox, stream, pipeline };
  }

  /** Lets a partition know that it is watched again, and waits until it has applied all of its log. */
  async #resume(partition: Partition): Promise<void> {
    const sequence = await this.#streams.append(partition.name, { type: "resumed", at: this.now() });
    while (partition.position < sequence && !this.#stopping) await this.nextNews();
    // Many new twins are born a few with each event.
    while (!partition.births.areDone && !this.#stopping) {
      const tick = await this.#streams.append(partition.name, { type: "tick", at: this.now() });
      while (partition.position < tick && !this.#stopping) await this.nextNews();
    }
  }

  #changed(news: News): void {
    this.parts.book.put(news.alarms.values());
    this.#imports.counted(news.imports);
    this.tell(news);
  }

  async status(): Promise<WorldStatus> {
    const { nats } = this.#options;
    const partitions = this.#runners.map(async ({ partition, inbox }) => ({
      name: partition.name,
      twins: partition.twins.slots,
      position: partition.position,
      lag: (await inbox.unsettled()) ?? 0,
    }));
    return {
      startedAt: this.#startedAt,
      now: this.now(),
      natsUrl: nats.url,
      natsVersion: nats.version,
      readings: { ...this.readings, ...this.#counts },
      partitions: await Promise.all(partitions),
    };
  }

  async replayDeadLetter(id: string): Promise<DeadLetterReplay> {
    this.#refuseWhenStopping();
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

  /** Stops taking in, finishes what was begun, and closes the store. The log holds whatever was not applied. */
  async stop(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#watch?.stop();
    this.parts.desk.close();
    this.#imports.close();
    await this.#gatewayInbox?.close();
    await this.#gateway;
    for (const { inbox } of this.#runners) await inbox.close();
    // Before the pipelines: one that waits for room in its outbox would wait for NATS. What is told now leaves at the next start.
    await Promise.all(this.#runners.map(({ outbox }) => outbox.close()));
    for (const { pipeline } of this.#runners) await pipeline;
    this.close();
    for (const { partition } of this.#runners) partition.stop();
    await this.parts.store.close();
  }
}
