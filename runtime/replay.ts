// Replay: publishes a dead letter again as its device did, after what was wrong with it was mended.
// Fed by    the store of dead letters
// Gives     the same bytes on the same subject, with the time of their first arrival (log/arrival.ts)
// R2  a letter is dropped only after the stream took it; what fails in between, and a second call, does no harm: the stream knows the
//     message by its id for two minutes, and twins know its readings by their times for ever
// R3  what is not whole, and what no device sent, is refused

import { QuartierError } from "./errors.ts";
import type { Streams } from "./log/streams.ts";
import { type DeadLetters, letterId, telemetryPlace } from "./store/dead-letters.ts";
import type { DeadLetterReplay } from "./views.ts";

/** Throws DEAD_LETTER_UNKNOWN, DEAD_LETTER_NOT_REPLAYABLE, and LOG_UNAVAILABLE when the stream does not take it. */
export async function replay(id: string, letters: DeadLetters, streams: Streams): Promise<DeadLetterReplay> {
  const letter = letters.get(id);
  if (!letter) throw new QuartierError("DEAD_LETTER_UNKNOWN", `there is no dead letter ${id}`);
  const { at, subject, bytes } = letter;
  if (!subject.startsWith(`${streams.telemetrySubject}.`)) {
    throw new QuartierError(
      "DEAD_LETTER_NOT_REPLAYABLE",
      `the dead letter ${id} came on ${subject}, not from a device`,
    );
  }
  if (!bytes) {
    throw new QuartierError("DEAD_LETTER_NOT_REPLAYABLE", `of the dead letter ${id} only a text to read was kept`);
  }
  const sequence = await streams.replay(subject, bytes, at, `dead-letter-${id}`).catch((error: Error) => {
    throw new QuartierError("LOG_UNAVAILABLE", `the stream did not take the dead letter: ${error.message}`);
  });
  await letters.drop(id);
  return { id, subject, nextId: letterId(at, telemetryPlace(sequence)) };
}
