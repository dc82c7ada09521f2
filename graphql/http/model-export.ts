// The district as a file: `GET /export`, as GeoJSON or JSON, or a source of it in the format that it came from, streamed.
// Fed by    requests on the server's socket, beside GraphQL, behind the same guard
// Gives     text, as models/exporters/export.ts writes it
// X1  an export is made only as fast as the client takes it, and lets others have their turns
// X2  it is of the model that the district had when it was asked for

import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Logger } from "pino";
import { EXPORT_FORMATS, exportOf } from "../../models/exporters/export.ts";
import { QuartierError } from "../../runtime/errors.ts";
import { Turns } from "../../runtime/turns.ts";
import type { World } from "../../runtime/views.ts";
import type { Guard } from "./guard.ts";
import { refusal } from "./refusal.ts";
import { sideDoor } from "./side-door.ts";

export const EXPORT_PATH = "/export";
const PARAMETERS = ["format", "source"] as const;
/** Characters handed to the socket in one go. */
const CHUNK_CHARS = 65_536;
/** Pieces of text between two looks at the clock. */
const PIECES_PER_LOOK = 64;

export interface ModelExportDoorOptions {
  world: World;
  log: Logger;
  guard: Guard;
}

export function modelExportDoor({ world, log, guard }: ModelExportDoorOptions) {
  return sideDoor({
    ...{ log, guard, types: [] },
    serve: async (request, guarded, response) => {
      if (request.method === "GET") return exported(new URL(guarded.url), world, response);
      return refusal("METHOD_NOT_ALLOWED", `${request.method} ${EXPORT_PATH} is not there`);
    },
  });
}

async function exported({ searchParams }: URL, world: World, response: ServerResponse): Promise<undefined> {
  const { format, source } = questionOf(searchParams);
  if (format === undefined) throw invalid(`format is to be given, one of ${EXPORT_FORMATS.join(", ")}`);
  const turns = new Turns(PIECES_PER_LOOK);
  const steps = exportOf(world.district, { format, source });
  let step = steps.next();
  for (; !step.done; step = steps.next()) if (turns.isOver) await turns.next();
  const plan = step.value;
  if ("refused" in plan) throw invalid(plan.refused);
  response.writeHead(200, { "content-type": `${plan.mediaType}; charset=utf-8`, "cache-control": "no-store" });
  await pipeline(Readable.from(chunks(plan.text, turns), { highWaterMark: 1 }), response);
}

async function* chunks(text: Iterable<string>, turns: Turns): AsyncIterable<string> {
  let chunk = "";
  for (const piece of text) {
    if (turns.isOver) await turns.next();
    chunk += piece;
    if (chunk.length < CHUNK_CHARS) continue;
    yield chunk;
    chunk = "";
  }
  if (chunk !== "") yield chunk;
}

function questionOf(parameters: URLSearchParams): { format?: string; source?: string } {
  const question: { format?: string; source?: string } = {};
  for (const name of new Set(parameters.keys())) {
    const known = PARAMETERS.find((each) => each === name);
    if (!known) throw invalid(`there is no parameter ${name}; there are ${PARAMETERS.join(", ")}`);
    const [value, ...more] = parameters.getAll(name);
    if (more.length > 0) throw invalid(`${name} is given ${more.length + 1} times, and may be given once`);
    question[known] = value!;
  }
  return question;
}

const invalid = (message: string) => new QuartierError("INPUT_INVALID", message);
