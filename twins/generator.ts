// Generator: what gives power at one bus: a machine, a wind or solar plant (pandapower `gen`, `sgen`, MATPOWER gen).
// Fed by    `power` (W, positive when it gives) of its meter; the supply of its bus
// Steered by start, stop, curtail, uncurtail
// N1  without its network it trips, except when the model makes it the slack: then it is what supplies the network
// N2  it comes back by itself RECONNECT_MS after the network did (VDE-AR-N 4105, clause 8.3)
// N3  it runs `curtailed` while the point `powerLimit` has a value; feeding more than the limit for HOLD_MS raises GENERATOR_OVER_LIMIT

import { z } from "zod";
import { modelledOutOfService } from "./as-modelled.ts";
import { when } from "./conditions.ts";
import { defineTwin, measured, settable, type TwinEvent, type View } from "./definition.ts";
import { clearAlarm, drive, raiseAlarm, setPoint, startTimer, statechart, stopTimer } from "./effects.ts";
import { isUnsupplied, noteLost, noteRestored, remembersSupply, supplyMemory } from "./supply.ts";

const RECONNECT_MS = 60_000;
const HOLD_MS = 5 * 60_000;
/** A limit is kept when the power stays below this part of it: meters and controllers are not exact. */
const TOLERANCE = 1.05;
/** What the device is told when the limit is taken away: no generator of a district has a terawatt. */
const UNLIMITED_W = 1e12;

type Seen = { event: TwinEvent };
const isSlack = ({ event }: Seen) => event.view.model.attributes.slack === true;
const needsNetwork = (seen: Seen) => !isSlack(seen);
const cannotStart = (seen: Seen) => needsNetwork(seen) && isUnsupplied(seen);
const isCurtailed = ({ event }: Seen) => !Number.isNaN(event.view.value("powerLimit"));

const wantedLimit = (_view: View, { args }: TwinEvent) => Number(args.powerW);
const want = (running: 0 | 1) => [setPoint("wantedRunning", running), drive("wantedRunning", running)];
const run = [{ guard: isCurtailed, target: "#generator.running.curtailed" }, { target: "#generator.running.free" }];
const curtail = {
  target: ".curtailed",
  actions: [setPoint("powerLimit", wantedLimit), drive("powerLimit", wantedLimit)],
};
const uncurtail = {
  target: "free",
  actions: [setPoint("powerLimit", Number.NaN), drive("powerLimit", UNLIMITED_W)],
};

export const generator = defineTwin({
  kind: "generator",
  points: {
    power: measured("W"),
    reactivePower: measured("var"),
    voltage: measured("V"),
    powerLimit: settable("W"),
    wantedRunning: settable("/", ({ attributes }) => (attributes.inService === false ? 0 : 1)),
    ...supplyMemory,
  },
  conditions: {
    overLimit: when(["power", "powerLimit"], (view) => view.value("power") > TOLERANCE * view.value("powerLimit"), {
      forMs: HOLD_MS,
    }),
  },
  commands: {
    start: { description: "Starts it; without its network it waits until that is back" },
    stop: { description: "Stops it: it feeds nothing in" },
    curtail: {
      description: "Limits what it feeds in",
      args: z.strictObject({
        powerW: z.number().min(0).max(UNLIMITED_W).describe("The most it may feed in, in watts"),
      }),
    },
    uncurtail: { description: "Takes the limit away" },
  },
  machine: statechart.createMachine({
    id: "generator",
    initial: "running",
    on: {
      ...remembersSupply,
      "overLimit.raised": {
        actions: raiseAlarm(
          "GENERATOR_OVER_LIMIT",
          "WARNING",
          (view) => `feeds in ${view.value("power").toFixed(0)} W, but may ${view.value("powerLimit").toFixed(0)} W`,
        ),
      },
      "overLimit.cleared": { actions: clearAlarm("GENERATOR_OVER_LIMIT") },
    },
    states: {
      running: {
        tags: ["sourcing"],
        initial: "free",
        on: {
          born: { guard: modelledOutOfService, target: "stopped" },
          stop: { target: "stopped", actions: want(0) },
          curtail,
          "supply.lost": { guard: needsNetwork, target: "tripped", actions: noteLost },
        },
        states: {
          free: {},
          curtailed: { on: { uncurtail } },
        },
      },
      tripped: {
        entry: raiseAlarm("GENERATOR_TRIPPED", "WARNING", "tripped: its network is dead"),
        exit: [clearAlarm("GENERATOR_TRIPPED"), stopTimer("reconnect")],
        on: {
          "supply.lost": { actions: [noteLost, stopTimer("reconnect")] },
          "supply.restored": { actions: [noteRestored, startTimer("reconnect", RECONNECT_MS)] },
          "reconnect.elapsed": run,
          stop: { target: "stopped", actions: want(0) },
        },
      },
      stopped: {
        on: {
          start: [
            { guard: cannotStart, target: "tripped", actions: want(1) },
            { guard: isCurtailed, target: "running.curtailed", actions: want(1) },
            { target: "running.free", actions: want(1) },
          ],
        },
      },
    },
  }),
});
