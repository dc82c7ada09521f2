// The query for the district's own twin.

import type { Context, SchemaPart } from "../context.ts";

export const districtPart: SchemaPart = {
  typeDefs: /* GraphQL */ `
    extend type Query {
      "The twin of the whole district."
      district: District!
    }
  `,
  resolvers: {
    Query: {
      district: (_: unknown, __: unknown, { world }: Context) =>
        world.twins({ kinds: ["district"] }, { first: 1 }).items[0],
    },
  },
};
