// What every resolver is given: the world, and how much of an answer it may still make.
// Fed by    a door (HTTP, or another one), once for each operation
// Must not  know of HTTP

import type { World } from "../runtime/views.ts";
import { AnswerBudget } from "./answer-budget.ts";
import type { GraphQLFieldResolver, GraphQLResolveInfo } from "./graphql-js.ts";

export interface Context {
  readonly world: World;
  readonly budget: AnswerBudget;
}

/** A new context; each operation needs one of its own. */
export function contextFor(world: World): Context {
  return { world, budget: new AnswerBudget() };
}

/** A resolver of any field. `never` lets resolvers name what they are given; the schema guarantees it. */
export type Resolver = (source: never, args: never, context: Context, info: GraphQLResolveInfo) => unknown;

export type FieldResolver = GraphQLFieldResolver<unknown, Context>;

const GIVING_PROMISES = new WeakSet<object>();

/** Says of a resolver that what it gives is to be waited for. Those of operations need not say so. */
export function waiting<R extends object>(resolver: R): R {
  GIVING_PROMISES.add(resolver);
  return resolver;
}

export const isWaiting = (resolver: object | undefined): boolean =>
  resolver !== undefined && GIVING_PROMISES.has(resolver);

/** The resolvers of one object type: a function, or for a subscription its source of events. */
export type FieldResolvers = Record<string, Resolver | { subscribe: Resolver; resolve: Resolver }>;

/** Schema language and resolvers of one topic. */
export interface SchemaPart {
  typeDefs: string;
  resolvers: Record<string, FieldResolvers>;
}
