// Pipe: one pipe between two nodes of a water, gas or heat network (EPANET and pandapipes `pipe`).
// Fed by    `flow`, `pressureDrop`, `temperature` of its meter or of the hydraulic solve; the supply of its ends
// Steered by close, open, reportFault, clearFault
// I1  `overloaded` is entered only after HOLD_MS of a velocity above the limit of its carrier
// I2  it lets the medium through exactly while it is in service, also when both ends are dead (`isolated`)
// I3  a fault (a burst) shuts it off; clearing the fault does not open it again

import { modelledShut } from "./as-modelled.ts";
import { when } from "./conditions.ts";
import { computed, defineTwin, measured, type TwinEvent, type View } from "./definition.ts";
import { clearAlarm, raiseAlarm, statechart } from "./effects.ts";
import { faultArgs, reportedFault } from "./faults.ts";
import { isUnsupplied, noteLost, noteRestored, remembersSupply, supplyMemory } from "./supply.ts";

/** Above these, losses and water hammer grow too large (DVGW W 400-1 for water, G 600 for gas, AGFW FW 524 for heat). */
const MAX_VELOCITY_M_PER_S: Record<string, number> = { water: 2.5, gas: 20, heat: 3 };
const HYSTERESIS = 0.05;
const HOLD_MS = 5 * 60_000;
const SECONDS_PER_HOUR = 3_600;

const limitMPerS = (view: View) =>
  MAX_VELOCITY_M_PER_S[String(view.model.attributes.carrier)] ?? MAX_VELOCITY_M_PER_S.water!;

/** Mean velocity over the cross-section: EPANET's diameter in mm, or pandapipes' in m. */
function velocity(view: View): number {
  const diameters = [view.attribute("diameterMm") / 1000, view.attribute("diameterM")];
  const diameterM = diameters.find((diameter) => diameter > 0) ?? Number.NaN;
  return Math.abs(view.value("flow")) / SECONDS_PER_HOUR / ((Math.PI / 4) * diameterM ** 2);
}

const isOverloaded = ({ event }: { event: TwinEvent }) => event.view.isRaised("overload");
const backInService = [
  { guard: isUnsupplied, target: "inService.isolated" },
  { guard: isOverloaded, target: "inService.overloaded" },
  { target: "inService.normal" },
];

export const pipe = defineTwin({
  kind: "pipe",
  points: {
    flow: measured("m3/h"),
    pressureDrop: measured("bar"),
    temperature: measured("Cel"),
    velocity: computed("m/s", ["flow"], velocity),
    ...supplyMemory,
  },
  conditions: {
    overload: when(["velocity"], (view) => view.value("velocity") > limitMPerS(view), {
      clear: (view) => view.value("velocity") <= limitMPerS(view) * (1 - HYSTERESIS),
      forMs: HOLD_MS,
    }),
  },
  commands: {
    close: { description: "Shuts the pipe off" },
    open: { description: "Opens the pipe" },
    reportFault: {
      description: "Reports a fault such as a burst: the pipe is shut off until it is cleared",
      args: faultArgs,
    },
    clearFault: { description: "The fault is mended; the pipe stays shut off until it is opened" },
  },
  machine: statechart.createMachine({
    id: "pipe",
    initial: "inService",
    on: remembersSupply,
    states: {
      inService: {
        tags: ["conducting"],
        initial: "normal",
        on: {
          born: { guard: modelledShut, target: "outOfService" },
          close: "outOfService",
          reportFault: "faulted",
          "supply.lost": { target: ".isolated", actions: noteLost },
        },
        states: {
          normal: { on: { "overload.raised": "overloaded" } },
          overloaded: {
            entry: raiseAlarm(
              "PIPE_OVERLOADED",
              "WARNING",
              (view) => `the velocity is ${view.value("velocity").toFixed(1)} m/s`,
            ),
            exit: clearAlarm("PIPE_OVERLOADED"),
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
      outOfService: { on: { open: backInService, reportFault: "faulted" } },
      faulted: {
        entry: raiseAlarm("PIPE_FAULTED", "CRITICAL", reportedFault),
        exit: clearAlarm("PIPE_FAULTED"),
        on: { clearFault: "outOfService" },
      },
    },
  }),
});
