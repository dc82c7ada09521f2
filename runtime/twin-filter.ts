// Twin filters and pages: which twins are asked for, and which of them come on a page.
// Gives     the same answer for twins as they are and as they were: what they are is handed in
// A1  the id order of twins is that of code units, and pages follow it

import type { TwinId, TwinModel } from "../models/district.ts";
import type { Page, PageRequest, TwinFilter } from "./views.ts";

export interface TwinSource {
  /** All twins that are there, in order. */
  ids: readonly TwinId[];
  /** Undefined for a twin that is not there. */
  modelOf: (id: TwinId) => TwinModel | undefined;
  stateOf: (id: TwinId) => string;
}

/** All that pass a filter, in order. */
export function matching(source: TwinSource, filter: TwinFilter): readonly TwinId[] {
  const ids = filter.ids ? [...new Set(filter.ids)].sort() : source.ids;
  const { kinds, sources, state } = filter;
  const isAll = !filter.ids && !kinds && !sources && state === undefined;
  return isAll ? ids : ids.filter((id) => matches(source, id, filter));
}

export function pageOf(ids: readonly TwinId[], { first, after }: PageRequest): Page<TwinId> {
  const start = after === undefined ? 0 : firstAfter(ids, after);
  return {
    items: ids.slice(start, start + first),
    totalCount: ids.length,
    hasNextPage: ids.length > start + first,
    hasPreviousPage: start > 0,
  };
}

export function matches(
  { modelOf, stateOf }: Pick<TwinSource, "modelOf" | "stateOf">,
  id: TwinId,
  { ids, kinds, sources, state }: TwinFilter,
): boolean {
  const model = modelOf(id);
  if (!model) return false;
  if (ids && !ids.includes(id)) return false;
  if (kinds && !kinds.includes(model.kind)) return false;
  if (sources && !sources.includes(model.source)) return false;
  return state === undefined || isIn(stateOf(id), state);
}

/** Whether the wanted path is part of one of the state's dotted paths: `online` of `online.normal`, `unsupplied` of `supply.unsupplied`. */
function isIn(state: string, wanted: string): boolean {
  return state === wanted || state.split("|").some((path) => `.${path}.`.includes(`.${wanted}.`));
}

/** Index of the first id that comes after the given one, whether or not that is there. */
function firstAfter(ids: readonly string[], after: string): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ids[middle]! <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}
