// The history as files: `GET /history` exports, `POST /history` imports, as CSV or SenML, streamed both ways.
// Fed by    requests on the server's socket, beside GraphQL, behind the same guard
// Gives     text in the order of twins, points and times; a report of what became of each sample
// X1  an export is read from the world only as fast as the client takes it, an import only as fast as the world takes it

import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Logger } from "pino";
import { parseDateTime } from "../../models/date-time.ts";
import { KINDS, type Kind } from "../../models/district.ts";
import { historyCsv } from "../../models/telemetry/history-csv.ts";
import type { HistoryBatch, HistoryFormat, HistoryRun } from "../../models/telemetry/history-rows.ts";
import { historySenml } from "../../models/telemetry/history-senml.ts";
import { QuartierError } from "../../runtime/errors.ts";
import type { ExportQuery } from "../../runtime/history-views.ts";
import type { World } from "../../runtime/views.ts";
import { MAX_FILTER_ENTRIES } from "../limits.ts";
import { type Guard, type Guarded, mediaTypeOf } from "./guard.ts";
import { refusal } from "./refusal.ts";
import { sideDoor } from "./side-door.ts";

export const HISTORY_PATH = "/history";
const FORMATS: Record<string, HistoryFormat> = { csv: historyCsv, senml: historySenml };
const MEDIA_TYPES = Object.values(FORMATS).map(({ mediaType }) => mediaType);
const PARAMETERS = ["twin", "kind", "point", "from", "to", "format"];
/** Characters handed to the socket in one go. */
const CHUNK_CHARS = 65_536;

export interface HistoryDoorOptions {
  world: World;
  log: Logger;
  guard: Guard;
}

export function historyDoor({ world, log, guard }: HistoryDoorOptions) {
  return sideDoor({
    ...{ log, guard, types: MEDIA_TYPES },
    serve: async (request, guarded, response) => {
      if (request.method === "GET") return exported(new URL(guarded.url), world, response);
      if (request.method === "POST") return imported(request, guarded, world);
      return refusal("METHOD_NOT_ALLOWED", `${request.method} ${HISTORY_PATH} is not there`);
    },
  });
}

async function exported({ searchParams }: URL, world: World, response: ServerResponse): Promise<undefined> {
  const { format, query } = questionOf(searchParams, world);
  const runs = world.exportHistory(query);
  response.writeHead(200, { "content-type": `${format.mediaType}; charset=utf-8`, "cache-control": "no-store" });
  await pipeline(Readable.from(chunks(format, runs), { highWaterMark: 1 }), response);
}

async function* chunks({ head, write }: HistoryFormat, runs: AsyncIterable<HistoryRun>): AsyncIterable<string> {
  let text = head;
  for await (const run of runs) {
    text += write(run);
    if (text.length < CHUNK_CHARS) continue;
    yield text;
    text = "";
  }
  if (text !== "") yield text;
}

function questionOf(parameters: URLSearchParams, world: World): { format: HistoryFormat; query: ExportQuery } {
  const unknown = [...parameters.keys()].find((name) => !PARAMETERS.includes(name));
  if (unknown !== undefined) throw invalid(`there is no parameter ${unknown}; there are ${PARAMETERS.join(", ")}`);
  const one = (name: string) => {
    const [value, ...more] = parameters.getAll(name);
    if (more.length > 0) throw invalid(`${name} is given ${more.length + 1} times, and may be given once`);
    return value;
  };
  const many = (name: string) => {
    const values = parameters.getAll(name);
    if (values.length > MAX_FILTER_ENTRIES) {
      throw new QuartierError("LIMIT_EXCEEDED", `${name} is given more than ${MAX_FILTER_ENTRIES} times`);
    }
    return values.length > 0 ? values : undefined;
  };
  const formatName = one("format") ?? "csv";
  const format = Object.hasOwn(FORMATS, formatName) ? FORMATS[formatName]! : undefined;
  if (!format) throw invalid(`format is ${Object.keys(FORMATS).join(" or ")}, not ${JSON.stringify(formatName)}`);
  const from = timeOf("from", one("from"), format.firstMs);
  const to = timeOf("to", one("to"), world.now() + 1);
  if (from >= to) throw invalid("from is not before to");
  if (from < format.firstMs) {
    throw invalid(`${formatName} cannot say times before ${new Date(format.firstMs).toISOString()}`);
  }
  const [twins, points, kinds] = [many("twin"), many("point"), many("kind")?.map(kindOf)];
  return { format, query: { from, to, ...(twins && { twins }), ...(points && { points }), ...(kinds && { kinds }) } };
}

function timeOf(name: string, text: string | undefined, otherwise: number): number {
  const ms = text === undefined ? otherwise : parseDateTime(text);
  if (ms === undefined) throw invalid(`${name} is a time such as 2026-01-01T00:00:00Z, not ${JSON.stringify(text)}`);
  return ms;
}

/** Kinds are said as in GraphQL: `BUILDING`. */
function kindOf(text: string): Kind {
  const kind = KINDS.find((each) => each.toUpperCase() === text.toUpperCase());
  if (!kind) throw invalid(`there is no kind ${JSON.stringify(text)}`);
  return kind;
}

const invalid = (message: string) => new QuartierError("INPUT_INVALID", message);

async function imported(request: IncomingMessage, { headers }: Guarded, world: World): Promise<Response> {
  const format = Object.values(FORMATS).find(({ mediaType }) => mediaType === mediaTypeOf(headers))!;
  return Response.json(await world.importHistory(batchesOf(request, format)));
}

async function* batchesOf(request: IncomingMessage, format: HistoryFormat): AsyncIterable<HistoryBatch> {
  const reader = format.reader();
  for await (const chunk of request.iterator({ destroyOnReturn: false })) yield reader.read(chunk as Uint8Array);
  yield reader.end();
}
