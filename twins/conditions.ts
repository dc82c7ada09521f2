// Conditions: named predicates over points, with hysteresis, hold time and staleness.
// C1  between `raise` and `clear` a condition stays what it was (hysteresis)
// C2  a condition with `forMs` is raised only after its predicate held for that long without a break; it clears at once
// C3  a value that is not known (NaN) neither raises nor clears

import type { View } from "./definition.ts";

export interface ThresholdCondition {
  type: "threshold";
  /** Points whose change makes it worth asking again. */
  points: readonly string[];
  raise: (view: View) => boolean;
  clear: (view: View) => boolean;
  forMs: number;
}

/** Raised when none of the points had a reading for the given time; cleared by the next reading. */
export interface StaleCondition {
  type: "stale";
  /** Empty: all measured points of the twin. */
  points: readonly string[];
  /** In ms, from the time of arrival; NaN for never. */
  afterMs: (view: View) => number;
}

export type Condition = ThresholdCondition | StaleCondition;

export interface Hysteresis {
  /** Clears below (for `above`) or above (for `below`) this value; the limit itself when absent. */
  clearAt?: number;
  /** Hold time in ms before it is raised; 0 when absent. */
  forMs?: number;
}

/** Raised when the point is above the limit, in the point's unit. */
export function above(
  point: string,
  limit: number,
  { clearAt = limit, forMs = 0 }: Hysteresis = {},
): ThresholdCondition {
  return {
    type: "threshold",
    points: [point],
    raise: (view) => view.value(point) > limit,
    clear: (view) => view.value(point) <= clearAt,
    forMs,
  };
}

/** Raised when the point is below the limit, in the point's unit. */
export function below(
  point: string,
  limit: number,
  { clearAt = limit, forMs = 0 }: Hysteresis = {},
): ThresholdCondition {
  return {
    type: "threshold",
    points: [point],
    raise: (view) => view.value(point) < limit,
    clear: (view) => view.value(point) >= clearAt,
    forMs,
  };
}

/** Raised while a predicate over several points holds; `clear` is its opposite when absent. */
export function when(
  points: readonly string[],
  raise: (view: View) => boolean,
  { clear = (view: View) => !raise(view), forMs = 0 }: { clear?: (view: View) => boolean; forMs?: number } = {},
): ThresholdCondition {
  return { type: "threshold", points, raise, clear, forMs };
}

/** Raised when nothing arrived for `intervals` of the meter's reading interval (attribute `intervalMs`). */
export function stale(points: readonly string[], intervals: number): StaleCondition {
  return { type: "stale", points, afterMs: (view) => intervals * view.attribute("intervalMs") };
}
