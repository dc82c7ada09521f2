// The real program for a test: `node dist/program/main.js …` as a child process, with real nats-server and real LMDB.
// Fed by    `npm run build` (dist/), which `npm test` does first
// Must not  end any process but those it started; what a test file leaves running or lying about goes at its end

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect } from "vitest";
import { commandLine } from "../../runtime/nats-server/process-identity.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const MAIN = join(ROOT, "dist/program/main.js");
/** Seconds on an idle machine; the first run of all also fetches nats-server. */
const READY_LIMIT_MS = 120_000;
const END_LIMIT_MS = 30_000;

export interface Ended {
  /** Exit code; null when a signal ended it. */
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface Program {
  pid: number;
  dataDir: string;
  /** Of GraphQL. */
  url: string;
  natsUrl: string;
  /** From its start to the line `ready`. */
  readyAfterMs: number;
  ended: Promise<Ended>;
  /** Data of an answer without errors. */
  graphql<T>(query: string, variables?: Record<string, unknown>): Promise<T>;
  /** The answer as it is. */
  ask(query: string, variables?: Record<string, unknown>): Promise<Answer>;
  /** Kills it with -9. */
  kill(): Promise<Ended>;
  /** SIGTERM; gives how it ended. */
  stop(): Promise<Ended>;
}

export interface Answer {
  data?: Record<string, unknown> | null;
  errors?: { message: string; extensions: { code: string; hint: string } }[];
}

export interface UpOptions {
  dataDir?: string;
  nats?: string;
  words?: string[];
  env?: Record<string, string>;
}

const children = new Set<ChildProcess>();
const folders = new Set<string>();

afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  for (const folder of folders) {
    await natsServerGone(folder);
    rmSync(folder, { recursive: true, force: true });
  }
});

/** A folder that is removed at the end of the test file. */
export function temporaryFolder(name = "data"): string {
  const folder = mkdtempSync(join(tmpdir(), `quartier-e2e-${name}-`));
  folders.add(folder);
  return folder;
}

/** Runs a command that ends by itself. */
export function run(words: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  return spawned(words, env).ended;
}

/** Starts the program on a district and waits until it is ready. */
export async function up(district: string, options: UpOptions = {}): Promise<Program> {
  return launch(district, options).ready;
}

/** Starts the program without waiting: to be killed while it starts. `ready` rejects when it ends before. */
export function launch(
  district: string,
  options: UpOptions = {},
): { pid: number; ready: Promise<Program>; ended: Promise<Ended>; kill(): Promise<Ended>; stop(): Promise<Ended> } {
  const { dataDir = temporaryFolder(), nats, words = [], env = {} } = options;
  const startedAt = performance.now();
  const line = ["up", district, "--data", dataDir, "--port", "0", ...(nats === undefined ? [] : ["--nats", nats])];
  const { child, ended, output } = spawned([...line, ...words], env);
  const kill = () => {
    child.kill("SIGKILL");
    return ended;
  };
  const stop = () => stopped(child, ended);
  const ready = new Promise<Program>((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(`not ready: ${output.stderr}`)), READY_LIMIT_MS);
    const look = () => {
      const url = /^ready (\S+)$/m.exec(output.stdout)?.[1];
      const natsUrl = /^nats (\S+)$/m.exec(output.stdout)?.[1];
      if (url === undefined || natsUrl === undefined) return;
      clearTimeout(limit);
      const readyAfterMs = performance.now() - startedAt;
      const ask = (query: string, variables = {}) => asked(url, query, variables);
      resolve({
        ...{ pid: child.pid!, dataDir, url, natsUrl, readyAfterMs, ended, ask, kill, stop },
        graphql: async <T>(query: string, variables = {}) => dataOf(await ask(query, variables)) as T,
      });
    };
    child.stdout!.on("data", look);
    void ended.then((how) => {
      clearTimeout(limit);
      reject(new Error(`the program ended with ${how.code ?? how.signal} before it was ready: ${how.stderr}`));
    });
  });
  ready.catch(() => {});
  return { pid: child.pid!, ready, ended, kill, stop };
}

function spawned(words: readonly string[], env: Record<string, string>) {
  const { NATS_URL: _nats, QUARTIER_DATA: _data, PORT: _port, LOG_LEVEL: _log, ...own } = process.env;
  const child = spawn(process.execPath, [MAIN, ...words], {
    ...{ env: { ...own, ...env }, cwd: ROOT },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.add(child);
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (bytes: Buffer) => {
    output.stdout += bytes.toString();
  });
  child.stderr.on("data", (bytes: Buffer) => {
    output.stderr += bytes.toString();
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once("close", (code, signal) => {
      children.delete(child);
      resolve({ code, signal, ...output });
    });
  });
  return { child, ended, output };
}

async function stopped(child: ChildProcess, ended: Promise<Ended>): Promise<Ended> {
  child.kill("SIGTERM");
  const limit = setTimeout(() => child.kill("SIGKILL"), END_LIMIT_MS);
  const how = await ended;
  clearTimeout(limit);
  return how;
}

async function asked(url: string, query: string, variables: Record<string, unknown>): Promise<Answer> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify({ query, variables }) });
  return (await response.json()) as Answer;
}

function dataOf({ data, errors }: Answer): unknown {
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

/** Events of a subscription over SSE. Resolves when it is open; `close` it in the end. */
export async function subscribe<T>(program: Program, query: string): Promise<{ events: T[]; close(): void }> {
  const abort = new AbortController();
  const headers = { accept: "text/event-stream", "content-type": "application/json" };
  const body = JSON.stringify({ query: `subscription { ${query} }` });
  const response = await fetch(program.url, { method: "POST", headers, body, signal: abort.signal });
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  const events: T[] = [];
  void readEvents(response, (data) => events.push(dataOf(data) as T)).catch(() => {});
  return { events, close: () => abort.abort() };
}

async function readEvents(response: Response, event: (data: Answer) => void): Promise<void> {
  let text = "";
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const data = /^data: ?(.+)$/m.exec(text.slice(0, end))?.[1];
      text = text.slice(end + 2);
      if (data) event(JSON.parse(data) as Answer);
    }
  }
}

/** Process id of the program's own nats-server, as its data folder says; undefined when it does not live. */
export function natsServerPid(dataDir: string): number | undefined {
  const file = join(dataDir, "nats/nats-server.pid");
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, "utf8"));
  return commandLine(pid)?.includes(join(dataDir, "nats")) ? pid : undefined;
}

/** Its watchdog ends the server of a program that was killed. */
export async function natsServerGone(dataDir: string): Promise<void> {
  await until(() => natsServerPid(dataDir) === undefined, "the nats-server ended", 20_000);
}

/** Asks again and again, with a deadline, until there is an answer that is neither undefined nor false. */
export async function until<T>(
  look: () => T | Promise<T>,
  what: string,
  limitMs = 10_000,
): Promise<Exclude<T, undefined | false>> {
  const giveUpAt = Date.now() + limitMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen as Exclude<T, undefined | false>;
    if (Date.now() > giveUpAt) throw new Error(`not within ${limitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
