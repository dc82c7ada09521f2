// Tank: stores water for a network and keeps up its pressure (EPANET `tank`).
// Fed by    `level` (m above its bottom) of its gauge or of the hydraulic solve
// K1  its states follow its level alone: empty, low, normal, high, full
// K2  `empty` and `full` are the model's minLevelM and maxLevelM; `low` and `high` are tenths of the way between them
// K3  it supplies its network unless it is empty

import { type Condition, when } from "./conditions.ts";
import { computed, defineTwin, measured, type TwinEvent, type View } from "./definition.ts";
import { clearAlarm, raiseAlarm, statechart } from "./effects.ts";

/** Parts of the way from the least to the most level. */
const LOW_PART = 0.1;
const HIGH_PART = 0.9;
const HYSTERESIS_PART = 0.02;

/** Part of the usable height that is filled: 0 at the model's least level, 1 at its most; NaN when the model has no levels. */
function filledPart(view: View): number {
  const least = view.attribute("minLevelM");
  const usable = view.attribute("maxLevelM") - least;
  return usable > 0 ? (view.value("level") - least) / usable : Number.NaN;
}

const atMost = (part: number): Condition =>
  when(["level"], (view) => filledPart(view) <= part, { clear: (view) => filledPart(view) > part + HYSTERESIS_PART });
const atLeast = (part: number): Condition =>
  when(["level"], (view) => filledPart(view) >= part, { clear: (view) => filledPart(view) < part - HYSTERESIS_PART });

type Seen = { event: TwinEvent };
const stands = (condition: string) => (seen: Seen) => seen.event.view.isRaised(condition);
const byLevel = [
  { guard: stands("atBottom"), target: "#tank.empty" },
  { guard: stands("atTop"), target: "#tank.full" },
  { guard: stands("nearBottom"), target: "#tank.low" },
  { guard: stands("nearTop"), target: "#tank.high" },
  { target: "#tank.normal" },
];

const CONDITIONS = {
  atBottom: atMost(0),
  nearBottom: atMost(LOW_PART),
  nearTop: atLeast(HIGH_PART),
  atTop: atLeast(1),
};
const level = (view: View) => `the level is ${view.value("level").toFixed(2)} m`;

export const tank = defineTwin({
  kind: "tank",
  points: {
    level: measured("m"),
    flow: measured("m3/h"),
    temperature: measured("Cel"),
    volume: computed("m3", ["level"], (view) => (Math.PI / 4) * view.attribute("diameterM") ** 2 * view.value("level")),
    filled: computed("%", ["level"], (view) => 100 * filledPart(view)),
  },
  conditions: CONDITIONS,
  commands: {},
  machine: statechart.createMachine({
    id: "tank",
    initial: "normal",
    on: Object.fromEntries(
      Object.keys(CONDITIONS).flatMap((name) => [`${name}.raised`, `${name}.cleared`].map((event) => [event, byLevel])),
    ),
    states: {
      empty: {
        entry: raiseAlarm("TANK_EMPTY", "CRITICAL", level),
        exit: clearAlarm("TANK_EMPTY"),
      },
      low: {
        tags: ["sourcing"],
        entry: raiseAlarm("TANK_LOW", "WARNING", level),
        exit: clearAlarm("TANK_LOW"),
      },
      normal: { tags: ["sourcing"] },
      high: { tags: ["sourcing"] },
      full: {
        tags: ["sourcing"],
        entry: raiseAlarm("TANK_FULL", "WARNING", level),
        exit: clearAlarm("TANK_FULL"),
      },
    },
  }),
});
