// Status: how the world is doing, for those who run it.

import type { Context, SchemaPart } from "../context.ts";

const typeDefs = /* GraphQL */ `
  type WorldStatus {
    startedAt: DateTime!
    "World time, which a scenario may run faster than the clock on the wall."
    now: DateTime!
    natsUrl: String!
    natsVersion: String!
    "Since the start."
    readings: ReadingCounts!
    "Messages of the log that are not applied yet, over all partitions."
    lag: Float!
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
    "Messages of the log that are not applied yet."
    lag: Float!
  }

  extend type Query {
    status: WorldStatus!
  }
`;

export const statusPart: SchemaPart = {
  typeDefs,
  resolvers: {
    WorldStatus: {
      lag: ({ partitions }: { partitions: { lag: number }[] }) => partitions.reduce((sum, { lag }) => sum + lag, 0),
    },
    Query: { status: (_: unknown, __: unknown, { world }: Context) => world.status() },
  },
};
