// The words of a command line, checked.
// G1  settings come from the line first, then from PORT, NATS_URL and QUARTIER_DATA
// G2  wrong use is one sentence that names the word and says what is wanted, and exit code 2

import { parseArgs } from "node:util";

export class UsageError extends Error {}

const OPTIONS = {
  port: { type: "string" },
  data: { type: "string" },
  nats: { type: "string" },
  simulate: { type: "boolean" },
  "accept-loss": { type: "boolean" },
  "sync-interval": { type: "string" },
  seed: { type: "string" },
  speed: { type: "string" },
  url: { type: "string" },
  model: { type: "string" },
  json: { type: "boolean" },
  twin: { type: "string", multiple: true },
  point: { type: "string", multiple: true },
  from: { type: "string" },
  to: { type: "string" },
  format: { type: "string" },
  out: { type: "string" },
  source: { type: "string" },
  since: { type: "string" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "v" },
} as const;

export interface Arguments {
  command: string | undefined;
  operands: string[];
  port: number;
  data: string | undefined;
  nats: string | undefined;
  simulate: boolean;
  acceptLoss: boolean;
  /** As nats-server writes it: `always`, `100ms`, `2m`. */
  syncInterval: string | undefined;
  seed: number;
  speed: number;
  url: string | undefined;
  /** A version of the model, in place of a folder. */
  model: string | undefined;
  json: boolean;
  twins: string[];
  points: string[];
  from: string | undefined;
  to: string | undefined;
  format: string | undefined;
  out: string | undefined;
  source: string | undefined;
  since: string | undefined;
  help: boolean;
  version: boolean;
}

const DEFAULT_PORT = 4000;
/** Faster than this, a quarter of an hour would pass between two ticks of the clock. */
const MAX_SPEED = 3_600;
const MIN_SYNC_MS = 10;
const MAX_SYNC_MS = 600_000;

export function readArguments(words: readonly string[], env: NodeJS.ProcessEnv): Arguments {
  const { values, positionals } = parse(words);
  const [command, ...operands] = positionals;
  const nats = values.nats ?? env.NATS_URL;
  return {
    command,
    operands,
    port: number("--port", values.port ?? env.PORT, DEFAULT_PORT, 0, 65_535, true),
    data: values.data ?? env.QUARTIER_DATA,
    nats,
    simulate: values.simulate ?? false,
    acceptLoss: values["accept-loss"] ?? false,
    syncInterval: syncInterval(values["sync-interval"], nats),
    seed: number("--seed", values.seed, 1, 0, Number.MAX_SAFE_INTEGER, true),
    speed: number("--speed", values.speed, 1, 0.001, MAX_SPEED, false),
    url: values.url,
    model: values.model,
    json: values.json ?? false,
    twins: values.twin ?? [],
    points: values.point ?? [],
    from: values.from,
    to: values.to,
    format: values.format,
    out: values.out,
    source: values.source,
    since: values.since,
    help: values.help ?? false,
    version: values.version ?? false,
  };
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError((error as Error).message.split(". ")[0]!);
  }
}

function number(
  name: string,
  text: string | undefined,
  otherwise: number,
  min: number,
  max: number,
  whole: boolean,
): number {
  if (text === undefined || text === "") return otherwise;
  const value = Number(text);
  if (!Number.isFinite(value) || value < min || value > max || (whole && !Number.isInteger(value))) {
    throw new UsageError(
      `${name} takes ${whole ? "a whole number" : "a number"} from ${min} to ${max}, not ${JSON.stringify(text)}`,
    );
  }
  return value;
}

/** A given server has its own. */
function syncInterval(text: string | undefined, nats: string | undefined): string | undefined {
  if (text !== undefined && nats)
    throw new UsageError("--sync-interval is for our own nats-server; one that is given has its own");
  if (text === undefined || text === "always") return text;
  const [, count, unit] = /^(\d{1,6})(ms|s|m)$/.exec(text) ?? [];
  const ms = Number(count) * { ms: 1, s: 1_000, m: 60_000 }[unit as "ms" | "s" | "m"];
  if (!(ms >= MIN_SYNC_MS && ms <= MAX_SYNC_MS)) {
    throw new UsageError(`--sync-interval takes always, or a time from 10ms to 10m, not ${JSON.stringify(text)}`);
  }
  return text;
}

/** Where a running program answers GraphQL: that of `quartier up` on this machine unless told otherwise. */
export function address({ url, port }: Arguments): URL {
  const text = url ?? `http://127.0.0.1:${port}`;
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  if (parsed && /^https?:$/.test(parsed.protocol)) {
    if (parsed.pathname === "/") parsed.pathname = "/graphql";
    return parsed;
  }
  throw new UsageError(`--url takes an address such as http://127.0.0.1:4000/graphql, not ${JSON.stringify(text)}`);
}

/** The one operand of a command that takes a district. */
export function districtOperand({ command, operands }: Arguments): string {
  const [folder, ...more] = operands;
  if (folder === undefined) throw new UsageError(`quartier ${command} wants the folder of a district`);
  if (more.length > 0)
    throw new UsageError(`quartier ${command} takes one district, and does not know what to do with ${more[0]}`);
  return folder;
}
