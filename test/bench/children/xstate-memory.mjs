// Raw XState: one actor for each meter with the meter's own statechart, in memory. Each reading is one event.
// A reading that changes a condition is the event that the runtime would send; any other one is `reading`, which the
// statechart does not know. Nothing is stored, computed, or told to anybody.

import { createActor } from "xstate";
import { meter } from "../../../dist/twins/meter.js";
import { nowMs } from "../processes.mjs";
import { Load, meterId } from "../readings.mjs";
import { view } from "../row.mjs";
import { serve } from "./serve.mjs";

const EVENTS = ["reading", "suspect.raised", "suspect.cleared"];
/** @type {import("xstate").AnyActor[]} */
let actors = [];
/** @type {Load} */
let load;
/** @type {import("../readings.mjs").Readings} */
let readings;

serve({
  start({ meters, share, seed }) {
    load = new Load(meters, share, seed);
    actors = Array.from({ length: meters }, (_, i) => createActor(meter.machine, { id: meterId(i) }));
    for (const actor of actors) {
      actor.start();
      actor.send({ type: "heard.raised", at: Date.now(), view, args: {} });
    }
  },
  prepare({ count }) {
    readings = load.take(count);
  },
  run() {
    const beganAt = nowMs();
    const { count, meter: meters, change, time, value, point } = readings;
    for (let k = 0; k < count; k++) {
      actors[meters[k]].send({
        type: EVENTS[change[k]],
        at: time[k],
        view,
        args: { point: point[k], value: value[k] },
      });
    }
    return { done: count, ms: nowMs() - beganAt };
  },
  /** Every actor is where its last change left it. */
  check() {
    const wrong = actors.filter((actor, i) => {
      const { value } = actor.getSnapshot();
      return value.online !== (load.expected(i).suspect ? "suspect" : "normal");
    });
    if (wrong.length > 0) throw new Error(`${wrong.length} actors are not where they should be`);
  },
});
