// quartier up: from the start to the clean end, on the whole example district, and what keeps it from starting.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, readdirSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findNatsServer } from "../../runtime/nats-server/find.ts";
import { niceness } from "../runtime/nats-server/process-family.ts";
import { district, EXAMPLE, metered } from "./districts.ts";
import { type Ended, launch, natsServerPid, run, temporaryFolder, until, up } from "./program.ts";
import { deadLettersOf, statusOf } from "./twins.ts";

const METERS = 528;

test("the example district with --simulate: every meter is online within 5 s of ready, and SIGTERM leaves nothing running", async () => {
  const program = await up(EXAMPLE, { words: ["--simulate"] });
  const readyAt = Date.now();
  const online = `{ all: twins(filter: { kinds: [METER] }) { totalCount }
    online: twins(filter: { kinds: [METER], state: "online" }) { totalCount } }`;
  const onlineMeters = async () => {
    const { all, online: those } = await program.graphql<Record<string, { totalCount: number }>>(online);
    return all!.totalCount === METERS && those!.totalCount === METERS;
  };
  await until(onlineMeters, "all meters are online", 30_000);
  const onlineAfterMs = Date.now() - readyAt;
  console.info(
    `example: ready after ${Math.round(program.readyAfterMs)} ms, all meters online ${onlineAfterMs} ms later`,
  );
  expect(onlineAfterMs).toBeLessThan(5_000);
  const { readings, partitions, natsUrl } = await statusOf(program);
  // The example's meters have 1,414 points, each of which has been read once or more.
  expect(readings.applied).toBeGreaterThanOrEqual(1_414);
  expect(readings).toMatchObject({ duplicates: 0, late: 0, corrected: 0, deadLettered: 0 });
  expect(await deadLettersOf(program)).toEqual([]);
  const { twins } = await program.graphql<{ twins: { totalCount: number } }>("{ twins { totalCount } }");
  expect(partitions.reduce((sum, partition) => sum + partition.twins, 0)).toBe(twins.totalCount);
  expect(natsUrl).toBe(program.natsUrl);
  expect(natsServerPid(program.dataDir)).toBeGreaterThan(0);
  const ended = await program.stop();
  expect(ended).toMatchObject({ code: 0, signal: null });
  expect(ended.stdout.trim().split("\n").at(-1)).toBe(`ready ${program.url}`);
  expect(ended.stdout).not.toMatch(/error|warn/i);
  expect(natsServerPid(program.dataDir)).toBeUndefined();
}, 120_000);

test.runIf(process.platform === "linux")(
  "V8's threads give way to the main thread, and no others do",
  async () => {
    const program = await up(district(metered(1)));
    const threads = readdirSync(`/proc/${program.pid}/task`).map(Number);
    const [first, ...others] = threads.sort((a, b) => a - b).map(niceness);
    const helpers = first! + 5;
    expect(others.slice(0, 2)).toEqual([helpers, helpers]);
    expect(new Set(others.slice(2))).toEqual(new Set([first]));
    expect(await program.stop()).toMatchObject({ code: 0 });
  },
  60_000,
);

test("Ctrl-C ends it with 0, too", async () => {
  const program = await up(district(metered(1)));
  process.kill(program.pid, "SIGINT");
  expect(await program.ended).toMatchObject({ code: 0 });
  expect(natsServerPid(program.dataDir)).toBeUndefined();
}, 60_000);

test("SIGTERM while it starts ends it with 0, and leaves no server", async () => {
  const dataDir = temporaryFolder();
  const starting = launch(district(metered(1)), { dataDir });
  await until(() => natsServerPid(dataDir), "its nats-server runs", 60_000);
  expect(await starting.stop()).toMatchObject({ code: 0, signal: null });
  expect(natsServerPid(dataDir)).toBeUndefined();
}, 60_000);

/** `CODE: one sentence. A hint.` on one line, besides what the district's files gave. */
function expectRefused({ code, stdout, stderr }: Ended, pattern: RegExp): void {
  expect(code).toBe(1);
  expect(stdout).toBe("");
  const lines = stderr
    .trim()
    .split("\n")
    .filter((line) => !line.includes("quartier check shows them"));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(pattern);
}

const tryUp = (folder: string, words: string[], port = "0") =>
  run(["up", folder, "--port", port, ...(words.includes("--data") ? [] : ["--data", temporaryFolder()]), ...words]);

test("a second program on one data folder is refused, and the first goes on", async () => {
  const folder = district(metered(1));
  const first = await up(folder);
  expectRefused(await tryUp(folder, ["--data", first.dataDir]), /^STORE_IN_USE: .*\. .+\.$/);
  const copy = join(temporaryFolder(), "copy");
  cpSync(first.dataDir, copy, { recursive: true });
  expectRefused(
    await tryUp(folder, ["--data", copy]),
    /^STORE_COPIED: the data folder \S+copy is a copy of \S+, made .*\. Stop /,
  );
  expect((await statusOf(first)).lag).toBe(0);
  expect((await first.stop()).code).toBe(0);
}, 60_000);

test("a data folder that cannot be is said in one sentence, and soon", async () => {
  const folder = district(metered(1));
  const file = join(temporaryFolder(), "file");
  writeFileSync(file, "");
  for (const dataDir of [file, join(file, "below"), "/proc/quartier"]) {
    expectRefused(await tryUp(folder, ["--data", dataDir]), /^DATA_FOLDER_UNUSABLE: .*(file|proc).* --data/);
  }
}, 60_000);

test("a port that is taken is said in one sentence; exit 1, and no server is left", async () => {
  const blocker = createServer().listen(0, "127.0.0.1");
  await once(blocker, "listening");
  const { port } = blocker.address() as AddressInfo;
  const dataDir = temporaryFolder();
  try {
    expectRefused(await tryUp(district(metered(1)), ["--data", dataDir], String(port)), /^PORT_IN_USE: .*\d. .*--port/);
    expect(natsServerPid(dataDir)).toBeUndefined();
  } finally {
    blocker.close();
  }
}, 60_000);

test("a NATS URL that cannot be read, or where nobody is, is said in one sentence with a hint", async () => {
  const folder = district(metered(1));
  expectRefused(await tryUp(folder, ["--nats", "http://nonsense"]), /^NATS_URL_INVALID: .*nats:\/\//);
  expectRefused(await tryUp(folder, ["--nats", "nats://127.0.0.1:1"]), /^NATS_UNREACHABLE: .*127\.0\.0\.1:1.*NATS_URL/);
  expectRefused(await tryUp(folder, ["--nats", "nats://me:secret@127.0.0.1:1"]), /^NATS_UNREACHABLE: (?!.*secret)/);
}, 60_000);

test("a NATS server without JetStream is refused with what to do", async () => {
  const { server, url } = await plainNats();
  try {
    expectRefused(await tryUp(district(metered(1)), ["--nats", url]), /^NATS_NO_JETSTREAM: .*-js/);
  } finally {
    server.kill("SIGTERM");
    await once(server, "exit");
  }
}, 60_000);

async function plainNats(): Promise<{ server: ChildProcess; url: string }> {
  const folder = temporaryFolder("plain-nats");
  const config = join(folder, "plain.conf");
  writeFileSync(config, 'listen: "127.0.0.1:-1"\n');
  const { path } = await findNatsServer();
  const server = spawn(path, ["-c", config], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  server.stderr!.on("data", (bytes: Buffer) => {
    said += bytes.toString();
  });
  const port = await until(() => /client connections on 127\.0\.0\.1:(\d+)/.exec(said)?.[1], "the server listens");
  return { server, url: `nats://127.0.0.1:${port}` };
}
