// Restart: the real program killed with -9 while it has readings to apply, and started again at once.
// Fed by    a district folder of meters and their devices, in PARTS partitions; a tail of readings that JetStream acknowledged just before the kill
// Gives     the time from the start of the new process to the first correct answer of GraphQL, and to all partitions having caught up
// A1  the first correct answer is the value, acknowledged before the tail, of a meter that the tail leaves alone
// A2  caught up: every partition has no lag and stands at the last message of its log, and 200 meters have their last values and states

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { dataFiles } from "../../dist/runtime/nats-server/server-config.js";
import { logStream, writeDistrict } from "./district.mjs";
import {
  cpuOf,
  freePort,
  memoryOf,
  NODE_OPTIONS,
  nowMs,
  removeFolder,
  startChild,
  startServer,
  temporaryFolder,
} from "./processes.mjs";
import { ask, BATCH, checkMeters, demandCaughtUp } from "./quartier.mjs";
import { meterId } from "./readings.mjs";
import { spread } from "./runs.mjs";
import { number } from "./targets.mjs";

const MAIN = fileURLToPath(new URL("../../dist/program/main.js", import.meta.url));
const PARTS = 8;
/** Readings that are acknowledged just before the kill. */
const TAIL_MOST = 100_000;
const SEED = 11;
const SHARE = 1 / 50;
const LOOK_EVERY_MS = 10;
const START_LIMIT_MS = 900_000;
/** The program's watchdog ends its nats-server within that. */
const END_LIMIT_MS = 20_000;
/** No further kill after this long, however many were wanted. */
const LIMIT_MS = 180_000;
const POWER = "query ($id: ID!) { twin(id: $id) { points { name value } } }";
const PLACES = "{ status { partitions { name twins position lag } } }";

/** Whether the program's own nats-server is still there. */
function isAlive(/** @type {string} */ dataDir) {
  try {
    return process.kill(Number(readFileSync(dataFiles(join(dataDir, "nats")).pid, "utf8")), 0);
  } catch {
    return false;
  }
}

/** @param {{ twins: number, runs: number, dir?: string, say: (text: string) => void }} options */
export async function measureRestart({ twins, runs, dir, say }) {
  const folder = temporaryFolder("restart", dir);
  const meters = Math.max(PARTS, Math.round(twins / 2));
  const partitions = writeDistrict(join(folder, "district"), { meters, parts: PARTS });
  const dataDir = join(folder, "data");
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/graphql`;
  const words = [...NODE_OPTIONS, MAIN, "up", join(folder, "district")];
  const start = (/** @type {() => Promise<unknown>} */ ready) =>
    startServer(process.execPath, [...words, "--data", dataDir, "--port", String(port)], {
      ...{ cwd: folder, ready, readyLimitMs: START_LIMIT_MS, lookEveryMs: LOOK_EVERY_MS },
    });
  const firstAt = nowMs();
  let program = await start(() => demandCaughtUp(url));
  const firstStartMs = nowMs() - firstAt;
  say(`restart: ${number(twins)} twins for the first time, ${(firstStartMs / 1000).toFixed(1)} s`);

  const natsUrl = `nats://127.0.0.1:${readFileSync(dataFiles(join(dataDir, "nats")).port, "utf8")}`;
  const connection = await connect({ servers: natsUrl, maxReconnectAttempts: -1, reconnectTimeWait: LOOK_EVERY_MS });
  const manager = await jetstreamManager(connection);
  const publisher = await startChild("publisher");
  // The last meter of all has only its first readings, and is asked first (A1).
  const quiet = meters - 1;
  await publisher.call("connect", { natsUrl, partitions, meters, active: quiet, share: SHARE, seed: SEED });
  await publisher.call("first", { batch: BATCH }, START_LIMIT_MS);
  const caughtUp = async () => {
    const { status } = await ask(url, PLACES);
    // A question to a server that is not back would be answered by the client's time limit alone, seconds later.
    if (status.partitions.some((/** @type {{ lag: number | null }} */ { lag }) => lag !== 0))
      throw new Error("there is lag");
    for (const { name, position } of status.partitions) {
      const { state } = await manager.streams.info(logStream(name));
      if (position < state.last_seq) throw new Error(`${name} is behind`);
    }
  };
  const untilCaughtUp = async () => {
    for (const giveUpAt = nowMs() + START_LIMIT_MS; nowMs() < giveUpAt; await pause(LOOK_EVERY_MS)) {
      if (
        await caughtUp().then(
          () => true,
          () => false,
        )
      )
        return;
    }
    throw new Error("the partitions do not catch up");
  };
  await untilCaughtUp();
  await checkMeters(url, publisher, meters);
  const [{ power }] = await publisher.call("expected", [quiet]);
  const isCorrect = async () => {
    const { twin } = await ask(url, POWER, { id: meterId(quiet) });
    const value = twin.points.find((/** @type {{ name: string }} */ point) => point.name === "power").value;
    if (value !== power) throw new Error(`${meterId(quiet)} has ${value}, not ${power}`);
  };

  const tail = Math.min(TAIL_MOST, meters);
  /** @type {{ firstMs: number, caughtUpMs: number, cpuS: number, bytes: number }[]} */
  const all = [];
  const endAt = nowMs() + LIMIT_MS;
  for (let i = 1; i <= runs && (all.length === 0 || nowMs() < endAt); i++) {
    await publisher.call("prepare", { path: "log", count: tail, batch: BATCH });
    await publisher.call("send");
    await program.kill();
    const beganAt = nowMs();
    program = await start(isCorrect);
    const firstMs = nowMs() - beganAt;
    await untilCaughtUp();
    const caughtUpMs = nowMs() - beganAt;
    await checkMeters(url, publisher, meters);
    const cpuS = cpuOf({ program: program.pid }).program;
    const bytes = memoryOf({ program: program.pid }).program;
    all.push({ firstMs, caughtUpMs, cpuS, bytes });
    say(
      `restart: run ${i} of ${runs}, answer after ${Math.round(firstMs)} ms, caught up after ${Math.round(caughtUpMs)} ms`,
    );
  }
  await publisher.stop();
  await connection.close();
  await program.kill();
  for (const giveUpAt = nowMs() + END_LIMIT_MS; isAlive(dataDir) && nowMs() < giveUpAt; ) await pause(100);
  removeFolder(folder);
  const [firstMs, caughtUpMs] = [spread(all.map((each) => each.firstMs)), spread(all.map((each) => each.caughtUpMs))];
  return finding({
    twins: 2 * meters,
    tail,
    runs: all.length,
    firstStartMs,
    firstMs,
    caughtUpMs,
    cpuS: spread(all.map((each) => each.cpuS)),
    bytes: spread(all.map((each) => each.bytes)),
  });
}

/**
 * @param {{ twins: number, tail: number, runs: number, firstStartMs: number, firstMs: import("./runs.mjs").Spread,
 *   caughtUpMs: import("./runs.mjs").Spread, cpuS: import("./runs.mjs").Spread, bytes: import("./runs.mjs").Spread }} measured
 * @returns {import("./targets.mjs").Finding}
 */
function finding({ twins, tail, runs, firstStartMs, firstMs, caughtUpMs, cpuS, bytes }) {
  const seconds = (/** @type {number} */ ms) => (ms / 1000).toFixed(2);
  const row = (/** @type {string} */ what, /** @type {import("./runs.mjs").Spread} */ { median, least, most }) =>
    `| ${what} | **${seconds(median)}** | ${seconds(least)} to ${seconds(most)} |`;
  const what = `after kill -9 with ${number(twins)} twins, s`;
  return {
    targets: [
      {
        what: `first correct answer ${what}`,
        must: 1,
        aim: 0.3,
        value: firstMs.median / 1000,
        isCeiling: true,
        unit: " s",
      },
      {
        what: `all partitions caught up ${what}`,
        must: 10,
        aim: 5,
        value: caughtUpMs.median / 1000,
        isCeiling: true,
        unit: " s",
      },
    ],
    title: "Restart after kill -9",
    text: `The real program (\`quartier up\` with its own nats-server, a process killed with its server) on ${number(twins)} twins, half of them meters and half devices,
in ${PARTS} partitions; every meter has had readings. ${number(tail)} readings were acknowledged by JetStream just before the kill. From the start of the
new process, with the end of the old nats-server, the reading of the district and the start of the new server, to the first correct answer of
GraphQL for a meter that those readings leave alone; and until every partition has no lag, stands at the last message of its log, and 200 meters have
their last values and states. Median of ${runs} ${runs === 1 ? "kill" : "kills"}.

| until | s | spread |
|---|---|---|
${row("first correct answer", firstMs)}
${row("all partitions caught up", caughtUpMs)}

The very first start, with all twins being born, took ${seconds(firstStartMs)} s. After a kill program and server
took ${number(cpuS.median)} s of CPU until they had caught up, and held ${number(bytes.median / 1e6)} MB.`,
  };
}
