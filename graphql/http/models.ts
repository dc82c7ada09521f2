// Models in: `POST /models` takes a zip archive of a district's folder, and loads a version of the model from it.
// Gives     the version as JSON; what it would do is asked of GraphQL
// M1  the archive is taken only as fast as it comes to the disk

import type { IncomingMessage } from "node:http";
import type { Logger } from "pino";
import type { World } from "../../runtime/views.ts";
import type { Guard } from "./guard.ts";
import { refusal } from "./refusal.ts";
import { sideDoor } from "./side-door.ts";

export const MODELS_PATH = "/models";

export function modelsDoor({ world, log, guard }: { world: World; log: Logger; guard: Guard }) {
  const serve = async (request: IncomingMessage) => {
    if (request.method !== "POST")
      return refusal("METHOD_NOT_ALLOWED", `${request.method} ${MODELS_PATH} is not there`);
    return Response.json(await world.addModel(request.iterator({ destroyOnReturn: false })));
  };
  return sideDoor({ log, guard, types: ["application/zip"], serve });
}
