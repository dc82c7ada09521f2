// Quartier for the bench, in the processes that it has in real life: nats-server, the runtime with GraphQL, and who publishes.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { findNatsServer } from "../../dist/runtime/nats-server/find.js";
import { dataFiles } from "../../dist/runtime/nats-server/server-config.js";
import { startNatsServer } from "../../dist/runtime/nats-server/start.js";
import { logStream } from "./district.mjs";
import { nowMs, removeFolder, startChild, stoppable, temporaryFolder } from "./processes.mjs";
import { meterId } from "./readings.mjs";

/** Readings in a message of the log. */
export const BATCH = 50;
/** Meters besides those of the load, for measuring how long one reading takes. */
export const PROBES = 50;
const SAMPLED = 200;
const SEED = 20_261_123;
const silent = { debug() {}, warn() {}, error() {} };

/** A nats-server of our own. @param {string | undefined} dir */
export async function startNats(dir) {
  const dataDir = temporaryFolder("nats", dir);
  const server = await startNatsServer({ binary: await findNatsServer(), dataDir, log: silent });
  const pid = Number(readFileSync(dataFiles(dataDir).pid, "utf8"));
  const stop = stoppable(async () => {
    await server.stop();
    removeFolder(dataDir);
  });
  return { url: server.url, version: server.version, pid, stop };
}

const ROOT = new URL("../../", import.meta.url);
const PROGRAM = new URL("dist/program/", ROOT).href;
let isBundled = false;

/** A process for `start`, made as the program is that users start. @param {string[]} [execArgv] */
export async function startWorld(execArgv = []) {
  if (!isBundled) {
    const words = [".bundle.mjs", "dist/bench", "test/bench/children/world.mjs"];
    execFileSync(process.execPath, words, { cwd: fileURLToPath(ROOT), stdio: "inherit" });
    isBundled = true;
  }
  const child = await startChild("world", execArgv, new URL("dist/bench/world.js", ROOT));
  const start = (/** @type {object} */ options) => child.call("start", { program: PROGRAM, ...options });
  return { ...child, start };
}

/**
 * A district with its meters on line: every meter has had a first reading of each of its points.
 * @param {{ meters: number, share: number, withDevices?: boolean, dir?: string, execArgv?: string[] }} options
 */
export async function startQuartier({ meters, share, withDevices = true, dir, execArgv = [] }) {
  const nats = await startNats(dir);
  const storeDir = temporaryFolder("store", dir);
  const world = await startWorld(execArgv);
  const publisher = await startChild("publisher");
  const connection = await connect({ servers: nats.url });
  const manager = await jetstreamManager(connection);
  const started = await world.start({
    ...{ meters: meters + PROBES, withDevices, natsUrl: nats.url, dataDir: storeDir },
  });
  const { url, partition } = started;
  await publisher.call("connect", { natsUrl: nats.url, partitions: [partition], meters, share, seed: SEED });
  let applied = await publisher.call("first", { batch: BATCH });
  await world.call("untilApplied", applied);
  const roles = { runtime: world.pid, broker: nats.pid, publisher: publisher.pid };
  const stream = logStream(partition);

  const stopWorld = async () => {
    await world.call("stop");
    await world.stop();
    await publisher.stop();
  };
  const stop = async () => {
    await connection.close();
    await nats.stop();
    removeFolder(storeDir);
  };
  return {
    ...{ nats, world, publisher, connection, roles, url, partition, stream, meters, stopWorld, stop, started },
    /** Readings are in the log before the clock starts: the runtime's consumer is held meanwhile. */
    fromLog: {
      async prepare(/** @type {number} */ count) {
        await publisher.call("prepare", { path: "log", count, batch: BATCH });
        await manager.consumers.pause(stream, "twins", new Date(Date.now() + 600_000));
        await publisher.call("send", { keep: 1 });
      },
      async run(/** @type {number} */ count) {
        const beganAt = nowMs();
        await manager.consumers.resume(stream, "twins");
        // A consumer that was released looks into its stream when the next message comes.
        await publisher.call("send");
        applied += count;
        return { done: count, ms: (await world.call("untilApplied", applied)) - beganAt };
      },
    },
    /** Readings come one by one from devices, as fast as JetStream acknowledges them. */
    fromDevices: {
      prepare: (/** @type {number} */ count) => publisher.call("prepare", { path: "device", count, batch: BATCH }),
      async run(/** @type {number} */ count) {
        applied += count;
        const [beganAt, endedAt] = await Promise.all([publisher.call("send"), world.call("untilApplied", applied)]);
        return { done: count, ms: endedAt - beganAt };
      },
    },
    pace: async (/** @type {object} */ options) => {
      const { done, ms } = await publisher.call("pace", { ...options, batch: BATCH });
      applied += done;
      return { done, ms };
    },
    /** So many readings besides were sent by others: waits for all, and looks at them. */
    alsoSent: async (/** @type {number} */ count) => {
      applied += count;
      await world.call("untilApplied", applied);
      await check(url, publisher, meters, applied);
    },
    check: () => check(url, publisher, meters, applied),
  };
}

/** @typedef {Awaited<ReturnType<typeof startQuartier>>} Quartier */

/**
 * @param {Quartier} quartier @param {"fromLog" | "fromDevices"} path
 * @param {{ name: string, count: number, runs: number, say: (text: string) => void }} options
 * @returns {import("./runs.mjs").Contestant}
 */
export function quartierAs(quartier, path, { name, count, runs, say }) {
  const { runtime, broker, publisher } = quartier.roles;
  const roles = path === "fromLog" ? { runtime, broker } : { runtime, broker, publisher };
  return {
    ...{ name, runs, roles, say, check: quartier.check },
    prepare: () => quartier[path].prepare(count),
    run: () => quartier[path].run(count),
  };
}

/** @param {string} url @param {string} query @param {object} [variables] @returns {Promise<any>} */
export async function ask(url, query, variables = {}) {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify({ query, variables }) });
  const { data, errors } = await answer.json();
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

/** Throws while a program that answers already has not applied all of its logs. @param {string} url */
export async function demandCaughtUp(url) {
  const { status } = await ask(url, "{ status { lag } }");
  if (status.lag !== 0) throw new Error("it has not caught up");
}

const STATUS = "{ status { lag readings { applied duplicates late corrected deadLettered } } }";
const TWINS =
  "query ($ids: [ID!]) { twins(first: 200, filter: { ids: $ids }) { nodes { id state points { name value } } } }";

/** Through GraphQL: every reading was applied once, and a sample of the meters has the last values and the right state. */
async function check(
  /** @type {string} */ url,
  /** @type {import("./processes.mjs").Child} */ publisher,
  /** @type {number} */ meters,
  /** @type {number} */ applied,
) {
  const { status } = await ask(url, STATUS);
  const { readings } = status;
  const others = readings.duplicates + readings.late + readings.corrected + readings.deadLettered;
  if (readings.applied !== applied || others !== 0) {
    throw new Error(`${applied} readings were sent, and the runtime says ${JSON.stringify(readings)}`);
  }
  await checkMeters(url, publisher, meters);
}

/** Through GraphQL: a sample of the meters has the last values and the right state. */
export async function checkMeters(
  /** @type {string} */ url,
  /** @type {import("./processes.mjs").Child} */ publisher,
  /** @type {number} */ meters,
) {
  const step = Math.max(1, Math.floor(meters / SAMPLED));
  const sample = Array.from({ length: Math.min(SAMPLED, meters) }, (_, i) => i * step);
  const expected = await publisher.call("expected", sample);
  const { twins } = await ask(url, TWINS, { ids: sample.map(meterId) });
  const byId = new Map(twins.nodes.map((/** @type {{ id: string }} */ node) => [node.id, node]));
  for (const [i, meter] of sample.entries()) {
    const { state, points } = /** @type {any} */ (byId.get(meterId(meter)));
    const value = (/** @type {string} */ name) => points.find((/** @type {any} */ point) => point.name === name)?.value;
    const { energyImport, power, suspect } = expected[i];
    const good = value("energyImport") === energyImport && value("power") === power;
    if (!good || state !== `online.${suspect ? "suspect" : "normal"}`) {
      throw new Error(
        `${meterId(meter)} is ${state} with ${JSON.stringify(points)}, not ${JSON.stringify(expected[i])}`,
      );
    }
  }
}
