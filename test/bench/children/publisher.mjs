// The source of readings: fills the log, or publishes as devices do. Every message is acknowledged by JetStream.

import { connect, createInbox } from "@nats-io/transport-node";
import { DISTRICT } from "../district.mjs";
import { nowMs } from "../processes.mjs";
import { deviceName, Load, logMessages, senmlPack } from "../readings.mjs";
import { serve } from "./serve.mjs";

/** Messages on their way that JetStream has not acknowledged yet. */
const MAX_IN_FLIGHT = 1_000;
const PACE_MS = 5;

const encoder = new TextEncoder();
/** @type {import("@nats-io/transport-node").NatsConnection} */
let connection;
/** @type {Load} */
let load;
/** Of the partitions, among which the meters are dealt out in turn. @type {string[]} */
let logSubjects = [];
let inbox = "";
let [sent, acked] = [0, 0];
/** @type {string | undefined} */
let refused;
/** @type {(() => void) | undefined} */
let wake;

const deviceSubject = (/** @type {number} */ meter) => `quartier.${DISTRICT}.telemetry.${deviceName(meter)}`;

/** @param {string} subject @param {Uint8Array} bytes */
function publish(subject, bytes) {
  connection.publish(subject, bytes, { reply: inbox });
  sent++;
}

async function room(limit = MAX_IN_FLIGHT) {
  while (sent - acked >= limit) {
    if (refused !== undefined) throw new Error(`JetStream refused a message: ${refused}`);
    await new Promise((resolve) => {
      wake = /** @type {() => void} */ (resolve);
    });
  }
}

/** @param {{ subject: string, bytes: Uint8Array }[]} messages */
async function flood(messages) {
  for (const { subject, bytes } of messages) {
    if (sent - acked >= MAX_IN_FLIGHT) await room();
    publish(subject, bytes);
  }
  await room(1);
}

/** @param {"log" | "device"} path @param {import("../readings.mjs").Readings} readings @param {number} batch */
function messagesOf(path, readings, batch) {
  if (path === "log") {
    return logSubjects.flatMap((subject, i) =>
      logMessages(readings, batch, (meter) => meter % logSubjects.length === i).map((text) => ({
        subject,
        bytes: encoder.encode(text),
      })),
    );
  }
  return Array.from({ length: readings.count }, (_, k) => ({
    subject: deviceSubject(readings.meter[k]),
    bytes: encoder.encode(senmlPack(readings, k)),
  }));
}

/** @type {{ subject: string, bytes: Uint8Array }[]} */
let prepared = [];

serve({
  /** @param {{ natsUrl: string, partitions: string[], meters: number, active?: number, share: number, seed: number }} options */
  async connect({ natsUrl, partitions, meters, active, share, seed }) {
    connection = await connect({ servers: natsUrl, name: "devices", maxReconnectAttempts: -1 });
    load = new Load(meters, share, seed, active);
    logSubjects = partitions.map((partition) => `quartier.${DISTRICT}.log.${partition}`);
    inbox = createInbox();
    connection.subscribe(inbox, {
      callback: (error, message) => {
        acked++;
        const answer = message.string();
        if (error !== null || answer.includes('"error"')) refused = error?.message ?? answer;
        if (wake && sent - acked < MAX_IN_FLIGHT) {
          const go = wake;
          wake = undefined;
          go();
        }
      },
    });
  },
  /** The first readings of every meter, straight into the log. */
  async first({ batch }) {
    const readings = load.first();
    await flood(messagesOf("log", readings, batch));
    return readings.count;
  },
  prepare({ path, count, batch }) {
    prepared = messagesOf(path, load.take(count), batch);
  },
  /** Sends what was prepared, but for the last `keep` messages. When it began, on the clock of processes.mjs. */
  async send({ keep = 0 } = {}) {
    const beganAt = nowMs();
    await flood(prepared.slice(0, prepared.length - keep));
    prepared = prepared.slice(prepared.length - keep);
    return beganAt;
  },
  /** So many readings a second for so long. */
  async pace({ path, perSecond, seconds, batch }) {
    const beganAt = nowMs();
    let done = 0;
    for (let at = beganAt; at < beganAt + seconds * 1000; at = nowMs()) {
      const due = Math.floor(((at - beganAt) / 1000) * perSecond) - done;
      const count = path === "log" ? Math.floor(due / batch) * batch : due;
      for (const { subject, bytes } of count > 0 ? messagesOf(path, load.take(count), batch) : []) {
        if (sent - acked >= MAX_IN_FLIGHT) await room();
        publish(subject, bytes);
      }
      done += Math.max(0, count);
      await new Promise((resolve) => setTimeout(resolve, PACE_MS));
    }
    await room(1);
    return { done, ms: nowMs() - beganAt };
  },
  expected: (/** @type {number[]} */ meters) => meters.map((meter) => load.expected(meter)),
});
