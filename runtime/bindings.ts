// Bindings: which point of which twin a device's point is, and in which partition it lives.
// Fed by    the devices and meters of the district
// B1  a device's point belongs to one meter; the loader refuses two

import type { District, TwinId } from "../models/district.ts";

export interface Binding {
  twin: TwinId;
  partition: string;
  unit: string;
}

/** Device to point to binding. */
export type Bindings = ReadonlyMap<string, ReadonlyMap<string, Binding>>;

export function bindDevices(district: District, cellOf: ReadonlyMap<TwinId, string>): Bindings {
  const bindings = new Map<string, Map<string, Binding>>();
  for (const [device, meters] of district.devices) {
    const points = new Map<string, Binding>();
    for (const twin of meters) {
      const partition = cellOf.get(twin);
      if (partition === undefined) continue;
      for (const { name, unit } of district.twins.get(twin)?.points ?? []) points.set(name, { twin, partition, unit });
    }
    bindings.set(device, points);
  }
  return bindings;
}
