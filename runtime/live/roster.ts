// The roster of a partition: who lives in it, awake or not. Wakes a twin when it is first asked for, and lets idle ones go back to sleep.
// Fed by    the shelf: places, pages and rare records, as the last checkpoint left them
// Gives     live twins by id and by slot
// R1  a twin that was put to sleep and woken again is the same twin: only what a checkpoint has may be put to sleep
// R2  waking changes nothing that anybody sees: a query may wake a twin
// R3  a page that has twins of an earlier version is opened as a whole: all of them wake, and are saved with the next checkpoint, as it
//     stores their page and not what of the others lies outside of it

import type { TwinId } from "../../models/district.ts";
import type { Readings } from "../log/readings.ts";
import { Actors } from "./actors.ts";
import { Awake } from "./awake.ts";
import type { Changes } from "./changes.ts";
import type { Dictionary } from "./dictionary.ts";
import type { ExportRecord } from "./exports.ts";
import type { Flows } from "./flows.ts";
import { HeardDevices } from "./heard.ts";
import { LiveTwin } from "./live-twin.ts";
import { FLAGS, type Page, pageOf, placeIn, QUARANTINED, RARE, RETIRED, STATE } from "./page.ts";
import { type RareRecord, restore } from "./rare.ts";
import { renewedShares } from "./renewed-shares.ts";
import type { Layout } from "./shape.ts";
import { Slab } from "./slab.ts";
import { StoredPages } from "./stored-pages.ts";
import { survey } from "./survey.ts";
import type { HistoryNumbers, TwinSurroundings } from "./twin-surroundings.ts";

/** When too many twins are awake, idle ones are put to sleep down to this share of what may be. */
const ASLEEP_SHARE = 0.9;

export interface Place {
  /** Place in the partition. */
  slot: number;
  /** Of the points of the twin's shape. */
  history: HistoryNumbers;
}

/** Who has which place of a partition. Twins go by their numbers in the directory. */
export interface Seats {
  /** Places given out so far. */
  readonly slots: number;
  /** Of a twin of the partition. `layout`: that of its shape. */
  place(twin: number, layout: Layout): Place;
  /** Who has a place; -1 for nobody. */
  twinAt(slot: number): number;
}

/** What of a partition lies in the store until it is asked for. */
export interface Shelf {
  /** Its numbers, good until the next page is asked for; undefined when none was ever stored. */
  page(page: number): Float64Array | undefined;
  /** In the order of their numbers; what each has is good until the next one. */
  pages(): Iterable<readonly [page: number, numbers: Float64Array]>;
  rare(slot: number): RareRecord | undefined;
  rares(): Iterable<readonly [slot: number, rare: RareRecord]>;
}

export interface RosterHost extends Omit<TwinSurroundings, "roused" | "emitted"> {
  shelf: Shelf;
  seats: Seats;
  layouts: Dictionary<Layout>;
  changes: Pick<Changes, "saveRare">;
  flows: Flows;
  /** The partition, as the directory numbers it. */
  cell: number;
}

export class Roster {
  readonly #host: RosterHost;
  readonly #around: TwinSurroundings;
  readonly #awake = new Awake();
  readonly #pages = new Map<number, Page>();
  readonly #slab = new Slab();
  readonly #stored: StoredPages;
  readonly #heard: HeardDevices;
  readonly #found: (LiveTwin | undefined)[] = [];
  /** The page that somebody looked at last without waking anybody. */
  #peeked: { number: number; page: Page | undefined } | undefined;

  constructor(host: RosterHost) {
    this.#host = host;
    this.#around = { ...host, roused: new Actors().made, emitted: [] };
    this.#stored = new StoredPages(host);
    this.#heard = new HeardDevices(host.seats.slots, host.layouts);
  }

  /** Places, of twins that the model no longer has, too. */
  get slots(): number {
    return this.#host.seats.slots;
  }

  get awakeCount(): number {
    return this.#awake.size;
  }

  awake(): Iterable<LiveTwin> {
    return this.#awake;
  }

  has(id: TwinId): boolean {
    return this.#awake.get(id) !== undefined || this.#numberOf(id) >= 0;
  }

  /** The twin, if it is awake. */
  awakeOne(id: TwinId): LiveTwin | undefined {
    return this.#awake.get(id);
  }

  get(id: TwinId): LiveTwin | undefined {
    const twin = this.#awake.get(id);
    if (!twin) {
      const number = this.#numberOf(id);
      return number < 0 ? undefined : this.#wake(number, id);
    }
    twin.isUsed = true;
    return twin;
  }

  /**
   * The twins that the entries of a message are for, of those that are awake. Their memory is cold, and comes much sooner when it is asked
   * for all at once than for one twin after the other.
   */
  awakeIn(readings: Readings): (LiveTwin | undefined)[] {
    const found = this.#found;
    for (let entry = 0; entry < readings.count; entry++) found[entry] = this.#awake.find(readings, entry);
    for (let entry = 0; entry < readings.count; entry++) touch(found[entry]);
    for (let entry = 0; entry < readings.count; entry++) {
      const twin = found[entry];
      if (twin && !readings.isFor(entry, twin.id)) found[entry] = this.#awake.get(readings.id(entry));
    }
    return found;
  }

  at(slot: number): LiveTwin | undefined {
    const number = this.#host.seats.twinAt(slot);
    return number < 0 ? undefined : this.get(this.#host.population.directory.idAt(number));
  }

  /** The state of a twin, without waking it. */
  peek(id: TwinId): Pick<LiveTwin, "state" | "conducting" | "sourcing"> | undefined {
    const twin = this.#awake.get(id);
    const number = twin ? -1 : this.#numberOf(id);
    if (number < 0) return twin;
    const { seats, states, population } = this.#host;
    const { definition, layout } = population.shapeAt(number);
    const { slot } = seats.place(number, layout);
    const page = this.#pages.get(pageOf(slot)) ?? this.#peekedPage(pageOf(slot));
    const start = page?.starts[placeIn(slot)] ?? 0;
    const { text, conducting, sourcing } = states.numbered(definition, page ? page.cells[start + STATE]! : 0);
    const flags = page ? page.cells[start + FLAGS]! : 0;
    const state = flags & RETIRED ? "retired" : flags & QUARANTINED ? "quarantined" : text;
    return { state, conducting, sourcing };
  }

  /** What a twin would let through in a state that it was in, without waking it. */
  positionIn(id: TwinId, state: string): Pick<LiveTwin, "conducting" | "sourcing"> {
    const { states, population } = this.#host;
    return states.position(population.shapeAt(this.#numberOf(id)).definition, state);
  }

  /** Whether a device sleeps to which it is no news that it was heard. `number`: in the directory. */
  sleepsOn(number: number): boolean {
    const { seats, population } = this.#host;
    if (population.directory.cellAt(number) !== this.#host.cell) return false;
    return this.#heard.has(seats.place(number, population.shapeAt(number).layout).slot);
  }

  /** Twins of a page are mostly looked at one after the other. Undefined where they never were. */
  #peekedPage(number: number): Page | undefined {
    if (this.#peeked?.number !== number) this.#peeked = { number, page: this.#stored.peek(number) };
    return this.#peeked.page;
  }

  /** For a start; see survey.ts. Queries that came before it may have woken twins. */
  survey(watch: (dueMs: number, slot: number, name: string) => void): Map<number, Error> {
    const misfits = survey(this.#host, this.#stored, watch, this.#heard);
    for (const { slot } of this.#awake) this.#heard.wakes(slot);
    return misfits;
  }

  /** For a start; see renewed-shares.ts. */
  renewedShares(exports: readonly ExportRecord[]): ExportRecord[] {
    return renewedShares(exports, { ...this.#host, get: (id) => this.get(id) });
  }

  /** Puts twins to sleep that were not asked for lately, when there are too many. `isSaved`: the last checkpoint has all of it. */
  rest(most: number, isSaved: (twin: LiveTwin) => boolean): void {
    if (this.#awake.size <= most) return;
    const enough = Math.floor(most * ASLEEP_SHARE);
    for (const isLastRound of [false, true]) {
      for (const twin of [...this.#awake]) {
        if (this.#awake.size <= enough) return;
        if ((isLastRound || !twin.isUsed) && isSaved(twin)) this.#sleep(twin);
        else twin.isUsed = false;
      }
    }
  }

  stop(): void {
    for (const twin of this.#awake) twin.stop();
  }

  /** -1 for a twin that does not live here. */
  #numberOf(id: TwinId): number {
    const { directory } = this.#host.population;
    const number = directory.indexOf(id);
    return number >= 0 && directory.cellAt(number) === this.#host.cell ? number : -1;
  }

  #wake(number: number, id: TwinId): LiveTwin {
    const { seats, population } = this.#host;
    const place = seats.place(number, population.shapeAt(number).layout);
    const page = this.#pages.get(pageOf(place.slot)) ?? this.#open(pageOf(place.slot));
    // With its page the twin may have been woken.
    return this.#awake.get(id) ?? this.#rouse(number, id, place, page);
  }

  #open(number: number): Page {
    const { seats, population, changes } = this.#host;
    const { page, migrated } = this.#stored.load(number, this.#slab);
    this.#pages.set(number, page);
    for (const [slot, rare] of migrated) {
      const member = seats.twinAt(slot);
      const place = seats.place(member, population.shapeAt(member).layout);
      changes.saveRare(this.#rouse(member, population.directory.idAt(member), place, page, rare));
    }
    return page;
  }

  #rouse(number: number, id: TwinId, { slot, history }: Place, page: Page, rare?: RareRecord): LiveTwin {
    const { shelf, population, flows } = this.#host;
    const base = page.starts[placeIn(slot)]!;
    const place = { slot, page, base, history };
    const twin = new LiveTwin(id, number, population.shapeAt(number), place, this.#around, flows.of(number));
    if (page.cells[base + FLAGS]! & RARE) restore(twin, rare ?? shelf.rare(slot) ?? {});
    this.#awake.add(twin);
    this.#heard.wakes(slot);
    page.awake++;
    return twin;
  }

  #sleep(twin: LiveTwin): void {
    twin.stop();
    this.#awake.delete(twin);
    const { page, slot, shape } = twin;
    this.#heard.sleeps(slot, shape.definition, shape.form.number, twin.cells, twin.base);
    if (--page.awake > 0) return;
    this.#pages.delete(page.number);
    this.#slab.free(page.size, page);
    this.#peeked = undefined;
  }
}

/** Numbers in a line of a processor's cache. */
const LINE_NUMBERS = 8;

/** Reads something of each line of a twin's memory. */
function touch(twin: LiveTwin | undefined): void {
  if (!twin) return;
  const { cells, base, shape } = twin;
  let sum = twin.savedIn + twin.id.charCodeAt(0);
  for (let i = 0; i < shape.size; i += LINE_NUMBERS) sum += cells[base + i]!;
  // True. That it is asked keeps the reads from being left out as good for nothing.
  twin.isUsed = sum !== Number.MAX_VALUE;
}
