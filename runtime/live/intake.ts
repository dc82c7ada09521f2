// Intake: what one reading does to a point. The identity of a reading is (twin, point, time).
// Fed by    readings in the point's unit, in any order, any number of times
// Gives     an outcome: applied, duplicate, corrected, late
// I1  the same reading again changes nothing at all
// I2  another value for the same time is a correction: the history has the new one, the journal both
// I3  a reading older than the point's value goes to the history and leaves the value as it is
// I4  a reading that the twin's rule holds back is in the history as suspect, and leaves the value as it is

import type { Changes } from "./changes.ts";
import type { LiveTwin } from "./live-twin.ts";
import { GOOD, SUSPECT } from "./points.ts";
import type { Writes } from "./writes.ts";

export type IntakeOutcome = "applied" | "duplicates" | "corrected" | "late";

/** Looks up the committed history: the value of a point at exactly that time. */
export type StoredSample = (pointNumber: number, at: number) => number | undefined;

export class Intake {
  readonly #writes: Writes;
  readonly #stored: StoredSample;

  constructor(writes: Writes, stored: StoredSample) {
    this.#writes = writes;
    this.#stored = stored;
  }

  /** Takes one reading of a measured point. `nowMs`: world time, for the journal. */
  take(twin: LiveTwin, i: number, timeMs: number, value: number, nowMs: number, changes: Changes): IntakeOutcome {
    const { table } = twin;
    const row = twin.base + i;
    if (timeMs > table.seenAt[row]!) {
      this.#admit(twin, i, timeMs, value, nowMs, changes);
      return "applied";
    }
    const number = table.number[row]!;
    const known = changes.samples.find(number, timeMs) ?? this.#stored(number, timeMs);
    if (known === value) return "duplicates";
    changes.touch(twin);
    if (known === undefined) {
      changes.samples.add(number, timeMs, value, GOOD);
      return "late";
    }
    const name = twin.shape.names[i]!;
    changes.note(twin, nowMs, `corrected ${name} at ${new Date(timeMs).toISOString()}`, String(known), String(value));
    if (timeMs === table.at[row]!) this.#correct(twin, i, timeMs, value);
    else changes.samples.add(number, timeMs, value, GOOD);
    return "corrected";
  }

  #correct(twin: LiveTwin, i: number, timeMs: number, value: number): void {
    const spec = twin.shape.specs[i]!;
    const also = spec.from === "measured" ? spec.corrected?.({ value, timeMs }, twin) : undefined;
    this.#writes.write(twin, i, value, timeMs, GOOD, true);
    this.#set(twin, also, timeMs);
  }

  #admit(twin: LiveTwin, i: number, timeMs: number, value: number, nowMs: number, changes: Changes): void {
    const { table, shape } = twin;
    const row = twin.base + i;
    const spec = shape.specs[i]!;
    const name = shape.names[i]!;
    const admission = spec.from === "measured" ? spec.admit?.({ value, timeMs }, name, twin) : undefined;
    table.seenAt[row] = timeMs;
    if (!admission) {
      this.#writes.write(twin, i, value, timeMs, GOOD, true);
      return;
    }
    if (admission.reason) changes.note(twin, nowMs, admission.reason, String(table.value[row]), String(value));
    const quality = admission.quality === "SUSPECT" ? SUSPECT : GOOD;
    if (admission.hold) {
      changes.touch(twin);
      changes.samples.add(table.number[row]!, timeMs, value, SUSPECT);
      const held = table.value[row]!;
      this.#writes.write(twin, i, held, table.at[row]!, quality, false);
    } else {
      this.#writes.write(twin, i, value, timeMs, quality, true);
    }
    this.#set(twin, admission.also, timeMs);
  }

  #set(twin: LiveTwin, values: Record<string, number> | undefined, timeMs: number): void {
    for (const [other, value] of Object.entries(values ?? {})) {
      const at = twin.shape.index.get(other);
      if (at !== undefined) this.#writes.write(twin, at, value, timeMs, GOOD, false);
    }
  }
}
