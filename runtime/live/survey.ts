// Survey: what a start must know of twins that sleep. Every page is looked at once, one after the other.
// Fed by    the pages and rare records of the shelf
// Gives     the deadlines that twins remember; who sleeps, to heard.ts; those whose saved state their statechart no longer has
// Y1  every twin of an earlier version is migrated here once, to no end but to see that it can be: where it cannot, the program ends
//     before it writes anything of a twin

import type { Definition } from "../../twins/definition.ts";
import { timerDeadline } from "./conditions.ts";
import type { Dictionary } from "./dictionary.ts";
import { flapDeadlines } from "./flapping.ts";
import type { HeardDevices } from "./heard.ts";
import { conditionAt, DUE_MS, formOf, PAGE_TWINS, STATE, sizeOf, walkPage } from "./page.ts";
import type { RareRecord } from "./rare.ts";
import type { Layout } from "./shape.ts";
import type { StoredPages, StoredPagesHost } from "./stored-pages.ts";

/** `watch`: takes each deadline, in watched time. Gives what is wrong with the states of twins, by slot. */
export function survey(
  { shelf, seats, layouts, states, population }: StoredPagesHost,
  pages: StoredPages,
  watch: (dueMs: number, slot: number, name: string) => void,
  heard: HeardDevices,
): Map<number, Error> {
  const misfits = new Map<number, Error>();
  const migrated = new Map<number, RareRecord>();
  // Twins in the same state are of the same kind: few are asked for.
  const definitions = new Map<number, Definition>();
  const definitionOf = (state: number, slot: number): Definition | undefined => {
    const known = definitions.get(state);
    if (known || state === 0) return known;
    const twin = seats.twinAt(slot);
    if (twin < 0) return undefined;
    const { definition } = population.shapeAt(twin);
    definitions.set(state, definition);
    return definition;
  };
  const planOf = planner(layouts);
  const sizeIn = (layout: number) => planOf(layout).size;
  const isOlder = (number: number, numbers: Float64Array): boolean => {
    let found = false;
    walkPage(numbers, sizeIn, (place, layout, start) => {
      const definition = definitionOf(numbers[start + STATE]!, number * PAGE_TWINS + place);
      found ||= definition !== undefined && (definition.version ?? 1) !== planOf(layout).version;
    });
    return found;
  };
  for (const [number, stored] of shelf.pages()) {
    let numbers = stored;
    if (isOlder(number, stored)) {
      const loaded = pages.load(number);
      ({ numbers } = loaded.page);
      for (const [slot, rare] of loaded.migrated) migrated.set(slot, rare);
    }
    walkPage(numbers, sizeIn, (place, layout, start) => {
      const slot = number * PAGE_TWINS + place;
      const state = numbers[start + STATE]!;
      const definition = definitionOf(state, slot);
      const misfit = definition && states.misfit(definition, state);
      if (misfit) misfits.set(slot, misfit);
      if (definition) heard.sleeps(slot, definition, layout, numbers, start);
      const { conditions } = planOf(layout);
      for (let i = 0; i < conditions.length; i++) {
        const dueMs = numbers[start + conditionAt(i) + DUE_MS]!;
        if (!Number.isNaN(dueMs)) watch(dueMs, slot, conditions[i]!);
      }
    });
  }
  const watchRare = (slot: number, { timers, flaps }: RareRecord): void => {
    for (const [name, dueMs] of timers ?? []) watch(dueMs, slot, timerDeadline(name));
    for (const [dueMs, name] of flapDeadlines(flaps ?? [])) watch(dueMs, slot, name);
  };
  for (const [slot, rare] of migrated) watchRare(slot, rare);
  for (const [slot, rare] of shelf.rares()) if (!migrated.has(slot)) watchRare(slot, rare);
  return misfits;
}

/** What of a layout a survey must know. */
interface Plan {
  size: number;
  version: number;
  conditions: readonly string[];
}

function planner(layouts: Dictionary<Layout>): (layout: number) => Plan {
  const plans: (Plan | undefined)[] = [];
  return (number) => {
    let plan = plans[number];
    if (!plan) {
      const layout = layouts.value(number)!;
      plan = { size: sizeOf(formOf(number, layout)), version: layout.version ?? 1, conditions: layout.conditions };
      plans[number] = plan;
    }
    return plan;
  };
}
