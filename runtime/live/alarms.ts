// Alarms of a partition's twins: raised once, acknowledged by a person, cleared by the twin.
// A1  of one twin and code there is at most one alarm that is not cleared
// A2  an alarm's id is TWIN/CODE/SEQUENCE of the event that raised it (with .1, .2 when that raised it again): the same after a replay

import type { TwinId } from "../../models/district.ts";
import type { AlarmSeverity } from "../../twins/definition.ts";
import type { AlarmView } from "../views.ts";
import { Ink } from "./ink.ts";

/** An element's id may itself hold a `/`, so an alarm's id is taken apart from its end. */
export function twinOfAlarm(id: string): TwinId {
  return id.slice(0, id.lastIndexOf("/", id.lastIndexOf("/") - 1));
}

type Form = Pick<AlarmView, "state" | "acknowledgedAt" | "clearedAt" | "flapping">;

const FRESH: Form = { state: "RAISED", acknowledgedAt: undefined, clearedAt: undefined, flapping: false };

/** An alarm as it is at a moment: replaced, never changed. */
function alarmAs(of: Omit<AlarmView, keyof Form>, form: Form): AlarmView {
  const { id, twin, code, severity, message, raisedAt } = of;
  const { state, acknowledgedAt, clearedAt, flapping } = form;
  return { id, twin, code, severity, message, state, raisedAt, acknowledgedAt, clearedAt, flapping };
}

function changed(alarm: AlarmView, what: Partial<Form>): AlarmView {
  const { state = alarm.state, acknowledgedAt = alarm.acknowledgedAt } = what;
  const { clearedAt = alarm.clearedAt, flapping = alarm.flapping } = what;
  return alarmAs(alarm, { state, acknowledgedAt, clearedAt, flapping });
}

type Middle = Pick<AlarmView, "code" | "severity" | "message"> & { bytes: Buffer };

/** By message, what alarms have in common between their twin and their state, with its JSON: few messages come again and again. */
const middles = new Map<string, Middle>();
const MAX_MIDDLES = 1_000;
const middleInk = new Ink();

function middleOf({ code, severity, message }: Pick<AlarmView, "code" | "severity" | "message">): Middle {
  const known = middles.get(message);
  if (known?.code === code && known.severity === severity) return known;
  middleInk.clear().put(',"code":').quote(code).put(',"severity":').quote(severity);
  middleInk.put(',"message":').quote(message).put(',"state":');
  const middle = { code, severity, message, bytes: Buffer.from(middleInk.since(0)) };
  if (middles.size >= MAX_MIDDLES) middles.clear();
  middles.set(message, middle);
  return middle;
}

/** Writes an alarm as JSON. That text is not kept: it is made in less time than the collector would take for it. */
export function writeAlarm(ink: Ink, alarm: AlarmView): Ink {
  const { id, twin, state, raisedAt, acknowledgedAt, clearedAt, flapping } = alarm;
  ink.put('{"id":').quote(id).put(',"twin":').quote(twin).append(middleOf(alarm).bytes);
  ink.quote(state).put(',"raisedAt":').number(raisedAt);
  if (acknowledgedAt !== undefined) ink.put(',"acknowledgedAt":').number(acknowledgedAt);
  if (clearedAt !== undefined) ink.put(',"clearedAt":').number(clearedAt);
  return ink.put(flapping ? ',"flapping":true}' : ',"flapping":false}');
}

/** Read again from its JSON, with all fields in their order: told again, it is to be the same text. */
export function alarmOf(text: string): AlarmView {
  const alarm: AlarmView = JSON.parse(text);
  return alarmAs(alarm, alarm);
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
    // The text that others have, too: each alarm was asked for with one of its own, and alarms are kept for long.
    const shared = middleOf({ code, severity, message }).message;
    const alarm = alarmAs({ id, twin, code, severity, message: shared, raisedAt: at }, FRESH);
    this.#stand(alarm);
    return alarm;
  }

  /** Marks a standing alarm as one that flaps, or takes the mark away (flapping.ts). */
  mark(twin: TwinId, code: string, flapping: boolean): AlarmView | undefined {
    const alarm = this.#find(twin, code);
    return alarm && this.#replace(alarm, changed(alarm, { flapping }));
  }

  clear(twin: TwinId, code: string, at: number): AlarmView | undefined {
    const alarm = this.#find(twin, code);
    if (!alarm) return undefined;
    const here = this.#standing.get(twin)!;
    if (here.length === 1) this.#standing.delete(twin);
    else here.splice(here.indexOf(alarm), 1);
    return changed(alarm, { state: "CLEARED", clearedAt: at });
  }

  /** All of a twin, as they are cleared. */
  clearAll(twin: TwinId, at: number): AlarmView[] {
    const here = this.#standing.get(twin) ?? [];
    this.#standing.delete(twin);
    return here.map((alarm) => changed(alarm, { state: "CLEARED", clearedAt: at, flapping: false }));
  }

  /** The acknowledged alarm; undefined when it does not stand any more or was acknowledged before. */
  acknowledge(id: string, at: number): AlarmView | undefined {
    const alarm = this.#standing.get(twinOfAlarm(id))?.find((each) => each.id === id);
    if (alarm?.state !== "RAISED") return undefined;
    return this.#replace(alarm, changed(alarm, { state: "ACKNOWLEDGED", acknowledgedAt: at }));
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
