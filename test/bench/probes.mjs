// Probes: single readings of meters of their own, and when a GraphQL subscription (server-sent events) tells their values.
// R1  the values of a meter's probes rise; a subscription may tell the last of several at once, and then all of them came

import { setTimeout as pause } from "node:timers/promises";
import { DISTRICT } from "./district.mjs";
import { nowMs } from "./processes.mjs";
import { deviceName, meterId } from "./readings.mjs";

/** A probe that comes later never came. */
const LIMIT_MS = 120_000;
const LOOK_EVERY_MS = 50;
const encoder = new TextEncoder();

/**
 * Hears of probes.
 * @typedef {object} Listener
 * @property {(meter: number, value: number) => void} expect just before the probe is published: its time runs from here
 * @property {() => Promise<number[]> | number[]} took of all that came, ms
 * @property {() => void} close
 */

/**
 * Probes for as long as `load` runs, from each meter in turn; `ended` is what it gave.
 * @template T
 * @param {Listener} listener
 * @param {import("@nats-io/transport-node").NatsConnection} connection
 * @param {{ load: Promise<T>, last: number, meters: number[], everyMs: number }} options `last`: the value of the probes before
 */
export async function probe(listener, connection, { load, last, meters, everyMs }) {
  let isOver = false;
  const over = load.finally(() => {
    isOver = true;
  });
  over.catch(() => {}); // it is looked at below
  let sent = 0;
  while (!isOver) {
    const meter = meters[sent % meters.length];
    const value = last + ++sent;
    listener.expect(meter, value);
    publishProbe(connection, meter, value);
    await pause(everyMs);
  }
  const ended = await over;
  let took = await listener.took();
  for (const giveUpAt = nowMs() + LIMIT_MS; took.length < sent && nowMs() < giveUpAt; ) {
    await pause(LOOK_EVERY_MS);
    took = await listener.took();
  }
  listener.close();
  const missing = sent - took.length;
  const all = [...took, ...Array(missing).fill(Number.POSITIVE_INFINITY)].sort((a, b) => a - b);
  const at = (/** @type {number} */ share) => all[Math.min(sent - 1, Math.floor(share * sent))];
  return { ended, sent, missing, p50: at(0.5), p99: at(0.99), most: at(1) };
}

/** Hears of them by a subscription. @param {string} url @param {number[]} meters @returns {Promise<Listener>} */
export async function graphqlListener(url, meters) {
  /** @type {number[]} */
  const took = [];
  const probes = await listen(url, meters.map(meterId), ({ tookMs }) => took.push(tookMs));
  return { expect: (meter, value) => probes.expect(meterId(meter), value), took: () => took, close: probes.close };
}

/** A probe that came, and the value that was told then. @typedef {{ id: string, value: number, tookMs: number, shown: number }} Came */

/** @param {string} url @param {string[]} ids of the meters @param {(probe: Came) => void} came */
export async function listen(url, ids, came) {
  /** @type {Map<string, { value: number, at: number }[]>} */
  const waiting = new Map(ids.map((id) => [id, []]));
  const subscription = await subscribe(url, ids, (id, shown) => {
    const queue = /** @type {{ value: number, at: number }[]} */ (waiting.get(id));
    while (queue.length > 0 && queue[0].value <= shown) {
      const { value, at } = /** @type {{ value: number, at: number }} */ (queue.shift());
      came({ id, value, tookMs: nowMs() - at, shown });
    }
  });
  return {
    /** To be called just before the probe is published: its time runs from here. */
    expect: (/** @type {string} */ id, /** @type {number} */ value) =>
      void waiting.get(id)?.push({ value, at: nowMs() }),
    close: () => subscription.close(),
  };
}

/** As a device sends it. @param {import("@nats-io/transport-node").NatsConnection} connection @param {number} meter @param {number} value */
export function publishProbe(connection, meter, value) {
  const pack = `[{"n":"power","u":"W","v":${value},"t":${Date.now() / 1000}}]`;
  connection.publish(`quartier.${DISTRICT}.telemetry.${deviceName(meter)}`, encoder.encode(pack));
}

/** @param {string} url @param {string[]} ids @param {(id: string, power: number) => void} seen */
async function subscribe(url, ids, seen) {
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
