// Latency: from the publishing of a reading to the moment at which GraphQL gives it, while other readings flow.
// Fed by    readings of meters of their own (probes), told over a GraphQL subscription after their commit
// L1  what never came counts as a failure, not as nothing

import { setTimeout as pause } from "node:timers/promises";
import { DISTRICT } from "./district.mjs";
import { nowMs } from "./processes.mjs";
import { ask, PROBES } from "./quartier.mjs";
import { deviceName, meterId } from "./readings.mjs";
import { spread } from "./runs.mjs";

const PROBE_EVERY_MS = 10;
/** Every so many probes GraphQL is also asked, and must give the value at once. */
const ASK_EVERY = 25;
const LAST_LIMIT_MS = 5_000;
const encoder = new TextEncoder();

/**
 * @param {import("./quartier.mjs").Quartier} quartier
 * @param {{ path: "log" | "device", perSecond: number, seconds: number, runs: number }} options `seconds` of each of the runs, which
 *   follow one another without a pause
 */
export async function measureLatency(quartier, { path, perSecond, seconds, runs }) {
  const { url, connection, partition, meters } = quartier;
  const ids = Array.from({ length: PROBES }, (_, i) => meterId(meters + i));
  /** @type {Map<string, { value: number, at: number }[]>} */
  const waiting = new Map(ids.map((id) => [id, []]));
  /** Of each probe, in the order of their values, which begin with 1. @type {number[]} */
  const took = [];
  let came = 0;
  /** @type {Promise<void>[]} */
  const asked = [];
  let notThere = 0;
  const seen = (/** @type {string} */ id, /** @type {number} */ value) => {
    const queue = /** @type {{ value: number, at: number }[]} */ (waiting.get(id));
    while (queue.length > 0 && queue[0].value <= value) {
      const probe = /** @type {{ value: number, at: number }} */ (queue.shift());
      took[probe.value - 1] = nowMs() - probe.at;
      if (++came % ASK_EVERY === 0) {
        asked.push(
          powerOf(url, id).then((power) => {
            if (power < value) notThere++;
          }),
        );
      }
    }
  };
  const subscription = await subscribe(url, ids, seen);
  const load = quartier.pace({ path, perSecond, seconds: seconds * runs + 1 });
  load.catch(() => {}); // it is looked at below
  await pause(1000);
  const startAt = nowMs();
  let sent = 0;
  /** How many were sent when each run ended. @type {number[]} */
  const ends = [];
  while (ends.length < runs) {
    const i = sent % PROBES;
    const value = ++sent;
    waiting.get(ids[i])?.push({ value, at: nowMs() });
    if (path === "log") {
      const event = { type: "readings", at: Date.now(), entries: [[ids[i], [["power", Date.now(), value]]]] };
      connection.publish(`quartier.${DISTRICT}.log.${partition}`, encoder.encode(JSON.stringify(event)));
    } else {
      const pack = `[{"n":"power","u":"W","v":${value},"t":${Date.now() / 1000}}]`;
      connection.publish(`quartier.${DISTRICT}.telemetry.${deviceName(meters + i)}`, encoder.encode(pack));
    }
    took.push(Number.POSITIVE_INFINITY);
    await pause(PROBE_EVERY_MS);
    if (nowMs() >= startAt + seconds * 1000 * (ends.length + 1)) ends.push(sent);
  }
  const { done, ms } = await load;
  for (const giveUpAt = nowMs() + LAST_LIMIT_MS; came < sent && nowMs() < giveUpAt; ) await pause(20);
  subscription.close();
  await Promise.all(asked);
  if (came === sent) await quartier.alsoSent(sent);
  const windows = ends.map((end, i) => took.slice(ends[i - 1] ?? 0, end).sort((a, b) => a - b));
  const at = (/** @type {number} */ share) =>
    spread(windows.map((sorted) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]));
  return {
    ...{ path, sent, runs, missing: sent - came, notThere, perSecond: done / (ms / 1000) },
    ...{ p50: at(0.5), p99: at(0.99), most: at(1).most },
  };
}

/** @typedef {Awaited<ReturnType<typeof measureLatency>>} Latency */

async function powerOf(/** @type {string} */ url, /** @type {string} */ id) {
  const { twin } = await ask(url, "query ($id: ID!) { twin(id: $id) { points { name value } } }", { id });
  return twin.points.find((/** @type {{ name: string }} */ { name }) => name === "power").value;
}

/** @param {string} url @param {string[]} ids @param {(id: string, power: number) => void} seen */
export async function subscribe(url, ids, seen) {
  const abort = new AbortController();
  const headers = { accept: "text/event-stream", "content-type": "application/json" };
  const query = "subscription ($ids: [ID!]) { twinChanged(filter: { ids: $ids }) { id points { name value } } }";
  const body = JSON.stringify({ query, variables: { ids } });
  const response = await fetch(url, { method: "POST", headers, body, signal: abort.signal });
  const read = async () => {
    let text = "";
    for await (const chunk of /** @type {ReadableStream<Uint8Array>} */ (response.body).pipeThrough(
      new TextDecoderStream(),
    )) {
      text += chunk;
      for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
        const data = /^data: ?(.+)$/m.exec(text.slice(0, end))?.[1];
        text = text.slice(end + 2);
        const twin = data && JSON.parse(data).data?.twinChanged;
        if (twin) seen(twin.id, twin.points.find((/** @type {{ name: string }} */ { name }) => name === "power").value);
      }
    }
  };
  read().catch(() => {});
  return { close: () => abort.abort() };
}
