// The pipeline of a partition: fetch, decode, deliver, commit, settle, from the log to the store and back.
// Fed by    the partition's log, from the message after its position
// Gives     committed changes: only then are they told, and only then does anything leave (L3, L4)
// P1  a message that cannot be decoded becomes a dead letter; the rest of the log goes on
// P2  when a commit fails the program stops: memory is ahead of the store, and the log has it all

import type { JsMsg } from "@nats-io/jetstream";
import type { Changes } from "./live/changes.ts";
import type { Partition } from "./live/partition.ts";
import { decodeEvent } from "./log/events.ts";
import type { Inbox } from "./log/inbox.ts";
import type { DeadLetter } from "./store/dead-letters.ts";
import type { Store, StreamIdentity } from "./store/store.ts";

/** Messages applied between two commits at the most. */
const MAX_BATCH_MESSAGES = 1_000;

export interface PipelineOptions {
  partition: Partition;
  inbox: Inbox;
  store: Store;
  stream: StreamIdentity;
  now: () => number;
  /** After each commit: tells what changed, and lets leave what is to leave. */
  committed: (partition: Partition, changes: Changes) => void;
}

/** Runs until the inbox is closed. Rejects when a commit fails. */
export async function runPipeline({ partition, inbox, store, stream, now, committed }: PipelineOptions): Promise<void> {
  for (;;) {
    const batch = await inbox.take(MAX_BATCH_MESSAGES); //                          fetch
    const last = batch.at(-1);
    if (!last) return;
    const unreadable: DeadLetter[] = [];
    for (const message of batch) {
      const event = decodeEvent(message.data); //                                   decode
      if (typeof event === "string") unreadable.push(deadLetter(message, event));
      else partition.apply(event, message.seq); //                                  deliver
    }
    partition.passed(last.seq);
    await store.deadLetters.add(unreadable);
    const changes = partition.takeChanges();
    await store.commit(partition.name, { ...partition.record(), ...stream }, changes, now()); // commit
    inbox.settle(batch); //                                                         settle
    committed(partition, changes);
  }
}

function deadLetter(message: JsMsg, reason: string): DeadLetter {
  const { subject, data: payload, seq, time } = message;
  return { at: time.getTime(), subject, place: `${subject}-${seq}`, code: "LOG_UNREADABLE", reason, payload };
}
