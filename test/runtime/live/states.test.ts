// States: an actor that goes on from a shared state goes on as the one that was in it; states keep their numbers.

import { describe, expect, test } from "vitest";
import { type AnyMachineSnapshot, createActor, type EventObject, not, transition } from "xstate";
import { Dictionary } from "../../../runtime/live/dictionary.ts";
import { type StateName, States, stateText } from "../../../runtime/live/states.ts";
import { CATALOGUE } from "../../../twins/catalogue.ts";
import type { Definition, TwinEvent, View } from "../../../twins/definition.ts";
import { type Recipe, statechart } from "../../../twins/effects.ts";
import { Chance } from "../../chaos/chance.ts";

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

const CARRIERS = ["electricity", "water", "heat"];
const eventOf = (type: string, view: View, carrier = "water"): TwinEvent => ({
  ...{ type, at: 0, view },
  args: { carrier, reason: "seen" },
});

const eventsOf = ({ machine }: Definition): TwinEvent[] =>
  [true, false].flatMap((yes) =>
    CARRIERS.flatMap((carrier) => machine.events.map((type: string) => eventOf(type, viewThatSays(yes), carrier))),
  );

const ROUNDS = 20;
const VALUES = [Number.NaN, -1, 0, 1, 100, 1e6];

/** Of twins that say now this, now that; of one and the same question always the same, as a twin does within an event. */
function chanceEvents({ machine }: Definition, chance: Chance): TwinEvent[] {
  return Array.from({ length: ROUNDS }).flatMap(() =>
    machine.events.map((type: string) => {
      const answers = new Map<string, number>();
      const answer = (question: string, from: readonly number[]): number => {
        if (!answers.has(question)) answers.set(question, chance.one(from));
        return answers.get(question)!;
      };
      const view: View = {
        ...viewThatSays(chance.once(2)),
        value: (point) => answer(`value ${point}`, VALUES),
        neighbours: (role) => answer(`neighbours ${role}`, [0, 1, 2]),
        isRaised: (condition) => answer(`raised ${condition}`, [0, 1]) === 1,
        attribute: (name) => answer(`attribute ${name}`, VALUES),
      };
      return eventOf(type, view, chance.one(CARRIERS));
    }),
  );
}

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

    test("goes where XState says, and with the same effects, whatever its guards are answered (M1, M2)", () => {
      const states = new States(new Dictionary());
      const chance = new Chance(1);
      for (const snapshot of snapshots) {
        const state = states.of(definition, snapshot);
        for (const event of [...eventsOf(definition), ...chanceEvents(definition, chance)]) {
          const move = states.move(definition, state, event)!;
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

test("a guard is asked of each twin, and what it said before is known (M1)", () => {
  const states = new States(new Dictionary());
  const definition = CATALOGUE.meter!;
  const suspect = states.numbered(definition, states.numberOf(definition, { faulty: "implausible" }));
  const says = (yes: boolean) => states.move(definition, suspect, eventOf("suspect.cleared", viewThatSays(yes)))!;
  expect(says(true).next.text).toBe("silent");
  expect(says(false).next.text).toBe("commissioned");
  expect(says(true)).toBe(says(true));
  expect(says(true).recipes).toHaveLength(3);
});

describe("is left to an actor of the twin's own", () => {
  const decide = (guard: unknown) =>
    statechart.createMachine({
      initial: "a",
      states: { a: { on: { go: { guard: guard as never, target: "b" } } }, b: {} },
    });
  test.each([
    [
      "what a statechart does by itself (M1)",
      () =>
        statechart.createMachine({
          initial: "a",
          states: { a: { on: { go: "b" } }, b: { always: { guard: () => true, target: "c" } }, c: {} },
        }),
    ],
    ["what a guard decides that asks others (M1)", () => decide(not(() => false))],
    [
      "what a guard decides that throws (M2)",
      () =>
        decide(() => {
          throw new Error("it cannot tell");
        }),
    ],
  ] as const)("%s", (_, machine) => {
    const states = new States(new Dictionary());
    const definition: Definition = { ...CATALOGUE.meter!, machine: machine() };
    expect(states.move(definition, states.initial(definition), eventOf("go", viewThatSays(true)))).toBeUndefined();
  });
});

test("a number that the store does not have is refused", () => {
  expect(() => new States(new Dictionary()).numbered(CATALOGUE.meter!, 7)).toThrow("the store has no state 7");
});
