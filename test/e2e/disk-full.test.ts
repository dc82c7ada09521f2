// No room: for the store, on a small file system of its own and by a limit of file sizes; and for JetStream, by a limit of the server.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { afterAll, beforeAll, expect, type TestContext, test } from "vitest";
import { findNatsServer } from "../../runtime/nats-server/find.ts";
import { testNats } from "../nats.ts";
import { devices } from "./devices.ts";
import { district, FEEDER_SWITCH, metered } from "./districts.ts";
import { natsServerPid, type Program, temporaryFolder, until, up } from "./program.ts";
import { command, deadLettersOf, historyOf, pointValue } from "./twins.ts";

const BASE_S = 1_767_225_600;
const METER = "meter:meters:e-0";

let given: Awaited<ReturnType<typeof testNats>>;

beforeAll(async () => {
  given = await testNats();
}, 600_000);
afterAll(() => given.stop());

/** Publishes readings, each acknowledged by the stream, until told to stop. Gives the last one acknowledged. */
function feed(districtId: string, from: number): { stop(): Promise<number> } {
  let stopping = false;
  const run = async (): Promise<number> => {
    const connection = await connect({ servers: given.url });
    let n = from;
    for (; !stopping; n++) {
      const pack = [{ n: "power", u: "W", v: n, t: BASE_S + n }];
      await jetstream(connection).publish(`quartier.${districtId}.telemetry.dev-0`, JSON.stringify(pack));
    }
    await connection.close();
    return n - 1;
  };
  const running = run();
  return {
    stop: () => {
      stopping = true;
      return running;
    },
  };
}

async function expectAll(program: Program, last: number): Promise<void> {
  await until(async () => (await pointValue(program, METER, "power")) === last, `the reading ${last}`);
  const samples = await historyOf(program, METER, "power", new Date(0), new Date());
  expect(samples.map(({ value }) => value)).toEqual(Array.from({ length: last }, (_, i) => i + 1));
  expect(await deadLettersOf(program)).toEqual([]);
}

/** A file system of 8 MB at the folder; without the right to mount one the test is left out, and says so. */
function mountSmall(folder: string, { skip }: TestContext): () => void {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=8m", "tmpfs", folder], { stdio: "pipe" });
  } catch (error) {
    skip(`a small file system cannot be mounted here: ${(error as Error).message}`);
  }
  return () => execFileSync("umount", ["-l", folder]);
}

/** Writes to the file until there is no room. */
function fill(file: string): void {
  try {
    for (;;) appendFileSync(file, Buffer.alloc(4_096));
  } catch (error) {
    expect(error).toMatchObject({ code: "ENOSPC" });
  }
}

test("the disk of the data folder is full: the program ends with STORE_FULL; with room again it goes on, nothing lost or doubled", async (context) => {
  const dataDir = temporaryFolder();
  const unmount = mountSmall(dataDir, context);
  try {
    const folder = district({ ...metered(2), id: "full" });
    let program = await up(folder, { nats: given.url, dataDir });
    const feeding = feed("full", 1);
    await until(async () => ((await pointValue(program, METER, "power")) ?? 0) > 10, "readings");
    const filler = join(dataDir, "filler");
    fill(filler);
    const { code, stderr } = await program.ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /STORE_FULL: the data folder \S+ could not be written: .*; 0 MiB are free there\. Make room /m,
    );
    fill(filler); // the room of what the first one left behind
    await expect(up(folder, { nats: given.url, dataDir })).rejects.toThrow(/ended with 1 .*STORE_FULL: /s);
    const last = await feeding.stop();
    rmSync(filler);
    program = await up(folder, { nats: given.url, dataDir });
    await expectAll(program, last);
    expect((await program.stop()).code).toBe(0);
  } finally {
    unmount();
  }
}, 120_000);

/** A process may make no file larger from now on. Gives why that cannot be, where it cannot; the test is left out then. */
function limitFileSize(pid: number, bytes: number): string | undefined {
  try {
    execFileSync("prlimit", ["--pid", String(pid), `--fsize=${bytes}`], { stdio: "pipe" });
    return undefined;
  } catch (error) {
    return `no limit of file sizes can be set here: ${(error as Error).message}`;
  }
}

/** lmdb may end the program by a signal where a write fails (V3 of runtime/store/writing.ts), in about one of ten. */
const AGAIN = { retry: 3, timeout: 120_000 };
let tries = 0;

test(
  "a store that cannot be written for another reason is STORE_UNWRITABLE, and goes on in the same way",
  AGAIN,
  async ({ skip }) => {
    const dataDir = temporaryFolder();
    const id = `limited-${++tries}`;
    const folder = district({ ...metered(2), id });
    let program = await up(folder, { nats: given.url, dataDir });
    const feeding = feed(id, 1);
    await until(async () => ((await pointValue(program, METER, "power")) ?? 0) > 10, "readings");
    const size = statSync(join(dataDir, "store/world.lmdb")).size;
    const whyNot = limitFileSize(program.pid, size);
    if (whyNot !== undefined) {
      await feeding.stop();
      skip(whyNot);
    }
    const { code, stderr } = await program.ended;
    const last = await feeding.stop();
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /STORE_UNWRITABLE: the data folder \S+ could not be written: .*; \d+ MiB are free there\. /m,
    );
    program = await up(folder, { nats: given.url, dataDir });
    await expectAll(program, last);
    expect((await program.stop()).code).toBe(0);
  },
);

/** Packs that are larger together than any other file of the server. */
const PACKS = 200;

/**
 * A program that stands still, with so much in the stream of its devices that no other file of its own nats-server is as large, all
 * of it received and nothing settled; and the server may make no file larger by more than a few bytes. Without the right to limit it the
 * test is left out.
 */
async function standingStill(id: string, { skip }: TestContext) {
  const folder = district({ ...metered(2), id });
  const program = await up(folder);
  const connection = await connect({ servers: program.natsUrl });
  const [stream, jsm] = [`quartier_${id}_telemetry`, await jetstreamManager(connection)];
  const fleet = await devices(program.natsUrl, id);
  let n = 0;
  const send = async () => {
    await fleet.send("dev-0", [{ n: "power", u: "W", v: ++n, t: BASE_S + n }]);
    return n;
  };
  process.kill(program.pid, "SIGSTOP");
  while (n < PACKS) await send();
  await until(async () => (await jsm.consumers.info(stream, "gateway")).num_ack_pending === n, "that all is received");
  const blocks = join(program.dataDir, "nats/jetstream/$G/streams", stream, "msgs");
  const [size, ...others] = readdirSync(blocks).map((file) => statSync(join(blocks, file)).size);
  expect(others).toEqual([]);
  const whyNot = limitFileSize(natsServerPid(program.dataDir)!, size! + 10);
  if (whyNot !== undefined) skip(whyNot);
  return { folder, program, stream, jsm, send, close: () => connection.close() };
}

test("its own nats-server cannot write: the program ends with NATS_STORAGE_FAILED, and goes on after a restart", async (context) => {
  const { folder, program, send, close } = await standingStill("log", context);
  await send();
  process.kill(program.pid, "SIGCONT");
  const { code, stderr } = await program.ended;
  await close();
  expect(code).toBe(1);
  expect(stderr).toMatch(/^NATS_STORAGE_FAILED: nats-server could not write: .*file too large\. Make room /m);
  const again = await up(folder, { dataDir: program.dataDir });
  const fleet = await devices(again.natsUrl, "log");
  await fleet.send("dev-0", [{ n: "power", u: "W", v: 0.5, t: BASE_S + 1e6 }]);
  await until(async () => (await pointValue(again, METER, "power")) === 0.5, "a reading after the restart");
  expect((await again.stop()).code).toBe(0);
}, 60_000);

test("its own nats-server hangs, as 2.15.1 does where a purge cannot write: it is started anew, and all goes on", async (context) => {
  const { program, stream, jsm, send, close } = await standingStill("hang", context);
  const pid = natsServerPid(program.dataDir);
  const { state } = await jsm.streams.info(stream);
  await expect(jsm.streams.purge(stream, { seq: state.last_seq })).rejects.toThrow("timeout");
  await close();
  process.kill(program.pid, "SIGCONT");
  await until(async () => (await pointValue(program, METER, "power")) === PACKS, "what was received");
  await until(() => natsServerPid(program.dataDir) !== pid, "the end of that server", 100_000);
  const next = await until(() => send().catch(() => undefined), "a server that takes what devices send");
  await until(async () => (await pointValue(program, METER, "power")) === next, "a reading after that");
  const { code, stderr } = await program.stop();
  expect(code).toBe(0);
  expect(stderr).toContain("nats-server hangs; starting it anew");
}, 150_000);

/** A nats-server of somebody else, with so much room. */
async function limitedNats(
  room: string,
  folder = temporaryFolder("nats"),
): Promise<{ url: string; stop(): Promise<void> }> {
  const [config, ports] = [join(folder, "nats.conf"), join(folder, "ports")];
  rmSync(ports, { recursive: true, force: true });
  mkdirSync(ports);
  writeFileSync(
    config,
    `listen: "127.0.0.1:-1"\nports_file_dir: "${ports}"\njetstream { store_dir: "${folder}", max_file_store: ${room} }\n`,
  );
  const child = spawn((await findNatsServer()).path, ["-c", config], { stdio: "ignore" });
  const stop = async () => {
    child.kill("SIGTERM");
    if (child.exitCode === null) await once(child, "exit");
  };
  const file = await until(() => readdirSync(ports)[0], "the server's port").catch((error: unknown) => {
    child.kill("SIGKILL");
    throw error;
  });
  const text = await until(() => readFileSync(join(ports, file), "utf8"), "the server's port");
  return { url: (JSON.parse(text) as { nats: string[] }).nats[0]!, stop };
}

test("JetStream has no room for the streams: the program does not start, and says LOG_FULL", async () => {
  const small = await limitedNats("50M");
  try {
    await expect(up(district(metered(2)), { nats: small.url })).rejects.toThrow(
      /ended with 1 .*LOG_FULL: JetStream has no room: .* Make room /s,
    );
  } finally {
    await small.stop();
  }
}, 60_000);

test("with less room less is set aside for what devices send, and more at the next start with more of it", async () => {
  const folder = temporaryFolder("nats");
  const dataDir = temporaryFolder();
  const steps = { "300M": 256, "700M": 512, "2G": 1_024, "800M": 1_024 };
  for (const [room, mib] of Object.entries(steps)) {
    const limited = await limitedNats(room, folder);
    const connection = await connect({ servers: limited.url });
    try {
      const program = await up(district(metered(2)), { nats: limited.url, dataDir });
      const { config } = await (await jetstreamManager(connection)).streams.info("quartier_e2e_telemetry");
      expect(config.max_bytes).toBe(mib * 1024 ** 2);
      expect((await program.stop()).code).toBe(0);
    } finally {
      await connection.close();
      await limited.stop();
    }
  }
}, 120_000);

test("JetStream runs out of room: commands are refused, reads are answered, packs wait; with room again it goes on, nothing lost or doubled", async () => {
  const limited = await limitedNats("1100M");
  const connection = await connect({ servers: limited.url });
  try {
    const program = await up(district(metered(2)), { nats: limited.url });
    const js = jetstream(connection);
    const jsm = await jetstreamManager(connection);
    const filler = { name: "filler", subjects: ["filler"], storage: "file" as const };
    await jsm.streams.add(filler);
    const send = (n: number) =>
      js.publish("quartier.e2e.telemetry.dev-0", JSON.stringify([{ n: "power", u: "W", v: n, t: BASE_S + n }]));
    await send(1);
    await until(async () => (await pointValue(program, METER, "power")) === 1, "the first reading");
    const full = async () => {
      for (;;) await js.publish("filler", new Uint8Array(500_000));
    };
    await expect(full()).rejects.toThrow("insufficient resources");
    const open = `mutation { command(input: { twin: "${FEEDER_SWITCH}", name: "open" }) { outcome } }`;
    const refused = await program.ask(open);
    expect(refused.errors?.[0]?.extensions).toMatchObject({ code: "LOG_UNAVAILABLE" });
    expect(refused.errors?.[0]?.message).toMatch(/no room/);
    expect(await pointValue(program, METER, "power")).toBe(1);
    const acknowledged = await Promise.all([2, 3, 4].map((n) => send(n).catch(() => undefined)));
    await jsm.streams.delete("filler");
    const last = acknowledged.findLastIndex(Boolean) + 2;
    await send(last + 1);
    await until(async () => (await pointValue(program, METER, "power")) === last + 1, "the readings that waited");
    const samples = await historyOf(program, METER, "power", new Date(0), new Date());
    const expected = [1, ...[2, 3, 4].filter((_, i) => acknowledged[i]), last + 1];
    expect(samples.map(({ value }) => value)).toEqual(expected);
    expect(await command(program, { twin: FEEDER_SWITCH, name: "open" })).toMatchObject({ outcome: "ACCEPTED" });
    expect((await program.stop()).code).toBe(0);
  } finally {
    await connection.close();
    await limited.stop();
  }
}, 120_000);
