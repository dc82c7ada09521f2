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

/** An alarm as it was at a moment: replaced, never changed. */
class Alarm implements AlarmView {
  readonly id: string;
  readonly twin: TwinId;
  readonly code: string;
  readonly severity: AlarmSeverity;
  readonly message: string;
  readonly state: AlarmView["state"];
  readonly raisedAt: number;
  readonly acknowledgedAt: number | undefined;
  readonly clearedAt: number | undefined;
  readonly flapping: boolean;
  #text: string | undefined;

  constructor(alarm: AlarmView) {
    this.id = alarm.id;
    this.twin = alarm.twin;
    this.code = alarm.code;
    this.severity = alarm.severity;
    this.message = alarm.message;
    this.state = alarm.state;
    this.raisedAt = alarm.raisedAt;
    this.acknowledgedAt = alarm.acknowledgedAt;
    this.clearedAt = alarm.clearedAt;
    this.flapping = alarm.flapping;
  }

  /** Made once: it goes into the outbox, to NATS and into a chapter. */
  get text(): string {
    this.#text ??= JSON.stringify(this);
    return this.#text;
  }
}

/** An alarm as JSON. */
export const textOfAlarm = (alarm: AlarmView): string => (alarm instanceof Alarm ? alarm.text : JSON.stringify(alarm));

/** Read again from its text, with all fields in their order: told again, it is to be the same text. */
export const alarmOf = (text: string): AlarmView => new Alarm(JSON.parse(text));

export class Alarms {
  /** Alarms that are not cleared, by twin: few, so that the one of a code is found by looking at each. */
  readonly #standing = new Map<TwinId, AlarmView[]>();
  /** How often the event at hand has raised an alarm already, by TWIN/CODE/SEQUENCE. */
  readonly #raisedNow = new Map<string, number>();
  #sequence = 0;

  constructor(standing: Iterable<AlarmView>) {
    for (const alarm of standing) this.#stand(alarm);
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
    if (this.#find(twin, code)) return undefined;
    if (sequence !== this.#sequence) this.#raisedNow.clear();
    this.#sequence = sequence;
    const first = `${twin}/${code}/${sequence}`;
    const again = this.#raisedNow.get(first) ?? 0;
    this.#raisedNow.set(first, again + 1);
    const alarm = new Alarm({
      id: again === 0 ? first : `${first}.${again}`,
      ...{ twin, code, severity, message, state: "RAISED", raisedAt: at },
      ...{ acknowledgedAt: undefined, clearedAt: undefined, flapping: false },
    });
    this.#stand(alarm);
    return alarm;
  }

  /** Marks a standing alarm as one that flaps, or takes the mark away (flapping.ts). */
  mark(twin: TwinId, code: string, flapping: boolean): AlarmView | undefined {
    const alarm = this.#find(twin, code);
    return alarm && this.#replace(alarm, new Alarm({ ...alarm, flapping }));
  }

  clear(twin: TwinId, code: string, at: number): AlarmView | undefined {
    const alarm = this.#find(twin, code);
    if (!alarm) return undefined;
    const here = this.#standing.get(twin)!;
    if (here.length === 1) this.#standing.delete(twin);
    else here.splice(here.indexOf(alarm), 1);
    return new Alarm({ ...alarm, state: "CLEARED", clearedAt: at });
  }

  /** The acknowledged alarm; undefined when it does not stand any more or was acknowledged before. */
  acknowledge(id: string, at: number): AlarmView | undefined {
    const alarm = this.#standing.get(twinOfAlarm(id))?.find((each) => each.id === id);
    if (alarm?.state !== "RAISED") return undefined;
    return this.#replace(alarm, new Alarm({ ...alarm, state: "ACKNOWLEDGED", acknowledgedAt: at }));
  }

  #find(twin: TwinId, code: string): AlarmView | undefined {
    return this.#standing.get(twin)?.find((alarm) => alarm.code === code);
  }

  #stand(alarm: AlarmView): void {
    const here = this.#standing.get(alarm.twin);
    if (here) here.push(alarm);
    else this.#standing.set(alarm.twin, [alarm]);
  }

  #replace(alarm: AlarmView, other: AlarmView): AlarmView {
    const here = this.#standing.get(alarm.twin)!;
    here[here.indexOf(alarm)] = other;
    return other;
  }
}
