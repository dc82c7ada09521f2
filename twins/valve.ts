// Valve: opens, shuts or throttles the way between two nodes (EPANET and pandapipes `valve`).
// Fed by    `position` of its drive (0 closed to 1 open) when a device reports it; `flow`
// Steered by open, close, throttle
// V1  open, throttled or closed is the confirmed position; the wanted one stands in the point `wantedPosition`
// V2  without a device that reports its position, a command is taken as done at once
// V3  a position that is not the wanted one for CONFIRM_MS raises VALVE_STUCK
// V4  it lets the medium through unless it is closed

import { z } from "zod";
import { modelledShut } from "./as-modelled.ts";
import { above, below, when } from "./conditions.ts";
import { defineTwin, measured, settable, type TwinEvent } from "./definition.ts";
import { clearAlarm, drive, raiseAlarm, setPoint, startTimer, statechart, stopTimer } from "./effects.ts";

/** Large valves take a minute or two, so that they make no water hammer. */
const CONFIRM_MS = 180_000;
const CLOSED_BELOW = 0.05;
const OPEN_ABOVE = 0.95;

/** Values of `wantedPosition`: how far a throttled valve opens follows from its setting. */
const POSITIONS = { closed: 0, throttled: 0.5, open: 1 } as const;
type Position = keyof typeof POSITIONS;

type Seen = { event: TwinEvent };
const modelledThrottled = ({ event }: Seen) => event.view.model.attributes.initialStatus === "active";
const reportsPosition = ({ event }: Seen) => !Number.isNaN(event.view.value("position"));

const wantedSetting = (_view: unknown, { args }: TwinEvent) => Number(args.value);
const want = (position: Position) => {
  const wanted = setPoint("wantedPosition", POSITIONS[position]);
  if (position === "throttled") return [wanted, setPoint("setting", wantedSetting), drive("setting", wantedSetting)];
  return [wanted, drive("position", POSITIONS[position])];
};

/** Told to go elsewhere: on its way when a device reports the position, there at once when none does. */
const goTo = (position: Position) => [
  { guard: reportsPosition, target: ".moving", actions: want(position) },
  { target: `#valve.${position}`, actions: want(position) },
];
/** Reported there: confirmed when it is wanted there, else it is still to move. */
const arriveAt = (position: Position) => [
  {
    guard: ({ event }: Seen) => event.view.value("wantedPosition") === POSITIONS[position],
    target: `#valve.${position}.confirmed`,
  },
  { target: `#valve.${position}.moving` },
];

const nameOfWanted = (value: number) =>
  value === POSITIONS.open ? "open" : value === POSITIONS.closed ? "close" : "throttle";
const moving = {
  entry: startTimer("confirm", CONFIRM_MS),
  exit: [stopTimer("confirm"), clearAlarm("VALVE_STUCK")],
};
const stuck = {
  actions: raiseAlarm(
    "VALVE_STUCK",
    "WARNING",
    (view) => `the valve should ${nameOfWanted(view.value("wantedPosition"))} and is not there`,
  ),
};

export const valve = defineTwin({
  kind: "valve",
  points: {
    position: measured("/"),
    flow: measured("m3/h"),
    pressureDrop: measured("bar"),
    wantedPosition: settable("/", ({ attributes: { inService, initialStatus } }) => {
      if (inService === false || initialStatus === "closed") return POSITIONS.closed;
      return initialStatus === "active" ? POSITIONS.throttled : POSITIONS.open;
    }),
    setting: settable("/", ({ attributes: { setting } }) => (typeof setting === "number" ? setting : Number.NaN)),
  },
  conditions: {
    reportedOpen: above("position", OPEN_ABOVE),
    reportedClosed: below("position", CLOSED_BELOW),
    reportedBetween: when(["position"], (view) => {
      const position = view.value("position");
      return position >= CLOSED_BELOW && position <= OPEN_ABOVE;
    }),
  },
  commands: {
    open: { description: "Opens the valve fully" },
    close: { description: "Shuts the valve: nothing goes through it" },
    throttle: {
      description: "Lets the valve control at a setting",
      args: z.strictObject({
        value: z.number().describe("In the unit of the model's settingUnit: a pressure, a flow or a loss coefficient"),
      }),
    },
  },
  machine: statechart.createMachine({
    id: "valve",
    initial: "open",
    on: {
      "reportedOpen.raised": arriveAt("open"),
      "reportedClosed.raised": arriveAt("closed"),
      "reportedBetween.raised": arriveAt("throttled"),
    },
    states: {
      open: {
        tags: ["conducting"],
        initial: "confirmed",
        on: {
          born: [
            { guard: modelledShut, target: "closed" },
            { guard: modelledThrottled, target: "throttled" },
          ],
          close: goTo("closed"),
          throttle: goTo("throttled"),
        },
        states: {
          confirmed: {},
          moving: { ...moving, on: { open: { target: "confirmed", actions: want("open") }, "confirm.elapsed": stuck } },
        },
      },
      throttled: {
        tags: ["conducting"],
        initial: "confirmed",
        on: {
          open: goTo("open"),
          close: goTo("closed"),
          throttle: { target: ".confirmed", actions: want("throttled") },
        },
        states: { confirmed: {}, moving: { ...moving, on: { "confirm.elapsed": stuck } } },
      },
      closed: {
        initial: "confirmed",
        on: { open: goTo("open"), throttle: goTo("throttled") },
        states: {
          confirmed: {},
          moving: {
            ...moving,
            on: { close: { target: "confirmed", actions: want("closed") }, "confirm.elapsed": stuck },
          },
        },
      },
    },
  }),
});
