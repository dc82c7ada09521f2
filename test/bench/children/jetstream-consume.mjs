// The ceiling of reading: the same messages, taken from JetStream as the runtime takes them, and thrown away.

import { AckPolicy, DeliverPolicy, jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { nowMs } from "../processes.mjs";
import { serve } from "./serve.mjs";

/** As in runtime/log/inbox.ts and runtime/pipeline.ts. */
const [MAX_UNSETTLED, FETCH_MESSAGES, SETTLE_EVERY] = [4_096, 1_024, 1_000];
const NAME = "ceiling";

/** @type {import("@nats-io/transport-node").NatsConnection} */
let connection;

serve({
  async connect({ natsUrl }) {
    connection = await connect({ servers: natsUrl });
  },
  /** Reads so many messages from the given one on. */
  async run({ stream, from, messages }) {
    const manager = await jetstreamManager(connection);
    await manager.consumers.add(stream, {
      ...{ durable_name: NAME, mem_storage: true, ack_policy: AckPolicy.All, max_ack_pending: MAX_UNSETTLED },
      ...{ deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: from },
    });
    const consumer = await jetstream(connection).consumers.get(stream, NAME);
    const beganAt = nowMs();
    let [seen, bytes] = [0, 0];
    /** @type {(at: number) => void} */
    let done = () => {};
    const ended = new Promise((resolve) => {
      done = resolve;
    });
    const callback = (/** @type {import("@nats-io/jetstream").JsMsg} */ message) => {
      bytes += message.data.length;
      if (++seen % SETTLE_EVERY === 0 || seen === messages) message.ack();
      if (seen === messages) done(nowMs());
    };
    const subscription = await consumer.consume({ max_messages: FETCH_MESSAGES, callback });
    const endedAt = await ended;
    await subscription.close();
    await manager.consumers.delete(stream, NAME);
    return { messages, bytes, ms: endedAt - beganAt };
  },
});
