// The pipeline of a partition: fetch, decode, deliver, settle, keep, from the log to the store and back.
// Fed by    the partition's log, from the message after its position
// Gives     live twins that changed; by way of the keeper, what is on disk
// P1  a message that cannot be decoded becomes a dead letter; the rest of the log goes on
// P2  when the store fails the program stops: memory is ahead of the store, and the log has it all
// P3  others get their turn after each run of messages, which is as long as BATCH_MS allow, by what the last one took
// P4  a checkpoint covers all that was delivered since the last one; what comes after it is read from the log again after a crash

import type { JsMsg } from "@nats-io/jetstream";
import type { Keeper } from "./keeper.ts";
import type { Partition } from "./live/partition.ts";
import { markOf } from "./log/continuity.ts";
import { decodeEvent } from "./log/events.ts";
import type { Inbox } from "./log/inbox.ts";
import type { DeadLetter, DeadLetters } from "./store/dead-letters.ts";

/** Messages delivered in one go, before queries, commands and other partitions get their turn: no more, and no longer. */
const MAX_BATCH_MESSAGES = 16;
const BATCH_MS = 8;

export interface PipelineOptions {
  partition: Partition;
  inbox: Inbox<JsMsg>;
  keeper: Keeper;
  deadLetters: DeadLetters;
}

/** Runs until the inbox is closed; all that was delivered is in a checkpoint then. */
export async function runPipeline({ partition, inbox, keeper, deadLetters }: PipelineOptions): Promise<void> {
  let most = MAX_BATCH_MESSAGES;
  for (;;) {
    const batch = await inbox.take(most, keeper.waitMs); //               fetch
    const began = performance.now();
    const unreadable: DeadLetter[] = [];
    for (const message of batch) {
      const event = decodeEvent(message.data); //                         decode
      if (typeof event === "string") unreadable.push(deadLetter(message, event));
      else partition.apply(event, message.seq); //                        deliver
      partition.passed(message.seq);
    }
    const last = batch.at(-1);
    if (last) keeper.read(() => markOf(last.data, last.timestampNanos));
    await deadLetters.add(unreadable);
    inbox.settle(batch); //                                               settle
    const tookMs = performance.now() - began;
    await keeper.keep(tookMs); //                                         keep
    if (inbox.closed) return keeper.finish();
    if (batch.length === 0) continue;
    most = Math.max(1, Math.min(MAX_BATCH_MESSAGES, Math.floor((BATCH_MS * batch.length) / tookMs)));
    // Also after few messages: more of them may lie in the socket than anybody would want to wait for.
    await new Promise(setImmediate);
  }
}

function deadLetter(message: JsMsg, reason: string): DeadLetter {
  const { subject, data: payload, seq, time } = message;
  return { at: time.getTime(), subject, place: `${subject}-${seq}`, code: "LOG_UNREADABLE", reason, payload };
}
