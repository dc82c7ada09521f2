// The ceiling of the way from the device: what devices publish, taken from the devices' stream as the gateway takes it, and thrown away.

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

/** As in runtime/log/inbox.ts and runtime/log/streams.ts. */
const [MAX_UNSETTLED, FETCH_MESSAGES, MAX_BYTES] = [4_096, 1_024, 1024 ** 3];
const [STREAM, NAME] = ["telemetry", "ceiling"];

let seen = 0;
let wanted = Number.POSITIVE_INFINITY;
/** @type {(at: number) => void} */
let reached = () => {};

serve({
  async connect({ natsUrl }) {
    const connection = await connect({ servers: natsUrl });
    const manager = await jetstreamManager(connection);
    await manager.streams.add({
      ...{ name: STREAM, subjects: [`quartier.${DISTRICT}.telemetry.*`], storage: StorageType.File },
      ...{ retention: RetentionPolicy.Workqueue, discard: DiscardPolicy.New, max_bytes: MAX_BYTES },
    });
    await manager.consumers.add(STREAM, {
      ...{ durable_name: NAME, ack_policy: AckPolicy.Explicit, max_ack_pending: MAX_UNSETTLED },
    });
    const consumer = await jetstream(connection).consumers.get(STREAM, NAME);
    await consumer.consume({
      max_messages: FETCH_MESSAGES,
      callback: (message) => {
        message.ack();
        if (++seen === wanted) reached(nowMs());
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
});
