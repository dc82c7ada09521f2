// States: every state that a statechart was seen in, once for all twins that are in it.
// Fed by    the numbers of states in the store; snapshots of stepped actors
// Gives     a state's text, tags and snapshot, from which an actor goes on
// S1  a statechart keeps no context: its snapshot is its state value, and twins in the same state share one
// S2  what a state lets through follows from its text: so that of a past state is known, too

import { type AnyMachineSnapshot, type AnyStateMachine, createActor, type StateValue } from "xstate";
import type { Kind } from "../../models/district.ts";
import type { Definition, TwinEvent } from "../../twins/definition.ts";
import type { Dictionary } from "./dictionary.ts";
import { type Move, type Moves, moveOf, movesOf } from "./transitions.ts";

/** A state as the store names it. */
export type StateName = readonly [kind: Kind, value: StateValue];

export interface TwinState {
  number: number;
  value: StateValue;
  /** Dotted; the paths of parallel regions are joined by `|`. */
  text: string;
  conducting: boolean;
  sourcing: boolean;
  snapshot: AnyMachineSnapshot;
  /** Where events lead from here, as far as that was asked; see transitions.ts. */
  moves: Map<string, Moves | undefined>;
}

export class States {
  readonly #names: Dictionary<StateName>;
  readonly #byNumber = new Map<AnyStateMachine, Map<number, TwinState>>();
  readonly #byText = new Map<AnyStateMachine, Map<string, TwinState>>();
  readonly #positions = new Map<AnyStateMachine, Map<string, Pick<TwinState, "conducting" | "sourcing">>>();
  readonly #misfits = new Map<AnyStateMachine, Map<number, Error>>();
  readonly #initial = new Map<AnyStateMachine, TwinState>();

  constructor(names: Dictionary<StateName>) {
    this.#names = names;
  }

  /** The state in which a twin of that kind is before it is born. */
  initial(definition: Definition): TwinState {
    const { machine } = definition;
    let state = this.#initial.get(machine);
    if (!state) {
      state = this.of(definition, createActor(machine).getSnapshot() as AnyMachineSnapshot);
      this.#initial.set(machine, state);
    }
    return state;
  }

  /** The state with that number; the first one when the statechart has no such state (any more). */
  numbered(definition: Definition, number: number): TwinState {
    const { machine } = definition;
    if (number === 0) return this.initial(definition);
    const known = this.#byNumber.get(machine)?.get(number);
    if (known) return known;
    const state = this.#named(definition, number, this.value(definition, number));
    remember(this.#byNumber, machine, number, state);
    return state;
  }

  /** What is wrong with that number: the statechart has no such state (any more). */
  misfit(definition: Definition, number: number): Error | undefined {
    this.numbered(definition, number);
    return this.#misfits.get(definition.machine)?.get(number);
  }

  /** What the statechart's state with that number is called, whether it has it or not. */
  value(definition: Definition, number: number): StateValue {
    if (number === 0) return this.initial(definition).value;
    const name = this.#names.value(number);
    if (!name) throw new RangeError(`the store has no state ${number}`);
    return name[1];
  }

  /** What a state lets through, by its text; nothing for a text that is none of the statechart's states (any more). */
  position(definition: Definition, text: string): Pick<TwinState, "conducting" | "sourcing"> {
    const { machine } = definition;
    const known = this.#byText.get(machine)?.get(text) ?? this.#positions.get(machine)?.get(text);
    if (known) return known;
    const position = positionOf(machine, text);
    remember(this.#positions, machine, text, position);
    return position;
  }

  numberOf({ kind }: Definition, value: StateValue): number {
    return this.#names.numberOf([kind, value]);
  }

  of(definition: Definition, snapshot: AnyMachineSnapshot): TwinState {
    const { machine } = definition;
    const text = stateText(snapshot.value);
    const known = this.#byText.get(machine)?.get(text);
    if (known) return known;
    const state: TwinState = {
      ...{ number: this.numberOf(definition, snapshot.value), value: snapshot.value, text },
      ...{ conducting: snapshot.hasTag("conducting"), sourcing: snapshot.hasTag("sourcing") },
      snapshot: machine.resolveState({ value: snapshot.value, context: {} }) as AnyMachineSnapshot,
      moves: new Map(),
    };
    remember(this.#byText, machine, text, state);
    remember(this.#byNumber, machine, state.number, state);
    return state;
  }

  /** Where an event leads from a state, the same for all twins in it of which the guards say the same; undefined where that is up to the twin. */
  move(definition: Definition, from: TwinState, event: TwinEvent): Move | undefined {
    const { machine } = definition;
    let moves = from.moves.get(event.type);
    if (!moves) {
      if (from.moves.has(event.type)) return undefined;
      moves = movesOf(machine, from, event.type);
      from.moves.set(event.type, moves);
      if (!moves) return undefined;
    }
    return moveOf(machine, from, moves, event, (snapshot) => this.of(definition, snapshot));
  }

  #named(definition: Definition, number: number, value: StateValue): TwinState {
    const { machine } = definition;
    try {
      return this.of(definition, machine.resolveState({ value, context: {} }) as AnyMachineSnapshot);
    } catch (error) {
      remember(this.#misfits, machine, number, error as Error);
      return this.initial(definition);
    }
  }
}

function remember<K, V>(all: Map<AnyStateMachine, Map<K, V>>, machine: AnyStateMachine, key: K, value: V) {
  const values = all.get(machine) ?? new Map<K, V>();
  all.set(machine, values.set(key, value));
}

/** Dotted state value; the paths of parallel regions are joined by `|`. */
export function stateText(value: StateValue): string {
  if (typeof value === "string") return value;
  const paths = (state: StateValue, prefix: string): string[] =>
    typeof state === "string"
      ? [`${prefix}${state}`]
      : Object.entries(state).flatMap(([key, inner]) => paths(inner!, `${prefix}${key}.`));
  return paths(value, "")
    .map((path) => (path.endsWith(".") ? path.slice(0, -1) : path))
    .join("|");
}

function positionOf(machine: AnyStateMachine, text: string): Pick<TwinState, "conducting" | "sourcing"> {
  try {
    const snapshot = machine.resolveState({ value: stateValue(text), context: {} });
    return { conducting: snapshot.hasTag("conducting"), sourcing: snapshot.hasTag("sourcing") };
  } catch {
    return { conducting: false, sourcing: false };
  }
}

/** The state value of a text that `stateText` made. */
function stateValue(text: string): StateValue {
  if (!/[.|]/.test(text)) return text;
  const value: Record<string, StateValue> = {};
  for (const path of text.split("|")) {
    const names = path.split(".");
    const leaf = names.length > 1 ? names.pop()! : undefined;
    let at = value;
    for (const [depth, name] of names.entries()) {
      const isLast = depth === names.length - 1;
      const known = at[name];
      const inner: Record<string, StateValue> = typeof known === "object" ? (known as Record<string, StateValue>) : {};
      at[name] = isLast && leaf !== undefined ? leaf : inner;
      at = inner;
    }
  }
  return value;
}
