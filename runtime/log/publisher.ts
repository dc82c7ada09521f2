// The publisher: messages into streams, many under way at a time, each acknowledged by the server.
// Fed by    whoever appends to a log or publishes into a stream
// Gives     the place that a message got in its stream
// B1  messages leave in the order in which they were given; the server stores them in the order in which they arrive
// B2  while the server is away nothing is taken: what would leave after it is back, its giver was told that it was not taken
// B3  an acknowledgement that does not come within ACK_TIMEOUT_MS is a failure: whoever gave the message gives it again, with the same id.
//     Time in which this program did not listen does not count: the acknowledgement lies in its socket

import type { JsMsg } from "@nats-io/jetstream";
import { createInbox, headers, type Msg, type MsgHdrs, type NatsConnection } from "@nats-io/transport-node";
import { QuartierError } from "../errors.ts";
import { Ink } from "../live/ink.ts";

const ACK_TIMEOUT_MS = 5_000;
const SWEEP_EVERY_MS = 1_000;
/** Between two sweeps the socket is read, however long this program was busy before. */
const ACK_SWEEPS = ACK_TIMEOUT_MS / SWEEP_EVERY_MS;
const NO_RESPONDERS = 503;
export const MESSAGE_ID = "Nats-Msg-Id";

export const AWAY = "NATS cannot be reached";
const CLOSED = "the connection to NATS is closed";
export const unavailable = (what: string): QuartierError => new QuartierError("LOG_UNAVAILABLE", what);

/** A message with an id: the same id within the stream's window is stored once. */
export interface Message {
  subject: string;
  id: string;
  /** Writes what it says. */
  write: (ink: Ink) => unknown;
}

/** Who waits for the acknowledgements of messages that were sent together. */
interface Waiting {
  /** Sweeps that there had been when they were sent. */
  since: number;
  left: number;
  failure: Error | undefined;
  /** With the place of the last one that was acknowledged. */
  resolve: (sequence: number) => void;
  reject: (error: Error) => void;
}

interface Acknowledgement {
  seq?: number;
  error?: { code: number; err_code?: number; description?: string };
}

/** What JetStream answers when the limits of the server, the account, its storage or the stream are reached. */
const NO_ROOM = [10002, 10023, 10047, 10077];
export const isNoRoom = (code: number | undefined): boolean => code !== undefined && NO_ROOM.includes(code);

/** What an acknowledgement without anything remarkable is. */
const TAKEN = /^(\{"stream":"[^"\\]*",(?:"domain":"[^"\\]*",)?\s*"seq":)(\d+)\}$/;
const ZERO = 0x30;
const CLOSING_BRACE = 0x7d;
const WHITE_SPACE = /\s/;

/**
 * What of the client takes lines of the protocol as they are: `publish` makes four pieces of memory for each message, which costs more than
 * all else that is to be done for an alarm.
 */
interface Lines {
  protocol?: { sendCommand?: (lines: Uint8Array) => void };
}

/** A request of the client library costs a subscription's share, a timer and two errors made in advance; here all share one of each. */
export class Publisher {
  readonly #connection: NatsConnection;
  readonly #inbox = createInbox();
  readonly #waiting = new Map<number, Waiting>();
  /** Memory of messages that were acknowledged, one for each giver of many. */
  readonly #inks: Ink[] = [];
  /** A message as it is put together: its head and what it says. */
  readonly #message = new Ink();
  isAway = false;
  #next = 0;
  #sweep: NodeJS.Timeout | undefined;
  #sweeps = 0;
  /** What the last acknowledgement began with, up to the place. */
  #taken: Uint8Array = new Uint8Array();

  constructor(connection: NatsConnection) {
    this.#connection = connection;
    connection.subscribe(`${this.#inbox}.*`, { callback: (error, message) => this.#receive(error, message) });
    void connection.closed().then(() => this.#failAll(unavailable(CLOSED)));
  }

  /** `id`: the same id within the stream's window is stored once. Resolves with the place in the stream. */
  publish(subject: string, bytes: Uint8Array, id?: string, more?: MsgHdrs): Promise<number> {
    if (this.isAway) return Promise.reject(unavailable(AWAY));
    const head = id === undefined ? more : (more ?? headers());
    if (id !== undefined) head!.set(MESSAGE_ID, id);
    return new Promise((resolve, reject) => {
      const reply = this.#reply();
      this.#connection.publish(subject, bytes, { reply, ...(head && { headers: head }) });
      this.#wait({ since: this.#sweeps, left: 1, failure: undefined, resolve, reject });
    });
  }

  /**
   * Many at once, which wait for their acknowledgements together. Resolves when the stream has all of them;
   * rejects, when all were answered, with what went wrong first. `under`: what all subjects begin with.
   */
  async publishAll(messages: readonly Message[], under = ""): Promise<void> {
    if (messages.length === 0) return;
    if (this.isAway) throw unavailable(AWAY);
    if (this.#connection.isClosed() || this.#connection.isDraining()) throw unavailable(CLOSED);
    const ink = this.#inks.pop() ?? new Ink();
    this.#write(messages, under, ink.clear());
    await new Promise<number>((resolve, reject) => {
      (this.#connection as Lines).protocol!.sendCommand!(ink.since(0));
      this.#wait({ since: this.#sweeps, left: messages.length, failure: undefined, resolve, reject });
    });
    // Of those that failed the client may still have some.
    this.#inks.push(ink);
  }

  /** Acknowledges a message that a consumer of JetStream gave, unless it is too late for that. */
  acknowledge(message: Pick<JsMsg, "ack">): void {
    if (!this.#connection.isClosed()) message.ack();
  }

  /** As lines of the protocol. */
  #write(messages: readonly Message[], under: string, lines: Ink): void {
    const reply = this.#reply();
    const most = this.#connection.info?.max_payload ?? Number.POSITIVE_INFINITY;
    const one = this.#message;
    for (const { subject, id, write } of messages) {
      if (WHITE_SPACE.test(subject)) throw new Error(`nothing can be published on ${JSON.stringify(subject)}`);
      const { length: head } = one.clear().put("NATS/1.0\r\n").put(MESSAGE_ID).put(": ").put(id).put("\r\n\r\n");
      write(one);
      if (one.length > most) throw new Error(`a message of ${one.length} bytes is longer than the server takes`);
      lines
        .put("HPUB ")
        .put(under)
        .put(subject)
        .put(" ")
        .put(reply)
        .put(" ")
        .number(head)
        .put(" ")
        .number(one.length)
        .put("\r\n")
        .add(one)
        .put("\r\n");
    }
  }

  /** Where the next ones that wait are answered. */
  #reply(): string {
    return `${this.#inbox}.${this.#next}`;
  }

  #wait(waiting: Waiting): void {
    this.#waiting.set(this.#next++, waiting);
    this.#sweep ??= setInterval(() => this.#failLate(), SWEEP_EVERY_MS).unref();
  }

  #receive(error: Error | null, message: Msg): void {
    if (error) return;
    const token = Number(message.subject.slice(this.#inbox.length + 1));
    const waiting = this.#waiting.get(token);
    if (!waiting) return;
    const answer = this.#placeIn(message.data) ?? this.#read(message);
    if (typeof answer !== "number") waiting.failure ??= answer;
    if (--waiting.left > 0) return;
    this.#waiting.delete(token);
    if (waiting.failure) waiting.reject(waiting.failure);
    else waiting.resolve(answer as number);
  }

  /** The place that an acknowledgement tells when it begins as the last one did; undefined for any other. */
  #placeIn(data: Uint8Array): number | undefined {
    const begin = this.#taken;
    const end = data.length - 1;
    if (begin.length === 0 || end <= begin.length || data[end] !== CLOSING_BRACE) return undefined;
    for (let i = 0; i < begin.length; i++) if (data[i] !== begin[i]) return undefined;
    let place = 0;
    for (let i = begin.length; i < end; i++) {
      const digit = data[i]! - ZERO;
      if (!(digit >= 0 && digit <= 9)) return undefined;
      place = 10 * place + digit;
    }
    return place;
  }

  #read(message: Msg): number | Error {
    if (message.headers?.code === NO_RESPONDERS) return unavailable("no stream takes the message");
    const text = message.string();
    const taken = TAKEN.exec(text);
    if (taken) {
      this.#taken = Buffer.from(taken[1]!);
      return Number(taken[2]);
    }
    const { seq, error }: Acknowledgement = JSON.parse(text);
    if (seq !== undefined && !error) return seq;
    const what = error?.description ?? "the acknowledgement cannot be read";
    const isFull = isNoRoom(error?.err_code);
    return new QuartierError(isFull ? "LOG_FULL" : "LOG_UNAVAILABLE", isFull ? `JetStream has no room: ${what}` : what);
  }

  #failLate(): void {
    this.#sweeps++;
    for (const [token, { since, reject }] of this.#waiting) {
      // They stand in the order in which they were sent; the first sweep after that comes at once, or after up to SWEEP_EVERY_MS.
      if (this.#sweeps - since <= ACK_SWEEPS) break;
      this.#waiting.delete(token);
      reject(unavailable(`the stream did not acknowledge within ${ACK_TIMEOUT_MS / 1000} s`));
    }
    if (this.#waiting.size > 0) return;
    clearInterval(this.#sweep);
    this.#sweep = undefined;
  }

  #failAll(error: Error): void {
    clearInterval(this.#sweep);
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
