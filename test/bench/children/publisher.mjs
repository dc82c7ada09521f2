// The source of readings: fills the log, or publishes as devices do. Every message is acknowledged by JetStream.

import { DISTRICT } from "../district.mjs";
import { nowMs } from "../processes.mjs";
import { deviceName, Load, logMessages, senmlPack } from "../readings.mjs";
import { Devices } from "./devices.mjs";
import { serve } from "./serve.mjs";

/** Messages on their way that JetStream has not acknowledged yet. */
const MAX_IN_FLIGHT = 1_000;
const PACE_MS = 5;

/** @type {Devices} */
let devices;
/** @type {Load} */
let load;
/** Of the partitions, among which the meters are dealt out in turn. @type {string[]} */
let logSubjects = [];

const deviceSubject = (/** @type {number} */ meter) => `quartier.${DISTRICT}.telemetry.${deviceName(meter)}`;

/** @typedef {{ subject: string, text: string }} Message */

/** @param {Message[]} messages */
async function flood(messages) {
  await devices.connect();
  for (const { subject, text } of messages) {
    if (!devices.hasRoom) await devices.room();
    devices.publish(subject, text);
  }
  await allTaken();
}

async function allTaken() {
  await devices.room(0);
  if (devices.refused > 0) throw new Error(`JetStream refused a message: ${devices.refusal}`);
}

/** @param {"log" | "device"} path @param {import("../readings.mjs").Readings} readings @param {number} batch */
function messagesOf(path, readings, batch) {
  if (path === "log") {
    return logSubjects.flatMap((subject, i) =>
      logMessages(readings, batch, (meter) => meter % logSubjects.length === i).map((text) => ({ subject, text })),
    );
  }
  return Array.from({ length: readings.count }, (_, k) => ({
    subject: deviceSubject(readings.meter[k]),
    text: senmlPack(readings, k),
  }));
}

/** @type {Message[]} */
let prepared = [];

serve({
  /** @param {{ natsUrl: string, partitions: string[], meters: number, active?: number, share: number, seed: number }} options */
  async connect({ natsUrl, partitions, meters, active, share, seed }) {
    devices = new Devices(natsUrl, MAX_IN_FLIGHT);
    await devices.connect();
    load = new Load(meters, share, seed, active);
    logSubjects = partitions.map((partition) => `quartier.${DISTRICT}.log.${partition}`);
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
      for (const { subject, text } of count > 0 ? messagesOf(path, load.take(count), batch) : []) {
        if (!devices.hasRoom) await devices.room();
        devices.publish(subject, text);
      }
      done += Math.max(0, count);
      await new Promise((resolve) => setTimeout(resolve, PACE_MS));
    }
    await allTaken();
    return { done, ms: nowMs() - beganAt };
  },
  expected: (/** @type {number[]} */ meters) => meters.map((meter) => load.expected(meter)),
});
