// Load: what takes power at one bus (pandapower `load`, MATPOWER Pd and Qd, OpenDSS Load).
// Fed by    `power`, `voltage` ... of its meter; the supply of its bus
// Steered by shed, reconnect
// D1  `unsupplied` while its bus is dead; a load that was shed stays shed when the bus lives again
// D2  the position that is wanted stands in the point `connected` and goes to the device that switches the load

import { modelledOutOfService } from "./as-modelled.ts";
import { defineTwin, measured, settable } from "./definition.ts";
import { drive, setPoint, statechart } from "./effects.ts";
import { isUnsupplied, noteLost, noteRestored, remembersSupply, supplyMemory } from "./supply.ts";

const want = (connected: 0 | 1) => [setPoint("connected", connected), drive("connected", connected)];

const reconnect = [
  { guard: isUnsupplied, target: "unsupplied", actions: want(1) },
  { target: "connected", actions: want(1) },
];

export const load = defineTwin({
  kind: "load",
  points: {
    power: measured("W"),
    reactivePower: measured("var"),
    current: measured("A"),
    voltage: measured("V"),
    connected: settable("/", ({ attributes }) => (attributes.inService === false ? 0 : 1)),
    ...supplyMemory,
  },
  conditions: {},
  commands: {
    shed: { description: "Disconnects the load to relieve the network" },
    reconnect: { description: "Connects the load again" },
  },
  machine: statechart.createMachine({
    initial: "connected",
    on: remembersSupply,
    states: {
      connected: {
        on: {
          born: { guard: modelledOutOfService, target: "outOfService" },
          shed: { target: "shed", actions: want(0) },
          "supply.lost": { target: "unsupplied", actions: noteLost },
        },
      },
      unsupplied: {
        on: {
          shed: { target: "shed", actions: want(0) },
          "supply.restored": { target: "connected", actions: noteRestored },
        },
      },
      shed: { on: { reconnect } },
      outOfService: { on: { reconnect } },
    },
  }),
});
