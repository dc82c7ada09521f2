// What becomes of the server when the program that started it is killed: seen with a real program, killed with -9.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { type Binary, findNatsServer } from "../../../runtime/nats-server/find.ts";
import { commandLine } from "../../../runtime/nats-server/process-identity.ts";
import { startNatsServer } from "../../../runtime/nats-server/start.ts";
import { silentLog } from "../../nats.ts";
import { parentAndGroup } from "./process-family.ts";

// Seconds on a busy machine, a second on an idle one.
vi.setConfig({ testTimeout: 30_000 });

const SOURCE = fileURLToPath(new URL("../../../runtime/nats-server/", import.meta.url));
let folder: string;
let binary: Binary;
let program: ChildProcess | undefined;

beforeAll(async () => {
  binary = await findNatsServer();
  folder = mkdtempSync(join(tmpdir(), "quartier-test-death-"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  // Node 20 runs no TypeScript: the program gets the same sources, each file translated as it stands.
  const compilerOptions = {
    module: ts.ModuleKind.ESNext,
    target: ts.ScriptTarget.ES2022,
    verbatimModuleSyntax: true,
    rewriteRelativeImportExtensions: true,
  };
  mkdirSync(join(folder, "nats-server"));
  for (const name of readdirSync(SOURCE)) {
    const { outputText } = ts.transpileModule(readFileSync(join(SOURCE, name), "utf8"), { compilerOptions });
    writeFileSync(join(folder, "nats-server", name.replace(/\.ts$/, ".js")), outputText);
  }
  const main = `import { startNatsServer } from "./nats-server/start.js";
const log = { debug() {}, warn() {}, error() {} };
const starting = startNatsServer({ binary: ${JSON.stringify(binary)}, dataDir: process.argv[2], log });
console.log(await starting.then(({ port }) => port, ({ code }) => code));
`;
  writeFileSync(join(folder, "program.js"), main);
}, 600_000);
afterEach(() => program?.kill("SIGKILL"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Starts the program; gives the port and process of its server once that is ready. */
async function startProgram(dataDir: string): Promise<{ port: number; serverPid: number }> {
  program = spawn(process.execPath, [join(folder, "program.js"), dataDir], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(program.stdout!, "data")) as [Buffer];
  return { port: Number(line.toString()), serverPid: Number(readFileSync(join(dataDir, "nats-server.pid"), "utf8")) };
}

async function killProgram(): Promise<void> {
  program?.kill("SIGKILL");
  if (program !== undefined) await once(program, "exit");
}

test("W1 the server of a program killed with -9 ends in good order", async () => {
  const dataDir = mkdtempSync(join(folder, "data-"));
  const { serverPid } = await startProgram(dataDir);
  expect(commandLine(serverPid)).toContain("nats-server");
  await killProgram();
  await vi.waitFor(() => expect(commandLine(serverPid)).toBeUndefined(), { timeout: 5_000, interval: 20 });
  expect(readFileSync(join(dataDir, "nats-server.log"), "utf8")).toContain("JetStream Shutdown");
});

test("H1 the next program waits for the server that the killed one left, and takes over its port", async () => {
  const dataDir = mkdtempSync(join(folder, "data-"));
  const { port, serverPid } = await startProgram(dataDir);
  // A server that does not end at once: stopped, it gets its SIGTERM only when it is let go on.
  process.kill(serverPid, "SIGSTOP");
  await killProgram();
  const starting = startNatsServer({ binary, dataDir, log: silentLog });
  expect(commandLine(serverPid)).toBeDefined();
  process.kill(serverPid, "SIGCONT");
  const next = await starting;
  expect(commandLine(serverPid)).toBeUndefined();
  expect(next.port).toBe(port);
  await next.stop();
});

test("H1 a live program keeps its data folder against another one", async () => {
  const dataDir = mkdtempSync(join(folder, "data-"));
  await startProgram(dataDir);
  await expect(startNatsServer({ binary, dataDir, log: silentLog })).rejects.toMatchObject({
    code: "NATS_DATA_IN_USE",
    message: expect.stringContaining(`process ${program?.pid}`),
  });
});

test("W2 a Ctrl-C that reaches the program's group does not reach its server", async () => {
  const dataDir = mkdtempSync(join(folder, "data-"));
  const { serverPid } = await startProgram(dataDir);
  expect(parentAndGroup(serverPid).group).not.toBe(parentAndGroup(program?.pid ?? 0).group);
});

test("K1 of programs that start together on one data folder, one gets it", async () => {
  const dataDir = mkdtempSync(join(folder, "data-"));
  const programs = Array.from({ length: 4 }, () =>
    spawn(process.execPath, [join(folder, "program.js"), dataDir], { stdio: ["ignore", "pipe", "inherit"] }),
  );
  const said = await Promise.all(programs.map(async ({ stdout }) => String((await once(stdout, "data"))[0]).trim()));
  for (const one of programs) one.kill("SIGKILL");
  expect(said.filter((line) => line === "NATS_DATA_IN_USE")).toHaveLength(3);
  expect(said.filter((line) => Number(line) > 0)).toHaveLength(1);
});
