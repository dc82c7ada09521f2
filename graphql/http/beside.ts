// Doors beside GraphQL, which stream: what they share.

import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Guarded } from "./guard.ts";

/** Characters handed to the socket in one go. */
export const CHUNK_CHARS = 65_536;

/** The path of a request, without its question and without a slash at its end. */
export function pathOf({ url = "" }: IncomingMessage): string {
  return url.replace(/[?#].*$/, "").replace(/\/$/, "");
}

export function isClientGone(error: unknown, request: IncomingMessage): boolean {
  const isUploadCut = request.destroyed && !request.complete;
  return isUploadCut || (error as NodeJS.ErrnoException).code === "ERR_STREAM_PREMATURE_CLOSE";
}

export function asGuarded({ method = "", url = "", headers }: IncomingMessage): Guarded {
  const all = new Headers();
  for (const [name, value] of Object.entries(headers)) all.set(name, String(value));
  return { method, url: new URL(url, "http://localhost").href, headers: all };
}

export async function answer(response: ServerResponse, { status, headers, body }: Response): Promise<void> {
  response.writeHead(status, Object.fromEntries(headers));
  if (body === null) response.end();
  else await pipeline(Readable.fromWeb(body as never), response);
}
