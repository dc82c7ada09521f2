// Retired twins: what is kept of those that leave the model, so that they can be asked for as they were.

import type { TwinId } from "../../models/district.ts";
import type { RecordedPoint } from "../history-export.ts";
import type { RetiredTwin } from "../store/model-records.ts";
import type { TwinView } from "../views.ts";
import type { Plan } from "./plan.ts";

/** The twins as they are, after the last event that they are to hear. */
export interface LastLook {
  twin: (id: TwinId) => TwinView;
  points: (id: TwinId) => readonly RecordedPoint[];
}

export function retiredTwins({ twins }: Plan, look: LastLook, at: number): Map<TwinId, RetiredTwin> {
  const retired = new Map<TwinId, RetiredTwin>();
  for (const { id, after } of twins) {
    if (after >= 0) continue;
    const { model, revision, points } = look.twin(id);
    const numbers = new Map(look.points(id).map(({ name, number }) => [name, number]));
    const numbered = points.map((point) => ({ ...point, number: numbers.get(point.name)! }));
    retired.set(id, { model, at, revision, points: numbered });
  }
  return retired;
}
