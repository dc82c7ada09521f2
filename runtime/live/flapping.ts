// Flapping: an alarm that comes and goes too often stands still until it is calm (ISA-18.2 calls it chattering).
// Fed by    each raise and clear of an alarm that a twin asks for; the deadlines of alarms that flap
// Gives     alarms marked as flapping, once, and what is left of them when they are calm
// F1  raised FLAPS times within WINDOW_MS, an alarm flaps: it stands, and no further raise or clear of it leaves the partition
// F2  after CALM_MS without a change it is an alarm like any other: it stands when its cause does, and is cleared when not
// F3  all that is remembered is in the twin's record, and time comes with events: a replay gives the same
// F4  states and journal of the twin go on as they are; only its alarm stands still

import type { AlarmView } from "../views.ts";
import type { Alarms } from "./alarms.ts";
import type { Changes } from "./changes.ts";
import type { Deadline } from "./deadlines.ts";
import { Few } from "./few.ts";
import type { LiveTwin } from "./live-twin.ts";

export const FLAPS = 5;
export const WINDOW_MS = 10 * 60_000;
export const CALM_MS = 10 * 60_000;
/** Follows the code in the name of a deadline. */
const CALM = ".calm";
const NONE: readonly number[] = [];

/** What a twin remembers of one of its alarms, by code, in watched time. It is replaced, never changed. */
export interface Flap {
  /** Times at which it was raised, those within WINDOW_MS of the last one. */
  raisedMs: number[];
  /** While it flaps: whether its cause stands, when that changed last, and when to ask whether it is calm. */
  chatter?: { isRaised: boolean; changedMs: number; dueMs: number };
}

export interface FlappingHost {
  alarms: () => Alarms;
  changes: Changes;
  conditions: { watch: (dueMs: number, slot: number, name: string) => void };
}

export class Flapping {
  readonly #host: FlappingHost;

  constructor(host: FlappingHost) {
    this.#host = host;
  }

  /** Takes note of a raise or clear of an alarm that flaps. False for one that does not: it goes its way. */
  keeps(twin: LiveTwin, code: string, isRaised: boolean, watchedMs: number): boolean {
    const flap = twin.flaps?.get(code);
    if (!flap?.chatter) return false;
    if (flap.chatter.isRaised !== isRaised) {
      this.#remember(twin, code, { ...flap, chatter: { ...flap.chatter, isRaised, changedMs: watchedMs } });
    }
    return true;
  }

  /** Counts an alarm that was raised; gives it marked when it flaps from now on. */
  counted(twin: LiveTwin, alarm: AlarmView, watchedMs: number): AlarmView {
    const { code } = alarm;
    const before = twin.flaps?.get(code)?.raisedMs ?? NONE;
    const from = before.findIndex((ms) => ms > watchedMs - WINDOW_MS);
    // Not by `push`, which makes room for many more: it is kept for each twin.
    const raisedMs = from < 0 ? [watchedMs] : before.slice(from).concat(watchedMs);
    if (raisedMs.length < FLAPS) {
      this.#remember(twin, code, { raisedMs });
      return alarm;
    }
    const dueMs = watchedMs + CALM_MS;
    this.#remember(twin, code, { raisedMs, chatter: { isRaised: true, changedMs: watchedMs, dueMs } });
    this.#host.conditions.watch(dueMs, twin.slot, `${code}${CALM}`);
    this.#host.changes.touch(twin);
    return this.#host.alarms().mark(twin.id, code, true)!;
  }

  /** Fires a deadline that asks whether an alarm is calm; undefined for any other. */
  fire(twin: LiveTwin, { name, dueMs }: Deadline, nowMs: number): "fired" | "moved" | "void" | undefined {
    if (!name.endsWith(CALM)) return undefined;
    const code = name.slice(0, -CALM.length);
    const flap = twin.flaps?.get(code);
    if (flap?.chatter?.dueMs !== dueMs) return "void";
    const { isRaised, changedMs } = flap.chatter;
    const { alarms, changes, conditions } = this.#host;
    if (changedMs + CALM_MS > dueMs) {
      const laterMs = changedMs + CALM_MS;
      this.#remember(twin, code, { ...flap, chatter: { ...flap.chatter, dueMs: laterMs } });
      conditions.watch(laterMs, twin.slot, name);
      return "moved";
    }
    twin.flaps!.delete(code);
    changes.saveRare(twin);
    const calm = alarms().mark(twin.id, code, false);
    const left = isRaised ? calm : alarms().clear(twin.id, code, nowMs);
    if (left) changes.alarm(left);
    return "fired";
  }

  #remember(twin: LiveTwin, code: string, flap: Flap): void {
    twin.flaps ??= new Few();
    twin.flaps.set(code, flap);
    this.#host.changes.saveRare(twin);
  }
}

/** Codes of the alarms of a twin that flap. */
export function flappingOf({ flaps }: Pick<LiveTwin, "flaps">): string[] {
  return [...(flaps ?? [])].flatMap(([code, { chatter }]) => (chatter ? [code] : [])).sort();
}

/** When it is to be asked whether alarms that flap are calm. */
export function flapDeadlines(flaps: Iterable<readonly [code: string, flap: Flap]>): [dueMs: number, name: string][] {
  return [...flaps].flatMap(([code, { chatter }]): [number, string][] =>
    chatter ? [[chatter.dueMs, `${code}${CALM}`]] : [],
  );
}

/** The same in the watched time of another partition. */
export function flapMoved({ raisedMs, chatter }: Flap, laterMs: number): Flap {
  return {
    raisedMs: raisedMs.map((ms) => ms + laterMs),
    ...(chatter && {
      chatter: { ...chatter, changedMs: chatter.changedMs + laterMs, dueMs: chatter.dueMs + laterMs },
    }),
  };
}
