// Finds a nats-server that is new enough, or fetches one.
// Gives its path and version. Order: on PATH, in the cache, fetched from the machine's package mirror into the cache.
// B1  what is given has been run (`--version`) and is new enough
// B2  of programs that look at the same time, one fetches and the others wait for it

import { randomUUID } from "node:crypto";
import { chmodSync, copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type FetchAttempt, fetchWithApt } from "./apt-fetch.ts";
import { cacheFolder } from "./cache-folder.ts";
import { takeClaim } from "./claim.ts";
import { runCommand } from "./command.ts";
import { installHint } from "./install-hint.ts";
import { NatsError } from "./nats-error.ts";
import { isNewEnough, OLDEST_VERSION, parseVersion } from "./version.ts";

export interface Binary {
  path: string;
  version: string;
  origin: "path" | "cache" | "fetched";
}

const VERSION_LIMIT_MS = 10_000;
const OTHER_FETCH_POLL_MS = 200;
/** As long as one fetch may take: two suites, index and package each. */
const OTHER_FETCH_LIMIT_MS = 600_000;
/** Debian puts nats-server where only root's PATH looks, Homebrew where a desktop program's PATH does not. */
const FURTHER_FOLDERS = ["/usr/local/bin", "/usr/local/sbin", "/usr/sbin", "/opt/homebrew/bin"];

/**
 * @param progress gets one sentence per step of a fetch; not called when there is nothing to fetch
 * @throws NatsError NATS_SERVER_MISSING, NATS_SERVER_TOO_OLD, NATS_SERVER_FETCH_FAILED
 */
export async function findNatsServer(progress: (sentence: string) => void = () => {}): Promise<Binary> {
  const cachePath = cachedPath();
  const { binary, tooOld } = await look(cachePath);
  return binary ?? (await fetchOnce(cachePath, tooOld, progress));
}

/** What is here already, without fetching; `tooOld` says what was found but will not do (`2.9.10 at /usr/sbin/nats-server`). */
export function lookForNatsServer(): Promise<{ binary?: Binary; tooOld: string[] }> {
  return look(cachedPath());
}

async function look(cachePath: string): Promise<{ binary?: Binary; tooOld: string[] }> {
  const tooOld: string[] = [];
  for (const path of pathCandidates()) {
    const version = await versionOf(path);
    if (version !== undefined && isNewEnough(version)) return { binary: { path, version, origin: "path" }, tooOld };
    if (version !== undefined) tooOld.push(`${version} at ${path}`);
  }
  const cached = await lookInCache(cachePath);
  return cached === undefined ? { tooOld } : { binary: cached, tooOld };
}

function pathCandidates(): string[] {
  const name = process.platform === "win32" ? "nats-server.exe" : "nats-server";
  const folders = [...(process.env.PATH ?? "").split(delimiter).filter(isAbsolute), ...FURTHER_FOLDERS];
  return [...new Set(folders)].map((folder) => join(folder, name)).filter((path) => existsSync(path));
}

/** By architecture, as a home folder may be shared by machines of several. */
function cachedPath(): string {
  return join(cacheFolder(), "nats-server", process.arch, "nats-server");
}

async function lookInCache(path: string): Promise<Binary | undefined> {
  const version = existsSync(path) ? await versionOf(path) : undefined;
  return version !== undefined && isNewEnough(version) ? { path, version, origin: "cache" } : undefined;
}

async function versionOf(path: string): Promise<string | undefined> {
  const asked = await runCommand(path, ["--version"], VERSION_LIMIT_MS);
  return asked.ok ? parseVersion(asked.stdout) : undefined;
}

async function fetchOnce(path: string, tooOld: string[], progress: (sentence: string) => void): Promise<Binary> {
  mkdirSync(join(path, ".."), { recursive: true, mode: 0o700 });
  const claimFile = `${path}.fetching`;
  const giveUpAt = Date.now() + OTHER_FETCH_LIMIT_MS;
  for (let claim = takeClaim(claimFile); ; claim = takeClaim(claimFile)) {
    if (claim.held) {
      try {
        return (await lookInCache(path)) ?? (await fetchInto(path, tooOld, progress));
      } finally {
        claim.release();
      }
    }
    if (Date.now() > giveUpAt) throw fetchFailed([{ suite: "", reason: `process ${claim.holderPid} is still at it` }]);
    await pause(OTHER_FETCH_POLL_MS);
  }
}

async function fetchInto(path: string, tooOld: string[], progress: (sentence: string) => void): Promise<Binary> {
  let version = "";
  const accept = async (unpacked: string): Promise<string | undefined> => {
    const fresh = `${path}.${randomUUID()}`;
    try {
      copyFileSync(unpacked, fresh);
      chmodSync(fresh, 0o755);
      const asked = await runCommand(fresh, ["--version"], VERSION_LIMIT_MS);
      if (!asked.ok) return `its nats-server does not run here: ${asked.reason}`;
      version = parseVersion(asked.stdout) ?? "";
      if (!isNewEnough(version)) return `its nats-server is ${version}`;
      // Renamed, not written in place: a program that starts it at this moment gets the old one or the new one, whole.
      renameSync(fresh, path);
      return undefined;
    } finally {
      rmSync(fresh, { force: true });
    }
  };
  const outcome = await fetchWithApt(accept, progress);
  if (outcome?.accepted === true) return { path, version, origin: "fetched" };
  if (outcome !== undefined) throw fetchFailed(outcome.attempts);
  if (tooOld.length > 0) {
    const found = `Only nats-server ${tooOld.join(" and ")} was found, and ${OLDEST_VERSION} or newer is needed.`;
    throw new NatsError("NATS_SERVER_TOO_OLD", found, installHint());
  }
  throw new NatsError("NATS_SERVER_MISSING", "No nats-server was found on this machine.", installHint());
}

function fetchFailed(attempts: FetchAttempt[]): NatsError {
  const reasons = attempts.map(({ suite, reason }) => (suite === "" ? reason : `suite ${suite}: ${reason}`)).join("; ");
  const message = `nats-server could not be fetched from this machine's package mirror (${reasons}).`;
  const hint = `See that \`apt-get update\` works here and try again. ${installHint()}`;
  return new NatsError("NATS_SERVER_FETCH_FAILED", message, hint);
}
