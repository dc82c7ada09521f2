// A minimal MQTT 3.1.1 client for tests: as much of the standard as a device needs, and nothing that hides what the server says.
// Numbers in brackets are sections of MQTT 3.1.1 (OASIS). Clean sessions only; packet ids count up and are never used twice.

import { once } from "node:events";
import { createConnection, type Socket } from "node:net";

const CONNECT = 0x10;
const CONNACK = 0x20;
const PUBLISH = 0x30;
const PUBACK = 0x40;
const SUBSCRIBE = 0x82;
const SUBACK = 0x90;
const DISCONNECT = 0xe0;

export interface Delivered {
  topic: string;
  text: string;
  qos: number;
}

export class MqttClient {
  readonly delivered: Delivered[] = [];
  readonly #socket: Socket;
  /** By packet type and packet id (0 for CONNACK): who waits for the answer. */
  readonly #waiting = new Map<string, { answered: (body: Buffer) => void; failed: (error: Error) => void }>();
  #received: Buffer = Buffer.alloc(0);
  #lastId = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (bytes: Buffer) => this.#take(bytes));
    socket.on("error", () => {}); // "close" follows
    socket.on("close", () => {
      for (const { failed } of this.#waiting.values()) failed(new Error("the server closed the connection"));
    });
  }

  static async connect(url: string, clientId: string): Promise<MqttClient> {
    const { hostname, port } = new URL(url);
    const socket = createConnection({ host: hostname, port: Number(port) });
    await once(socket, "connect");
    const client = new MqttClient(socket);
    const connack = client.#answer(CONNACK, 0);
    const cleanSession = 2;
    client.#send(CONNECT, text("MQTT"), Buffer.from([4, cleanSession, 0, 60]), text(clientId)); // [3.1], keep-alive 60 s
    const code = (await connack)[1];
    if (code !== 0) throw new Error(`CONNACK ${code}`);
    return client;
  }

  /** Settles when it is written (QoS 0) or acknowledged (QoS 1). */
  async publish(topic: string, payload: string, qos: 0 | 1): Promise<void> {
    if (qos === 0) return this.#send(PUBLISH, text(topic), Buffer.from(payload));
    const id = ++this.#lastId;
    const puback = this.#answer(PUBACK, id);
    this.#send(PUBLISH | 2, text(topic), number(id), Buffer.from(payload)); // [3.3]
    await puback;
  }

  /** Gives the QoS that the server grants; 128 when it refuses. */
  async subscribe(filter: string, qos: 0 | 1): Promise<number> {
    const id = ++this.#lastId;
    const suback = this.#answer(SUBACK, id);
    this.#send(SUBSCRIBE, number(id), text(filter), Buffer.from([qos])); // [3.8]
    return (await suback)[2]!;
  }

  close(): void {
    this.#send(DISCONNECT);
    this.#socket.end();
  }

  #answer(type: number, id: number): Promise<Buffer> {
    return new Promise((answered, failed) => this.#waiting.set(`${type} ${id}`, { answered, failed }));
  }

  #send(head: number, ...parts: Buffer[]): void {
    const body = Buffer.concat(parts);
    const length: number[] = []; // [2.2.3]: seven bits a byte, the lowest first
    for (let rest = body.length; rest > 0 || length.length === 0; rest >>= 7) {
      length.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    }
    this.#socket.write(Buffer.concat([Buffer.from([head, ...length]), body]));
  }

  #take(bytes: Buffer): void {
    this.#received = Buffer.concat([this.#received, bytes]);
    for (;;) {
      let length = 0;
      let start = 1;
      do {
        if (start >= this.#received.length) return;
        length |= (this.#received[start]! & 0x7f) << (7 * (start - 1));
      } while (this.#received[start++]! & 0x80);
      if (this.#received.length < start + length) return;
      this.#packet(this.#received[0]!, this.#received.subarray(start, start + length));
      this.#received = this.#received.subarray(start + length);
    }
  }

  #packet(head: number, body: Buffer): void {
    if ((head & 0xf0) !== PUBLISH) {
      const key = `${head} ${head === CONNACK ? 0 : body.readUInt16BE(0)}`;
      this.#waiting.get(key)?.answered(body);
      this.#waiting.delete(key);
      return;
    }
    const qos = (head >> 1) & 3;
    const end = 2 + body.readUInt16BE(0);
    const payload = body.subarray(end + (qos > 0 ? 2 : 0));
    this.delivered.push({ topic: body.toString("utf8", 2, end), text: payload.toString(), qos });
    if (qos > 0) this.#send(PUBACK, body.subarray(end, end + 2));
  }
}

const number = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);
const text = (value: string): Buffer => Buffer.concat([number(Buffer.byteLength(value)), Buffer.from(value)]);
