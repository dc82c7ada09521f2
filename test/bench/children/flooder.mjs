// The source of a flood: many devices at once and one that cannot stop, each with the value and the time of the moment.
// Gives     how many packs JetStream acknowledged, and the last value of each meter among them
// F1  the times of a meter rise: no reading is a correction of another one

import { DISTRICT } from "../district.mjs";
import { nowMs } from "../processes.mjs";
import { deviceName, seeded } from "../readings.mjs";
import { Devices } from "./devices.mjs";
import { serve } from "./serve.mjs";

/** Packs on their way that JetStream has not acknowledged yet. */
const MAX_IN_FLIGHT = 5_000;
const PACE_MS = 5;
const SEED = 20_261_123;

const random = seeded(SEED);
/** @type {Devices} */
let devices;
/** @type {Map<number, { atMs: number, value: number }>} */
const last = new Map();

function publish(/** @type {number} */ meter) {
  const before = last.get(meter);
  const reading = { atMs: Math.max(Date.now(), (before?.atMs ?? 0) + 1), value: (before?.value ?? 0) + 1 };
  last.set(meter, reading);
  const pack = `[{"n":"power","u":"W","v":${reading.value},"t":${reading.atMs / 1000}}]`;
  devices.publish(`quartier.${DISTRICT}.telemetry.${deviceName(meter)}`, pack);
}

serve({
  async connect({ natsUrl }) {
    devices = new Devices(natsUrl, MAX_IN_FLIGHT);
    await devices.connect();
  },
  /** Every meter once. @param {{ meters: number }} options */
  async first({ meters }) {
    for (let meter = 0; meter < meters; meter++) {
      if (!devices.hasRoom) await devices.room();
      publish(meter);
    }
    await devices.room(0);
  },
  /** @param {{ meters: number, perSecond: number, loud: number | undefined, loudPerSecond: number, seconds: number }} options */
  async flood({ meters, perSecond, loud, loudPerSecond, seconds }) {
    const beganAt = nowMs();
    let [done, loudDone] = [0, 0];
    while (done < perSecond * seconds) {
      const passed = Math.min(seconds, (nowMs() - beganAt) / 1000);
      for (; done < Math.floor(passed * perSecond); done++) {
        if (!devices.hasRoom) await devices.room();
        publish(Math.floor(random() * meters));
      }
      if (loud !== undefined) for (; loudDone < Math.floor(passed * loudPerSecond); loudDone++) publish(loud);
      await new Promise((resolve) => setTimeout(resolve, PACE_MS));
    }
    await devices.room(0);
    return { done, loudDone, seconds: (nowMs() - beganAt) / 1000 };
  },
  count: () => ({ acknowledged: devices.answered - devices.refused, refused: devices.refused }),
  expected: (/** @type {number[]} */ meters) => meters.map((meter) => last.get(meter)?.value),
});
