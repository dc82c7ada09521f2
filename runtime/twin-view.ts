// The view of a twin as plain data: what a live one shows just now, or what a retired one showed last.

import type { TwinId } from "../models/district.ts";
import { flappingOf } from "./live/flapping.ts";
import type { LiveTwin } from "./live/live-twin.ts";
import { AT_MS, QUALITY, qualityName, VALUE } from "./live/page.ts";
import type { RetiredTwin } from "./store/model-records.ts";
import type { PastMoment, PointView, TwinView } from "./views.ts";

/** State of a twin that the model does not have any more. */
export const RETIRED_STATE = "retired";

export function viewOf(twin: LiveTwin): TwinView {
  const { model, shape, cells } = twin;
  const points: PointView[] = [];
  for (const [i, name] of shape.names.entries()) {
    if (name.startsWith("#")) continue;
    const row = twin.row(i);
    const value = cells[row + VALUE]!;
    const at = cells[row + AT_MS]!;
    points.push({
      ...{ name, unit: shape.specs[i]!.unit, quality: qualityName(cells[row + QUALITY]!) },
      value: Number.isNaN(value) ? undefined : value,
      at: Number.isNaN(at) ? undefined : at,
    });
  }
  const { id, state, revision } = twin;
  return { id, kind: model.kind, name: model.name, model, state, revision, points, flapping: flappingOf(twin) };
}

/** A twin that the model does not have any more, as it was when it was retired. `moment`: of which it is asked for, when that is not now. */
export function viewOfRetired(id: TwinId, { model, revision, points }: RetiredTwin, moment?: PastMoment): TwinView {
  const { kind, name } = model;
  return { id, kind, name, model, state: RETIRED_STATE, revision, points, flapping: [], ...(moment && { moment }) };
}
