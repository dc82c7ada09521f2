// Why: what is at hand while a partition works, so that each transition can say what set it off.
// Fed by    the partition: the event of the log, within it the device message or the deadline that is being worked on
// Gives     with an entry of the journal: the event, and the readings, command, deadline or signal of it; the condition that changed
// Y1  noting what is at hand costs a few stores; it is put into words only when something is written into the journal

import type { TwinId } from "../../models/district.ts";
import type { ReadEvent, Signal } from "../log/events.ts";
import type { Readings } from "../log/readings.ts";
import type { LiveTwin } from "./live-twin.ts";
import type { JournalEntry, Notes } from "./notes.ts";

/** A message may hold the backlog of a day; what set something off is among the latest readings of its points. */
const MAX_READINGS = 16;

/** A deadline of a twin, in world time. */
interface Due {
  twin: TwinId;
  name: string;
  dueMs: number;
}

export class Why {
  #event: ReadEvent | undefined;
  /** Of a readings event, which is the event. */
  #entry: number | undefined;
  #deadline: Due | undefined;
  #signal: { sequence: number; kind: Signal["kind"] } | undefined;

  event(event: ReadEvent): void {
    this.#event = event;
    this.#entry = undefined;
    this.#deadline = undefined;
  }

  /** From here on, it is one device message of the event. */
  message(entry: number): void {
    this.#entry = entry;
  }

  /** From here on, it is a deadline that came due before the event; without one, the event itself. */
  deadline(deadline: Due | undefined): void {
    this.#deadline = deadline;
  }

  /** From here on, it is one signal of the event. */
  signal(sequence: number, { kind }: Signal): void {
    this.#signal = { sequence, kind };
  }

  /** Puts an entry into the notes, with its reason. */
  note(notes: Notes, twin: LiveTwin, entry: Omit<JournalEntry, "why">): void {
    const { cause } = entry;
    const event = this.#event?.type ?? "resumed";
    const condition = conditionOf(twin, cause);
    notes.add(entry, event, condition?.name, condition?.raised === cause);
    if (this.#deadline) {
      const { twin: of, name, dueMs } = this.#deadline;
      notes.rareWhy({ deadline: { twin: of, name, at: dueMs } });
      return;
    }
    if (this.#event?.type === "readings" && this.#entry !== undefined)
      noteLatest(notes, twin, this.#event, this.#entry);
    if (this.#event?.type === "command") {
      const { id: key, name, args } = this.#event;
      notes.rareWhy({ command: { key, name, args } });
    }
    if (this.#event?.type === "signals" && this.#signal) {
      notes.rareWhy({ signal: { partition: this.#event.from, ...this.#signal } });
    }
  }
}

/** The condition whose change is an event of that name. */
function conditionOf({ shape }: LiveTwin, event: string) {
  for (const condition of shape.conditions)
    if (condition.raised === event || condition.cleared === event) return condition;
  return undefined;
}

/** The last reading of each point of a message, in its order. */
function noteLatest(notes: Notes, { id }: LiveTwin, readings: Readings, entry: number): void {
  const twin = readings.isFor(entry, id) ? id : readings.id(entry);
  const first = readings.rowsFrom(entry);
  const to = readings.rowsTo(entry);
  if (to - first === 1) {
    notes.reading(twin, readings.point(first), readings.timeMs(first), readings.value(first));
    return;
  }
  const byPoint = new Map<string, number>();
  for (let row = first; row < to; row++) {
    const known = byPoint.get(readings.point(row));
    if (known === undefined || readings.timeMs(row) >= readings.timeMs(known)) byPoint.set(readings.point(row), row);
  }
  for (const [point, row] of [...byPoint].slice(-MAX_READINGS)) {
    notes.reading(twin, point, readings.timeMs(row), readings.value(row));
  }
}
