// One point of a twin, by its name.

import type { PointView, TwinView } from "../../runtime/views.ts";

/** Of a past twin, the others are not read for it. */
export function pointOf(view: TwinView, name: string): PointView | undefined {
  return view.point ? view.point(name) : view.points.find((point) => point.name === name);
}
