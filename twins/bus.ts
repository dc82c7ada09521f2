// Bus: a node of an electric network (pandapower `bus`, MATPOWER bus, OpenDSS bus).
// Fed by    `voltage` (V) or `voltagePu` of a meter or of the power flow; the supply of its network
// B1  `low` and `high` are entered only after the voltage was outside of the band for HOLD_MS
// B2  the band is that of the model (minVmPu, maxVmPu; MATPOWER's vminPu, vmaxPu), else +-10 % of the nominal voltage (EN 50160, clause 4.2.2)
// B3  `dead` while no source reaches it; its voltage is not judged then
// B4  at up to 1 kV a voltage nearer to vnKv / sqrt(3) is one between phase and neutral, as meters there measure it

import { modelledOutOfService } from "./as-modelled.ts";
import { when } from "./conditions.ts";
import { computed, defineTwin, measured, type TwinEvent, type View } from "./definition.ts";
import { clearAlarm, raiseAlarm, statechart } from "./effects.ts";

const HOLD_MS = 60_000;
const DEFAULT_MIN_VM_PU = 0.9;
const DEFAULT_MAX_VM_PU = 1.1;
/** How far inside of the band the voltage must be again, so that a voltage at its edge does not flicker. */
const HYSTERESIS_PU = 0.005;
const LOW_VOLTAGE_MAX_KV = 1;

/** The first limit that is given: pandapower's name, MATPOWER's, else the usual one. */
const firstGiven = (...limits: number[]) => limits.find((limit) => limit > 0)!;
const minVmPu = (view: View) => firstGiven(view.attribute("minVmPu"), view.attribute("vminPu"), DEFAULT_MIN_VM_PU);
const maxVmPu = (view: View) => firstGiven(view.attribute("maxVmPu"), view.attribute("vmaxPu"), DEFAULT_MAX_VM_PU);

/** The voltage as a part of the nominal one, by whichever of the two points is newer. */
function vmPu(view: View): number {
  const measuredPu = view.value("voltagePu");
  const isPuNewer = !(view.at("voltage") > view.at("voltagePu"));
  if (!Number.isNaN(measuredPu) && isPuNewer) return measuredPu;
  const nominalKv = view.attribute("vnKv");
  const ofPhases = view.value("voltage") / 1000 / nominalKv;
  const ofPhaseToNeutral = ofPhases * Math.sqrt(3);
  const isPhaseToNeutral = nominalKv <= LOW_VOLTAGE_MAX_KV && ofPhases * ofPhaseToNeutral < 1;
  return isPhaseToNeutral ? ofPhaseToNeutral : ofPhases;
}

type Seen = { event: TwinEvent };
const isLow = ({ event }: Seen) => event.view.isRaised("low");
const isHigh = ({ event }: Seen) => event.view.isRaised("high");

/** A node that feeds nobody raises no alarm when it is dead: those that are without supply do, and a feeder has many nodes. */
const feedsSomebody = ({ event }: Seen) => event.view.neighbours("feeds") > 0;
const raiseDead = raiseAlarm("BUS_DEAD", "WARNING", "no source reaches the bus");

const asMeasured = [
  { guard: isLow, target: "#bus.low" },
  { guard: isHigh, target: "#bus.high" },
  { target: "#bus.inBand" },
];
const alive = {
  "low.raised": asMeasured,
  "low.cleared": asMeasured,
  "high.raised": asMeasured,
  "high.cleared": asMeasured,
  "supply.lost": [{ guard: feedsSomebody, target: "#bus.dead", actions: raiseDead }, { target: "#bus.dead" }],
};

const percent = (view: View) => `${(100 * view.value("vmPu")).toFixed(1)} % of nominal`;

export const bus = defineTwin({
  kind: "bus",
  points: {
    voltage: measured("V"),
    voltagePu: measured("pu"),
    frequency: measured("Hz"),
    vmPu: computed("pu", ["voltage", "voltagePu"], vmPu),
  },
  conditions: {
    low: when(["vmPu"], (view) => view.value("vmPu") < minVmPu(view), {
      clear: (view) => view.value("vmPu") >= minVmPu(view) + HYSTERESIS_PU,
      forMs: HOLD_MS,
    }),
    high: when(["vmPu"], (view) => view.value("vmPu") > maxVmPu(view), {
      clear: (view) => view.value("vmPu") <= maxVmPu(view) - HYSTERESIS_PU,
      forMs: HOLD_MS,
    }),
  },
  commands: {},
  machine: statechart.createMachine({
    id: "bus",
    initial: "inBand",
    states: {
      inBand: { on: { ...alive, born: { guard: modelledOutOfService, target: "outOfService" } } },
      low: {
        entry: raiseAlarm("BUS_VOLTAGE_LOW", "WARNING", (view) => `the voltage is low: ${percent(view)}`),
        exit: clearAlarm("BUS_VOLTAGE_LOW"),
        on: alive,
      },
      high: {
        entry: raiseAlarm("BUS_VOLTAGE_HIGH", "WARNING", (view) => `the voltage is high: ${percent(view)}`),
        exit: clearAlarm("BUS_VOLTAGE_HIGH"),
        on: alive,
      },
      dead: {
        exit: clearAlarm("BUS_DEAD"),
        on: { "supply.restored": asMeasured },
      },
      outOfService: {},
    },
  }),
});
