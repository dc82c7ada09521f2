// The HTTP door to the schema: GraphQL Yoga with what guards it, in the order in which a request passes.
// Fed by    requests, over a socket or handed in directly (`door.fetch`)
// Must not  hold state of its own but the open subscriptions

import { createYoga, type YogaServerInstance } from "graphql-yoga";
import type { Logger } from "pino";
import type { World } from "../../runtime/views.ts";
import { type Context, contextFor } from "../context.ts";
import type { GraphQLSchema } from "../graphql-js.ts";
import { MAX_BODY_BYTES } from "../limits.ts";
import { OpenSubscriptions } from "../open-subscriptions.ts";
import { buildSchema } from "../schema.ts";
import { useCodedErrors } from "./coded-errors.ts";
import { type Guard, useGuard } from "./guard.ts";
import { useQueryLimits } from "./query-limits.ts";
import { useQuickAnswers } from "./quick-answers.ts";
import { GRAPHQL_PATH, useRoutes } from "./routes.ts";

export interface DoorOptions {
  guard: Guard;
  world: World;
  log: Logger;
  prepared: PreparedDoor;
}

/** What of a door needs no world. */
export interface PreparedDoor {
  open: OpenSubscriptions;
  schema: GraphQLSchema;
}

/** Takes longer than to open the door: a start does it while its district is read. */
export function prepareDoor(): PreparedDoor {
  const open = new OpenSubscriptions();
  return { open, schema: buildSchema(open) };
}

// biome-ignore lint/complexity/noBannedTypes: Yoga's word for a server without a context of its own
export type Door = YogaServerInstance<{}, Context>;

/** Yoga's own health check looks at how an address ends, before any guard; no address ends in a space. */
const NO_HEALTH_CHECK = " ";

export function createDoor({ world, log, prepared, guard }: DoorOptions): Door {
  return createYoga({
    schema: prepared.schema,
    context: () => contextFor(world),
    logging: log,
    graphqlEndpoint: GRAPHQL_PATH,
    healthCheckEndpoint: NO_HEALTH_CHECK,
    // Guards and routes below do what these would do, with refusals that are coded.
    cors: false,
    graphiql: false,
    landingPage: false,
    maskedErrors: false,
    multipart: false,
    batching: false,
    maxRequestBodySize: MAX_BODY_BYTES,
    plugins: [useGuard(guard), useRoutes(world), useQueryLimits(), useQuickAnswers(), useCodedErrors(log)],
  });
}
