// Numbers that JSON cannot write.
// Fed by    the attributes of a twin, after all that is calculated of a script's values
// Gives     the same without what became infinite or undefined on the way (1e308 kV times the root of 3)

import type { Attributes, Json } from "../../district.ts";

export function dropNotFinite(attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "number") {
      if (!Number.isFinite(value)) delete attributes[name];
    } else if (typeof value === "object" && value !== null) attributes[name] = finite(value);
  }
}

/** An item of an array is null then, so that the others keep their places. */
function finite(value: Json): Json {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (Array.isArray(value)) return value.map(finite);
  if (typeof value === "object" && value !== null) dropNotFinite(value);
  return value;
}
