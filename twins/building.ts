// Building: what people use; its consumption is the sum of its meters, carrier by carrier.
// Fed by    its meters (consumption, power, flow, temperature, humidity, CO2); the supply of the nodes that feed it
// Steered by occupy, setBack, switchOff, setTemperature
// G1  three regions at once: how it is operated, whether its people are comfortable, whether it is supplied
// G2  frost protection starts by itself below FROST_DEG_C while the building is not occupied, and ends above FROST_OVER_DEG_C
// G3  comfort is judged only while it is occupied
// G4  it is `unsupplied` as long as any carrier is missing, and its one alarm names all that are

import { CARRIERS, type Carrier } from "../models/district.ts";
import { totalsOfMeters } from "./carrier-totals.ts";
import {
  comfortConditions,
  isComfortable,
  isTemperatureKnown,
  isUncomfortable,
  temperatureArgs,
  USUAL_SET_POINT_DEG_C,
  wantedDegC,
} from "./comfort.ts";
import { below } from "./conditions.ts";
import { defineTwin, measured, settable, type TwinEvent, type View } from "./definition.ts";
import { clearAlarm, drive, raiseAlarm, setPoint, statechart, tell } from "./effects.ts";
import { carrierOf } from "./supply.ts";

const FROST_DEG_C = 5;
const FROST_OVER_DEG_C = 7;
/** What heating keeps while the building is off, so that pipes do not freeze. */
const FROST_SET_POINT_DEG_C = 8;
const SETBACK_K = 4;

type Seen = { event: TwinEvent };

const setPointDegC = (view: View) => view.value("setPointTemperature");
const heatFully = drive("setPointTemperature", setPointDegC);
const heatLess = drive("setPointTemperature", (view) => setPointDegC(view) - SETBACK_K);
const heatAgainstFrost = drive("setPointTemperature", FROST_SET_POINT_DEG_C);
const rememberSetPoint = setPoint("setPointTemperature", (_view, event) => wantedDegC(event));
const isFrosty = ({ event }: Seen) => event.view.isRaised("frost");

const setBack = [
  { guard: isFrosty, target: "#building.operation.frostProtection.setBack", actions: heatAgainstFrost },
  { target: "#building.operation.setback", actions: heatLess },
];
const switchOff = [
  { guard: isFrosty, target: "#building.operation.frostProtection.switchedOff", actions: heatAgainstFrost },
  { target: "#building.operation.off", actions: heatAgainstFrost },
];
const occupy = { target: "#building.operation.occupied", actions: heatFully };

const asFelt = [
  { guard: (seen: Seen) => isTemperatureKnown(seen) && isUncomfortable(seen), target: "#building.comfort.lost" },
  { guard: isTemperatureKnown, target: "#building.comfort.kept" },
  { target: "#building.comfort.unknown.notMeasured" },
];
const nobodyThere = "#building.comfort.unknown.notOccupied";

const suppliedPoint = (carrier: Carrier) => `${carrier}Supplied`;
const isMissing = (view: View, carrier: Carrier) => view.value(suppliedPoint(carrier)) === 0;

/** Carriers that are missing once the event is taken into account. */
function missingAfter(event: TwinEvent): Carrier[] {
  const told = carrierOf(event);
  const isLost = event.type === "supply.lost";
  return CARRIERS.filter((carrier) => (carrier === told ? isLost : isMissing(event.view, carrier)));
}

/** Supply signals that tell something new of a carrier. */
const isNews = ({ event }: Seen) => {
  const carrier = carrierOf(event);
  return carrier !== undefined && isMissing(event.view, carrier) !== (event.type === "supply.lost");
};
const isAllBack = (seen: Seen) => isNews(seen) && missingAfter(seen.event).length === 0;

const noteSupply = setPoint(
  (_view, event) => suppliedPoint(carrierOf(event)!),
  (_view, event) => (event.type === "supply.lost" ? 0 : 1),
);
const nameMissing = [
  clearAlarm("BUILDING_UNSUPPLIED"),
  raiseAlarm("BUILDING_UNSUPPLIED", "CRITICAL", (_view, event) => `no supply of ${missingAfter(event).join(", ")}`),
];

export const building = defineTwin({
  kind: "building",
  points: {
    ...totalsOfMeters,
    temperature: measured("Cel"),
    humidity: measured("%RH"),
    co2: measured("ppm"),
    setPointTemperature: settable("Cel", () => USUAL_SET_POINT_DEG_C),
    electricitySupplied: settable("/", () => 1),
    waterSupplied: settable("/", () => 1),
    gasSupplied: settable("/", () => 1),
    heatSupplied: settable("/", () => 1),
  },
  conditions: {
    ...comfortConditions,
    frost: below("temperature", FROST_DEG_C, { clearAt: FROST_OVER_DEG_C }),
  },
  commands: {
    occupy: { description: "People are there: heats to the set-point" },
    setBack: { description: `Nobody is there for a while: heats ${SETBACK_K} K less` },
    switchOff: { description: "Nobody is there for long: heats against frost only" },
    setTemperature: {
      description: "Sets the room temperature that is wanted while it is occupied",
      args: temperatureArgs,
    },
  },
  machine: statechart.createMachine({
    id: "building",
    type: "parallel",
    states: {
      operation: {
        initial: "occupied",
        on: { setTemperature: { actions: rememberSetPoint } },
        states: {
          occupied: {
            on: {
              setBack,
              switchOff,
              setTemperature: {
                actions: [rememberSetPoint, drive("setPointTemperature", (_view, event) => wantedDegC(event))],
              },
            },
          },
          setback: {
            on: {
              occupy,
              switchOff,
              "frost.raised": { target: "frostProtection.setBack", actions: heatAgainstFrost },
              setTemperature: {
                actions: [
                  rememberSetPoint,
                  drive("setPointTemperature", (_view, event) => wantedDegC(event) - SETBACK_K),
                ],
              },
            },
          },
          off: {
            on: {
              occupy,
              setBack,
              "frost.raised": { target: "frostProtection.switchedOff", actions: heatAgainstFrost },
            },
          },
          frostProtection: {
            initial: "setBack",
            on: { occupy },
            states: {
              setBack: { on: { switchOff, "frost.cleared": setBack } },
              switchedOff: { on: { setBack, "frost.cleared": switchOff } },
            },
          },
        },
      },
      comfort: {
        initial: "unknown",
        states: {
          unknown: {
            initial: "notMeasured",
            states: {
              notMeasured: {
                on: { "temperatureKnown.raised": asFelt, setBack: "notOccupied", switchOff: "notOccupied" },
              },
              notOccupied: { on: { occupy: asFelt } },
            },
          },
          kept: {
            on: { "tooCold.raised": "lost", "tooHot.raised": "lost", setBack: nobodyThere, switchOff: nobodyThere },
          },
          lost: {
            on: {
              "tooCold.cleared": { guard: isComfortable, target: "kept" },
              "tooHot.cleared": { guard: isComfortable, target: "kept" },
              setBack: nobodyThere,
              switchOff: nobodyThere,
            },
          },
        },
      },
      supply: {
        initial: "supplied",
        states: {
          supplied: {
            on: {
              "supply.lost": {
                guard: isNews,
                target: "unsupplied",
                actions: [noteSupply, ...nameMissing, tell("isPartOf", "building.unsupplied")],
              },
            },
          },
          unsupplied: {
            on: {
              "supply.lost": { guard: isNews, actions: [noteSupply, ...nameMissing] },
              "supply.restored": [
                {
                  guard: isAllBack,
                  target: "supplied",
                  actions: [noteSupply, clearAlarm("BUILDING_UNSUPPLIED"), tell("isPartOf", "building.supplied")],
                },
                { guard: isNews, actions: [noteSupply, ...nameMissing] },
              ],
            },
          },
        },
      },
    },
  }),
});
