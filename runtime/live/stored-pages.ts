// Stored pages: pages of the shelf, in the form in which they are today.
// Fed by    the shelf; layouts and definitions of now
// Gives     pages whose twins have the points, conditions and version that their definitions have
// D1  the numbers of twins that the model no longer has are kept as they are
// D2  an unborn twin is as a new one: nothing is migrated

import { carryOver } from "./carry-over.ts";
import type { Dictionary } from "./dictionary.ts";
import { migrate } from "./migrate.ts";
import { BORN, FLAGS, type Form, formOf, PAGE_TWINS, Page, RARE } from "./page.ts";
import type { Population } from "./population.ts";
import type { RareRecord } from "./rare.ts";
import type { Seats, Shelf } from "./roster.ts";
import type { Layout, Shape } from "./shape.ts";
import type { Slab } from "./slab.ts";
import type { States } from "./states.ts";

export interface StoredPagesHost {
  shelf: Shelf;
  seats: Seats;
  layouts: Dictionary<Layout>;
  states: States;
  population: Population;
}

export interface LoadedPage {
  page: Page;
  /** Of twins that were brought up from an earlier version, by slot: what goes with their new numbers, in place of what is stored. */
  migrated: ReadonlyMap<number, RareRecord>;
}

const NOBODY: ReadonlyMap<number, RareRecord> = new Map();

export class StoredPages {
  readonly #host: StoredPagesHost;
  /** By number of the layout. */
  readonly #forms: (Form | undefined)[] = [];

  constructor(host: StoredPagesHost) {
    this.#host = host;
  }

  /** `slab`: where it is to stay; without one it is only to be looked at. */
  load(number: number, slab?: Slab): LoadedPage {
    return this.#load(number, this.#host.shelf.page(number), slab);
  }

  /** To be looked at. Undefined for one whose twins never were. */
  peek(number: number): Page | undefined {
    const numbers = this.#host.shelf.page(number);
    return numbers && this.#load(number, numbers).page;
  }

  #load(number: number, numbers: Float64Array | undefined, slab?: Slab): LoadedPage {
    const { seats, population } = this.#host;
    if (numbers && this.#isOfToday(number, numbers)) {
      return { page: this.#stored(number, numbers, slab), migrated: NOBODY };
    }
    const members = Array.from({ length: PAGE_TWINS }, (_, place) => seats.twinAt(number * PAGE_TWINS + place));
    const shapes = members.map((twin) => (twin < 0 ? undefined : population.shapeAt(twin)));
    if (numbers) return this.#converted(this.#stored(number, numbers), members, shapes, slab);
    const forms = shapes.map((shape) => shape?.form);
    return { page: Page.fresh(number, forms, slab), migrated: NOBODY };
  }

  /** Whether all its twins have the layouts in which they are stored. */
  #isOfToday(number: number, numbers: Float64Array): boolean {
    const { seats, population } = this.#host;
    for (let place = 0; place < PAGE_TWINS; place++) {
      const twin = seats.twinAt(number * PAGE_TWINS + place);
      if (twin >= 0 && population.shapeAt(twin).form.number !== numbers[1 + place]) return false;
    }
    return true;
  }

  /** As it is stored. The shelf's numbers are copied: into the slab, or for the page alone. */
  #stored(number: number, numbers: Float64Array, slab?: Slab): Page {
    return Page.stored(number, slab ? numbers : numbers.slice(), (layout) => this.#formOf(layout), slab);
  }

  /** A page whose twins have other points, conditions or versions now, or which has more twins. */
  #converted(
    stored: Page,
    members: readonly number[],
    shapes: readonly (Shape | undefined)[],
    slab: Slab | undefined,
  ): LoadedPage {
    const { layouts, shelf, states, population } = this.#host;
    const forms = stored.starts.map((start, place) =>
      start === undefined ? undefined : this.#formOf(stored.layout(place)),
    );
    const page = Page.fresh(
      stored.number,
      forms.map((form, place) => shapes[place]?.form ?? form),
      slab,
    );
    const migrated = new Map<number, RareRecord>();
    for (const [place, base] of stored.starts.entries()) {
      if (base === undefined) continue;
      const shape = shapes[place];
      const old = { cells: stored.cells, base, layout: layouts.value(stored.layout(place))! };
      const now = { cells: page.cells, base: page.starts[place]!, layout: shape?.layout ?? old.layout };
      const flags = stored.cells[base + FLAGS]!;
      if (!shape || !(flags & BORN) || old.layout.version === now.layout.version) {
        carryOver(old, now);
        continue;
      }
      const slot = stored.number * PAGE_TWINS + place;
      const rare = (flags & RARE && shelf.rare(slot)) || {};
      migrated.set(slot, migrate(population.directory.idAt(members[place]!), shape, { ...old, rare }, now, states));
    }
    return { page, migrated };
  }

  #formOf(number: number): Form {
    let form = this.#forms[number];
    if (!form) {
      form = formOf(number, this.#host.layouts.value(number)!);
      this.#forms[number] = form;
    }
    return form;
  }
}
