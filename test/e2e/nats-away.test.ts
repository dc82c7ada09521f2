// NATS goes away while the program runs: it goes on, and nothing that was acknowledged is missing afterwards.

import { writeFileSync } from "node:fs";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { expect, test } from "vitest";
import { findNatsServer } from "../../runtime/nats-server/find.ts";
import { dataFiles } from "../../runtime/nats-server/server-config.ts";
import { startNatsServer } from "../../runtime/nats-server/start.ts";
import { silentLog, testNats } from "../nats.ts";
import { devices } from "./devices.ts";
import { district, FEEDER_SWITCH, metered } from "./districts.ts";
import { natsServerPid, type Program, temporaryFolder, until, up } from "./program.ts";
import { command, deadLettersOf, historyOf, pointValue, statusOf } from "./twins.ts";
import { wire } from "./wire.ts";

const BASE_S = 1_767_225_600;
const METER = "meter:meters:e-0";
const power = (n: number) => [{ n: "power", u: "W", v: n, t: BASE_S + n }];
/** A client that was cut off waits up to two seconds before it tries again; then consumers are made anew. */
const RECONNECT_LIMIT_MS = 20_000;

/** Publishes readings of dev-0 until one of them is in the twin: those that were published into the void are lost, as devices' are. */
async function arrives(program: Program, fleet: Awaited<ReturnType<typeof devices>>, from: number): Promise<void> {
  let n = from;
  await until(
    async () => {
      await fleet.send("dev-0", power(n++)).catch(() => {});
      return ((await pointValue(program, METER, "power")) ?? 0) >= from;
    },
    "a reading arrives",
    RECONNECT_LIMIT_MS,
  );
}

test("the given server is stopped and started again: the program answers all the while, and readings go on", async () => {
  const binary = await findNatsServer();
  const dataDir = temporaryFolder("nats");
  const first = await startNatsServer({ binary, dataDir, log: silentLog });
  const program = await up(district(metered(4)), { nats: first.url });
  await arrives(program, await devices(first.url), 100);
  await first.stop();
  expect(await pointValue(program, METER, "power")).toBeGreaterThanOrEqual(100);
  expect(await statusOf(program)).toMatchObject({ natsAnswers: false, lag: null, waiting: null });
  expect((await fetch(new URL("/health", program.url))).status).toBe(503);
  const refused = await program.ask(
    `mutation { command(input: { twin: "${FEEDER_SWITCH}", name: "open" }) { outcome } }`,
  );
  expect(refused.errors?.[0]?.extensions).toMatchObject({ code: "LOG_UNAVAILABLE", hint: expect.any(String) });
  const second = await startNatsServer({ binary, dataDir, log: silentLog });
  try {
    expect(second.url).toBe(first.url);
    await arrives(program, await devices(second.url), 1_000);
    await until(async () => (await statusOf(program)).lag === 0, "all of the log is applied");
    expect((await fetch(new URL("/health", program.url))).status).toBe(200);
    const open = { twin: FEEDER_SWITCH, name: "open", key: "after" };
    expect(await command(program, open)).toMatchObject({ outcome: "ACCEPTED" });
    expect((await program.stop()).code).toBe(0);
  } finally {
    await second.stop();
  }
}, 90_000);

test("a log that takes nothing yet, at a start: the program says so, goes on trying, and is ready when it does", async () => {
  const { url, stop } = await testNats();
  const connection = await connect({ servers: url });
  const { streams } = await jetstreamManager(connection);
  const name = "quartier_e2e_log_mv";
  await streams.add({ name, subjects: ["quartier.e2e.log.mv"], max_msg_size: 1 });
  try {
    const mended = new Promise((resolve) => setTimeout(resolve, 4_000)).then(() =>
      streams.update(name, { max_msg_size: -1 }),
    );
    const program = await up(district(metered(4)), { nats: url });
    await mended;
    const { code, stderr } = await program.stop();
    expect(code).toBe(0);
    expect(stderr).toMatch(/message size exceeds maximum.*the log did not take that the world goes on; trying again/);
  } finally {
    await connection.close();
    await stop();
  }
}, 60_000);

test("the given server comes back without its streams: the program stops and says so, rather than pass over what is missing", async () => {
  const binary = await findNatsServer();
  const first = await startNatsServer({ binary, dataDir: temporaryFolder("nats"), log: silentLog });
  const program = await up(district(metered(4)), { nats: first.url });
  await arrives(program, await devices(first.url), 100);
  await first.stop();
  const empty = temporaryFolder("nats");
  writeFileSync(dataFiles(empty).port, String(first.port));
  const second = await startNatsServer({ binary, dataDir: empty, log: silentLog });
  try {
    expect(second.url).toBe(first.url);
    const { code, stderr } = await program.ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^LOG_BEHIND_CHECKPOINT: the log of \S+ is gone, .*data folder/m);
  } finally {
    await second.stop();
  }
}, 60_000);

test("its own nats-server that dies again and again is given up: the program ends and says why", async () => {
  const program = await up(district(metered(1)));
  const seen = new Set<number>();
  const look = setInterval(() => {
    const pid = natsServerPid(program.dataDir);
    if (pid === undefined || seen.has(pid)) return;
    seen.add(pid);
    process.kill(pid, "SIGKILL");
  }, 20);
  const { code, stderr } = await program.ended.finally(() => clearInterval(look));
  expect(code).toBe(1);
  expect(stderr).toMatch(/^NATS_SERVER_CRASH_LOOP: /m);
}, 60_000);

test("stopped while NATS is away, the program ends with 0 within seconds", async () => {
  const given = await testNats();
  const program = await up(district(metered(4)), { nats: given.url });
  await given.stop();
  const startedAt = Date.now();
  expect((await program.stop()).code).toBe(0);
  expect(Date.now() - startedAt).toBeLessThan(15_000);
}, 60_000);

test("its own nats-server killed with -9 comes back on the same port, and readings go on", async () => {
  const program = await up(district(metered(4)));
  const fleet = await devices(program.natsUrl);
  await arrives(program, fleet, 100);
  const pid = natsServerPid(program.dataDir)!;
  process.kill(pid, "SIGKILL");
  await until(() => natsServerPid(program.dataDir) !== pid && natsServerPid(program.dataDir), "a new server", 20_000);
  await arrives(program, fleet, 1_000);
  expect(await command(program, { twin: FEEDER_SWITCH, name: "open" })).toMatchObject({ outcome: "ACCEPTED" });
  expect((await statusOf(program)).natsUrl).toBe(program.natsUrl);
  expect((await program.stop()).code).toBe(0);
  expect(natsServerPid(program.dataDir)).toBeUndefined();
}, 90_000);

test("cut off from NATS again and again under load, every acknowledged reading is there exactly once", async () => {
  const given = await testNats();
  const cable = await wire(given.url);
  const connection = await connect({ servers: given.url });
  try {
    const count = 8;
    const program = await up(district(metered(count)), { nats: cable.url });
    const js = jetstream(connection);
    let sent = 0;
    for (let round = 0; round < 4; round++) {
      const rounds = 60;
      for (let n = 0; n < rounds; n++, sent++) {
        const packs = Array.from({ length: count }, (_, i) =>
          js.publish(`quartier.e2e.telemetry.dev-${i}`, JSON.stringify(power(sent))),
        );
        await Promise.all(packs);
        if (n === rounds / 2) cable.cut();
      }
      await until(
        async () => (await pointValue(program, METER, "power")) === sent - 1,
        "the last reading",
        RECONNECT_LIMIT_MS,
      );
    }
    for (let i = 0; i < count; i++) {
      const samples = () => historyOf(program, `meter:meters:e-${i}`, "power", new Date(0), new Date());
      await until(async () => (await samples()).length === sent, `all readings of dev-${i}`, RECONNECT_LIMIT_MS);
      expect((await samples()).map(({ value }) => value)).toEqual(Array.from({ length: sent }, (_, n) => n));
    }
    expect(await deadLettersOf(program)).toEqual([]);
    expect((await program.stop()).code).toBe(0);
  } finally {
    cable.close();
    await connection.close();
    await given.stop();
  }
}, 120_000);
