// The alarm book: all alarms of a world that are worth showing, youngest first.
// Fed by    the store at the start, then each run of events
// B1  it is opened by the first who asks: many alarms take their time to read
// B2  alarms that stand are never dropped; of the cleared ones the youngest MAX_CLEARED_ALARMS are kept, and fewer than PRUNE_ALARMS more

import type { AlarmState, AlarmView, Page, PageRequest } from "./views.ts";

export const MAX_CLEARED_ALARMS = 20_000;
/** So many are dropped in one go, so that not every run of events looks for the oldest. */
export const PRUNE_ALARMS = 5_000;

/** The order in which alarms are listed, of the present and of the past. */
export const youngestFirst = (a: AlarmView, b: AlarmView): number =>
  b.raisedAt - a.raisedAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

export class AlarmBook {
  /** In the order in which they were raised, as far as partitions agree on the time. */
  readonly #alarms = new Map<string, AlarmView>();
  /** Those of them that stand, by twin. */
  readonly #standing = new Map<string, AlarmView[]>();
  #sorted: AlarmView[] | undefined;
  #cleared = 0;
  #load: (() => Iterable<AlarmView>) | undefined;

  /** `load`: called once, when the book is first opened. */
  constructor(load: () => Iterable<AlarmView>) {
    this.#load = load;
  }

  /** What was known before it was opened. */
  #open(): void {
    const load = this.#load;
    if (!load) return;
    this.#load = undefined;
    this.put([...load()].sort((a, b) => youngestFirst(b, a)));
  }

  get(id: string): AlarmView | undefined {
    this.#open();
    return this.#alarms.get(id);
  }

  standing(): AlarmView[] {
    this.#open();
    return [...this.#standing.values()].flat();
  }

  /** Those of a twin that stand. */
  of(twin: string): AlarmView[] {
    this.#open();
    return [...(this.#standing.get(twin) ?? [])].sort(youngestFirst);
  }

  put(alarms: Iterable<AlarmView>): void {
    this.#open();
    for (const alarm of alarms) {
      const before = this.#alarms.get(alarm.id);
      this.#alarms.set(alarm.id, alarm);
      if (alarm.state === "CLEARED" && before?.state !== "CLEARED") this.#cleared++;
      this.#stand(alarm, before);
    }
    this.#sorted = undefined;
    if (this.#cleared >= MAX_CLEARED_ALARMS + PRUNE_ALARMS) this.#prune();
  }

  #stand(alarm: AlarmView, before: AlarmView | undefined): void {
    const { twin } = alarm;
    const isStanding = alarm.state !== "CLEARED";
    const here = this.#standing.get(twin);
    if (!here) {
      if (isStanding) this.#standing.set(twin, [alarm]);
      return;
    }
    const place = before ? here.indexOf(before) : -1;
    if (place >= 0) here.splice(place, 1, ...(isStanding ? [alarm] : []));
    else if (isStanding) here.push(alarm);
    if (here.length === 0) this.#standing.delete(twin);
  }

  /** Takes out the cleared alarms beyond the limit, oldest first. */
  #prune(): void {
    for (const { id, state } of this.#alarms.values()) {
      if (this.#cleared <= MAX_CLEARED_ALARMS) break;
      if (state !== "CLEARED") continue;
      this.#alarms.delete(id);
      this.#cleared--;
    }
  }

  page(filter: { state?: AlarmState; twin?: string }, { first, after }: PageRequest): Page<AlarmView> {
    this.#open();
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
