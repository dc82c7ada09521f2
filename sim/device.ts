// A synthetic device: what the real one would read, at any interval of its life.
// Fed by    the meters that the district has it feed, and a seed
// Gives     readings, on the grid of its interval
// D1  the readings of an interval depend on (district, seed, device, interval) alone: the device may be stopped, started
//     and asked in any order
// D2  what one device reads does not depend on which other devices there are

import { CARRIERS, type District, type TwinModel } from "../models/district.ts";
import type { SenmlReading } from "../models/telemetry/senml-readings.ts";
import type { Behind, Signal } from "./behind.ts";
import { consumerOf, type MeterCounts, metersKey } from "./consumer.ts";
import { flowsOf } from "./flows.ts";
import { registerOrRate } from "./register-signals.ts";
import { hashText, uniform } from "./seeded.ts";
import { sensor } from "./sensor-signals.ts";
import { type Surroundings, surroundingsOf } from "./surroundings.ts";

/** Interval of a meter whose model has none. */
const DEFAULT_INTERVAL_MS = 900_000;

interface SimulatedPoint {
  name: string;
  unit: string;
  signal: Signal;
}

export class SimulatedDevice {
  readonly name: string;
  readonly intervalMs: number;
  /** When in its interval it publishes, so that not all devices do at once. */
  readonly phaseMs: number;
  readonly hash: number;
  readonly #points: readonly SimulatedPoint[];

  constructor(name: string, intervalMs: number, hash: number, points: readonly SimulatedPoint[]) {
    this.name = name;
    this.intervalMs = intervalMs;
    this.hash = hash;
    this.phaseMs = Math.floor(uniform(hashText(hash, "phase")) * intervalMs);
    this.#points = points;
  }

  /** What it reads at the start of an interval, counted from 1970: at `index * intervalMs`. */
  readingsAt(index: number): SenmlReading[] {
    const timeMs = index * this.intervalMs;
    return this.#points.map(({ name, unit, signal }) => ({
      point: name,
      unit,
      value: signal(timeMs, this.intervalMs),
      timeMs,
    }));
  }
}

/** All devices of a district, in the order of their names. Throws when the district's time zone is unknown. */
export function simulatedDevices(district: District, seed: number): SimulatedDevice[] {
  const shared = surroundingsOf(district);
  const counts = new Map<string, number>();
  for (const meter of district.twins.values()) {
    if (meter.kind === "meter") counts.set(metersKey(meter), (counts.get(metersKey(meter)) ?? 0) + 1);
  }
  const names = [...district.devices.keys()].sort();
  return names.flatMap((name) => deviceOf(district, name, counts, hashText(0, String(seed)), shared) ?? []);
}

function deviceOf(
  district: District,
  name: string,
  counts: MeterCounts,
  seedHash: number,
  shared: Surroundings,
): SimulatedDevice | undefined {
  const points = new Map<string, SimulatedPoint>();
  let intervalMs = Number.POSITIVE_INFINITY;
  for (const id of district.devices.get(name) ?? []) {
    const meter = district.twins.get(id);
    if (!meter?.points?.length) continue;
    intervalMs = Math.min(intervalMs, intervalOf(meter));
    for (const point of pointsOf(district, meter, counts, seedHash, shared)) {
      if (!points.has(point.name)) points.set(point.name, point);
    }
  }
  if (points.size === 0) return undefined;
  return new SimulatedDevice(name, intervalMs, hashText(seedHash, name), [...points.values()]);
}

function intervalOf(meter: TwinModel): number {
  const { intervalMs } = meter.attributes;
  return typeof intervalMs === "number" && intervalMs >= 1 ? Math.round(intervalMs) : DEFAULT_INTERVAL_MS;
}

function pointsOf(
  district: District,
  meter: TwinModel,
  counts: MeterCounts,
  seedHash: number,
  shared: Surroundings,
): SimulatedPoint[] {
  const carrier = CARRIERS.find((known) => known === meter.attributes.carrier) ?? "electricity";
  const consumer = consumerOf(district, meter, counts, seedHash, shared);
  const meterHash = hashText(seedHash, meter.id);
  const flows = flowsOf(consumer, carrier, meterHash, shared);
  return meter.points!.map(({ name, unit }) => {
    const behind: Behind = { carrier, consumer, flows, shared, meterHash, hash: hashText(meterHash, name) };
    return { name, unit, signal: registerOrRate(name, unit, behind) ?? sensor(name, unit, behind) };
  });
}
