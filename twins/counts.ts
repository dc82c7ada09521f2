// Counts: how many parts of a whole are in some state, kept by what the parts tell.
// N1  every part tells when it enters the state and when it leaves it, so the count is never below zero

import { type SetPoint, settable, type TwinEvent } from "./definition.ts";
import { setPoint } from "./effects.ts";

export const countOf = (): SetPoint => settable("count", () => 0);

export const oneMore = (point: string) => setPoint(point, (view) => view.value(point) + 1);
export const oneLess = (point: string) => setPoint(point, (view) => Math.max(0, view.value(point) - 1));

/** Whether one less leaves none. */
export const isLast =
  (point: string) =>
  ({ event }: { event: TwinEvent }): boolean =>
    event.view.value(point) <= 1;
