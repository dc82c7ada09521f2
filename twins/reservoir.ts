// Reservoir: an endless source of water, gas or heat at a fixed head: a lake, a well, a feed-in station (EPANET `reservoir`, pandapipes `ext_grid`).
// Fed by    `flow`, `pressure`, `temperature` of its meter
// Steered by takeOut, putBack
// R1  it supplies its network exactly while it is `supplying`; so does the way that it is itself, where the model has one

import { modelledOutOfService } from "./as-modelled.ts";
import { defineTwin, measured } from "./definition.ts";
import { statechart } from "./effects.ts";

export const reservoir = defineTwin({
  kind: "reservoir",
  points: {
    head: measured("m"),
    flow: measured("m3/h"),
    pressure: measured("bar"),
    temperature: measured("Cel"),
  },
  conditions: {},
  commands: {
    takeOut: { description: "Takes the source out of service, for instance when its water is polluted" },
    putBack: { description: "Puts the source back into service" },
  },
  machine: statechart.createMachine({
    initial: "supplying",
    states: {
      supplying: {
        tags: ["sourcing", "conducting"],
        on: { born: { guard: modelledOutOfService, target: "outOfService" }, takeOut: "outOfService" },
      },
      outOfService: { on: { putBack: "supplying" } },
    },
  }),
});
