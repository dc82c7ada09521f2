// The history reader: samples and journals of twins, those that no checkpoint has yet included.
// Fed by    the store, and what of the live partitions is not in it yet
// H1  a twin that the model does not have any more is answered for like any other

import type { Directory } from "../models/directory.ts";
import type { TwinId } from "../models/district.ts";
import type { HistoryRun } from "../models/telemetry/history-rows.ts";
import { QuartierError } from "./errors.ts";
import { exportHistory, type KeptPoint, type RecordedPoint } from "./history-export.ts";
import type { ExportQuery, HistoryQuery, SampleView } from "./history-views.ts";
import type { LiveTwin } from "./live/live-twin.ts";
import type { JournalEntry, NoteKind } from "./live/notes.ts";
import type { Partition } from "./live/partition.ts";
import { MAX_SAMPLES } from "./store/history.ts";
import { LocalDays } from "./store/local-days.ts";
import type { Store } from "./store/store.ts";

export interface HistoryReaderHost {
  directory: Directory;
  store: Store;
  /** Of a twin that the model has. */
  live: (id: TwinId) => LiveTwin | undefined;
  partitionOf: (id: TwinId) => Partition | undefined;
  /** Resolves when the store has what the live twins show. */
  committed: () => Promise<void>;
}

export class HistoryReader {
  readonly #host: HistoryReaderHost;
  #days: LocalDays | undefined;

  constructor(host: HistoryReaderHost) {
    this.#host = host;
  }

  samples({ twin, point, from, to, windowMs, aggregate }: HistoryQuery): SampleView[] {
    const { store, directory, partitionOf } = this.#host;
    const points = this.#recordedOf(twin);
    if (!points) throw unknown(twin);
    const number = points.find(({ name }) => name === point)?.number;
    if (number === undefined) {
      const names = points.map(({ name }) => name).join(", ");
      throw new QuartierError("POINT_UNKNOWN", `the twin ${twin} has no point ${point}; it has: ${names || "none"}`);
    }
    const isRaw = windowMs === undefined && aggregate === undefined;
    this.#days ??= new LocalDays(directory.timezone);
    const window = isRaw ? undefined : { lengthMs: windowMs, aggregate: aggregate ?? "MEAN", days: this.#days };
    const samples = store.history.read(number, from, to, window, partitionOf(twin)?.changes.samples);
    if (!samples) throw new QuartierError("LIMIT_EXCEEDED", `there are more than ${MAX_SAMPLES} samples in that time`);
    return samples;
  }

  export(query: ExportQuery): AsyncIterableIterator<HistoryRun> {
    const { directory, store, committed } = this.#host;
    const { models, history } = store;
    return exportHistory(query, {
      ...{ history, committed, pointsOf: (id) => this.#recordedOf(id) },
      ids: () => withRetired([...directory.twins.keys()], [...models.retiredIds()]),
      kindOf: (id) => directory.kindOf(id) ?? models.retired(id)?.model.kind,
    });
  }

  /** Of a retired twin those that it had. */
  #recordedOf(id: TwinId): readonly KeptPoint[] | undefined {
    return this.pointsOf(id) ?? this.#host.store.models.retired(id)?.points;
  }

  /** The points that are kept in the history; undefined when the model has no such twin. */
  pointsOf(id: TwinId): RecordedPoint[] | undefined {
    const twin = this.#host.live(id);
    return twin?.shape.specs
      .map(({ unit, from }, i) => {
        const number = twin.numberOf(i);
        return { name: twin.shape.names[i]!, unit, isMeasured: from === "measured", number };
      })
      .filter((_, i) => !twin.shape.hidden[i]);
  }

  /** The last entries, oldest first: all, or transitions alone. */
  entries(id: TwinId, last: number, untilMs = Number.POSITIVE_INFINITY, of?: NoteKind & "state"): JournalEntry[] {
    const { store, live, partitionOf } = this.#host;
    if (!live(id) && !store.models.retired(id)) throw unknown(id);
    const { past } = store;
    const stored = of === "state" ? past.trace(id, last, untilMs) : past.journal(id, last, untilMs);
    const journal = partitionOf(id)?.changes.saves.journal;
    const unsaved = journal?.ofTwin(id, of).map((i) => journal.entry(i)) ?? [];
    const entries = [...stored, ...unsaved.filter(({ at }) => at <= untilMs)];
    return entries.slice(Math.max(0, entries.length - last));
  }
}

/** In the order of ids (code units); a twin that returns is among both for a moment. */
const withRetired = (ids: readonly TwinId[], retired: readonly TwinId[]): readonly TwinId[] =>
  retired.length === 0 ? ids : [...new Set([...ids, ...retired])].sort();

const unknown = (id: TwinId) => new QuartierError("TWIN_UNKNOWN", `there is no twin ${id}`);
