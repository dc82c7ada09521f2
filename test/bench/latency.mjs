// Latency: from the publishing of a reading to the moment at which GraphQL gives it, while other readings flow.
// Fed by    readings of meters of their own (probes), told over a GraphQL subscription after their commit
// L1  what never came counts as a failure, not as nothing

import { setTimeout as pause } from "node:timers/promises";
import { DISTRICT } from "./district.mjs";
import { listen, publishProbe } from "./probes.mjs";
import { nowMs } from "./processes.mjs";
import { ask, PROBES } from "./quartier.mjs";
import { meterId } from "./readings.mjs";
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
  /** Of each probe, in the order of their values, which begin with 1. @type {number[]} */
  const took = [];
  let came = 0;
  /** @type {Promise<void>[]} */
  const asked = [];
  let notThere = 0;
  const probes = await listen(url, ids, ({ id, value, tookMs, shown }) => {
    took[value - 1] = tookMs;
    if (++came % ASK_EVERY !== 0) return;
    asked.push(
      powerOf(url, id).then((power) => {
        if (power < shown) notThere++;
      }),
    );
  });
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
    probes.expect(ids[i], value);
    if (path === "log") {
      const event = { type: "readings", at: Date.now(), entries: [[ids[i], [["power", Date.now(), value]]]] };
      connection.publish(`quartier.${DISTRICT}.log.${partition}`, encoder.encode(JSON.stringify(event)));
    } else {
      publishProbe(connection, meters + i, value);
    }
    took.push(Number.POSITIVE_INFINITY);
    await pause(PROBE_EVERY_MS);
    if (nowMs() >= startAt + seconds * 1000 * (ends.length + 1)) ends.push(sent);
  }
  const { done, ms } = await load;
  for (const giveUpAt = nowMs() + LAST_LIMIT_MS; came < sent && nowMs() < giveUpAt; ) await pause(20);
  probes.close();
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
