// The ceiling of writing: samples put into LMDB as the history keeps them, and nothing else; each transaction is flushed.

import { open } from "lmdb";
import { nowMs } from "../processes.mjs";
import { Load } from "../readings.mjs";
import { serve } from "./serve.mjs";

/** As many as a commit of the runtime holds at the most: 1,000 messages of 50 readings. */
const SAMPLES_PER_TRANSACTION = 50_000;

/** @type {import("lmdb").RootDatabase} */
let root;
/** @type {import("lmdb").Database<Buffer, Uint8Array>} */
let history;
/** @type {Load} */
let load;
/** @type {import("../readings.mjs").Readings} */
let readings;

serve({
  start({ meters, dataDir, seed }) {
    load = new Load(meters, 0, seed);
    root = open({ path: `${dataDir}/ceiling.lmdb`, maxDbs: 4 });
    history = root.openDB({ name: "history", encoding: "binary", keyEncoding: "binary" });
  },
  prepare({ count }) {
    readings = load.take(count);
  },
  async run() {
    const beganAt = nowMs();
    const { count, meter, point, time, value } = readings;
    for (let from = 0; from < count; from += SAMPLES_PER_TRANSACTION) {
      const to = Math.min(count, from + SAMPLES_PER_TRANSACTION);
      await root.transaction(() => {
        for (let k = from; k < to; k++) {
          const key = Buffer.allocUnsafe(12);
          key.writeUInt32BE(2 * meter[k] + point[k], 0);
          key.writeBigInt64BE(BigInt(time[k]), 4);
          const bytes = Buffer.allocUnsafe(9);
          bytes.writeDoubleLE(value[k], 0);
          bytes[8] = 1;
          history.putSync(key, bytes);
        }
      });
      await root.flushed;
    }
    return { done: count, ms: nowMs() - beganAt };
  },
  stop: () => root.close(),
});
