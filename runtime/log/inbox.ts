// Inbox: the messages of one stream, taken in batches, whatever happens to the connection on the way.
// Fed by    a JetStream consumer, which is made anew when the connection came back or a message is missing
// J1  what devices sent is settled only after what it did is on disk; what is not settled comes again
// J2  an inbox holds at most MAX_UNSETTLED messages, or in order MAX_UNSETTLED_IN_ORDER; beyond that the server waits
// J3  of a partition's log the place in the store counts, and reading begins there at each start: to settle one of its messages
//     says only that there is room for more (settling.ts)
// J4  an inbox in order gives every message once and leaves none out: what was on its way when a connection broke is asked for
//     again, what comes twice is passed over, and what the stream lost is LOG_GAP
// J6  any other inbox asks for all that is not settled when a message does not come that its consumer gave

import type { Consumer, ConsumerInfo, ConsumerMessages, JsMsg } from "@nats-io/jetstream";
import { QuartierError } from "../errors.ts";
import type { Settling } from "./settling.ts";

/** What is settled behind a pack that is held (rate-limits.ts) is among them. */
export const MAX_UNSETTLED = 8_192;
/**
 * In order, where each may hold many readings: what waits for longer than it takes to fill the young generation twice outlives it, with
 * all that came through the socket beside it, and is found by nothing but a marking of the whole heap.
 */
export const MAX_UNSETTLED_IN_ORDER = 512;
/** Fetched in one go; the inbox asks for more when three quarters are taken. */
const FETCH_MESSAGES = 1_024;
const RETRY_MS = 500;

export interface InboxOptions<Received> {
  /** Makes the consumer, in place of one that is there; an inbox in order says after which sequence it goes on, and which message that was. An error that halts is final, any other is tried again. */
  consumer: (after: number, last: JsMsg | undefined) => Promise<Consumer>;
  info: () => Promise<ConsumerInfo | undefined>;
  settling: Settling<Received>;
  /** The message after which it starts, of a stream that is to be read in order; undefined when the order does not matter. */
  after: number | undefined;
}

/** Messages that a consumer has before it, or gave and was not told to be settled. */
export const unsettledIn = ({ num_pending, num_ack_pending }: ConsumerInfo): number => num_pending + num_ack_pending;

/** Of messages as its settling wants them back. */
export class Inbox<Received> {
  readonly #options: InboxOptions<Received>;
  readonly #isInOrder: boolean;
  /** In order, the last message that was received. */
  #last: number;
  #lastMessage: JsMsg | undefined;
  #waiting: Received[] = [];
  #wake: (() => void) | undefined;
  #closed = false;
  /** Why it cannot go on. */
  #failure: QuartierError | undefined;
  /** Grows with each consumer, so that messages of an earlier one are known. */
  #generation = 0;
  #messages: ConsumerMessages | undefined;
  #opening: Promise<void> | undefined;

  private constructor(options: InboxOptions<Received>) {
    this.#options = options;
    this.#isInOrder = options.after !== undefined;
    this.#last = options.after ?? 0;
  }

  static async open<Received>(options: InboxOptions<Received>): Promise<Inbox<Received>> {
    const inbox = new Inbox(options);
    await inbox.#consume();
    return inbox;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Goes on with a new consumer: messages that the server sent may not have come. */
  reopen(): void {
    this.#generation++;
    this.#opening ??= this.#reopen().finally(() => {
      this.#opening = undefined;
    });
  }

  async #reopen(): Promise<void> {
    for (;;) {
      const generation = this.#generation;
      const old = this.#messages;
      this.#messages = undefined;
      old?.close().catch(() => {});
      if (this.#closed) return;
      try {
        await this.#consume();
        if (generation === this.#generation) return;
      } catch (error) {
        if (error instanceof QuartierError && error.disposition === "halt") {
          this.#fail(error);
          return;
        }
        // The server is not back, or not ready yet.
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  async #consume(): Promise<void> {
    const generation = this.#generation;
    this.#options.settling.renew(this.#last);
    const consumer = await this.#options.consumer(this.#last, this.#lastMessage);
    const callback = (message: JsMsg) => {
      if (generation === this.#generation) this.#receive(message);
    };
    this.#messages = await consumer.consume({ max_messages: FETCH_MESSAGES, callback });
  }

  #receive(message: JsMsg): void {
    if (this.#isInOrder) {
      if (message.seq <= this.#last) return;
      if (message.seq !== this.#last + 1) {
        this.#miss(message);
        return;
      }
      this.#last = message.seq;
      this.#lastMessage = message;
    }
    const received = this.#options.settling.receive(message);
    if (received === "lost") this.reopen();
    if (received === "lost" || received === "known") return;
    this.#waiting.push(received);
    this.#wake?.();
  }

  /** A message came without the one before it: asked for again; but a new consumer begins with the next that the stream has. */
  #miss({ seq, info }: JsMsg): void {
    if (info.deliverySequence !== 1) this.reopen();
    else {
      const gone = seq - this.#last - 1;
      this.#fail(new QuartierError("LOG_GAP", `${info.stream} goes on at ${seq}: ${gone} messages before it are gone`));
    }
  }

  #fail(error: QuartierError): void {
    this.#failure = error;
    this.#wake?.();
  }

  /**
   * At least one message, at most `max`; none when nothing came within `withinMs`, and none when the inbox was closed. Throws when the
   * stream cannot be read on.
   */
  async take(max: number, withinMs = Number.POSITIVE_INFINITY): Promise<Received[]> {
    let late = false;
    let timer: NodeJS.Timeout | undefined;
    if (Number.isFinite(withinMs)) {
      timer = setTimeout(() => {
        late = true;
        this.#wake?.();
      }, withinMs);
    }
    while (this.#waiting.length === 0 && !this.#closed && !this.#failure && !late) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    clearTimeout(timer);
    if (this.#closed) return [];
    if (this.#failure) throw this.#failure;
    if (this.#waiting.length <= max) {
      const all = this.#waiting;
      this.#waiting = [];
      return all;
    }
    return this.#waiting.splice(0, max);
  }

  /** What the messages did is on disk. In order, the last one stands for all before it. */
  settle(messages: readonly Received[]): void {
    this.#options.settling.settle(messages);
  }

  /** Messages that the stream holds and that were not settled yet; undefined while the consumer is made anew. */
  async unsettled(): Promise<number | undefined> {
    const info = await this.#options.info();
    return info && unsettledIn(info);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#wake?.();
    await this.#options.settling.close();
    await this.#opening;
    await this.#messages?.close();
  }
}
