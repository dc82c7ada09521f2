// What an IFC source needs to be one of several views of the same building: its GlobalIds, and counts that do not count twice.
// Fed by    models/loaders/ifc/twins.ts, with the elements of each twin
// Gives     the `Federation` of a part (models/federation.ts)
// G1  a GlobalId names the same thing in every file; a number that stands in for one names it in one file only

import type { TwinModel } from "../../district.ts";
import type { DistrictPart, Federation } from "../loader.ts";
import { describeElements, describeEnvelope, type Elements } from "./envelope.ts";

/** A number that stands in for a GlobalId, or was added to one that is taken. */
const OF_ONE_FILE = /#\d+$/;
/** Of a twin, for as long as it is joined with others. */
const ELEMENTS = new WeakMap<TwinModel, Elements>();

export const IFC_FEDERATION: Federation = {
  ids: "ifc",
  identityOf: ({ element }) => (OF_ONE_FILE.test(element) ? undefined : element),
  recount: (first, other) => {
    const [mine, theirs] = [ELEMENTS.get(first), ELEMENTS.get(other)];
    if (!theirs) return {};
    // those of the first file stand, as with all attributes
    tell(first, new Map([...(mine ?? []), ...[...theirs].filter(([globalId]) => !mine?.has(globalId))]));
    const { elementCounts, envelope } = first.attributes;
    return { ...(elementCounts ? { elementCounts } : {}), ...(envelope ? { envelope } : {}) };
  },
};

/** Some ten metres, less than lies between two buildings. */
const SAME_PLACE_DEG = 1e-4;

/**
 * The building of each of two files of one source, when each has but one and they stand at the same place under different
 * GlobalIds: exporters give a building of their own to every discipline.
 */
export function sameBuilding(first: DistrictPart, other: DistrictPart): [TwinModel, TwinModel] | undefined {
  const [mine, theirs] = [first, other].map(({ twins }) => twins.filter(({ kind }) => kind === "building"));
  const [one, two] = [mine![0], theirs![0]];
  if (!one || !two || mine!.length > 1 || theirs!.length > 1 || one.element === two.element) return undefined;
  const [here, there] = [placeOf(one), placeOf(two)];
  if (!here || !there) return undefined;
  const isSame = here.every((degrees, i) => Math.abs(degrees - there[i]!) < SAME_PLACE_DEG);
  return isSame ? [one, two] : undefined;
}

function placeOf({ attributes: { location } }: TwinModel): [number, number] | undefined {
  if (typeof location !== "object" || location === null || Array.isArray(location)) return undefined;
  const { latDeg, lonDeg } = location;
  return typeof latDeg === "number" && typeof lonDeg === "number" && (latDeg !== 0 || lonDeg !== 0)
    ? [latDeg, lonDeg]
    : undefined;
}

/** Writes into a twin what its elements make of it. */
export function tell(twin: TwinModel, elements: Elements): void {
  ELEMENTS.set(twin, elements);
  if (twin.kind !== "space") {
    Object.assign(twin.attributes, describeElements(elements, twin.kind === "storey"));
    return;
  }
  const envelope = describeEnvelope(elements, false);
  if (envelope) twin.attributes.envelope = envelope;
}
