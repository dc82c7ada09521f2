// Effects at work: does what a statechart asked for.
// Fed by    the effects that a step of a twin's statechart emitted, in order
// Gives     alarms, set points, timers, signals to neighbours, set values for devices
// E1  what leaves the partition goes through the outbox

import type { TwinId, TwinModel } from "../../models/district.ts";
import type { AlarmSeverity } from "../../twins/definition.ts";
import type { Effect } from "../../twins/effects.ts";
import type { Alarms } from "./alarms.ts";
import type { Changes } from "./changes.ts";
import type { Conditions } from "./conditions.ts";
import { Flapping } from "./flapping.ts";
import type { LiveTwin } from "./live-twin.ts";
import type { Neighbours } from "./neighbours.ts";
import { AT_MS, ESTIMATED, GOOD, SEEN_AT_MS } from "./page.ts";
import type { Writes } from "./writes.ts";

export interface EffectsHost {
  writes: Writes;
  conditions: Conditions;
  neighbours: Neighbours;
  changes: Changes;
  alarms: () => Alarms;
  tell: (to: TwinId, event: string, args: Record<string, unknown>) => void;
  model: (id: TwinId) => TwinModel | undefined;
}

export class Effects {
  readonly #host: EffectsHost;
  readonly flapping: Flapping;

  constructor(host: EffectsHost) {
    this.#host = host;
    this.flapping = new Flapping(host);
  }

  /** `watchedMs`: the same moment in watched time. */
  apply(twin: LiveTwin, effect: Effect, nowMs: number, watchedMs: number, sequence: number): void {
    const { writes, conditions, neighbours, changes, alarms, tell } = this.#host;
    switch (effect.type) {
      case "raiseAlarm":
        this.raise(twin, effect.code, effect.severity, effect.message, nowMs, watchedMs, sequence);
        break;
      case "clearAlarm": {
        if (this.flapping.keeps(twin, effect.code, false, watchedMs)) break;
        const cleared = alarms().clear(twin.id, effect.code, nowMs);
        if (cleared) changes.alarm(cleared);
        break;
      }
      case "setPoint": {
        const i = twin.shape.index.get(effect.point);
        if (i === undefined) break;
        // A reading that was dated ahead is the newest until then.
        const at = Math.max(nowMs, twin.cells[twin.row(i) + AT_MS]! || nowMs);
        writes.write(twin, i, effect.value, at, effect.quality === "GOOD" ? GOOD : ESTIMATED, true);
        // What a device measured before that is late: the register of a meter that was exchanged is another one since.
        if (twin.shape.specs[i]!.from === "measured") {
          const seenAt = twin.row(i) + SEEN_AT_MS;
          twin.cells[seenAt] = Math.max(twin.cells[seenAt]!, at);
        }
        break;
      }
      case "startTimer":
        conditions.startTimer(twin, effect.name, watchedMs + effect.afterMs);
        changes.touch(twin);
        changes.saveRare(twin);
        break;
      case "stopTimer":
        if (twin.timers?.delete(effect.name)) {
          changes.touch(twin);
          changes.saveRare(twin);
        }
        break;
      case "tell":
        for (const neighbour of neighbours.of(twin.id, effect.role)) tell(neighbour, effect.signal, effect.args);
        break;
      case "drive":
        this.#drive(twin, effect.point, effect.value);
        break;
    }
  }

  raise(
    twin: LiveTwin,
    code: string,
    severity: AlarmSeverity,
    message: string,
    nowMs: number,
    watchedMs: number,
    sequence: number,
  ): void {
    if (this.flapping.keeps(twin, code, true, watchedMs)) return;
    const alarm = this.#host.alarms().raise(twin.id, code, severity, message, nowMs, sequence);
    if (alarm) this.#host.changes.alarm(this.flapping.counted(twin, alarm, watchedMs));
  }

  /** The devices that drive a point are those of the meters that measure it. */
  #drive(twin: LiveTwin, point: string, value: number): void {
    const i = twin.shape.index.get(point);
    const { unit } = i === undefined ? { unit: "" } : twin.shape.specs[i]!;
    for (const id of this.#host.neighbours.of(twin.id, "measuredBy")) {
      const meter = this.#host.model(id);
      const device = meter?.attributes.device;
      if (typeof device === "string" && meter?.points?.some(({ name }) => name === point)) {
        this.#host.changes.leave({ kind: "drive", device, point, unit, value });
      }
    }
  }
}
