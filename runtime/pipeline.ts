// The pipeline of a partition: fetch, decode, deliver, settle, commit, from the log to the store and back.
// Fed by    the partition's log, from the message after its position
// Gives     committed changes: only then are they told, and only then does anything leave (L3, L4)
// P1  a message that cannot be decoded becomes a dead letter; the rest of the log goes on
// P2  when a commit fails the program stops: memory is ahead of the store, and the log has it all
// P3  a commit covers all that was delivered since the last one; what comes after it is read from the log again after a crash

import type { JsMsg } from "@nats-io/jetstream";
import type { Changes } from "./live/changes.ts";
import type { Partition } from "./live/partition.ts";
import { markOf } from "./log/continuity.ts";
import { decodeEvent } from "./log/events.ts";
import type { Inbox } from "./log/inbox.ts";
import { Pace } from "./pace.ts";
import type { DeadLetter } from "./store/dead-letters.ts";
import type { Store, StreamIdentity } from "./store/store.ts";

/** Messages delivered in one go, before queries and commands get their turn: some milliseconds of work. */
const MAX_BATCH_MESSAGES = 16;

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
  const pace = new Pace();
  const unreadable: DeadLetter[] = [];
  let { position } = partition;
  let last: JsMsg | undefined;
  for (;;) {
    const isBehind = partition.position > position;
    const batch = await inbox.take(
      MAX_BATCH_MESSAGES,
      isBehind ? pace.waitMs(partition.progress.isAwaited) : undefined,
    ); // fetch
    for (const message of batch) {
      const event = decodeEvent(message.data); //                                              decode
      if (typeof event === "string") unreadable.push(deadLetter(message, event));
      else partition.apply(event, message.seq); //                                             deliver
      partition.passed(message.seq);
      last = message;
    }
    inbox.settle(batch); //                                                                    settle
    if (partition.position > position && (inbox.closed || pace.waitMs(partition.progress.isAwaited) === 0)) {
      pace.begin();
      await store.deadLetters.add(unreadable.splice(0));
      const changes = partition.takeChanges();
      const mark = markOf(last!.data, last!.timestampNanos);
      await store.commit(partition.name, { ...partition.record(), ...stream, mark }, changes, now()); // commit
      position = partition.position;
      partition.progress.committed(position);
      pace.end();
      committed(partition, changes);
    }
    if (inbox.closed) return;
    if (batch.length === MAX_BATCH_MESSAGES) await new Promise(setImmediate);
  }
}

function deadLetter(message: JsMsg, reason: string): DeadLetter {
  const { subject, data: payload, seq, time } = message;
  return { at: time.getTime(), subject, place: `${subject}-${seq}`, code: "LOG_UNREADABLE", reason, payload };
}
