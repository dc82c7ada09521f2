// The roll: the places of all twins of a directory, by their numbers in it, so that a start need not read the table of places.
// Fed by    the table of places, once for each directory; the roll of the directory that was enrolled last
// Gives     for each partition who has which place
// L1  a roll is good for the directory, and for the layouts of its classes, for which it was made; for no other
// L2  it is kept in pieces: LMDB's client takes twice the memory of the largest value that it ever read, and keeps it

import type { Database } from "lmdb";
import { decodeColumns, encodeColumns } from "../../models/columns.ts";
import type { Directory } from "../../models/directory.ts";
import type { TwinId } from "../../models/district.ts";
import type { Place, Seats } from "../live/roster.ts";
import type { Layout } from "../live/shape.ts";
import { SCATTERED } from "./places.ts";

const PIECE_BYTES = 32_768;
/** By the numbers of pieces. */
export type RollDb = Database<Buffer, number>;

/** A place as the table has it. */
export interface TablePlaces {
  place: (id: TwinId, layout: Layout) => Place | undefined;
  slots: (cell: string) => number;
}

/** By the numbers of twins in the directory. */
export interface RollColumns {
  slots: Uint32Array;
  /** Of its first point in the history, or SCATTERED. */
  numbers: Uint32Array;
}

interface Columns extends RollColumns {
  /** Who has which slot: those of the first cell, then those of the next; NOBODY has some. */
  twins: Int32Array;
}

interface Said {
  key: string;
  layouts: readonly number[];
  /** Of each cell. */
  slots: readonly number[];
}

const NOBODY = -1;

export class Roll {
  readonly #directory: Directory;
  readonly #table: TablePlaces;
  readonly #columns: Columns;
  /** Of each cell, where it begins among `twins`; then where the last one ends. */
  readonly #starts: readonly number[];

  /** That of an earlier start, if it is good for this directory. */
  static last(db: RollDb, directory: Directory, layouts: readonly number[], table: TablePlaces): Roll | undefined {
    const decoded = decodeColumns<Said>(read(db));
    if (decoded?.said.key !== directory.key || String(decoded.said.layouts) !== String(layouts)) return undefined;
    return new Roll(directory, table, decoded.columns as unknown as Columns, startsOf(decoded.said.slots));
  }

  /** Made of what the table gave each twin, and kept, inside a transaction. */
  static make(
    db: RollDb,
    directory: Directory,
    layouts: readonly number[],
    table: TablePlaces,
    places: RollColumns,
  ): Roll {
    const slots = directory.cells.map((cell) => table.slots(cell));
    const starts = startsOf(slots);
    const twins = new Int32Array(starts.at(-1)!).fill(NOBODY);
    for (let i = 0; i < directory.size; i++) twins[starts[directory.cellAt(i)]! + places.slots[i]!] = i;
    const columns: Columns = { ...places, twins };
    const said: Said = { key: directory.key, layouts, slots };
    write(db, encodeColumns({ ...columns }, said));
    return new Roll(directory, table, columns, starts);
  }

  private constructor(directory: Directory, table: TablePlaces, columns: Columns, starts: readonly number[]) {
    this.#directory = directory;
    this.#table = table;
    this.#columns = columns;
    this.#starts = starts;
  }

  seats(cell: string): Seats {
    const number = this.#directory.cells.indexOf(cell);
    const twins = this.#columns.twins.subarray(this.#starts[number], this.#starts[number + 1]);
    return {
      slots: this.#table.slots(cell),
      place: (twin, layout) => this.#place(twin, layout),
      twinAt: (slot) => (slot < twins.length ? twins[slot]! : NOBODY),
    };
  }

  #place(twin: number, layout: Layout): Place {
    const { slots, numbers } = this.#columns;
    const number = numbers[twin]!;
    const history = number === SCATTERED ? this.#table.place(this.#directory.idAt(twin), layout)!.history : number;
    return { slot: slots[twin]!, history };
  }
}

function startsOf(slots: readonly number[]): number[] {
  const starts = [0];
  for (const count of slots) starts.push(starts.at(-1)! + count);
  return starts;
}

function write(db: RollDb, bytes: Uint8Array): void {
  for (const key of [...db.getKeys({})]) db.removeSync(key);
  for (let piece = 0; piece * PIECE_BYTES < bytes.length; piece++) {
    const from = piece * PIECE_BYTES;
    db.putSync(piece, bytes.subarray(from, from + PIECE_BYTES) as Buffer);
  }
}

/** All pieces; nothing where no roll was kept. */
function read(db: RollDb): Uint8Array {
  const bytes = new Uint8Array(db.getCount() * PIECE_BYTES);
  let end = 0;
  for (let piece = 0; ; piece++) {
    // Memory that the next one is read into, of which `length` alone says how much is its own.
    const found = db.getBinaryFast(piece);
    if (!found) return bytes.subarray(0, end);
    bytes.set(found.subarray(0, found.length), end);
    end += found.length;
  }
}
