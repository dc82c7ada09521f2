// Twin filters and pages: which twins are asked for, and which of them come on a page.
// Gives     the same answer for twins as they are and as they were: what they are is handed in
// A1  the id order of twins is that of code units, which is that of their numbers in the directory, and pages follow it

import type { Directory } from "../models/directory.ts";
import type { Page, PageRequest, TwinFilter, TwinView } from "./views.ts";

/** Twins go by their numbers in the directory. */
export interface TwinSource {
  directory: Pick<Directory, "size" | "idAt" | "indexOf" | "kindAt" | "sourceAt">;
  /** A past instant does not have those that were not born yet. */
  isThere: (twin: number) => boolean;
  stateOf: (twin: number) => string;
  viewOf: (twin: number) => TwinView;
}

export function twinPage(source: TwinSource, filter: TwinFilter, { first, after }: PageRequest): Page<TwinView> {
  const { directory, viewOf } = source;
  const from = after === undefined ? 0 : firstAfter(directory, after);
  const items: TwinView[] = [];
  let [before, upTo] = [0, 0];
  for (const twin of numbersOf(directory, filter.ids)) {
    if (!matches(source, twin, filter)) continue;
    if (twin < from) before++;
    else if (items.length < first) items.push(viewOf(twin));
    upTo++;
  }
  return {
    items,
    totalCount: upTo,
    hasNextPage: upTo > before + items.length,
    hasPreviousPage: before > 0,
  };
}

export function matches(
  { directory, isThere, stateOf }: Omit<TwinSource, "viewOf">,
  twin: number,
  { kinds, sources, state }: TwinFilter,
): boolean {
  if (kinds && !kinds.includes(directory.kindAt(twin))) return false;
  if (sources && !sources.includes(directory.sourceAt(twin))) return false;
  return isThere(twin) && (state === undefined || isIn(stateOf(twin), state));
}

/** All twins, or those of the ids that there are, each once, in their order. */
function* numbersOf(directory: TwinSource["directory"], ids: TwinFilter["ids"]): Iterable<number> {
  if (!ids) for (let twin = 0; twin < directory.size; twin++) yield twin;
  else yield* [...new Set(ids.map((id) => directory.indexOf(id)))].filter((twin) => twin >= 0).sort((a, b) => a - b);
}

/** Whether the wanted path is part of one of the state's dotted paths: `online` of `online.normal`, `unsupplied` of `supply.unsupplied`. */
function isIn(state: string, wanted: string): boolean {
  return state === wanted || state.split("|").some((path) => `.${path}.`.includes(`.${wanted}.`));
}

/** Number of the first twin whose id comes after the given one, whether or not that is there. */
function firstAfter(directory: Pick<Directory, "size" | "idAt">, after: string): number {
  let low = 0;
  let high = directory.size;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (directory.idAt(middle) <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}
