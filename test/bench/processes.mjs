// Processes of the bench: our own child modules and the servers of others; what they take of CPU and memory, from /proc.
// P1  what was started is ended by its process id, also when the bench fails or is told to stop
// P2  nothing waits without a limit

import { execFileSync, fork, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const CALL_LIMIT_MS = 180_000;
const END_LIMIT_MS = 10_000;

/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();
/** @type {Set<string>} */
const folders = new Set();

/** What is to be done, the last first, when a contestant fails. @type {Set<() => unknown>} */
const stops = new Set();

function killAll() {
  for (const child of running) child.kill("SIGKILL");
}

process.on("exit", () => {
  killAll();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A process that is ended with the bench, whatever ends that. @template {import("node:child_process").ChildProcess} T @param {T} child */
export function endedWithParent(child) {
  running.add(child);
  child.once("exit", () => running.delete(child));
  return child;
}

/** What else is to be stopped when a contestant fails. Gives a function that stops it in good order. @param {() => Promise<unknown>} stop */
export function stoppable(stop) {
  stops.add(stop);
  return async () => {
    stops.delete(stop);
    await stop();
  };
}

/** Ends whatever a contestant that failed has left behind. */
export async function endAll() {
  killAll();
  for (const stop of [...stops].reverse()) await stop();
  stops.clear();
  for (const folder of folders) removeFolder(folder);
}

/** A folder that is gone at the end. @param {string} name @param {string} [under] */
export function temporaryFolder(name, under = tmpdir()) {
  const folder = mkdtempSync(join(under, `quartier-bench-${name}-`));
  folders.add(folder);
  return folder;
}

export function removeFolder(/** @type {string} */ folder) {
  rmSync(folder, { recursive: true, force: true });
  folders.delete(folder);
}

/** Monotonic, and the same for all processes of a Linux machine. */
export const nowMs = () => Number(process.hrtime.bigint()) / 1e6;

/**
 * What `npm start` and the command say to Node: young objects have more room, from the start on, and one thread helps the garbage
 * collector: four of them take the broker and the upkeep process more time on two cores than they save. Raw XState gains by it, too.
 */
export const NODE_OPTIONS = ["--max-semi-space-size=64", "--min-semi-space-size=64", "--v8-pool-size=1"];

/**
 * Starts a module of children/, or the one that was made of it, and gives a way to call what it serves.
 * @param {string} name
 * @param {string[]} [execArgv]
 * @param {URL} [module]
 */
export async function startChild(name, execArgv = [], module = new URL(`children/${name}.mjs`, import.meta.url)) {
  const child = fork(fileURLToPath(module), [], {
    execArgv: [...NODE_OPTIONS, ...execArgv],
    serialization: "advanced",
  });
  running.add(child);
  /** @type {Map<number, { resolve: (value: any) => void, reject: (error: Error) => void }>} */
  const waiting = new Map();
  let ended = false;
  const end = new Promise((resolve) => {
    child.once("exit", (code, signal) => {
      ended = true;
      running.delete(child);
      const error = new Error(`${name} ended with ${code ?? signal}`);
      for (const { reject } of waiting.values()) reject(error);
      resolve(undefined);
    });
  });
  child.on("message", (/** @type {{ id: number, error?: string, result?: unknown }} */ { id, error, result }) => {
    const call = waiting.get(id);
    waiting.delete(id);
    if (error !== undefined) call?.reject(new Error(`${name}: ${error}`));
    else call?.resolve(result);
  });
  let calls = 0;
  /** @type {(name: string, args?: unknown, limitMs?: number) => Promise<any>} */
  const call = (what, args, limitMs = CALL_LIMIT_MS) =>
    new Promise((resolve, reject) => {
      if (ended) return reject(new Error(`${name} has ended`));
      const id = ++calls;
      const limit = setTimeout(() => {
        waiting.delete(id);
        reject(new Error(`${name}.${what} took more than ${limitMs / 1000} s`));
      }, limitMs);
      const settle = (/** @type {(value: any) => void} */ then) => (/** @type {any} */ value) => {
        clearTimeout(limit);
        then(value);
      };
      waiting.set(id, { resolve: settle(resolve), reject: settle(reject) });
      child.send({ id, name: what, args });
    });
  const stop = async () => {
    if (!ended) child.disconnect();
    await endedWithin(child, end, END_LIMIT_MS);
  };
  return { pid: /** @type {number} */ (child.pid), call, stop };
}

/** @typedef {Awaited<ReturnType<typeof startChild>>} Child */

/**
 * Starts a server of others; `ready` is asked again and again until it does not throw.
 * @param {string} command
 * @param {string[]} words
 * @param {{ env?: Record<string, string>, cwd: string, uid?: number, gid?: number, ready: () => Promise<unknown>, readyLimitMs?: number, lookEveryMs?: number }} options
 */
export async function startServer(command, words, options) {
  const { env = {}, cwd, uid, gid, ready, readyLimitMs = 60_000, lookEveryMs = 100 } = options;
  const child = spawn(command, words, {
    ...{ cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] },
    ...(uid === undefined ? {} : { uid, gid }),
  });
  running.add(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (bytes) => {
      output = (output + bytes).slice(-4_000);
    });
  }
  /** @type {string | undefined} */
  let how;
  const end = new Promise((resolve) => {
    child.once("error", (error) => {
      how = error.message;
      resolve(undefined);
    });
    child.once("exit", (code, signal) => {
      how = `ended with ${code ?? signal}`;
      running.delete(child);
      resolve(undefined);
    });
  });
  const stop = async () => {
    child.kill("SIGINT");
    await endedWithin(child, end, END_LIMIT_MS);
  };
  const kill = async () => {
    child.kill("SIGKILL");
    await end;
  };
  const giveUpAt = Date.now() + readyLimitMs;
  for (;;) {
    try {
      await ready();
      return { pid: /** @type {number} */ (child.pid), stop, kill };
    } catch (error) {
      if (how === undefined && Date.now() < giveUpAt) {
        await pause(lookEveryMs);
        continue;
      }
      await stop();
      throw new Error(`${command} is not ready (${how ?? error}): ${output.slice(-600)}`);
    }
  }
}

/** @param {import("node:child_process").ChildProcess} child @param {Promise<unknown>} end @param {number} limitMs */
async function endedWithin(child, end, limitMs) {
  const limit = setTimeout(() => child.kill("SIGKILL"), limitMs);
  await end;
  clearTimeout(limit);
}

/** A port of the loopback interface that is free now. @returns {Promise<number>} */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}

/** @type {number | undefined} */
let ticksPerSecond;

/**
 * CPU seconds that each role has taken since its start, with all its descendants, also those that ended.
 * @param {Record<string, number>} roles process id of each
 */
export function cpuOf(roles) {
  ticksPerSecond ??= Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));
  const all = processTable();
  return Object.fromEntries(
    Object.entries(roles).map(([role, pid]) => {
      const ticks = familyOf(pid, all).reduce((sum, each) => sum + (all.get(each)?.ticks ?? 0), 0);
      return [role, ticks / /** @type {number} */ (ticksPerSecond)];
    }),
  );
}

/**
 * Bytes that each role holds and that are no file's: private memory and its part of what is shared (PSS).
 * @param {Record<string, number>} roles process id of each
 */
export function memoryOf(roles) {
  const all = processTable();
  return Object.fromEntries(
    Object.entries(roles).map(([role, pid]) => [
      role,
      familyOf(pid, all).reduce((sum, each) => sum + anonymousBytes(each), 0),
    ]),
  );
}

function anonymousBytes(/** @type {number} */ pid) {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
    const kib = (/** @type {string} */ name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)?.[1] ?? 0);
    return 1024 * (kib("Pss_Anon") + kib("Pss_Shmem"));
  } catch {
    return 0;
  }
}

/** Resident bytes of one process: all, with the pages of files that it has mapped, and its own. May be asked often. @param {number} pid */
export function residentOf(pid) {
  const text = readFileSync(`/proc/${pid}/status`, "utf8");
  const bytes = (/** @type {string} */ name) =>
    1024 * Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)?.[1] ?? 0);
  return { all: bytes("VmRSS"), own: bytes("RssAnon") + bytes("RssShmem") };
}

/** Processes with all their descendants stand still until what this gives is called. @param {number[]} pids */
export function standStill(pids) {
  const all = processTable();
  const families = pids.flatMap((pid) => familyOf(pid, all));
  for (const pid of families) signal(pid, "SIGSTOP");
  const goOn = () => {
    for (const pid of families) signal(pid, "SIGCONT");
    stops.delete(goOn);
  };
  stops.add(goOn);
  return goOn;
}

/** @param {number} pid @param {NodeJS.Signals} name */
function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
}

/** @returns {Map<number, { parent: number, ticks: number }>} */
function processTable() {
  const table = new Map();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      // Behind the name, which may hold anything: state, parent, ... utime, stime, cutime, cstime (proc(5), fields 14 to 17).
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
      table.set(Number(name), { parent: Number(fields[1]), ticks });
    } catch {
      // It has ended meanwhile.
    }
  }
  return table;
}

/** @param {number} pid @param {Map<number, { parent: number }>} all */
function familyOf(pid, all) {
  const family = [pid];
  for (const member of family) {
    for (const [each, { parent }] of all) if (parent === member) family.push(each);
  }
  return family;
}

/** Whether this machine can be measured at all. */
export const canMeasure = () => existsSync("/proc/self/smaps_rollup");
