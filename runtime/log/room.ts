// Room: how much of its disk JetStream sets aside for a stream, by what it has.
// Fed by    what JetStream answers when it is asked for a stream
// Gives     a stream with as much room as can be had; LOG_FULL where that is too little
// W1  a stream whose size is none of those that we ask for was made so by somebody, and is left as it is

import { JetStreamApiError } from "@nats-io/jetstream";
import { QuartierError } from "../errors.ts";
import { isNoRoom } from "./publisher.ts";

export async function orFull<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof JetStreamApiError) || !isNoRoom(error.code)) throw error;
    throw new QuartierError("LOG_FULL", `JetStream has no room: ${error.message}`);
  }
}

const isFull = (error: unknown): boolean => error instanceof QuartierError && error.code === "LOG_FULL";

/**
 * Asks for the most, then for the half of it, and so on.
 *
 * @throws QuartierError LOG_FULL where there is no room for the least
 */
export async function withRoom<T>(most: number, least: number, ask: (maxBytes: number) => Promise<T>): Promise<T> {
  for (let maxBytes = most; ; maxBytes /= 2) {
    try {
      return await orFull(ask(maxBytes));
    } catch (error) {
      if (!isFull(error) || maxBytes / 2 < least) throw error;
    }
  }
}

/** Asks for more than there is, where less was all that could be had (W1); without room for it, all stays as it was. */
export async function widened(
  most: number,
  present: number,
  ask: (maxBytes: number) => Promise<unknown>,
): Promise<void> {
  // Another size, or none at all (-1), is somebody's wish.
  if (!Number.isInteger(Math.log2(most / present)) || present >= most) return;
  try {
    await withRoom(most, present + 1, ask);
  } catch (error) {
    if (!isFull(error)) throw error;
  }
}
