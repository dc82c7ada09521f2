// The stream of events, read for the ids of what left: headers alone, from its first message to its last.

import type { JetStreamClient, JetStreamManager } from "@nats-io/jetstream";
import type { EventsRead } from "./left.ts";
import { MESSAGE_ID } from "./publisher.ts";

const NANOS_IN_MS = 1e6;

export function eventsIn(stream: string, js: JetStreamClient, jsm: JetStreamManager): Omit<EventsRead, "createdMs"> {
  const state = async () => (await jsm.streams.info(stream)).state;
  return {
    async last() {
      const { messages, last_seq: seq } = await state();
      const message = messages > 0 ? await jsm.streams.getMessage(stream, { seq }) : null;
      return message ? { id: message.header.get(MESSAGE_ID), atMs: message.time.getTime() } : undefined;
    },
    async *all() {
      if ((await state()).messages === 0) return;
      const consumer = await js.consumers.get(stream, { headers_only: true });
      const messages = await consumer.consume();
      for await (const { headers, info } of messages) {
        yield { id: headers?.get(MESSAGE_ID) ?? "", atMs: info.timestampNanos / NANOS_IN_MS };
        if (info.pending === 0) break;
      }
    },
  };
}
