// Effects: what a statechart wants done. Actions only say it; the runtime does it, after the commit where it leaves the twin.
// E1  an effect is data: the same event in the same state gives the same effects in the same order
// E2  what an action emits is a recipe, the same one for all twins: which effects a transition has is a matter of the statechart, and only
//     what they say is made from the event

import { type EmitAction, emit, type ParameterizedObject, setup } from "xstate";
import type { AlarmSeverity, NeighbourRole, TwinEvent, View } from "./definition.ts";

export type Effect =
  | { type: "raiseAlarm"; code: string; severity: AlarmSeverity; message: string }
  | { type: "clearAlarm"; code: string }
  | { type: "setPoint"; point: string; value: number; quality: "GOOD" | "ESTIMATED" }
  | { type: "startTimer"; name: string; afterMs: number }
  | { type: "stopTimer"; name: string }
  /** A signal to all neighbours in a role; it reaches their statecharts as an event of that type. */
  | { type: "tell"; role: NeighbourRole; signal: string; args: Record<string, unknown> }
  /** A set value for the device that drives this twin, in the point's unit. */
  | { type: "drive"; point: string; value: number };

export interface Recipe {
  type: "effect";
  make: (event: TwinEvent) => Effect;
}

export interface TwinTypes {
  // biome-ignore lint/complexity/noBannedTypes: a statechart keeps no context (T3)
  context: {};
  events: TwinEvent;
  emitted: Recipe;
}

/** Where every statechart starts: `statechart.createMachine({ ... })`. */
export const statechart = setup({ types: {} as TwinTypes });

type EffectAction = EmitAction<
  TwinTypes["context"],
  TwinEvent,
  ParameterizedObject["params"] | undefined,
  TwinEvent,
  Recipe
>;
type From<T> = T | ((view: View, event: TwinEvent) => T);

const of = <T>(from: From<T>, event: TwinEvent): T =>
  typeof from === "function" ? (from as (view: View, event: TwinEvent) => T)(event.view, event) : from;

const effect = (make: Recipe["make"]): EffectAction => emit({ type: "effect", make }) as EffectAction;

/** Raises an alarm of this twin; while it stands, raising it again changes nothing. */
export const raiseAlarm = (code: string, severity: AlarmSeverity, message: From<string>): EffectAction =>
  effect((event) => ({ type: "raiseAlarm", code, severity, message: of(message, event) }));

export const clearAlarm = (code: string): EffectAction => effect(() => ({ type: "clearAlarm", code }));

/** Sets a point of this twin, in the point's unit. */
export const setPoint = (
  point: From<string>,
  value: From<number>,
  quality: "GOOD" | "ESTIMATED" = "GOOD",
): EffectAction => effect((event) => ({ type: "setPoint", point: of(point, event), value: of(value, event), quality }));

/** After that time the statechart sees `NAME.elapsed`. Starting it again replaces it. */
export const startTimer = (name: string, afterMs: From<number>): EffectAction =>
  effect((event) => ({ type: "startTimer", name, afterMs: of(afterMs, event) }));

export const stopTimer = (name: string): EffectAction => effect(() => ({ type: "stopTimer", name }));

export const tell = (role: NeighbourRole, signal: string, args: From<Record<string, unknown>> = {}): EffectAction =>
  effect((event) => ({ type: "tell", role, signal, args: of(args, event) }));

export const drive = (point: string, value: From<number>): EffectAction =>
  effect((event) => ({ type: "drive", point, value: of(value, event) }));
