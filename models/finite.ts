// Numbers that JSON cannot write.
// Fed by    models/join.ts: the attributes of a twin, after all that its loader calculated of what a file says
// Gives     the same without what became infinite or undefined on the way (1e308 kV times the root of 3)

import type { Attributes, Json } from "./district.ts";

/** Gives the names of what was left out; those within objects and arrays with the way there. */
export function dropNotFinite(attributes: Attributes): string[] {
  const dropped: string[] = [];
  for (const name in attributes) {
    const value = attributes[name]!;
    if (typeof value === "number") {
      if (Number.isFinite(value)) continue;
      delete attributes[name];
      dropped.push(name);
    } else if (typeof value === "object" && value !== null) {
      for (const within of Array.isArray(value) ? dropItems(value) : dropNotFinite(value))
        dropped.push(`${name}.${within}`);
    }
  }
  return dropped;
}

/** An item of an array is null then, so that the others keep their places. */
function dropItems(values: Json[]): string[] {
  const dropped: string[] = [];
  values.forEach((value, at) => {
    if (typeof value === "number") {
      if (Number.isFinite(value)) return;
      values[at] = null;
      dropped.push(String(at));
    } else if (typeof value === "object" && value !== null) {
      for (const within of Array.isArray(value) ? dropItems(value) : dropNotFinite(value))
        dropped.push(`${at}.${within}`);
    }
  });
  return dropped;
}
