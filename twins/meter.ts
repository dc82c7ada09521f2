// Meter: what counts or measures at one place; fed by a device, read by the building or network element that it measures.
// Fed by    the points of meters.csv that its device sends
// Steered by exchange, reportFault, clearFault, decommission, recommission
// M1  a register never falls, except by a recorded exchange or a rollover; `consumption` goes on over both
// M2  an implausible reading is held back: the point keeps its last good value and is SUSPECT
// M3  `silent` after SILENT_INTERVALS without any reading; from then on `consumption` is an estimate, until it is read again
// M4  `faulty` when readings stay implausible for FAULTY_INTERVALS, or when somebody reports it
// M5  a meter that has never reported is `commissioned`, not silent: it may not be wired yet

import { above, stale } from "./conditions.ts";
import { estimateOf, totalsOf } from "./consumption.ts";
import { defineTwin, type TwinEvent, type View } from "./definition.ts";
import { clearAlarm, raiseAlarm, setPoint, startTimer, statechart, stopTimer } from "./effects.ts";
import { exchange, exchangeCommand } from "./exchange.ts";
import { faultArgs, reportedFault } from "./faults.ts";
import { HEARD, meterPoints, meterShape, SUSPECTS, suspectPoints } from "./meter-points.ts";

const SILENT_INTERVALS = 3;
const FAULTY_INTERVALS = 3;
/** Estimates of a meter that reports more often than this would only fill the history. */
const LEAST_ESTIMATE_MS = 15 * 60_000;

type Seen = { event: TwinEvent };
const isSilent = ({ event }: Seen) => event.view.isRaised("silent") && event.view.isRaised("heard");
const isSuspect = ({ event }: Seen) => event.view.isRaised("suspect");
const wasHeard = ({ event }: Seen) => event.view.isRaised("heard");

/** Back from a state in which readings did not count: where the meter stands now. */
const asItStands = [
  { guard: isSilent, target: "#meter.silent" },
  { guard: isSuspect, target: "#meter.online.suspect" },
  { guard: wasHeard, target: "#meter.online.normal" },
  { target: "#meter.commissioned" },
];

const estimatedConsumption = (view: View, { at }: TwinEvent) => {
  const total = totalsOf(view.model.points ?? [], view.model).find(({ point }) => point === "consumption");
  return total ? estimateOf(total, view, at) : Number.NaN;
};
const canEstimate = ({ event }: Seen) => !Number.isNaN(estimatedConsumption(event.view, event));
const estimateAgain = startTimer("estimate", (view) => Math.max(view.attribute("intervalMs"), LEAST_ESTIMATE_MS));
const estimates = [
  { guard: canEstimate, actions: [setPoint("consumption", estimatedConsumption, "ESTIMATED"), estimateAgain] },
  { actions: estimateAgain },
];

export const meter = defineTwin({
  kind: "meter",
  points: {},
  modelPoints: meterPoints,
  shapedBy: meterShape,
  conditions: {
    heard: above(HEARD, 0),
    suspect: above(SUSPECTS, 0),
    silent: stale([], SILENT_INTERVALS),
  },
  commands: {
    exchange: exchangeCommand,
    reportFault: { description: "Takes the meter for broken until the fault is cleared", args: faultArgs },
    clearFault: { description: "Takes the meter's readings for good again" },
    decommission: { description: "Takes the meter out of use; its history stays" },
    recommission: { description: "Takes the meter into use again" },
  },
  machine: statechart.createMachine({
    id: "meter",
    initial: "commissioned",
    states: {
      commissioned: {
        on: {
          "heard.raised": asItStands,
          "suspect.raised": asItStands,
          exchange,
          reportFault: "faulty.reported",
          decommission: "decommissioned",
        },
      },
      online: {
        initial: "normal",
        on: {
          "silent.raised": "silent",
          exchange,
          reportFault: "faulty.reported",
          decommission: "decommissioned",
        },
        states: {
          normal: { on: { "suspect.raised": "suspect" } },
          suspect: {
            entry: [
              raiseAlarm(
                "METER_IMPLAUSIBLE",
                "WARNING",
                (view) => `implausible readings of ${suspectPoints(view).join(", ")}; the last good ones are kept`,
              ),
              startTimer("implausible", (view) => FAULTY_INTERVALS * view.attribute("intervalMs")),
            ],
            exit: [stopTimer("implausible"), clearAlarm("METER_IMPLAUSIBLE")],
            on: { "suspect.cleared": "normal", "implausible.elapsed": "#meter.faulty.implausible" },
          },
        },
      },
      silent: {
        entry: [
          raiseAlarm("METER_SILENT", "WARNING", `nothing was heard for ${SILENT_INTERVALS} intervals`),
          estimateAgain,
        ],
        exit: [stopTimer("estimate"), clearAlarm("METER_SILENT")],
        on: {
          "silent.cleared": asItStands,
          "estimate.elapsed": estimates,
          exchange,
          reportFault: "faulty.reported",
          decommission: "decommissioned",
        },
      },
      faulty: {
        initial: "reported",
        exit: clearAlarm("METER_FAULTY"),
        on: { exchange, clearFault: asItStands, decommission: "decommissioned" },
        states: {
          implausible: {
            entry: raiseAlarm(
              "METER_FAULTY",
              "WARNING",
              (view) => `${suspectPoints(view).join(", ")} stayed implausible for ${FAULTY_INTERVALS} intervals`,
            ),
            on: { "suspect.cleared": asItStands, reportFault: "reported" },
          },
          reported: {
            entry: [clearAlarm("METER_FAULTY"), raiseAlarm("METER_FAULTY", "WARNING", reportedFault)],
          },
        },
      },
      decommissioned: { on: { recommission: asItStands } },
    },
  }),
});
