// The scenarios, by name: what each contestant does with the readings, and what else is judged.
// S1  a contestant that is not there, or that fails, is skipped in one line; the others go on

import { measureFlood } from "./flood.mjs";
import { measureLatency } from "./latency.mjs";
import { measureMemory } from "./memory.mjs";
import { measurePast } from "./past.mjs";
import { startPostgres } from "./postgres.mjs";
import { freePort, removeFolder, startChild, temporaryFolder } from "./processes.mjs";
import { BATCH, quartierAs, startNats, startQuartier } from "./quartier.mjs";
import { measureRestart } from "./restart.mjs";
import { startRestate } from "./restate.mjs";
import { measure, measureInTurns } from "./runs.mjs";
import { measureSoak } from "./soak.mjs";

export const FEW = 1 / 50;
export const HALF = 1 / 2;
const SEED = 7;
const POSTGRES_BATCH = 500;
const LATENCY_SECONDS = 4;
/** Part of the peak at which latency is measured. */
const LATENCY_LOAD = 1 / 3;

/**
 * @typedef {{ meters: number, readings: number, runs: number, twins: number, soakMinutes: number, dir?: string,
 *   say: (text: string) => void }} Options `twins` of the restart
 */
/**
 * @typedef {{ measured: Record<string, import("./runs.mjs").Measured>, latency: Record<string, import("./latency.mjs").Latency>,
 *   memory?: import("./memory.mjs").Memory, findings: Record<string, import("./targets.mjs").Finding>, versions: Record<string, string> }} Results
 */

/** How many readings a run has, so that each takes some seconds: a part of `--readings`. */
const counted = (/** @type {Options} */ { readings }, /** @type {number} */ part) =>
  Math.max(BATCH, Math.ceil((readings * part) / BATCH) * BATCH);

/** @type {Record<string, (options: Options, results: Results) => Promise<void>>} */
export const SCENARIOS = {
  async memory(options, results) {
    results.memory = await measureMemory(options);
  },
  log: (options, results) => fromLog("log", FEW, 2, options, results),
  "log-half": (options, results) => fromLog("log-half", HALF, 0.4, options, results),
  async device(options, results) {
    const quartier = await startQuartier({ ...options, share: FEW });
    const { runs, say } = options;
    const name = "device";
    const count = counted(options, 0.2);
    await withXState(quartierAs(quartier, "fromDevices", { name, count, runs, say }), FEW, options, results);
    const perSecond = results.measured.device.perSecond.median * LATENCY_LOAD;
    results.latency.device = await measureLatency(quartier, {
      path: "device",
      perSecond,
      seconds: LATENCY_SECONDS,
      runs,
    });
    await quartier.stopWorld();
    await quartier.stop();
  },
  "device-plain": plainDevices,
  "xstate-told": (options, results) => toldXState("xstate-told", FEW, 1, options, results),
  "xstate-told-half": (options, results) => toldXState("xstate-told-half", HALF, 0.5, options, results),
  async lmdb(options, results) {
    const { meters, runs, dir, say } = options;
    const dataDir = temporaryFolder("lmdb", dir);
    const child = await startChild("lmdb-put");
    await child.call("start", { meters, dataDir, seed: SEED });
    results.measured.lmdb = await measure({
      ...{ name: "lmdb", runs, say, roles: { writer: child.pid } },
      prepare: () => child.call("prepare", { count: counted(options, 1) }),
      run: () => child.call("run"),
    });
    await child.call("stop");
    await child.stop();
    removeFolder(dataDir);
  },
  "postgres-batch": (options, results) => inPostgres("postgres-batch", POSTGRES_BATCH, 0.4, options, results),
  "postgres-single": (options, results) => inPostgres("postgres-single", 1, 0.05, options, results),
  restate: (options, results) => inRestate("restate", false, 0.008, options, results),
  "restate-xstate": (options, results) => inRestate("restate-xstate", true, 0.004, options, results),
  async restart(options, results) {
    results.findings.restart = await measureRestart(options);
  },
  async flood(options, results) {
    results.findings.flood = await measureFlood(options);
  },
  async past(options, results) {
    results.findings.past = await measurePast(options);
  },
  async soak({ soakMinutes: minutes, say }, results) {
    results.findings.soak = await measureSoak({ minutes, say });
  },
};

/** @param {string} name @param {number} share @param {number} part @param {Options} options @param {Results} results */
async function fromLog(name, share, part, options, results) {
  const quartier = await startQuartier({ ...options, share });
  const { runs, say } = options;
  const count = counted(options, part);
  await withXState(quartierAs(quartier, "fromLog", { name, count, runs, say }), share, options, results);
  results.versions.nats = quartier.nats.version;
  if (share === FEW) {
    const perSecond = results.measured[name].perSecond.median * LATENCY_LOAD;
    results.latency.log = await measureLatency(quartier, { path: "log", perSecond, seconds: LATENCY_SECONDS, runs });
  }
  await quartier.stopWorld();
  if (share === FEW) {
    await withoutRuntime(
      quartier,
      { name: "jetstream", count: count * (runs + 1), isKeeping: false },
      options,
      results,
    );
    await withoutRuntime(quartier, { name: "objects", count: 2 * count, isKeeping: true }, options, results);
  }
  await quartier.stop();
}

/**
 * The messages of the runs again, without the runtime.
 * @param {import("./quartier.mjs").Quartier} quartier
 * @param {{ name: string, count: number, isKeeping: boolean }} how @param {Options} options @param {Results} results
 */
async function withoutRuntime({ nats, stream, meters }, { name, count, isKeeping }, { runs, say }, results) {
  const child = await startChild("jetstream-consume");
  await child.call("connect", { natsUrl: nats.url });
  const messages = count / BATCH;
  // Before them come the message of the start and the first readings of the meters.
  const from = 2 + Math.ceil((2 * meters) / BATCH);
  results.measured[name] = await measure({
    ...{ name, runs, say, roles: { consumer: child.pid, broker: nats.pid } },
    prepare: async () => {},
    run: async () => {
      const { kept, meters: known, ms } = await child.call("run", { stream, from, messages, isKeeping });
      // The world writes an event of its own into its log now and then.
      if (isKeeping && (kept < count * 0.999 || known !== meters)) {
        throw new Error(`${kept} readings of ${known} meters were kept, not ${count} of ${meters}`);
      }
      return { done: isKeeping ? kept : count, ms };
    },
  });
  await child.stop();
}

/** The way from the device without the runtime: broker, publisher, and a consumer that throws away what it is given. @param {Options} options @param {Results} results */
async function plainDevices(options, results) {
  const { meters, runs, dir, say } = options;
  const nats = await startNats(dir);
  const consumer = await startChild("device-consume");
  await consumer.call("connect", { natsUrl: nats.url });
  const publisher = await startChild("publisher");
  await publisher.call("connect", { natsUrl: nats.url, partitions: [], meters, share: FEW, seed: SEED });
  const name = "device-plain";
  const count = counted(options, 0.2);
  let sent = 0;
  results.measured[name] = await measure({
    ...{ name, runs, say, roles: { consumer: consumer.pid, broker: nats.pid, publisher: publisher.pid } },
    prepare: () => publisher.call("prepare", { path: "device", count, batch: 1 }),
    run: async () => {
      sent += count;
      const [beganAt, endedAt] = await Promise.all([publisher.call("send"), consumer.call("untilSeen", sent)]);
      return { done: count, ms: endedAt - beganAt };
    },
  });
  await publisher.stop();
  await consumer.stop();
  await nats.stop();
}

/**
 * A contestant that is judged against raw XState, and that, in turns.
 * @param {import("./runs.mjs").Contestant} ours @param {number} share @param {Options} options @param {Results} results
 */
async function withXState(ours, share, options, results) {
  const { child, contestant } = await startXState(`xstate-${ours.name}`, share, 0.5, true, options);
  for (const measured of await measureInTurns([ours, contestant])) results.measured[measured.name] = measured;
  await child.stop();
}

/** @param {string} name @param {number} share @param {number} part @param {Options} options @param {Results} results */
async function toldXState(name, share, part, options, results) {
  const { child, contestant } = await startXState(name, share, part, false, options);
  results.measured[name] = await measure(contestant);
  await child.stop();
}

/** @param {string} name @param {number} share @param {number} part @param {boolean} isKeeping @param {Options} options */
async function startXState(name, share, part, isKeeping, options) {
  const { meters, runs, say } = options;
  const child = await startChild("xstate-memory");
  await child.call("start", { meters, share, seed: SEED, isKeeping });
  /** @type {import("./runs.mjs").Contestant} */
  const contestant = {
    ...{ name, runs, say, roles: { actors: child.pid } },
    prepare: () => child.call("prepare", { count: counted(options, part) }),
    run: () => child.call("run"),
    check: () => child.call("check"),
  };
  return { child, contestant };
}

/** @param {string} name @param {number} batch @param {number} part @param {Options} options @param {Results} results */
async function inPostgres(name, batch, part, options, results) {
  const { meters, runs, dir, say } = options;
  const folder = temporaryFolder("postgres", dir);
  const server = await startPostgres(folder);
  results.versions.postgres = server.version;
  const child = await startChild("postgres-client");
  await child.call("start", { socketFolder: folder, meters, share: FEW, seed: SEED, batch });
  results.measured[name] = await measure({
    ...{ name, runs, say, roles: { client: child.pid, server: server.pid } },
    prepare: () => child.call("prepare", { count: counted(options, part) }),
    run: () => child.call("run", { batch }),
    check: () => child.call("check"),
  });
  await child.call("stop");
  await child.stop();
  await server.stop();
  removeFolder(folder);
}

/** @param {string} name @param {boolean} isMachine @param {number} part @param {Options} options @param {Results} results */
async function inRestate(name, isMachine, part, options, results) {
  const { meters, runs, dir, say } = options;
  const folder = temporaryFolder("restate", dir);
  const server = await startRestate(folder);
  results.versions.restate = server.version;
  const service = await startChild("restate-service");
  const port = await freePort();
  await service.call("listen", port);
  await server.register(port);
  const client = await startChild("restate-client");
  await client.call("start", { port: server.ingress, meters, share: FEW, seed: SEED, isMachine });
  results.measured[name] = await measure({
    ...{ name, runs, say, roles: { client: client.pid, service: service.pid, server: server.pid } },
    prepare: () => client.call("prepare", { count: counted(options, part) }),
    run: () => client.call("run"),
    check: () => client.call("check"),
  });
  await client.stop();
  await service.stop();
  await server.stop();
  removeFolder(folder);
}
