// What the past is read from, in a running world: its store, and its live twins for what the store does not have.

import type { TwinId } from "../models/district.ts";
import type { Partition } from "./live/partition.ts";
import type { LiveNetworks } from "./networks.ts";
import type { PastSources } from "./past.ts";
import type { WorldParts } from "./reader.ts";

/** `partitionOf`: of a twin that there is. */
export function pastSources(
  { directory, store }: Pick<WorldParts, "directory" | "store">,
  partitionOf: (id: TwinId) => Partition,
  networks: () => LiveNetworks,
): PastSources {
  return {
    ...{ directory, networks, records: store.past, history: store.history },
    live: (id) => (directory.indexOf(id) < 0 ? undefined : partitionOf(id).twins.get(id)),
    peek: (id) => partitionOf(id).twins.peek(id),
    positionIn: (id, state) => partitionOf(id).twins.positionIn(id, state),
    unsaved: (id) => {
      const { journal } = partitionOf(id).changes.saves;
      return journal.ofTwin(id, "state").map((i) => journal.entry(i));
    },
  };
}
