// A world: a district with its logs, clock and store, alive from start to stop. Answers everything that is asked of it.
// Fed by    the model; devices by way of the gateway; commands
// Gives     the `World` of views.ts, and a clean end
// W1  it is started when every partition has caught up with its log and knows that time goes on
// W2  the clock ticks only after what devices sent meanwhile is in the logs, so that nobody is called silent for our absence

import type { NatsConnection } from "@nats-io/transport-node";
import type { Logger } from "pino";
import { cellsOf } from "../models/cells.ts";
import type { District, TwinId, TwinModel } from "../models/district.ts";
import type { HistoryBatch } from "../models/telemetry/history-rows.ts";
import type { Definition } from "../twins/definition.ts";
import { AlarmBook } from "./alarm-book.ts";
import { bindDevices } from "./bindings.ts";
import { type Clock, startClock } from "./clock.ts";
import { CommandDesk } from "./command-desk.ts";
import { QuartierError } from "./errors.ts";
import { runGateway } from "./gateway.ts";
import { ImportDesk } from "./import-desk.ts";
import type { Changes } from "./live/changes.ts";
import { wireFlows } from "./live/flows.ts";
import type { LiveTwin } from "./live/live-twin.ts";
import { Neighbours } from "./live/neighbours.ts";
import { Partition } from "./live/partition.ts";
import { Shapes } from "./live/shape.ts";
import type { Inbox } from "./log/inbox.ts";
import { Streams } from "./log/streams.ts";
import { Outbox } from "./outbox.ts";
import { runPipeline } from "./pipeline.ts";
import { Reader } from "./reader.ts";
import { replay } from "./replay.ts";
import { Store, type StreamIdentity } from "./store/store.ts";
import type { DeadLetterReplay, ImportReport, WorldStatus } from "./views.ts";

const TICK_EVERY_MS = 250;
/** After this long the clock goes on even though devices send faster than the gateway reads. */
const CATCH_UP_LIMIT_MS = 30_000;
const CATCH_UP_LOOK_MS = 50;

export interface WorldOptions {
  district: District;
  catalogue: Record<string, Definition>;
  connection: NatsConnection;
  /** Of the server, for eyes. */
  nats: { url: string; version: string };
  /** Folder of the store. */
  dataDir: string;
  /** World seconds in a second of the wall clock. */
  speed: number;
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
  #ticker: NodeJS.Timeout | undefined;
  #deadLettered = 0;
  #stopping = false;

  static async start(options: WorldOptions): Promise<RunningWorld> {
    const { district, catalogue, connection, dataDir, speed } = options;
    const streams = await Streams.open(connection, district.id);
    const store = new Store(dataDir, district.id);
    try {
      const cellOf = cellsOf(district);
      const neighbours = new Neighbours(district);
      const partitions = await makePartitions(district, catalogue, store, cellOf, neighbours);
      const book = new AlarmBook(store.alarms());
      for (const partition of partitions) {
        const here = book.standing().filter(({ twin }) => partition.twins.has(twin));
        partition.wake(store.partition(partition.name), (id) => store.twin(id), here);
      }
      const clock = startClock(speed, Math.max(...partitions.map(({ now }) => now)));
      const world = new RunningWorld(options, streams, store, partitions, cellOf, neighbours, book, clock);
      await world.#open(partitions);
      return world;
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  private constructor(
    options: WorldOptions,
    streams: Streams,
    store: Store,
    partitions: readonly Partition[],
    cellOf: ReadonlyMap<TwinId, string>,
    neighbours: Neighbours,
    book: AlarmBook,
    clock: Clock,
  ) {
    const desk = new CommandDesk(
      streams,
      (id) => store.outcome(id),
      () => clock.now(),
    );
    super({ district: options.district, store, partitions, cellOf, neighbours, book, clock, desk });
    this.#options = options;
    this.#streams = streams;
    this.#startedAt = Date.now();
    this.#imports = new ImportDesk({
      ...{ streams, now: () => clock.now(), pointsOf: (id) => this.pointsOf(id) },
      partitionOf: (id) => cellOf.get(id),
    });
  }

  async #open(partitions: readonly Partition[]): Promise<void> {
    const { store, clock, cellOf } = this.parts;
    const { log, district } = this.#options;
    await this.#streams.events();
    for (const partition of partitions) this.#runners.push(await this.#runner(partition));
    await store.prune(clock.now(), this.parts.book.prune());
    for (const { outbox } of this.#runners) outbox.send([]);
    await Promise.all(this.#runners.map(({ partition }) => this.#resume(partition)));
    this.#gatewayInbox = await this.#streams.telemetry();
    this.#gateway = runGateway({
      ...{ inbox: this.#gatewayInbox, streams: this.#streams, deadLetters: store.deadLetters },
      bindings: bindDevices(district, cellOf),
      now: () => clock.now(),
      failed: (error) => log.warn({ err: error }, "the log did not take readings; trying again"),
      counted: (count) => {
        this.#deadLettered += count;
      },
    }).catch((error: Error) => this.#options.halt(error));
    void this.#startTicking();
  }

  async #runner(partition: Partition): Promise<Runner> {
    const { store, clock } = this.parts;
    const { log, halt } = this.#options;
    const { config, created, state } = await this.#streams.log(partition.name);
    const stream: StreamIdentity = { stream: config.name, created: String(created) };
    const saved = store.partition(partition.name);
    const recreated = saved !== undefined && saved.created !== stream.created;
    if (recreated || partition.position > state.last_seq) {
      const what = recreated ? "was made anew" : `ends at ${state.last_seq}`;
      const message = `the log of ${partition.name} ${what}, and the data folder has it up to ${partition.position}`;
      throw new QuartierError("LOG_BEHIND_CHECKPOINT", message);
    }
    const inbox = await this.#streams.follow(partition.name, partition.position, stream.created);
    const now = () => clock.now();
    const failed = (error: unknown) =>
      log.warn({ err: error, partition: partition.name }, "could not send; trying again");
    const outbox = new Outbox(partition.name, this.#streams, store, now, failed);
    const pipeline = runPipeline({
      ...{ partition, inbox, store, stream, now },
      committed: (_, changes) => this.#committed(changes, outbox),
    }).catch((error: Error) => halt(error));
    return { partition, inbox, outbox, stream, pipeline };
  }

  /** Lets a partition know that it is watched again, and waits until it has applied all of its log. */
  async #resume(partition: Partition): Promise<void> {
    const sequence = await this.#streams.append(partition.name, { type: "resumed", at: this.now() });
    while (partition.position < sequence && !this.#stopping) await this.nextCommit();
  }

  #committed(changes: Changes, outbox: Outbox): void {
    const { book, desk } = this.parts;
    book.put(changes.alarms.values());
    desk.decided(changes.outcomes);
    this.#imports.counted(changes.imports);
    outbox.send(changes.outbox);
    this.told(changes);
  }

  async #startTicking(): Promise<void> {
    const giveUp = Date.now() + CATCH_UP_LIMIT_MS;
    const { log } = this.#options;
    while (!this.#stopping && Date.now() < giveUp && (await this.#gatewayInbox.unsettled().catch(() => 1)) > 0) {
      await new Promise((resolve) => setTimeout(resolve, CATCH_UP_LOOK_MS));
    }
    const ticking = new Set<Partition>();
    const tick = async (partition: Partition): Promise<void> => {
      if (ticking.has(partition) || partition.conditions.nextDueMs > this.now()) return;
      ticking.add(partition);
      try {
        await this.#streams.append(partition.name, { type: "tick", at: this.now() });
      } catch (error) {
        log.warn({ err: error, partition: partition.name }, "the clock could not tick; trying again");
      } finally {
        ticking.delete(partition);
      }
    };
    if (this.#stopping) return;
    this.#ticker = setInterval(() => {
      for (const { partition } of this.#runners) void tick(partition);
    }, TICK_EVERY_MS);
  }

  async status(): Promise<WorldStatus> {
    const { nats } = this.#options;
    await Promise.all(this.#runners.map(({ partition }) => this.committed(partition)));
    const partitions = this.#runners.map(async ({ partition, inbox }) => ({
      name: partition.name,
      twins: partition.twins.size,
      position: partition.position,
      lag: await inbox.unsettled(),
    }));
    return {
      startedAt: this.#startedAt,
      now: this.now(),
      natsUrl: nats.url,
      natsVersion: nats.version,
      readings: { ...this.readings, deadLettered: this.#deadLettered },
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
    clearInterval(this.#ticker);
    this.parts.desk.close();
    this.#imports.close();
    await this.#gatewayInbox?.close();
    await this.#gateway;
    for (const { inbox } of this.#runners) await inbox.close();
    for (const { pipeline } of this.#runners) await pipeline;
    for (const { outbox } of this.#runners) await outbox.close();
    this.close();
    for (const { partition } of this.#runners) partition.stop();
    await this.parts.store.close();
  }
}

async function makePartitions(
  district: District,
  catalogue: Record<string, Definition>,
  store: Store,
  cellOf: ReadonlyMap<TwinId, string>,
  neighbours: Neighbours,
): Promise<Partition[]> {
  const cells = new Map<string, TwinModel[]>();
  for (const id of [...district.twins.keys()].sort()) {
    const cell = cellOf.get(id)!;
    const models = cells.get(cell);
    if (models) models.push(district.twins.get(id)!);
    else cells.set(cell, [district.twins.get(id)!]);
  }
  const shapes = new Shapes();
  const numberName = (twin: TwinId, point: string) => `${twin} ${point}`;
  const names = [...district.twins.values()].flatMap((model) =>
    shapes.of(catalogue[model.kind]!, model).names.map((point) => numberName(model.id, point)),
  );
  await store.numberPoints(names);
  const partitions = [...cells].map(
    ([name, models]) =>
      new Partition({
        ...{ name, district, models, catalogue, shapes, neighbours },
        cellOf: (twin) => cellOf.get(twin),
        storedSample: (number, at) => store.sampleAt(number, at),
        storedSpan: (...span) => store.history.page(...span),
        storedOutcome: (id) => store.outcomeOf(name, id),
        pointNumber: (twin, point) => store.pointNumber(numberName(twin, point))!,
      }),
  );
  const twins = new Map<TwinId, LiveTwin>(partitions.flatMap(({ twins: here }) => [...here]));
  wireFlows(twins, neighbours);
  return partitions;
}
