// Places: where each twin's numbers lie, and under which numbers its points are in the history. Given out once, kept for ever.
// Fed by    the district, at a start
// Gives     the place of a twin by its id
// C1  a twin that the model no longer has keeps its place; a new one comes after all others of its partition, in the order of ids
// C2  a point keeps its number, also when its twin's points change
// C3  a twin that goes to another partition takes its numbers along; what they say in watched time says the same in that of the other

import type { Database } from "lmdb";
import type { TwinId } from "../../models/district.ts";
import type { PartitionRecord } from "../live/checkpoint.ts";
import type { Dictionary } from "../live/dictionary.ts";
import {
  ARRIVED_MS,
  conditionAt,
  DUE_MS,
  type Form,
  formOf,
  HEARD_MS,
  PAGE_TWINS,
  Page,
  pageOf,
  placeIn,
  sizeOf,
} from "../live/page.ts";
import { NO_RARE, rareMoved, rareText } from "../live/rare.ts";
import type { Place } from "../live/roster.ts";
import type { Layout } from "../live/shape.ts";
import type { RareEntry } from "./chapter-record.ts";
import type { Rares } from "./rares.ts";

/** Places, or pages, of a partition at the most, so that partition and place make one key. */
const MAX_SLOTS = 2 ** 26;

/** For each layout that the twin had, the first of the numbers that its points were given. */
type StoredPlace = [cell: number, slot: number, ...numbers: [layout: number, first: number][]];

/** In place of the number of its first point, of a twin whose points have numbers that do not follow each other. */
export const SCATTERED = 0;

export type Enrolled = readonly [id: TwinId, layout: number];
export type Placed = (slot: number, firstPoint: number) => void;

export interface Cell {
  number: number;
  slots: number;
}

export interface PlacesDbs {
  places: Database<StoredPlace, string>;
  cells: Database<Cell, string>;
  counters: Database<number, string>;
  pages: Database<Buffer, number>;
  rares: Pick<Rares, "get">;
  partitions: Database<PartitionRecord, string>;
}

export const keyIn = ({ number }: Pick<Cell, "number">, n: number): number => number * MAX_SLOTS + n;

export class Places {
  readonly #dbs: PlacesDbs;
  readonly #layouts: Dictionary<Layout>;
  readonly #cells = new Map<string, Cell>();
  #nextPoint: number;

  constructor(dbs: PlacesDbs, layouts: Dictionary<Layout>) {
    this.#dbs = dbs;
    this.#layouts = layouts;
    for (const { key, value } of dbs.cells.getRange({})) this.#cells.set(key, value);
    this.#nextPoint = dbs.counters.get("points") ?? 1;
  }

  cell(partition: string): Cell {
    return this.#cells.get(partition)!;
  }

  slots(partition: string): number {
    return this.cell(partition).slots;
  }

  place(id: TwinId, layout: Layout): Place | undefined {
    const stored = this.#dbs.places.get(id);
    if (!stored) return undefined;
    const [, slot, ...numbers] = stored;
    const first = firstOf(numbers);
    if (first !== SCATTERED) return { slot, history: first };
    return { slot, history: layout.points.map((name) => this.#numberOf(name, numbers)!) };
  }

  /**
   * Gives places to the twins of a partition that have none here, inside a transaction. `twins`: in the order of their ids. `placed` hears of
   * each of them, in that order, its place and the number of its first point. Returns the rare records that go with those that came from
   * elsewhere.
   */
  enrol(partition: string, twins: Iterable<Enrolled>, placed: Placed): RareEntry[] {
    const moved: RareEntry[] = [];
    const { cells, counters } = this.#dbs;
    const cell = this.#cells.get(partition) ?? { number: this.#cells.size + 1, slots: 0 };
    const before = cell.slots;
    for (const [id, layout] of twins) placed(...this.#enrolOne(id, layout, partition, cell, moved));
    // Also where a twin that is here already has new points.
    counters.putSync("points", this.#nextPoint);
    if (cell.slots === before && this.#cells.has(partition)) return moved;
    this.#cells.set(partition, cell);
    cells.putSync(partition, cell);
    return moved;
  }

  #enrolOne(id: TwinId, layout: number, partition: string, cell: Cell, moved: RareEntry[]): Parameters<Placed> {
    const { places } = this.#dbs;
    const stored = places.get(id);
    const [oldCell, oldSlot] = stored ?? [];
    const numbers = (stored?.slice(2) as [layout: number, first: number][] | undefined) ?? [];
    const points = this.#layouts.value(layout)!.points;
    const isNumbered = numbers.some(([known]) => known === layout);
    const isHere = oldCell === cell.number;
    if (isHere && isNumbered) return [oldSlot!, firstOf(numbers)];
    if (!isNumbered) {
      numbers.push([layout, this.#nextPoint]);
      this.#nextPoint += points.length;
    }
    const slot = isHere ? oldSlot! : cell.slots++;
    places.putSync(id, [cell.number, slot, ...numbers]);
    if (!isHere && oldCell !== undefined) {
      const [[before, from]] = [...this.#cells].filter(([, { number }]) => number === oldCell) as [[string, Cell]];
      moved.push(...this.#move(from, oldSlot!, cell, slot, this.#watchedLater(before, partition)));
    }
    return [slot, firstOf(numbers)];
  }

  /** The first layout of the twin that had a point of that name counts. */
  #numberOf(name: string, numbers: readonly (readonly [layout: number, first: number])[]): number | undefined {
    for (const [layout, first] of numbers) {
      const i = this.#layouts.value(layout)!.points.indexOf(name);
      if (i >= 0) return first + i;
    }
    return undefined;
  }

  /** What is to be added to a moment in the watched time of one partition, for that of another. One that begins takes over the time of the first. */
  #watchedLater(from: string, to: string): number {
    const { partitions } = this.#dbs;
    const [before, after] = [partitions.get(from), partitions.get(to)];
    if (!before) return after ? -after.awayMs : 0;
    if (after) return before.awayMs - after.awayMs;
    const { now, awayMs } = before;
    partitions.putSync(to, { position: 0, now, awayMs, born: 0, first: 0, exports: [], dead: [], seen: [] });
    return 0;
  }

  #move(from: Cell, fromSlot: number, to: Cell, toSlot: number, laterMs: number): RareEntry[] {
    const { pages, rares } = this.#dbs;
    const [oldKey, newKey] = [keyIn(from, fromSlot), keyIn(to, toSlot)];
    const rare = rares.get(oldKey);
    const moved: RareEntry[] = rare
      ? [
          [newKey, rareText(rareMoved(rare, laterMs))],
          [oldKey, NO_RARE],
        ]
      : [];
    const page = this.#page(from, fromSlot);
    const start = page?.starts[placeIn(fromSlot)];
    if (!page || start === undefined) return moved;
    const form = this.#formOf(page.layout(placeIn(fromSlot)));
    const there = this.#page(to, toSlot);
    const number = pageOf(toSlot);
    const forms = Array.from({ length: PAGE_TWINS }, (_, place) => {
      if (place === placeIn(toSlot)) return form;
      return there?.starts[place] === undefined ? undefined : this.#formOf(there.layout(place));
    });
    const grown = Page.fresh(number, forms);
    for (const [place, at] of there?.starts.entries() ?? []) {
      if (at === undefined) continue;
      grown.cells.set(there!.cells.subarray(at, at + sizeOf(forms[place]!)), grown.starts[place]!);
    }
    const base = grown.starts[placeIn(toSlot)]!;
    grown.cells.set(page.cells.subarray(start, start + sizeOf(form)), base);
    grown.cells[base + HEARD_MS]! += laterMs;
    for (let i = 0; i < form.conditions; i++) {
      for (const which of [DUE_MS, ARRIVED_MS]) grown.cells[base + conditionAt(i) + which]! += laterMs;
    }
    pages.putSync(keyIn(to, number), bytesOf(grown.numbers));
    return moved;
  }

  #page(cell: Cell, slot: number): Page | undefined {
    const number = pageOf(slot);
    const bytes = this.#dbs.pages.get(keyIn(cell, number));
    return bytes && Page.stored(number, numbersOf(bytes), (layout) => this.#formOf(layout));
  }

  #formOf(number: number): Form {
    return formOf(number, this.#layouts.value(number)!);
  }
}

function firstOf(numbers: readonly (readonly [layout: number, first: number])[]): number {
  return numbers.length === 1 ? numbers[0]![1] : SCATTERED;
}

export const bytesOf = (numbers: Float64Array): Buffer =>
  Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);

/** A copy, as what LMDB gives is its own memory and lies anywhere. Its length counts: the bytes behind it are of something else. */
export const numbersOf = ({ buffer, byteOffset, length }: Uint8Array): Float64Array =>
  new Float64Array(buffer.slice(byteOffset, byteOffset + length));
