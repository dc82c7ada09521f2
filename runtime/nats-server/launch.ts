// Starts one nats-server process on a data folder and its ports, and waits until it is ready.
// Fed by    start.ts. Gives a process that is ready, and can be stopped; what happens after is start.ts's matter.
// U1  ready means: it greets as *our* server, with JetStream on. (It listens only after its streams are recovered, and for
//     MQTT before it listens for NATS, so that both doors are open then.)
// U2  what does not become ready is stopped before the error is thrown

import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { readBanner } from "./banner.ts";
import { followLog, type LineLog, type LogTail } from "./log-tail.ts";
import { NatsError, tellingLine } from "./nats-error.ts";
import { configText, dataFiles, type Ports, serverName } from "./server-config.ts";
import { STOP_LIMIT_S, spawnWatched, type Watched } from "./watchdog.ts";

export interface ServerProcess {
  /** Settles when server and watchdog have ended: "code 1", "signal SIGKILL". */
  ended: Promise<string>;
  lastLines(): string[];
  /** Stops it in good order, by force after the stop limit. May be called again. */
  stop(): Promise<void>;
  /** Ends it by force, at once. */
  kill(): void;
}

const READY_POLL_MS = 25;
/** A large store is recovered before the server listens. */
const READY_LIMIT_MS = 120_000;
/** What the watchdog may take beyond its own limit, before its whole session is killed. */
const WATCHDOG_SLACK_MS = 2_000;

/** @throws NatsError NATS_PORT_TAKEN when another program has one of the ports, NATS_SERVER_START_FAILED */
export async function launchServer(
  binary: string,
  dataDir: string,
  ports: Ports,
  syncInterval: string,
  log: LineLog,
): Promise<ServerProcess> {
  const files = dataFiles(dataDir);
  writeFileSync(files.config, configText(dataDir, ports, syncInterval), { mode: 0o600 });
  const tail = followLog(files.log, log);
  const watched = spawnWatched(binary, ["-c", files.config], dataDir);
  const server = serverProcess(watched, tail);
  await untilReady(server, serverName(dataDir), ports);
  return server;
}

function serverProcess(watched: Watched, tail: LogTail): ServerProcess {
  // Errors in its configuration, and the stack of a crash, come on standard error.
  for (const stream of [watched.stdout, watched.stderr]) createInterface(stream).on("line", tail.add);
  watched.stdin.on("error", () => {}); // the pipe breaks when the watchdog is killed: `ended` tells
  const exited = once(watched, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  const ended = exited.then(
    ([code, signal]) => {
      tail.catchUp();
      tail.stop();
      watched.stdin.end(); // of a watchdog that was killed, the guard is left: it then stops the server
      return endingOf(code, signal);
    },
    (error: Error) => {
      tail.stop();
      return error.message; // no /bin/sh, no working folder
    },
  );
  const stop = async (): Promise<void> => {
    watched.stdin.end();
    const limit = new AbortController();
    const overrun = pause(STOP_LIMIT_S * 1000 + WATCHDOG_SLACK_MS, "overrun", { signal: limit.signal });
    const first = await Promise.race([ended, overrun.catch(() => "")]);
    limit.abort();
    if (first === "overrun") killSession(watched);
    await ended;
  };
  return { ended, lastLines: tail.lastLines, stop, kill: () => killSession(watched) };
}

/** A shell says 128 + n for a command that ended by signal n. */
function endingOf(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal !== null) return `its watchdog ended by ${signal}`;
  return code !== null && code > 128 ? `signal ${code - 128}` : `code ${code}`;
}

function killSession(watched: Watched): void {
  // The number of one that has ended may be somebody else's by now.
  if (watched.pid === undefined || watched.exitCode !== null || watched.signalCode !== null) return;
  try {
    process.kill(-watched.pid, "SIGKILL");
  } catch {
    // The last of the session ended by itself.
  }
}

async function untilReady(server: ServerProcess, name: string, ports: Ports): Promise<void> {
  let ending: string | undefined;
  void server.ended.then((how) => {
    ending = how;
  });
  const giveUpAt = Date.now() + READY_LIMIT_MS;
  while (Date.now() < giveUpAt) {
    const banner = await readBanner(ports.nats);
    if (banner?.serverName === name && banner.jetstream && ending === undefined) return;
    if (ending !== undefined) throw startFailed(`it ended with ${ending}`, server.lastLines(), ports);
    await pause(READY_POLL_MS);
  }
  await server.stop();
  throw startFailed(`it was not ready after ${READY_LIMIT_MS / 1000} s`, server.lastLines(), ports);
}

function startFailed(reason: string, lastLines: string[], ports: Ports): NatsError {
  if (lastLines.some((line) => line.includes("address already in use"))) {
    const hint = "End the program that listens there, or start again: a free port is then chosen.";
    return new NatsError(
      "NATS_PORT_TAKEN",
      `Port ${ports.nats} or ${ports.mqtt} of the loopback interface is taken.`,
      hint,
    );
  }
  const hint = "See whether its data folder can be written and has room, and what nats-server.log in it says.";
  const message = `nats-server did not start: ${reason} (${tellingLine(lastLines)}).`;
  return new NatsError("NATS_SERVER_START_FAILED", message, hint, { lastLines });
}
