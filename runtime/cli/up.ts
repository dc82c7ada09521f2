// quartier up: a district alive, from its folder to the first answered query, until it is told to stop.
// Exit 0 after a clean stop; 1 when the district, NATS or the store does not let it run.
// U1  what was started is stopped in the opposite order, whatever was reached

import { mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { NatsConnection } from "@nats-io/transport-node";
import type { Logger } from "pino";
import { Directory } from "../../models/directory.ts";
import { type District, MANIFEST_FILE } from "../../models/district.ts";
import type { Finding } from "../../models/finding.ts";
import { QuartierError } from "../errors.ts";
import { type KeptDistrict, keep, MODELS, readKept } from "../kept-district.ts";
import type { Catalogue } from "../live/population.ts";
import { type Claim, takeClaim } from "../nats-server/claim.ts";
import type { Nats } from "../nats-server/nats-for.ts";
import { directoryParts } from "../partitions.ts";
import { writeFailure } from "../store/writing.ts";
import { ModelFiles } from "../versions/model-files.ts";
import type { World } from "../views.ts";
import { type Joining, RunningWorld } from "../world.ts";
import { type Arguments, districtOperand } from "./arguments.ts";
import { findingLines } from "./finding-text.ts";
import type { Terminal } from "./terminal.ts";

/** What the composition root hands in: rooms that the runtime does not know. */
export interface Rooms {
  catalogue: Catalogue;
  /** The program that keeps the store in order. */
  upkeepProgram: URL;
  /** The program that loads a model. */
  loadingProgram: URL;
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

/** The id in a `district.yaml` of the usual form. */
const DISTRICT_LINE = /^district:[ \t]+([a-z0-9][a-z0-9-]*)[ \t]*(?:#.*)?$/m;
const NOT_KEPT = "the district could not be kept beside the store: the next start reads its models again";

type Stops = (() => unknown)[];

/** `.quartier/DISTRICT` in the current folder unless told otherwise. */
export function dataFolder({ data }: Arguments, district: string): string {
  return resolve(data ?? join(".quartier", district));
}

export async function up(
  args: Arguments,
  terminal: Terminal,
  log: Logger,
  loadRooms: () => Promise<Rooms>,
): Promise<number> {
  const stops: Stops = [];
  const simulation = new Simulation();
  const ended = untilStopped(log);
  try {
    const folder = districtOperand(args);
    const keeping = kept(args, folder);
    // A large district takes as long to be read as its rooms to be loaded.
    const rooms = await loadRooms();
    const found = await find(folder, await keeping, terminal, rooms.catalogue);
    if (!found) return 1;
    const { directory } = found;
    const dataDir = await claim(dataFolder(args, directory.id), stops);
    if (found.fresh) await found.fresh(dataDir).catch((error: Error) => log.warn({ err: error }, NOT_KEPT));
    // Stopped after all that needs it, though it is started after the door was opened: who asks waits for no server.
    const natsStops: Stops = [];
    stops.push(() => stopAll(natsStops));
    const world = await RunningWorld.open({
      ...{ directory, catalogue: rooms.catalogue, dataDir: join(dataDir, "store"), speed: args.speed },
      ...{ upkeepProgram: rooms.upkeepProgram, loadingProgram: rooms.loadingProgram },
      ...{ models: new ModelFiles(join(dataDir, MODELS)), turned: () => void simulation.again() },
      ...{ log: log.child({ part: "world" }), halt: ended.halt, acceptLoss: args.acceptLoss },
    });
    stops.push(() => world.stop());
    const server = await rooms.serve({ world, port: args.port, log: log.child({ part: "graphql" }) });
    stops.push(() => server.close());
    const { nats, connection } = await joinNats(args, dataDir, terminal, log, natsStops, ended.halt);
    terminal.progress("waking the twins");
    const isStopped = await Promise.race([world.join({ nats, connection }), ended.promise.then(() => true)]);
    terminal.progress("");
    if (isStopped) return 0;
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

interface Found {
  directory: Directory;
  /** Keeps what was loaded just now, in the data folder. */
  fresh?: (dataDir: string) => Promise<void>;
}

async function kept(args: Arguments, folder: string): Promise<KeptDistrict | undefined> {
  const dataDir = args.data ?? likelyDataFolder(args, folder);
  return dataDir === undefined ? undefined : readKept(dataDir, folder);
}

/** The district as it was kept, or loaded from its models. */
async function find(
  folder: string,
  known: KeptDistrict | undefined,
  terminal: Terminal,
  catalogue: Catalogue,
): Promise<Found | undefined> {
  const found = known ?? (await load(folder, terminal, catalogue));
  const { findings } = found;
  for (const line of findingLines(findings.filter(isWorthSaying))) terminal.complain(line);
  const silent = findings.length - findings.filter(isWorthSaying).length;
  if (silent > 0) terminal.complain(`${silent} warnings and remarks; quartier check shows them`);
  return found.directory && { ...found, directory: found.directory };
}

/** Where the data of the district would be; its `district.yaml` is read whole only where nothing is kept there. */
function likelyDataFolder(args: Arguments, folder: string): string | undefined {
  try {
    const [, id] = DISTRICT_LINE.exec(readFileSync(join(folder, MANIFEST_FILE), "utf8")) ?? [];
    return id === undefined ? undefined : dataFolder(args, id);
  } catch {
    return undefined;
  }
}

async function load(folder: string, terminal: Terminal, catalogue: Catalogue) {
  // The readers of models are large, and mostly not needed. Where one of them fails, its own file and line are told.
  process.setSourceMapsEnabled(true);
  const { readDistrict } = await import("../read-district.ts");
  const { district, findings, files } = await readDistrict(folder, ({ file, done, of }) =>
    terminal.progress(`loading ${file} (${done + 1} of ${of})`),
  );
  terminal.progress("");
  const parts = district && directoryParts(district, catalogue);
  if (!parts) return { directory: undefined, findings };
  const about = { district: district.id, loadedAt: Date.now(), twins: district.twins.size, findings };
  const fresh = (dataDir: string) => keep(dataDir, folder, files, parts, about);
  return { directory: Directory.of(parts), findings, fresh };
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
): Promise<Joining & { nats: Nats }> {
  const [{ natsFor }, { connect }] = await Promise.all([
    import("../nats-server/nats-for.ts"),
    import("@nats-io/transport-node"),
  ]);
  const nats = await natsFor({
    ...{ url: args.nats, dataDir: join(dataDir, "nats"), syncInterval: args.syncInterval },
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
