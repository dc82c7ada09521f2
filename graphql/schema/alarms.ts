// Alarms: what twins raised, and the acknowledgement of one.

import { ALARM_STATES, type AlarmState, type AlarmView } from "../../runtime/views.ts";
import type { Context, SchemaPart } from "../context.ts";
import type { GraphQLResolveInfo } from "../graphql-js.ts";
import { connection, connectionTypeDefs, type PageArgs, pageRequest } from "./paging.ts";
import { twinOf } from "./twin.ts";

const typeDefs = /* GraphQL */ `
  type Alarm {
    id: ID!
    twin: Twin!
    "Upper case, for instance \`LINE_OVERLOAD\`."
    code: String!
    severity: Severity!
    message: String!
    state: AlarmState!
    raisedAt: DateTime!
    acknowledgedAt: DateTime
    clearedAt: DateTime
    "It came and went too often: it stands until it is calm, and is not told again meanwhile."
    flapping: Boolean!
  }

  enum Severity { INFO WARNING CRITICAL }

  enum AlarmState { ${ALARM_STATES.join(" ")} }

  extend type Query {
    "Youngest first."
    alarms(state: AlarmState, twin: ID, first: Int = 50, after: String): AlarmConnection!
  }

  extend type Mutation {
    "Says that somebody has taken notice of an alarm. It stays until its cause is gone."
    acknowledgeAlarm(id: ID!): Alarm!
  }

  ${connectionTypeDefs("Alarm")}
`;

type AlarmArgs = { state?: AlarmState | null; twin?: string | null } & PageArgs;

export const alarmsPart: SchemaPart = {
  typeDefs,
  resolvers: {
    Alarm: {
      // Alarms that an earlier program stored do not say.
      flapping: ({ flapping }: Partial<AlarmView>) => flapping === true,
      twin: ({ twin }: AlarmView, _: unknown, { world, budget }: Context, info: GraphQLResolveInfo) => {
        budget.spend(info, 1);
        return twinOf(world, twin);
      },
    },
    Query: {
      alarms: (
        _: unknown,
        { state, twin, ...page }: AlarmArgs,
        { world, budget }: Context,
        info: GraphQLResolveInfo,
      ) => {
        const filter = { ...(state && { state }), ...(typeof twin === "string" && { twin }) };
        return connection("alarms", world.alarms(filter, pageRequest("alarms", page)), budget, info);
      },
    },
    Mutation: {
      acknowledgeAlarm: (_: unknown, { id }: { id: string }, { world }: Context) => world.acknowledgeAlarm(id),
    },
  },
};
