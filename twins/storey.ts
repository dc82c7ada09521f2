// Storey: one level of a building; it says whether all of its spaces are fine.
// Fed by    what its spaces tell; meters of its own (temperature, humidity, CO2)
// Y1  `disturbed` while comfort is lost in at least one of its spaces

import { countOf, isLast, oneLess, oneMore } from "./counts.ts";
import { defineTwin, measured } from "./definition.ts";
import { statechart } from "./effects.ts";

const UNCOMFORTABLE = "uncomfortableSpaces";

export const storey = defineTwin({
  kind: "storey",
  points: {
    temperature: measured("Cel"),
    humidity: measured("%RH"),
    co2: measured("ppm"),
    [UNCOMFORTABLE]: countOf(),
  },
  conditions: {},
  commands: {},
  machine: statechart.createMachine({
    initial: "normal",
    states: {
      normal: { on: { "space.comfortLost": { target: "disturbed", actions: oneMore(UNCOMFORTABLE) } } },
      disturbed: {
        on: {
          "space.comfortLost": { actions: oneMore(UNCOMFORTABLE) },
          "space.comfortBack": [
            { guard: isLast(UNCOMFORTABLE), target: "normal", actions: oneLess(UNCOMFORTABLE) },
            { actions: oneLess(UNCOMFORTABLE) },
          ],
        },
      },
    },
  }),
});
