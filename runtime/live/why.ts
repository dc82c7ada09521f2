// Why: what is at hand while a partition works, so that each transition can say what set it off.
// Fed by    the partition: the event of the log, within it the device message or the deadline that is being worked on
// Gives     for a journal entry: the event, and the readings, command, deadline or signal of it; the condition that changed
// Y1  noting what is at hand costs a few stores; it is put into words only when something is written into the journal

import type { TwinId } from "../../models/district.ts";
import type { ReadEvent, Signal } from "../log/events.ts";
import type { Readings } from "../log/readings.ts";
import type { ReadingView, WhyView } from "../views.ts";
import type { LiveTwin } from "./live-twin.ts";

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

  of(twin: LiveTwin, cause: string): WhyView {
    const why: WhyView = { event: this.#event?.type ?? "resumed" };
    const condition = twin.shape.conditions.find(({ raised, cleared }) => raised === cause || cleared === cause);
    if (condition) {
      const [before, after] = condition.raised === cause ? [false, true] : [true, false];
      why.condition = { name: condition.name, before, after };
    }
    if (this.#deadline) {
      const { twin: of, name, dueMs } = this.#deadline;
      why.deadline = { twin: of, name, at: dueMs };
      return why;
    }
    if (this.#event?.type === "readings" && this.#entry !== undefined) why.readings = latest(this.#event, this.#entry);
    if (this.#event?.type === "command") {
      const { id: key, name, args } = this.#event;
      why.command = { key, name, args };
    }
    if (this.#event?.type === "signals" && this.#signal) why.signal = { partition: this.#event.from, ...this.#signal };
    return why;
  }
}

/** The last reading of each point of a message, in its order. */
function latest(readings: Readings, entry: number): ReadingView[] {
  const twin = readings.id(entry);
  const byPoint = new Map<string, ReadingView>();
  for (const [point, at, value] of readings.rows(entry)) {
    const known = byPoint.get(point);
    if (!known || at >= known.at) byPoint.set(point, { twin, point, at, value });
  }
  return [...byPoint.values()].slice(-MAX_READINGS);
}
