// A batch of the outbox, as it is kept: a line for each entry.
// B1  read again, it is what was written; of an alarm, the same text leaves
// B2  what a batch says of its alarms is put together once: until it has left, its bytes stay where they are

import { alarmOf, writeAlarm } from "../live/alarms.ts";
import type { OutboxEntry } from "../live/changes.ts";
import { Ink } from "../live/ink.ts";
import type { AlarmView } from "../views.ts";

interface Written {
  ink: Ink;
  /** By entry, where what it says of an alarm begins and ends. */
  spans: number[];
}

const written = new WeakMap<readonly OutboxEntry[], Written>();
/** Memory of batches that have left. */
const inks: Ink[] = [];
const MAX_INKS = 8;

/** Good until `batchLeft`. */
export function bytesOfBatch(batch: readonly OutboxEntry[]): Buffer {
  const ink = inks.pop() ?? new Ink();
  const spans: number[] = [];
  for (const { sequence, index, out } of batch) {
    if (ink.length > 0) ink.endLine();
    if (out.kind === "alarm") {
      ink.put("[").number(sequence).put(",").number(index).put(',"alarm",');
      spans.push(ink.length);
      spans.push(writeAlarm(ink, out.alarm).length);
      ink.put("]");
    } else {
      ink.put(JSON.stringify([sequence, index, "other", out]));
      spans.push(0, 0);
    }
  }
  written.set(batch, { ink, spans });
  return ink.since(0);
}

/** Writes what entry `i` of a batch says of its alarm, `alarm`. */
export function writeAlarmOf(batch: readonly OutboxEntry[], i: number, alarm: AlarmView, to: Ink): void {
  const known = written.get(batch);
  if (known) to.addFrom(known.ink, known.spans[2 * i]!, known.spans[2 * i + 1]!);
  else writeAlarm(to, alarm);
}

/** Its bytes are not asked for again. */
export function batchLeft(batch: readonly OutboxEntry[]): void {
  const known = written.get(batch);
  if (!known) return;
  written.delete(batch);
  if (inks.length < MAX_INKS) inks.push(known.ink.clear());
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
