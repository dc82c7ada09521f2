// The interface Twin: what every kind of twin answers, and the queries for one twin and for many.
// T1  every field is read from the twin's snapshot or asked of the world; nothing is kept here
// T2  a twin that has left the model is still shown where an alarm or a link names it, in the state `removed`

import { KINDS, type Kind, LINK_ROLES, type TwinId } from "../../models/district.ts";
import type { CommandView, LinkView, PointView, TwinFilter, TwinView, World } from "../../runtime/views.ts";
import type { Context, FieldResolvers, SchemaPart } from "../context.ts";
import { inputInvalid, limitExceeded } from "../errors.ts";
import type { GraphQLResolveInfo } from "../graphql-js.ts";
import { DEFAULT_JOURNAL, MAX_FILTER_ENTRIES } from "../limits.ts";
import { history, historyTypeDefs } from "./history.ts";
import { connection, connectionTypeDefs, type PageArgs, pageRequest, pageSize } from "./paging.ts";

/** State of a twin that has left the model. */
const REMOVED = "removed";

const ROLES = Object.entries(LINK_ROLES).flat();

/** The fields of the interface, which every kind's object type repeats. */
export const TWIN_FIELDS = /* GraphQL */ `
  id: ID!
  kind: Kind!
  name: String
  "Statechart value, dotted: \`online.normal\`; parallel regions joined by \`|\`; \`quarantined\` when it was taken out of service."
  state: String!
  "Grows by one with every event that changed the twin."
  revision: Int!
  "What the model says of it, in the words of the file it comes from."
  attributes: JSON!
  points: [Point!]!
  point(name: String!): Point
  commands: [CommandSpec!]!
  "Links to other twins, as seen from this one: feeds, fedBy, contains, isPartOf, measures, measuredBy, connects, connectedBy."
  links(role: String): [Link!]!
  "Samples of a point, \`from\` inclusive, \`to\` exclusive. \`window\` is an ISO 8601 duration such as PT1H, gathered as MEAN unless \`aggregate\` says otherwise; an \`aggregate\` without \`window\` gathers the whole span."
  history(point: String!, from: DateTime!, to: DateTime!, window: String, aggregate: Aggregate): [Sample!]!
  "The last changes of its state, each with its reason; oldest first."
  journal(last: Int = ${DEFAULT_JOURNAL}): [JournalEntry!]!
  "Codes of its alarms that come and go too often."
  flapping: [String!]!
`;

const typeDefs = /* GraphQL */ `
  "The live twin of one element of the district."
  interface Twin {
    ${TWIN_FIELDS}
  }

  enum Kind { ${KINDS.map((kind) => kind.toUpperCase()).join(" ")} }

  enum Carrier { ELECTRICITY WATER GAS HEAT }

  "A measured, computed or set quantity of a twin."
  type Point {
    name: String!
    "In the unit of the point; null when it has had no value yet."
    value: Float
    unit: String!
    "When the value was measured."
    at: DateTime
    quality: Quality!
  }

  enum Quality {
    "It never had a value."
    NONE
    GOOD
    "Filled in by the twin."
    ESTIMATED
    "The last reading was implausible: the value is the last good one."
    SUSPECT
  }

  "What may be asked of a twin with the mutation \`command\`."
  type CommandSpec {
    name: String!
    description: String!
    "JSON Schema of \`args\`."
    schema: JSON!
    "Whether the twin's present state takes it."
    allowed: Boolean!
  }

  type Link {
    role: LinkRole!
    twin: Twin!
  }

  "One change of a twin's state, or a remarkable reading."
  type JournalEntry {
    at: DateTime!
    "Sequence of the event in the log of the twin's partition."
    sequence: Float!
    "What caused it: an event of the statechart, or what happened to a reading."
    cause: String!
    before: String!
    after: String!
  }

  enum LinkRole { ${ROLES.join(" ")} }

  "Twins that match all that is given; within one list, any of it."
  input TwinFilter {
    ids: [ID!]
    kinds: [Kind!]
    sources: [String!]
    "A state, or a part of its dotted path: \`online\`, \`online.normal\`."
    state: String
  }

  extend type Query {
    twin(id: ID!): Twin
    "In the order of their ids."
    twins(filter: TwinFilter, first: Int = 50, after: String): TwinConnection!
  }

  ${connectionTypeDefs("Twin")}
  ${historyTypeDefs}
`;

export interface TwinFilterInput {
  ids?: string[] | null;
  kinds?: string[] | null;
  sources?: string[] | null;
  state?: string | null;
}

/** The filter as the world takes it: kinds in their own case, and what is null left out. */
export function twinFilter(input: TwinFilterInput | null | undefined): TwinFilter {
  const { ids, kinds, sources, state } = input ?? {};
  for (const [name, list] of Object.entries({ ids, kinds, sources })) {
    if (list && list.length > MAX_FILTER_ENTRIES) {
      throw limitExceeded(`filter.${name} has ${list.length} entries, and ${MAX_FILTER_ENTRIES} are allowed`);
    }
  }
  return {
    ...(ids && { ids }),
    ...(kinds && { kinds: kinds.map((kind) => kind.toLowerCase() as Kind) }),
    ...(sources && { sources }),
    ...(state !== null && state !== undefined && { state }),
  };
}

/** The twin of an id that something names, also when it is no longer there (T2). */
export function twinOf(world: World, id: TwinId): TwinView {
  const live = world.twin(id);
  if (live) return live;
  const [word, source = "", ...element] = id.split(":");
  const kind = word as Kind; // every id begins with one (D1)
  const model = { id, kind, source, element: element.join(":"), attributes: {} };
  return { id, kind, name: undefined, model, state: REMOVED, revision: 0, points: [], flapping: [] };
}

/** The world does not know what has left the model: its lists are empty, so that the rest of an answer stands (T2). */
function unlessRemoved<Args>(
  resolve: (view: TwinView, args: Args, context: Context, info: GraphQLResolveInfo) => unknown,
): typeof resolve {
  return (view, args, context, info) => (view.state === REMOVED ? [] : resolve(view, args, context, info));
}

function commands({ id }: TwinView, _: unknown, { world, budget }: Context, info: GraphQLResolveInfo): CommandView[] {
  const found = world.commands(id);
  budget.spend(info, found.length);
  return found;
}

function links(
  { id }: TwinView,
  { role }: { role?: string | null },
  { world, budget }: Context,
  info: GraphQLResolveInfo,
) {
  if (role !== null && role !== undefined && !ROLES.includes(role)) {
    throw inputInvalid(`there is no role ${JSON.stringify(role)}`, `Write one of ${ROLES.join(", ")}.`);
  }
  const found = world.links(id, role ?? undefined);
  budget.spend(info, found.length);
  return found;
}

async function journal(
  { id }: TwinView,
  args: { last?: number | null },
  { world, budget }: Context,
  info: GraphQLResolveInfo,
) {
  const last = pageSize("last", args.last ?? DEFAULT_JOURNAL);
  const found = await world.journal(id, last);
  budget.spend(info, found.length);
  return found;
}

/** Resolvers of the interface's fields, for every object type that implements it. */
export const twinResolvers: FieldResolvers = {
  kind: ({ kind }: TwinView) => kind.toUpperCase(),
  attributes: ({ model }: TwinView) => model.attributes,
  points: ({ points }: TwinView, _: unknown, { budget }: Context, info: GraphQLResolveInfo) => {
    budget.spend(info, points.length);
    return points;
  },
  point: ({ points }: TwinView, { name }: { name: string }): PointView | null =>
    points.find((point) => point.name === name) ?? null,
  commands: unlessRemoved(commands),
  links,
  history: unlessRemoved(history),
  journal: unlessRemoved(journal),
};

export const twinPart: SchemaPart = {
  typeDefs,
  resolvers: {
    Link: { twin: (link: LinkView, _: unknown, { world }: Context) => twinOf(world, link.twin) },
    Query: {
      twin: (_: unknown, { id }: { id: string }, { world, budget }: Context, info: GraphQLResolveInfo) => {
        budget.spend(info, 1);
        return world.twin(id) ?? null;
      },
      twins: (
        _: unknown,
        { filter, ...page }: { filter?: TwinFilterInput | null } & PageArgs,
        { world, budget }: Context,
        info: GraphQLResolveInfo,
      ) => connection("twins", world.twins(twinFilter(filter), pageRequest("twins", page)), budget, info),
    },
  },
};
