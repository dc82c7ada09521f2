// What left: up to which place of a partition's outbox alarms and set values are in the stream of events already.
// Fed by    the ids of that stream, which has the last week
// Gives     a place for each partition whose store does not know it: one that was put back from a copy, or made anew from the log
// L1  a store that is not behind is told by the last message alone
// L2  what left before a log was made says nothing of it: its sequences began anew

/** In a partition's log, and among what leaves for that event. */
export interface LeftPlace {
  sequence: number;
  index: number;
}

export const NOTHING_LEFT: LeftPlace = { sequence: 0, index: -1 };

export const isBehind = ({ sequence, index }: LeftPlace, place: LeftPlace): boolean =>
  place.sequence < sequence || (place.sequence === sequence && place.index <= index);

/** A message of the stream of events. */
export interface LeftMessage {
  id: string;
  /** When it was stored, epoch ms. */
  atMs: number;
}

/** `PARTITION-SEQUENCE-INDEX`, as the outbox writes it. */
const ID = /^(.+)-(\d{1,15})-(\d{1,15})$/;

function placeOf({ id }: LeftMessage): [partition: string, place: LeftPlace] | undefined {
  const [, partition, sequence, index] = ID.exec(id) ?? [];
  return partition === undefined ? undefined : [partition, { sequence: Number(sequence), index: Number(index) }];
}

export interface EventsRead {
  last: () => Promise<LeftMessage | undefined>;
  all: () => AsyncIterable<LeftMessage>;
  /** When a partition's log was made, epoch ms. */
  createdMs: (partition: string) => Promise<number>;
}

/** `told`: up to which sequence the store knows what a partition had to tell; undefined for one that there is not. */
export async function whatLeft(
  { last, all, createdMs }: EventsRead,
  told: (partition: string) => number | undefined,
): Promise<ReadonlyMap<string, LeftPlace>> {
  const left = new Map<string, LeftPlace>();
  const newest = await last();
  const [partition, place] = (newest && placeOf(newest)) ?? [];
  const known = partition === undefined ? undefined : told(partition);
  if (known === undefined || place!.sequence <= known) return left;
  const created = new Map<string, number>();
  for await (const message of all()) {
    const [name, each] = placeOf(message) ?? [];
    if (name === undefined || told(name) === undefined) continue;
    if (!created.has(name)) created.set(name, await createdMs(name));
    if (message.atMs < created.get(name)! || isBehind(left.get(name) ?? NOTHING_LEFT, each!)) continue;
    left.set(name, each!);
  }
  return left;
}
