// quartier history: exports the history of a running program as a file, and imports one, by way of its /history.
// Exit 0 when it was done, 1 when samples were refused or nobody answered, 2 for wrong use.
// H1  files are streamed both ways: none needs to fit into memory
// H2  an export that broke off says so, and leaves no file behind

import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { parseDateTime } from "../../models/date-time.ts";
import type { ImportReport } from "../history-views.ts";
import { type Arguments, address, UsageError } from "./arguments.ts";
import { printable, type Terminal } from "./terminal.ts";
import { START_ONE, Unanswered } from "./unanswered.ts";
import { counting, megabytes, writeOut } from "./write-out.ts";

const MEDIA_TYPES: Record<string, string> = { csv: "text/csv", senml: "application/senml+json" };
/** Refusals that are shown. */
const SHOWN_REFUSALS = 20;
/** Bytes of a file that tell CSV from SenML. */
const LOOK_BYTES = 64;

export async function history(args: Arguments, terminal: Terminal, stdout: Writable): Promise<number> {
  const [verb, file, ...more] = args.operands;
  try {
    if (verb === "export" && file === undefined) return await exported(args, terminal, stdout);
    if (verb === "import" && file !== undefined && more.length === 0) return await imported(file, args, terminal);
  } finally {
    terminal.progress("");
  }
  throw new UsageError("quartier history wants export or import FILE");
}

async function exported(args: Arguments, terminal: Terminal, stdout: Writable): Promise<number> {
  const url = new URL("/history", address(args));
  url.searchParams.set("format", formatOf(args) ?? "csv");
  for (const twin of args.twins) url.searchParams.append("twin", twin);
  for (const point of args.points) url.searchParams.append("point", point);
  for (const name of ["from", "to"] as const) {
    const time = args[name];
    if (time === undefined) continue;
    if (parseDateTime(time) === undefined) throw new UsageError(`--${name} takes a time such as 2026-01-01T00:00:00Z`);
    url.searchParams.set(name, time);
  }
  const answer = await ask(url, (request) => request.end());
  try {
    await writeOut(answer, args.out, stdout, (bytes) => terminal.progress(`${megabytes(bytes)} exported`));
  } catch (error) {
    if (answer.complete) throw error;
    throw new Unanswered("the program broke off the export", "Its log says why; ask again.");
  }
  return 0;
}

async function imported(file: string, args: Arguments, terminal: Terminal): Promise<number> {
  const url = new URL("/history", address(args));
  const { format, size } = await lookAt(file, args);
  const headers = { "content-type": MEDIA_TYPES[format]!, "content-length": size };
  const counted = counting((bytes) => terminal.progress(`${megabytes(bytes)} of ${megabytes(size)} sent`));
  const answer = await ask(
    url,
    (request) => {
      // An early answer, to an upload that is refused, ends the upload: what comes of it then is no news.
      pipeline(createReadStream(file, size > 0 ? { end: size - 1 } : {}), counted, request).catch(() => {});
    },
    { method: "POST", headers },
  );
  const {
    read,
    duplicates,
    corrected,
    refused,
    refusals,
    new: fresh,
  } = JSON.parse(await textOf(answer)) as ImportReport;
  for (const { line, code, reason, hint } of refusals.slice(0, SHOWN_REFUSALS)) {
    terminal.complain(printable(`${file}:${line}: ${code}: ${reason}. ${hint}`));
  }
  const unseen = refused - Math.min(refusals.length, SHOWN_REFUSALS);
  if (unseen > 0) terminal.complain(`${unseen} more were refused`);
  const counts = { read, new: fresh, duplicates, corrected, refused };
  if (args.json) terminal.print(JSON.stringify({ ...counts, refusals }));
  else {
    terminal.print(
      `${read} samples read: ${fresh} new, ${duplicates} duplicates, ${corrected} corrected, ${refused} refused`,
    );
  }
  return refused > 0 ? 1 : 0;
}

function formatOf({ format }: Arguments): string | undefined {
  if (format === undefined || Object.hasOwn(MEDIA_TYPES, format)) return format;
  throw new UsageError(`--format takes ${Object.keys(MEDIA_TYPES).join(" or ")}, not ${JSON.stringify(format)}`);
}

/** SenML begins with a bracket, CSV with its header. */
async function lookAt(file: string, args: Arguments): Promise<{ format: string; size: number }> {
  const told = formatOf(args);
  try {
    const handle = await open(file);
    try {
      const { size } = await handle.stat();
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(LOOK_BYTES), 0, LOOK_BYTES, 0);
      const isSenml = /^\s*\[/.test(buffer.toString("utf8", 0, bytesRead));
      return { format: told ?? (isSenml ? "senml" : "csv"), size };
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new Unanswered((error as Error).message, "Name a file that is there and may be read.");
  }
}

/** Asks without a limit of time: an import takes as long as its file. */
function ask(
  url: URL,
  send: (request: ReturnType<typeof httpRequest>) => void,
  options: { method?: string; headers?: Record<string, string | number> } = {},
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    let isAnswered = false;
    const request = (url.protocol === "https:" ? httpsRequest : httpRequest)(url, options, (answer) => {
      isAnswered = true;
      if (answer.statusCode === 200) resolve(answer);
      else {
        refusalOf(answer, url).then((error) => {
          reject(error);
          request.destroy();
        }, reject);
      }
    });
    request.on("error", ({ code, message }: NodeJS.ErrnoException) => {
      if (!isAnswered) reject(new Unanswered(`no program answers at ${url.origin} (${code ?? message})`, START_ONE));
    });
    send(request);
  });
}

async function refusalOf(answer: IncomingMessage, url: URL): Promise<Error> {
  let error: { message: string; extensions?: { code?: string; hint?: string } } | undefined;
  try {
    error = JSON.parse(await textOf(answer)).errors[0];
  } catch {}
  if (!error) return new Unanswered(`what answers at ${url.origin} is no Quartier`, START_ONE);
  return new Unanswered(printable(error.message), error.extensions?.hint, error.extensions?.code);
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = "";
  answer.setEncoding("utf8");
  for await (const chunk of answer) text += chunk;
  return text;
}
