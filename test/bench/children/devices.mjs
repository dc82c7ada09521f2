// Devices: any number of them on one connection, which speaks NATS' client protocol itself.
// Gives     what JetStream answered to each pack: that it has it, or why not
// Why       whoever publishes takes processors from whom it measures: the client library spends 7 to 13 us on a pack and its acknowledgement, which is
//           half of what the runtime spends; this spends 3 to 5
// V1  each pack asks for an acknowledgement, and only what was answered so is counted as acknowledged
// V2  what is published in one turn leaves as one piece

import { once } from "node:events";
import { connect } from "node:net";

const CRLF = "\r\n";
const WORDS = { verbose: false, pedantic: false, headers: true, no_responders: true, name: "devices" };

export class Devices {
  /** Packs that were published, that JetStream answered, and those of these that it did not take. */
  sent = 0;
  answered = 0;
  refused = 0;
  /** What it said to the last one that it did not take. */
  refusal = "";
  #natsUrl;
  #most;
  #inbox = `_INBOX.devices.${process.pid}`;
  /** @type {import("node:net").Socket | undefined} */
  #socket;
  /** What leaves at the end of this turn; what came and is not a whole message yet. */
  #leaving = "";
  #rest = "";
  /** Who waits for answers, until so many packs at most are on their way. @type {{ most: number, go: () => void } | undefined} */
  #waiting;

  /** @param {string} natsUrl of a server that asks for no name @param {number} most packs on their way that were not answered yet */
  constructor(natsUrl, most) {
    this.#natsUrl = natsUrl;
    this.#most = most;
  }

  /** Connects, also again when the server was ended meanwhile. */
  async connect() {
    if (this.#socket && !this.#socket.closed) return;
    const { hostname, port } = new URL(this.#natsUrl);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true }).setEncoding("latin1");
    await once(socket, "data"); // INFO, before it is asked
    socket.on("data", (/** @type {string} */ text) => this.#hear(text));
    socket.on("error", () => {}); // it closes then
    socket.on("close", () => this.#waiting?.go());
    socket.write(`CONNECT ${JSON.stringify(WORDS)}${CRLF}SUB ${this.#inbox} 1${CRLF}`);
    [this.#socket, this.#rest] = [socket, ""];
  }

  /** True while one more pack may leave. */
  get hasRoom() {
    return this.sent - this.answered < this.#most;
  }

  /** Until `most` packs at most are on their way. Throws when the connection ends before. */
  async room(most = this.#most - 1) {
    while (this.sent - this.answered > most) {
      if (!this.#socket || this.#socket.closed) throw new Error("nats-server has closed the connection");
      await new Promise((resolve) => {
        this.#waiting = { most, go: () => resolve(undefined) };
      });
    }
  }

  /** @param {string} subject @param {string} pack of ASCII characters */
  publish(subject, pack) {
    if (this.#leaving === "") process.nextTick(() => this.#leave());
    this.#leaving += `PUB ${subject} ${this.#inbox} ${pack.length}${CRLF}${pack}${CRLF}`;
    this.sent++;
  }

  #leave() {
    this.#socket?.write(this.#leaving, "latin1");
    this.#leaving = "";
  }

  /** @param {string} came */
  #hear(came) {
    const text = this.#rest + came;
    let at = 0;
    for (let end = text.indexOf(CRLF); end >= 0; end = text.indexOf(CRLF, at)) {
      const next = end + CRLF.length;
      const isMessage = text.startsWith("MSG", at) || text.startsWith("HMSG", at);
      const length = isMessage ? Number(text.slice(text.lastIndexOf(" ", end) + 1, end)) : 0;
      if (isMessage && next + length + CRLF.length > text.length) break;
      if (isMessage) this.#count(text.slice(next, next + length));
      else if (text.startsWith("PING", at)) this.#socket?.write(`PONG${CRLF}`);
      else if (text.startsWith("-ERR", at)) throw new Error(`nats-server says ${text.slice(at, end)}`);
      at = isMessage ? next + length + CRLF.length : next;
    }
    this.#rest = text.slice(at);
    if (this.#waiting && this.sent - this.answered <= this.#waiting.most) this.#waiting.go();
  }

  /** Where nobody listens the answer has a status, and no text. @param {string} answer */
  #count(answer) {
    this.answered++;
    if (answer.startsWith("{") && !answer.includes('"error"')) return;
    this.refused++;
    this.refusal = answer;
  }
}
