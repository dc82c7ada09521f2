// The publisher: messages into streams, many under way at a time, each acknowledged by the server.
// Fed by    whoever appends to a log or publishes into a stream
// Gives     the place that a message got in its stream
// B1  messages leave in the order in which they were given; the server stores them in the order in which they arrive
// B2  while the server is away nothing is taken: what would leave after it is back, its giver was told that it was not taken
// B3  an acknowledgement that does not come within ACK_TIMEOUT_MS is a failure: whoever gave the message gives it again, with the same id

import { createInbox, headers, type Msg, type MsgHdrs, type NatsConnection } from "@nats-io/transport-node";
import { QuartierError } from "../errors.ts";
import { Ink } from "../live/ink.ts";

const ACK_TIMEOUT_MS = 5_000;
const SWEEP_EVERY_MS = 1_000;
const NO_RESPONDERS = 503;
const MESSAGE_ID = "Nats-Msg-Id";

/** A message with an id: the same id within the stream's window is stored once. */
export interface Message {
  subject: string;
  id: string;
  /** Writes what it says. */
  write: (ink: Ink) => unknown;
}

interface Waiting {
  sentMs: number;
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
const TAKEN = /^\{"stream":"[^"\\]*",(?:"domain":"[^"\\]*",)?\s*"seq":(\d+)[,}]/;
const ERROR = '"error"';

/** A request of the client library costs a subscription's share, a timer and two errors made in advance; here all share one of each. */
export class Publisher {
  readonly #connection: NatsConnection;
  readonly #inbox = createInbox();
  readonly #waiting = new Map<number, Waiting>();
  /** Memory of messages that were acknowledged, one for each giver of many. */
  readonly #inks: Ink[] = [];
  isAway = false;
  #next = 0;
  #sweep: NodeJS.Timeout | undefined;

  constructor(connection: NatsConnection) {
    this.#connection = connection;
    connection.subscribe(`${this.#inbox}.*`, { callback: (error, message) => this.#receive(error, message) });
    void connection.closed().then(() => this.#failAll(new Error("the connection to NATS is closed")));
  }

  /** `id`: the same id within the stream's window is stored once. Resolves with the place in the stream. */
  publish(subject: string, bytes: Uint8Array, id?: string, more?: MsgHdrs): Promise<number> {
    if (this.isAway) return Promise.reject(new QuartierError("LOG_UNAVAILABLE", "NATS cannot be reached"));
    const head = id === undefined ? more : (more ?? headers());
    if (id !== undefined) head!.set(MESSAGE_ID, id);
    return new Promise((resolve, reject) => {
      this.#send(subject, bytes, head, { sentMs: performance.now(), resolve, reject });
    });
  }

  /**
   * Many at once, which wait for their acknowledgements together. Resolves when the stream has all of them;
   * rejects, when all were answered, with what went wrong first.
   */
  publishAll(messages: readonly Message[]): Promise<void> {
    if (messages.length === 0) return Promise.resolve();
    if (this.isAway) return Promise.reject(new QuartierError("LOG_UNAVAILABLE", "NATS cannot be reached"));
    const ink = this.#inks.pop() ?? new Ink();
    return new Promise((resolve, reject) => {
      let left = messages.length;
      let failure: Error | undefined;
      const answered = () => {
        if (--left > 0) return;
        if (failure) {
          // The client may still have some of it.
          reject(failure);
          return;
        }
        this.#inks.push(ink.clear());
        resolve();
      };
      const refused = (error: Error) => {
        failure ??= error;
        answered();
      };
      const waiting = { sentMs: performance.now(), resolve: answered, reject: refused };
      for (const { subject, id, write } of messages) {
        let from = ink.length;
        const head = ink.put(`NATS/1.0\r\n${MESSAGE_ID}: ${id}\r\n\r\n`).since(from);
        from = ink.length;
        write(ink);
        this.#send(subject, ink.since(from), new Encoded(head) as unknown as MsgHdrs, waiting);
      }
    });
  }

  #send(subject: string, bytes: Uint8Array, head: MsgHdrs | undefined, waiting: Waiting): void {
    const token = this.#next++;
    this.#connection.publish(subject, bytes, { reply: `${this.#inbox}.${token}`, ...(head && { headers: head }) });
    this.#waiting.set(token, waiting);
    this.#sweep ??= setInterval(() => this.#failLate(), SWEEP_EVERY_MS).unref();
  }

  #receive(error: Error | null, message: Msg): void {
    if (error) return;
    const token = Number(message.subject.slice(this.#inbox.length + 1));
    const waiting = this.#waiting.get(token);
    if (!waiting) return;
    this.#waiting.delete(token);
    if (message.headers?.code === NO_RESPONDERS) waiting.reject(new Error("no stream takes the message"));
    else this.#answer(waiting, message);
  }

  #answer({ resolve, reject }: Waiting, message: Msg): void {
    const text = message.string();
    const taken = TAKEN.exec(text);
    if (taken && !text.includes(ERROR)) {
      resolve(Number(taken[1]));
      return;
    }
    const { seq, error }: Acknowledgement = JSON.parse(text);
    if (seq !== undefined && !error) resolve(seq);
    else {
      const what = error?.description ?? "the acknowledgement cannot be read";
      const isFull = isNoRoom(error?.err_code);
      reject(
        new QuartierError(isFull ? "LOG_FULL" : "LOG_UNAVAILABLE", isFull ? `JetStream has no room: ${what}` : what),
      );
    }
  }

  #failLate(): void {
    const latest = performance.now() - ACK_TIMEOUT_MS;
    for (const [token, { sentMs, reject }] of this.#waiting) {
      // They stand in the order in which they were sent.
      if (sentMs > latest) break;
      this.#waiting.delete(token);
      reject(new Error(`the stream did not acknowledge within ${ACK_TIMEOUT_MS / 1000} s`));
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

/** Headers as they stand in a message: the client asks them for nothing but that, and takes a microsecond to put its own together. */
class Encoded {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  encode(): Uint8Array {
    return this.#bytes;
  }
}
