// Pump: lifts the pressure from one node to the next (EPANET `pump`, pandapipes `pump`).
// Fed by    `running` of its drive (1 runs, 0 stands) when a device reports it; `flow`, `power`, `speed`; the electricity that feeds it
// Steered by start, stop, setSpeed, reportFault, clearFault
// U1  running or stopped is what its drive confirms; the wanted one stands in the point `wantedRunning`
// U2  without a device that reports `running`, a command is taken as done at once
// U3  what is not confirmed within CONFIRM_MS raises PUMP_NOT_CONFIRMED
// U4  without electricity it stands (`unpowered`) and runs again by itself when that is back
// U5  it lets water through exactly while it runs

import { z } from "zod";
import { modelledShut } from "./as-modelled.ts";
import { above, below } from "./conditions.ts";
import { defineTwin, measured, settable, type TwinEvent } from "./definition.ts";
import { clearAlarm, drive, raiseAlarm, setPoint, startTimer, statechart, stopTimer } from "./effects.ts";
import { faultArgs, reportedFault } from "./faults.ts";
import { isElectric, isUnsupplied, noteLost, noteRestored, supplyMemory } from "./supply.ts";

const CONFIRM_MS = 60_000;
/** Twice the rated speed: no drive goes further. */
const MAX_SPEED_RATIO = 2;

type Seen = { event: TwinEvent };
const reportsRunning = ({ event }: Seen) => !Number.isNaN(event.view.value("running"));

const isElectricAndWanted = (seen: Seen) => isElectric(seen) && seen.event.view.value("wantedRunning") !== 0;

const want = (running: 0 | 1) => [setPoint("wantedRunning", running), drive("running", running)];
const confirm = [stopTimer("confirm"), clearAlarm("PUMP_NOT_CONFIRMED")];
const unconfirmed = {
  actions: raiseAlarm(
    "PUMP_NOT_CONFIRMED",
    "WARNING",
    (view) => `the pump was told to ${view.value("wantedRunning") ? "run" : "stop"} and did not confirm it`,
  ),
};
const wantedSpeed = (_view: unknown, { args }: TwinEvent) => Number(args.ratio);
const setSpeed = { actions: [setPoint("wantedSpeed", wantedSpeed), drive("speed", wantedSpeed)] };
const electricityLost = { guard: isElectric, actions: noteLost };
const electricityBack = { guard: isElectric, actions: noteRestored };

export const pump = defineTwin({
  kind: "pump",
  points: {
    running: measured("/"),
    speed: measured("/"),
    flow: measured("m3/h"),
    power: measured("W"),
    pressure: measured("bar"),
    wantedRunning: settable("/", ({ attributes: { inService, initialStatus } }) =>
      inService === false || initialStatus === "closed" ? 0 : 1,
    ),
    wantedSpeed: settable("/", ({ attributes: { speed } }) => (typeof speed === "number" ? speed : 1)),
    ...supplyMemory,
  },
  conditions: {
    reportedRunning: above("running", 0.5),
    reportedStopped: below("running", 0.5),
  },
  commands: {
    start: { description: "Starts the pump" },
    stop: { description: "Stops the pump: nothing flows through it" },
    setSpeed: {
      description: "Sets the speed of the pump",
      args: z.strictObject({
        ratio: z.number().min(0).max(MAX_SPEED_RATIO).describe("Part of the rated speed, 1 is rated"),
      }),
    },
    reportFault: { description: "Reports a fault: the pump is out until it is cleared", args: faultArgs },
    clearFault: { description: "The fault is mended; the pump stands until it is started" },
  },
  machine: statechart.createMachine({
    id: "pump",
    initial: "running",
    on: { setSpeed, "supply.lost": electricityLost, "supply.restored": electricityBack },
    states: {
      running: {
        tags: ["conducting"],
        initial: "confirmed",
        on: {
          born: { guard: modelledShut, target: "stopped" },
          "reportedStopped.raised": "stopped",
          "supply.lost": { guard: isElectric, target: "unpowered", actions: noteLost },
          reportFault: "faulted",
        },
        states: {
          confirmed: {
            on: {
              stop: [
                { guard: reportsRunning, target: "stopping", actions: want(0) },
                { target: "#pump.stopped", actions: want(0) },
              ],
            },
          },
          stopping: {
            entry: startTimer("confirm", CONFIRM_MS),
            exit: confirm,
            on: { "confirm.elapsed": unconfirmed, start: { target: "confirmed", actions: want(1) } },
          },
        },
      },
      stopped: {
        initial: "confirmed",
        on: { "reportedRunning.raised": "running", reportFault: "faulted" },
        states: {
          confirmed: {
            on: {
              start: [
                { guard: isUnsupplied, target: "#pump.unpowered", actions: want(1) },
                { guard: reportsRunning, target: "starting", actions: want(1) },
                { target: "#pump.running", actions: want(1) },
              ],
            },
          },
          starting: {
            entry: startTimer("confirm", CONFIRM_MS),
            exit: confirm,
            on: { "confirm.elapsed": unconfirmed, stop: { target: "confirmed", actions: want(0) } },
          },
        },
      },
      unpowered: {
        entry: raiseAlarm("PUMP_UNPOWERED", "CRITICAL", "the pump has no electricity"),
        exit: clearAlarm("PUMP_UNPOWERED"),
        on: {
          "supply.restored": [
            { guard: isElectricAndWanted, target: "running", actions: noteRestored },
            { guard: isElectric, target: "stopped", actions: noteRestored },
          ],
          stop: { target: "stopped", actions: want(0) },
          reportFault: "faulted",
        },
      },
      faulted: {
        entry: raiseAlarm("PUMP_FAULTED", "CRITICAL", reportedFault),
        exit: clearAlarm("PUMP_FAULTED"),
        on: { clearFault: { target: "stopped", actions: want(0) } },
      },
    },
  }),
});
