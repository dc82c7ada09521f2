// Settling: tells the server what it need not give again.
// Fed by    an inbox: what it received, and what of that did all that it is to do
// S1  the last of those before the first one that is not settled is acknowledged, and stands for all before it: to acknowledge each takes
//     the broker a quarter of all that it does for it
// S2  what devices sent is removed when it is settled. A purge removes what the stream has, received or not: nothing is purged behind a
//     message that is missing (J6), and with a new consumer all begins anew, as a stream that lost its end gives its numbers a second time

import type { JsMsg } from "@nats-io/jetstream";
import { type Stamped, stamped } from "./address.ts";
import { Deliveries } from "./deliveries.ts";

/** So many are told at once, as each telling is a write to the socket; fewer when no more come within the time. */
const MESSAGES_IN_ORDER = 256;
const WITHIN_MS_IN_ORDER = 20;
const MESSAGES = 1_024;
const WITHIN_MS = 50;
const CLOSE_LIMIT_MS = 2_000;

export interface Settling<Received> {
  /** "known": it is here already; "lost": one that its consumer gave before it is missing. */
  receive: (message: JsMsg) => Received | "known" | "lost";
  /** What they did is on disk. */
  settle: (messages: readonly Received[]) => void;
  /** A new consumer takes the place of the last one, and gives, where the order matters, what comes after that message. */
  renew: (after: number) => void;
  /** Tells what is left to tell; what is settled after that is told at once, or not at all. */
  close: () => Promise<void>;
}

/** Of what is read in order: a place is remembered elsewhere, and to settle says only that there is room for more. */
export class InOrder implements Settling<JsMsg> {
  readonly #acknowledge: (message: JsMsg) => void;
  /** The last message of earlier consumers, the last one that was told, and the last one that may be. */
  #before = 0;
  #told = 0;
  #last: JsMsg | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(acknowledge: (message: JsMsg) => void) {
    this.#acknowledge = acknowledge;
  }

  receive(message: JsMsg): JsMsg {
    return message;
  }

  settle(messages: readonly JsMsg[]): void {
    this.#last = messages.at(-1) ?? this.#last;
    if (this.#last && this.#last.seq - this.#told >= MESSAGES_IN_ORDER) this.#tell();
    // After the end nobody needs room any more, and the connection may be closed by then.
    else if (!this.#closed) this.#timer ??= setTimeout(() => this.#tell(), WITHIN_MS_IN_ORDER);
  }

  #tell(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const last = this.#last;
    // A consumer of the same name would take the acknowledgement of its forerunner's message for one of its own.
    if (!last || last.seq <= Math.max(this.#before, this.#told)) return;
    this.#acknowledge(last);
    this.#told = last.seq;
  }

  renew(after: number): void {
    this.#before = after;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#tell();
  }
}

export interface AnyOrderOptions {
  /** Resolves when the server has heard of it. */
  acknowledge: (message: JsMsg) => Promise<unknown>;
  /** Removes all messages of the stream before a sequence. */
  purge: (before: number) => Promise<void>;
}

/** Of what is kept until it is settled, and given again by each new consumer. */
export class AnyOrder implements Settling<Stamped> {
  readonly #options: AnyOrderOptions;
  #deliveries = new Deliveries();
  /** What the stream has last of all that came. */
  #highest = 0;
  /** Settled ones that may stand for all before them: of each call the one that was delivered last, the oldest first. */
  #marks: Stamped[] = [];
  #settled = 0;
  #timer: NodeJS.Timeout | undefined;
  #telling: Promise<void> | undefined;
  #closed = false;

  constructor(options: AnyOrderOptions) {
    this.#options = options;
  }

  receive(message: JsMsg): Stamped | "known" | "lost" {
    const received = stamped(message);
    if (received.delivery !== this.#deliveries.next) return "lost";
    this.#deliveries.add(received);
    if (received.sequence > this.#highest) {
      this.#highest = received.sequence;
      return received;
    }
    // It was not settled for so long that the server gives it again. Whoever has it settles it.
    this.#deliveries.settle(received);
    return "known";
  }

  settle(messages: readonly Stamped[]): void {
    let last = this.#marks.at(-1);
    for (const message of messages) {
      // What an earlier consumer gave comes again, and is settled then.
      if (!this.#deliveries.settle(message)) continue;
      this.#settled++;
      if (!last || message.delivery > last.delivery) last = message;
    }
    if (last && last !== this.#marks.at(-1)) this.#marks.push(last);
    if (this.#settled >= MESSAGES || this.#closed) this.#tell();
    else if (this.#settled > 0) this.#timer ??= setTimeout(() => this.#tell(), WITHIN_MS);
  }

  #tell(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#settled = 0;
    const deliveries = this.#deliveries;
    this.#telling ??= this.#tellAll().finally(() => {
      if (deliveries === this.#deliveries) this.#telling = undefined;
    });
  }

  async #tellAll(): Promise<void> {
    const deliveries = this.#deliveries;
    for (let mark = this.#takeMark(); mark; mark = this.#takeMark()) {
      // A consumer that had as many out as it may goes on when it hears of one of them; not when they are gone before that.
      const heard = this.#options.acknowledge(mark.message).catch(() => {});
      if (!this.#closed) await heard;
      if (deliveries !== this.#deliveries) return;
      // Where that fails they go with those that are settled next, or come again.
      await this.#options.purge(mark.sequence + 1).catch(() => {});
      if (deliveries !== this.#deliveries) return;
    }
  }

  /** The last one of those that have nothing before them that is not settled. */
  #takeMark(): Stamped | undefined {
    const { first } = this.#deliveries;
    const next = this.#marks.findIndex(({ delivery }) => delivery >= first);
    return this.#marks.splice(0, next < 0 ? this.#marks.length : next).at(-1);
  }

  renew(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#deliveries = new Deliveries();
    this.#marks = [];
    this.#settled = this.#highest = 0;
    this.#telling = undefined;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#tell();
    // What is not told or not purged then comes once more at the next start.
    await Promise.race([this.#telling, new Promise((resolve) => setTimeout(resolve, CLOSE_LIMIT_MS).unref())]);
  }
}
