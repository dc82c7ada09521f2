// Grid: the connection to the network above, from which a network is supplied (pandapower `ext_grid`, MATPOWER reference bus).
// Fed by    `power` and `voltage` of its meter; the supply of the bus of an upper network that feeds it, if there is one
// Steered by disconnect, connect
// E1  it supplies its network exactly while it is `supplied`
// E2  a grid that nothing in the district feeds is taken as supplied: the world outside is not modelled

import { modelledOutOfService } from "./as-modelled.ts";
import { defineTwin, measured } from "./definition.ts";
import { clearAlarm, raiseAlarm, statechart } from "./effects.ts";
import { isUnsupplied, noteLost, noteRestored, remembersSupply, supplyMemory } from "./supply.ts";

export const grid = defineTwin({
  kind: "grid",
  points: {
    power: measured("W"),
    reactivePower: measured("var"),
    voltage: measured("V"),
    frequency: measured("Hz"),
    ...supplyMemory,
  },
  conditions: {},
  commands: {
    disconnect: { description: "Opens the connection: all that has no other source loses its supply" },
    connect: { description: "Closes the connection" },
  },
  machine: statechart.createMachine({
    initial: "supplied",
    on: remembersSupply,
    states: {
      supplied: {
        tags: ["sourcing"],
        on: {
          born: { guard: modelledOutOfService, target: "disconnected" },
          disconnect: "disconnected",
          "supply.lost": { target: "dead", actions: noteLost },
        },
      },
      dead: {
        entry: raiseAlarm("GRID_DEAD", "CRITICAL", "the network above gives no supply"),
        exit: clearAlarm("GRID_DEAD"),
        on: { disconnect: "disconnected", "supply.restored": { target: "supplied", actions: noteRestored } },
      },
      disconnected: { on: { connect: [{ guard: isUnsupplied, target: "dead" }, { target: "supplied" }] } },
    },
  }),
});
