// Streams: the world's logs in JetStream. One stream takes what devices send, one for each partition is its log, one takes what leaves.
// Gives     `append` to a partition's log, and inboxes that read a stream from a given place
// J1  a message is acknowledged by us only after what it did is on disk; what is not acknowledged comes again
// J2  an inbox holds at most MAX_UNSETTLED messages; beyond that the server waits
// J3  the devices' stream refuses new messages when it is full; it never drops one that was not read

import {
  AckPolicy,
  type Consumer,
  type ConsumerInfo,
  type ConsumerMessages,
  DeliverPolicy,
  DiscardPolicy,
  type JetStreamClient,
  JetStreamApiError,
  type JetStreamManager,
  type JsMsg,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
  type StreamInfo,
} from "@nats-io/jetstream";
import { type NatsConnection, nanos } from "@nats-io/transport-node";
import { encodeEvent, type LogEvent } from "./events.ts";

const MAX_UNSETTLED = 4_096;
/** Fetched in one go; the inbox asks for more when three quarters are taken. */
const FETCH_MESSAGES = 1_024;
/** A message that we hold that long without settling it is sent again, and recognised. */
const ACK_WAIT_MS = 120_000;
/** JetStream sets this much disk aside, so it is no more than a district needs for some hours of flood. */
const MAX_TELEMETRY_BYTES = 1024 ** 3;
const LOG_RETENTION_MS = 90 * 24 * 3_600_000;
const EVENTS_RETENTION_MS = 7 * 24 * 3_600_000;
const DEDUPLICATION_MS = 120_000;

const CONSUMER_NOT_FOUND = 10014;
const STREAM_NOT_FOUND = 10059;

export class Streams {
  readonly telemetrySubject: string;
  readonly #js: JetStreamClient;
  readonly #jsm: JetStreamManager;
  readonly #district: string;

  constructor(js: JetStreamClient, jsm: JetStreamManager, district: string) {
    this.#js = js;
    this.#jsm = jsm;
    this.#district = district;
    this.telemetrySubject = `quartier.${district}.telemetry`;
  }

  static async open(connection: NatsConnection, district: string): Promise<Streams> {
    return new Streams(jetstream(connection), await jetstreamManager(connection), district);
  }

  #name(part: string): string {
    return `quartier_${this.#district}_${part}`;
  }

  logSubject(partition: string): string {
    return `quartier.${this.#district}.log.${partition}`;
  }

  /** The stream in which everything lands that devices publish. */
  async telemetry(): Promise<Inbox> {
    const name = this.#name("telemetry");
    await this.#ensure({
      ...{ name, subjects: [`${this.telemetrySubject}.*`], storage: StorageType.File },
      ...{ retention: RetentionPolicy.Workqueue, discard: DiscardPolicy.New, max_bytes: MAX_TELEMETRY_BYTES },
    });
    const durable = "gateway";
    if (!(await this.#consumer(name, durable))) {
      await this.#jsm.consumers.add(name, {
        ...{ durable_name: durable, ack_policy: AckPolicy.Explicit, deliver_policy: DeliverPolicy.All },
        ...{ ack_wait: nanos(ACK_WAIT_MS), max_ack_pending: MAX_UNSETTLED },
      });
    }
    return Inbox.open(await this.#js.consumers.get(name, durable), () => this.#consumer(name, durable));
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

  /** Reads a partition's log from the message after the given one. */
  async follow(partition: string, position: number): Promise<Inbox> {
    const name = this.#name(`log_${partition}`);
    const durable = "twins";
    if (await this.#consumer(name, durable)) await this.#jsm.consumers.delete(name, durable);
    await this.#jsm.consumers.add(name, {
      ...{
        durable_name: durable,
        ack_policy: AckPolicy.All,
        ack_wait: nanos(ACK_WAIT_MS),
        max_ack_pending: MAX_UNSETTLED,
      },
      ...{ deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: position + 1 },
    });
    return Inbox.open(await this.#js.consumers.get(name, durable), () => this.#consumer(name, durable));
  }

  /** Appends an event to a partition's log. `id`: the same id within two minutes is stored once. */
  async append(partition: string, event: LogEvent, id?: string): Promise<number> {
    const ack = await this.#js.publish(
      this.logSubject(partition),
      encodeEvent(event),
      id === undefined ? {} : { msgID: id },
    );
    return ack.seq;
  }

  /** What leaves the world: alarms and set values for devices, kept a week for those who were away. */
  async events(): Promise<void> {
    const subjects = [`quartier.${this.#district}.alarm.>`, `quartier.${this.#district}.command.*`];
    await this.#ensure({
      ...{ name: this.#name("events"), subjects, storage: StorageType.File, retention: RetentionPolicy.Limits },
      ...{ max_age: nanos(EVENTS_RETENTION_MS), duplicate_window: nanos(DEDUPLICATION_MS) },
    });
  }

  async publish(subject: string, bytes: Uint8Array, id: string): Promise<void> {
    await this.#js.publish(`quartier.${this.#district}.${subject}`, bytes, { msgID: id });
  }

  async #ensure(config: Partial<StreamConfig> & { name: string }): Promise<StreamInfo> {
    const info = await orMissing(this.#jsm.streams.info(config.name), STREAM_NOT_FOUND);
    return info ?? (await this.#jsm.streams.add(config));
  }

  async #consumer(stream: string, durable: string): Promise<ConsumerInfo | undefined> {
    return orMissing(this.#jsm.consumers.info(stream, durable), CONSUMER_NOT_FOUND);
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

/** Messages of one stream in their order, taken in batches. */
export class Inbox {
  #waiting: JsMsg[] = [];
  #wake: (() => void) | undefined;
  #closed = false;
  #messages!: ConsumerMessages;
  readonly #info: () => Promise<ConsumerInfo | undefined>;

  private constructor(info: () => Promise<ConsumerInfo | undefined>) {
    this.#info = info;
  }

  static async open(consumer: Consumer, info: () => Promise<ConsumerInfo | undefined>): Promise<Inbox> {
    const inbox = new Inbox(info);
    const callback = (message: JsMsg) => {
      inbox.#waiting.push(message);
      inbox.#wake?.();
    };
    inbox.#messages = await consumer.consume({ max_messages: FETCH_MESSAGES, callback });
    return inbox;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** At least one message, at most `max`; none at all when the inbox was closed. */
  async take(max: number): Promise<JsMsg[]> {
    while (this.#waiting.length === 0 && !this.#closed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    if (this.#closed) return [];
    if (this.#waiting.length <= max) {
      const all = this.#waiting;
      this.#waiting = [];
      return all;
    }
    return this.#waiting.splice(0, max);
  }

  /** Messages that the stream holds and that were not settled yet. */
  async unsettled(): Promise<number> {
    const info = await this.#info();
    return info ? info.num_pending + info.num_ack_pending : 0;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#wake?.();
    await this.#messages.close();
  }
}
