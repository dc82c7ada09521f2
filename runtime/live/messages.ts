// Messages: what devices sent, as it stands in the log: one entry for each device message, one after the other.
// Fed by    a readings event
// Gives     points that moved, conditions that were asked, statecharts that were stepped
// D1  what one device message sets in motion is finished before the next one; each counts as one event of its twin

import type { Readings } from "../log/readings.ts";
import type { Births } from "./births.ts";
import type { Changes } from "./changes.ts";
import type { Conditions } from "./conditions.ts";
import type { Intake } from "./deliver.ts";
import type { Feeders } from "./feeders.ts";
import type { LiveTwin } from "./live-twin.ts";
import type { Roster } from "./roster.ts";
import type { Steps } from "./steps.ts";
import type { Why } from "./why.ts";

export interface MessagesHost {
  twins: Roster;
  births: Births;
  changes: Changes;
  why: Why;
  intake: Intake;
  conditions: Conditions;
  feeders: Feeders;
  steps: Steps;
}

export class Messages {
  readonly #host: MessagesHost;

  constructor(host: MessagesHost) {
    this.#host = host;
  }

  /** `watchedMs`: the same moment in watched time. */
  take(readings: Readings, nowMs: number, watchedMs: number): void {
    const { twins, births } = this.#host;
    const awake = twins.awakeIn(readings);
    for (let entry = 0; entry < readings.count; entry++) {
      const twin = awake[entry] ?? twins.get(readings.id(entry));
      if (twin) this.#message(births.ready(twin), readings, entry, nowMs, watchedMs);
    }
  }

  #message(twin: LiveTwin, readings: Readings, entry: number, nowMs: number, watchedMs: number): void {
    const { changes, why, intake, conditions, feeders, steps } = this.#host;
    changes.nextEvent();
    why.message(entry);
    let news = false;
    const rowsTo = readings.rowsTo(entry);
    for (let row = readings.rowsFrom(entry); row < rowsTo; row++) {
      const point = readings.point(row);
      const value = readings.value(row);
      const i = twin.shape.index.get(point);
      if (i === undefined) continue;
      try {
        const outcome = intake.take(twin, i, readings.timeMs(row), value, nowMs, changes);
        changes.readings[outcome]++;
        if (outcome === "duplicates") continue;
        news = true;
        conditions.arrived(twin, i, watchedMs);
      } catch (error) {
        steps.quarantine(twin, `the reading ${point}=${value}`, error);
      }
    }
    if (news) {
      twin.heardMs = watchedMs;
      if (twin.isFeederQuiet) feeders.heard(twin);
    }
    steps.settle();
  }
}
