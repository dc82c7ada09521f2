// What any net is asked: what is out of service, what no source reaches, which parameters cannot be.
// Fed by    the elements and the network between them
// Gives     findings only
// Must not  change anything

import { isInService, named, reachOf } from "../reach.ts";
import { allOf, type Elements, placeOf } from "./elements.ts";
import type { NetFormat, Report } from "./format.ts";
import type { Network } from "./network.ts";

export function checkPositive(elements: Elements, table: string, names: readonly string[], report: Report): void {
  for (const element of elements.get(table)!.values()) {
    for (const name of names) {
      const value = element.twin.attributes[name];
      if (value === undefined) report("PARAMETER", placeOf(element), `it has no ${name}`);
      else if (!isAboveZero(value)) report("PARAMETER", placeOf(element), `its ${name} is ${JSON.stringify(value)}`);
    }
  }
}

export function checkService(elements: Elements, report: Report): void {
  for (const [table, byIndex] of elements) {
    const out = [...byIndex.values()].filter(({ twin }) => !isInService(twin)).map(placeOf);
    if (out.length > 0) {
      report("OUT_OF_SERVICE", table, `${out.length} of ${byIndex.size} out of service: ${named(out)}`);
    }
  }
}

/** What supply means in a format's words. */
export interface SupplyWords {
  nodes: string;
  /** Why nothing is supplied at all: `there is no ext_grid in service`. */
  noSource: string;
  /** Told of a node at which nothing ends; without it such a node is only without supply. */
  isolated?: (place: string) => void;
}

export function checkSupply(
  elements: Elements,
  { links, branches }: Network,
  format: NetFormat,
  words: SupplyWords,
  report: Report,
): void {
  const all = allOf(elements);
  const places = new Map(all.map((element) => [element.twin.id, placeOf(element)]));
  const twins = all.map(({ twin }) => twin);
  const inService = new Set(twins.filter(isInService).map(({ id }) => id));
  const { isSupplied, parts } = reachOf(twins, links, branches);
  if (!isSupplied && parts.length > 0) report("NO_SOURCE", "", words.noSource);
  for (const { nodes, isAlone, dark } of parts) {
    if (words.isolated && isAlone && inService.has(nodes[0]!)) words.isolated(places.get(nodes[0]!)!);
    else if (isSupplied && dark.length > 0) {
      const count = `${dark.length} ${dark.length === 1 ? format.node : words.nodes}`;
      const darkPlaces = dark.map((id) => places.get(id)!);
      report("UNSUPPLIED", darkPlaces[0]!, `no source reaches ${count}: ${named(darkPlaces)}`);
    }
  }
}

export function isAboveZero(value: unknown): value is number {
  return typeof value === "number" && value > 0;
}
