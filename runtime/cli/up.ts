// quartier up: a district alive, from its folder to the first answered query, until it is told to stop.
// Exit 0 after a clean stop; 1 when the district, NATS or the store does not let it run.
// U1  what was started is stopped in the opposite order, whatever was reached
// U2  of several failures the first one is told; here is where a damaged store gets its name, whoever met it

import { readFileSync } from "node:fs";
import path from "node:path";
import type { NatsConnection } from "@nats-io/transport-node";
import type { Logger } from "pino";
import { type District, MANIFEST_FILE } from "../../models/district.ts";
import type { Finding } from "../../models/finding.ts";
import { QuartierError } from "../errors.ts";
import { MODELS } from "../kept-district.ts";
import type { Catalogue } from "../live/population.ts";
import { type Claim, takeClaim } from "../nats-server/claim.ts";
import type { Nats } from "../nats-server/nats-for.ts";
import { spareMainThread } from "../scheduling.ts";
import { startingDistrict } from "../starting-district.ts";
import { damageOf } from "../store/damage.ts";
import { folderFailure, makeFolder } from "../store/folder.ts";
import { ModelFiles } from "../versions/model-files.ts";
import type { World } from "../views.ts";
import type { Joining } from "../world.ts";
import { type Arguments, districtOperand } from "./arguments.ts";
import { findingLines } from "./finding-text.ts";
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

/** What runs in processes of its own. */
export interface Programs {
  /** Keeps the store in order. */
  upkeepProgram: URL;
  /** Loads models. */
  loadingProgram: URL;
}

/** A connection over which nothing comes any more counts as broken when two of them were not answered. */
const PING_EVERY_MS = 10_000;

/** The id in a `district.yaml` of the usual form. */
const DISTRICT_LINE = /^district:[ \t]+([a-z0-9][a-z0-9-]*)[ \t]*(?:#.*)?$/m;
const NOT_KEPT = "the district could not be kept beside the store: the next start reads its models again";

/** Folder of the store in that of the data. */
const STORE = "store";

type Stops = (() => unknown)[];

interface Begun {
  stops: Stops;
  /** As far as it is known. */
  dataDir: string;
}

/** `.quartier/DISTRICT` in the current folder unless told otherwise. */
export function dataFolder({ data }: Arguments, district: string): string {
  return path.resolve(data ?? path.join(".quartier", district));
}

export async function up(
  args: Arguments,
  terminal: Terminal,
  log: Logger,
  loadRooms: () => Promise<Rooms>,
  programs: Programs,
): Promise<number> {
  spareMainThread();
  const begun: Begun = { stops: [], dataDir: dataFolder(args, "") };
  const failures: unknown[] = [];
  const code = await run(args, terminal, log, loadRooms, programs, begun).catch((error: unknown) => {
    failures.push(error);
    return 1;
  });
  // Those follow from the first one, mostly.
  failures.push(...(await stopAll(begun.stops)));
  if (failures.length > 0) throw damageOf(failures[0], path.join(begun.dataDir, STORE));
  return code;
}

async function run(
  args: Arguments,
  terminal: Terminal,
  log: Logger,
  loadRooms: () => Promise<Rooms>,
  { upkeepProgram, loadingProgram }: Programs,
  begun: Begun,
): Promise<number> {
  const { stops } = begun;
  const simulation = new Simulation();
  const ended = untilStopped(log);
  try {
    const folder = districtOperand(args);
    const finding = startingDistrict({
      ...{ folder, loadingProgram, likelyDataDir: args.data ?? likelyDataFolder(args, folder) },
      onStep: ({ file, done, of }) => terminal.progress(`loading ${file} (${done + 1} of ${of})`),
      notKept: (error) => log.warn({ err: error }, NOT_KEPT),
    });
    stops.push(() => finding.then((each) => each.stop()).catch(() => {}));
    // A large district takes as long to be read, or loaded, as its rooms to be loaded.
    const [rooms, { RunningWorld }, found] = await Promise.all([loadRooms(), import("../world.ts"), finding]);
    if (found.id === undefined) {
      complainOf(await found.findings(), terminal);
      return 1;
    }
    const dataDir = await claim(dataFolder(args, found.id), stops);
    begun.dataDir = dataDir;
    // Stopped after all that needs it, whenever it is started: who asks waits for no server, but a district that is loaded leaves time for it.
    const natsStops: Stops = [];
    const join = () => joinNats(args, dataDir, terminal, log, natsStops, ended.halt);
    const joining = found.isKept ? undefined : join();
    const joined = joining?.catch(() => {});
    stops.push(async () => {
      await joined;
      for (const failure of await stopAll(natsStops)) throw failure;
    });
    const directory = await Promise.race([found.open(dataDir), ended.promise]);
    if (!directory) return 0;
    const world = await RunningWorld.open({
      ...{ directory, catalogue: rooms.catalogue, dataDir: path.join(dataDir, STORE), speed: args.speed },
      ...{ upkeepProgram, loadingProgram, turned: () => void simulation.again() },
      ...{ models: new ModelFiles(path.join(dataDir, MODELS)), acceptLoss: args.acceptLoss },
      ...{ log: log.child({ part: "world" }), halt: ended.halt },
    });
    stops.push(() => world.stop());
    const server = await rooms.serve({ world, port: args.port, log: log.child({ part: "graphql" }) });
    stops.push(() => server.close());
    // As soon as they are known and queries are answered, and before `ready`.
    const told = found.findings().then((findings) => complainOf(findings, terminal));
    told.catch(() => {});
    const { nats, connection } = await (joining ?? join());
    terminal.progress("waking the twins");
    const awake = Promise.all([world.join({ nats, connection }), told]);
    const isAwake = await Promise.race([awake, ended.promise]);
    terminal.progress("");
    if (!isAwake) return 0;
    terminal.print(`nats ${nats.url}`);
    if (nats.mqttUrl !== undefined) terminal.print(`mqtt ${nats.mqttUrl}`);
    terminal.print(`ready ${server.url}`);
    if (args.simulate) {
      simulation.start = () =>
        rooms.simulate({
          ...{ district: world.district, nats: connection, seed: args.seed, speed: args.speed },
          ...{ nowMs: () => world.now(), log: log.child({ part: "sim" }) },
        });
      await simulation.again();
      stops.push(() => simulation.stop());
    }
    await ended.promise;
    return 0;
  } finally {
    terminal.progress("");
  }
}

/** One that fails keeps none of the others from being stopped. Gives what failed. */
async function stopAll(stops: Stops): Promise<unknown[]> {
  const failures: unknown[] = [];
  for (const stop of stops.reverse()) {
    try {
      await stop();
    } catch (error) {
      failures.push(error);
    }
  }
  return failures;
}

/** The simulator, which begins again when the district has other devices. */
class Simulation {
  start: (() => Promise<{ stop(): Promise<unknown> }>) | undefined;
  #running: Promise<{ stop(): Promise<unknown> } | undefined> = Promise.resolve(undefined);

  again(): Promise<unknown> {
    this.#running = this.stop().then(() => this.start?.());
    return this.#running;
  }

  async stop(): Promise<void> {
    await (await this.#running)?.stop();
  }
}

/** Where the data of the district would be; its `district.yaml` is read whole only where nothing is kept there. */
function likelyDataFolder(args: Arguments, folder: string): string | undefined {
  try {
    const [, id] = DISTRICT_LINE.exec(readFileSync(path.join(folder, MANIFEST_FILE), "utf8")) ?? [];
    return id === undefined ? undefined : dataFolder(args, id);
  } catch {
    return undefined;
  }
}

function complainOf(findings: readonly Finding[], terminal: Terminal): void {
  terminal.progress("");
  const worthSaying = findings.filter(({ severity }) => severity === "error");
  for (const line of findingLines(worthSaying)) terminal.complain(line);
  const silent = findings.length - worthSaying.length;
  if (silent > 0) terminal.complain(`${silent} warnings and remarks; quartier check shows them`);
}

/** Two programs on one data folder would apply every event twice: the second is refused. */
async function claim(dataDir: string, stops: Stops): Promise<string> {
  makeFolder(dataDir);
  const taken = await claimed(dataDir);
  if (!taken.held) {
    const { holderPid, copyOf } = taken;
    if (copyOf !== undefined) {
      const message = `the data folder ${dataDir} is a copy of ${copyOf}, made while the process ${holderPid} wrote there`;
      throw new QuartierError("STORE_COPIED", message);
    }
    throw new QuartierError("STORE_IN_USE", `the data folder ${dataDir} is in use by the process ${holderPid}`);
  }
  stops.push(() => taken.release());
  return dataDir;
}

async function claimed(dataDir: string): Promise<Claim> {
  try {
    return takeClaim(path.join(dataDir, "runtime.pid"));
  } catch (error) {
    throw folderFailure(dataDir, error);
  }
}

async function joinNats(
  args: Arguments,
  dataDir: string,
  terminal: Terminal,
  log: Logger,
  stops: Stops,
  halt: (error: Error) => void,
): Promise<Joining & { nats: Nats }> {
  const [{ natsFor }, { connect }] = await Promise.all([
    import("../nats-server/nats-for.ts"),
    import("@nats-io/transport-node"),
  ]);
  const nats = await natsFor({
    ...{ url: args.nats, dataDir: path.join(dataDir, "nats"), syncInterval: args.syncInterval },
    log: log.child({ part: "nats" }),
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
