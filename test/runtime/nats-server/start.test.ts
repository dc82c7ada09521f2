import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createConnection, createServer } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type Binary, findNatsServer } from "../../../runtime/nats-server/find.ts";
import { commandLine } from "../../../runtime/nats-server/process-identity.ts";
import {
  type NatsServer,
  type NatsServerChange,
  type StartSettings,
  startNatsServer,
} from "../../../runtime/nats-server/start.ts";
import { silentLog } from "../../nats.ts";
import { parentAndGroup, schedulingPolicy } from "./process-family.ts";

// Seconds on a busy machine, a second on an idle one.
vi.setConfig({ testTimeout: 30_000 });

let binary: Binary;
let dataDir: string;
let running: NatsServer[] = [];

beforeAll(async () => {
  binary = await findNatsServer();
}, 600_000);
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "quartier-test-start-"));
});
afterEach(async () => {
  await Promise.all(running.map((server) => server.stop()));
  running = [];
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(settings: Partial<StartSettings> = {}): Promise<NatsServer> {
  const server = await startNatsServer({ binary, dataDir, log: silentLog, ...settings });
  running.push(server);
  return server;
}

const serverPid = (): number => Number(readFileSync(join(dataDir, "nats-server.pid"), "utf8"));

async function withConnection<T>(url: string, use: (connection: NatsConnection) => Promise<T>): Promise<T> {
  const connection = await connect({ servers: url });
  try {
    return await use(connection);
  } finally {
    await connection.close();
  }
}

/** Publishes that many messages, each acknowledged. */
const publish = (url: string, count: number): Promise<void> =>
  withConnection(url, async (connection) => {
    await (await jetstreamManager(connection)).streams.add({ name: "LOG", subjects: ["log"] });
    const stream = jetstream(connection);
    await Promise.all(Array.from({ length: count }, (_, index) => stream.publish("log", String(index))));
  });

const stored = (url: string): Promise<number> =>
  withConnection(
    url,
    async (connection) => (await (await jetstreamManager(connection)).streams.info("LOG")).state.messages,
  );

test("S1 the server cannot be reached from outside this machine", async () => {
  const { url, port } = await start();
  expect(url).toBe(`nats://127.0.0.1:${port}`);
  const outside = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === "IPv4");
  for (const { address } of outside) {
    const socket = createConnection({ host: address, port });
    await expect(once(socket, "connect")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  }
});

test("S2 a data folder that the server makes is for its owner only", async () => {
  const made = join(dataDir, "a", "nats");
  await start({ dataDir: made });
  expect(statSync(made).mode & 0o077).toBe(0);
  expect(statSync(join(made, "nats-server.conf")).mode & 0o077).toBe(0);
});

test("H2 killed with -9, it comes back on the same port with every acknowledged message", async () => {
  const changes: NatsServerChange[] = [];
  const { url } = await start({ onChange: (change) => changes.push(change) });
  await publish(url, 500);
  const pid = serverPid();
  process.kill(pid, "SIGKILL");
  await vi.waitFor(() => expect(changes.at(-1)?.type).toBe("restarted"), { timeout: 10_000 });
  expect(changes[0]).toMatchObject({ type: "died", how: "signal 9" });
  expect(serverPid()).not.toBe(pid);
  expect(await stored(url)).toBe(500);
});

test("H2 with its watchdog killed, the server is ended and started again", async () => {
  const changes: NatsServerChange[] = [];
  const { url } = await start({ onChange: (change) => changes.push(change) });
  await publish(url, 10);
  const pid = serverPid();
  const watchdog = parentAndGroup(pid).parent;
  expect(commandLine(watchdog)).toContain("quartier-nats-watchdog");
  process.kill(watchdog, "SIGKILL");
  await vi.waitFor(() => expect(changes.at(-1)?.type).toBe("restarted"), { timeout: 10_000 });
  expect(commandLine(pid)).toBeUndefined();
  expect(await stored(url)).toBe(10);
});

test("H6 one that does not go on is ended by force and started again, with every acknowledged message", async () => {
  const changes: NatsServerChange[] = [];
  const { url, startAnew } = await start({ onChange: (change) => changes.push(change) });
  await publish(url, 10);
  const pid = serverPid();
  process.kill(pid, "SIGSTOP");
  startAnew();
  await vi.waitFor(() => expect(changes.at(-1)?.type).toBe("restarted"), { timeout: 10_000 });
  expect(commandLine(pid)).toBeUndefined();
  expect(await stored(url)).toBe(10);
});

test("W4 what is sent to it does not have it take the processor of who sent it, where the system can", async () => {
  await start();
  const canBatch = spawnSync("chrt", ["--version"]).status === 0;
  expect(schedulingPolicy(serverPid())).toBe(canBatch ? 3 : schedulingPolicy(process.pid));
});

test("H3 a server that keeps dying is given up, and the error carries its last lines", async () => {
  const changes: NatsServerChange[] = [];
  await start({
    onChange(change) {
      changes.push(change);
      if (change.type === "restarted") process.kill(serverPid(), "SIGKILL");
    },
  });
  process.kill(serverPid(), "SIGKILL");
  await vi.waitFor(() => expect(changes.at(-1)?.type).toBe("given-up"), { timeout: 15_000 });
  const last = changes.at(-1);
  expect(last?.type === "given-up" && last.error).toMatchObject({
    code: "NATS_SERVER_CRASH_LOOP",
    message: expect.stringContaining("died 5 times"),
    lastLines: expect.arrayContaining([expect.stringContaining("Server is ready")]),
  });
  expect(changes.filter(({ type }) => type === "died")).toHaveLength(5);
});

test("H4 after stop no process is left, the data is, and the next start takes the same port", async () => {
  const first = await start();
  await publish(first.url, 3);
  const pid = serverPid();
  await first.stop();
  await first.stop();
  expect(commandLine(pid)).toBeUndefined();
  const second = await start();
  expect(second.port).toBe(first.port);
  expect(await stored(second.url)).toBe(3);
});

test("a port that another program has taken meanwhile is left to it", async () => {
  const first = await start();
  await first.stop();
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(first.port, "127.0.0.1", resolve));
  const second = await start();
  expect(second.port).not.toBe(first.port);
  other.close();
});

test("H1 a second program on the same data folder is refused", async () => {
  const first = await start();
  await expect(start()).rejects.toMatchObject({
    code: "NATS_DATA_IN_USE",
    message: expect.stringContaining(`process ${process.pid}`),
    hint: expect.stringContaining("--data"),
  });
  expect(await readyAgain(first.url)).toBe(true);
});

const readyAgain = (url: string): Promise<boolean> =>
  withConnection(url, async (connection) => connection.info !== undefined);

test("a stop while it is being started again leaves nothing", async () => {
  const changes: NatsServerChange[] = [];
  const server = await start({ onChange: (change) => changes.push(change) });
  process.kill(serverPid(), "SIGKILL");
  await vi.waitFor(() => expect(changes[0]?.type).toBe("died"));
  await server.stop();
  expect(commandLine(serverPid())).toBeUndefined();
  expect(changes.map(({ type }) => type)).toEqual(["died"]);
});

test("a data folder that cannot be made is said with its path", async () => {
  const file = join(dataDir, "file");
  writeFileSync(file, "");
  await expect(start({ dataDir: join(file, "nats") })).rejects.toMatchObject({ code: "NATS_DATA_UNUSABLE" });
});

test("U2 a server that cannot start is an error with what it said, and leaves the folder free", async () => {
  writeFileSync(join(dataDir, "jetstream"), "a file where the store's folder should be");
  await expect(start()).rejects.toMatchObject({
    code: "NATS_SERVER_START_FAILED",
    message: expect.stringContaining("storage directory"),
  });
  rmSync(join(dataDir, "jetstream"));
  expect((await start()).port).toBeGreaterThan(0);
});

test("its log lines go to the given log, routine as debug", async () => {
  const debug = vi.fn();
  await (await start({ log: { ...silentLog, debug } })).stop();
  expect(debug).toHaveBeenCalledWith("Server is ready");
  expect(debug).toHaveBeenCalledWith("Server Exiting..");
});

test.each([
  [undefined, "1s"],
  ["always", "always"],
  ["250ms", "250ms"],
])("with the sync interval %s the server runs with %s, also when it was started again", async (syncInterval, said) => {
  const changes: string[] = [];
  const { url } = await start({ syncInterval, onChange: ({ type }) => changes.push(type) });
  const config = () => /sync_interval: "(.*)"/.exec(readFileSync(join(dataDir, "nats-server.conf"), "utf8"))?.[1];
  expect(config()).toBe(said);
  await publish(url, 3);
  process.kill(serverPid(), "SIGKILL");
  await vi.waitFor(() => expect(changes).toContain("restarted"), 20_000);
  expect(config()).toBe(said);
});
