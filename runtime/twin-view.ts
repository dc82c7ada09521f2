// The view of a live twin: what it shows just now, as plain data.

import { flappingOf } from "./live/flapping.ts";
import type { LiveTwin } from "./live/live-twin.ts";
import { AT_MS, QUALITY, qualityName, VALUE } from "./live/page.ts";
import type { PointView, TwinView } from "./views.ts";

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
