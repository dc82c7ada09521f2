// Renewed shares: what this partition adds to sums elsewhere, where a sum changed its name with a new version of its kind.
// Fed by    the shares on record; the twins here whose points flow to the twin with the sum
// Gives     the shares under the names of today
// Y1  where a name is gone, shares that are not on record are summed anew from what is here; whoever has the sum took along what it was
//     told (migrate.ts), so that only differences count
// Y2  nobody is woken where no name is gone

import type { TwinId } from "../../models/district.ts";
import { addTo } from "./exact-sum.ts";
import { type ExportRecord, shareKey } from "./exports.ts";
import type { LiveTwin } from "./live-twin.ts";
import type { Neighbours } from "./neighbours.ts";
import { ESTIMATED, QUALITY, VALUE } from "./page.ts";
import type { Population } from "./population.ts";

export interface RenewedSharesHost {
  neighbours: Neighbours;
  population: Population;
  get: (id: TwinId) => LiveTwin | undefined;
}

export function renewedShares(exports: readonly ExportRecord[], host: RenewedSharesHost): ExportRecord[] {
  const known = new Map(exports.map((record) => [record[0], record]));
  const renamed = new Set<TwinId>();
  for (const [key] of exports) {
    const [to, point] = key.split("|") as [TwinId, string];
    const shape = host.population.shapeOf(to);
    if (!shape || shape.index.has(point)) continue;
    known.delete(key);
    renamed.add(to);
  }
  const renewed = new Map<string, Required<ExportRecord>>();
  for (const to of renamed) for (const twin of sourcesOf(to, host)) addShares(twin, to, known, renewed);
  return [...known.values(), ...renewed.values()];
}

type Records = ReadonlyMap<string, ExportRecord>;

function addShares(twin: LiveTwin, to: TwinId, known: Records, renewed: Map<string, Required<ExportRecord>>): void {
  for (const [i, flows] of twin.flows.entries()) {
    const value = twin.cells[twin.row(i) + VALUE]!;
    const isEstimate = twin.cells[twin.row(i) + QUALITY] === ESTIMATED;
    for (const flow of flows ?? []) {
      const key = shareKey(flow);
      if (flow.kind !== "sum" || flow.to !== to || known.has(key) || Number.isNaN(value)) continue;
      const share: Required<ExportRecord> = renewed.get(key) ?? [key, [0, 0], 0];
      addTo(share[1], value * flow.factor);
      if (isEstimate) share[2]++;
      renewed.set(key, share);
    }
  }
}

/** Those here that are linked with a twin in any role, each once. */
function sourcesOf(id: TwinId, { neighbours, get }: RenewedSharesHost): LiveTwin[] {
  const ids = new Set(neighbours.all(id).map(({ twin }) => twin));
  return [...ids].flatMap((other) => get(other) ?? []);
}
