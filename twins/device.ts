// Device: what stands behind meters and sends for them, or what the building model says is installed.
// Fed by    every reading of the meters that it feeds: the runtime sets `#heard` with the first, and watches for silence; and
//           `#flooding` while it leaves out readings of the device (runtime/rate-limits.ts)
// Steered by reportFault, clearFault, retire
// V1  `silent` after SILENT_INTERVALS without a reading, by the shortest interval of its meters
// V2  a device of the building model that sends nothing is `installed`: it is not missed
// V3  a device that is retired stays so, whatever it sends
// V4  one that sends more often than the runtime takes has an alarm that says so, in whatever state it is, until it is calm

import { above, stale } from "./conditions.ts";
import { defineTwin, settable, type TwinEvent } from "./definition.ts";
import { clearAlarm, raiseAlarm, statechart } from "./effects.ts";
import { faultArgs, reportedFault } from "./faults.ts";

const SILENT_INTERVALS = 3;
/** 1 once one of its meters was heard. */
const HEARD = "#heard";
/** 1 while the device sends too often. */
const FLOODING = "#flooding";

type Seen = { event: TwinEvent };
/** Classes stand in what comes from an IFC model or a Brick graph. */
const isOfBuildingModel = ({ event }: Seen) => {
  const { ifcClass, brickClass } = event.view.model.attributes;
  return ifcClass !== undefined || brickClass !== undefined;
};
const isSilent = ({ event }: Seen) => event.view.isRaised("silent");
const wasHeard = ({ event }: Seen) => event.view.isRaised("heard");

const asItStands = [
  { guard: (seen: Seen) => wasHeard(seen) && isSilent(seen), target: "silent" },
  { guard: wasHeard, target: "online" },
  { guard: isOfBuildingModel, target: "installed" },
  { target: "unseen" },
];

export const device = defineTwin({
  kind: "device",
  points: { [HEARD]: settable("/"), [FLOODING]: settable("/") },
  conditions: { heard: above(HEARD, 0), silent: stale([], SILENT_INTERVALS), flooding: above(FLOODING, 0) },
  commands: {
    reportFault: { description: "Takes the device for broken until the fault is cleared", args: faultArgs },
    clearFault: { description: "The fault is mended" },
    retire: { description: "Takes the device out of use for good; its history stays" },
  },
  machine: statechart.createMachine({
    initial: "unseen",
    on: {
      "flooding.raised": {
        actions: raiseAlarm(
          "DEVICE_FLOODING",
          "WARNING",
          "sends too often: of each point only the latest values are taken",
        ),
      },
      "flooding.cleared": { actions: clearAlarm("DEVICE_FLOODING") },
    },
    states: {
      unseen: {
        on: {
          born: { guard: isOfBuildingModel, target: "installed" },
          "heard.raised": "online",
          reportFault: "faulty",
          retire: "retired",
        },
      },
      installed: { on: { "heard.raised": "online", reportFault: "faulty", retire: "retired" } },
      online: { on: { "silent.raised": "silent", reportFault: "faulty", retire: "retired" } },
      silent: {
        entry: raiseAlarm("DEVICE_SILENT", "WARNING", `sent nothing for ${SILENT_INTERVALS} intervals`),
        exit: clearAlarm("DEVICE_SILENT"),
        on: { "silent.cleared": "online", reportFault: "faulty", retire: "retired" },
      },
      faulty: {
        entry: raiseAlarm("DEVICE_FAULTY", "WARNING", reportedFault),
        exit: clearAlarm("DEVICE_FAULTY"),
        on: { clearFault: asItStands, retire: "retired" },
      },
      retired: {},
    },
  }),
});
