// Alarms of a partition's twins: raised once, acknowledged by a person, cleared by the twin.
// A1  of one twin and code there is at most one alarm that is not cleared
// A2  an alarm's id is TWIN/CODE/SEQUENCE of the event that raised it (with .1, .2 when that raised it again): the same after a replay

import type { TwinId } from "../../models/district.ts";
import type { AlarmSeverity } from "../../twins/definition.ts";
import type { AlarmView } from "../views.ts";

/** An element's id may itself hold a `/`, so an alarm's id is taken apart from its end. */
export function twinOfAlarm(id: string): TwinId {
  return id.slice(0, id.lastIndexOf("/", id.lastIndexOf("/") - 1));
}

export class Alarms {
  /** Alarms that are not cleared, by TWIN/CODE. */
  readonly #standing = new Map<string, AlarmView>();
  /** How often the event at hand has raised an alarm already, by TWIN/CODE. */
  readonly #raisedNow = new Map<string, number>();
  #sequence = 0;

  constructor(standing: Iterable<AlarmView>) {
    for (const alarm of standing) this.#standing.set(`${alarm.twin}/${alarm.code}`, alarm);
  }

  /** The new alarm, or undefined when it stands already. */
  raise(
    twin: TwinId,
    code: string,
    severity: AlarmSeverity,
    message: string,
    at: number,
    sequence: number,
  ): AlarmView | undefined {
    const key = `${twin}/${code}`;
    if (this.#standing.has(key)) return undefined;
    if (sequence !== this.#sequence) this.#raisedNow.clear();
    this.#sequence = sequence;
    const again = this.#raisedNow.get(key) ?? 0;
    this.#raisedNow.set(key, again + 1);
    const id = again === 0 ? `${key}/${sequence}` : `${key}/${sequence}.${again}`;
    const alarm: AlarmView = {
      ...{ id, twin, code, severity, message, state: "RAISED", raisedAt: at },
      ...{ acknowledgedAt: undefined, clearedAt: undefined, flapping: false },
    };
    this.#standing.set(key, alarm);
    return alarm;
  }

  /** Marks a standing alarm as one that flaps, or takes the mark away (flapping.ts). */
  mark(twin: TwinId, code: string, flapping: boolean): AlarmView | undefined {
    const key = `${twin}/${code}`;
    const alarm = this.#standing.get(key);
    if (!alarm) return undefined;
    const marked = { ...alarm, flapping };
    this.#standing.set(key, marked);
    return marked;
  }

  clear(twin: TwinId, code: string, at: number): AlarmView | undefined {
    const key = `${twin}/${code}`;
    const alarm = this.#standing.get(key);
    if (!alarm) return undefined;
    this.#standing.delete(key);
    return { ...alarm, state: "CLEARED", clearedAt: at };
  }

  /** The acknowledged alarm; undefined when it does not stand any more or was acknowledged before. */
  acknowledge(id: string, at: number): AlarmView | undefined {
    const key = id.slice(0, id.lastIndexOf("/"));
    const alarm = this.#standing.get(key);
    if (alarm?.id !== id || alarm.state !== "RAISED") return undefined;
    const acknowledged: AlarmView = { ...alarm, state: "ACKNOWLEDGED", acknowledgedAt: at };
    this.#standing.set(key, acknowledged);
    return acknowledged;
  }
}
