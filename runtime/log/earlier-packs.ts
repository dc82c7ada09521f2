// Earlier packs: what devices published while the stream for it was of another kind, which JetStream cannot change into today's.
// Fed by    the stream that an earlier version of the program made, if it is there
// P1  a pack is in one of the two streams at any moment, and keeps the time at which it came; copied twice, it is recognised

import { type JetStreamManager, JetStreamApiError } from "@nats-io/jetstream";
import { arrivalHeaders } from "./arrival.ts";
import type { Publisher } from "./publisher.ts";

const NO_MESSAGE_FOUND = 10037;

/** Frees the subjects of the earlier stream, then `make`s today's and moves what the earlier one still holds. */
export async function movePacks(
  manager: JetStreamManager,
  publisher: Publisher,
  earlier: { name: string; subject: string },
  make: () => Promise<unknown>,
): Promise<void> {
  await manager.streams.update(earlier.name, { subjects: [`${earlier.subject}-earlier.*`] });
  await make();
  const { state } = await manager.streams.info(earlier.name);
  for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
    const pack = await messageAt(manager, earlier.name, seq);
    if (!pack) continue;
    const { subject, data, time } = pack;
    await publisher.publish(subject, data, `earlier-${seq}`, arrivalHeaders(time.getTime()));
  }
  await manager.streams.delete(earlier.name);
}

async function messageAt(manager: JetStreamManager, stream: string, seq: number) {
  try {
    return await manager.streams.getMessage(stream, { seq });
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === NO_MESSAGE_FOUND) return undefined;
    throw error;
  }
}
