// Our own nats-server, from its start to its stop: one per data folder, started again when it dies.
// Fed by    a binary (find.ts) and a data folder. Gives a URL to connect to, and one for MQTT.
// H1  one live program per data folder; a server that a dead program left there is ended first
// H2  a server that dies is started again on the same ports with the same data; the owner is told of every such change
// H3  a server that keeps dying is given up, with its last lines; stop() is the only other end
// H4  after stop() no process of ours is left
// H5  a server that could not write (its disk is full) takes nothing more for that stream, with room again or not, until it is started
//     anew: the owner is told, and ends
// H6  one that hangs does not end by itself: startAnew() ends it by force, as kill -9 does, and it is started again (H2)

import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { takeClaim } from "./claim.ts";
import type { Binary } from "./find.ts";
import { launchServer, type ServerProcess } from "./launch.ts";
import { endLeftover } from "./leftover.ts";
import type { LineLog } from "./log-tail.ts";
import { likelyPort } from "./loopback-port.ts";
import { NatsError, tellingLine } from "./nats-error.ts";
import { type DataFiles, dataFiles, type Ports, SYNC_INTERVAL } from "./server-config.ts";

export type NatsServerChange =
  | { type: "died"; how: string; lastLines: string[] }
  | { type: "restarted"; afterMs: number }
  /** It is not started any more; the program should end or be restarted. */
  | { type: "given-up"; error: NatsError };

export interface NatsServer {
  url: string;
  mqttUrl: string;
  version: string;
  port: number;
  /** Ends the server by force; it is started again with the same data, on the same ports. */
  startAnew(): void;
  /** Stops the server in good order, by force after 15 s; may be called again. */
  stop(): Promise<void>;
}

export interface StartSettings {
  binary: Binary;
  /** Made when missing; holds the streams, so it is as precious as they are. */
  dataDir: string;
  /** How long an acknowledged message may wait before it is forced to disk; see server-config.ts. */
  syncInterval?: string | undefined;
  log: LineLog;
  onChange?: (change: NatsServerChange) => void;
}

/** Pairs of ports tried when others are faster to take the one chosen. */
const PORT_TRIES = 5;
/** So many deaths within the window are a crash loop. */
const DEATH_LIMIT = 5;
const DEATH_WINDOW_MS = 60_000;
const BACK_OFF_FIRST_MS = 100;
const BACK_OFF_LIMIT_MS = 5_000;

/** @throws NatsError NATS_DATA_UNUSABLE, NATS_DATA_IN_USE, NATS_PORT_TAKEN, NATS_SERVER_START_FAILED */
export async function startNatsServer(given: StartSettings): Promise<NatsServer> {
  const settings = { ...given, log: hearing(given) };
  const dataDir = makeDataDir(settings.dataDir);
  const files = dataFiles(dataDir);
  const claim = takeClaim(files.claim);
  if (!claim.held) {
    const message = `The NATS data folder ${dataDir} is in use by process ${claim.holderPid}.`;
    throw new NatsError(
      "NATS_DATA_IN_USE",
      message,
      "Stop that program, or give this one another data folder (--data).",
    );
  }
  try {
    await makeFree(files, dataDir);
    const { server, ports } = await launchOnFreePorts(settings, dataDir, files);
    const { startAnew, stop } = supervise(server, ports, { ...settings, dataDir }, files);
    return {
      url: `nats://127.0.0.1:${ports.nats}`,
      mqttUrl: `mqtt://127.0.0.1:${ports.mqtt}`,
      version: settings.binary.version,
      port: ports.nats,
      startAnew,
      stop: () => stop().finally(claim.release),
    };
  } catch (error) {
    claim.release();
    throw error;
  }
}

/** Its log lines, heard for the one that tells of a lost cause (H5). The next start writes again. */
function hearing({ log, onChange }: StartSettings): LineLog {
  const error = (line: string): void => {
    log.error(line);
    const [, reason] = /critical write error: (.*)$/i.exec(line) ?? [];
    if (reason !== undefined) onChange?.({ type: "given-up", error: storageFailed(reason) });
  };
  return { debug: (line) => log.debug(line), warn: (line) => log.warn(line), error };
}

function storageFailed(reason: string): NatsError {
  const hint = "Make room on the disk of the data folder, then start again; what was not acknowledged is sent again.";
  return new NatsError("NATS_STORAGE_FAILED", `nats-server could not write: ${reason}.`, hint);
}

function makeDataDir(folder: string): string {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const dataDir = realpathSync(folder);
    writeFileSync(dataFiles(dataDir).config, "", { mode: 0o600, flag: "a" });
    return dataDir;
  } catch (error) {
    const message = `The NATS data folder ${folder} cannot be written: ${(error as Error).message}.`;
    throw new NatsError("NATS_DATA_UNUSABLE", message, "Give a folder that this user may write to (--data).", {
      cause: error,
    });
  }
}

async function makeFree(files: DataFiles, dataDir: string): Promise<void> {
  if (await endLeftover(files)) return;
  const message = `A nats-server from an earlier run still has ${dataDir} open and does not end.`;
  throw new NatsError("NATS_DATA_IN_USE", message, `End the process named in ${files.pid}, then start again.`);
}

async function launchOnFreePorts(settings: StartSettings, dataDir: string, files: DataFiles) {
  const { syncInterval = SYNC_INTERVAL } = settings;
  for (let tries = 1; ; tries++) {
    const ports = { nats: await likelyPort(files.port), mqtt: await likelyPort(files.mqttPort) };
    try {
      const server = await launchServer(settings.binary.path, dataDir, ports, syncInterval, settings.log);
      writeFileSync(files.port, String(ports.nats));
      writeFileSync(files.mqttPort, String(ports.mqtt));
      return { server, ports };
    } catch (error) {
      const taken = error instanceof NatsError && error.code === "NATS_PORT_TAKEN";
      if (!taken || tries === PORT_TRIES) throw error;
    }
  }
}

/** Keeps the server alive until it is told to stop. */
function supervise(
  first: ServerProcess,
  ports: Ports,
  settings: StartSettings,
  files: DataFiles,
): Pick<NatsServer, "startAnew" | "stop"> {
  const { syncInterval = SYNC_INTERVAL, onChange: tell = () => {} } = settings;
  const stopping = new AbortController();
  let server = first;

  const watch = async (): Promise<void> => {
    const deathsAt: number[] = [];
    while (true) {
      const how = await server.ended;
      if (stopping.signal.aborted) return;
      const diedAt = Date.now();
      tell({ type: "died", how, lastLines: server.lastLines() });
      const revived = await revive(how, diedAt, deathsAt);
      if (revived === undefined) return;
      server = revived;
      if (stopping.signal.aborted) return;
      tell({ type: "restarted", afterMs: Date.now() - diedAt });
    }
  };

  /** Back-off and try again until it runs, or died too often, or is no longer wanted. */
  const revive = async (how: string, diedAt: number, deathsAt: number[]): Promise<ServerProcess | undefined> => {
    let reason = `it ended with ${how}`;
    let lastLines = server.lastLines();
    deathsAt.push(diedAt);
    while (!stopping.signal.aborted) {
      while ((deathsAt[0] ?? Infinity) < Date.now() - DEATH_WINDOW_MS) deathsAt.shift();
      const recent = deathsAt.length;
      if (recent >= DEATH_LIMIT) {
        tell({ type: "given-up", error: crashLoop(recent, reason, lastLines) });
        return undefined;
      }
      await pause(backOffMs(recent), undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) return undefined;
      try {
        await endLeftover(files); // its watchdog may have been killed, and not it
        return await launchServer(settings.binary.path, settings.dataDir, ports, syncInterval, settings.log);
      } catch (error) {
        reason = (error as Error).message;
        lastLines = error instanceof NatsError ? error.lastLines : [];
        deathsAt.push(Date.now());
      }
    }
    return undefined;
  };

  const watching = watch();
  const stop = async (): Promise<void> => {
    stopping.abort();
    await server.stop();
    await watching;
    await server.stop(); // one that was just coming back
    await endLeftover(files); // one whose watchdog was killed
  };
  return { startAnew: () => server.kill(), stop };
}

/** 100 ms after the first death, doubled with each further one of the window, 5 s at most. */
function backOffMs(recentDeaths: number): number {
  return Math.min(BACK_OFF_LIMIT_MS, BACK_OFF_FIRST_MS * 2 ** (recentDeaths - 1));
}

function crashLoop(deaths: number, reason: string, lastLines: string[]): NatsError {
  const message = `nats-server died ${deaths} times within ${DEATH_WINDOW_MS / 1000} s: ${reason} (${tellingLine(lastLines)}).`;
  const hint = "See nats-server.log in its data folder, then restart the program.";
  return new NatsError("NATS_SERVER_CRASH_LOOP", message, hint, { lastLines });
}
