// The roll: the places of all twins of a directory, by their numbers in it, so that a start need not read the table of places.
// Fed by    the table of places, once for each directory; the roll of the directory that was enrolled last
// Gives     for each partition who has which place
// L1  a roll is good for the directory, and for the layouts of its classes, for which it was made; for no other

import type { Database } from "lmdb";
import { decodeColumns, encodeColumns } from "../../models/columns.ts";
import type { Directory } from "../../models/directory.ts";
import type { TwinId } from "../../models/district.ts";
import type { Place, Seats } from "../live/roster.ts";
import type { Layout } from "../live/shape.ts";
import { SCATTERED } from "./places.ts";

const LAST = "last";
export type RollDb = Database<Buffer, string>;

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

interface Said {
  key: string;
  layouts: readonly number[];
}

export class Roll {
  readonly #directory: Directory;
  readonly #table: TablePlaces;
  readonly #slots: Uint32Array;
  /** Of each twin the number of its first point in the history. */
  readonly #numbers: Uint32Array;
  #twinsOfCells: Int32Array[] | undefined;

  /** That of an earlier start, if it is good for this directory. */
  static last(db: RollDb, directory: Directory, layouts: readonly number[], table: TablePlaces): Roll | undefined {
    const bytes = db.get(LAST);
    const decoded = bytes && decodeColumns<Said>(bytes);
    if (decoded?.said.key !== directory.key || String(decoded.said.layouts) !== String(layouts)) return undefined;
    return new Roll(directory, table, decoded.columns as unknown as RollColumns);
  }

  /** Made of what the table gave each twin, and kept, inside a transaction. */
  static make(
    db: RollDb,
    directory: Directory,
    layouts: readonly number[],
    table: TablePlaces,
    columns: RollColumns,
  ): Roll {
    const said: Said = { key: directory.key, layouts };
    db.putSync(LAST, encodeColumns({ ...columns }, said) as Buffer);
    return new Roll(directory, table, columns);
  }

  private constructor(directory: Directory, table: TablePlaces, { slots, numbers }: RollColumns) {
    this.#directory = directory;
    this.#table = table;
    this.#slots = slots;
    this.#numbers = numbers;
  }

  seats(cell: string): Seats {
    const slots = this.#table.slots(cell);
    const number = this.#directory.cells.indexOf(cell);
    return {
      slots,
      place: (twin, layout) => this.#place(twin, layout),
      twinAt: (slot) => (slot < slots ? this.#twins()[number]![slot]! : -1),
    };
  }

  #place(twin: number, layout: Layout): Place {
    const number = this.#numbers[twin]!;
    const history = number === SCATTERED ? this.#table.place(this.#directory.idAt(twin), layout)!.history : number;
    return { slot: this.#slots[twin]!, history };
  }

  /** For each cell, who has which place. */
  #twins(): readonly Int32Array[] {
    if (!this.#twinsOfCells) {
      const { cells, size } = this.#directory;
      this.#twinsOfCells = cells.map((cell) => new Int32Array(this.#table.slots(cell)).fill(-1));
      for (let i = 0; i < size; i++) this.#twinsOfCells[this.#directory.cellAt(i)]![this.#slots[i]!] = i;
    }
    return this.#twinsOfCells;
  }
}
