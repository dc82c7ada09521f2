// What loaders tell themselves, with the place in their file: the diagnosis leaves it out, so that nothing is said twice.
// Fed by    nothing: it has to be kept in step with the checks of the loaders, and its test plants what is listed here

import type { Kind, TwinModel } from "../district.ts";
import type { SourceType } from "../manifest.ts";

/** Attributes of which the loader of a type says that they are not above zero. */
const ABOVE_ZERO: Partial<Record<SourceType, Partial<Record<Kind, readonly string[]>>>> = {
  pandapower: { bus: ["vnKv"], line: ["lengthKm"], transformer: ["snMva", "vkPercent"] },
  simbench: { bus: ["vnKv"], line: ["lengthKm"], transformer: ["snMva", "vkPercent"] },
  cgmes: { bus: ["vnKv"], line: ["lengthKm"], transformer: ["snMva", "vkPercent"] },
  matpower: { bus: ["vnKv"] },
  epanet: { pipe: ["lengthM", "diameterMm"], valve: ["diameterMm"], pump: ["powerKw"] },
  pandapipes: { pipe: ["lengthKm", "diameterM"], valve: ["diameterM"], junction: ["pnBar"] },
};

export function tellsAboveZero(type: SourceType | undefined, { kind }: TwinModel, attribute: string): boolean {
  return type !== undefined && ABOVE_ZERO[type]?.[kind]?.includes(attribute) === true;
}

/** Types whose loaders hold the nominal voltages of what a line or a switch connects against each other. */
export const COMPARE_VOLTAGES: ReadonlySet<SourceType> = new Set(["pandapower", "simbench", "cgmes"]);
