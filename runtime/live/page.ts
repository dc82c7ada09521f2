// A page: the numbers of a few twins in one piece of memory. What lies in memory is what lies in the store, byte for byte.
// Form      f64: form, the layout of each place (0: nobody), then for each twin its own numbers, those of its conditions, those of its points
// P1  the numbers of a twin are never moved while it is awake: it keeps its place in its page
// P2  what of a twin is text or a list (timers, a reason) is not here: see rare.ts

import { QUALITIES, type Quality } from "../../twins/definition.ts";
import type { Layout } from "./shape.ts";
import type { Slab, Stretch } from "./slab.ts";

export const NONE = QUALITIES.indexOf("NONE");
export const GOOD = QUALITIES.indexOf("GOOD");
export const ESTIMATED = QUALITIES.indexOf("ESTIMATED");
export const SUSPECT = QUALITIES.indexOf("SUSPECT");

export const qualityName = (quality: number): Quality => QUALITIES[quality]!;

/** So many that a page of meters fills a page of LMDB, which is what a transaction writes at the least. */
export const PAGE_TWINS = 8;

const FORM = 1;
/** Form and layouts. */
const HEAD = 1 + PAGE_TWINS;

/** Numbers of a twin: revision; when any reading of it last arrived (NaN: never); bits of its conditions: raised, waiting for their hold time; the number of its state (0: not born); flags. */
export const REVISION = 0;
export const HEARD_MS = 1;
export const RAISED = 2;
export const HELD = 3;
export const STATE = 4;
export const FLAGS = 5;
export const TWIN_NUMBERS = 6;

export const BORN = 1;
/** It has something that is not in the page. */
export const RARE = 2;
/** It is out of service. */
export const QUARANTINED = 4;
/** The model does not have it any more. */
export const RETIRED = 8;

/** Numbers of a condition: when its hold time or staleness is due, when a reading last arrived that it watches. NaN: none. */
export const DUE_MS = 0;
export const ARRIVED_MS = 1;
export const CONDITION_NUMBERS = 2;

/** Numbers of a point: its value in its unit (NaN: none); the time of the value; the latest time of a reading, also of one that was held back; the time of the latest sample in the history; its quality. */
export const VALUE = 0;
export const AT_MS = 1;
export const SEEN_AT_MS = 2;
export const RECORDED_AT_MS = 3;
export const QUALITY = 4;
export const POINT_NUMBERS = 5;

const NEW_TWIN = [0, Number.NaN, 0, 0, 0, 0];
const NEW_CONDITION = [Number.NaN, Number.NaN];
const NEW_POINT = [Number.NaN, Number.NaN, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, NONE];

/** How the numbers of a twin lie in its page. */
export interface Form {
  /** Of its layout. */
  number: number;
  conditions: number;
  points: number;
}

export const formOf = (number: number, { points, conditions }: Layout): Form => ({
  ...{ number, points: points.length, conditions: conditions.length },
});

/** The numbers of a twin that never was, by those of its conditions and points: they are the same for many, and copied in one go. */
const NEW_TWINS = new Map<string, Float64Array>();

function newTwin({ conditions, points }: Form): Float64Array {
  const key = `${conditions} ${points}`;
  let numbers = NEW_TWINS.get(key);
  if (!numbers) {
    const ofConditions = Array.from({ length: conditions }, () => NEW_CONDITION);
    const ofPoints = Array.from({ length: points }, () => NEW_POINT);
    numbers = Float64Array.from([NEW_TWIN, ...ofConditions, ...ofPoints].flat());
    NEW_TWINS.set(key, numbers);
  }
  return numbers;
}

/** The page that a place of a partition is in, and which of the page's places it is. */
export const pageOf = (slot: number): number => Math.floor(slot / PAGE_TWINS);
export const placeIn = (slot: number): number => slot % PAGE_TWINS;

export const sizeOf = ({ conditions, points }: Form): number =>
  TWIN_NUMBERS + conditions * CONDITION_NUMBERS + points * POINT_NUMBERS;

/** Where the numbers of a condition, or of a point, begin, counted from where those of the twin do. */
export const conditionAt = (i: number): number => TWIN_NUMBERS + i * CONDITION_NUMBERS;
export const pointAt = (conditions: number, i: number): number =>
  TWIN_NUMBERS + conditions * CONDITION_NUMBERS + i * POINT_NUMBERS;

export class Page {
  readonly number: number;
  /** Where its numbers lie. */
  readonly cells: Float64Array;
  readonly offset: number;
  readonly size: number;
  /** Where in `cells` the numbers of each place begin; undefined where nobody is. */
  readonly starts: (number | undefined)[];
  /** Twins of the page that are awake. */
  awake = 0;
  /** The checkpoint in which it stands already. */
  savedIn = -1;

  private constructor(number: number, { cells, offset }: Stretch, forms: readonly (Form | undefined)[]) {
    this.number = number;
    this.cells = cells;
    this.offset = offset;
    this.starts = new Array(PAGE_TWINS);
    let next = offset + HEAD;
    for (let place = 0; place < PAGE_TWINS; place++) {
      const form = forms[place];
      this.starts[place] = form ? next : undefined;
      if (form) next += sizeOf(form);
    }
    this.size = next - offset;
  }

  /** A page of twins that never were. `slab`: where it is to stay; without one it has memory of its own. */
  static fresh(number: number, forms: readonly (Form | undefined)[], slab?: Slab): Page {
    const size = sizeOfPage(forms);
    const page = new Page(number, slab?.take(size) ?? { cells: new Float64Array(size), offset: 0 }, forms);
    const { cells, offset } = page;
    cells[offset] = FORM;
    for (let place = 0; place < PAGE_TWINS; place++) {
      const form = forms[place];
      cells[offset + 1 + place] = form?.number ?? 0;
      if (!form) continue;
      cells.set(newTwin(form), page.starts[place]!);
    }
    return page;
  }

  /** A page as it was stored. `formOf`: the form of a layout. `slab`: where to copy it; without one it stays where it is. */
  static stored(number: number, numbers: Float64Array, formOf: (layout: number) => Form, slab?: Slab): Page {
    if (numbers[0] !== FORM) throw new RangeError(`a page of the unknown form ${numbers[0]}`);
    const forms: (Form | undefined)[] = [];
    for (let place = 0; place < PAGE_TWINS; place++) {
      const layout = numbers[1 + place]!;
      forms.push(layout === 0 ? undefined : formOf(layout));
    }
    const stretch = slab?.take(numbers.length) ?? { cells: numbers, offset: 0 };
    if (slab) stretch.cells.set(numbers, stretch.offset);
    return new Page(number, stretch, forms);
  }

  /** Its numbers, not copied. */
  get numbers(): Float64Array {
    return this.cells.subarray(this.offset, this.offset + this.size);
  }

  /** The layout in which the numbers of a place lie; 0 where nobody is. */
  layout(place: number): number {
    return this.cells[this.offset + 1 + place]!;
  }
}

/** Goes through the twins of a page as it is stored. `sizeIn`: numbers of a twin in a layout. `found`: its place, its layout, where its numbers begin. */
export function walkPage(
  numbers: Float64Array,
  sizeIn: (layout: number) => number,
  found: (place: number, layout: number, start: number) => void,
): void {
  if (numbers[0] !== FORM) throw new RangeError(`a page of the unknown form ${numbers[0]}`);
  let start = HEAD;
  for (let place = 0; place < PAGE_TWINS; place++) {
    const layout = numbers[1 + place]!;
    if (layout === 0) continue;
    found(place, layout, start);
    start += sizeIn(layout);
  }
}

const sizeOfPage = (forms: readonly (Form | undefined)[]): number =>
  forms.reduce((sum, form) => sum + (form ? sizeOf(form) : 0), HEAD);
