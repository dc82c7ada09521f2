// The networks of the district: what hangs together, in islands, feeders, zones and meshes.
// Fed by    the world's networks at present positions; with `at`, at those of an instant
// N1  lists of a network are whole: one that is too long for an answer is LIMIT_EXCEEDED

import type { Carrier, TwinId } from "../../models/district.ts";
import type { FeederView, IslandView, MeshView, NetworkView, ZoneView } from "../../runtime/network-views.ts";
import type { Moment, PastMoment, TwinView, World } from "../../runtime/views.ts";
import { type Context, type Resolver, type SchemaPart, waiting } from "../context.ts";
import type { GraphQLResolveInfo } from "../graphql-js.ts";
import { type InstantArgs, momentOf } from "./instant.ts";
import { networkPathResolvers, networkPathTypeDefs, spendSearch } from "./network-fields.ts";
import { connectionOf, connectionTypeDefs, type PageArgs, pageRequest } from "./paging.ts";
import { kindsOf, twinOf } from "./twin-of.ts";

const SIZES = /* GraphQL */ `
  nodeCount: Int!
  branchCount: Int!
  "Of lines and pipes whose length is known."
  lengthKm: Float!
`;

const typeDefs = /* GraphQL */ `
  "What branches join, whatever their positions are: an electric, water, gas or heat network."
  type Network {
    "Id of its first node."
    id: ID!
    carrier: Carrier!
    ${SIZES}
    "Independent loops, with everything closed: branches beyond those that it takes to join its nodes."
    loops: Int!
    "Sources that feed it, when they give something."
    sources: [Twin!]!
    "What hangs together with the present positions, supplied or not."
    islands(supplied: Boolean): [Island!]!
    "What is fed through each line or pipe that leaves a substation: a source with all that transformers, switches, valves and pumps join to it."
    feeders: [Feeder!]!
    "Parts between branches and switches of some kinds, in any position: by default SWITCH (sections that can be isolated), of pipes VALVE (valve segments). VALVE and PUMP give pressure zones, TRANSFORMER voltage levels."
    zones(boundedBy: [Kind!]): [Zone!]!
    "Parts in which everything is fed from two sides: of closed rings, all that lies on them."
    meshes: [Mesh!]!
  }

  "A part of a network that hangs together now."
  type Island {
    "Id of its first node."
    id: ID!
    isSupplied: Boolean!
    ${SIZES}
    "Independent loops that are closed."
    loops: Int!
    sources: [Twin!]!
  }

  type Feeder {
    "The line or pipe with which it begins."
    head: Twin!
    source: Twin!
    nodes: [Twin!]!
    nodeCount: Int!
    "Of the lines and pipes over which its nodes are fed."
    lengthKm: Float!
    "What does not conduct between it and another feeder, or a substation: closed, it would join them."
    openPoints: [Twin!]!
    "First lines or pipes of other feeders that are joined with it now, beside the substation."
    meshedWith: [Twin!]!
  }

  type Zone {
    "Id of its first node; of a zone without one, of its first branch."
    id: ID!
    ${SIZES}
    "Branches and switches that bound it."
    bounds: [Twin!]!
    "Its nodes and branches."
    twins: [Twin!]!
  }

  type Mesh {
    loops: Int!
    nodes: [Twin!]!
    branches: [Twin!]!
  }

  extend type Query {
    "All networks, in the order of their ids. With \`at\`, islands, feeders and meshes are those of that instant."
    networks(carrier: Carrier, first: Int = 50, after: String, at: DateTime): NetworkConnection!
    "The network that a twin is part of, or hangs on; null when there is none."
    network(of: ID!, at: DateTime): Network
  }

  ${networkPathTypeDefs}
  ${connectionTypeDefs("Network")}
`;

/** An object of a network, of the instant that was asked for. */
type Then<View> = View & { moment: PastMoment | undefined };

const momentAt = async (world: World, at: InstantArgs["at"]) => {
  const moment: Moment = await momentOf(world, at);
  return { networks: moment.networks, moment: moment === world ? undefined : (moment as PastMoment) };
};

/** Twins by the ids that `idsOf` gives. */
function twins<View>(idsOf: (view: View) => readonly TwinId[]): Resolver {
  return (view: Then<View>, _: unknown, { world, budget }: Context, info: GraphQLResolveInfo): TwinView[] => {
    const ids = idsOf(view);
    budget.spend(info, ids.length);
    return ids.map((id) => twinOf(world, id, view.moment));
  };
}

const twin =
  <View>(idOf: (view: View) => TwinId): Resolver =>
  (view: Then<View>, _: unknown, { world }: Context) =>
    twinOf(world, idOf(view), view.moment);

/** Parts of a network, as the world has them. */
function parts<View>(of: (network: Then<NetworkView>, context: Context, args: never) => Promise<View[]>): Resolver {
  return waiting(async (network: Then<NetworkView>, args: never, context: Context, info: GraphQLResolveInfo) => {
    await spendSearch(networksOf(network, context), context.budget);
    const found = await of(network, context, args);
    context.budget.spend(info, found.length);
    return found.map((part) => ({ ...part, moment: network.moment }));
  });
}

const networksOf = ({ moment }: Then<NetworkView>, { world }: Context) => (moment ?? world).networks;

const sizes = {
  nodeCount: ({ nodes }: { nodes: number }) => nodes,
  branchCount: ({ branches }: { branches: number }) => branches,
};

export const networksPart: SchemaPart = {
  typeDefs,
  resolvers: {
    NetworkPath: networkPathResolvers,
    Network: {
      ...sizes,
      carrier: ({ carrier }: NetworkView) => carrier.toUpperCase(),
      sources: twins(({ sources }: NetworkView) => sources),
      islands: parts(async (network, context, { supplied }: { supplied?: boolean | null }) => {
        const islands = await networksOf(network, context).islands(network.id);
        return islands.filter(
          ({ isSupplied }) => supplied === undefined || supplied === null || isSupplied === supplied,
        );
      }),
      feeders: parts((network, context) => networksOf(network, context).feeders(network.id)),
      zones: parts((network, context, { boundedBy }: { boundedBy?: string[] | null }) =>
        networksOf(network, context).zones(network.id, boundedBy ? kindsOf(boundedBy) : undefined),
      ),
      meshes: parts((network, context) => networksOf(network, context).meshes(network.id)),
    },
    Island: { ...sizes, sources: twins(({ sources }: IslandView) => sources) },
    Feeder: {
      head: twin(({ head }: FeederView) => head),
      source: twin(({ source }: FeederView) => source),
      nodes: twins(({ nodes }: FeederView) => nodes),
      nodeCount: ({ nodes }: FeederView) => nodes.length,
      openPoints: twins(({ openPoints }: FeederView) => openPoints),
      meshedWith: twins(({ meshedWith }: FeederView) => meshedWith),
    },
    Zone: {
      ...sizes,
      bounds: twins(({ bounds }: ZoneView) => bounds),
      twins: twins((zone: ZoneView) => zone.twins),
    },
    Mesh: {
      nodes: twins(({ nodes }: MeshView) => nodes),
      branches: twins(({ branches }: MeshView) => branches),
    },
    Query: {
      networks: async (
        _: unknown,
        { carrier, at, ...page }: { carrier?: string | null } & PageArgs & InstantArgs,
        { world, budget }: Context,
        info: GraphQLResolveInfo,
      ) => {
        const request = pageRequest("networks", page);
        const { networks, moment } = await momentAt(world, at);
        const found = await networks.networks(carrier ? { carrier: carrier.toLowerCase() as Carrier } : {}, request);
        const shown = { key: ({ id }: NetworkView) => id, node: (network: NetworkView) => ({ ...network, moment }) };
        return connectionOf("networks", found, shown, budget, info);
      },
      network: async (_: unknown, { of, at }: { of: string } & InstantArgs, { world, budget }: Context, info) => {
        budget.spend(info, 1);
        const { networks, moment } = await momentAt(world, at);
        const found = await networks.networkOf(of);
        return found ? { ...found, moment } : null;
      },
    },
  },
};
