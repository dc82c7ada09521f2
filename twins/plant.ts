// Plant: makes heat, water or gas for a network: a boiler house, a waterworks (pandapipes `circ_pump`, a plant of the district's own model).
// Fed by    `power`, `flow`, `supplyTemperature`, `returnTemperature` of its meter; the electricity that feeds it
// Steered by start, stop, setSupplyTemperature, reportFault, clearFault
// P1  it supplies its network exactly while it runs, and lets through what it circulates from the return to the flow
// P2  without electricity it stands (`unpowered`) and runs again by itself when that is back
// P3  `cold` is entered only after HOLD_MS of supply water more than TOLERANCE_K below the set-point

import { z } from "zod";
import { modelledShut } from "./as-modelled.ts";
import { when } from "./conditions.ts";
import { defineTwin, measured, settable, type TwinEvent, type View } from "./definition.ts";
import { clearAlarm, drive, raiseAlarm, setPoint, statechart } from "./effects.ts";
import { faultArgs, reportedFault } from "./faults.ts";
import { isElectric, isUnsupplied, noteLost, noteRestored, supplyMemory } from "./supply.ts";

const TOLERANCE_K = 5;
const HYSTERESIS_K = 1;
const HOLD_MS = 15 * 60_000;

const shortfallK = (view: View) => view.value("setPointSupplyTemperature") - view.value("supplyTemperature");
const isCold = ({ event }: { event: TwinEvent }) => event.view.isRaised("cold");
const want = (running: 0 | 1) => [setPoint("wantedRunning", running), drive("wantedRunning", running)];
const wantedDegC = (_view: View, { args }: TwinEvent) => Number(args.degC);

export const plant = defineTwin({
  kind: "plant",
  points: {
    power: measured("W"),
    flow: measured("m3/h"),
    pressure: measured("bar"),
    supplyTemperature: measured("Cel"),
    returnTemperature: measured("Cel"),
    setPointSupplyTemperature: settable("Cel"),
    wantedRunning: settable("/", ({ attributes: { inService, initialStatus } }) =>
      inService === false || initialStatus === "closed" ? 0 : 1,
    ),
    ...supplyMemory,
  },
  conditions: {
    cold: when(["supplyTemperature", "setPointSupplyTemperature"], (view) => shortfallK(view) > TOLERANCE_K, {
      clear: (view) => shortfallK(view) <= TOLERANCE_K - HYSTERESIS_K,
      forMs: HOLD_MS,
    }),
  },
  commands: {
    start: { description: "Starts the plant" },
    stop: { description: "Stops the plant: its network loses its supply from here" },
    setSupplyTemperature: {
      description: "Sets the temperature at which it gives heat",
      args: z.strictObject({ degC: z.number().min(20).max(180).describe("Supply temperature, in degrees Celsius") }),
    },
    reportFault: { description: "Reports a fault: the plant is out until it is cleared", args: faultArgs },
    clearFault: { description: "The fault is mended; the plant stands until it is started" },
  },
  machine: statechart.createMachine({
    id: "plant",
    initial: "running",
    on: {
      "supply.lost": { guard: isElectric, actions: noteLost },
      "supply.restored": { guard: isElectric, actions: noteRestored },
      setSupplyTemperature: {
        actions: [setPoint("setPointSupplyTemperature", wantedDegC), drive("setPointSupplyTemperature", wantedDegC)],
      },
    },
    states: {
      running: {
        tags: ["sourcing", "conducting"],
        initial: "normal",
        on: {
          born: { guard: modelledShut, target: "stopped" },
          stop: { target: "stopped", actions: want(0) },
          "supply.lost": { guard: isElectric, target: "unpowered", actions: noteLost },
          reportFault: "faulted",
        },
        states: {
          normal: { on: { "cold.raised": "cold" } },
          cold: {
            entry: raiseAlarm(
              "PLANT_COLD",
              "WARNING",
              (view) => `the supply is ${shortfallK(view).toFixed(0)} K colder than it should be`,
            ),
            exit: clearAlarm("PLANT_COLD"),
            on: { "cold.cleared": "normal" },
          },
        },
      },
      stopped: {
        on: {
          start: [
            { guard: isUnsupplied, target: "unpowered", actions: want(1) },
            { guard: isCold, target: "running.cold", actions: want(1) },
            { target: "running.normal", actions: want(1) },
          ],
          reportFault: "faulted",
        },
      },
      unpowered: {
        entry: raiseAlarm("PLANT_UNPOWERED", "CRITICAL", "the plant has no electricity"),
        exit: clearAlarm("PLANT_UNPOWERED"),
        on: {
          "supply.restored": { guard: isElectric, target: "running", actions: noteRestored },
          stop: { target: "stopped", actions: want(0) },
          reportFault: "faulted",
        },
      },
      faulted: {
        entry: raiseAlarm("PLANT_FAULTED", "CRITICAL", reportedFault),
        exit: clearAlarm("PLANT_FAULTED"),
        on: { clearFault: { target: "stopped", actions: want(0) } },
      },
    },
  }),
});
