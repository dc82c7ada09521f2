// Status: how the world is doing, for those who run it.

import type { WorldStatus } from "../../runtime/views.ts";
import type { Context, SchemaPart } from "../context.ts";

const typeDefs = /* GraphQL */ `
  type WorldStatus {
    startedAt: DateTime!
    "World time, which a scenario may run faster than the clock on the wall."
    now: DateTime!
    "Null while the program starts, and has not reached NATS yet; so is \`natsVersion\`."
    natsUrl: String
    natsVersion: String
    "False when NATS did not answer just now, so that no lag is known; null while the program starts."
    natsAnswers: Boolean
    "Packs of devices that no log has yet; null while that is not known."
    waiting: Float
    "Since the start."
    readings: ReadingCounts!
    "Messages of the log that are not applied yet, over all partitions; null while that is not known."
    lag: Float
    partitions: [PartitionStatus!]!
  }

  "Counts are Float, since they outgrow an Int."
  type ReadingCounts {
    applied: Float!
    duplicates: Float!
    late: Float!
    corrected: Float!
    deadLettered: Float!
    "Left out by the gateway, since the device sends too often and a later value of the same point came at once."
    coalesced: Float!
  }

  type PartitionStatus {
    name: String!
    twins: Int!
    "Last sequence of its log that is in the store."
    position: Float!
    "Messages of the log that are not applied yet; null while that is not known."
    lag: Float
  }

  extend type Query {
    status: WorldStatus!
  }
`;

type Status = Pick<WorldStatus, "nats" | "partitions">;

export const statusPart: SchemaPart = {
  typeDefs,
  resolvers: {
    WorldStatus: {
      natsUrl: ({ nats }: Status) => nats?.url,
      natsVersion: ({ nats }: Status) => nats?.version,
      natsAnswers: ({ nats }: Status) => nats?.answers,
      lag: ({ partitions }: Status) =>
        partitions.reduce<number | undefined>(
          (sum, { lag }) => (sum === undefined || lag === undefined ? undefined : sum + lag),
          0,
        ),
    },
    Query: { status: (_: unknown, __: unknown, { world }: Context) => world.status() },
  },
};
