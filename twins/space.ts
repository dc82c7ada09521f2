// Space: one room or zone (IFC `IfcSpace`).
// Fed by    its meters: temperature, humidity, CO2, occupancy (share of time or 1/0) or the number of people
// Steered by setTemperature
// P1  three regions at once: who is there, whether they are comfortable, whether the air is fresh
// P2  comfort is not judged while the space is known to be vacant
// P3  a space without a sensor is `unknown` in that region

import {
  comfortConditions,
  isComfortable,
  isTemperatureKnown,
  isUncomfortable,
  temperatureArgs,
  USUAL_SET_POINT_DEG_C,
  wantedDegC,
} from "./comfort.ts";
import { when } from "./conditions.ts";
import { defineTwin, measured, settable, type TwinEvent, type View } from "./definition.ts";
import { drive, setPoint, statechart, tell } from "./effects.ts";

/** CO2 at which air counts as stuffy: about 950 ppm above outdoor air (EN 16798-1, category III and worse), and fresh again. */
const STUFFY_PPM = 1_400;
const FRESH_PPM = 1_000;
const STUFFY_HOLD_MS = 5 * 60_000;

const isPresent = (view: View) => view.value("occupancy") > 0.5 || view.value("people") > 0.5;
const isAbsent = (view: View) => !isPresent(view) && (view.value("occupancy") <= 0.5 || view.value("people") <= 0.5);

type Seen = { event: TwinEvent };
const felt = (judge: (seen: Seen) => boolean) => (seen: Seen) => isTemperatureKnown(seen) && judge(seen);
const lost = { target: "#space.comfort.lost", actions: tell("isPartOf", "space.comfortLost") };
const asFelt = [
  { ...lost, guard: felt(isUncomfortable) },
  { guard: isTemperatureKnown, target: "#space.comfort.kept" },
  { target: "#space.comfort.unknown.notMeasured" },
];
const back = tell("isPartOf", "space.comfortBack");

export const space = defineTwin({
  kind: "space",
  points: {
    temperature: measured("Cel"),
    humidity: measured("%RH"),
    co2: measured("ppm"),
    occupancy: measured("/"),
    people: measured("count"),
    setPointTemperature: settable("Cel", () => USUAL_SET_POINT_DEG_C),
  },
  conditions: {
    ...comfortConditions,
    presence: when(["occupancy", "people"], isPresent),
    absence: when(["occupancy", "people"], isAbsent),
    stuffy: when(["co2"], (view) => view.value("co2") > STUFFY_PPM, {
      clear: (view) => view.value("co2") <= FRESH_PPM,
      forMs: STUFFY_HOLD_MS,
    }),
    airKnown: when(["co2"], (view) => !Number.isNaN(view.value("co2"))),
  },
  commands: {
    setTemperature: { description: "Sets the temperature that is wanted in the space", args: temperatureArgs },
  },
  machine: statechart.createMachine({
    id: "space",
    type: "parallel",
    on: {
      setTemperature: {
        actions: [
          setPoint("setPointTemperature", (_view, event) => wantedDegC(event)),
          drive("setPointTemperature", (_view, event) => wantedDegC(event)),
        ],
      },
    },
    states: {
      occupancy: {
        initial: "unknown",
        states: {
          unknown: { on: { "presence.raised": "occupied", "absence.raised": "vacant" } },
          vacant: { on: { "presence.raised": "occupied" } },
          occupied: { on: { "absence.raised": "vacant" } },
        },
      },
      comfort: {
        initial: "unknown",
        states: {
          unknown: {
            initial: "notMeasured",
            states: {
              notMeasured: { on: { "temperatureKnown.raised": asFelt, "absence.raised": "vacant" } },
              vacant: { on: { "presence.raised": asFelt } },
            },
          },
          kept: { on: { "tooCold.raised": lost, "tooHot.raised": lost, "absence.raised": "unknown.vacant" } },
          lost: {
            on: {
              "tooCold.cleared": { guard: isComfortable, target: "kept", actions: back },
              "tooHot.cleared": { guard: isComfortable, target: "kept", actions: back },
              "absence.raised": { target: "unknown.vacant", actions: back },
            },
          },
        },
      },
      air: {
        initial: "unknown",
        states: {
          unknown: { on: { "airKnown.raised": "fresh" } },
          fresh: { on: { "stuffy.raised": "stuffy" } },
          stuffy: { on: { "stuffy.cleared": "fresh" } },
        },
      },
    },
  }),
});
