// Plants: bugs put in on purpose, so that the simulation can prove it would find them.

import type { OutboxEntry } from "../../runtime/live/changes.ts";
import type { Checkpoint, PartitionRecord } from "../../runtime/live/checkpoint.ts";
import type { LogEvent } from "../../runtime/log/events.ts";
import type { Store } from "../../runtime/store/store.ts";
import type { Told } from "../../runtime/store/tellings.ts";

type Taken = Checkpoint & { told: Told };

export interface Plant {
  /** What the simulation has to say about it. */
  shows?: RegExp;
  /** What is applied in place of an event. */
  applied?: (event: LogEvent, sequence: number) => LogEvent[];
  /** What a checkpoint has in place of what was taken. */
  checkpoint?: (taken: Taken, before: PartitionRecord | undefined) => Taken;
  /** What is told, by itself or with a checkpoint, in place of what was taken. */
  told?: (told: Told) => Told;
  /** The store from which a start wakes. */
  store?: (store: Store) => Store;
  /** What the outbox gets to know of the batches that wait in the store. */
  waiting?: (batches: OutboxEntry[][]) => OutboxEntry[][];
  /** Packs are settled before their readings are in a log. */
  settlesEarly?: boolean;
  /** What is to leave is sent when it is made, not when it is on disk. */
  leavesEarly?: boolean;
  /** Twins are put to sleep that have changed since the last checkpoint. */
  restsUnsaved?: boolean;
  /** Messages of a batch in the order in which they are delivered. */
  batch?: (sequences: number[]) => number[];
}

const withRecord =
  (change: (record: PartitionRecord, before: PartitionRecord | undefined) => Partial<PartitionRecord>) =>
  (taken: Taken, before: PartitionRecord | undefined): Taken => ({
    ...taken,
    record: { ...taken.record, ...change(taken.record, before) },
  });

/** A store with one answer changed. */
const answering = <Key extends keyof Store>(store: Store, key: Key, answer: Store[Key]): Store =>
  new Proxy(store, {
    get(target, name) {
      if (name === key) return answer;
      const value = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });

export const PLANTS: Record<string, Plant> = {
  "a partition that forgets one reading in fifty": {
    shows: /^P2/,
    applied: (event, sequence) =>
      event.type === "readings" && sequence % 50 === 7 ? [{ ...event, entries: event.entries.slice(1) }] : [event],
  },
  "a reading that counts twice": {
    shows: /^P2/,
    applied: (event, sequence) =>
      event.type === "readings" && sequence % 20 === 7
        ? [{ ...event, entries: event.entries.flatMap((entry) => [entry, entry]) }]
        : [event],
  },
  "what a neighbour tells is taken as often as it comes": {
    shows: /^P4/,
    applied: (event, sequence) =>
      event.type === "signals" ? [{ ...event, from: `${event.from} ${sequence}` }] : [event],
  },
  "an outbox that loses an entry": {
    shows: /^P5/,
    waiting: (batches) => batches.map((batch) => batch.filter(({ sequence }, i) => i === 0 || sequence % 10 !== 3)),
  },
  "an outbox that loses a batch": {
    shows: /^P5/,
    waiting: (batches) => batches.filter(([first]) => first!.sequence % 10 !== 3),
  },
  "an outbox that sends the youngest first": {
    shows: /^P5/,
    waiting: (batches) => [...batches].reverse(),
  },
  "an outbox that turns a batch around": {
    shows: /^P5/,
    waiting: (batches) => batches.map(([first, ...others]) => [first!, ...others.reverse()]),
  },
  "an outbox that sends what is not on disk": { shows: /^P5.*before it was on disk/, leavesEarly: true },
  "a checkpoint that forgets the position": {
    shows: /^P2/,
    checkpoint: withRecord((_, before) => ({ position: before?.position ?? 0 })),
  },
  "a checkpoint that forgets for how long nobody watched": {
    shows: /^P6/,
    checkpoint: withRecord(() => ({ awayMs: 0 })),
  },
  "a checkpoint without what was not told yet": {
    shows: /^P5/,
    checkpoint: (taken) => ({ ...taken, told: { ...taken.told, outbox: [] } }),
  },
  "a checkpoint that forgets a page": {
    shows: /was saved as/,
    checkpoint: (taken) => ({ ...taken, pages: taken.pages.slice(1) }),
  },
  "a checkpoint that forgets what is rare": {
    shows: /was saved as/,
    checkpoint: (taken) => ({ ...taken, rares: [] }),
  },
  "a checkpoint without what was seen of other partitions": {
    shows: /^P6/,
    checkpoint: withRecord(() => ({ seen: [] })),
  },
  "a checkpoint that forgets the shares that other partitions have": {
    shows: /^P4/,
    checkpoint: withRecord(() => ({ exports: [] })),
  },
  "a sum that hears nothing of the past": {
    shows: /^P8/,
    applied: (event) =>
      event.type === "signals"
        ? [{ ...event, entries: event.entries.filter(([, , { kind }]) => kind !== "past") }]
        : [event],
  },
  "a telling that forgets what is to leave": { shows: /^P5/, told: (told) => ({ ...told, outbox: [] }) },
  "a telling that forgets what was decided": { shows: /^P[67]/, told: (told) => ({ ...told, outcomes: new Map() }) },
  "a start that does not know up to where was told": {
    shows: /^P[57].* twice/,
    store: (store) => answering(store, "told", (name) => ({ upTo: store.partition(name)?.position ?? 0 })),
  },
  "a start that knows no outcomes": {
    shows: /^P[67]/,
    store: (store) => answering(store, "outcomeOf", () => undefined),
  },
  "a rest of twins that are not saved": { shows: /^P[2456]|was saved as/, restsUnsaved: true },
  "a gateway that settles before it has appended": { shows: /^P1/, settlesEarly: true },
  "a pipeline that swaps the messages of a batch": { shows: /^P1/, batch: (sequences) => [...sequences].reverse() },
};
