// The envelope of a building, a storey or a space: counts, areas and thermal transmittances of its elements, and their directions.
// Fed by    models/loaders/ifc/elements.ts, with the elements of each twin by their GlobalIds
// Gives     the attributes `elementCounts` and `envelope`
// V1  an element counts once, whatever number of files shows it

import type { Attributes } from "../../district.ts";
import { SECTORS, sectorOf } from "../compass.ts";
import { type ElementFacts, ENVELOPE_CLASSES, type EnvelopePart } from "./elements.ts";

/** Elements of one twin by their GlobalIds, as far as they have one. */
export type Elements = ReadonlyMap<string, ElementFacts>;

const PARTS = Object.keys(ENVELOPE_CLASSES) as EnvelopePart[];
/** External elements that one twin lists; the sums are over all of them. */
const MAX_LISTED = 1000;

/** What the elements of a building or storey make of it; `listed` adds the external ones, one by one. */
export function describeElements(elements: Elements, listed: boolean): Attributes {
  const counts = new Map<string, number>();
  for (const { ifcClass } of elements.values()) counts.set(ifcClass, (counts.get(ifcClass) ?? 0) + 1);
  const elementCounts = Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  const envelope = describeEnvelope(elements, listed);
  return { elementCounts, ...(envelope ? { envelope } : {}) };
}

/** Undefined when none of the elements is part of an envelope. */
export function describeEnvelope(elements: Elements, listed: boolean): Attributes | undefined {
  const envelope: Attributes = {};
  for (const part of PARTS) {
    const own = [...elements.values()].filter((facts) => facts.part === part);
    if (own.length > 0) envelope[part] = summary(own);
  }
  if (Object.keys(envelope).length === 0) return undefined;
  const directions = byOrientation([...elements.values()]);
  if (Object.keys(directions).length > 0) envelope.byOrientation = directions;
  const external = listed ? [...elements].filter(([, facts]) => facts.isExternal && facts.part) : [];
  external.sort(([a], [b]) => (a < b ? -1 : 1)); // the same in every encoding of the file
  if (external.length > 0) {
    envelope.elements = external
      .slice(0, MAX_LISTED)
      .map(([globalId, { part: _, isExternal: __, ...facts }]) => ({ globalId, ...facts }));
  }
  return envelope;
}

function summary(all: readonly ElementFacts[]): Attributes {
  const external = all.filter(({ isExternal }) => isExternal);
  const told = all.filter(({ isExternal }) => isExternal !== undefined);
  const said: Attributes = { count: all.length };
  if (told.length > 0) said.externalCount = external.length;
  if (all.some(({ loadBearing }) => loadBearing !== undefined)) {
    said.loadBearingCount = all.filter(({ loadBearing }) => loadBearing).length;
  }
  const measured = all.filter(({ areaM2 }) => areaM2 !== undefined);
  if (measured.length > 0) said.areaM2 = areaOf(all);
  if (measured.length > 0 && measured.length < all.length) said.areaUnknownCount = all.length - measured.length;
  if (external.some(({ areaM2 }) => areaM2 !== undefined)) said.externalAreaM2 = areaOf(external);
  const gross = all.reduce((sum, { grossAreaM2 = 0 }) => sum + grossAreaM2, 0);
  if (gross > 0) said.grossAreaM2 = tidy(gross);
  const uValue = meanTransmittance(external.length > 0 ? external : all);
  if (uValue !== undefined) said.uValueWPerM2K = uValue;
  const types = new Map<string, number>();
  for (const { predefinedType = "NOTDEFINED" } of all) {
    if (predefinedType !== "NOTDEFINED") types.set(predefinedType, (types.get(predefinedType) ?? 0) + 1);
  }
  if (types.size > 0) said.byPredefinedType = Object.fromEntries([...types].sort(([a], [b]) => (a < b ? -1 : 1)));
  return said;
}

/** Mean of those that are known, by area; by number when an area is not known. */
function meanTransmittance(all: readonly ElementFacts[]): number | undefined {
  const known = all.filter(({ uValueWPerM2K }) => uValueWPerM2K !== undefined);
  if (known.length === 0) return undefined;
  const weigh = known.every(({ areaM2 }) => areaM2 !== undefined);
  const weights = known.map(({ areaM2 }) => (weigh ? areaM2! : 1));
  const sum = known.reduce((total, { uValueWPerM2K }, i) => total + uValueWPerM2K! * weights[i]!, 0);
  return Number((sum / weights.reduce((a, b) => a + b, 0)).toPrecision(6));
}

function byOrientation(all: readonly ElementFacts[]): Attributes {
  const directions: Attributes = {};
  for (const sector of SECTORS) {
    const facing = all.filter(({ azimuthDeg }) => azimuthDeg !== undefined && sectorOf(azimuthDeg) === sector);
    const parts: Attributes = {};
    for (const part of PARTS) {
      const own = facing.filter((facts) => facts.part === part);
      if (own.length === 0) continue;
      const known = own.some(({ areaM2 }) => areaM2 !== undefined);
      parts[part] = { count: own.length, ...(known ? { areaM2: areaOf(own) } : {}) };
    }
    if (facing.length > 0) directions[sector] = parts;
  }
  return directions;
}

function areaOf(all: readonly ElementFacts[]): number {
  return tidy(all.reduce((sum, { areaM2 = 0 }) => sum + areaM2, 0));
}

function tidy(amount: number): number {
  return Number(amount.toPrecision(9));
}
