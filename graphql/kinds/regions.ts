// Parallel regions of a statechart as fields: `comfort.warm|supply.full` has `warm` in the region `comfort`.

import type { TwinView } from "../../runtime/views.ts";
import { derived, type KindField } from "./field.ts";

/** The state within a region, dotted; null when the state has no such region. */
export function region(description: string): KindField {
  return {
    ...derived("String", description, () => null),
    resolver:
      (name) =>
      ({ state }: TwinView) =>
        state
          .split("|")
          .find((each) => each.startsWith(`${name}.`))
          ?.slice(name.length + 1) ?? null,
  };
}
