// What the past is read from, in a running world: its store, and its live twins for what the store does not have.

import type { TwinId } from "../models/district.ts";
import type { LiveTwin } from "./live/live-twin.ts";
import type { Neighbours } from "./live/neighbours.ts";
import type { Partition } from "./live/partition.ts";
import type { LiveNetworks } from "./networks.ts";
import type { PastSources } from "./past.ts";
import type { WorldParts } from "./reader.ts";

interface Present extends Pick<WorldParts, "directory" | "store"> {
  neighbours: Neighbours;
  /** Undefined for a twin that the model does not have. */
  live: (id: TwinId) => LiveTwin | undefined;
  partitionOf: (id: TwinId) => Partition | undefined;
  networks: () => LiveNetworks;
}

export function pastSources({ store, partitionOf, ...present }: Present): PastSources {
  return {
    ...{ ...present, records: store.past, history: () => store.history },
    today: present.directory,
    retired: (id) => store.models.retired(id),
    peek: (id) => partitionOf(id)?.twins.peek(id),
    positionIn: (id, state) => partitionOf(id)!.twins.positionIn(id, state),
    unsaved: (id) => {
      const journal = partitionOf(id)?.changes.saves.journal;
      return journal?.ofTwin(id, "state").map((i) => journal.entry(i)) ?? [];
    },
  };
}
