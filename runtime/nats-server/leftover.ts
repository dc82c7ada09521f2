// Ends the nats-server that an earlier program left on a data folder, before another one may open its files.
// Its watchdog is probably ending it at this moment, so it is first waited for.
// D1  only a process that runs with this folder's own configuration file is ever signalled

import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { commandLine } from "./process-identity.ts";
import type { DataFiles } from "./server-config.ts";

const POLL_MS = 50;
/** The watchdog's own SIGTERM comes at once; a server that is still here after this long has no watchdog. */
const WATCHDOG_LIMIT_MS = 2_000;
const TERM_LIMIT_MS = 15_000;
const KILL_LIMIT_MS = 5_000;

/** Id of the live nats-server of this data folder, if there is one. */
function liveServerPid(files: DataFiles): number | undefined {
  try {
    const pid = Number(readFileSync(files.pid, "utf8"));
    if (!Number.isInteger(pid) || pid <= 1) return undefined;
    return commandLine(pid)?.endsWith(` -c ${files.config}`) === true ? pid : undefined;
  } catch {
    return undefined; // no server was ever started here
  }
}

/** True when no server of this folder lives any more. */
export async function endLeftover(files: DataFiles): Promise<boolean> {
  if (await gone(files, WATCHDOG_LIMIT_MS)) return true;
  signal(files, "SIGTERM");
  if (await gone(files, TERM_LIMIT_MS)) return true;
  signal(files, "SIGKILL");
  return gone(files, KILL_LIMIT_MS);
}

function signal(files: DataFiles, name: NodeJS.Signals): void {
  const pid = liveServerPid(files);
  if (pid === undefined) return;
  try {
    process.kill(pid, name);
  } catch {
    // It ended between the look and the signal.
  }
}

async function gone(files: DataFiles, limitMs: number): Promise<boolean> {
  const giveUpAt = Date.now() + limitMs;
  while (liveServerPid(files) !== undefined) {
    if (Date.now() > giveUpAt) return false;
    await pause(POLL_MS);
  }
  return true;
}
