// Transitions: where an event leads from a state, worked out by XState once for all twins that are in it and of which the guards say the same.
// Gives     the next state and the recipes of the effects; nothing where only an actor of the twin's own can tell
// M1  a statechart keeps no context, so that a transition depends on the state, the type of the event and the answers of the guards alone
// M2  a guard is asked of the twin, at each event; it may be asked though XState would not have come to it, so one that throws is left
//     to the actor

import { type AnyMachineSnapshot, type AnyStateMachine, type AnyStateNode, transition } from "xstate";
import type { TwinEvent } from "../../twins/definition.ts";
import type { Recipe } from "../../twins/effects.ts";
import type { TwinState } from "./states.ts";

export interface Move {
  next: TwinState;
  recipes: readonly Recipe[];
}

type Guard = (args: { context: object; event: TwinEvent }) => boolean;

/** What an event of one type does in a state. */
export interface Moves {
  guards: readonly Guard[];
  /** A bit for each guard; what XState made of it, as far as it was asked. */
  byAnswers: Map<number, Move | undefined>;
}

const CONTEXT = {};
/** Bits of a number. */
const MAX_GUARDS = 30;

/** Undefined where each twin needs its own actor to tell. */
export function movesOf(machine: AnyStateMachine, from: TwinState, type: string): Moves | undefined {
  if (!isFree(machine.root)) return undefined;
  const guards = new Set<unknown>();
  for (const node of from.snapshot._nodes as AnyStateNode[]) {
    for (const [descriptor, transitions] of node.transitions) {
      if (descriptor !== type && !descriptor.includes("*")) continue;
      for (const { guard } of transitions) if (guard) guards.add(guard);
    }
  }
  if (guards.size > MAX_GUARDS || ![...guards].every(isPlain)) return undefined;
  return { guards: [...guards] as Guard[], byAnswers: new Map() };
}

/** What a twin's event comes to, worked out when nobody of that state had those answers before. */
export function moveOf(
  machine: AnyStateMachine,
  from: TwinState,
  { guards, byAnswers }: Moves,
  event: TwinEvent,
  stateOf: (snapshot: AnyMachineSnapshot) => TwinState,
): Move | undefined {
  let answers = 0;
  for (let i = 0; i < guards.length; i++) {
    try {
      if (guards[i]!({ context: CONTEXT, event })) answers |= 1 << i;
    } catch {
      return undefined;
    }
  }
  const known = byAnswers.get(answers);
  if (known || byAnswers.has(answers)) return known;
  const move = workedOut(machine, from, event, stateOf);
  byAnswers.set(answers, move);
  return move;
}

function workedOut(
  machine: AnyStateMachine,
  from: TwinState,
  event: TwinEvent,
  stateOf: (snapshot: AnyMachineSnapshot) => TwinState,
): Move | undefined {
  const [snapshot, actions] = transition(machine, from.snapshot, event);
  const recipes: Recipe[] = [];
  // Actions of one's own may have any type; XState names those that it declares.
  for (const action of actions as { type: string; params?: unknown }[]) {
    if (action.type !== "xstate.emit") return undefined;
    recipes.push((action.params as { event: Recipe }).event);
  }
  const next = snapshot as AnyMachineSnapshot;
  return { next: next === from.snapshot ? from : stateOf(next), recipes };
}

/** A function of the event alone, not a name, nor one of those that ask other guards or the state. */
const isPlain = (guard: unknown): boolean => typeof guard === "function" && !("check" in guard);

/** Nothing of the statechart happens by itself: no transitions without an event, nothing that ends. */
function isFree(node: AnyStateNode): boolean {
  if (node.type === "final" || node.always?.length || node.invoke.length > 0) return false;
  return Object.values(node.states).every(isFree);
}
