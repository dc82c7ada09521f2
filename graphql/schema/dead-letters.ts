// Dead letters: messages that could not be read, set aside with the reason; to be replayed once that is mended, or dropped.

import type { Context, SchemaPart } from "../context.ts";
import type { GraphQLResolveInfo } from "../graphql-js.ts";
import { connection, connectionTypeDefs, type PageArgs, pageRequest } from "./paging.ts";

const typeDefs = /* GraphQL */ `
  type DeadLetter {
    id: ID!
    "When it came first, also of one that was replayed."
    at: DateTime!
    "The NATS subject it came on."
    subject: String!
    code: String!
    reason: String!
    "The message as text; bytes that are no UTF-8 as base64 after \`base64:\`."
    payload: String!
  }

  type DeadLetterReplay {
    "The letter that is no longer there."
    id: ID!
    subject: String!
    "The letter that it becomes when it still cannot be read."
    nextId: ID!
  }

  extend type Query {
    "Youngest first."
    deadLetters(first: Int = 50, after: String): DeadLetterConnection!
  }

  extend type Mutation {
    """
    Publishes a dead letter of a device again as it came, and takes it off the list. Readings without a time of their own keep that of
    its first arrival. What still cannot be read is a dead letter again.
    """
    replayDeadLetter(id: ID!): DeadLetterReplay!
    "Throws a dead letter away. False when it is not there any more."
    dropDeadLetter(id: ID!): Boolean!
  }

  ${connectionTypeDefs("DeadLetter")}
`;

export const deadLettersPart: SchemaPart = {
  typeDefs,
  resolvers: {
    Query: {
      deadLetters: (_: unknown, page: PageArgs, { world, budget }: Context, info: GraphQLResolveInfo) =>
        connection("deadLetters", world.deadLetters(pageRequest("deadLetters", page)), budget, info),
    },
    Mutation: {
      replayDeadLetter: (_: unknown, { id }: { id: string }, { world }: Context) => world.replayDeadLetter(id),
      dropDeadLetter: (_: unknown, { id }: { id: string }, { world }: Context) => world.dropDeadLetter(id),
    },
  },
};
