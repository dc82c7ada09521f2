// Plants: bugs put in on purpose, so that the simulation can prove it would find them.

import type { Changes, OutboxEntry } from "../../runtime/live/changes.ts";
import type { PartitionRecord } from "../../runtime/live/partition.ts";
import type { LogEvent } from "../../runtime/log/events.ts";

export interface Plant {
  /** What the simulation has to say about it. */
  shows?: RegExp;
  /** What is applied in place of an event. */
  applied?: (event: LogEvent, sequence: number) => LogEvent[];
  /** What is committed in place of the changes and the position. */
  changes?: (changes: Changes) => Changes;
  record?: (record: PartitionRecord, before: PartitionRecord | undefined) => PartitionRecord;
  /** What the outbox gets to know of what waits in the store. */
  waiting?: (entries: OutboxEntry[]) => OutboxEntry[];
  /** Packs are settled before their readings are in a log. */
  settlesEarly?: boolean;
  /** Messages of a batch in the order in which they are delivered. */
  batch?: (sequences: number[]) => number[];
}

const changed = (changes: Changes, parts: object): Changes => Object.assign(Object.create(changes), parts);

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
      event.type === "signal" ? [{ ...event, from: `${event.from} ${sequence}` }] : [event],
  },
  "an outbox that loses an entry": {
    shows: /^P5/,
    waiting: (entries) => entries.filter(({ sequence }) => sequence % 10 !== 3),
  },
  "an outbox that sends the youngest first": { shows: /^P5/, waiting: (entries) => [...entries].reverse() },
  "a commit that forgets the position": {
    shows: /^P2/,
    record: (record, before) => ({ ...record, position: before?.position ?? 0 }),
  },
  "a commit that forgets what is to leave": { shows: /^P5/, changes: (changes) => changed(changes, { outbox: [] }) },
  "a commit that forgets a twin": {
    shows: /was committed as/,
    changes: (changes) => changed(changes, { twins: changes.twins.slice(1) }),
  },
  "a commit without what was seen of other partitions": { shows: /^P6/, record: (record) => ({ ...record, seen: [] }) },
  "a commit that forgets the shares that other partitions have": {
    shows: /^P4/,
    record: (record) => ({ ...record, exports: [] }),
  },
  "a gateway that settles before it has appended": { shows: /^P1/, settlesEarly: true },
  "a pipeline that swaps the messages of a batch": { shows: /^P1/, batch: (sequences) => [...sequences].reverse() },
};
