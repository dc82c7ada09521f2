// States: an actor that goes on from a shared state goes on as the one that was in it; states keep their numbers.

import { describe, expect, test } from "vitest";
import { type AnyMachineSnapshot, createActor, type EventObject, transition } from "xstate";
import { Dictionary } from "../../../runtime/live/dictionary.ts";
import { type StateName, States, stateText } from "../../../runtime/live/states.ts";
import { CATALOGUE } from "../../../twins/catalogue.ts";
import type { Definition, View } from "../../../twins/definition.ts";
import { type Recipe, statechart } from "../../../twins/effects.ts";

const MOST_STATES = 60;

/** A twin that says yes, or no, to everything that a guard may ask. */
const viewThatSays = (yes: boolean): View => ({
  model: {
    ...{ id: "meter:y:z", kind: "meter", source: "y", element: "z", points: [{ name: "energyImport", unit: "kWh" }] },
    attributes: yes ? { ifcClass: "IfcAlarm", carrier: "electricity" } : {},
  },
  value: () => (yes ? 1 : Number.NaN),
  at: () => 0,
  quality: () => "GOOD",
  neighbours: () => (yes ? 1 : 0),
  isRaised: () => yes,
  attribute: () => (yes ? 1 : Number.NaN),
});

const eventsOf = ({ machine }: Definition): EventObject[] =>
  [true, false].flatMap((yes) =>
    ["electricity", "water", "heat"].flatMap((carrier) =>
      machine.events.map((type: string) => ({
        type,
        at: 0,
        view: viewThatSays(yes),
        args: { carrier, reason: "seen" },
      })),
    ),
  );

const next = ({ machine }: Definition, from: AnyMachineSnapshot, event: EventObject): AnyMachineSnapshot =>
  transition(machine, from, event as never)[0] as AnyMachineSnapshot;

/** Snapshots of all states that are found by sending whatever can be sent. */
function reached(definition: Definition): AnyMachineSnapshot[] {
  const found = new Map<string, AnyMachineSnapshot>();
  const look = [createActor(definition.machine).getSnapshot() as AnyMachineSnapshot];
  for (let snapshot = look.shift(); snapshot && found.size < MOST_STATES; snapshot = look.shift()) {
    const text = stateText(snapshot.value);
    if (found.has(text)) continue;
    found.set(text, snapshot);
    for (const event of eventsOf(definition)) look.push(next(definition, snapshot, event));
  }
  return [...found.values()];
}

describe.each(Object.values(CATALOGUE).map((definition) => [definition.kind, definition] as const))(
  "%s",
  (_, definition) => {
    const snapshots = reached(definition);

    test("goes on from a state of the store as from the one it was in (S1)", () => {
      const names = new Dictionary<StateName>();
      const states = new States(names);
      const numbers = snapshots.map((snapshot) => states.of(definition, snapshot).number);
      const stored = JSON.parse(JSON.stringify(names.takeFresh())) as [number, StateName][];
      const woken = new States(new Dictionary(stored));
      for (const [i, snapshot] of snapshots.entries()) {
        const state = woken.numbered(definition, numbers[i]!);
        expect(state.number).toBe(numbers[i]);
        expect(state.text).toBe(stateText(snapshot.value));
        expect(state.conducting).toBe(snapshot.hasTag("conducting"));
        expect(state.sourcing).toBe(snapshot.hasTag("sourcing"));
        for (const event of eventsOf(definition)) {
          const [was, is] = [next(definition, snapshot, event), next(definition, state.snapshot, event)];
          expect(stateText(is.value), `${event.type} in ${state.text}`).toBe(stateText(was.value));
          expect(state.snapshot.can(event as never)).toBe(snapshot.can(event as never));
        }
      }
    });

    test("lets through in a state that is known by its text alone what it lets through in that state (S2)", () => {
      for (const snapshot of snapshots) {
        const position = new States(new Dictionary()).position(definition, stateText(snapshot.value));
        expect(position).toEqual({ conducting: snapshot.hasTag("conducting"), sourcing: snapshot.hasTag("sourcing") });
      }
      const gone = new States(new Dictionary()).position(definition, "a.state|that.is.gone");
      expect(gone).toEqual({ conducting: false, sourcing: false });
    });

    test("goes where XState says, and with the same effects, where that is worked out once for all twins (M1)", () => {
      const states = new States(new Dictionary());
      for (const snapshot of snapshots) {
        const state = states.of(definition, snapshot);
        for (const event of eventsOf(definition)) {
          const move = states.move(definition, state, event.type);
          if (!move) continue;
          const [after, actions] = transition(definition.machine, snapshot, event as never);
          expect(move.next.text, `${event.type} in ${state.text}`).toBe(stateText((after as AnyMachineSnapshot).value));
          const emitted = (actions as { params?: unknown }[]).map(({ params }) => (params as { event: Recipe }).event);
          expect(move.recipes).toEqual(emitted);
        }
      }
    });

    test("has one state for all twins that are in it, and its number never changes", () => {
      const states = new States(new Dictionary());
      const first = snapshots.map((snapshot) => states.of(definition, snapshot));
      expect(new Set(first.map(({ number }) => number)).size).toBe(snapshots.length);
      expect(snapshots.map((snapshot) => states.of(definition, snapshot))).toEqual(first);
      for (const state of first) expect(states.numbered(definition, state.number)).toBe(state);
      expect(states.numbered(definition, 0)).toBe(states.initial(definition));
    });
  },
);

test("a state that the statechart no longer has is the first one, and told as a misfit", () => {
  const names = new Dictionary<StateName>();
  const states = new States(names);
  const gone = names.numberOf(["meter", "gone"]);
  expect(states.numbered(CATALOGUE.meter!, gone)).toBe(states.initial(CATALOGUE.meter!));
  expect(states.misfit(CATALOGUE.meter!, gone)?.message).toContain("'gone'");
  expect(states.misfit(CATALOGUE.meter!, 0)).toBeUndefined();
});

test("what a guard decides, and what a statechart does by itself, is left to the twin (M1)", () => {
  const states = new States(new Dictionary());
  const at = (value: StateName[1]) => states.numbered(CATALOGUE.meter!, states.numberOf(CATALOGUE.meter!, value));
  expect(states.move(CATALOGUE.meter!, at("commissioned"), "heard.raised")).toBeUndefined();
  const suspect = states.move(CATALOGUE.meter!, at({ online: "normal" }), "suspect.raised");
  expect(suspect?.next.text).toBe("online.suspect");
  expect(suspect?.recipes).toHaveLength(2);
  const machine = statechart.createMachine({
    initial: "a",
    states: { a: { on: { go: "b" } }, b: { always: { guard: () => true, target: "c" } }, c: {} },
  });
  const hasty: Definition = { ...CATALOGUE.meter!, machine };
  expect(states.move(hasty, states.initial(hasty), "go")).toBeUndefined();
});

test("a number that the store does not have is refused", () => {
  expect(() => new States(new Dictionary()).numbered(CATALOGUE.meter!, 7)).toThrow("the store has no state 7");
});
