// Sends readings to Restate and waits for each answer, many at a time.

import { Agent, request } from "node:http";
import { nowMs } from "../processes.mjs";
import { Load, meterName } from "../readings.mjs";
import { applyReading, newRow } from "../row.mjs";
import { serve } from "./serve.mjs";

const CONCURRENT = 128;
const EVENTS = ["reading", "suspect.raised", "suspect.cleared"];

const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENT });
let port = 0;
let isMachine = false;
/** @type {Load} */
let load;
/** @type {import("../readings.mjs").Readings} */
let readings;
/** @type {Map<number, import("../row.mjs").Row>} */
const rows = new Map();
const heard = new Set();

/** @param {string} path @param {unknown} body @returns {Promise<any>} */
function ask(path, body) {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? "" : JSON.stringify(body);
    const headers = { "content-length": Buffer.byteLength(text), ...(text && { "content-type": "application/json" }) };
    const call = request({ agent, host: "127.0.0.1", port, path, method: "POST", headers }, (response) => {
      let answer = "";
      response.on("data", (bytes) => {
        answer += bytes;
      });
      response.on("end", () => {
        if (response.statusCode === 200) resolve(answer === "" ? undefined : JSON.parse(answer));
        else reject(new Error(`${path}: ${response.statusCode} ${answer.slice(0, 300)}`));
      });
    });
    call.once("error", reject);
    call.end(text);
  });
}

/** @param {number} count @param {(k: number) => Promise<unknown>} each */
async function concurrently(count, each) {
  let next = 0;
  const worker = async () => {
    while (next < count) await each(next++);
  };
  await Promise.all(Array.from({ length: CONCURRENT }, worker));
}

const machinePath = (/** @type {number} */ meter, /** @type {string} */ handler) =>
  `/meterMachine/${meterName(meter)}/${handler}`;
const send = (/** @type {number} */ meter, /** @type {unknown} */ event) => ask(machinePath(meter, "send"), { event });

/** @param {number} k */
function one(k) {
  const { meter, point, value, time, change } = readings;
  return isMachine
    ? send(meter[k], { type: EVENTS[change[k]], at: time[k], args: { point: point[k], value: value[k] } })
    : ask(`/meter/${meterName(meter[k])}/reading`, { point: point[k], value: value[k], at: time[k] });
}

serve({
  start(options) {
    port = options.port;
    isMachine = options.isMachine;
    load = new Load(options.meters, options.share, options.seed);
  },
  /** Virtual objects are there when they are first asked; machines are made for the meters of these readings. */
  async prepare({ count }) {
    readings = load.take(count);
    if (!isMachine) return;
    const fresh = [...new Set(readings.meter)].filter((meter) => !heard.has(meter));
    await concurrently(fresh.length, async (i) => {
      await ask(machinePath(fresh[i], "create"), {});
      await send(fresh[i], { type: "heard.raised", at: 0, args: {} });
      heard.add(fresh[i]);
    });
  },
  async run() {
    const { count, meter, point, value, time } = readings;
    const beganAt = nowMs();
    /** @type {Map<number, Promise<unknown>>} */
    const last = new Map();
    await concurrently(count, (k) => {
      // Readings of one meter go one after the other.
      const before = last.get(meter[k]);
      const reading = before ? before.then(() => one(k)) : one(k);
      last.set(meter[k], reading);
      return reading;
    });
    const ms = nowMs() - beganAt;
    for (let k = 0; k < count; k++) {
      const row = rows.get(meter[k]) ?? newRow();
      rows.set(meter[k], row);
      applyReading(row, point[k], value[k], time[k]);
    }
    return { done: count, ms };
  },
  /** A sample of the objects is what their readings make of them. */
  async check() {
    for (const [meter, row] of [...rows].slice(0, 200)) {
      const { revision, value } = isMachine
        ? await ask(machinePath(meter, "snapshot"), undefined)
        : { value: undefined, ...(await ask(`/meter/${meterName(meter)}/row`, undefined)) };
      const good = isMachine ? JSON.stringify(value) === JSON.stringify(row.state) : revision === row.revision;
      if (!good) throw new Error(`the object ${meterName(meter)} is not what it should be`);
    }
  },
});
