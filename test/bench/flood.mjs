// A flood: 187,000 packs in 10 s from many devices, and one device at 1 kHz, against the program as it is started by `quartier up`.
// Usage: npm run --silent build && node test/bench/flood.mjs [--meters 10000] [--events 187000] [--seconds 10] [--dir FOLDER]
// Gives     memory before, at the peak and after; whether every acknowledged pack was applied or counted as coalesced; how long a reading
//           of other devices takes to be readable in GraphQL, before and during the flood
// F1  what is lost, and what never came, is a failure: exit 1

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { connect } from "@nats-io/transport-node";
import { DISTRICT } from "./district.mjs";
import { subscribe } from "./latency.mjs";
import {
  endAll,
  freePort,
  NODE_OPTIONS,
  nowMs,
  startChild,
  startServer,
  stoppable,
  temporaryFolder,
} from "./processes.mjs";
import { ask, PROBES, startNats } from "./quartier.mjs";
import { deviceName, meterId, meterName } from "./readings.mjs";

const ROOT = resolve(import.meta.dirname, "../..");
const PROBE_EVERY_MS = 20;
const LOOK_EVERY_MS = 100;
/** Before the flood: what such a district sends in peace. */
const PEACE_PER_SECOND = 500;
const LOUD_PER_SECOND = 1_000;
const DRAIN_LIMIT_MS = 300_000;
/** Until what was begun is done: garbage, the merging of history. */
const REST_MS = 5_000;
const SAMPLED = 500;

const { values } = parseArgs({
  options: {
    meters: { type: "string", default: "10000" },
    events: { type: "string", default: "187000" },
    seconds: { type: "string", default: "10" },
    dir: { type: "string" },
  },
});
const [meters, events, seconds] = [values.meters, values.events, values.seconds].map(Number);
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void endAll().finally(() => process.exit(1)));
const say = (/** @type {string} */ text) => console.error(`flood: ${text}`);

/** Meters of the flood, then the probes, then the one that cannot stop. */
const loud = meters + PROBES;

function districtFolder() {
  const folder = temporaryFolder("district", values.dir);
  mkdirSync(folder, { recursive: true });
  const manifest = `district: ${DISTRICT}\nname: Flood\ntimezone: Europe/Berlin\nsources: []\nmeters: meters.csv\n`;
  writeFileSync(join(folder, "district.yaml"), manifest);
  const rows = Array.from(
    { length: loud + 1 },
    (_, i) => `${meterName(i)},electricity,building:x:${i},${deviceName(i)},energyImport:kWh;power:W,PT15M`,
  );
  writeFileSync(join(folder, "meters.csv"), `id,carrier,measures,device,points,interval\n${rows.join("\n")}\n`);
  return folder;
}

const residentMb = (/** @type {number} */ pid) =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;

/** Looks at the memory of the program until it is told to stop; gives the peak. @param {number} pid */
function watchMemory(pid) {
  let peakMb = 0;
  const look = () => {
    peakMb = Math.max(peakMb, residentMb(pid));
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  return () => {
    look();
    clearInterval(timer);
    return peakMb;
  };
}

/** Probes for as long as `load` runs. @param {string} url @param {import("@nats-io/transport-node").NatsConnection} connection @param {Promise<unknown>} load */
async function probe(url, connection, load) {
  const ids = Array.from({ length: PROBES }, (_, i) => meterId(meters + i));
  /** @type {Map<string, { value: number, at: number }[]>} */
  const waiting = new Map(ids.map((id) => [id, []]));
  /** @type {number[]} */
  const took = [];
  const subscription = await subscribe(url, ids, (id, value) => {
    const queue = /** @type {{ value: number, at: number }[]} */ (waiting.get(id));
    while (queue.length > 0 && queue[0].value <= value)
      took.push(nowMs() - /** @type {{ at: number }} */ (queue.shift()).at);
  });
  let isOver = false;
  const over = load.finally(() => {
    isOver = true;
  });
  let sent = 0;
  while (!isOver) {
    const i = sent % PROBES;
    const value = ++probes;
    sent++;
    waiting.get(ids[i])?.push({ value, at: nowMs() });
    const pack = `[{"n":"power","u":"W","v":${value},"t":${Date.now() / 1000}}]`;
    connection.publish(`quartier.${DISTRICT}.telemetry.${deviceName(meters + i)}`, new TextEncoder().encode(pack));
    await pause(PROBE_EVERY_MS);
  }
  await over;
  for (const giveUpAt = nowMs() + DRAIN_LIMIT_MS; took.length < sent && nowMs() < giveUpAt; ) await pause(50);
  subscription.close();
  took.sort((a, b) => a - b);
  const at = (/** @type {number} */ share) => took[Math.min(took.length - 1, Math.floor(share * took.length))];
  return { sent, missing: sent - took.length, p50: at(0.5), p99: at(0.99), most: at(1) };
}
let probes = 0;

const STATUS = "{ status { lag readings { applied duplicates late corrected deadLettered coalesced } } }";
/** @returns {Promise<{ applied: number, duplicates: number, late: number, corrected: number, deadLettered: number, coalesced: number }>} */
const counts = async (/** @type {string} */ url) => (await ask(url, STATUS)).status.readings;
const sum = (/** @type {object} */ counted) => Object.values(counted).reduce((all, each) => all + each, 0);

/** Until every pack was applied or counted. @param {string} url @param {number} expected */
async function drained(url, expected) {
  const beganAt = nowMs();
  for (;;) {
    const counted = await counts(url);
    if (sum(counted) >= expected) return { counted, seconds: (nowMs() - beganAt) / 1000 };
    if (nowMs() - beganAt > DRAIN_LIMIT_MS) return { counted, seconds: Number.POSITIVE_INFINITY };
    await pause(LOOK_EVERY_MS);
  }
}

/** How many of a sample of the meters do not show their last value. @param {string} url @param {import("./processes.mjs").Child} flooder */
async function wrongValues(url, flooder) {
  const sample = Array.from({ length: SAMPLED }, (_, i) => Math.floor((i * meters) / SAMPLED));
  const all = [...new Set(sample), loud];
  const expected = await flooder.call("expected", all);
  const query =
    'query ($ids: [ID!]) { twins(first: 1000, filter: { ids: $ids }) { nodes { id point(name: "power") { value } } } }';
  const { twins } = await ask(url, query, { ids: all.map(meterId) });
  const shown = new Map(twins.nodes.map((/** @type {any} */ { id, point }) => [id, point.value]));
  return all.filter((meter, i) => shown.get(meterId(meter)) !== expected[i]).length;
}

const nats = await startNats(values.dir);
const port = await freePort();
const url = `http://127.0.0.1:${port}/graphql`;
const data = temporaryFolder("store", values.dir);
const main = join(ROOT, "dist/runtime/main.js");
const program = await startServer(
  process.execPath,
  [...NODE_OPTIONS, main, "up", districtFolder(), "--data", data, "--port", String(port), "--nats", nats.url],
  { cwd: ROOT, ready: () => ask(url, STATUS) },
);
const stopProgram = stoppable(program.stop);
const connection = await connect({ servers: nats.url });
const flooder = await startChild("flooder");
await flooder.call("connect", { natsUrl: nats.url });
await flooder.call("first", { meters: loud + 1 });
const acknowledged = async () => (await flooder.call("count")).acknowledged + probes;
await drained(url, await acknowledged());
await pause(REST_MS);

say(`peace: ${PEACE_PER_SECOND} packs/s`);
const peace = { meters, perSecond: PEACE_PER_SECOND, loud: undefined, loudPerSecond: 0, seconds };
const before = await probe(url, connection, flooder.call("flood", peace));
await drained(url, await acknowledged());
const beforeMb = residentMb(program.pid);
const countedBefore = await counts(url);

say(`flood: ${events} packs from ${meters} devices and ${LOUD_PER_SECOND}/s from one in ${seconds} s`);
const peak = watchMemory(program.pid);
const flood = { meters, perSecond: events / seconds, loud, loudPerSecond: LOUD_PER_SECOND, seconds };
const flooding = flooder.call("flood", flood);
const during = await probe(url, connection, flooding);
const { done, loudDone, seconds: tookSeconds } = await flooding;
const expected = await acknowledged();
const { counted, seconds: drainSeconds } = await drained(url, expected);
const peakMb = peak();
const wrong = await wrongValues(url, flooder);
const { refused } = await flooder.call("count");
const alarms = await ask(url, `{ alarms(twin: "device:meters:${deviceName(loud)}") { nodes { code state } } }`);
await pause(REST_MS);
const afterMb = residentMb(program.pid);

const lost = expected - sum(counted);
const percent = (/** @type {number} */ mb) => `${mb.toFixed(0)} MB (${(100 * (mb / beforeMb - 1)).toFixed(0)} %)`;
const line = (/** @type {string} */ name, /** @type {typeof before} */ { sent, missing, p50, p99, most }) =>
  console.log(
    `${name}: p50 ${p50?.toFixed(1)} ms, p99 ${p99?.toFixed(1)} ms, most ${most?.toFixed(0)} ms, ${missing} of ${sent} missing`,
  );
console.log(
  `${done} packs of many devices and ${loudDone} of one in ${tookSeconds.toFixed(1)} s, ${refused} refused by JetStream`,
);
console.log(
  `applied or counted ${drainSeconds.toFixed(1)} s after the flood; ${lost} lost; ${wrong} of ${SAMPLED + 1} last values wrong`,
);
console.log(`coalesced ${counted.coalesced - countedBefore.coalesced}; ${JSON.stringify(counted)}`);
console.log(`alarms of the loud device: ${JSON.stringify(alarms.alarms.nodes)}`);
console.log(
  `memory of the program: before ${beforeMb.toFixed(0)} MB, peak ${percent(peakMb)}, after ${percent(afterMb)}`,
);
line("other devices before", before);
line("other devices during", during);

await connection.close();
await flooder.stop();
await stopProgram();
await nats.stop();
process.exit(lost !== 0 || wrong !== 0 || before.missing + during.missing !== 0 ? 1 : 0);
