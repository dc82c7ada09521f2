// What stands behind a point of a synthetic device, and what a signal is.

import type { Carrier } from "../models/district.ts";
import { convert } from "../models/telemetry/units.ts";
import type { Consumer } from "./consumer.ts";
import type { Flows } from "./flows.ts";
import type { Surroundings } from "./surroundings.ts";

export interface Behind {
  carrier: Carrier;
  consumer: Consumer;
  flows: Flows;
  shared: Surroundings;
  /** Drawn from seed and meter. */
  meterHash: number;
  /** Drawn from seed, meter and point. */
  hash: number;
}

/** Value of a point at the end of an interval, in the unit it was made for; a function of its arguments alone. */
export type Signal = (timeMs: number, intervalMs: number) => number;

const MAX_DECIMALS = 9;

/**
 * A signal in the unit of its point, rounded to the step in which an instrument shows it. Undefined when the unit measures
 * something else. Rounding keeps the order of values, so a register does not fall by it.
 */
export function inUnit(signal: Signal, from: string, to: string, step: number): Signal | undefined {
  const zero = convert(0, from, to);
  const stepTo = convert(step, from, to);
  if (zero === undefined || stepTo === undefined) return undefined;
  const factor = convert(1, from, to)! - zero;
  const decimals = Math.min(MAX_DECIMALS, Math.max(0, Math.round(-Math.log10(stepTo - zero))));
  const steps = 10 ** decimals;
  return (timeMs, intervalMs) => Math.round((zero + signal(timeMs, intervalMs) * factor) * steps) / steps;
}
