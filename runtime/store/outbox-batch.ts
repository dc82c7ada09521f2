// A batch of the outbox, as it is kept: a line for each entry.
// B1  read again, it is what was written; of an alarm, the same text leaves

import { alarmOf, writeAlarm } from "../live/alarms.ts";
import type { OutboxEntry } from "../live/changes.ts";
import { Ink } from "../live/ink.ts";

const ink = new Ink();

/** To be put inside a transaction, before the next one is written: they lie in the same memory. */
export function bytesOfBatch(batch: readonly OutboxEntry[]): Buffer {
  ink.clear();
  for (const { sequence, index, out } of batch) {
    if (ink.length > 0) ink.endLine();
    if (out.kind === "alarm") writeAlarm(ink.put(`[${sequence},${index},"alarm",`), out.alarm).put("]");
    else ink.put(JSON.stringify([sequence, index, "other", out]));
  }
  return ink.since(0);
}

export const batchOf = (bytes: Buffer): OutboxEntry[] =>
  bytes
    .toString()
    .split("\n")
    .map((line) => {
      const [sequence, index, kind, what] = JSON.parse(line);
      const out = kind === "alarm" ? { kind, alarm: alarmOf(JSON.stringify(what)) } : what;
      return { sequence, index, out };
    });
