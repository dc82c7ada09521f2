// The ceilings of reading: the same messages, taken from JetStream as the runtime takes them, and thrown away, or kept in plain objects.

import { AckPolicy, DeliverPolicy, jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { decodeEvent } from "../../../dist/runtime/log/events.js";
import { nowMs } from "../processes.mjs";
import { serve } from "./serve.mjs";

/** As in runtime/log/inbox.ts and settling.ts. */
const [MAX_UNSETTLED, FETCH_MESSAGES, SETTLE_EVERY] = [8_192, 1_024, 256];
const NAME = "ceiling";

/** @type {import("@nats-io/transport-node").NatsConnection} */
let connection;
/** Of each meter what it has sent last, of each point. @type {Map<string, Record<string, number>>} */
const objects = new Map();

/** The least that anybody can do with a message whose readings are to be asked for. Gives how many it has: none if it is another event. @param {Uint8Array} data */
function keep(data) {
  const readings = decodeEvent(data);
  if (typeof readings === "string" || readings.type !== "readings") return 0;
  for (let entry = 0; entry < readings.count; entry++) {
    const id = readings.id(entry);
    const object = objects.get(id) ?? {};
    if (object.at === undefined) objects.set(id, object);
    for (let row = readings.rowsFrom(entry); row < readings.rowsTo(entry); row++) {
      object[readings.point(row)] = readings.value(row);
      object.at = readings.timeMs(row);
    }
  }
  return readings.rowsTo(readings.count - 1);
}

serve({
  async connect({ natsUrl }) {
    connection = await connect({ servers: natsUrl });
  },
  /** Reads so many messages from the given one on. Gives the readings that were kept, too, and of how many meters. */
  async run({ stream, from, messages, isKeeping }) {
    const manager = await jetstreamManager(connection);
    await manager.consumers.add(stream, {
      ...{ durable_name: NAME, mem_storage: true, ack_policy: AckPolicy.All, max_ack_pending: MAX_UNSETTLED },
      ...{ deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: from },
    });
    const consumer = await jetstream(connection).consumers.get(stream, NAME);
    const beganAt = nowMs();
    let [seen, kept] = [0, 0];
    /** @type {(at: number) => void} */
    let done = () => {};
    const ended = new Promise((resolve) => {
      done = resolve;
    });
    const callback = (/** @type {import("@nats-io/jetstream").JsMsg} */ message) => {
      if (seen === messages) return;
      if (isKeeping) kept += keep(message.data);
      if (++seen % SETTLE_EVERY === 0 || seen === messages) message.ack();
      if (seen === messages) done(nowMs());
    };
    const subscription = await consumer.consume({ max_messages: FETCH_MESSAGES, callback });
    const endedAt = await ended;
    await subscription.close();
    await manager.consumers.delete(stream, NAME);
    return { kept, meters: objects.size, ms: endedAt - beganAt };
  },
});
