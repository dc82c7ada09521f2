#!/usr/bin/env -S node --max-semi-space-size=64 --min-semi-space-size=64 --v8-pool-size=1
// The composition root and command line: the one file that knows all rooms, and hands each what it needs.
// Runs with a larger young generation than Node's own, as live twins make much short-lived garbage: a fifth less time a reading; and with one
// thread that helps the collector: four take the broker and the upkeep process more time on two cores than they save.

import { readFileSync } from "node:fs";
import { pino } from "pino";
import { type Arguments, readArguments, UsageError } from "./cli/arguments.ts";
import { terminal } from "./cli/terminal.ts";
import type { Rooms } from "./cli/up.ts";

const USAGE = `quartier up DISTRICT [--port 4000] [--data DIR] [--nats URL] [--simulate] [--seed N] [--speed X]
            [--sync-interval 1s] [--accept-loss]
    a district alive: loads it, starts or joins NATS, wakes the twins, serves GraphQL; --simulate feeds synthetic devices;
    --sync-interval says how often our own NATS forces what it acknowledged to disk (always, 100ms, 1s ...);
    --accept-loss goes on without what a log lost
quartier check DISTRICT [--json]
    loads and validates only; exit 1 when errors were found
quartier export DISTRICT --format geojson|json|epanet|pandapower|matpower [--source ID] [--since DISTRICT] [--out FILE]
    the district as a map or with all its attributes, or a source of it in the format that it came from; --since leaves
    out of a map, or of JSON, what is the same in another model of the district
quartier plan DISTRICT | --model VERSION [--url http://127.0.0.1:4000/graphql] [--json]
    what a changed model would do to the twins of a running program
quartier apply DISTRICT | --model VERSION [--url ...] [--json]
    does it: untouched twins keep everything, changed ones go on by the new model, those that it no longer has are retired with their history
quartier models [--url ...] [--json]
    the versions of its model that a running program keeps
quartier dead-letters [list | replay ID | drop ID] [--url http://127.0.0.1:4000/graphql] [--json]
    what a running program could not read: lists it, sends one again after its cause was mended, throws one away
quartier history export [--twin ID]... [--point NAME]... [--from T] [--to T] [--format csv|senml] [--url ...] [--out FILE]
    samples of a running program as a file, all of them unless told otherwise
quartier history import FILE [--format csv|senml] [--url ...]
    takes such a file into a running program; exit 1 when samples were refused
quartier doctor
    says what of the surroundings is missing, and the command that mends it
DISTRICT is a folder with a district.yaml. Settings can also come from PORT, NATS_URL and QUARTIER_DATA.
LOG_LEVEL=debug says more, on standard error; with it, errors show where they came from.`;

// Standard error, so that standard output holds results only.
const log = pino({ level: process.env.LOG_LEVEL ?? "warn", base: null }, pino.destination(2));

/** Each loads what it needs, and no more: a start is to answer soon. */
const COMMANDS: Record<string, (args: Arguments) => Promise<number>> = {
  up: async (args) => {
    const { up } = await import("./cli/up.ts");
    return up(args, terminal, log, loadRooms, {
      upkeepProgram: new URL("./store/upkeep-main.js", import.meta.url),
      loadingProgram: new URL("./versions/loading-main.js", import.meta.url),
    });
  },
  check: async (args) => {
    // Where the reader of a model fails, its own file and line are told.
    process.setSourceMapsEnabled(true);
    return (await import("./cli/check.ts")).check(args, terminal);
  },
  export: async (args) => (await import("./cli/export.ts")).exportModel(args, terminal, process.stdout),
  plan: async (args) => (await import("./cli/model.ts")).plan(args, terminal),
  apply: async (args) => (await import("./cli/model.ts")).apply(args, terminal),
  models: async (args) => (await import("./cli/model.ts")).models(args, terminal),
  "dead-letters": async (args) => (await import("./cli/dead-letters.ts")).deadLetters(args, terminal),
  history: async (args) => (await import("./cli/history.ts")).history(args, terminal, process.stdout),
  doctor: async (args) => (await import("./cli/doctor.ts")).doctor(args, terminal),
};

async function loadRooms(): Promise<Rooms> {
  const [{ CATALOGUE: catalogue }, { startGraphQL }, { prepareDoor }] = await Promise.all([
    import("../twins/catalogue.ts"),
    import("../graphql/server.ts"),
    import("../graphql/http/door.ts"),
  ]);
  const prepared = prepareDoor();
  const serve: Rooms["serve"] = (options) => startGraphQL({ ...options, prepared });
  const simulate: Rooms["simulate"] = async (options) => (await import("../sim/publish.ts")).startSimulator(options);
  return { catalogue, serve, simulate };
}

async function main(args: Arguments): Promise<number> {
  if (args.version) terminal.print(version());
  else if (args.help) terminal.print(USAGE);
  else {
    const command =
      args.command !== undefined && Object.hasOwn(COMMANDS, args.command) ? COMMANDS[args.command] : undefined;
    if (!command) throw new UsageError(args.command ? `there is no command ${args.command}` : "a command is missing");
    return command(args);
  }
  return 0;
}

function version(): string {
  const file = new URL(import.meta.url.includes("/dist/") ? "../../package.json" : "../package.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

/** One sentence with code and hint; where it came from only when asked. */
function explain(error: unknown): void {
  const { code, message, hint, stack } = error as Error & { code?: string; hint?: string };
  terminal.complain([code && `${code}:`, `${message}.`.replace(/\.\.$/, "."), hint].filter(Boolean).join(" "));
  if (log.isLevelEnabled("debug")) terminal.complain(stack ?? "");
}

let command: string | undefined;
try {
  const args = readArguments(process.argv.slice(2), process.env);
  command = args.command;
  process.exitCode = await main(args);
} catch (error) {
  if (error instanceof UsageError) terminal.complain(`${error.message}.\n${USAGE}`);
  else explain(error);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
// What it began is over. But a client of NATS that is closed while a server takes its connection and says nothing (nats-core 3.4.0) waits for that
// without end, and the process with it.
if (command === "up") process.exit();
