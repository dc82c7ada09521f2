// The partitions of a world: its twins by cell, each with its place in the store.

import type { District, Kind, TwinId, TwinModel } from "../models/district.ts";
import type { Definition } from "../twins/definition.ts";
import type { Neighbours } from "./live/neighbours.ts";
import { Partition } from "./live/partition.ts";
import { Shapes } from "./live/shape.ts";
import { States } from "./live/states.ts";
import type { Store } from "./store/store.ts";

/** What is never a part of a network itself: in a large district nearly all. */
const NETWORKLESS: ReadonlySet<Kind> = new Set(["district", "building", "storey", "space", "meter", "device"]);

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

/** New twins are given their places first. */
export async function makePartitions(
  district: District,
  catalogue: Record<string, Definition>,
  store: Store,
  cellOf: ReadonlyMap<TwinId, string>,
  neighbours: Neighbours,
): Promise<Partition[]> {
  const cells = new Map<string, TwinModel[]>();
  for (const id of [...district.twins.keys()].sort()) {
    const cell = cellOf.get(id)!;
    const models = cells.get(cell);
    if (models) models.push(district.twins.get(id)!);
    else cells.set(cell, [district.twins.get(id)!]);
  }
  const shapes = new Shapes(store.layouts);
  const states = new States(store.states);
  const shapeOf = (model: TwinModel) => shapes.of(catalogue[model.kind]!, model);
  const partitions: Partition[] = [];
  for (const [name, models] of cells) {
    await store.enrol(
      name,
      models.map((model) => [model.id, shapeOf(model).form.number] as const),
    );
    partitions.push(
      new Partition({
        ...{ name, district, neighbours, shapeOf, states, layouts: store.layouts, shelf: store.shelf(name) },
        models: new Map(models.flatMap((model) => (NETWORKLESS.has(model.kind) ? [] : [[model.id, model]]))),
        cellOf: (twin) => cellOf.get(twin),
        storedSample: (number, at) => store.sampleAt(number, at),
        storedSpan: (number, from, to, limit) => store.history.page(number, from, to, limit),
        storedOutcome: (id) => store.outcomeOf(name, id),
      }),
    );
  }
  return partitions;
}
