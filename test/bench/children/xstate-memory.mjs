// Raw XState: one actor for each meter with the meter's own statechart, in memory. Each reading is one event. Nothing is stored or told to anybody.
// Either the actor keeps its readings and its guards decide (keeping-meter.mjs), or it is told changes of conditions as the runtime tells
// them, and any other reading is an event that the statechart does not know: then no value is kept and no rule asked.

import { createActor } from "xstate";
import { meter } from "../../../dist/twins/meter.js";
import { nowMs } from "../processes.mjs";
import { Load, meterId } from "../readings.mjs";
import { view } from "../row.mjs";
import { keepingMeter } from "./keeping-meter.mjs";
import { serve } from "./serve.mjs";

const EVENTS = ["reading", "suspect.raised", "suspect.cleared"];
let keeps = false;
/** @type {import("xstate").AnyActor[]} */
let actors = [];
/** @type {Load} */
let load;
/** @type {import("../readings.mjs").Readings} */
let readings;

/** What the statecharts want done is worked out, and done by nobody. */
let effects = 0;
/** @type {any} */
let event;
const listen = (/** @type {any} */ { make }) => {
  if (make(event)) effects++;
};

function sendAll() {
  const { count, meter: meters, change, time, value, point } = readings;
  for (let k = 0; k < count; k++) {
    const type = keeps ? "reading" : EVENTS[change[k]];
    event = { type, at: time[k], view, args: { point: point[k], value: value[k] } };
    actors[meters[k]].send(event);
  }
}

serve({
  start({ meters, share, seed, isKeeping }) {
    load = new Load(meters, share, seed);
    keeps = isKeeping;
    const machine = keeps ? keepingMeter : meter.machine;
    actors = Array.from({ length: meters }, (_, i) => createActor(machine, { id: meterId(i) }));
    for (const actor of actors) {
      actor.on("*", listen);
      actor.start();
    }
    if (keeps) {
      readings = load.first();
      sendAll();
      return;
    }
    event = { type: "heard.raised", at: Date.now(), view, args: {} };
    for (const actor of actors) actor.send(event);
  },
  prepare({ count }) {
    readings = load.take(count);
  },
  run() {
    const beganAt = nowMs();
    sendAll();
    return { done: readings.count, ms: nowMs() - beganAt };
  },
  /** Every actor is where its last change left it, and has the last good values if it keeps any. */
  check() {
    const wrong = actors.filter((actor, i) => {
      const { value, context } = actor.getSnapshot();
      const { suspect, energyImport, power } = load.expected(i);
      const isKept = !keeps || (context.energy === energyImport && context.power === power);
      return value.online !== (suspect ? "suspect" : "normal") || !isKept;
    });
    if (effects === 0 && readings.change.includes(1)) throw new Error("no effect was made");
    if (wrong.length > 0) throw new Error(`${wrong.length} actors are not where they should be`);
  },
});
