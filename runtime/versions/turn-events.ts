// Turn events: what the logs of the partitions say of a turn from one version of the model to another.
// Fed by    a plan
// Gives     for each partition its events before the turn, the last of which is the turn; and those after it
// T1  no event is larger than what a log takes in one message

import type { TwinId } from "../../models/district.ts";
import { MAX_MESSAGE_BYTES } from "../gateway.ts";
import type { FlowNamed, ModelEvent } from "../log/events.ts";
import type { Plan } from "./plan.ts";
import type { Planned } from "./versions.ts";

type Events = Map<string, ModelEvent[]>;
type Lists = Pick<ModelEvent, "retired" | "withdrawn" | "changed" | "joined">;

export function eventsBefore({ to, twins, withdrawn, before }: Planned, at: number): Events {
  const { directory } = before;
  const retired = byCell(
    twins.filter(({ after }) => after < 0),
    (twin) => directory.cells[directory.cellAt(twin.before)]!,
  );
  return new Map(
    directory.cells.map((cell) => [
      cell,
      [
        ...inEvents<FlowNamed>(withdrawn.get(cell), (some) => event(to, at, { withdrawn: some })),
        ...inEvents<TwinId>(retired.get(cell), (some) => event(to, at, { retired: some })),
        event(to, at, {}),
      ],
    ]),
  );
}

export function eventsAfter({ to, twins, joined, after }: Planned, at: number): Events {
  const { directory } = after;
  // A new twin is born of its own; one that only lives elsewhere now has nothing to hear.
  const heard = twins.filter((twin) => twin.after >= 0 && (twin.returns || twin.isChanged || twin.isRelinked));
  const changed = byCell(heard, (twin) => directory.cells[directory.cellAt(twin.after)]!);
  return new Map(
    directory.cells.map((cell) => [
      cell,
      [
        ...inEvents<TwinId>(changed.get(cell), (some) => event(to, at, { changed: some })),
        ...inEvents<FlowNamed>(joined.get(cell), (some) => event(to, at, { joined: some })),
      ],
    ]),
  );
}

const event = (model: string, at: number, lists: Lists): ModelEvent => ({ type: "model", at, model, ...lists });

function byCell(twins: Plan["twins"], cellOf: (twin: Plan["twins"][number]) => string): Map<string, TwinId[]> {
  const ids = new Map<string, TwinId[]>();
  for (const twin of twins) {
    const cell = cellOf(twin);
    const others = ids.get(cell);
    if (others) others.push(twin.id);
    else ids.set(cell, [twin.id]);
  }
  return ids;
}

/** Of JSON around a list. */
const HEAD_BYTES = 200;

function* inEvents<T>(all: readonly T[] = [], make: (some: T[]) => ModelEvent): Iterable<ModelEvent> {
  let some: T[] = [];
  let bytes = HEAD_BYTES;
  for (const each of all) {
    const more = Buffer.byteLength(JSON.stringify(each)) + 1;
    if (some.length > 0 && bytes + more > MAX_MESSAGE_BYTES) {
      yield make(some);
      some = [];
      bytes = HEAD_BYTES;
    }
    some.push(each);
    bytes += more;
  }
  if (some.length > 0) yield make(some);
}
