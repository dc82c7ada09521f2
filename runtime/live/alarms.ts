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

/** Characters that stand in JSON as they are. */
const PLAIN = /^[ !#-[\]-~]*$/;
const quoted = (text: string): string => (PLAIN.test(text) ? `"${text}"` : JSON.stringify(text));

type Form = Pick<AlarmView, "state" | "acknowledgedAt" | "clearedAt" | "flapping">;

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
  /** Of its text, what all its forms begin with. */
  #head: string | undefined;
  #text: string | undefined;

  constructor(of: Omit<AlarmView, keyof Form>, { state, acknowledgedAt, clearedAt, flapping }: Form) {
    this.id = of.id;
    this.twin = of.twin;
    this.code = of.code;
    this.severity = of.severity;
    this.message = of.message;
    this.state = state;
    this.raisedAt = of.raisedAt;
    this.acknowledgedAt = acknowledgedAt;
    this.clearedAt = clearedAt;
    this.flapping = flapping;
    if (of instanceof Alarm) this.#head = of.#head;
  }

  /** As JSON, made once: it goes into the outbox, to NATS and into a chapter. Put together by hand in a third of the time that JSON takes. */
  get text(): string {
    if (this.#text !== undefined) return this.#text;
    const { state, raisedAt, acknowledgedAt, clearedAt, flapping } = this;
    this.#head ??=
      `{"id":${quoted(this.id)},"twin":${quoted(this.twin)},"code":${quoted(this.code)},"severity":"${this.severity}",` +
      `"message":${quoted(this.message)},"state":"`;
    const acknowledged = acknowledgedAt === undefined ? "" : `,"acknowledgedAt":${acknowledgedAt}`;
    const cleared = clearedAt === undefined ? "" : `,"clearedAt":${clearedAt}`;
    this.#text = `${this.#head}${state}","raisedAt":${raisedAt}${acknowledged}${cleared},"flapping":${flapping}}`;
    return this.#text;
  }
}

const whole = (alarm: AlarmView): Alarm => (alarm instanceof Alarm ? alarm : new Alarm(alarm, alarm));

/** An alarm as JSON. */
export const textOfAlarm = (alarm: AlarmView): string => whole(alarm).text;

/** Read again from its text, with all fields in their order: told again, it is to be the same text. */
export function alarmOf(text: string): AlarmView {
  const alarm: AlarmView = JSON.parse(text);
  return new Alarm(alarm, alarm);
}

const FRESH: Form = { state: "RAISED", acknowledgedAt: undefined, clearedAt: undefined, flapping: false };

function formOf(alarm: AlarmView, changed: Partial<Form>): AlarmView {
  const { state, acknowledgedAt, clearedAt, flapping } = alarm;
  return new Alarm(alarm, { state, acknowledgedAt, clearedAt, flapping, ...changed });
}

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
    const id = again === 0 ? first : `${first}.${again}`;
    const alarm = new Alarm({ id, twin, code, severity, message, raisedAt: at }, FRESH);
    this.#stand(alarm);
    return alarm;
  }

  /** Marks a standing alarm as one that flaps, or takes the mark away (flapping.ts). */
  mark(twin: TwinId, code: string, flapping: boolean): AlarmView | undefined {
    const alarm = this.#find(twin, code);
    return alarm && this.#replace(alarm, formOf(alarm, { flapping }));
  }

  clear(twin: TwinId, code: string, at: number): AlarmView | undefined {
    const alarm = this.#find(twin, code);
    if (!alarm) return undefined;
    const here = this.#standing.get(twin)!;
    if (here.length === 1) this.#standing.delete(twin);
    else here.splice(here.indexOf(alarm), 1);
    return formOf(alarm, { state: "CLEARED", clearedAt: at });
  }

  /** The acknowledged alarm; undefined when it does not stand any more or was acknowledged before. */
  acknowledge(id: string, at: number): AlarmView | undefined {
    const alarm = this.#standing.get(twinOfAlarm(id))?.find((each) => each.id === id);
    if (alarm?.state !== "RAISED") return undefined;
    return this.#replace(alarm, formOf(alarm, { state: "ACKNOWLEDGED", acknowledgedAt: at }));
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
