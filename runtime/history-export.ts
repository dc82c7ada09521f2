// Export of history: the samples of many points, page by page, for as long as somebody takes them.
// Fed by    the history in the store, after the commit of what the live twins show
// Gives     runs of samples in a fixed order: the same history gives the same runs
// X1  one page is in memory at a time, and nothing of LMDB stays open between two
// X2  pages are read only when they are asked for: whoever takes them slowly holds nobody up
// X3  twins that the model does not have any more are exported like any others

import type { Kind, TwinId } from "../models/district.ts";
import type { HistoryRun, SampleQuality } from "../models/telemetry/history-rows.ts";
import { QuartierError } from "./errors.ts";
import type { ExportQuery } from "./history-views.ts";
import { qualityName } from "./live/page.ts";
import type { History } from "./store/history.ts";
import { Turns } from "./turns.ts";

/** Samples of one run. */
const PAGE_SAMPLES = 2_000;

/** A point of which the history has samples. */
export interface KeptPoint {
  name: string;
  unit: string;
  /** In the store. */
  number: number;
}

/** A point whose values are kept in the history. */
export interface RecordedPoint extends KeptPoint {
  isMeasured: boolean;
}

export interface ExportHost {
  /** In the order of ids. */
  ids: () => readonly TwinId[];
  kindOf: (twin: TwinId) => Kind | undefined;
  /** In the order of the definition; undefined when there never was such a twin. */
  pointsOf: (twin: TwinId) => readonly KeptPoint[] | undefined;
  history: Pick<History, "page">;
  /** Waits until the store has what the live twins show. */
  committed: () => Promise<void>;
}

export function exportHistory(query: ExportQuery, host: ExportHost): AsyncIterableIterator<HistoryRun> {
  const { twins, kinds, points } = query;
  const unknown = twins?.find((id) => host.pointsOf(id) === undefined);
  if (unknown !== undefined) throw new QuartierError("TWIN_UNKNOWN", `there is no twin ${unknown}`);
  const wanted = twins ? [...new Set(twins)].sort() : host.ids();
  const ids = kinds ? wanted.filter((id) => kinds.includes(host.kindOf(id)!)) : wanted;
  for (const point of points ?? []) {
    if (ids.some((id) => host.pointsOf(id)!.some(({ name }) => name === point))) continue;
    throw new QuartierError("POINT_UNKNOWN", `none of the ${ids.length} twins asked for has a point ${point}`);
  }
  return runsOf(ids, query, host);
}

async function* runsOf(ids: readonly TwinId[], { points, from, to }: ExportQuery, host: ExportHost) {
  await host.committed();
  const turns = new Turns();
  for (const twin of ids) {
    for (const { name: point, unit, number } of host.pointsOf(twin) ?? []) {
      if (points && !points.includes(point)) continue;
      for (let next = from; next < to; ) {
        // Points without samples are passed over, and nobody takes anything meanwhile.
        if (turns.isOver) await turns.next();
        const page = host.history.page(number, next, to, PAGE_SAMPLES);
        const samples = page
          .filter(({ value }) => Number.isFinite(value))
          .map(({ at, value, quality }) => ({ at, value, quality: qualityName(quality) as SampleQuality }));
        if (samples.length > 0) yield { twin, point, unit, samples } satisfies HistoryRun;
        next = page.length === PAGE_SAMPLES ? page.at(-1)!.at + 1 : to;
      }
    }
  }
}
