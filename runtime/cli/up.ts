// quartier up: a district alive, from its folder to the first answered query, until it is told to stop.
// Exit 0 after a clean stop; 1 when the district, NATS or the store does not let it run.
// U1  what was started is stopped in the opposite order, whatever was reached

import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import type { Logger } from "pino";
import type { Directory } from "../../models/directory.ts";
import type { District } from "../../models/district.ts";
import type { Finding } from "../../models/finding.ts";
import { QuartierError } from "../errors.ts";
import type { Catalogue } from "../live/population.ts";
import { type Claim, takeClaim } from "../nats-server/claim.ts";
import { type Nats, natsFor } from "../nats-server/nats-for.ts";
import { directoryOf } from "../partitions.ts";
import { readDistrict } from "../read-district.ts";
import { writeFailure } from "../store/writing.ts";
import type { World } from "../views.ts";
import { RunningWorld } from "../world.ts";
import { type Arguments, districtOperand } from "./arguments.ts";
import { findingText } from "./check.ts";
import type { Terminal } from "./terminal.ts";

/** What the composition root hands in: rooms that the runtime does not know. */
export interface Rooms {
  catalogue: Catalogue;
  serve: (options: { world: World; port: number; log: Logger }) => Promise<{ url: string; close(): Promise<void> }>;
  simulate: (options: {
    district: District;
    nats: NatsConnection;
    seed: number;
    speed: number;
    nowMs: () => number;
    log: Logger;
  }) => Promise<{ stop(): Promise<unknown> }>;
}

/** A connection over which nothing comes any more counts as broken when two of them were not answered. */
const PING_EVERY_MS = 10_000;

type Stops = (() => unknown)[];

/** `.quartier/DISTRICT` in the current folder unless told otherwise. */
export function dataFolder({ data }: Arguments, district: string): string {
  return resolve(data ?? join(".quartier", district));
}

export async function up(args: Arguments, terminal: Terminal, log: Logger, rooms: Rooms): Promise<number> {
  const stops: Stops = [];
  const ended = untilStopped(log);
  try {
    const district = await load(args, terminal, rooms.catalogue);
    if (!district) return 1;
    const dataDir = await claim(dataFolder(args, district.id), stops);
    const { nats, connection } = await joinNats(args, dataDir, terminal, log, stops, ended.halt);
    terminal.progress("waking the twins");
    const world = await RunningWorld.start({
      ...{
        directory: district,
        catalogue: rooms.catalogue,
        connection,
        nats,
        dataDir: join(dataDir, "store"),
        speed: args.speed,
      },
      ...{ log: log.child({ part: "world" }), halt: ended.halt, acceptLoss: args.acceptLoss },
    });
    stops.push(() => world.stop());
    const server = await rooms.serve({ world, port: args.port, log: log.child({ part: "graphql" }) });
    stops.push(() => server.close());
    terminal.progress("");
    terminal.print(`nats ${nats.url}`);
    if (nats.mqttUrl !== undefined) terminal.print(`mqtt ${nats.mqttUrl}`);
    terminal.print(`ready ${server.url}`);
    if (args.simulate) {
      const simulator = await rooms.simulate({
        ...{ district, nats: connection, seed: args.seed, speed: args.speed, nowMs: () => world.now() },
        log: log.child({ part: "sim" }),
      });
      stops.push(() => simulator.stop());
    }
    await ended.promise;
    return 0;
  } finally {
    terminal.progress("");
    await stopAll(stops);
  }
}

/** One that fails keeps none of the others from being stopped; the first failure is told in the end. */
async function stopAll(stops: Stops): Promise<void> {
  const failures: unknown[] = [];
  for (const stop of stops.reverse()) {
    try {
      await stop();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

async function load(args: Arguments, terminal: Terminal, catalogue: Catalogue): Promise<Directory | undefined> {
  const { district, findings } = await readDistrict(districtOperand(args), ({ file, done, of }) =>
    terminal.progress(`loading ${file} (${done + 1} of ${of})`),
  );
  terminal.progress("");
  for (const finding of findings.filter(isWorthSaying)) terminal.complain(findingText(finding));
  const silent = findings.length - findings.filter(isWorthSaying).length;
  if (silent > 0) terminal.complain(`${silent} warnings and remarks; quartier check shows them`);
  return district && directoryOf(district, catalogue);
}

const isWorthSaying = ({ severity }: Finding): boolean => severity === "error";

/** Two programs on one data folder would apply every event twice: the second is refused. */
async function claim(dataDir: string, stops: Stops): Promise<string> {
  mkdirSync(dataDir, { recursive: true });
  const taken = await claimed(dataDir);
  if (!taken.held) {
    throw new QuartierError("STORE_IN_USE", `the data folder ${dataDir} is in use by the process ${taken.holderPid}`);
  }
  stops.push(() => taken.release());
  return dataDir;
}

async function claimed(dataDir: string): Promise<Claim> {
  try {
    return takeClaim(join(dataDir, "runtime.pid"));
  } catch (error) {
    const { message, errno = 0 } = error as NodeJS.ErrnoException;
    throw await writeFailure(dataDir, message, -errno);
  }
}

async function joinNats(
  args: Arguments,
  dataDir: string,
  terminal: Terminal,
  log: Logger,
  stops: Stops,
  halt: (error: Error) => void,
): Promise<{ nats: Nats; connection: NatsConnection }> {
  const nats = await natsFor({
    ...{
      url: args.nats,
      dataDir: join(dataDir, "nats"),
      syncInterval: args.syncInterval,
      log: log.child({ part: "nats" }),
    },
    progress: terminal.progress,
    onChange: (change) => {
      if (change.type === "given-up") halt(change.error);
    },
  });
  stops.push(() => nats.stop());
  const patience = { maxReconnectAttempts: -1, pingInterval: PING_EVERY_MS };
  const connection = await connect({ ...nats.connection, name: "quartier", ...patience });
  stops.push(() => connection.close());
  return { nats, connection };
}

function untilStopped(log: Logger): { promise: Promise<void>; halt: (error: Error) => void } {
  let halt!: (error: Error) => void;
  const promise = new Promise<void>((stop, fail) => {
    halt = fail;
    const onSignal = (signal: NodeJS.Signals) => {
      log.info({ signal }, "stopping");
      stop();
    };
    process.once("SIGTERM", onSignal);
    process.once("SIGINT", onSignal);
  });
  promise.catch(() => {});
  return { promise, halt };
}
