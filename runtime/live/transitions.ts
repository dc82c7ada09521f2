// Transitions: where an event leads from a state, worked out by XState once for all twins that are in it.
// Gives     the next state and the recipes of the effects; nothing where a guard has a say, as that is up to the twin
// M1  a statechart keeps no context, so that without guards a transition depends on state and type of the event alone

import { type AnyMachineSnapshot, type AnyStateMachine, type AnyStateNode, transition } from "xstate";
import type { Recipe } from "../../twins/effects.ts";
import type { TwinState } from "./states.ts";

export interface Move {
  next: TwinState;
  recipes: readonly Recipe[];
}

export function moveOf(
  machine: AnyStateMachine,
  from: TwinState,
  type: string,
  stateOf: (snapshot: AnyMachineSnapshot) => TwinState,
): Move | undefined {
  const nodes = from.snapshot._nodes as AnyStateNode[];
  if (!isFree(machine.root) || nodes.some((node) => isGuarded(node, type))) return undefined;
  const [snapshot, actions] = transition(machine, from.snapshot, { type });
  const recipes: Recipe[] = [];
  // Actions of one's own may have any type; XState names those that it declares.
  for (const action of actions as { type: string; params?: unknown }[]) {
    if (action.type !== "xstate.emit") return undefined;
    recipes.push((action.params as { event: Recipe }).event);
  }
  const next = snapshot as AnyMachineSnapshot;
  return { next: next === from.snapshot ? from : stateOf(next), recipes };
}

/** Nothing of the statechart happens by itself: no transitions without an event, nothing that ends. */
function isFree(node: AnyStateNode): boolean {
  if (node.type === "final" || node.always?.length || node.invoke.length > 0) return false;
  return Object.values(node.states).every(isFree);
}

/** Whether what a state does with an event depends on more than its type. */
function isGuarded(node: AnyStateNode, type: string): boolean {
  for (const [descriptor, transitions] of node.transitions) {
    const isMeant = descriptor === type || descriptor.includes("*");
    if (isMeant && transitions.some(({ guard }) => guard)) return true;
  }
  return false;
}
