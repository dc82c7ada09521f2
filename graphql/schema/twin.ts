// The interface Twin: what every kind of twin answers, and the queries for one twin and for many.
// T1  every field is read from the twin's snapshot or asked of the world; nothing is kept here
// T2  what has left the model, or was not born yet, is shown where something names it (twin-of.ts); its lists are empty

import { KINDS, LINK_ROLES } from "../../models/district.ts";
import type {
  AlarmView,
  CommandView,
  LinkView,
  PastMoment,
  PointView,
  TwinFilter,
  TwinView,
} from "../../runtime/views.ts";
import { type Context, type FieldResolvers, type SchemaPart, waiting } from "../context.ts";
import { inputInvalid, limitExceeded } from "../errors.ts";
import type { GraphQLResolveInfo } from "../graphql-js.ts";
import { MAX_FILTER_ENTRIES } from "../limits.ts";
import { askedOfNodes } from "./asked.ts";
import { areaOf } from "./area.ts";
import { history, historyTypeDefs, sampleResolvers } from "./history.ts";
import { type InstantArgs, momentOf } from "./instant.ts";
import { connection, connectionTypeDefs, type PageArgs, pageRequest } from "./paging.ts";
import { NETWORK_FIELDS, networkFieldResolvers } from "./network-fields.ts";
import { pointOf } from "./point.ts";
import { entriesOf, journalEntryResolvers, TRACE_FIELDS, traceTypeDefs } from "./trace.ts";
import { isKnown, kindsOf, twinOf } from "./twin-of.ts";

const ROLES = Object.entries(LINK_ROLES).flat();

/** The fields of the interface, which every kind's object type repeats. */
export const TWIN_FIELDS = /* GraphQL */ `
  id: ID!
  kind: Kind!
  name: String
  "Statechart value, dotted: \`online.normal\`; parallel regions joined by \`|\`; \`quarantined\` when it was taken out of service; \`retired\` when the model does not have it any more."
  state: String!
  "Grows by one with every event that changed the twin. Of a past twin: what it was after its last change of state."
  revision: Int!
  "What the model says of it, in the words of the file it comes from."
  attributes: JSON!
  points: [Point!]!
  point(name: String!): Point
  commands: [CommandSpec!]!
  "Links to other twins, as seen from this one: feeds, fedBy, contains, isPartOf, measures, measuredBy, connects, connectedBy."
  links(role: String): [Link!]!
  "Samples of a point, \`from\` inclusive, \`to\` exclusive. \`window\` is an ISO 8601 duration such as PT1H, gathered as MEAN unless \`aggregate\` says otherwise; an \`aggregate\` without \`window\` gathers the whole span. Of a past twin, up to its instant."
  history(point: String!, from: DateTime!, to: DateTime!, window: String, aggregate: Aggregate): [Sample!]!
  "Codes of its alarms that come and go too often."
  flapping: [String!]!
  "Alarms that stand: raised or acknowledged, and not cleared. Youngest first."
  alarms: [Alarm!]!
  ${TRACE_FIELDS}
  ${NETWORK_FIELDS}
`;

const typeDefs = /* GraphQL */ `
  "The live twin of one element of the district; or, asked for with \`at\`, the twin as it was."
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
    "Whether the twin's present state takes it; false of a past twin, as nothing can be asked of the past."
    allowed: Boolean!
  }

  type Link {
    role: LinkRole!
    twin: Twin!
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
    """
    With \`at\`, the twin as it was at that instant: its state and alarms then, and of each point the last reading up to then as it is
    known today, corrections and late readings included. Points that follow from readings are recorded once a minute. Null when the
    twin was not born yet, \`retired\` when the model did not have it any more; refused for an instant that lies ahead, or more than 400 days back. Whatever it leads to is of that instant.
    """
    twin(id: ID!, at: DateTime): Twin
    "In the order of their ids. With \`at\`, as they were at that instant, also for the filter."
    twins(filter: TwinFilter, first: Int = 50, after: String, at: DateTime): TwinConnection!
  }

  ${connectionTypeDefs("Twin")}
  ${historyTypeDefs}
  ${traceTypeDefs}
`;

export interface TwinFilterInput {
  ids?: string[] | null;
  kinds?: string[] | null;
  sources?: string[] | null;
  state?: string | null;
  within?: unknown;
}

/** The filter as the world takes it: kinds in their own case, and what is null left out. */
export function twinFilter(input: TwinFilterInput | null | undefined): TwinFilter {
  const { ids, kinds, sources, state, within } = input ?? {};
  for (const [name, list] of Object.entries({ ids, kinds, sources })) {
    if (list && list.length > MAX_FILTER_ENTRIES) {
      throw limitExceeded(`filter.${name} has ${list.length} entries, and ${MAX_FILTER_ENTRIES} are allowed`);
    }
  }
  return {
    ...(ids && { ids }),
    ...(kinds && { kinds: kindsOf(kinds) }),
    ...(sources && { sources }),
    ...(state !== null && state !== undefined && { state }),
    ...(within !== null && within !== undefined && { within: areaOf(within) }),
  };
}

/** The world does not know what has left the model, or was not born yet: its lists are empty, so that the rest of an answer stands (T2). */
function unlessRemoved<Args>(
  resolve: (view: TwinView, args: Args, context: Context, info: GraphQLResolveInfo) => unknown,
): typeof resolve {
  return (view, args, context, info) => (isKnown(view) ? resolve(view, args, context, info) : []);
}

function commands(
  { id, moment }: TwinView,
  _: unknown,
  { world, budget }: Context,
  info: GraphQLResolveInfo,
): CommandView[] {
  const found = world.commands(id);
  budget.spend(info, found.length);
  return moment ? found.map((command) => ({ ...command, allowed: false })) : found;
}

function alarms(
  { id, moment }: TwinView,
  _: unknown,
  { world, budget }: Context,
  info: GraphQLResolveInfo,
): AlarmView[] {
  const found = (moment ?? world).standing(id);
  budget.spend(info, found.length);
  return found;
}

function links(
  { id, moment }: TwinView,
  { role }: { role?: string | null },
  { world, budget }: Context,
  info: GraphQLResolveInfo,
) {
  if (role !== null && role !== undefined && !ROLES.includes(role)) {
    throw inputInvalid(`there is no role ${JSON.stringify(role)}`, `Write one of ${ROLES.join(", ")}.`);
  }
  const found = (moment ?? world).links(id, role ?? undefined);
  budget.spend(info, found.length);
  return moment ? found.map((link): LinkThen => ({ ...link, moment })) : found;
}

/** A link of a past twin. */
interface LinkThen extends LinkView {
  moment?: PastMoment;
}

/** Resolvers of the interface's fields, for every object type that implements it. */
export const twinResolvers: FieldResolvers = {
  kind: ({ kind }: TwinView) => kind.toUpperCase(),
  attributes: ({ model }: TwinView) => model.attributes,
  points: ({ points }: TwinView, _: unknown, { budget }: Context, info: GraphQLResolveInfo) => {
    budget.spend(info, points.length);
    return points;
  },
  point: (view: TwinView, { name }: { name: string }): PointView | null => pointOf(view, name) ?? null,
  commands: unlessRemoved(commands),
  links,
  history: waiting(unlessRemoved(history)),
  alarms: unlessRemoved(alarms),
  trace: waiting(unlessRemoved(entriesOf("trace"))),
  journal: waiting(unlessRemoved(entriesOf("journal"))),
  ...networkFieldResolvers,
};

export const twinPart: SchemaPart = {
  typeDefs,
  resolvers: {
    JournalEntry: journalEntryResolvers,
    Sample: sampleResolvers,
    Link: { twin: ({ twin, moment }: LinkThen, _: unknown, { world }: Context) => twinOf(world, twin, moment) },
    Query: {
      twin: async (
        _: unknown,
        { id, at }: { id: string } & InstantArgs,
        { world, budget }: Context,
        info: GraphQLResolveInfo,
      ) => {
        budget.spend(info, 1);
        return (await momentOf(world, at)).twin(id) ?? null;
      },
      twins: async (
        _: unknown,
        { filter, at, ...page }: { filter?: TwinFilterInput | null } & PageArgs & InstantArgs,
        { world, budget }: Context,
        info: GraphQLResolveInfo,
      ) => {
        const [wanted, request] = [twinFilter(filter), pageRequest("twins", page)];
        if (wanted.within) await world.places.ready();
        const moment = await momentOf(world, at);
        return connection("twins", await moment.twins(wanted, request, askedOfNodes(info)), budget, info);
      },
    },
  },
};
