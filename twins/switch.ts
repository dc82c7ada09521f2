// Switch: a breaker, disconnector or fuse of an electric network (pandapower `switch`, et `b`, `l`, `t`, `t3`).
// Fed by    `position` of its drive (1 closed, 0 open) when a device reports it
// Steered by open, close
// S1  its state is the confirmed position; the wanted one stands in the point `wantedPosition`
// S2  without a device that reports its position, a command is taken as done at once
// S3  a position that is not confirmed within CONFIRM_MS raises SWITCH_NOT_CONFIRMED

import { above, below } from "./conditions.ts";
import { defineTwin, measured, settable, type TwinEvent } from "./definition.ts";
import { clearAlarm, drive, raiseAlarm, setPoint, startTimer, statechart, stopTimer } from "./effects.ts";

const CONFIRM_MS = 30_000;

const modelSaysOpen = ({ event }: { event: TwinEvent }) => event.view.model.attributes.closed === false;
const reportsPosition = ({ event }: { event: TwinEvent }) => !Number.isNaN(event.view.value("position"));

const want = (position: 0 | 1) => [setPoint("wantedPosition", position), drive("position", position)];
const confirm = [stopTimer("confirm"), clearAlarm("SWITCH_NOT_CONFIRMED")];
const unconfirmed = raiseAlarm(
  "SWITCH_NOT_CONFIRMED",
  "WARNING",
  (view) => `the switch was told to ${view.value("wantedPosition") ? "close" : "open"} and did not confirm it`,
);

export const switchTwin = defineTwin({
  kind: "switch",
  points: {
    position: measured("/"),
    wantedPosition: settable("/", (model) => (model.attributes.closed === false ? 0 : 1)),
  },
  conditions: {
    reportedClosed: above("position", 0.5),
    reportedOpen: below("position", 0.5),
  },
  commands: {
    open: { description: "Opens the switch: what lies behind it loses its supply from this side" },
    close: { description: "Closes the switch" },
  },
  machine: statechart.createMachine({
    initial: "closed",
    states: {
      closed: {
        id: "closed",
        tags: ["conducting"],
        initial: "confirmed",
        on: {
          born: { guard: modelSaysOpen, target: "open" },
          "reportedOpen.raised": { target: "open", actions: confirm },
        },
        states: {
          confirmed: {
            on: {
              open: [
                { guard: reportsPosition, target: "opening", actions: want(0) },
                { target: "#open", actions: want(0) },
              ],
            },
          },
          opening: {
            entry: startTimer("confirm", CONFIRM_MS),
            on: {
              "confirm.elapsed": { actions: unconfirmed },
              close: { target: "confirmed", actions: [...want(1), ...confirm] },
            },
          },
        },
      },
      open: {
        id: "open",
        initial: "confirmed",
        on: { "reportedClosed.raised": { target: "closed", actions: confirm } },
        states: {
          confirmed: {
            on: {
              close: [
                { guard: reportsPosition, target: "closing", actions: want(1) },
                { target: "#closed", actions: want(1) },
              ],
            },
          },
          closing: {
            entry: startTimer("confirm", CONFIRM_MS),
            on: {
              "confirm.elapsed": { actions: unconfirmed },
              open: { target: "confirmed", actions: [...want(0), ...confirm] },
            },
          },
        },
      },
    },
  }),
});
