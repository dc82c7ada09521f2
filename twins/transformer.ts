// Transformer: two or three windings between buses of different voltage (pandapower `trafo`, `trafo3w`, OpenDSS Transformer).
// Fed by    `apparentPower` or `power` of its meter, `oilTemperature`, `tapPosition`; the supply of its ends
// Steered by open, close, setTap, reportFault, clearFault
// T1  `overloaded` is entered only after HOLD_MS of loading above LIMIT_PERCENT, and left below CLEAR_PERCENT
// T2  it conducts exactly while it is in service, also when all its ends are dead (`isolated`)
// T3  a fault takes it out of service; clearing the fault does not close it again
// T4  a tap outside of the model's range is refused
// T5  oil above HOT_OIL_DEG_C raises TRANSFORMER_HOT in whatever state it is (IEC 60076-7, top oil at normal cyclic loading)

import { z } from "zod";
import { modelledOutOfService } from "./as-modelled.ts";
import { above } from "./conditions.ts";
import { computed, defineTwin, measured, type Refusal, settable, type TwinEvent, type View } from "./definition.ts";
import { clearAlarm, drive, raiseAlarm, setPoint, statechart } from "./effects.ts";
import { faultArgs, reportedFault } from "./faults.ts";
import { isUnsupplied, noteLost, noteRestored, remembersSupply, supplyMemory } from "./supply.ts";

const LIMIT_PERCENT = 100;
const CLEAR_PERCENT = 95;
const HOLD_MS = 60_000;
const HOT_OIL_DEG_C = 105;
const COOL_OIL_DEG_C = 95;

const known = (value: number, otherwise: number) => (Number.isNaN(value) ? otherwise : value);

/** Loading as pandapower defines it with `trafo_loading` = "power": apparent power over `sn_mva` * `df` * `parallel`. */
function loadingPercent(view: View): number {
  const ofWindings = known(view.attribute("snMva"), view.attribute("snHvMva"));
  const ratedVa = 1e6 * ofWindings * known(view.attribute("df"), 1) * known(view.attribute("parallel"), 1);
  const carriedVa = known(
    view.value("apparentPower"),
    Math.hypot(view.value("power"), known(view.value("reactivePower"), 0)),
  );
  const percent = (100 * Math.abs(carriedVa)) / ratedVa;
  return Number.isFinite(percent) ? percent : Number.NaN;
}

function refuseTap(view: View, args: Record<string, unknown>): Refusal | undefined {
  const least = view.attribute("tapMin");
  const most = view.attribute("tapMax");
  const position = Number(args.position);
  if (!(position < least || position > most)) return undefined;
  return { code: "TRANSFORMER_TAP_RANGE", reason: `the tap goes from ${least} to ${most}` };
}

const isOverloaded = ({ event }: { event: TwinEvent }) => event.view.isRaised("overload");
const backInService = [
  { guard: isUnsupplied, target: "inService.isolated" },
  { guard: isOverloaded, target: "inService.overloaded" },
  { target: "inService.normal" },
];
const tapArgument = (_view: View, { args }: TwinEvent) => Number(args.position);

export const transformer = defineTwin({
  kind: "transformer",
  points: {
    power: measured("W"),
    reactivePower: measured("var"),
    apparentPower: measured("VA"),
    oilTemperature: measured("Cel"),
    tapPosition: measured("/"),
    wantedTapPosition: settable("/", ({ attributes }) =>
      typeof attributes.tapPos === "number" ? attributes.tapPos : Number.NaN,
    ),
    loadingPercent: computed("%", ["power", "reactivePower", "apparentPower"], loadingPercent),
    ...supplyMemory,
  },
  conditions: {
    overload: above("loadingPercent", LIMIT_PERCENT, { clearAt: CLEAR_PERCENT, forMs: HOLD_MS }),
    hotOil: above("oilTemperature", HOT_OIL_DEG_C, { clearAt: COOL_OIL_DEG_C }),
  },
  commands: {
    open: { description: "Takes the transformer out of service: it carries nothing" },
    close: { description: "Puts the transformer into service" },
    setTap: {
      description: "Moves the tap changer",
      args: z.strictObject({ position: z.int().min(-100).max(100).describe("Tap position, as the model counts it") }),
      refuse: refuseTap,
    },
    reportFault: { description: "Reports a fault: the transformer is out until it is cleared", args: faultArgs },
    clearFault: { description: "The fault is mended; the transformer stays out of service until it is closed" },
  },
  machine: statechart.createMachine({
    id: "transformer",
    initial: "inService",
    on: {
      ...remembersSupply,
      "hotOil.raised": {
        actions: raiseAlarm(
          "TRANSFORMER_HOT",
          "WARNING",
          (view) => `the oil has ${view.value("oilTemperature").toFixed(0)} degrees Celsius`,
        ),
      },
      "hotOil.cleared": { actions: clearAlarm("TRANSFORMER_HOT") },
    },
    states: {
      inService: {
        tags: ["conducting"],
        initial: "normal",
        on: {
          born: { guard: modelledOutOfService, target: "outOfService" },
          open: "outOfService",
          setTap: { actions: [setPoint("wantedTapPosition", tapArgument), drive("tapPosition", tapArgument)] },
          reportFault: "faulted",
          "supply.lost": { target: ".isolated", actions: noteLost },
        },
        states: {
          normal: { on: { "overload.raised": "overloaded" } },
          overloaded: {
            entry: raiseAlarm(
              "TRANSFORMER_OVERLOADED",
              "WARNING",
              (view) => `loaded to ${view.value("loadingPercent").toFixed(0)} %`,
            ),
            exit: clearAlarm("TRANSFORMER_OVERLOADED"),
            on: { "overload.cleared": "normal" },
          },
          isolated: {
            on: {
              "supply.restored": [
                { guard: isOverloaded, target: "overloaded", actions: noteRestored },
                { target: "normal", actions: noteRestored },
              ],
            },
          },
        },
      },
      outOfService: { on: { close: backInService, reportFault: "faulted" } },
      faulted: {
        entry: raiseAlarm("TRANSFORMER_FAULTED", "CRITICAL", reportedFault),
        exit: clearAlarm("TRANSFORMER_FAULTED"),
        on: { clearFault: "outOfService" },
      },
    },
  }),
});
