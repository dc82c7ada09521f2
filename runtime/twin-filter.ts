// Twin filters and pages: which twins are asked for, and which of them come on a page.
// Gives     the same answer for twins as they are and as they were: what they are is handed in
// A1  the id order of twins is that of code units, which is that of their numbers in the directory, and pages follow it

import type { Directory } from "../models/directory.ts";
import type { Places } from "../models/places/places.ts";
import type { Page, PageRequest, TwinFilter } from "./views.ts";

export type TwinDirectory = Pick<Directory, "size" | "idAt" | "indexOf" | "kindAt" | "sourceAt">;

/** Twins go by their numbers in the directory. */
export interface TwinSource {
  directory: TwinDirectory;
  stateOf: (twin: number) => string;
  /** Where twins stand; asked for when a filter has an area. */
  places: () => Pick<Places, "within" | "isWithin">;
}

/** Whether a twin passes a filter, its ids aside. */
export function matches(
  { directory, stateOf, places }: TwinSource,
  twin: number,
  { kinds, sources, state, within }: Omit<TwinFilter, "ids">,
): boolean {
  if (kinds && !kinds.includes(directory.kindAt(twin))) return false;
  if (sources && !sources.includes(directory.sourceAt(twin))) return false;
  if (within && !places().isWithin(twin, within)) return false;
  return state === undefined || isIn(stateOf(twin), state);
}

/** All twins, or those of the ids or of the area that there are, each once, in their order. */
export function* numbersOf({ directory, places }: TwinSource, { ids, within }: TwinFilter): Iterable<number> {
  if (!ids && within) yield* places().within(within);
  else if (!ids) for (let twin = 0; twin < directory.size; twin++) yield twin;
  else yield* [...new Set(ids.map((id) => directory.indexOf(id)))].filter((twin) => twin >= 0).sort((a, b) => a - b);
}

/** A page of twins, filled by going through all that pass, in their order. */
export class TwinPage {
  /** Those on the page. */
  readonly twins: number[] = [];
  readonly #from: number;
  readonly #first: number;
  #before = 0;
  #count = 0;

  constructor(directory: TwinDirectory, { first, after }: PageRequest) {
    this.#from = after === undefined ? 0 : firstAfter(directory, after);
    this.#first = first;
  }

  add(twin: number): void {
    this.#count++;
    if (twin < this.#from) this.#before++;
    else if (this.twins.length < this.#first) this.twins.push(twin);
  }

  get about(): Omit<Page<never>, "items"> {
    return {
      totalCount: this.#count,
      hasNextPage: this.#count > this.#before + this.twins.length,
      hasPreviousPage: this.#before > 0,
    };
  }
}

/** Whether the wanted path is part of one of the state's dotted paths: `online` of `online.normal`, `unsupplied` of `supply.unsupplied`. */
function isIn(state: string, wanted: string): boolean {
  return state === wanted || state.split("|").some((path) => `.${path}.`.includes(`.${wanted}.`));
}

/** Number of the first twin whose id comes after the given one, whether or not that is there. */
function firstAfter(directory: TwinDirectory, after: string): number {
  let low = 0;
  let high = directory.size;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (directory.idAt(middle) <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}
