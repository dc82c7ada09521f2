// Dead letters: messages that could not be read, set aside with the reason.

import type { Context, SchemaPart } from "../context.ts";
import type { GraphQLResolveInfo } from "../graphql-js.ts";
import { connection, connectionTypeDefs, type PageArgs, pageRequest } from "./paging.ts";

const typeDefs = /* GraphQL */ `
  type DeadLetter {
    id: ID!
    at: DateTime!
    "The NATS subject it came on."
    subject: String!
    code: String!
    reason: String!
    "The message as text; bytes that are no UTF-8 as base64 after \`base64:\`."
    payload: String!
  }

  extend type Query {
    "Youngest first."
    deadLetters(first: Int = 50, after: String): DeadLetterConnection!
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
  },
};
