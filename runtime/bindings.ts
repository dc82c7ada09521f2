// Bindings: which point of which twin a device's point is, and in which partition it lives.
// Fed by    the devices and meters of the district
// B1  a device's point belongs to one meter; the loader refuses two
// B2  those of a device are made when it is first heard: a district has many that are silent for long. They are numbered as they are made

import type { District, TwinId } from "../models/district.ts";

export interface Binding {
  /** From 0 on: a column of numbers has a place for each. */
  number: number;
  twin: TwinId;
  partition: string;
  unit: string;
}

/** By point of a device. */
type PointBindings = ReadonlyMap<string, Binding>;

export interface Bindings {
  get: (device: string) => PointBindings | undefined;
}

export function bindDevices(district: District, cellOf: Pick<ReadonlyMap<TwinId, string>, "get">): Bindings {
  const bindings = new Map<string, PointBindings>();
  let made = 0;
  const bind = (meters: readonly TwinId[]): PointBindings => {
    const points = new Map<string, Binding>();
    for (const twin of meters) {
      const partition = cellOf.get(twin);
      if (partition === undefined) continue;
      for (const { name, unit } of district.twins.get(twin)?.points ?? []) {
        points.set(name, { number: made++, twin, partition, unit });
      }
    }
    return points;
  };
  return {
    get: (device) => {
      const known = bindings.get(device);
      const meters = known ? undefined : district.devices.get(device);
      if (!meters) return known;
      const points = bind(meters);
      bindings.set(device, points);
      return points;
    },
  };
}
