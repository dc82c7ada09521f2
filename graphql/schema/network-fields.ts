// Fields of every twin that ask where it stands in its networks: upstream, downstream, supply and paths.
// Fed by    the world's networks at present positions; of a past twin, at those of its instant
// T1  what has left the model, or was not born yet, has empty answers

import type { Kind } from "../../models/district.ts";
import type { NetworkQuestions, PathView, TracedTwin, TraceWay } from "../../runtime/network-views.ts";
import type { PastMoment, TwinView } from "../../runtime/views.ts";
import type { AnswerBudget } from "../answer-budget.ts";
import { type Context, type FieldResolvers, waiting } from "../context.ts";
import type { GraphQLResolveInfo } from "../graphql-js.ts";
import { NETWORK_COST_FIELDS, NODES_OF_A_FIELD } from "../limits.ts";
import { connectionOf, type PageArgs, pageRequest, splitKey } from "./paging.ts";
import { isThere, kindsOf, twinOf } from "./twin-of.ts";

export const NETWORK_FIELDS = /* GraphQL */ `
  "All between it and its sources with the present switch and valve positions, the nearest first: in a ring, the ways on both sides."
  upstream(kinds: [Kind!], first: Int = 50, after: String): TwinConnection!
  "All that is fed through it, and what hangs there (loads, buildings, meters ...), the nearest first. With \`solely\`, only what has no other way from a source: what loses its supply when this twin is out."
  downstream(kinds: [Kind!], solely: Boolean = false, first: Int = 50, after: String): TwinConnection!
  "Sources that reach it now, the nearest first, with those that feed them."
  suppliedBy: [Twin!]!
  "What consumes on it now, the nearest first: loads, buildings, meters, exchangers, junctions with a demand. Of a source all that it reaches, of anything else what is downstream."
  supplies(kinds: [Kind!], first: Int = 50, after: String): TwinConnection!
  "The shortest way to another twin through what conducts now; null when there is none."
  path(to: ID!): NetworkPath
  "The way from the source that is nearest; null when no source reaches it."
  supplyPath: NetworkPath
`;

export const networkPathTypeDefs = /* GraphQL */ `
  "A way through networks, in order, with the switches that it passes."
  type NetworkPath {
    twins: [Twin!]!
    "Of the lines and pipes on it whose length is known."
    lengthKm: Float!
    "How many lines and pipes on it have no known length; they count as nothing."
    unknownLengths: Int!
    "How many branches it passes."
    branches: Int!
    "What it is the shortest by: kilometres (and branches among equal ones), or branches alone, where no length is known."
    shortestBy: PathMeasure!
  }

  enum PathMeasure { LENGTH BRANCHES }
`;

interface TraceArgs extends PageArgs {
  kinds?: string[] | null;
  solely?: boolean | null;
}

/** Spends what a search through the networks costs, however little it finds. */
export async function spendSearch(networks: NetworkQuestions, budget: AnswerBudget): Promise<void> {
  budget.spendFields(NETWORK_COST_FIELDS + Math.ceil((await networks.size()) / NODES_OF_A_FIELD));
}

const NOTHING = { items: [], totalCount: 0, hasNextPage: false, hasPreviousPage: false };

/** `wayOf`: which way, by the arguments. */
function traced(of: string, wayOf: (args: TraceArgs) => TraceWay) {
  return async (
    view: TwinView,
    { kinds, ...args }: TraceArgs,
    { world, budget }: Context,
    info: GraphQLResolveInfo,
  ): Promise<unknown> => {
    const { id, moment } = view;
    const { first, after } = pageRequest(of, args);
    const [step, last] = after === undefined ? [] : splitKey(of, after);
    const request = { first, ...(last !== undefined && { after: { step: step!, id: last } }) };
    const wanted: Kind[] | undefined = kinds ? kindsOf(kinds) : undefined;
    const { networks } = moment ?? world;
    await spendSearch(networks, budget);
    const page = isThere(view) ? await networks.trace(wayOf(args), id, wanted, request) : NOTHING;
    const shown = {
      key: (item: TracedTwin) => `${item.step}:${item.id}`,
      node: (item: TracedTwin) => twinOf(world, item.id, moment),
    };
    return connectionOf(of, page, shown, budget, info);
  };
}

async function suppliedBy(
  view: TwinView,
  _: unknown,
  { world, budget }: Context,
  info: GraphQLResolveInfo,
): Promise<TwinView[]> {
  const { id, moment } = view;
  const { networks } = moment ?? world;
  await spendSearch(networks, budget);
  const sources = isThere(view) ? await networks.suppliedBy(id) : [];
  budget.spend(info, sources.length);
  return sources.map((source) => twinOf(world, source, moment));
}

/** A way, of the instant of the twin that was asked. */
interface PathThen extends PathView {
  moment: PastMoment | undefined;
}

async function path(view: TwinView, { to }: { to: string }, { world, budget }: Context): Promise<PathThen | null> {
  const { id, moment } = view;
  const { networks } = moment ?? world;
  await spendSearch(networks, budget);
  const found = isThere(view) ? await networks.path(id, to) : undefined;
  return found ? { ...found, moment } : null;
}

async function supplyPath(view: TwinView, _: unknown, { world, budget }: Context): Promise<PathThen | null> {
  const { id, moment } = view;
  budget.spendFields(NETWORK_COST_FIELDS);
  const found = isThere(view) ? await (moment ?? world).networks.supplyPath(id) : undefined;
  return found ? { ...found, moment } : null;
}

export const networkFieldResolvers: FieldResolvers = {
  upstream: waiting(traced("upstream", () => "upstream")),
  downstream: waiting(traced("downstream", ({ solely }) => (solely ? "sole" : "downstream"))),
  supplies: waiting(traced("supplies", () => "supplies")),
  suppliedBy: waiting(suppliedBy),
  path: waiting(path),
  supplyPath: waiting(supplyPath),
};

export const networkPathResolvers: FieldResolvers = {
  twins: ({ twins, moment }: PathThen, _: unknown, { world, budget }: Context, info: GraphQLResolveInfo) => {
    budget.spend(info, twins.length);
    return twins.map((id) => twinOf(world, id, moment));
  },
  shortestBy: ({ lengthKm }: PathThen) => (lengthKm > 0 ? "LENGTH" : "BRANCHES"),
};
