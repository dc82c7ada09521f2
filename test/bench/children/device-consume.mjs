// The ceiling of the way from the device: what devices publish, taken from the devices' stream as the gateway takes it, and thrown away.
// Gives     when so many came; and when each probe came

import {
  AckPolicy,
  DiscardPolicy,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
} from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { DISTRICT } from "../district.mjs";
import { nowMs } from "../processes.mjs";
import { serve } from "./serve.mjs";

/** As in runtime/log/inbox.ts, settling.ts and streams.ts. */
const [MAX_UNSETTLED, FETCH_MESSAGES, SETTLE_MESSAGES, MAX_BYTES] = [8_192, 1_024, 1_024, 1024 ** 3];
const [STREAM, NAME] = ["telemetry", "ceiling"];

let seen = 0;
let wanted = Number.POSITIVE_INFINITY;
/** @type {(at: number) => void} */
let reached = () => {};
/** Subjects of probes. */
let watched = new Set();
/** When a probe came, by its value. @type {Map<number, number>} */
let came = new Map();

serve({
  async connect({ natsUrl }) {
    const connection = await connect({ servers: natsUrl });
    const manager = await jetstreamManager(connection);
    await manager.streams.add({
      ...{ name: STREAM, subjects: [`quartier.${DISTRICT}.telemetry.*`], storage: StorageType.File },
      ...{ retention: RetentionPolicy.Limits, discard: DiscardPolicy.New, max_bytes: MAX_BYTES },
    });
    await manager.consumers.add(STREAM, {
      ...{ durable_name: NAME, mem_storage: true, ack_policy: AckPolicy.All, max_ack_pending: MAX_UNSETTLED },
    });
    const settle = async (/** @type {import("@nats-io/jetstream").JsMsg} */ message) => {
      await message.ackAck();
      await manager.streams.purge(STREAM, { seq: message.seq + 1 });
    };
    const consumer = await jetstream(connection).consumers.get(STREAM, NAME);
    await consumer.consume({
      max_messages: FETCH_MESSAGES,
      callback: (message) => {
        if (watched.size > 0 && watched.has(message.subject)) came.set(message.json()[0].v, nowMs());
        const isLast = ++seen === wanted;
        if (isLast || seen % SETTLE_MESSAGES === 0) void settle(message);
        if (isLast) reached(nowMs());
      },
    });
  },
  /** When so many messages were seen, on the clock of processes.mjs. @param {number} count */
  untilSeen: (count) =>
    new Promise((resolve) => {
      wanted = count;
      reached = resolve;
      if (seen >= count) resolve(nowMs());
    }),
  /** From now on probes of these devices are looked at. @param {string[]} devices */
  watch(devices) {
    watched = new Set(devices.map((device) => `quartier.${DISTRICT}.telemetry.${device}`));
  },
  /** Those that came since it was last asked: the value of each, and when, on the clock of processes.mjs. */
  probes() {
    const found = [...came];
    came = new Map();
    return found;
  },
});
