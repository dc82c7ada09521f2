// Tap changers of a transformer.
// Fed by    RatioTapChanger, PhaseTapChanger and their tables, controls and states
// Gives     `tapChangers`, each with its side and position; pandapower's tap attributes when all changers agree
// A1  the position is what the state (SV) says, else the schedule (SSH), else the normal one

import type { Attributes } from "../../district.ts";
import type { CimObject } from "./model.ts";
import type { Network } from "./network.ts";
import { byVoltage, type End } from "./transformers.ts";

const TAP_NAMES = ["tapSide", "tapPos", "tapMin", "tapMax", "tapNeutral", "tapStepPercent", "tapStepDegree"];

export function taps(network: Network, ends: readonly End[], main: readonly End[]): Attributes {
  const changers = ends.flatMap((end) => changersAt(network, end, sideOf(end, ends, main)));
  const [first] = changers;
  if (!first) return {};
  const common: Attributes = {};
  for (const name of TAP_NAMES) {
    const value = first[name];
    if (value !== undefined && changers.every((changer) => changer[name] === value)) common[name] = value;
  }
  return { ...common, tapChangers: changers };
}

function changersAt({ grid }: Network, end: End, side: string | undefined): Attributes[] {
  const { model } = grid;
  const changers = model
    .referring("TransformerEnd", end.object)
    .filter(({ className }) => /TapChanger/.test(className));
  return changers.map((changer) => {
    const state = model.referring("TapChanger", changer).find(({ className }) => className === "SvTapStep");
    if (state) state.fate ??= "kept";
    const position = state?.number("position") ?? changer.number("step") ?? changer.number("normalStep");
    return {
      ...grid.described(changer),
      ...(side === undefined ? {} : { tapSide: side }),
      ...(position === undefined ? {} : { tapPos: position }),
    };
  });
}

/** hv, mv or lv: by the order of the voltages in the core that the end is a winding of. */
function sideOf(end: End, ends: readonly End[], main: readonly End[]): string | undefined {
  const core = main.includes(end) ? main : coreOf(end.object, ends);
  const sorted = byVoltage(core);
  const at = sorted.indexOf(end);
  if (at === 0) return "hv";
  return at === sorted.length - 1 ? "lv" : at === 1 && sorted.length === 3 ? "mv" : undefined;
}

function coreOf(object: CimObject, ends: readonly End[]): End[] {
  const tank = object.reference("TransformerTank");
  return ends.filter((end) => end.object.reference("TransformerTank") === tank);
}
