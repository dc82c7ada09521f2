// Survey: what a start must know of twins that sleep. Every page is looked at once, one after the other.
// Fed by    the pages and rare records of the shelf
// Gives     the deadlines that twins remember; those whose saved state their statechart no longer has
// Y1  every twin of an earlier version is migrated here once, to no end but to see that it can be: where it cannot, the program ends
//     before it writes anything of a twin

import type { Definition } from "../../twins/definition.ts";
import { timerDeadline } from "./conditions.ts";
import { flapDeadlines } from "./flapping.ts";
import { conditionAt, DUE_MS, PAGE_TWINS, type Page, STATE } from "./page.ts";
import type { RareRecord } from "./rare.ts";
import type { StoredPages, StoredPagesHost } from "./stored-pages.ts";

/** `watch`: takes each deadline, in watched time. Gives what is wrong with the states of twins, by slot. */
export function survey(
  { shelf, seats, layouts, states, population }: StoredPagesHost,
  pages: StoredPages,
  watch: (dueMs: number, slot: number, name: string) => void,
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
  const layoutAt = (page: Page, place: number) => layouts.value(page.layout(place))!;
  const isOlder = (page: Page): boolean =>
    page.starts.some((start, place) => {
      if (start === undefined) return false;
      const definition = definitionOf(page.cells[start + STATE]!, page.number * PAGE_TWINS + place);
      return definition !== undefined && (definition.version ?? 1) !== (layoutAt(page, place).version ?? 1);
    });
  for (const [number, numbers] of shelf.pages()) {
    let page = pages.stored(number, numbers);
    if (isOlder(page)) {
      const loaded = pages.load(number);
      page = loaded.page;
      for (const [slot, rare] of loaded.migrated) migrated.set(slot, rare);
    }
    for (const [place, start] of page.starts.entries()) {
      if (start === undefined) continue;
      const slot = number * PAGE_TWINS + place;
      const state = page.cells[start + STATE]!;
      const definition = definitionOf(state, slot);
      const misfit = definition && states.misfit(definition, state);
      if (misfit) misfits.set(slot, misfit);
      for (const [i, name] of layoutAt(page, place).conditions.entries()) {
        const dueMs = page.cells[start + conditionAt(i) + DUE_MS]!;
        if (!Number.isNaN(dueMs)) watch(dueMs, slot, name);
      }
    }
  }
  const watchRare = (slot: number, { timers, flaps }: RareRecord): void => {
    for (const [name, dueMs] of timers ?? []) watch(dueMs, slot, timerDeadline(name));
    for (const [dueMs, name] of flapDeadlines(flaps ?? [])) watch(dueMs, slot, name);
  };
  for (const [slot, rare] of migrated) watchRare(slot, rare);
  for (const [slot, rare] of shelf.rares()) if (!migrated.has(slot)) watchRare(slot, rare);
  return misfits;
}
