// Alarms: what twins raised, and the acknowledgement of one.

import { ALARM_STATES, type AlarmState, type AlarmView } from "../../runtime/views.ts";
import type { Context, SchemaPart } from "../context.ts";
import { inputInvalid } from "../errors.ts";
import type { GraphQLResolveInfo } from "../graphql-js.ts";
import { type InstantArgs, momentOf } from "./instant.ts";
import { connection, connectionTypeDefs, type PageArgs, pageRequest } from "./paging.ts";
import { twinOf } from "./twin-of.ts";

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
    "Youngest first. With \`at\`, those that stood at that instant, as they were then: what was cleared before is left out."
    alarms(state: AlarmState, twin: ID, first: Int = 50, after: String, at: DateTime): AlarmConnection!
  }

  extend type Mutation {
    "Says that somebody has taken notice of an alarm. It stays until its cause is gone."
    acknowledgeAlarm(id: ID!): Alarm!
  }

  ${connectionTypeDefs("Alarm")}
`;

type AlarmArgs = { state?: AlarmState | null; twin?: string | null } & PageArgs & InstantArgs;

export const alarmsPart: SchemaPart = {
  typeDefs,
  resolvers: {
    Alarm: {
      // Alarms that an earlier program stored do not say.
      flapping: ({ flapping }: Partial<AlarmView>) => flapping === true,
      twin: ({ twin, moment }: AlarmView, _: unknown, { world, budget }: Context, info: GraphQLResolveInfo) => {
        budget.spend(info, 1);
        return twinOf(world, twin, moment);
      },
    },
    Query: {
      alarms: async (
        _: unknown,
        { state, twin, at, ...page }: AlarmArgs,
        { world, budget }: Context,
        info: GraphQLResolveInfo,
      ) => {
        const filter = { ...(state && { state }), ...(typeof twin === "string" && { twin }) };
        if (state === "CLEARED" && at !== null && at !== undefined) {
          const hint = "Leave `state` out, or ask for alarms without `at`: they say when they were cleared.";
          throw inputInvalid("with `at`, alarms are those that stood then, and none of them is CLEARED", hint);
        }
        const request = pageRequest("alarms", page);
        const moment = await momentOf(world, at);
        return connection("alarms", await moment.alarms(filter, request), budget, info);
      },
    },
    Mutation: {
      acknowledgeAlarm: (_: unknown, { id }: { id: string }, { world }: Context) => world.acknowledgeAlarm(id),
    },
  },
};
