// Turn events: what the logs of the partitions say of a turn from one version of the model to another.
// Fed by    a plan
// Gives     for each partition its events before the turn, the last of which is the turn; and those after it
// T1  no event is larger than what a log takes in one message
// T2  the same turn of the same plan gives the same parts, so that one that was heard before is known again

import type { TwinId } from "../../models/district.ts";
import type { FlowNamed, ModelEvent } from "../log/events.ts";
import { inParts } from "../log/parts.ts";
import type { Plan } from "./plan.ts";
import type { Planned } from "./versions.ts";

type Events = Map<string, ModelEvent[]>;
type Lists = Pick<ModelEvent, "retired" | "withdrawn" | "changed" | "joined">;

export function eventsBefore({ to, twins, withdrawn, before }: Planned, at: number, turn: number): Events {
  const { directory } = before;
  const retired = byCell(
    twins.filter(({ after }) => after < 0),
    (twin) => directory.cells[directory.cellAt(twin.before)]!,
  );
  return new Map(
    directory.cells.map((cell) => [
      cell,
      numbered({ to, at, turn }, 1, [
        ...inParts<FlowNamed>(withdrawn.get(cell)).map((some): Lists => ({ withdrawn: some })),
        ...inParts<TwinId>(retired.get(cell)).map((some): Lists => ({ retired: some })),
        {},
      ]),
    ]),
  );
}

export function eventsAfter({ to, twins, joined, after }: Planned, at: number, turn: number): Events {
  const { directory } = after;
  // A new twin is born of its own; one that only lives elsewhere now has nothing to hear.
  const heard = twins.filter((twin) => twin.after >= 0 && (twin.returns || twin.isChanged || twin.isRelinked));
  const changed = byCell(heard, (twin) => directory.cells[directory.cellAt(twin.after)]!);
  return new Map(
    directory.cells.map((cell) => [
      cell,
      numbered({ to, at, turn }, FIRST_PART_AFTER, [
        ...inParts<TwinId>(changed.get(cell)).map((some): Lists => ({ changed: some })),
        ...inParts<FlowNamed>(joined.get(cell)).map((some): Lists => ({ joined: some })),
      ]),
    ]),
  );
}

/** More than there are before the turn. */
const FIRST_PART_AFTER = 1_000_000;

function numbered(of: { to: string; at: number; turn: number }, first: number, parts: readonly Lists[]): ModelEvent[] {
  const { to: model, at, turn } = of;
  return parts.map((lists, i) => ({ type: "model", at, model, turn, part: first + i, ...lists }));
}

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
