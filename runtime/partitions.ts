// The partitions of a world: its twins by cell, each with its place in the store.

import { createHash } from "node:crypto";
import { cellsOf } from "../models/cells.ts";
import { Directory, type DirectoryParts } from "../models/directory.ts";
import type { District, TwinId } from "../models/district.ts";
import { encodeDirectory } from "../models/encode-directory.ts";
import { Partition } from "./live/partition.ts";
import { type Catalogue, Population, shapedBy } from "./live/population.ts";
import { States } from "./live/states.ts";
import type { Roll, RollColumns } from "./store/roll.ts";
import type { Store } from "./store/store.ts";

/** Twins that may be awake, in all partitions. */
export const MAX_AWAKE = 250_000;

/** How many of them a partition may have: what the others leave, and some in any case, so that none that slept is kept from working. */
export function mayBeAwake(partition: Populated, partitions: readonly Populated[]): number {
  const all = partitions.reduce((sum, { twins }) => sum + twins.awakeCount, 0);
  return Math.max(MAX_AWAKE - (all - partition.twins.awakeCount), Math.floor(MAX_AWAKE / (2 * partitions.length)));
}

interface Populated {
  twins: { awakeCount: number };
}

/** Hexadecimal digits of a directory's key: enough for districts that somebody may want to tell apart. */
const KEY_DIGITS = 16;

function digest(pieces: Iterable<string | Uint8Array>): string {
  const hash = createHash("sha256");
  for (const piece of pieces) hash.update(piece);
  return hash.digest("hex").slice(0, KEY_DIGITS);
}

/** What the directory of a district is made of. */
export function directoryParts(
  district: District,
  catalogue: Catalogue,
  cellOf: ReadonlyMap<TwinId, string> = cellsOf(district),
): DirectoryParts {
  return encodeDirectory(district, { cellOf, shapeOf: shapedBy(catalogue), digest });
}

/** A district as a world needs it. */
export const directoryOf = (...district: Parameters<typeof directoryParts>): Directory =>
  Directory.of(directoryParts(...district));

/** Gives places to the twins that have none. A directory that was enrolled before is not looked through again. */
export async function enrol(store: Store, population: Population): Promise<Roll> {
  const last = store.lastRoll(population);
  if (last) return last;
  const { directory } = population;
  const members: number[][] = directory.cells.map(() => []);
  for (let i = 0; i < directory.size; i++) members[directory.cellAt(i)]!.push(i);
  const places: RollColumns = { slots: new Uint32Array(directory.size), numbers: new Uint32Array(directory.size) };
  for (const [cell, twins] of members.entries()) {
    const entries = twins.map((i) => [directory.idAt(i), population.shapeAt(i).form.number] as const);
    let next = 0;
    await store.enrol(directory.cells[cell]!, entries, (slot, firstPoint) => {
      const i = twins[next++]!;
      places.slots[i] = slot;
      places.numbers[i] = firstPoint;
    });
  }
  return store.makeRoll(population, places);
}

/** New twins are given their places first. */
export async function makePartitions(directory: Directory, catalogue: Catalogue, store: Store): Promise<Partition[]> {
  const population = new Population(directory, catalogue, store.layouts);
  const roll = await enrol(store, population);
  const states = new States(store.states);
  return directory.cells.map(
    (name) =>
      new Partition({
        ...{ name, population, states, layouts: store.layouts, seats: roll.seats(name), shelf: store.shelf(name) },
        history: store.history,
        storedOutcome: (id) => store.outcomeOf(name, id),
      }),
  );
}
