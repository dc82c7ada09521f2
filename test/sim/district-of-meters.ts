// Districts for the simulator's tests: meters on twins, each with a device of its own.

import type { Attributes, Carrier, LoadedDistrict, Kind, TwinModel } from "../../models/district.ts";
import type { SimulatedDevice } from "../../sim/device.ts";

export interface MeterOn {
  id: string;
  carrier: Carrier;
  /** `name:unit;name:unit`, as meters.csv has them. */
  points: string;
  kind?: Kind;
  attributes?: Attributes;
  /** Meters of one element share its twin. */
  element?: string;
  device?: string;
  intervalMs?: number;
}

export function districtOf(meters: readonly MeterOn[], timezone = "Europe/Berlin"): LoadedDistrict {
  const twins = new Map<string, TwinModel>();
  const devices = new Map<string, string[]>();
  for (const meter of meters) {
    const { id, carrier, kind = "building", attributes = {}, element = id, intervalMs = 900_000 } = meter;
    const device = meter.device ?? `dev-${id}`;
    const measures = `${kind}:x:${element}`;
    twins.set(measures, { id: measures, kind, source: "x", element, attributes });
    const points = meter.points.split(";").map((word) => {
      const colon = word.lastIndexOf(":");
      return { name: word.slice(0, colon), unit: word.slice(colon + 1) };
    });
    const twin = `meter:meters:${id}`;
    const model = { carrier, measures, device, intervalMs };
    twins.set(twin, { id: twin, kind: "meter", source: "meters", element: id, attributes: model, points });
    devices.set(device, [...(devices.get(device) ?? []), twin]);
  }
  return { id: "altstadt", name: "Altstadt", timezone, twins, links: [], branches: [], devices };
}

/** Value of a point of a device at a moment of its grid. */
export function valueAt(device: SimulatedDevice, point: string, timeMs: number): number {
  return device.readingsAt(timeMs / device.intervalMs).find((reading) => reading.point === point)!.value;
}
