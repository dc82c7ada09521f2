// Probes: single readings of meters of their own, and when a GraphQL subscription (server-sent events) tells their values.
// R1  the values of a meter's probes rise; a subscription may tell the last of several at once, and then all of them came

import { DISTRICT } from "./district.mjs";
import { nowMs } from "./processes.mjs";
import { deviceName } from "./readings.mjs";

const encoder = new TextEncoder();

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
