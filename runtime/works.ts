// The works of a world: all that runs while it is joined to NATS. A pipeline, a keeper and an outbox for each partition; the gateway; the watch.
// Fed by    the logs of the partitions, the devices' stream
// Gives     news of what changed, and a clean end
// W1  packs of devices are taken, and the clock ticks, only when every partition has caught up with its log

import type { Logger } from "pino";
import { bindDevices } from "./bindings.ts";
import { QuartierError } from "./errors.ts";
import { runGateway } from "./gateway.ts";
import { Keeper } from "./keeper.ts";
import type { News } from "./live/changes.ts";
import type { Partition } from "./live/partition.ts";
import { goOn, type LogPlace } from "./log/continuity.ts";
import type { LogEvent } from "./log/events.ts";
import type { Inbox } from "./log/inbox.ts";
import type { LeftPlace } from "./log/left.ts";
import type { Streams } from "./log/streams.ts";
import { Outbox } from "./outbox.ts";
import { mayBeAwake } from "./partitions.ts";
import { type PipelineOptions, runPipeline } from "./pipeline.ts";
import { floodingDevices, RateLimits } from "./rate-limits.ts";
import type { WorldParts } from "./reader.ts";
import type { StreamIdentity } from "./store/store.ts";
import { UnsavedWork } from "./unsaved-work.ts";
import { Watch } from "./watch.ts";

const LOOK_AGAIN_MS = 10;
const RETRY_MS = 1_000;

export interface WorksHost {
  parts: WorldParts;
  acceptLoss: boolean;
  log: Logger;
  halt: (error: Error) => void;
  changed: (news: News) => void;
  /** JetStream hangs (T3 of watch.ts). */
  silent: (error: QuartierError) => void;
  /** Resolves with the next news, or when the works are to stop. */
  nextNews: () => Promise<void>;
}

interface Runner {
  partition: Partition;
  inbox: PipelineOptions["inbox"];
  outbox: Outbox;
  keeper: Keeper;
  pipeline: Promise<void>;
}

export class Works {
  readonly streams: Streams;
  /** Of what devices sent. */
  readonly counts = { deadLettered: 0, coalesced: 0 };
  readonly #host: WorksHost;
  readonly #runners: Runner[] = [];
  readonly #unsaved = new UnsavedWork();
  #gateway: { inbox: Pick<Inbox<unknown>, "close">; ends: Promise<void> } | undefined;
  #watch: Watch | undefined;
  #stopping = false;
  #breakOff!: (error: QuartierError) => void;
  readonly #brokenOff = new Promise<never>((_, reject) => {
    this.#breakOff = reject;
  });

  constructor(host: WorksHost, streams: Streams) {
    this.#host = host;
    this.streams = streams;
    this.#brokenOff.catch(() => {});
  }

  /** Resolves when every partition has applied all of its log. */
  async catchUp(): Promise<void> {
    const { partitions, store } = this.#host.parts;
    await this.streams.events();
    const names = new Set(partitions.map(({ name }) => name));
    const left = await this.streams.left((name) => (names.has(name) ? store.told(name).upTo : undefined));
    for (const partition of partitions) this.#runners.push(await this.#runner(partition, left.get(partition.name)));
    for (const { outbox } of this.#runners) outbox.send([]);
    await Promise.all(partitions.map((partition) => this.#resume(partition)));
  }

  /** Appends events to the logs of partitions; resolves when all of them are applied. Rejects when it is to hurry. */
  async tell(events: ReadonlyMap<string, readonly LogEvent[]>): Promise<void> {
    const each = this.#host.parts.partitions.map(async (partition) => {
      let last = 0;
      for (const event of events.get(partition.name) ?? []) last = await this.streams.append(partition.name, event);
      await this.#applied(partition, last);
    });
    await Promise.race([Promise.all(each), this.#brokenOff]);
  }

  /** Resolves when all that the partitions had to tell each other is told, applied, and on disk. Rejects when it is to hurry. */
  async quiet(): Promise<void> {
    await Promise.race([this.#quiet(), this.#brokenOff]);
  }

  async #quiet(): Promise<void> {
    const positions = () => this.#host.parts.partitions.map(({ position }) => position).join();
    for (let before = ""; before !== positions() && !this.#stopping; ) {
      before = positions();
      for (const { keeper, outbox, inbox } of this.#runners) {
        while (!this.#stopping && (await inbox.unsettled()) !== 0)
          await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
        await keeper.quiet();
        await outbox.empty();
      }
    }
  }

  /** Messages of a partition's log that are not applied yet; undefined while nobody reads it. Rejects when NATS does not answer soon. */
  async lag(partition: string): Promise<number | undefined> {
    // Before, its consumer is that of a program that was.
    const isRead = this.#runners.some((runner) => runner.partition.name === partition);
    return isRead ? this.streams.lag(partition) : undefined;
  }

  /** Packs of devices that no log has yet; undefined while nobody takes them. Rejects when NATS does not answer soon. */
  async waiting(): Promise<number | undefined> {
    return this.#gateway && this.streams.waiting();
  }

  /** Takes what devices send, and lets the clock tick. */
  async open(): Promise<void> {
    if (this.#stopping) return;
    const { store, clock, directory, partitions, book } = this.#host.parts;
    const { log, halt, silent } = this.#host;
    const { streams, counts } = this;
    const inbox = await streams.telemetry();
    const ends = runGateway({
      ...{ inbox, streams, deadLetters: store.deadLetters },
      bindings: bindDevices(directory, { get: (twin) => directory.cellOf(twin) }),
      limits: new RateLimits(() => performance.now(), floodingDevices(book.standing())),
      cellOf: (twin) => directory.cellOf(twin),
      now: () => clock.now(),
      failed: (error) => log.warn({ err: error }, "the log did not take readings; trying again"),
      counted: ({ deadLettered, coalesced }) => {
        counts.deadLettered += deadLettered;
        counts.coalesced += coalesced;
      },
    }).catch((error: Error) => halt(error));
    this.#gateway = { inbox, ends };
    this.#watch = new Watch({
      ...{ clock, partitions, log, silent, unsettled: () => inbox.unsettled() },
      append: (partition, event) => streams.append(partition, event),
    });
  }

  async #runner(partition: Partition, left: LeftPlace | undefined): Promise<Runner> {
    const { store, clock, partitions, desk } = this.#host.parts;
    const { log, halt, changed } = this.#host;
    const { config, created } = await this.streams.log(partition.name);
    const stream: StreamIdentity = { stream: config.name, created: String(created) };
    const inbox = await this.#inbox(partition, stream);
    const now = () => clock.now();
    const failed = (error: unknown) => {
      if (error instanceof QuartierError && error.disposition === "halt") halt(error);
      else log.warn({ err: error, partition: partition.name }, "could not send; trying again");
    };
    const outbox = new Outbox(partition.name, this.streams, store, now, failed, left);
    const keeper = new Keeper({
      ...{ partition, store, stream, now, changed, failed: halt },
      told: ({ outcomes, outbox: entries }) => {
        desk.decided(outcomes);
        outbox.send(entries);
      },
      room: () => outbox.room(),
      unsaved: this.#unsaved,
      maxAwake: () => mayBeAwake(partition, partitions),
    });
    const { deadLetters } = store;
    const pipeline = runPipeline({ partition, inbox, keeper, deadLetters }).catch((error: Error) => halt(error));
    return { partition, inbox, outbox, keeper, pipeline };
  }

  /** The log, from where the store has it on, or from where it goes on (continuity.ts). */
  async #inbox(partition: Partition, stream: StreamIdentity): Promise<PipelineOptions["inbox"]> {
    const { store } = this.#host.parts;
    const { log, acceptLoss } = this.#host;
    const { name, position } = partition;
    const saved = store.partition(name);
    let place: LogPlace = { created: saved?.created ?? stream.created, position, mark: saved?.mark };
    const told = (sentence: string) => log.warn({ partition: name }, sentence);
    const logbook = this.streams.logbook(name);
    const { upTo, mark } = store.told(name);
    const toldPlace = { ...place, position: upTo, mark };
    const isAhead = upTo > place.position;
    if (isAhead) place = await goOn(logbook, toldPlace, { acceptLoss, told, otherwise: place });
    const from = await goOn(logbook, place, { acceptLoss, told });
    partition.passed(from.position);
    return this.streams.follow(name, from);
  }

  /** Lets a partition know that it is watched again, and waits until it has applied all of its log. */
  async #resume(partition: Partition): Promise<void> {
    const { clock } = this.#host.parts;
    const until = async (type: "resumed" | "tick") =>
      this.#applied(partition, await this.#insist(partition, () => ({ type, at: clock.now() })));
    await until("resumed");
    // Many new twins are born a few with each event.
    while (!partition.births.areDone && !this.#stopping) await until("tick");
  }

  /** Appends what does no harm when it is there twice: a start goes on however long NATS takes, but not without room for its logs. */
  async #insist({ name }: Partition, event: () => LogEvent): Promise<number> {
    for (;;) {
      try {
        return await this.streams.append(name, event());
      } catch (error) {
        if (this.#stopping || (error instanceof QuartierError && error.code === "LOG_FULL")) throw error;
        this.#host.log.warn(
          { err: error, partition: name },
          "the log did not take that the world goes on; trying again",
        );
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  async #applied(partition: Partition, sequence: number): Promise<void> {
    while (partition.position < sequence && !this.#stopping) await this.#host.nextNews();
  }

  /** Takes nothing of devices any more, and lets time stand; what is in the logs is applied as before. */
  async pause(): Promise<void> {
    this.#watch?.stop();
    await this.#gateway?.inbox.close();
    await this.#gateway?.ends;
  }

  /** Nothing is begun any more, and nobody waits to catch up, or for quiet; what runs goes on until it is stopped. */
  hurry(): void {
    this.#stopping = true;
    this.#breakOff(new QuartierError("STOPPING", "the program is stopping"));
    this.#watch?.stop();
  }

  /** Stops taking in, and finishes what was begun. The log holds whatever was not applied. */
  async stop(): Promise<void> {
    await this.pause();
    for (const { inbox } of this.#runners) await inbox.close();
    // Before the pipelines: one that waits for room in its outbox would wait for NATS. What is told now leaves at the next start.
    await Promise.all(this.#runners.map(({ outbox }) => outbox.close()));
    for (const { pipeline } of this.#runners) await pipeline;
    for (const { partition } of this.#runners) partition.stop();
  }
}
