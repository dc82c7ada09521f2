// Exchanger: hands heat from a network over to a building or to another network (pandapipes `heat_exchanger`, `heat_consumer`).
// Fed by    `power`, `flow`, `supplyTemperature`, `returnTemperature` of its heat meter; the supply of its ends
// Steered by close, open, reportFault, clearFault
// H1  `cold` is entered only after HOLD_MS of supply water too cold for hot tap water
// H2  it lets the medium through exactly while it is in service, also when nothing supplies it (`unsupplied`)
// H3  a fault shuts it off; clearing the fault does not open it again

import { modelledShut } from "./as-modelled.ts";
import { when } from "./conditions.ts";
import { computed, defineTwin, measured, type TwinEvent, type View } from "./definition.ts";
import { clearAlarm, raiseAlarm, statechart } from "./effects.ts";
import { faultArgs, reportedFault } from "./faults.ts";
import { isUnsupplied, noteLost, noteRestored, remembersSupply, supplyMemory } from "./supply.ts";

/** With less no tap water can be made hot (45 degrees and some for the exchanger itself), where the model gives no other. */
const USUAL_MIN_SUPPLY_DEG_C = 50;
const HYSTERESIS_K = 2;
const HOLD_MS = 15 * 60_000;

function minSupplyDegC(view: View): number {
  const own = view.attribute("minSupplyDegC");
  return Number.isNaN(own) ? USUAL_MIN_SUPPLY_DEG_C : own;
}

const isCold = ({ event }: { event: TwinEvent }) => event.view.isRaised("cold");
const backInService = [
  { guard: isUnsupplied, target: "inService.unsupplied" },
  { guard: isCold, target: "inService.cold" },
  { target: "inService.normal" },
];

export const exchanger = defineTwin({
  kind: "exchanger",
  points: {
    power: measured("W"),
    flow: measured("m3/h"),
    supplyTemperature: measured("Cel"),
    returnTemperature: measured("Cel"),
    temperatureSpread: computed(
      "K",
      ["supplyTemperature", "returnTemperature"],
      (view) => view.value("supplyTemperature") - view.value("returnTemperature"),
    ),
    ...supplyMemory,
  },
  conditions: {
    cold: when(["supplyTemperature"], (view) => view.value("supplyTemperature") < minSupplyDegC(view), {
      clear: (view) => view.value("supplyTemperature") >= minSupplyDegC(view) + HYSTERESIS_K,
      forMs: HOLD_MS,
    }),
  },
  commands: {
    close: { description: "Shuts the exchanger off" },
    open: { description: "Opens the exchanger" },
    reportFault: { description: "Reports a fault: the exchanger is shut off until it is cleared", args: faultArgs },
    clearFault: { description: "The fault is mended; the exchanger stays shut off until it is opened" },
  },
  machine: statechart.createMachine({
    id: "exchanger",
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
          "supply.lost": { target: ".unsupplied", actions: noteLost },
        },
        states: {
          normal: { on: { "cold.raised": "cold" } },
          cold: {
            entry: raiseAlarm(
              "EXCHANGER_COLD",
              "WARNING",
              (view) => `the supply has ${view.value("supplyTemperature").toFixed(0)} degrees Celsius`,
            ),
            exit: clearAlarm("EXCHANGER_COLD"),
            on: { "cold.cleared": "normal" },
          },
          unsupplied: {
            on: {
              "supply.restored": [
                { guard: isCold, target: "cold", actions: noteRestored },
                { target: "normal", actions: noteRestored },
              ],
            },
          },
        },
      },
      outOfService: { on: { open: backInService, reportFault: "faulted" } },
      faulted: {
        entry: raiseAlarm("EXCHANGER_FAULTED", "CRITICAL", reportedFault),
        exit: clearAlarm("EXCHANGER_FAULTED"),
        on: { clearFault: "outOfService" },
      },
    },
  }),
});
