// Subscriptions: twins and alarms as they change, each told when the log has the change.

import type { AlarmView, TwinView } from "../../runtime/views.ts";
import type { Context, SchemaPart } from "../context.ts";
import type { OpenSubscriptions } from "../open-subscriptions.ts";
import { type TwinFilterInput, twinFilter } from "./twin.ts";

const typeDefs = /* GraphQL */ `
  type Subscription {
    "Each twin that changed; several changes that were not fetched yet come as one."
    twinChanged(filter: TwinFilter): Twin!
    "Alarms as they are raised, acknowledged and cleared; of all twins, or of one."
    alarmChanged(twin: ID): Alarm!
  }
`;

/** `open` keeps the subscriptions of one schema, so that they can be counted and ended. */
export function changesPart(open: OpenSubscriptions): SchemaPart {
  return {
    typeDefs,
    resolvers: {
      Subscription: {
        twinChanged: {
          subscribe: async (
            _: unknown,
            { filter }: { filter?: TwinFilterInput | null },
            { world, budget }: Context,
          ) => {
            const wanted = twinFilter(filter);
            if (wanted.within) await world.places.ready();
            return open.follow(
              () => world.changes(wanted),
              () => budget.renew(),
            );
          },
          resolve: (twin: TwinView) => twin,
        },
        alarmChanged: {
          subscribe: (_: unknown, { twin }: { twin?: string | null }, { world, budget }: Context) =>
            open.follow(
              () => world.alarmChanges(twin ?? undefined),
              () => budget.renew(),
            ),
          resolve: (alarm: AlarmView) => alarm,
        },
      },
    },
  };
}
