// District: the whole; the sums over its buildings, and whether all of them are supplied.
// Fed by    its buildings: their totals, and what they tell of their supply
// D1  `disturbed` while at least one building is unsupplied; one alarm stands for as long
// D2  its points are the sums of the points of the same names of the buildings that it contains

import { totalsOfBuildings } from "./carrier-totals.ts";
import { countOf, isLast, oneLess, oneMore } from "./counts.ts";
import { defineTwin } from "./definition.ts";
import { clearAlarm, raiseAlarm, statechart } from "./effects.ts";

const UNSUPPLIED = "unsuppliedBuildings";

export const district = defineTwin({
  kind: "district",
  points: { ...totalsOfBuildings, [UNSUPPLIED]: countOf() },
  conditions: {},
  commands: {},
  machine: statechart.createMachine({
    initial: "normal",
    states: {
      normal: { on: { "building.unsupplied": { target: "disturbed", actions: oneMore(UNSUPPLIED) } } },
      disturbed: {
        entry: raiseAlarm(
          "DISTRICT_DISTURBED",
          "WARNING",
          "buildings are unsupplied; the point unsuppliedBuildings counts them",
        ),
        exit: clearAlarm("DISTRICT_DISTURBED"),
        on: {
          "building.unsupplied": { actions: oneMore(UNSUPPLIED) },
          "building.supplied": [
            { guard: isLast(UNSUPPLIED), target: "normal", actions: oneLess(UNSUPPLIED) },
            { actions: oneLess(UNSUPPLIED) },
          ],
        },
      },
    },
  }),
});
