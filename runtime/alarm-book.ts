// The alarm book: all alarms of a world that are worth showing, youngest first.
// Fed by    the store at the start, then each run of events
// B1  alarms that stand are never dropped; of the cleared ones the youngest MAX_CLEARED_ALARMS are kept, and at most PRUNE_ALARMS more
//     until they are pruned

import type { AlarmState, AlarmView, Page, PageRequest } from "./views.ts";

export const MAX_CLEARED_ALARMS = 20_000;
/** So many are dropped in one go, so that not every run of events looks for the oldest. */
export const PRUNE_ALARMS = 5_000;

const youngestFirst = (a: AlarmView, b: AlarmView): number =>
  b.raisedAt - a.raisedAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

export class AlarmBook {
  /** In the order in which they were raised, as far as partitions agree on the time. */
  readonly #alarms = new Map<string, AlarmView>();
  /** Those of them that stand, by twin. */
  readonly #standing = new Map<string, Map<string, AlarmView>>();
  #sorted: AlarmView[] | undefined;
  #cleared = 0;

  constructor(alarms: Iterable<AlarmView>) {
    this.put([...alarms].sort((a, b) => youngestFirst(b, a)));
  }

  /** Whether it is time to prune. */
  get isFull(): boolean {
    return this.#cleared >= MAX_CLEARED_ALARMS + PRUNE_ALARMS;
  }

  get(id: string): AlarmView | undefined {
    return this.#alarms.get(id);
  }

  standing(): AlarmView[] {
    return [...this.#standing.values()].flatMap((alarms) => [...alarms.values()]);
  }

  /** Those of a twin that stand. */
  of(twin: string): AlarmView[] {
    return [...(this.#standing.get(twin)?.values() ?? [])].sort(youngestFirst);
  }

  put(alarms: Iterable<AlarmView>): void {
    for (const alarm of alarms) {
      if (alarm.state === "CLEARED" && this.#alarms.get(alarm.id)?.state !== "CLEARED") this.#cleared++;
      this.#alarms.set(alarm.id, alarm);
      this.#stand(alarm);
    }
    this.#sorted = undefined;
  }

  #stand(alarm: AlarmView): void {
    const here = this.#standing.get(alarm.twin);
    if (alarm.state !== "CLEARED") {
      if (here) here.set(alarm.id, alarm);
      else this.#standing.set(alarm.twin, new Map([[alarm.id, alarm]]));
    } else if (here?.delete(alarm.id) && here.size === 0) this.#standing.delete(alarm.twin);
  }

  /** Takes out the cleared alarms beyond the limit, oldest first, and gives their ids. */
  prune(): string[] {
    const stale: string[] = [];
    for (const { id, state } of this.#alarms.values()) {
      if (this.#cleared - stale.length <= MAX_CLEARED_ALARMS) break;
      if (state === "CLEARED") stale.push(id);
    }
    for (const id of stale) this.#alarms.delete(id);
    this.#cleared -= stale.length;
    if (stale.length > 0) this.#sorted = undefined;
    return stale;
  }

  page(filter: { state?: AlarmState; twin?: string }, { first, after }: PageRequest): Page<AlarmView> {
    const found = this.#inOrder().filter(
      ({ state, twin }) =>
        (filter.state === undefined || state === filter.state) && (filter.twin === undefined || twin === filter.twin),
    );
    const start = after === undefined ? 0 : this.#placeAfter(found, after);
    return {
      items: found.slice(start, start + first),
      totalCount: found.length,
      hasNextPage: found.length > start + first,
      hasPreviousPage: start > 0,
    };
  }

  /** An alarm that no longer passes the filter still marks its place; one that is forgotten was older than all that can be. */
  #placeAfter(found: readonly AlarmView[], after: string): number {
    const last = this.#alarms.get(after);
    if (!last) return found.length;
    const next = found.findIndex((alarm) => youngestFirst(last, alarm) < 0);
    return next < 0 ? found.length : next;
  }

  #inOrder(): AlarmView[] {
    this.#sorted ??= [...this.#alarms.values()].sort(youngestFirst);
    return this.#sorted;
  }
}
