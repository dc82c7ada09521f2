// Line: one power line or cable between two buses (pandapower `line`, MATPOWER branch, OpenDSS Line).
// Fed by    `current` or `power` of its feeder meter, or of the power flow when it is not metered; the supply of its ends
// Steered by open, close, reportFault, clearFault
// L1  `overloaded` is entered only after HOLD_MS of loading above LIMIT_PERCENT, and left below CLEAR_PERCENT
// L2  it conducts exactly while it is in service, also when both ends are dead (`isolated`)
// L3  a fault takes it out of service; clearing the fault does not close it again

import { modelledOutOfService } from "./as-modelled.ts";
import { above } from "./conditions.ts";
import { computed, defineTwin, measured, type TwinEvent, type View } from "./definition.ts";
import { clearAlarm, raiseAlarm, statechart } from "./effects.ts";
import { faultArgs, reportedFault } from "./faults.ts";
import { isUnsupplied, noteLost, noteRestored, remembersSupply, supplyMemory } from "./supply.ts";

const LIMIT_PERCENT = 100;
const CLEAR_PERCENT = 95;
const HOLD_MS = 60_000;

const known = (value: number, otherwise: number) => (Number.isNaN(value) ? otherwise : value);

/** Loading as pandapower defines it: current over `max_i_ka` * `df` * `parallel`; else power over MATPOWER's rating A. */
function loadingPercent(view: View): number {
  const parallel = known(view.attribute("parallel"), 1);
  const ratedA = 1000 * view.attribute("maxIKa") * known(view.attribute("df"), 1) * parallel;
  const byCurrent = (100 * Math.abs(view.value("current"))) / ratedA;
  if (Number.isFinite(byCurrent)) return byCurrent;
  const byPower = (100 * Math.abs(view.value("power"))) / (1e6 * view.attribute("rateAMva"));
  return Number.isFinite(byPower) ? byPower : Number.NaN;
}

const isOverloaded = ({ event }: { event: TwinEvent }) => event.view.isRaised("overload");
const backInService = [
  { guard: isUnsupplied, target: "inService.isolated" },
  { guard: isOverloaded, target: "inService.overloaded" },
  { target: "inService.normal" },
];

export const line = defineTwin({
  kind: "line",
  points: {
    current: measured("A"),
    power: measured("W"),
    reactivePower: measured("var"),
    loadingPercent: computed("%", ["current", "power"], loadingPercent),
    ...supplyMemory,
  },
  conditions: {
    overload: above("loadingPercent", LIMIT_PERCENT, { clearAt: CLEAR_PERCENT, forMs: HOLD_MS }),
  },
  commands: {
    open: { description: "Takes the line out of service: it carries nothing" },
    close: { description: "Puts the line into service" },
    reportFault: { description: "Reports a fault: the line is out until it is cleared", args: faultArgs },
    clearFault: { description: "The fault is mended; the line stays out of service until it is closed" },
  },
  machine: statechart.createMachine({
    id: "line",
    initial: "inService",
    on: remembersSupply,
    states: {
      inService: {
        tags: ["conducting"],
        initial: "normal",
        on: {
          born: { guard: modelledOutOfService, target: "outOfService" },
          open: "outOfService",
          reportFault: "faulted",
          "supply.lost": { target: ".isolated", actions: noteLost },
        },
        states: {
          normal: { on: { "overload.raised": "overloaded" } },
          overloaded: {
            entry: raiseAlarm(
              "LINE_OVERLOADED",
              "WARNING",
              (view) => `loaded to ${view.value("loadingPercent").toFixed(0)} %`,
            ),
            exit: clearAlarm("LINE_OVERLOADED"),
            on: { "overload.cleared": "normal" },
          },
          isolated: {
            on: {
              "supply.restored": [
                { guard: isOverloaded, target: "overloaded", actions: noteRestored },
                { target: "normal", actions: noteRestored },
              ],
            },
          },
        },
      },
      outOfService: { on: { close: backInService, reportFault: "faulted" } },
      faulted: {
        entry: raiseAlarm("LINE_FAULTED", "CRITICAL", reportedFault),
        exit: clearAlarm("LINE_FAULTED"),
        on: { clearFault: "outOfService" },
      },
    },
  }),
});
