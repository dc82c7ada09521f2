// A flood: 187,000 packs in 10 s from many devices, and one device at 1 kHz, against the program as `quartier up` starts it.
// Fed by    a district of meters, each with its device; before the flood what such a district sends in peace, for as long
// Gives     the memory of the program before, at the peak and after; how long a reading of other devices takes to be readable in GraphQL
//           in peace and during the flood; what became of every pack that JetStream acknowledged. And how long that reading takes, in peace and
//           during the same flood, to a consumer that throws all away: what machine, source and broker leave to any program
// F1  lost is what was acknowledged and is neither applied nor counted; a last value that GraphQL does not show, or a probe that never
//     came, counts as lost, too
// F2  the memory before is that of a program at rest that has had peace; the peak is looked for until all was applied or counted

import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { DISTRICT, writeDistrict } from "./district.mjs";
import { graphqlListener, probe } from "./probes.mjs";
import {
  endAll,
  freePort,
  NODE_OPTIONS,
  nowMs,
  removeFolder,
  residentOf,
  startChild,
  startServer,
  stoppable,
  temporaryFolder,
} from "./processes.mjs";
import { ask, demandCaughtUp, PROBES, startNats } from "./quartier.mjs";
import { deviceName, meterId } from "./readings.mjs";
import { spread } from "./runs.mjs";
import { number } from "./targets.mjs";

const MAIN = fileURLToPath(new URL("../../dist/program/main.js", import.meta.url));
const METERS = 10_000;
const EVENTS = 187_000;
const SECONDS = 10;
const LOUD_PER_SECOND = 1_000;
/** Before the flood: what such a district sends in peace. */
const PEACE_PER_SECOND = 500;
const PEACE_SECONDS = 15;
/** Of runs: each has a program of its own, and takes most of a minute. */
const MOST_RUNS = 5;
const PROBE_EVERY_MS = 20;
const LOOK_EVERY_MS = 100;
const DRAIN_LIMIT_MS = 120_000;
/** Until what was begun is done: garbage, the merging of history. */
const REST_MS = 5_000;
const SAMPLED = 500;
/** Meters of the flood, then the probes, then the one that cannot stop. */
const LOUD = METERS + PROBES;
const PROBE_METERS = Array.from({ length: PROBES }, (_, i) => METERS + i);

const STATUS = "{ status { readings { applied duplicates late corrected deadLettered coalesced } } }";
const VALUES =
  'query ($ids: [ID!]) { twins(first: 1000, filter: { ids: $ids }) { nodes { id point(name: "power") { value } } } }';
const FLOODING = `{ alarms(twin: "device:meters:${deviceName(LOUD)}") { nodes { code } } }`;

/** What such a district sends in peace. */
const PEACE = {
  meters: METERS,
  perSecond: PEACE_PER_SECOND,
  loud: undefined,
  loudPerSecond: 0,
  seconds: PEACE_SECONDS,
};
const FLOOD = { ...PEACE, perSecond: EVENTS / SECONDS, loud: LOUD, loudPerSecond: LOUD_PER_SECOND, seconds: SECONDS };

/** @typedef {Awaited<ReturnType<typeof flooded>>} Flooded */
/** @typedef {Awaited<ReturnType<typeof plainly>>} Plain */

/**
 * @param {{ runs: number, dir?: string, say: (text: string) => void }} options
 * @returns {Promise<import("./targets.mjs").Finding>}
 */
export async function measureFlood({ runs, dir, say }) {
  /** @type {Flooded[]} */
  const all = [];
  let crashes = 0;
  /** @type {Plain[]} */
  const plain = [];
  const wanted = Math.min(runs, MOST_RUNS);
  for (let run = 1; run <= wanted; run++) {
    const nats = await startNats(dir);
    const folder = temporaryFolder("flood", dir);
    const program = await startProgram(folder, nats.url);
    try {
      const measured = await flooded(program, nats.url);
      all.push(measured);
      const { beforeMb, peakMb, peaceP99, floodP99, lost } = measured;
      say(
        `flood: run ${run} of ${wanted}, ${number(beforeMb)} to ${number(peakMb)} MB, p99 ${number(peaceP99)} to ${number(floodP99)} ms, ${lost} lost`,
      );
    } catch (error) {
      if (isAlive(program.pid)) throw error;
      crashes++;
      await endAll();
      say(`flood: run ${run} of ${wanted}, the program has ended: ${/** @type {Error} */ (error).message}`);
      continue;
    }
    await program.stop();
    await nats.stop();
    removeFolder(folder);
    plain.push(await plainly(dir));
  }
  return finding(all, plain, crashes);
}

/** @param {string} folder @param {string} natsUrl */
async function startProgram(folder, natsUrl) {
  const district = join(folder, "district");
  writeDistrict(district, { meters: LOUD + 1, parts: 0 });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/graphql`;
  const words = [...NODE_OPTIONS, MAIN, "up", district, "--data", join(folder, "data"), "--port", String(port)];
  const { pid, stop } = await startServer(process.execPath, [...words, "--nats", natsUrl], {
    cwd: folder,
    ready: async () => {
      await demandCaughtUp(url);
      await demandStream(natsUrl);
    },
  });
  return { pid, url, stop: stoppable(stop) };
}

/** GraphQL answers before devices are heard for the first time. @param {string} natsUrl */
async function demandStream(natsUrl) {
  const connection = await connect({ servers: natsUrl });
  try {
    await (await jetstreamManager(connection)).streams.info(`quartier_${DISTRICT}_telemetry`);
  } finally {
    await connection.close();
  }
}

/** One flood, after a time of peace. @param {{ pid: number, url: string }} program @param {string} natsUrl */
async function flooded({ pid, url }, natsUrl) {
  const connection = await connect({ servers: natsUrl });
  const flooder = await startChild("flooder");
  await flooder.call("connect", { natsUrl });
  await flooder.call("first", { meters: LOUD + 1 });
  let probes = 0;
  const acknowledged = async () => (await flooder.call("count")).acknowledged + probes;
  await drained(url, await acknowledged());
  await pause(REST_MS);

  const before = await probed(await graphqlListener(url, PROBE_METERS), connection, flooder, PEACE, probes);
  probes += before.sent;
  const calm = await drained(url, await acknowledged());
  const atRest = residentOf(pid);

  const watch = watchMemory(pid);
  const during = await probed(await graphqlListener(url, PROBE_METERS), connection, flooder, FLOOD, probes);
  probes += during.sent;
  const { done, loudDone, seconds } = during.ended;
  const expected = await acknowledged();
  const after = await drained(url, expected);
  const peak = watch();
  const wrong = await wrongValues(url, flooder);
  const { refused } = await flooder.call("count");
  const { alarms } = await ask(url, FLOODING);
  await pause(REST_MS);
  const later = residentOf(pid);
  await flooder.stop();
  await connection.close();
  return {
    ...{ done, loudDone, seconds, refused, drainSeconds: after.seconds },
    ...{ beforeMb: atRest.all / 1e6, peakMb: peak.all / 1e6, afterMb: later.all / 1e6 },
    ...{ beforeOwnMb: atRest.own / 1e6, peakOwnMb: peak.own / 1e6, afterOwnMb: later.own / 1e6 },
    ...timesOf(before, during),
    timesMemory: peak.all / atRest.all,
    lost: Math.max(0, expected - settled(after.counted)) + wrong + before.missing + during.missing,
    duplicates: after.counted.duplicates,
    coalesced: after.counted.coalesced - calm.counted.coalesced,
    said: alarms.nodes.some((/** @type {{ code: string }} */ { code }) => code === "DEVICE_FLOODING") ? 1 : 0,
  };
}

function isAlive(/** @type {number} */ pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Looks at the memory of the program until it is told to stop; gives the peaks. @param {number} pid */
function watchMemory(pid) {
  const peak = { all: 0, own: 0 };
  const timer = setInterval(() => {
    if (!isAlive(pid)) return clearInterval(timer);
    const { all, own } = residentOf(pid);
    peak.all = Math.max(peak.all, all);
    peak.own = Math.max(peak.own, own);
  }, LOOK_EVERY_MS);
  return () => {
    clearInterval(timer);
    return peak;
  };
}

/** The same without the program: broker, source, and a consumer that throws all away. @param {string | undefined} dir */
async function plainly(dir) {
  const nats = await startNats(dir);
  const consumer = await startChild("device-consume");
  await consumer.call("connect", { natsUrl: nats.url });
  await consumer.call("watch", PROBE_METERS.map(deviceName));
  const connection = await connect({ servers: nats.url });
  const flooder = await startChild("flooder");
  await flooder.call("connect", { natsUrl: nats.url });
  await flooder.call("first", { meters: METERS });
  await pause(REST_MS);
  const before = await probed(plainListener(consumer), connection, flooder, PEACE, 0);
  const during = await probed(plainListener(consumer), connection, flooder, FLOOD, before.sent);
  await flooder.stop();
  await connection.close();
  await consumer.stop();
  await nats.stop();
  return timesOf(before, during);
}

/**
 * Probes while the source sends.
 * @param {import("./probes.mjs").Listener} listener
 * @param {import("@nats-io/transport-node").NatsConnection} connection
 * @param {import("./processes.mjs").Child} flooder
 * @param {typeof PEACE | typeof FLOOD} load
 * @param {number} last value of the probes before
 */
const probed = (listener, connection, flooder, load, last) =>
  probe(listener, connection, {
    ...{ load: flooder.call("flood", load), last },
    ...{ meters: PROBE_METERS, everyMs: PROBE_EVERY_MS },
  });

/** @typedef {Awaited<ReturnType<typeof probed>>} Probed */
/** @param {Probed} before @param {Probed} during */
const timesOf = (before, during) => ({
  ...{ peaceP50: before.p50, peaceP99: before.p99, peaceMost: before.most },
  ...{ floodP50: during.p50, floodP99: during.p99, floodMost: during.most },
  timesP99: during.p99 / before.p99,
});

/** Hears of probes where the packs are thrown away. @param {import("./processes.mjs").Child} consumer @returns {import("./probes.mjs").Listener} */
function plainListener(consumer) {
  /** @type {Map<number, number>} */
  const sentAt = new Map();
  /** @type {number[]} */
  const took = [];
  return {
    expect: (_, value) => void sentAt.set(value, nowMs()),
    async took() {
      for (const [value, at] of await consumer.call("probes"))
        took.push(at - /** @type {number} */ (sentAt.get(value)));
      return took;
    },
    close: () => {},
  };
}

/** @typedef {{ applied: number, duplicates: number, late: number, corrected: number, deadLettered: number, coalesced: number }} Counts */
/** What came twice is not counted: the times of each meter rise. @param {Counts} counts */
const settled = ({ applied, late, corrected, deadLettered, coalesced }) =>
  applied + late + corrected + deadLettered + coalesced;

/** Until every pack was applied or counted. @param {string} url @param {number} expected */
async function drained(url, expected) {
  const beganAt = nowMs();
  for (;;) {
    /** @type {Counts} */
    const counted = (await ask(url, STATUS)).status.readings;
    if (settled(counted) >= expected) return { counted, seconds: (nowMs() - beganAt) / 1000 };
    if (nowMs() - beganAt > DRAIN_LIMIT_MS) return { counted, seconds: Number.POSITIVE_INFINITY };
    await pause(LOOK_EVERY_MS);
  }
}

/** How many of a sample of the meters do not show their last value. @param {string} url @param {import("./processes.mjs").Child} flooder */
async function wrongValues(url, flooder) {
  const meters = [...Array.from({ length: SAMPLED }, (_, i) => Math.floor((i * METERS) / SAMPLED)), LOUD];
  const expected = await flooder.call("expected", meters);
  const { twins } = await ask(url, VALUES, { ids: meters.map(meterId) });
  const shown = new Map(twins.nodes.map((/** @type {any} */ { id, point }) => [id, point.value]));
  return meters.filter((meter, i) => shown.get(meterId(meter)) !== expected[i]).length;
}

/** @param {Flooded[]} all @param {Plain[]} plain @param {number} crashes @returns {import("./targets.mjs").Finding} */
function finding(all, plain, crashes) {
  const median = (/** @type {keyof Flooded} */ name) =>
    all.length > 0 ? of(all, name).median : Number.POSITIVE_INFINITY;
  /** @type {(what: string, must: number, value: number, unit?: string) => import("./targets.mjs").Target} */
  const atMost = (what, must, value, unit) => ({ what, must, aim: must, value, isCeiling: true, unit });
  return {
    targets: [
      atMost(
        `crashes in a flood of ${number(EVENTS)} packs in ${SECONDS} s and one device at ${LOUD_PER_SECOND / 1000} kHz`,
        0,
        crashes,
        "",
      ),
      atMost("acknowledged readings lost in that flood", 0, total(all, "lost"), ""),
      atMost("memory of the program at the peak of that flood, to before it", 1.2, median("timesMemory")),
      atMost("p99 of other devices during that flood, to before it", 2, median("timesP99")),
    ],
    title: "A flood",
    text: `The real program (\`quartier up\`) with ${number(METERS)} meters and their devices. In peace ${PEACE_PER_SECOND} packs a second for ${PEACE_SECONDS} s; then ${number(EVENTS)} packs in ${SECONDS} s from random
ones of those devices, and ${number(LOUD_PER_SECOND)} a second from one more: one reading a pack, as SenML, at most 5,000 of them not acknowledged yet by JetStream.
Probes, one every ${PROBE_EVERY_MS} ms from ${PROBES} further devices, are timed from just before the publish to the moment at which a GraphQL subscription has told the
value. Lost is what JetStream acknowledged and the program's status counts neither as applied nor as left out for a later value; a probe that never
came; and each of ${SAMPLED + 1} meters whose last value GraphQL does not give. Memory was looked at every ${LOOK_EVERY_MS} ms until all was applied. Each flood met a
program of its own that had nothing but the time of peace to warm up. ${all.length} ${all.length === 1 ? "flood" : "floods"}, and ${crashes} that the program did not survive; medians, and the least and
the most.

${all.length > 0 ? tables(all, plain) : "It survived none."}

Not measured: floods that go on for longer, packs with many readings, queries besides, the memory of nats-server.`,
  };
}

/** @template T @param {T[]} all @param {keyof T} name */
const of = (all, name) => spread(all.map((each) => Number(each[name])));

/** @param {Flooded[]} all @param {keyof Flooded} name */
const total = (all, name) => all.reduce((sum, each) => sum + each[name], 0);

/** @template T @param {T[]} all @param {(keyof T)[]} names */
function cells(all, ...names) {
  const spreads = names.map((name) => of(all, name));
  return spreads
    .map(({ median, least, most }) => `${number(median)} (${number(least)} to ${number(most)})`)
    .join(" | ");
}

/** @param {Flooded[]} all @param {Plain[]} plain */
function tables(all, plain) {
  return `| memory of the program, MB | before | peak | ${REST_MS / 1000} s after |
|---|---|---|---|
| resident, the pages of LMDB's file included | ${cells(all, "beforeMb", "peakMb", "afterMb")} |
| of it no file's | ${cells(all, "beforeOwnMb", "peakOwnMb", "afterOwnMb")} |

| other devices | p50, ms | p99, ms | most, ms |
|---|---|---|---|
| before | ${cells(all, "peaceP50", "peaceP99", "peaceMost")} |
| during the flood | ${cells(all, "floodP50", "floodP99", "floodMost")} |
| without the program, before | ${cells(plain, "peaceP50", "peaceP99", "peaceMost")} |
| without the program, during the flood | ${cells(plain, "floodP50", "floodP99", "floodMost")} |

Without the program: the same probes, in the same peace and flood, of the same source through nats-server to a consumer that reads the devices' stream as the gateway does, and throws all
away. What machine, source and broker leave to any program: p99 during the flood is ${of(plain, "timesP99").median.toFixed(2)} times what it was before (${of(plain, "timesP99").least.toFixed(2)} to ${of(plain, "timesP99").most.toFixed(2)}).

The packs took ${number(of(all, "seconds").median)} s to be acknowledged, and ${number(of(all, "drainSeconds").median)} s later all were applied or counted. Of ${number(total(all, "done"))} of many devices and ${number(total(all, "loudDone"))} of
the one, JetStream refused ${number(total(all, "refused"))}; the gateway left out ${number(total(all, "coalesced"))} for a later value; ${number(total(all, "duplicates"))} came twice. \`DEVICE_FLOODING\` stood for the one device after
${total(all, "said")} of ${all.length} ${all.length === 1 ? "flood" : "floods"}.`;
}
