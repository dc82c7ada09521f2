// Side doors: what is asked of the server beside GraphQL, on paths of its own, behind the same guard.
// Fed by    requests on the server's socket
// S1  an answer that fails once it has begun ends without its last chunk: no client takes it for whole
// S2  the rest of an upload that is refused is read and thrown away, so that the client hears why

import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Logger } from "pino";
import { QuartierError } from "../../runtime/errors.ts";
import type { Guard, Guarded } from "./guard.ts";
import { refused } from "./refusal.ts";

export interface SideDoorOptions {
  log: Logger;
  guard: Guard;
  /** Content types that a POST may have. */
  types: readonly string[];
  /** Answers a request that the guard lets through: gives the answer, or has written it. */
  serve: (request: IncomingMessage, guarded: Guarded, response: ServerResponse) => Promise<Response | undefined>;
}

export const isAt = ({ url = "" }: IncomingMessage, path: string): boolean =>
  url.replace(/[?#].*$/, "").replace(/\/$/, "") === path;

export function sideDoor({ log, guard, types, serve }: SideDoorOptions) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const guarded = asGuarded(request);
    const headers = new Headers();
    guard.mark(guarded, headers);
    response.setHeaders(headers);
    try {
      const answer = guard.stops(guarded, types) ?? (await serve(request, guarded, response));
      if (answer) await write(answer, response);
    } catch (error) {
      if (isClientGone(error, request)) return;
      if (!(error instanceof QuartierError)) log.error({ err: error }, `${request.url} failed`);
      if (response.headersSent) response.destroy();
      else await write(refused(error), response);
    } finally {
      request.resume();
    }
  };
}

function isClientGone(error: unknown, request: IncomingMessage): boolean {
  const isUploadCut = request.destroyed && !request.complete;
  return isUploadCut || (error as NodeJS.ErrnoException).code === "ERR_STREAM_PREMATURE_CLOSE";
}

function asGuarded({ method = "", url = "", headers }: IncomingMessage): Guarded {
  const all = new Headers();
  for (const [name, value] of Object.entries(headers)) all.set(name, String(value));
  return { method, url: new URL(url, "http://localhost").href, headers: all };
}

async function write({ status, headers, body }: Response, response: ServerResponse): Promise<void> {
  response.writeHead(status, Object.fromEntries(headers));
  if (body === null) response.end();
  else await pipeline(Readable.fromWeb(body as never), response);
}
