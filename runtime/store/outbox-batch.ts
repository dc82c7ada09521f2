// A batch of the outbox, as it is kept: a line for each entry.
// B1  read again, it is what was written; of an alarm, the same text leaves

import { alarmOf, textOfAlarm } from "../live/alarms.ts";
import type { OutboxEntry } from "../live/changes.ts";

export const textOfBatch = (batch: readonly OutboxEntry[]): string =>
  batch
    .map(({ sequence, index, out }) =>
      out.kind === "alarm"
        ? `[${sequence},${index},"alarm",${textOfAlarm(out.alarm)}]`
        : JSON.stringify([sequence, index, "other", out]),
    )
    .join("\n");

export const batchOf = (text: string): OutboxEntry[] =>
  text.split("\n").map((line) => {
    const [sequence, index, kind, what] = JSON.parse(line);
    const out = kind === "alarm" ? { kind, alarm: alarmOf(JSON.stringify(what)) } : what;
    return { sequence, index, out };
  });
