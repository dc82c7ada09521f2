// Junction: a node of a water, gas or heat network (EPANET and pandapipes `junction`).
// Fed by    `pressure` (bar above atmosphere) and `temperature` of a meter or of the hydraulic solve; the supply of its network
// J1  `low` and `high` are entered only after the pressure was outside of the band for HOLD_MS
// J2  the band is that of the model (minPressureBar, maxPressureBar), else the usual one of its carrier
// J3  `dead` while no source reaches it; its pressure is not judged then

import { modelledOutOfService } from "./as-modelled.ts";
import { when } from "./conditions.ts";
import { computed, defineTwin, measured, type TwinEvent, type View } from "./definition.ts";
import { clearAlarm, raiseAlarm, statechart } from "./effects.ts";

const HOLD_MS = 60_000;
/** How far inside of the band the pressure must be again, as a part of the limit. */
const HYSTERESIS = 0.05;
const BAR_PER_METRE_OF_WATER = 0.0980665;

/** Least for a house of two storeys and most at rest (DVGW W 400-1, tables 5 and 6); low-pressure gas (DVGW G 260); heat: no boiling, PN 16. */
const USUAL_BAND_BAR: Record<string, readonly [least: number, most: number]> = {
  water: [1.5, 10],
  gas: [0.018, 16],
  heat: [0.5, 16],
};

function bandBar(view: View): readonly [least: number, most: number] {
  const usual = USUAL_BAND_BAR[String(view.model.attributes.carrier)] ?? USUAL_BAND_BAR.water!;
  const least = view.attribute("minPressureBar");
  const most = view.attribute("maxPressureBar");
  return [Number.isNaN(least) ? usual[0] : least, Number.isNaN(most) ? usual[1] : most];
}

/** Height to which the water would rise, above the zero of the model's elevations; only for water. */
function head(view: View): number {
  if ((view.model.attributes.carrier ?? "water") !== "water") return Number.NaN;
  return view.attribute("elevationM") + view.value("pressure") / BAR_PER_METRE_OF_WATER;
}

type Seen = { event: TwinEvent };
const isLow = ({ event }: Seen) => event.view.isRaised("low");
const isHigh = ({ event }: Seen) => event.view.isRaised("high");

/** A node that feeds nobody raises no alarm when it is dead: those that are without supply do, and a feeder has many nodes. */
const feedsSomebody = ({ event }: Seen) => event.view.neighbours("feeds") > 0;
const raiseDead = raiseAlarm("JUNCTION_DEAD", "WARNING", "no source reaches the junction");

const asMeasured = [
  { guard: isLow, target: "#junction.low" },
  { guard: isHigh, target: "#junction.high" },
  { target: "#junction.inBand" },
];
const alive = {
  "low.raised": asMeasured,
  "low.cleared": asMeasured,
  "high.raised": asMeasured,
  "high.cleared": asMeasured,
  "supply.lost": [{ guard: feedsSomebody, target: "#junction.dead", actions: raiseDead }, { target: "#junction.dead" }],
};

const pressure = (view: View) => `${view.value("pressure").toFixed(2)} bar`;

export const junction = defineTwin({
  kind: "junction",
  points: {
    pressure: measured("bar"),
    temperature: measured("Cel"),
    demand: measured("m3/h"),
    head: computed("m", ["pressure"], head),
  },
  conditions: {
    low: when(["pressure"], (view) => view.value("pressure") < bandBar(view)[0], {
      clear: (view) => view.value("pressure") >= bandBar(view)[0] * (1 + HYSTERESIS),
      forMs: HOLD_MS,
    }),
    high: when(["pressure"], (view) => view.value("pressure") > bandBar(view)[1], {
      clear: (view) => view.value("pressure") <= bandBar(view)[1] * (1 - HYSTERESIS),
      forMs: HOLD_MS,
    }),
  },
  commands: {},
  machine: statechart.createMachine({
    id: "junction",
    initial: "inBand",
    states: {
      inBand: { on: { ...alive, born: { guard: modelledOutOfService, target: "outOfService" } } },
      low: {
        entry: raiseAlarm("JUNCTION_PRESSURE_LOW", "WARNING", (view) => `the pressure is low: ${pressure(view)}`),
        exit: clearAlarm("JUNCTION_PRESSURE_LOW"),
        on: alive,
      },
      high: {
        entry: raiseAlarm("JUNCTION_PRESSURE_HIGH", "WARNING", (view) => `the pressure is high: ${pressure(view)}`),
        exit: clearAlarm("JUNCTION_PRESSURE_HIGH"),
        on: alive,
      },
      dead: {
        exit: clearAlarm("JUNCTION_DEAD"),
        on: { "supply.restored": asMeasured },
      },
      outOfService: {},
    },
  }),
});
