// The argument `at`: the district as it is, or as it was at an instant.

import type { Moment, World } from "../../runtime/views.ts";

export interface InstantArgs {
  /** Epoch ms, as DateTime reads it. */
  at?: number | null;
}

/** What a query is to be answered from. */
export function momentOf(world: World, at: InstantArgs["at"]): Moment | Promise<Moment> {
  return at === null || at === undefined ? world : world.past(at);
}
