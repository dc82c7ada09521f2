// Streams: the world's logs in JetStream. One stream takes what devices send, one for each partition is its log, one takes what leaves.
// Gives     `append` to a partition's log, and inboxes that read a stream from a given place
// J3  the devices' stream refuses new messages when it is full; it never drops one that was not read
// J5  a start, and a connection that came back, ask at once for all that was not settled: nothing waits for ACK_WAIT_MS

import {
  AckPolicy,
  type Consumer,
  type ConsumerConfig,
  type ConsumerInfo,
  DeliverPolicy,
  DiscardPolicy,
  JetStreamApiError,
  type JetStreamClient,
  type JetStreamManager,
  type JsMsg,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
  type StreamInfo,
} from "@nats-io/jetstream";
import { headers, type NatsConnection, nanos, TimeoutError } from "@nats-io/transport-node";
import { QuartierError } from "../errors.ts";
import type { Stamped } from "./address.ts";
import { withArrival } from "./arrival.ts";
import { demand, type Log, type LogPlace, markOf, nanosOf } from "./continuity.ts";
import { encodeEvent, type LogEvent } from "./events.ts";
import { Inbox, type InboxOptions, MAX_UNSETTLED, MAX_UNSETTLED_IN_ORDER, unsettledIn } from "./inbox.ts";
import { type LeftPlace, whatLeft } from "./left.ts";
import { eventsIn } from "./left-events.ts";
import { AWAY, type Message, Publisher, unavailable } from "./publisher.ts";
import { orFull, widened, withRoom } from "./room.ts";
import { AnyOrder, InOrder } from "./settling.ts";

/** A message that we hold that long without settling it is sent again, and recognised. */
const ACK_WAIT_MS = 120_000;
/** JetStream sets this much disk aside, so it is no more than a district needs for some hours of flood. */
const MAX_TELEMETRY_BYTES = 1024 ** 3;
/** Where it has less room, the half, and so on; with less than that there is none worth to begin with. */
const LEAST_TELEMETRY_BYTES = 64 * 1024 ** 2;
const LOG_RETENTION_MS = 90 * 24 * 3_600_000;
const EVENTS_RETENTION_MS = 7 * 24 * 3_600_000;
const DEDUPLICATION_MS = 120_000;

/** What JetStream is asked may take so long: a program that wakes many twins listens to nothing for seconds, and its time runs on. */
const API_TIMEOUT_MS = 30_000;
/** What somebody waits for who asks how things are. */
const LOOK_TIMEOUT_MS = 5_000;

/** Of a partition's log. */
const LOG_CONSUMER = "twins";
const TELEMETRY = "telemetry";
/** Of what devices send. */
const GATEWAY = "gateway";

const CONSUMER_NOT_FOUND = 10014;
const STREAM_NOT_FOUND = 10059;

export class Streams {
  readonly telemetrySubject: string;
  readonly #js: JetStreamClient;
  readonly #jsm: JetStreamManager;
  /** With less patience. */
  readonly #looking: JetStreamManager;
  readonly #publisher: Publisher;
  readonly #district: string;
  readonly #inboxes = new Set<Pick<Inbox<unknown>, "closed" | "reopen">>();

  constructor(connection: NatsConnection, jsm: JetStreamManager, looking: JetStreamManager, district: string) {
    this.#js = jetstream(connection, { timeout: API_TIMEOUT_MS });
    this.#jsm = jsm;
    this.#looking = looking;
    this.#publisher = new Publisher(connection);
    this.#district = district;
    this.telemetrySubject = `quartier.${district}.telemetry`;
  }

  static async open(connection: NatsConnection, district: string): Promise<Streams> {
    const jsm = await jetstreamManager(connection, { timeout: API_TIMEOUT_MS });
    const looking = await jetstreamManager(connection, { timeout: LOOK_TIMEOUT_MS, checkAPI: false });
    const streams = new Streams(connection, jsm, looking, district);
    void streams.#watch(connection);
    return streams;
  }

  /** A message that was on its way when the connection broke is lost for its consumer, until the server tries again. */
  async #watch(connection: NatsConnection): Promise<void> {
    for await (const { type } of connection.status()) {
      if (type === "disconnect") this.#publisher.isAway = true;
      if (type !== "reconnect") continue;
      for (const inbox of this.#inboxes) if (!inbox.closed) inbox.reopen();
      this.#publisher.isAway = false;
    }
  }

  #name(part: string): string {
    return `quartier_${this.#district}_${part}`;
  }

  logSubject(partition: string): string {
    return `quartier.${this.#district}.log.${partition}`;
  }

  /** The stream in which everything lands that devices publish. */
  async telemetry(): Promise<Inbox<Stamped>> {
    const name = this.#name(TELEMETRY);
    const retention = RetentionPolicy.Limits;
    const config = {
      ...{ name, subjects: [`${this.telemetrySubject}.*`], storage: StorageType.File },
      ...{ retention, discard: DiscardPolicy.New },
    };
    const { config: found, state } = (await this.#found(name)) ?? (await this.#roomy(config));
    if (found.retention !== retention) await this.#replaceTelemetry(config, state.messages);
    else {
      // It may have been made when there was less room.
      const update = (max_bytes: number) => this.#jsm.streams.update(name, { ...found, max_bytes });
      await widened(MAX_TELEMETRY_BYTES, found.max_bytes, update);
    }
    const settings = { ack_policy: AckPolicy.All, deliver_policy: DeliverPolicy.All };
    const purge = (before: number) => this.#purge(name, before);
    const settling = new AnyOrder({ acknowledge: (message) => message.ackAck(), purge });
    return this.#inbox(name, GATEWAY, { settling, after: undefined }, async () => settings);
  }

  /** Earlier programs kept what devices sent in a work queue, of which each message is to be acknowledged; JetStream does not change that. */
  async #replaceTelemetry(config: Partial<StreamConfig> & { name: string }, left: number): Promise<void> {
    if (left > 0) {
      const message = `the stream ${config.name} was made by an earlier version, and holds ${left} packs that it did not take`;
      throw new QuartierError("LOG_TOO_OLD", message);
    }
    await this.#jsm.streams.delete(config.name);
    await this.#roomy(config);
  }

  /** A new stream, with as much room as can be had. */
  #roomy(config: Partial<StreamConfig> & { name: string }): Promise<StreamInfo> {
    const add = (max_bytes: number) => this.#jsm.streams.add({ ...config, max_bytes });
    return withRoom(MAX_TELEMETRY_BYTES, LEAST_TELEMETRY_BYTES, add);
  }

  /** The log of a partition; made when it is not there. */
  async log(partition: string): Promise<StreamInfo> {
    const duplicate_window = nanos(DEDUPLICATION_MS);
    return this.#ensure({
      ...{ name: this.#name(`log_${partition}`), subjects: [this.logSubject(partition)], storage: StorageType.File },
      ...{
        retention: RetentionPolicy.Limits,
        discard: DiscardPolicy.Old,
        max_age: nanos(LOG_RETENTION_MS),
        duplicate_window,
      },
    });
  }

  /** A partition's log as it is compared with the place up to which it was read. */
  logbook(partition: string): Log {
    const name = this.#name(`log_${partition}`);
    return {
      partition,
      state: async () => {
        const found = await this.#found(name);
        if (found === undefined) return undefined;
        const { first_seq: firstSequence, last_seq: lastSequence, last_ts } = found.state;
        return { created: String(found.created), firstSequence, lastSequence, lastAt: nanosOf(last_ts) };
      },
      markAt: async (seq) => {
        const message = await this.#jsm.streams.getMessage(name, { seq });
        return message ? markOf(message.data, nanosOf(message.timestamp)) : undefined;
      },
      append: (event) => this.append(partition, event),
      lift: (sequence) => this.#purge(name, sequence + 1),
    };
  }

  /** Reads a partition's log from the message after the given place. The inbox fails when the log does not go on from there (C1, C2). */
  async follow(partition: string, place: LogPlace): Promise<Inbox<JsMsg>> {
    const { created, position, mark } = place;
    const log = this.logbook(partition);
    const settling = new InOrder((message) => this.#publisher.acknowledge(message));
    const reading = { settling, after: position };
    return this.#inbox(this.#name(`log_${partition}`), LOG_CONSUMER, reading, async (after, last) => {
      await demand(log, { created, position: after, mark: last ? markOf(last.data, last.timestampNanos) : mark });
      return {
        ...{ ack_policy: AckPolicy.All, max_ack_pending: MAX_UNSETTLED_IN_ORDER },
        ...{ deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: after + 1 },
      };
    });
  }

  /** Messages of a partition's log that are not settled; undefined while nobody reads it. Rejects when NATS does not answer soon. */
  lag(partition: string): Promise<number | undefined> {
    return this.#unsettled(`log_${partition}`, LOG_CONSUMER);
  }

  /** Packs of devices that the gateway did not settle; undefined while there is none. Rejects when NATS does not answer soon. */
  waiting(): Promise<number | undefined> {
    return this.#unsettled(TELEMETRY, GATEWAY);
  }

  async #unsettled(part: string, durable: string): Promise<number | undefined> {
    this.#refuseWhenAway();
    const info = this.#looking.consumers.info(this.#name(part), durable);
    const found = await orMissing(info, CONSUMER_NOT_FOUND);
    return found && unsettledIn(found);
  }

  #refuseWhenAway(): void {
    if (this.#publisher.isAway) throw unavailable(AWAY);
  }

  /** Its consumer is made anew at each opening, so that all that was not settled comes again at once. */
  async #inbox<Received>(
    stream: string,
    durable_name: string,
    reading: Pick<InboxOptions<Received>, "settling" | "after">,
    settings: (after: number, last: JsMsg | undefined) => Promise<Partial<ConsumerConfig>>,
  ): Promise<Inbox<Received>> {
    const info = () => this.#consumer(stream, durable_name);
    const consumer = async (after: number, last: JsMsg | undefined): Promise<Consumer> => {
      const wanted = await settings(after, last);
      if (await info()) await this.#jsm.consumers.delete(stream, durable_name);
      const limits = { ack_wait: nanos(ACK_WAIT_MS), max_ack_pending: MAX_UNSETTLED };
      // Nobody goes on with what it would write down of itself.
      await this.#jsm.consumers.add(stream, { durable_name, mem_storage: true, ...limits, ...wanted });
      return this.#js.consumers.get(stream, durable_name);
    };
    const inbox = await Inbox.open({ consumer, info, ...reading });
    this.#inboxes.add(inbox);
    return inbox;
  }

  /** Removes all messages before a sequence. Rejects while the server is away: the client would ask it when it is back, and its numbers may be others then. */
  async #purge(stream: string, before: number): Promise<void> {
    this.#refuseWhenAway();
    await this.#jsm.streams.purge(stream, { seq: before });
  }

  /** Appends an event to a partition's log. `id`: the same id within two minutes is stored once. */
  async append(partition: string, event: LogEvent, id?: string): Promise<number> {
    return this.#publisher.publish(this.logSubject(partition), encodeEvent(event), id);
  }

  /** Publishes what a device sent once more; gives its place in the telemetry stream. The same id within two minutes is stored once. */
  async replay(subject: string, bytes: Uint8Array, arrivedAtMs: number, id: string): Promise<number> {
    return this.#publisher.publish(subject, bytes, id, withArrival(headers(), arrivedAtMs));
  }

  /** What leaves the world: alarms and set values for devices, kept a week for those who were away. */
  async events(): Promise<void> {
    const subjects = [`quartier.${this.#district}.alarm.>`, `quartier.${this.#district}.command.*`];
    await this.#ensure({
      ...{ name: this.#name("events"), subjects, storage: StorageType.File, retention: RetentionPolicy.Limits },
      ...{ max_age: nanos(EVENTS_RETENTION_MS), duplicate_window: nanos(DEDUPLICATION_MS) },
    });
  }

  /** What left of each partition, where the store does not know it. `told`: see there. */
  left(told: (partition: string) => number | undefined): Promise<ReadonlyMap<string, LeftPlace>> {
    const createdMs = async (partition: string) => Date.parse(String((await this.log(partition)).created));
    return whatLeft({ ...eventsIn(this.#name("events"), this.#js, this.#jsm), createdMs }, told);
  }

  /** Resolves when all are stored. Subjects are those after the district's. */
  async publish(messages: readonly Message[]): Promise<void> {
    await this.#publisher.publishAll(messages, `quartier.${this.#district}.`);
  }

  async #ensure(config: Partial<StreamConfig> & { name: string }): Promise<StreamInfo> {
    return (await this.#found(config.name)) ?? (await orFull(this.#jsm.streams.add(config)));
  }

  #found(name: string): Promise<StreamInfo | undefined> {
    return orMissing(this.#jsm.streams.info(name), STREAM_NOT_FOUND);
  }

  async #consumer(stream: string, durable: string): Promise<ConsumerInfo | undefined> {
    try {
      return await orMissing(this.#jsm.consumers.info(stream, durable), CONSUMER_NOT_FOUND);
    } catch (error) {
      if (!(error instanceof TimeoutError) || this.#publisher.isAway) throw error;
      const message = `JetStream did not answer within ${API_TIMEOUT_MS / 1000} s, though nats-server is there`;
      throw new QuartierError("LOG_SILENT", message);
    }
  }
}

async function orMissing<T>(answer: Promise<T>, missing: number): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === missing) return undefined;
    throw error;
  }
}
